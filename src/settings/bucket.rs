//! Where public picture links lead: the stall's own address, or a bucket the seller owns. The bucket's keys are secrets,
//! not settings.

use serde::{Deserialize, Serialize};
use url::Url;

use super::address::base_url;

/// Which way public picture links are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkChoice {
    /// Into the bucket where there is one, else under the stall's address.
    #[default]
    Auto,
    OwnAddress,
    Bucket,
}

impl LinkChoice {
    /// The word it is kept as.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::OwnAddress => "own_address",
            Self::Bucket => "bucket",
        }
    }

    /// The choice of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Auto, Self::OwnAddress, Self::Bucket].into_iter().find(|choice| choice.as_str() == word)
    }
}

/// A bucket of an S3 kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketSettings {
    /// The service's address without the bucket, such as `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: String,
    pub region: String,
    pub name: String,
    /// What every name in the bucket begins with, such as `stall/`; may be empty.
    pub prefix: String,
    /// The bucket's name stands in the path, not before the host.
    pub path_style: bool,
}

impl BucketSettings {
    /// The service's address.
    pub fn address(&self) -> Option<Url> {
        base_url(&self.endpoint).ok()
    }

    /// Whether the service is on this computer.
    pub fn is_here(&self) -> bool {
        self.address().is_some_and(|url| url.scheme() == "http")
    }

    /// Tells this bucket and folder from any other; kept with what lies there.
    pub fn identity(&self) -> String {
        format!("{}/{}/{}", self.endpoint, self.name, self.prefix)
    }

    /// The first field that cannot be used as it is.
    pub(super) fn wrong(&self) -> Option<(&'static str, &'static str)> {
        let is_plain =
            |text: &str, others: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c));
        let name = &self.name;
        let is_name = (3..=63).contains(&name.len())
            && is_plain(name, ".-_")
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !name.contains("..");
        let is_prefix = self.prefix.len() <= 200
            && is_plain(&self.prefix, "-_./")
            && !self.prefix.starts_with('/')
            && !self.prefix.contains("//")
            && !self.prefix.split('/').any(|part| part == "." || part == "..");
        if self.address().is_none_or(|url| url.path() != "/") {
            Some(("endpoint", "must be an address such as https://s3.example.com, without the bucket"))
        } else if self.region.is_empty() || self.region.len() > 64 || !is_plain(&self.region, "-_") {
            Some(("region", "must be a region such as eu-central-1, or auto"))
        } else if !is_name {
            Some(("name", "must be the bucket's name: 3 to 63 letters, digits and dashes"))
        } else if !is_prefix {
            Some(("prefix", "must be a folder of letters, digits, dashes and slashes"))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket() -> BucketSettings {
        BucketSettings {
            endpoint: "https://s3.example.com".into(),
            region: "eu-central-1".into(),
            name: "my-pictures".into(),
            prefix: "stall/".into(),
            path_style: true,
        }
    }

    #[test]
    fn only_what_can_be_reached_safely_is_taken() {
        assert_eq!(bucket().wrong(), None);
        assert!(!bucket().is_here());
        type Change = fn(&mut BucketSettings);
        let changes: [(&str, Change); 9] = [
            ("endpoint", |b| b.endpoint = "http://s3.example.com".into()),
            ("endpoint", |b| b.endpoint = "https://s3.example.com/my-pictures".into()),
            ("endpoint", |b| b.endpoint = "https://me:pw@s3.example.com".into()),
            ("region", |b| b.region.clear()),
            ("region", |b| b.region = "eu central".into()),
            ("name", |b| b.name = "a/b/c".into()),
            ("name", |b| b.name = "..x".into()),
            ("prefix", |b| b.prefix = "/stall".into()),
            ("prefix", |b| b.prefix = "a/../b".into()),
        ];
        for (field, change) in changes {
            let mut changed = bucket();
            change(&mut changed);
            assert_eq!(changed.wrong().map(|wrong| wrong.0), Some(field), "{changed:?}");
        }
        let here = BucketSettings { endpoint: "http://127.0.0.1:9000".into(), ..bucket() };
        assert_eq!((here.wrong(), here.is_here()), (None, true));
    }

    #[test]
    fn a_choice_is_read_back_from_its_word() {
        for choice in [LinkChoice::Auto, LinkChoice::OwnAddress, LinkChoice::Bucket] {
            assert_eq!(LinkChoice::parse(choice.as_str()), Some(choice));
            assert_eq!(serde_json::to_value(choice).unwrap(), choice.as_str());
        }
        assert_eq!(LinkChoice::parse("carrier pigeon"), None);
    }
}
