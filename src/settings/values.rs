//! The stall's settings: what the seller chose, with the defaults in one place, checked before they are saved.
//!
//! The form in which they are kept carries a version. A field added later takes its default; a field that changes
//! its meaning raises [`StallSettings::VERSION`] and is brought over in [`StallSettings::from_stored`].

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::address::PublicAddress;
use super::bucket::{BucketSettings, LinkChoice};
use super::environment::Environment;
use super::hours::{OpeningHours, QuietHours};
use super::seconds::Seconds;
use super::templates::{Templates, unknown_placeholder};
use super::tunnel::{TunnelChoice, TunnelSettings};
use super::webhook_path::WebhookPath;

/// Everything the seller may set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StallSettings {
    /// The name on the stall's sign. 1 to 80 characters.
    pub stall_name: String,
    pub language: Language,
    pub theme: Theme,
    /// Percent, 100 to 200.
    pub text_size: u16,
    /// How much the robot does by itself.
    pub automation: AutomationMode,
    /// Most orders taken on at once, 1 to 50.
    pub max_running: u32,
    /// When the stall is open by itself.
    pub hours: OpeningHours,
    /// Text models in the order they are tried, 1 to 5.
    pub text_models: Vec<String>,
    /// Picture models in the order they are tried, 1 to 5.
    pub picture_models: Vec<String>,
    pub picture_route: PictureRoute,
    /// Most that models may cost for one order, in US dollars; none for no cap.
    pub cap_per_order_usd: Option<Decimal>,
    /// Most that models may cost in one day, in US dollars; none for no cap.
    pub cap_per_day_usd: Option<Decimal>,
    /// What one credit is worth in US dollars, for estimates only (contract, Agent Market 1.11).
    pub credit_usd: Decimal,
    /// Rounds of changes a buyer may ask for, 0 to 5.
    pub revisions: u32,
    pub notices: NoticeSwitches,
    pub templates: Templates,
    /// The path news is pushed to.
    pub webhook_path: WebhookPath,
    /// The public address that leads to this computer, if the seller has one.
    pub public_base_url: Option<PublicAddress>,
    /// Which kind of public address, and what each is opened with.
    pub tunnel: TunnelSettings,
    /// Which way public picture links are made.
    pub picture_links: LinkChoice,
    /// The bucket such links may lead into, if the seller has one.
    pub bucket: Option<BucketSettings>,
    /// How often the event feed is read while nothing is pushed.
    pub feed_seconds: Seconds,
    /// How often the event feed is read while pushes arrive.
    pub feed_seconds_with_push: Seconds,
    /// How often the stall says that it is there.
    pub heartbeat_seconds: Seconds,
    /// How often MoltMarket's inbox is read; at first the market's own pace (BEHAVIOUR 2.3). The seller chooses from 1 to 60 minutes; the environment may say less.
    pub moltmarket_seconds: Seconds,
}

impl Default for StallSettings {
    fn default() -> Self {
        let models = |ids: [&str; 2]| ids.map(str::to_owned).to_vec();
        Self {
            stall_name: "My stall".to_owned(),
            language: Language::English,
            theme: Theme::System,
            text_size: 100,
            automation: AutomationMode::Automatic,
            max_running: 3,
            hours: OpeningHours::default(),
            text_models: models(["google/gemini-3.1-flash-lite", "openai/gpt-5-mini"]),
            picture_models: models([
                "google/gemini-3.1-flash-image-preview",
                "google/gemini-2.5-flash-image",
            ]),
            picture_route: PictureRoute::Chat,
            cap_per_order_usd: Some(Decimal::new(50, 2)),
            cap_per_day_usd: Some(Decimal::new(500, 2)),
            credit_usd: Decimal::new(10, 2),
            revisions: 2,
            notices: NoticeSwitches::default(),
            templates: Templates::default(),
            webhook_path: WebhookPath::default(),
            public_base_url: None,
            tunnel: TunnelSettings::default(),
            picture_links: LinkChoice::default(),
            bucket: None,
            feed_seconds: Seconds::whole(30),
            feed_seconds_with_push: Seconds::whole(60),
            heartbeat_seconds: Seconds::whole(60),
            moltmarket_seconds: Seconds::whole(600),
        }
    }
}

