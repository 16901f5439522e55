//! How a stall is opened.

use std::path::PathBuf;

use crate::desk::contract::StallMode;
use crate::secrets::SecretPlace;
use crate::settings::{Environment, UserFolders};

/// How a stall is opened.
#[derive(Debug, Clone)]
pub struct StallConfig {
    /// Database, pictures and mirrors live here.
    pub data_dir: PathBuf,
    /// What the environment fixes; it wins over what the seller chose on the screen.
    pub environment: Environment,
    /// Where the user's own files lie.
    pub folders: UserFolders,
    /// Where keys are kept.
    pub secrets: SecretPlace,
    /// Opens on the practice marketplace whatever was chosen before.
    pub practice: bool,
    /// How fast practice time passes; 1 is as people are.
    pub practice_speed: f64,
}

impl StallConfig {
    /// A desktop's stall: keys in the keychain, the mode as it was left.
    pub fn for_desktop(data_dir: PathBuf) -> Self {
        let fallback = data_dir.join("keys");
        let secrets = SecretPlace::Keychain { service: "app.stallkeeper.desktop".to_owned(), fallback };
        Self {
            data_dir,
            environment: Environment::default(),
            folders: UserFolders::default(),
            secrets,
            practice: false,
            practice_speed: practice_speed(),
        }
    }

    /// A stall without a window, configured by the environment; what it makes itself is kept in the data folder.
    pub fn for_server(
        data_dir: PathBuf,
        environment: Environment,
        folders: UserFolders,
        practice: bool,
    ) -> Self {
        let secrets = SecretPlace::File { dir: data_dir.join("keys") };
        Self { data_dir, environment, folders, secrets, practice, practice_speed: practice_speed() }
    }

    /// Whether the environment names a marketplace account of its own.
    pub(super) fn has_market_account(&self) -> bool {
        self.environment.credentials_file.is_some() || self.environment.agent_market_base_url.is_some()
    }

    /// The stall to open first: practice when told so, the environment's account, else as it was left.
    pub(super) fn first_mode(&self, left: Option<StallMode>) -> StallMode {
        if self.practice {
            StallMode::Practice
        } else if self.has_market_account() || self.environment.moltmarket_api_key.is_some() {
            StallMode::Live
        } else {
            left.unwrap_or(StallMode::Welcome)
        }
    }
}

/// `STALLKEEPER_PRACTICE_SPEED`, for rehearsals in a hurry.
fn practice_speed() -> f64 {
    let asked = std::env::var("STALLKEEPER_PRACTICE_SPEED").ok().and_then(|speed| speed.parse::<f64>().ok());
    asked.filter(|speed| *speed > 0.0).unwrap_or(1.0)
}
