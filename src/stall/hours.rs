//! Opening hours and a time away: the stall closes and opens by itself, though the seller has it open.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::Stall;
use crate::clock::TICK;
use crate::settings::ClosedBy;

impl Stall {
    /// What keeps the stall closed now beside the seller's switch.
    pub fn closed_by(&self) -> Option<ClosedBy> {
        self.settings().hours.closed_by(&self.here_and_now())
    }

    /// When it opens or closes next by itself; none when it never does.
    pub fn changes_at(&self) -> Option<Timestamp> {
        self.settings().hours.next_change(&self.here_and_now())
    }

    fn here_and_now(&self) -> Zoned {
        self.clock().now().to_zoned(TimeZone::system())
    }

    /// Opens and closes at the hours. Without any it only waits for some.
    pub(super) async fn keep_hours(self) {
        let mut known = self.closed_by();
        loop {
            let now = self.closed_by();
            if now != known {
                match self.open_changed().await {
                    Ok(()) => known = now,
                    Err(error) => tracing::warn!(%error, "the stall's hours cannot be applied now"),
                }
            }
            let until = self.changes_at().map(|at| at.duration_since(self.clock().now()));
            // A clock that is set or a machine that slept is noticed at the next tick.
            let wait = until.map(|until| Duration::try_from(until).unwrap_or_default().clamp(LEAST, TICK));
            tokio::select! {
                () = async {
                    match wait {
                        Some(wait) => tokio::time::sleep(wait).await,
                        None => std::future::pending().await,
                    }
                } => {}
                () = self.inner.hours_changed.notified() => {}
                () = self.inner.stop.cancelled() => return,
            }
        }
    }
}

const LEAST: Duration = Duration::from_millis(50);
