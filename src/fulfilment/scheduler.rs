//! Which order is walked when: on a signal or when its time has come, several at once, each by one walker.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::runner::Runner;

/// Orders walked at the same time. Most of them wait for an answer; slow ones must not keep the others from being accepted.
const AT_ONCE: usize = 32;
/// Longest sleep: a wall clock that jumped is noticed by then.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// While nothing can be kept no walk is begun; whoever finds the disk working wakes us.
const WHILE_DISK_FAILS: Duration = Duration::from_secs(5);

/// Keeps the orders of one account moving.
pub struct Scheduler {
    runner: Arc<Runner>,
    wake: Arc<Notify>,
    walking: Arc<Mutex<HashSet<String>>>,
    may_walk: Gate,
}

/// Whether orders may be walked now.
pub type Gate = Arc<dyn Fn() -> bool + Send + Sync>;

impl Scheduler {
    pub fn new(runner: Arc<Runner>) -> Self {
        Self { runner, wake: Arc::new(Notify::new()), walking: Arc::default(), may_walk: Arc::new(|| true) }
    }

    /// Starts no walk while the gate is shut; whoever opens it again wakes the scheduler.
    #[must_use]
    pub fn behind(mut self, gate: Gate) -> Self {
        self.may_walk = gate;
        self
    }

    /// Whether a walk is under way.
    pub fn is_walking(&self) -> bool {
        !self.walking.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Has the due orders looked at now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Runs until told to stop; walks under way are finished first.
    pub async fn run(&self, stop: CancellationToken) {
        let walks = TaskTracker::new();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            // Interest is registered before looking, so that a wake in between is not lost.
            let woken = self.wake.notified();
            let sleep = self.start_due(&walks, &places).await;
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(sleep) => {}
                () = stop.cancelled() => break,
            }
        }
        walks.close();
        walks.wait().await;
    }

    /// Starts a walk for every due order there is a place for; says how long to sleep.
    async fn start_due(&self, walks: &TaskTracker, places: &Arc<Semaphore>) -> Duration {
        if !(self.may_walk)() {
            return LONGEST_SLEEP;
        }
        let parts = &self.runner.parts;
        let now = parts.clock.now();
        if parts.store.disk().trouble().is_some() {
            return WHILE_DISK_FAILS;
        }
        let due = match parts.store.list_due_orders(&parts.account_id, now, 64).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "due orders cannot be listed");
                return Duration::from_secs(5);
            }
        };
        for id in due {
            if self.walking.lock().unwrap_or_else(PoisonError::into_inner).contains(&id) {
                continue;
            }
            let Ok(place) = Arc::clone(places).try_acquire_owned() else { return LONGEST_SLEEP };
            self.walking.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
            let (runner, walking, wake) =
                (Arc::clone(&self.runner), Arc::clone(&self.walking), Arc::clone(&self.wake));
            walks.spawn(async move {
                if let Err(error) = runner.walk(&id).await {
                    if runner.parts.store.disk().trouble().is_none() {
                        tracing::error!(order = %id, %error, "the walk of an order was interrupted");
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                walking.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                drop(place);
                wake.notify_one();
            });
        }
        match parts.store.next_due_at(&parts.account_id).await {
            Ok(Some(at)) if at > now => {
                Duration::try_from(at.duration_since(now)).unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)
            }
            // Due and being walked: its end wakes us.
            _ => LONGEST_SLEEP,
        }
    }
}
