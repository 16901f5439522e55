//! `moltmarket/STATE.json`: a mirror for people who follow the market's own document (BEHAVIOUR 2.5). The database is the
//! truth; the file is never read back, but for seeing whether it is whole.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::jobs::{ActiveJob, CompletedJob, JobsSlot};
use crate::store::{ConversationRow, LetterWriter, Store, StoreResult};

/// What is done is forgotten after this.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const MOST_IDS: u32 = 10_000;
const PAGE: u32 = 200;
/// Characters of a letter in a summary.
const CUT: usize = 200;

/// The file's content, field by field as the document names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateFile {
    pub version: String,
    pub last_updated: Timestamp,
    pub active_jobs: Vec<ActiveJob>,
    pub conversations: Vec<StateConversation>,
    pub processed_notification_ids: Vec<String>,
    pub completed_jobs: Vec<CompletedJob>,
}

/// A conversation in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateConversation {
    pub conversation_id: String,
    pub participant_id: Option<String>,
    pub participant_name: Option<String>,
    pub related_job_id: Option<String>,
    pub last_message_at: Option<Timestamp>,
    pub summary: String,
}

/// The content as the database has it now. Times decide what is old, by our own clock.
///
/// # Errors
/// When the database fails.
pub async fn content(
    store: &Store,
    account_id: &str,
    jobs: &JobsSlot,
    now: Timestamp,
) -> StoreResult<StateFile> {
    let since = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    let (active_jobs, mut completed_jobs) = match jobs.room() {
        Some(room) => (room.active_jobs().await?, room.completed_jobs(since).await?),
        None => (Vec::new(), Vec::new()),
    };
    completed_jobs.retain(|job| job.completed_at > since);
    let mut conversations = Vec::new();
    loop {
        let offset = u32::try_from(conversations.len()).unwrap_or(u32::MAX);
        let page = store.list_conversations(account_id, PAGE, offset).await?;
        let is_last = page.len() < PAGE as usize;
        for row in page {
            let summary = summary(store, account_id, &row).await?;
            conversations.push(StateConversation {
                conversation_id: row.id,
                participant_id: row.other_id,
                participant_name: row.other_name,
                related_job_id: row.job_id,
                last_message_at: Some(row.newest_at).filter(|at| *at > Timestamp::UNIX_EPOCH),
                summary,
            });
        }
        if is_last {
            break;
        }
    }
    Ok(StateFile {
        version: "1.0".to_owned(),
        last_updated: now,
        active_jobs,
        conversations,
        processed_notification_ids: store.list_handled_ids(account_id, since, MOST_IDS).await?,
        completed_jobs,
    })
}

/// The last letter, cut. What was agreed stands in the letters themselves.
async fn summary(store: &Store, account_id: &str, row: &ConversationRow) -> StoreResult<String> {
    let Some(letter) = store.lookup_last_letter(account_id, &row.id).await? else { return Ok(String::new()) };
    let who = if letter.who == LetterWriter::Them { "them" } else { "us" };
    let text: String = letter.body.chars().take(CUT).collect();
    Ok(format!("last letter, by {who}: {text}"))
}

/// Writes the file whole or not at all. One that cannot be read is kept aside first; where it was put, if so. Content that
/// differs in nothing but its time is not written again.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn write(dir: &Path, content: &StateFile) -> std::io::Result<Option<PathBuf>> {
    let path = dir.join("STATE.json");
    let mut aside = None;
    match std::fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice::<StateFile>(&bytes) {
            Ok(known) => {
                if (StateFile { last_updated: content.last_updated, ..known }) == *content {
                    return Ok(None);
                }
            }
            Err(_) => {
                let place = dir.join(format!("STATE.broken-{}.json", content.last_updated.as_millisecond()));
                std::fs::rename(&path, &place)?;
                aside = Some(place);
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => std::fs::create_dir_all(dir)?,
        Err(error) => return Err(error),
    }
    let text = serde_json::to_string_pretty(content).map_err(std::io::Error::other)?;
    let temporary = dir.join(".STATE.json.new");
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&temporary, &path)?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(second: i64, ids: &[&str]) -> StateFile {
        StateFile {
            version: "1.0".to_owned(),
            last_updated: Timestamp::from_second(second).unwrap(),
            active_jobs: Vec::new(),
            conversations: Vec::new(),
            processed_notification_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            completed_jobs: Vec::new(),
        }
    }

    #[test]
    fn holds_every_field_of_the_document_and_is_written_only_when_something_changed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("moltmarket");
        assert_eq!(write(&folder, &content(1, &["a"])).unwrap(), None);
        let read = || std::fs::read_to_string(folder.join("STATE.json")).unwrap();
        let first = read();
        let value: serde_json::Value = serde_json::from_str(&first).unwrap();
        let names: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            [
                "version",
                "last_updated",
                "active_jobs",
                "conversations",
                "processed_notification_ids",
                "completed_jobs"
            ]
        );
        write(&folder, &content(2, &["a"])).unwrap();
        assert_eq!(read(), first, "only the time differs");
        write(&folder, &content(3, &["a", "b"])).unwrap();
        assert!(read().contains("1970-01-01T00:00:03Z"));
        assert!(!folder.join(".STATE.json.new").exists());
    }

    #[test]
    fn a_broken_file_is_kept_aside() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("STATE.json"), "{ \"version\": ").unwrap();
        let aside = write(dir.path(), &content(5, &[])).unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(aside).unwrap(), "{ \"version\": ");
        let whole = std::fs::read(dir.path().join("STATE.json")).unwrap();
        assert!(serde_json::from_slice::<StateFile>(&whole).is_ok());
    }
}