/// Languages of the screens and of the robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// How much the robot does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutomationMode {
    /// Everything.
    Automatic,
    /// Everything but handing the pictures over.
    AskBeforeDelivering,
    /// Nothing.
    ByHand,
}

/// Which of the model provider's ways draws pictures (contract, OpenRouter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureRoute {
    Chat,
    Images,
}

/// Which notices are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticeSwitches {
    pub buyer_message: bool,
    pub order_received: bool,
    pub needs_you: bool,
    pub paid: bool,
    /// Nothing but what needs the seller, whatever the others say.
    pub only_needs_you: bool,
    pub quiet: QuietHours,
}

impl Default for NoticeSwitches {
    fn default() -> Self {
        Self {
            buyer_message: true,
            order_received: true,
            needs_you: true,
            paid: true,
            only_needs_you: false,
            quiet: QuietHours::default(),
        }
    }
}

/// A value that cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field} {what}")]
pub struct InvalidField {
    /// Name of the field, as in [`StallSettings`]; a template is `templates.<key>.<language>`.
    pub field: String,
    pub what: &'static str,
}

/// Every value that cannot be saved; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSettings(pub Vec<InvalidField>);

impl fmt::Display for InvalidSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, field) in self.0.iter().enumerate() {
            write!(formatter, "{}{field}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidSettings {}

/// Why kept settings cannot be read.
#[derive(Debug, Error)]
pub enum StoredSettingsError {
    #[error("the settings were saved by a newer Stallkeeper (version {0})")]
    Newer(u64),
    #[error("the settings name no version")]
    NoVersion,
    #[error("the settings cannot be read")]
    Malformed(#[source] serde_json::Error),
    #[error(transparent)]
    Invalid(#[from] InvalidSettings),
}

impl StallSettings {
    /// Version of the form in which settings are kept.
    pub const VERSION: u64 = 1;

    /// Checks every value.
    ///
    /// # Errors
    /// Naming every field that cannot be saved.
    pub fn validate(&self) -> Result<(), InvalidSettings> {
        let mut checks = Checks(Vec::new());
        let name = self.stall_name.trim();
        checks.wants(
            "stall_name",
            !name.is_empty() && name.chars().count() <= 80 && !name.chars().any(char::is_control),
            "must have 1 to 80 characters on one line",
        );
        checks.wants("text_size", (100..=200).contains(&self.text_size), "must be from 100 to 200");
        checks.wants("max_running", (1..=50).contains(&self.max_running), "must be from 1 to 50");
        let quiet = &self.notices.quiet;
        checks.wants("notices.quiet", !quiet.kept || quiet.from != quiet.until, "must end at another time");
        checks.wants("hours.days", !self.hours.never(), "must name a day");
        checks.models("text_models", &self.text_models);
        checks.models("picture_models", &self.picture_models);
        checks.money("cap_per_order_usd", self.cap_per_order_usd);
        checks.money("cap_per_day_usd", self.cap_per_day_usd);
        checks.money("credit_usd", Some(self.credit_usd));
        checks.wants("revisions", self.revisions <= 5, "must be from 0 to 5");
        if let Some((field, what)) = self.tunnel.wrong() {
            checks.wants(format!("tunnel.{field}"), false, what);
        }
        if let Some((field, what)) = self.bucket.as_ref().and_then(BucketSettings::wrong) {
            checks.wants(format!("bucket.{field}"), false, what);
        }
        for (key, language, text) in self.templates.changed() {
            let field = || format!("templates.{}.{}", word(key), word(language));
            checks.wants(
                field(),
                text.chars().count() <= Templates::MAX_CHARACTERS,
                "must not be longer than 2000 characters",
            );
            checks.wants(
                field(),
                unknown_placeholder(text).is_none(),
                "holds a name in braces that cannot be filled in",
            );
        }
        if checks.0.is_empty() { Ok(()) } else { Err(InvalidSettings(checks.0)) }
    }

    /// The form in which settings are kept, with its version.
    ///
    /// # Errors
    /// When a value cannot be saved.
    pub fn to_stored(&self) -> Result<Value, StoredSettingsError> {
        self.validate()?;
        let values = serde_json::to_value(self).map_err(StoredSettingsError::Malformed)?;
        Ok(serde_json::json!({ "version": Self::VERSION, "values": values }))
    }

    /// Reads what [`StallSettings::to_stored`] made.
    ///
    /// # Errors
    /// When it comes from a newer version, or holds what was never saved.
    pub fn from_stored(stored: &Value) -> Result<Self, StoredSettingsError> {
        match stored.get("version").and_then(Value::as_u64) {
            None => return Err(StoredSettingsError::NoVersion),
            Some(version) if version > Self::VERSION => return Err(StoredSettingsError::Newer(version)),
            Some(_) => {}
        }
        let settings = Self::deserialize(&stored["values"]).map_err(StoredSettingsError::Malformed)?;
        settings.validate()?;
        Ok(settings)
    }

    /// These settings with what the environment fixes laid over them.
    pub fn overlaid_by(&self, environment: &Environment) -> Self {
        let mut settings = self.clone();
        if !environment.text_models.is_empty() {
            settings.text_models.clone_from(&environment.text_models);
        }
        if !environment.picture_models.is_empty() {
            settings.picture_models.clone_from(&environment.picture_models);
        }
        if let Some(path) = &environment.webhook_path {
            settings.webhook_path = path.clone();
        }
        if let Some(address) = &environment.webhook_public_base_url {
            settings.public_base_url = Some(address.clone());
            settings.tunnel.kind = TunnelChoice::Own;
        }
        if let Some(seconds) = environment.event_poll {
            settings.feed_seconds = seconds;
            settings.feed_seconds_with_push = seconds.doubled();
        }
        if let Some(seconds) = environment.moltmarket_poll {
            settings.moltmarket_seconds = seconds;
        }
        if let Some(seconds) = environment.heartbeat {
            settings.heartbeat_seconds = seconds;
        }
        settings
    }
}

struct Checks(Vec<InvalidField>);

impl Checks {
    fn wants(&mut self, field: impl Into<String>, right: bool, what: &'static str) {
        if !right {
            self.0.push(InvalidField { field: field.into(), what });
        }
    }

    fn models(&mut self, field: &str, models: &[String]) {
        self.wants(field, (1..=5).contains(&models.len()), "must name 1 to 5 models");
        let character = |c: char| c.is_ascii_alphanumeric() || "-_.~:/".contains(c);
        let named = |id: &String| {
            id.len() <= 200
                && id.split_once('/').is_some_and(|(maker, name)| !maker.is_empty() && !name.is_empty())
                && id.chars().all(character)
        };
        self.wants(field, models.iter().all(named), "must hold names such as maker/model");
        let distinct = models.iter().enumerate().all(|(index, id)| !models[..index].contains(id));
        self.wants(field, distinct, "must not name a model twice");
    }

    fn money(&mut self, field: &str, amount: Option<Decimal>) {
        let right = amount.is_none_or(|amount| amount > Decimal::ZERO && amount <= Decimal::from(10_000));
        self.wants(field, right, "must be more than 0 and at most 10000");
    }
}

/// The word a value is kept as.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::folders::UserFolders;
    use super::super::templates::TemplateKey;
    use super::*;

    #[test]
    fn the_defaults_can_be_saved_and_read_back() {
        let mut settings = StallSettings::default();
        settings.templates.set(TemplateKey::Delivered, Language::Chinese, "好了：{files}");
        settings.public_base_url = Some("https://stall.example".parse().unwrap());
        settings.cap_per_day_usd = None;
        let stored = settings.to_stored().unwrap();
        assert_eq!(StallSettings::from_stored(&stored).unwrap(), settings);
        assert_eq!(stored["values"]["cap_per_order_usd"], "0.50", "money is kept as text");
    }

    #[test]
    fn a_field_added_later_takes_its_default() {
        let stored = serde_json::json!({ "version": 1, "values": { "stall_name": "Lin's" } });
        let settings = StallSettings::from_stored(&stored).unwrap();
        assert_eq!(settings, StallSettings { stall_name: "Lin's".into(), ..StallSettings::default() });
    }

    #[test]
    fn refuses_what_it_does_not_know_in_its_own_file() {
        let read = |json| StallSettings::from_stored(&json).unwrap_err();
        assert!(matches!(
            read(serde_json::json!({ "version": 2, "values": {} })),
            StoredSettingsError::Newer(2)
        ));
        assert!(matches!(read(serde_json::json!({ "values": {} })), StoredSettingsError::NoVersion));
        let unknown = serde_json::json!({ "version": 1, "values": { "colour": "red" } });
        assert!(matches!(read(unknown), StoredSettingsError::Malformed(_)));
        let mode = serde_json::json!({ "version": 1, "values": { "automation": "sometimes" } });
        assert!(matches!(read(mode), StoredSettingsError::Malformed(_)));
        let address =
            serde_json::json!({ "version": 1, "values": { "public_base_url": "http://a.example" } });
        assert!(matches!(read(address), StoredSettingsError::Malformed(_)));
        let size = serde_json::json!({ "version": 1, "values": { "text_size": 50 } });
        assert!(matches!(read(size), StoredSettingsError::Invalid(_)));
    }

    #[test]
    fn names_every_field_that_cannot_be_saved() {
        let mut settings = StallSettings {
            stall_name: " ".into(),
            text_size: 99,
            max_running: 0,
            text_models: vec![],
            picture_models: vec!["nonsense".into(), "a/b".into(), "a/b".into()],
            cap_per_order_usd: Some(Decimal::ZERO),
            cap_per_day_usd: Some(Decimal::new(-1, 0)),
            credit_usd: Decimal::ZERO,
            revisions: 6,
            ..StallSettings::default()
        };
        settings.templates.set(TemplateKey::GuideAgain, Language::Chinese, "{nobody}");
        let InvalidSettings(fields) = settings.validate().unwrap_err();
        let fields: Vec<_> = fields.iter().map(|invalid| invalid.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "stall_name",
                "text_size",
                "max_running",
                "text_models",
                "picture_models",
                "picture_models",
                "cap_per_order_usd",
                "cap_per_day_usd",
                "credit_usd",
                "revisions",
                "templates.guide_again.zh-CN",
            ]
        );
    }

    #[test]
    fn the_environment_wins_over_the_form() {
        let pairs = [
            ("TEXT_MODEL", "maker/words"),
            ("WEBHOOK_PATH", "/hook"),
            ("EVENT_POLL_SECONDS", "0.2"),
            ("HEARTBEAT_SECONDS", "5"),
            ("MOLTMARKET_POLL_SECONDS", "20"),
            ("WEBHOOK_PUBLIC_BASE_URL", "https://stall.example"),
        ];
        let environment = Environment::read(pairs, &UserFolders::default()).unwrap();
        let settings = StallSettings::default().overlaid_by(&environment);
        assert_eq!(settings.text_models, ["maker/words"]);
        assert_eq!(settings.picture_models, StallSettings::default().picture_models);
        assert_eq!(settings.webhook_path.as_str(), "/hook");
        assert_eq!(f64::from(settings.feed_seconds), 0.2);
        assert_eq!(f64::from(settings.feed_seconds_with_push), 0.4);
        assert_eq!(settings.heartbeat_seconds.rounded_up(), 5);
        assert_eq!(settings.moltmarket_seconds.rounded_up(), 20);
        assert!(settings.public_base_url.is_some());
    }
}
