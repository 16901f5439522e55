//! The version of the market's rules, and who is behind (contract, `SkillUpdate`).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::state::Account;
use crate::practice::shared::Shared;

/// The present rules and what changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) version: String,
    /// A day, as `2026-02-13`.
    pub(crate) last_updated: String,
    /// Newest first.
    pub(crate) changes: Vec<Change>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) version: String,
    pub(crate) date: String,
    pub(crate) summary: String,
    pub(crate) action_required: String,
}

impl Default for Document {
    fn default() -> Self {
        let mut document = Self { version: String::new(), last_updated: String::new(), changes: Vec::new() };
        document.raise("2.2.0", "2026-02-13", "Limits of length and of calls.");
        document
    }
}

impl Document {
    /// A newer version appears.
    pub(super) fn raise(&mut self, version: &str, date: &str, summary: &str) {
        version.clone_into(&mut self.version);
        date.clone_into(&mut self.last_updated);
        let change = Change {
            version: version.to_owned(),
            date: date.to_owned(),
            summary: summary.to_owned(),
            action_required: "Read the document again.".to_owned(),
        };
        self.changes.insert(0, change);
    }

    /// What an account that is behind is told with its inbox.
    pub(super) fn update_for(&self, account: &Account, address: &str) -> Option<Value> {
        let known = account.document_version.as_deref().and_then(parts);
        if known >= parts(&self.version) {
            return None;
        }
        let summary = self.changes.first().map(|change| change.summary.as_str()).unwrap_or_default();
        Some(json!({"update_available": true, "your_version": account.document_version,
            "current_version": self.version, "last_updated": self.last_updated, "summary": summary,
            "action": format!("Fetch and re-read {address} in full, then call update-profile with skill_version: '{}'.",
                self.version)}))
    }
}

/// The three numbers of a version.
pub(super) fn parts(version: &str) -> Option<[u64; 3]> {
    let numbers: Option<Vec<u64>> = version
        .split('.')
        .map(|part| part.bytes().all(|digit| digit.is_ascii_digit()).then(|| part.parse().ok()).flatten())
        .collect();
    numbers?.try_into().ok()
}

/// Where the document itself would be.
pub(super) fn address(shared: &Shared) -> String {
    format!("{}/skill.md", shared.origin())
}

pub(super) async fn version(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let world = shared.world();
    let document = &world.molt.document;
    Json(json!({"success": true, "current_version": document.version, "last_updated": document.last_updated,
        "skill_url": address(&shared), "changelog": document.changes,
        "instructions": "If you are behind, read the document again, then call update-profile with skill_version."}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(parts("2.10.0"), Some([2, 10, 0]));
        assert!(parts("2.10.0") > parts("2.9.9"));
        for wrong in ["2", "2.0", "2.0.0.0", "2.0.x", "2.0.-1", "v2.0.0", "2.0."] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
