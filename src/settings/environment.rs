//! The environment names of a stall without a window, typed.
//!
//! The names are those of the marketplace's own guide, so that a working `.env` of the guide works here. Nothing is
//! read from the process except in [`Environment::process_pairs`].

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

use super::address::{self, PublicAddress};
use super::folders::UserFolders;
use super::seconds::Seconds;
use super::webhook_path::WebhookPath;

/// What the environment says; `None` and empty lists where it says nothing.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `AGENT_MARKET_BASE_URL`: the marketplace.
    pub agent_market_base_url: Option<Url>,
    /// `CREDENTIALS_FILE`: JSON file with `api_key` and `agent_id`; `~` is the user's home.
    pub credentials_file: Option<PathBuf>,
    /// `SERVICE_SKU_ID`: the marketplace's ids of the listings kept, comma-separated; empty for all own listings.
    pub service_sku_ids: Vec<String>,
    /// `ADMIN_SECRET`: wanted in `X-Admin-Secret` by the picture address.
    pub admin_secret: Option<SecretString>,
    /// `WEBHOOK_PATH`: the path news is pushed to.
    pub webhook_path: Option<WebhookPath>,
    /// `WEBHOOK_PUBLIC_BASE_URL`: the public address that leads here.
    pub webhook_public_base_url: Option<PublicAddress>,
    /// `WEBHOOK_SECRET`: signs pushed news; 32 to 64 characters (contract, Agent Market 1.4).
    pub webhook_secret: Option<SecretString>,
    /// `APP_PORT`: port of the local interface on loopback; 0 for any free one.
    pub app_port: Option<u16>,
    /// `OPENROUTER_API_KEY`: the model provider's key.
    pub openrouter_api_key: Option<SecretString>,
    /// `OPENROUTER_BASE_URL`: the model provider.
    pub openrouter_base_url: Option<Url>,
    /// `TEXT_MODEL`: text models in the order they are tried, comma-separated.
    pub text_models: Vec<String>,
    /// `IMAGE_MODEL`: picture models in the order they are tried, comma-separated.
    pub picture_models: Vec<String>,
    /// `MOLTMARKET_BASE_URL`: the second marketplace.
    pub moltmarket_base_url: Option<Url>,
    /// `MOLTMARKET_API_KEY`: its key.
    pub moltmarket_api_key: Option<SecretString>,
    /// `MOLTMARKET_POLL_SECONDS`: how often its inbox is read.
    pub moltmarket_poll: Option<Seconds>,
    /// `EVENT_POLL_SECONDS`: how often the event feed is read.
    pub event_poll: Option<Seconds>,
    /// `HEARTBEAT_SECONDS`: how often the stall says that it is there.
    pub heartbeat: Option<Seconds>,
    /// `DATA_DIR`: where everything is kept.
    pub data_dir: Option<PathBuf>,
    /// `STALLKEEPER_PASSPHRASE`: seals the file of secrets where there is no keychain.
    pub passphrase: Option<SecretString>,
}

/// A value that cannot be used. Never quotes the value: it may be a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name} {what}")]
pub struct EnvironmentProblem {
    pub name: &'static str,
    pub what: String,
}

/// Every value that cannot be used, so that all are mended at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentProblems(pub Vec<EnvironmentProblem>);

