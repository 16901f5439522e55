//! Addresses of the far sides and of our own public door.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::{Host, Url};

use super::webhook_path::WebhookPath;

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressProblem {
    #[error("must be an address such as https://example.com/api")]
    NotAnAddress,
    #[error("must start with https:// (http:// is only for this computer)")]
    NotEncrypted,
    #[error("must not carry a name, a password, a `?` or a `#`")]
    CarriesExtras,
    #[error("must be the address alone, without a path; the path is WEBHOOK_PATH")]
    CarriesPath,
}

/// The base address of a marketplace or a model provider, without a trailing slash.
///
/// A key travels with every call, so an unencrypted address is only taken for this computer.
///
/// # Errors
/// When the text is not such an address.
pub fn base_url(text: &str) -> Result<Url, AddressProblem> {
    let mut url = Url::parse(text.trim()).map_err(|_| AddressProblem::NotAnAddress)?;
    let Some(host) = url.host() else { return Err(AddressProblem::NotAnAddress) };
    let this_computer = match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    match url.scheme() {
        "https" => {}
        "http" if this_computer => {}
        "http" => return Err(AddressProblem::NotEncrypted),
        _ => return Err(AddressProblem::NotAnAddress),
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(AddressProblem::CarriesExtras);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The seller's own public address, to which the webhook path is appended: `https://stall.example`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicAddress(String);

impl PublicAddress {
    /// The address without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole address of a path below it.
    pub fn with_path(&self, path: &WebhookPath) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for PublicAddress {
    type Err = AddressProblem;

    fn from_str(text: &str) -> Result<Self, AddressProblem> {
        let url = base_url(text)?;
        if url.path() != "/" {
            return Err(AddressProblem::CarriesPath);
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

impl TryFrom<String> for PublicAddress {
    type Error = AddressProblem;

    fn try_from(text: String) -> Result<Self, AddressProblem> {
        text.parse()
    }
}

impl From<PublicAddress> for String {
    fn from(address: PublicAddress) -> String {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_drops_the_trailing_slash() {
        assert_eq!(base_url("https://market.example/api/").unwrap().as_str(), "https://market.example/api");
        assert_eq!(base_url(" http://127.0.0.1:3000/api ").unwrap().as_str(), "http://127.0.0.1:3000/api");
        assert_eq!(base_url("http://[::1]:3000/api").unwrap().port(), Some(3000));
        assert!(base_url("http://localhost:3000/api").is_ok());
    }

    #[test]
    fn refuses_addresses_that_would_show_a_key() {
        assert_eq!(base_url("http://market.example/api"), Err(AddressProblem::NotEncrypted));
        assert_eq!(base_url("http://localhost.evil.example/api"), Err(AddressProblem::NotEncrypted));
        assert_eq!(base_url("https://me:pw@market.example"), Err(AddressProblem::CarriesExtras));
        assert_eq!(base_url("https://market.example?key=1"), Err(AddressProblem::CarriesExtras));
        assert_eq!(base_url("file:///etc/passwd"), Err(AddressProblem::NotAnAddress));
        assert_eq!(base_url("market.example"), Err(AddressProblem::NotAnAddress));
    }

    #[test]
    fn a_public_address_has_no_path() {
        let address: PublicAddress = "https://a.example/".parse().unwrap();
        assert_eq!(address.as_str(), "https://a.example");
        assert_eq!(address.with_path(&WebhookPath::default()), "https://a.example/api/v1/webhook/orders");
        assert_eq!("https://a.example/hook".parse::<PublicAddress>(), Err(AddressProblem::CarriesPath));
    }
}
