//! Which order is walked when: on a signal or when its time has come, several at once, each by one walker.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::runner::Runner;

/// Orders walked at the same time. Most of them wait for an answer.
const AT_ONCE: usize = 16;
/// Orders taken to their acceptance at the same time, whatever else is walked: that never takes long.
const AT_THE_DOOR: usize = 4;
/// Due orders looked at in one go.
const LOOK: u32 = 64;
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
        let places =
            Places { door: Arc::new(Semaphore::new(AT_THE_DOOR)), walks: Arc::new(Semaphore::new(AT_ONCE)) };
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
    async fn start_due(&self, walks: &TaskTracker, places: &Places) -> Duration {
        if !(self.may_walk)() {
            return LONGEST_SLEEP;
        }
        let parts = &self.runner.parts;
        let now = parts.clock.now();
        if parts.store.disk().trouble().is_some() {
            return WHILE_DISK_FAILS;
        }
        self.runner.give_back_kept().await;
        let (at_the_door, due) = tokio::join!(
            parts.store.list_due_unaccepted(&parts.account_id, now, LOOK),
            parts.store.list_due_orders(&parts.account_id, now, LOOK),
        );
        let (at_the_door, mut due) = match (at_the_door, due) {
            (Ok(at_the_door), Ok(due)) => (at_the_door, due),
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(%error, "due orders cannot be listed");
                return Duration::from_secs(5);
            }
        };
        due.retain(|id| !at_the_door.contains(id));
        let is_full = !self.start(walks, &places.door, at_the_door, Way::ToAcceptance)
            | !self.start(walks, &places.walks, due, Way::Whole);
        if is_full {
            // Due and without a place: the end of a walk wakes us.
            return LONGEST_SLEEP;
        }
        match parts.store.next_due_at(&parts.account_id).await {
            Ok(Some(at)) if at > now => {
                Duration::try_from(at.duration_since(now)).unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)
            }
            // Due and being walked: its end wakes us.
            _ => LONGEST_SLEEP,
        }
    }

    /// Starts walks as long as there are places; false when there were too few.
    fn start(&self, walks: &TaskTracker, places: &Arc<Semaphore>, due: Vec<String>, way: Way) -> bool {
        for id in due {
            if self.walking.lock().unwrap_or_else(PoisonError::into_inner).contains(&id) {
                continue;
            }
            let Ok(place) = Arc::clone(places).try_acquire_owned() else { return false };
            self.walking.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
            let (runner, walking, wake) =
                (Arc::clone(&self.runner), Arc::clone(&self.walking), Arc::clone(&self.wake));
            walks.spawn(async move {
                let walked = match way {
                    Way::Whole => runner.walk(&id).await,
                    Way::ToAcceptance => runner.walk_to_acceptance(&id).await,
                };
                if let Err(error) = walked {
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
        true
    }
}

/// How many may be walked at once.
struct Places {
    door: Arc<Semaphore>,
    walks: Arc<Semaphore>,
}

#[derive(Clone, Copy)]
enum Way {
    ToAcceptance,
    Whole,
}