impl fmt::Display for EnvironmentProblems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            write!(formatter, "{}{problem}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for EnvironmentProblems {}

impl Environment {
    /// Every name that is read.
    pub const NAMES: [&'static str; 19] = [
        "AGENT_MARKET_BASE_URL",
        "CREDENTIALS_FILE",
        "SERVICE_SKU_ID",
        "ADMIN_SECRET",
        "WEBHOOK_PATH",
        "WEBHOOK_PUBLIC_BASE_URL",
        "WEBHOOK_SECRET",
        "APP_PORT",
        "OPENROUTER_API_KEY",
        "OPENROUTER_BASE_URL",
        "TEXT_MODEL",
        "IMAGE_MODEL",
        "MOLTMARKET_BASE_URL",
        "MOLTMARKET_API_KEY",
        "MOLTMARKET_POLL_SECONDS",
        "EVENT_POLL_SECONDS",
        "HEARTBEAT_SECONDS",
        "DATA_DIR",
        "STALLKEEPER_PASSPHRASE",
    ];

    /// The names and values of this process that are text.
    pub fn process_pairs() -> Vec<(String, String)> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// Reads the names from pairs. Of equal names the first counts; an empty value counts as not set.
    ///
    /// # Errors
    /// When any value cannot be used.
    pub fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        folders: &UserFolders,
    ) -> Result<Self, EnvironmentProblems> {
        match Self::read_what_can_be_used(pairs, folders) {
            (environment, problems) if problems.is_empty() => Ok(environment),
            (_, problems) => Err(EnvironmentProblems(problems)),
        }
    }

    /// Like [`Environment::read`], leaving out what cannot be used.
    pub fn read_what_can_be_used<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        folders: &UserFolders,
    ) -> (Self, Vec<EnvironmentProblem>) {
        let mut reader = Reader { pairs: pairs.into_iter().collect(), problems: Vec::new() };
        let environment = Self {
            agent_market_base_url: reader.parsed("AGENT_MARKET_BASE_URL", address::base_url),
            credentials_file: reader.path("CREDENTIALS_FILE", folders),
            service_sku_ids: reader.list("SERVICE_SKU_ID"),
            admin_secret: reader.secret("ADMIN_SECRET"),
            webhook_path: reader.parsed("WEBHOOK_PATH", WebhookPath::from_str),
            webhook_public_base_url: reader.parsed("WEBHOOK_PUBLIC_BASE_URL", PublicAddress::from_str),
            webhook_secret: reader.parsed("WEBHOOK_SECRET", webhook_secret),
            app_port: reader.parsed("APP_PORT", |text| {
                text.parse::<u16>().map_err(|_| "must be a port number from 0 to 65535")
            }),
            openrouter_api_key: reader.secret("OPENROUTER_API_KEY"),
            openrouter_base_url: reader.parsed("OPENROUTER_BASE_URL", address::base_url),
            text_models: reader.list("TEXT_MODEL"),
            picture_models: reader.list("IMAGE_MODEL"),
            moltmarket_base_url: reader.parsed("MOLTMARKET_BASE_URL", address::base_url),
            moltmarket_api_key: reader.secret("MOLTMARKET_API_KEY"),
            moltmarket_poll: reader.parsed("MOLTMARKET_POLL_SECONDS", Seconds::from_str),
            event_poll: reader.parsed("EVENT_POLL_SECONDS", Seconds::from_str),
            heartbeat: reader.parsed("HEARTBEAT_SECONDS", Seconds::from_str),
            data_dir: reader.path("DATA_DIR", folders),
            passphrase: reader.secret("STALLKEEPER_PASSPHRASE"),
        };
        (environment, reader.problems)
    }

    /// The names that were given a value; they win over what the seller chose on the screen.
    pub fn given(&self) -> Vec<&'static str> {
        let Self {
            agent_market_base_url,
            credentials_file,
            service_sku_ids,
            admin_secret,
            webhook_path,
            webhook_public_base_url,
            webhook_secret,
            app_port,
            openrouter_api_key,
            openrouter_base_url,
            text_models,
            picture_models,
            moltmarket_base_url,
            moltmarket_api_key,
            moltmarket_poll,
            event_poll,
            heartbeat,
            data_dir,
            passphrase,
        } = self;
        let given = [
            agent_market_base_url.is_some(),
            credentials_file.is_some(),
            !service_sku_ids.is_empty(),
            admin_secret.is_some(),
            webhook_path.is_some(),
            webhook_public_base_url.is_some(),
            webhook_secret.is_some(),
            app_port.is_some(),
            openrouter_api_key.is_some(),
            openrouter_base_url.is_some(),
            !text_models.is_empty(),
            !picture_models.is_empty(),
            moltmarket_base_url.is_some(),
            moltmarket_api_key.is_some(),
            moltmarket_poll.is_some(),
            event_poll.is_some(),
            heartbeat.is_some(),
            data_dir.is_some(),
            passphrase.is_some(),
        ];
        Self::NAMES.into_iter().zip(given).filter_map(|(name, given)| given.then_some(name)).collect()
    }
}

struct Reader<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    problems: Vec<EnvironmentProblem>,
}

impl<'a> Reader<'a> {
    fn text(&mut self, name: &'static str) -> Option<&'a str> {
        let (_, value) = self.pairs.iter().find(|(other, _)| *other == name)?;
        let value = value.trim();
        if value.starts_with('<') && value.ends_with('>') {
            self.problem(name, "still holds the guide's placeholder; put the value there or leave it empty");
            return None;
        }
        Some(value).filter(|value| !value.is_empty())
    }

    fn parsed<T, E: fmt::Display>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.text(name)?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(name, error);
                None
            }
        }
    }

    fn secret(&mut self, name: &'static str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    fn path(&mut self, name: &'static str, folders: &UserFolders) -> Option<PathBuf> {
        self.text(name).map(|path| folders.expand(path))
    }

    fn list(&mut self, name: &'static str) -> Vec<String> {
        let items = self.text(name).unwrap_or_default().split(',').map(str::trim);
        items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    fn problem(&mut self, name: &'static str, what: impl fmt::Display) {
        self.problems.push(EnvironmentProblem { name, what: what.to_string() });
    }
}

