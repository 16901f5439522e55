//! What the surroundings show while no window is open: open or closed, and what waits.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use super::Stall;
use crate::desk::contract::StallMode;
use crate::host::TraySummary;

/// Shortest time between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

impl Stall {
    /// The summary as it is now.
    pub async fn summary(&self) -> TraySummary {
        let mut counts = (0, 0);
        for walks in self.walks() {
            let (needs_you, unread, ..) =
                self.store().count_orders(&walks.account_id).await.unwrap_or_default();
            counts = (counts.0 + needs_you, counts.1 + unread);
        }
        TraySummary {
            open: self.is_open(),
            practice: self.mode() == StallMode::Practice,
            needs_you: counts.0,
            unread: counts.1,
        }
    }

    /// Shows the summary whenever it changes.
    pub(super) async fn keep_summary(self) {
        let mut events = self.events();
        let mut shown = None;
        let stop = self.inner.stop.clone();
        loop {
            let summary = self.summary().await;
            if shown != Some(summary) {
                self.inner.host.show_summary(summary);
                shown = Some(summary);
            }
            tokio::select! {
                event = events.recv() => if matches!(event, Err(RecvError::Closed)) { return },
                () = stop.cancelled() => return,
            }
            // Many events at once are one look, and looks are seldom enough to cost nothing.
            tokio::select! {
                () = tokio::time::sleep(BETWEEN_LOOKS) => {}
                () = stop.cancelled() => return,
            }
            events = events.resubscribe();
        }
    }
}
