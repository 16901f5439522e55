//! What the seller decided, typed: the stall's own settings, the environment names of a stall without a window,
//! and keys found in files the seller already has.
//!
//! Nothing here keeps a secret (that is [`crate::secrets`]), opens a connection or writes a file.

mod address;
mod bucket;
mod credentials;
mod dotenv;
mod environment;
mod folders;
mod hours;
mod import;
mod seconds;
mod templates;
mod tunnel;
mod values;
mod webhook_path;

pub use address::{AddressProblem, PublicAddress, base_url};
pub use bucket::{BucketSettings, LinkChoice};
pub use credentials::{Credentials, CredentialsError, CredentialsFile, default_places};
pub use dotenv::{DotenvError, read_dotenv};
pub use environment::{Environment, EnvironmentProblem, EnvironmentProblems};
pub use folders::UserFolders;
pub use hours::{ClosedBy, OpeningHours, QuietHours};
pub use import::{ImportError, Imported, read_keys};
pub use seconds::Seconds;
pub use templates::{PLACEHOLDERS, TemplateKey, Templates};
pub use tunnel::{CloudflaredSettings, NgrokSettings, SshSettings, TunnelChoice, TunnelSettings};
pub use values::{
    AutomationMode, InvalidField, InvalidSettings, Language, NoticeSwitches, PictureRoute, StallSettings,
    StoredSettingsError, Theme,
};
pub use webhook_path::{WebhookPath, WebhookPathProblem};
