//! Says "we are here" once a minute while the stall can serve. A failed beat is not repeated in a burst.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::pulse::Pulse;
use crate::clock::Clock;
use crate::crash::{self, Point};
use crate::marketplaces::Marketplace;

/// The heart of one account.
pub struct Heartbeat {
    pub market: Arc<dyn Marketplace>,
    pub clock: Arc<dyn Clock>,
    pub every: Duration,
    pub pulse: Pulse,
    /// Whether the stall could serve an order now; a beat without that would lie.
    pub can_serve: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Heartbeat {
    /// Beats until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        loop {
            if (self.can_serve)() {
                crash::point(Point::HeartbeatBeforeCall);
                let beaten = self.market.heartbeat().await;
                crash::point(Point::HeartbeatAfterCall);
                match beaten {
                    Ok(()) => self.pulse.worked(self.clock.now()),
                    Err(error) => {
                        if self.pulse.view().problem.is_none() {
                            tracing::warn!(%error, "the heartbeat failed");
                        }
                        self.pulse.failed(self.clock.now(), error.code());
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(self.every) => {}
                () = stop.cancelled() => break,
            }
        }
    }
}