fn webhook_secret(text: &str) -> Result<SecretString, &'static str> {
    let secret = SecretString::from(text);
    if (32..=64).contains(&secret.expose_secret().chars().count()) {
        Ok(secret)
    } else {
        Err("must have 32 to 64 characters")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// A usable value for every name.
    const SAMPLE: [(&str, &str); 19] = [
        ("AGENT_MARKET_BASE_URL", "https://market.example/api"),
        ("CREDENTIALS_FILE", "~/.config/agentmarket/credentials.json"),
        ("SERVICE_SKU_ID", "listing-1, listing-2"),
        ("ADMIN_SECRET", "open sesame"),
        ("WEBHOOK_PATH", "/api/v1/webhook/orders"),
        ("WEBHOOK_PUBLIC_BASE_URL", "https://stall.example"),
        ("WEBHOOK_SECRET", "0123456789abcdef0123456789abcdef"),
        ("APP_PORT", "8000"),
        ("OPENROUTER_API_KEY", "sk-or-1"),
        ("OPENROUTER_BASE_URL", "https://models.example/api/v1"),
        ("TEXT_MODEL", "maker/words"),
        ("IMAGE_MODEL", "maker/pictures,other/pictures"),
        ("MOLTMARKET_BASE_URL", "https://molt.example/api/v1"),
        ("MOLTMARKET_API_KEY", "molt-1"),
        ("MOLTMARKET_POLL_SECONDS", "600"),
        ("EVENT_POLL_SECONDS", "0.5"),
        ("HEARTBEAT_SECONDS", "60"),
        ("DATA_DIR", "./data"),
        ("STALLKEEPER_PASSPHRASE", "correct horse"),
    ];

    #[test]
    fn every_name_is_read_alone_and_reported_as_given() {
        for (name, value) in SAMPLE {
            let environment = Environment::read([(name, value)], &UserFolders::default()).unwrap();
            assert_eq!(environment.given(), [name]);
        }
        let all = Environment::read(SAMPLE, &UserFolders::from_pairs([("HOME", "/home/lin")])).unwrap();
        assert_eq!(all.given(), Environment::NAMES);
        assert_eq!(all.service_sku_ids, ["listing-1", "listing-2"]);
        assert_eq!(all.picture_models, ["maker/pictures", "other/pictures"]);
        assert_eq!(all.event_poll.unwrap().duration().as_millis(), 500);
        assert_eq!(
            all.credentials_file.as_deref(),
            Some(Path::new("/home/lin/.config/agentmarket/credentials.json"))
        );
    }

    #[test]
    fn the_page_for_servers_names_what_is_read_and_nothing_else() {
        let page = include_str!("../../docs/headless.md");
        let named: Vec<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(named, Environment::NAMES);
    }

    #[test]
    fn says_everything_that_is_wrong_at_once_and_no_value() {
        let problems = Environment::read(
            [
                ("WEBHOOK_PATH", "orders"),
                ("APP_PORT", "http"),
                ("HEARTBEAT_SECONDS", "-1"),
                ("WEBHOOK_SECRET", "tooshort"),
                ("SERVICE_SKU_ID", "<fill in listing.id>"),
                ("AGENT_MARKET_BASE_URL", "http://market.example/api"),
            ],
            &UserFolders::default(),
        )
        .unwrap_err();
        assert_eq!(
            problems.to_string(),
            "AGENT_MARKET_BASE_URL must start with https:// (http:// is only for this computer); \
             SERVICE_SKU_ID still holds the guide's placeholder; put the value there or leave it empty; \
             WEBHOOK_PATH must start with /; \
             WEBHOOK_SECRET must have 32 to 64 characters; \
             APP_PORT must be a port number from 0 to 65535; \
             HEARTBEAT_SECONDS must be a number of seconds above 0 and at most 86400"
        );
        assert!(!problems.to_string().contains("tooshort"));
    }

    #[test]
    fn the_first_of_equal_names_counts_and_empty_is_not_set() {
        let pairs = [("APP_PORT", "9000"), ("APP_PORT", "8000"), ("TEXT_MODEL", ""), ("DATA_DIR", "  ")];
        let environment = Environment::read(pairs, &UserFolders::default()).unwrap();
        assert_eq!(environment.app_port, Some(9000));
        assert_eq!(environment.given(), ["APP_PORT"]);
    }

    #[test]
    fn secrets_do_not_show_when_printed() {
        let printed = format!("{:?}", Environment::read(SAMPLE, &UserFolders::default()).unwrap());
        for secret in ["open sesame", "0123456789abcdef", "sk-or-1", "molt-1", "correct horse"] {
            assert!(!printed.contains(secret), "{secret}");
        }
    }
}
