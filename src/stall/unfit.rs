//! Why a stall cannot be opened, where the seller can do something about it.

use std::path::Path;

use crate::store::{Backup, StoreError, backup};

/// The database is damaged; it is left as it is.
#[derive(Debug, thiserror::Error)]
#[error("the stall's data is damaged ({said}); {}", next_step(.backup.as_ref()))]
pub struct Damaged {
    pub said: String,
    /// The newest backup that can take its place.
    pub backup: Option<Backup>,
}

fn next_step(backup: Option<&Backup>) -> String {
    match backup {
        Some(backup) => format!(
            "the newest good backup is {} of {}: put it back with `stallkeeper-server --restore {}`; the damaged file is kept",
            backup.name, backup.made_at, backup.name
        ),
        None => "no good backup was found; keep the data folder and ask for help".to_owned(),
    }
}

/// Adds to a damaged database what can take its place.
pub(super) async fn explain(error: StoreError, database: &Path) -> anyhow::Error {
    match error {
        StoreError::Damaged(said) => {
            let backup = backup::newest_good(database).await.unwrap_or_default();
            Damaged { said, backup }.into()
        }
        error => error.into(),
    }
}
