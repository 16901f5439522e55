//! Watches the disk: with too little room, or while it does not take writes, nothing is begun; once it does again,
//! everything goes on by itself.

use std::sync::Arc;
use std::time::Duration;

use super::{OpenAccount, Stall};
use crate::desk::contract::DeskEvent;
use crate::images::FilesError;
use crate::store::{DiskTrouble, free_bytes, is_too_little};

const LOOK_EVERY: Duration = Duration::from_secs(2);

impl Stall {
    /// Looks until the stall closes.
    pub(super) async fn keep_watching_the_disk(self) {
        let stop = self.inner.stop.clone();
        loop {
            self.judge_the_disk(false).await;
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Writes to both places now, whether or not there is reason to doubt them.
    pub(super) async fn prove_the_disk(&self) {
        self.judge_the_disk(true).await;
    }

    async fn judge_the_disk(&self, prove: bool) {
        let disk = self.store().disk();
        let before = disk.trouble();
        let dir = self.config().data_dir.clone();
        let has_room =
            tokio::task::spawn_blocking(move || free_bytes(&dir).is_ok_and(|free| !is_too_little(free)));
        let now = match (has_room.await.unwrap_or(true), before) {
            (false, _) => Some(DiskTrouble::Full),
            (true, None) if !prove => None,
            // Room alone proves nothing: both places are written to before the stall goes on.
            (true, trouble) => self.try_both_places(trouble).await,
        };
        if !disk.set(now) {
            return;
        }
        match now {
            Some(trouble) => {
                tracing::error!(trouble = trouble.code(), "the disk cannot keep what comes; the stall waits")
            }
            None => {
                tracing::info!("the disk takes writes again; the stall goes on");
                if let Some(account) = self.account() {
                    self.go_on(&account).await;
                }
                if let Some(molt) = self.molt() {
                    if let Err(error) = molt.walks().wake_waiting().await {
                        tracing::warn!(%error, "given jobs are looked at again when their time comes");
                    }
                    molt.poll_now.notify_one();
                }
            }
        }
        self.signals().send(DeskEvent::StallChanged);
    }

    /// Looks at once at everything that waits: it would otherwise wait for its next look.
    pub(super) async fn go_on(&self, account: &OpenAccount) {
        if let Err(error) = account.wake_waiting().await {
            tracing::warn!(%error, "orders are looked at again when their time comes");
        }
        account.arrived.notify_one();
        account.read_feed.notify_one();
        account.compare.notify_one();
    }

    /// Writes to the database and beside the pictures; the trouble there is, if any.
    async fn try_both_places(&self, before: Option<DiskTrouble>) -> Option<DiskTrouble> {
        let before = before.unwrap_or(DiskTrouble::Failing);
        let files = Arc::clone(self.files());
        match tokio::task::spawn_blocking(move || files.prove()).await {
            Ok(Err(FilesError::Io { source, .. })) => {
                return Some(DiskTrouble::of_io(&source).unwrap_or(DiskTrouble::Failing));
            }
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return Some(before),
        }
        let now = self.clock().now();
        // A failed write has set the trouble it met.
        if self.save_setting("disk_worked_at", &now).await.is_err() {
            return self.store().disk().trouble().or(Some(before));
        }
        None
    }
}
