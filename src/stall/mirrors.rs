//! Mirrors of the database for people who follow the guides: `image_tasks.jsonl`,
//! `state/webhook_state.json` and `moltmarket/STATE.json`.
//! The database is the truth; a mirror that cannot be written is written later.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::Stall;
use crate::crash::{self, Point};
use crate::images::task_record::append;
use crate::images::{GenerationParams, TaskRecord, TaskStatus as Ended};
use crate::store::{TaskRow, TaskStatus};

/// Events named in the mirror.
const RECENT: u32 = 200;
/// Mirrors follow within this time.
const SETTLE: Duration = Duration::from_millis(300);

impl Stall {
    /// Writes the mirrors whenever something they show has changed.
    pub(super) async fn keep_mirrors(self) {
        let mut events = self.events();
        let stop = self.inner.stop.clone();
        loop {
            self.mirror_now().await;
            tokio::select! {
                event = events.recv() => if matches!(event, Err(RecvError::Closed)) { return },
                () = stop.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(SETTLE) => {}
                () = stop.cancelled() => return,
            }
            events = events.resubscribe();
        }
    }

    pub(super) async fn mirror_now(&self) {
        if self.store().disk().trouble().is_some() {
            return;
        }
        if let Err(error) = self.mirror_tasks().await {
            tracing::warn!(error = %format!("{error:#}"), "image_tasks.jsonl cannot be written now");
        }
        if let Err(error) = self.mirror_events().await {
            tracing::warn!(error = %format!("{error:#}"), "webhook_state.json cannot be written now");
        }
        if let Err(error) = self.mirror_molt().await {
            tracing::warn!(error = %format!("{error:#}"), "STATE.json cannot be written now");
        }
    }

    async fn mirror_tasks(&self) -> anyhow::Result<()> {
        let path = Arc::new(self.config().data_dir.join("image_tasks.jsonl"));
        for task in self.store().list_tasks_to_mirror().await? {
            let (id, status, path) = (task.id.clone(), task.status, Arc::clone(&path));
            let Some(record) = record_of(task) else { continue };
            tokio::task::spawn_blocking(move || append(&path, &record)).await??;
            crash::point(Point::MirrorLineWritten);
            let mut write = self.store().write().await?;
            write.record_mirrored(&id, status).await?;
            write.commit().await?;
            crash::point(Point::MirrorLineRecorded);
        }
        Ok(())
    }

    async fn mirror_events(&self) -> anyhow::Result<()> {
        let Some(account) = self.account() else { return Ok(()) };
        let recent = self.store().list_recent_news(&account.row.id, RECENT).await?;
        let Some(newest) = recent.first() else { return Ok(()) };
        let state = json!({
            "last_event_id": recent.iter().filter_map(|event| event.event_id.parse::<i64>().ok()).max(),
            "last_event_at": newest.received_at,
            "processed_event_ids": recent.iter().filter(|event| event.handled_at.is_some()).filter_map(|event| event.event_id.parse::<i64>().ok()).collect::<Vec<_>>(),
        });
        let text = format!("{state:#}\n");
        let dir = self.config().data_dir.join("state");
        tokio::task::spawn_blocking(move || write_if_changed(&dir, "webhook_state.json", &text)).await??;
        Ok(())
    }
}

fn write_if_changed(dir: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let path = dir.join(name);
    if std::fs::read_to_string(&path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    std::fs::create_dir_all(dir)?;
    let temporary = dir.join(format!(".{name}.new"));
    std::fs::write(&temporary, text)?;
    crash::point(Point::MirrorStateWritten);
    std::fs::rename(&temporary, &path)?;
    crash::point(Point::MirrorStateInPlace);
    Ok(())
}

fn record_of(task: TaskRow) -> Option<TaskRecord> {
    Some(TaskRecord {
        task_id: task.id,
        order_id: task.market_order_id,
        original_input: task.original_input,
        optimized_prompt: task.optimized_prompt,
        generation_params: GenerationParams {
            model: task.model,
            count: u8::try_from(task.count).unwrap_or(u8::MAX),
        },
        image_paths: task.image_paths.into_iter().map(Into::into).collect(),
        status: match task.status {
            TaskStatus::Success => Ended::Success,
            TaskStatus::Failed => Ended::Failed,
            TaskStatus::Running => return None,
        },
        error_message: task.error_message,
        created_at: task.created_at,
        completed_at: task.completed_at?,
    })
}
