//! What the seller has set for jobs.

use serde::{Deserialize, Serialize};

use super::delivery::Means;
use super::fit::AboutUs;
use crate::model::Caps;
use crate::settings::Language;

/// How far the robot goes with jobs that a saved search finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplyMode {
    /// The seller writes and sends.
    #[default]
    ByHand,
    /// A letter is drafted for what fits well; the seller sends it.
    DraftLetters,
    /// What fits well is applied for.
    Automatic,
}

/// Settings of the jobs room, kept under `jobs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobSettings {
    pub mode: ApplyMode,
    /// Applications in 24 hours at most; the market allows 20 (contract, `/apply-job`).
    pub most_a_day: u32,
    /// What fits less than this is left to the seller.
    pub least_fit: u8,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self { mode: ApplyMode::ByHand, most_a_day: 5, least_fit: 75 }
    }
}

/// What of the stall matters for jobs. The stall hands it over whenever it changes.
#[derive(Debug, Clone)]
pub struct JobRules {
    pub text_models: Vec<String>,
    pub caps: Caps,
    pub us: AboutUs,
    pub means: Means,
    /// The stall's name, which letters are signed with.
    pub name: String,
    /// The seller's language, where a job does not tell.
    pub language: Language,
}

impl Default for JobRules {
    fn default() -> Self {
        Self {
            text_models: Vec::new(),
            caps: Caps::default(),
            us: AboutUs::default(),
            means: Means::default(),
            name: String::new(),
            language: Language::English,
        }
    }
}
