//! Has the markets know our address, until they are right.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;
use tokio::sync::watch;
use url::Url;

use super::view::{Registration, TunnelView};
use crate::clock::{Clock, Ids};

/// A market that has not answered by then is asked again.
const PATIENCE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Tells the markets where news is to be pushed.
#[async_trait]
pub trait Registrar: Send + Sync {
    /// Tells every market this address (to which the path of the news is still to be added), or that there is none.
    /// Called again until it succeeds; telling the same twice does no harm.
    ///
    /// # Errors
    /// When a market could not be told.
    async fn register(&self, address: Option<&Url>) -> Result<(), NotRegistered>;
}

/// A market could not be told our address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a market could not be told our address: {code}")]
pub struct NotRegistered {
    /// The market's error as its code, never its words.
    pub code: &'static str,
}

/// What the markets are to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// `None` while there is nothing to tell yet.
    pub(super) address: Option<Option<Url>>,
    /// Grows when they are to be told again.
    pub(super) turn: u64,
}

/// Tells the markets whenever what they are to know changes. Runs until it is dropped.
pub(super) struct Telling {
    pub(super) wanted: watch::Receiver<Wanted>,
    /// The last that every market was told.
    pub(super) told: watch::Sender<Option<Wanted>>,
    pub(super) registrar: Arc<dyn Registrar>,
    pub(super) view: watch::Sender<TunnelView>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
}

impl Telling {
    pub(super) async fn run(mut self) {
        let mut failures = 0;
        loop {
            let wanted = self.wanted.borrow_and_update().clone();
            let is_told = self.told.borrow().as_ref() == Some(&wanted);
            let pause = match &wanted.address {
                Some(address) if !is_told => {
                    self.show(Registration::Telling(address.clone()));
                    match self.tell(address.as_ref()).await {
                        Ok(()) => {
                            failures = 0;
                            self.show(Registration::Told { address: address.clone(), at: self.clock.now() });
                            self.told.send_replace(Some(wanted.clone()));
                            None
                        }
                        Err(NotRegistered { code }) => {
                            if failures == 0 {
                                tracing::warn!(code, "the markets do not know our address");
                            }
                            failures += 1;
                            self.show(Registration::Failed { code });
                            Some(pause(failures, self.ids.fraction()))
                        }
                    }
                }
                _ => None,
            };
            let again = async {
                match pause {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                changed = self.wanted.changed() => if changed.is_err() { return },
                () = again => {}
            }
        }
    }

    async fn tell(&self, address: Option<&Url>) -> Result<(), NotRegistered> {
        let told = tokio::time::timeout(PATIENCE, self.registrar.register(address)).await;
        told.unwrap_or(Err(NotRegistered { code: "market_network" }))
    }

    fn show(&self, registration: Registration) {
        self.view.send_modify(|view| view.registration = registration);
    }
}

/// 1, 2, 4 … 60 s with up to a tenth on top.
pub(super) fn pause(failures: u32, fraction: f64) -> Duration {
    let seconds = 1u64.checked_shl(failures.saturating_sub(1).min(6)).unwrap_or(60);
    Duration::from_secs(seconds).min(LONGEST_PAUSE).mul_f64(1.0 + 0.1 * fraction)
}
