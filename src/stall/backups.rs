//! A backup a day, and putting one back: the stall closes and opens again on the restored data.

use std::time::Duration;

use jiff::SignedDuration;

use super::Stall;
use crate::store::{Backup, BackupKind, StoreResult};

/// How often it is looked whether a backup is due; a laptop that slept is noticed by then.
const LOOK_EVERY: Duration = Duration::from_secs(600);
const EVERY: SignedDuration = SignedDuration::from_hours(24);

impl Stall {
    /// Makes the daily backup when it is due, until the stall closes.
    pub(super) async fn keep_backups(self) {
        let stop = self.inner.stop.clone();
        loop {
            if self.store().disk().trouble().is_none()
                && let Err(error) = self.back_up_if_due().await
            {
                tracing::error!(%error, "the daily backup could not be made; it is tried again");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn back_up_if_due(&self) -> StoreResult<()> {
        let now = self.clock().now();
        let made = self.store().list_backups().await?;
        let last = made.iter().find(|backup| backup.kind == BackupKind::Daily);
        // A clock that was set back must not stop backups for years.
        if last.is_some_and(|last| now.duration_since(last.made_at).abs() < EVERY) {
            return Ok(());
        }
        let made = self.store().back_up(BackupKind::Daily, now).await?;
        tracing::info!(backup = made.name, bytes = made.bytes, "backed up");
        Ok(())
    }

    /// Makes a backup because the seller asked for one.
    ///
    /// # Errors
    /// When it cannot be written; the stall goes on all the same.
    pub async fn back_up(&self) -> StoreResult<Backup> {
        self.store().back_up(BackupKind::Hand, self.clock().now()).await
    }

    /// Proves a backup, then asks whoever keeps this stall to close it and open it again on that data.
    ///
    /// # Errors
    /// When the backup cannot be used; then nothing changes.
    pub async fn restore(&self, name: &str) -> StoreResult<()> {
        self.store().prepare_restore(name).await?;
        tracing::info!(backup = name, "a backup is put back; the stall opens again");
        self.inner.reopen.cancel();
        Ok(())
    }

    /// Waits until the stall is to be closed and opened again.
    pub async fn wants_reopening(&self) {
        self.inner.reopen.cancelled().await;
    }
}
