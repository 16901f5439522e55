//! The state behind its lock, shared by every request and by the buyers.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::calls::Calls;
use super::model::Sketches;
use super::molt::push::Pushed;
use super::molt::state::Notification;
use super::options::{PracticeAddresses, PracticeOptions};
use super::speed::PracticeClock;
use super::state::{Event, Transaction, World};
use super::uat::Uat;
use super::weather::{DialChange, Slider, Weather};
use crate::clock::Ids;

pub(crate) struct Shared {
    pub(crate) options: PracticeOptions,
    pub(crate) addresses: PracticeAddresses,
    pub(crate) clock: PracticeClock,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) world: Mutex<World>,
    /// Bytes of attachments by SHA-256.
    pub(crate) files: Mutex<HashMap<String, Bytes>>,
    /// Pictures drawn of late.
    pub(super) sketches: Arc<Sketches>,
    pub(crate) calls: Mutex<Calls>,
    pub(crate) weather: Mutex<Weather>,
    pub(crate) pushes: mpsc::UnboundedSender<Event>,
    /// Notifications of the second market on their way out.
    pub(crate) molt_pushes: mpsc::UnboundedSender<Pushed>,
    /// Fetches what posters of the second market look at.
    pub(crate) looking: reqwest::Client,
    pub(crate) pushes_paused: AtomicBool,
    /// Events whose delivery has not ended yet.
    pub(crate) pushes_under_way: AtomicUsize,
    /// Signalled after a push has gone out.
    pub(crate) pushed: Notify,
    /// Wakes the buyers: something changed, or time jumped.
    pub(crate) stirred: Notify,
    /// Wakes the keeper of the state file.
    pub(crate) changed: Notify,
    pub(crate) closing: CancellationToken,
    /// Signs download addresses.
    pub(crate) download_secret: String,
}

impl Shared {
    /// Looks at the state.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a change of the state.
    pub(crate) fn turn(&self) -> Turn<'_> {
        Turn {
            now: self.clock.now(),
            shared: self,
            fresh: Vec::new(),
            notifications: Vec::new(),
            world: self.world(),
        }
    }

    /// Lets time pass at another speed, for the buyers too.
    pub(crate) fn set_speed(&self, speed: f64) {
        self.clock.set_speed(speed);
        self.world().touch_all();
        self.stirred.notify_one();
    }

    /// Turns the weather dial.
    ///
    /// # Errors
    /// The name of the slider that cannot stand there.
    pub(crate) fn set_weather(&self, change: &DialChange) -> Result<(), &'static str> {
        let mut weather = self.weather.lock().unwrap_or_else(PoisonError::into_inner);
        let dial = weather.dial().changed(change)?;
        self.clock.set_skew(dial.amount(Slider::MarketClock) as f64);
        weather.turn(dial, change.seed);
        drop(weather);
        self.stirred.notify_one();
        Ok(())
    }

    /// A random (version 4) UUID, as the marketplace's ids are.
    pub(crate) fn uuid(&self) -> String {
        random_uuid(self.ids.as_ref())
    }

    /// The origin of every address of this marketplace.
    pub(crate) fn origin(&self) -> &str {
        self.addresses.market_base.trim_end_matches("/api")
    }

    pub(crate) fn lookup_file(&self, sha256: &str) -> Option<Bytes> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(sha256).cloned()
    }

    pub(crate) fn keep_file(&self, sha256: &str, bytes: Bytes) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(sha256.to_owned(), bytes);
    }

    pub(crate) fn are_pushes_paused(&self) -> bool {
        self.pushes_paused.load(Ordering::Relaxed)
    }
}

/// One change of the state: holds the lock, records the events it causes, and hands them over for pushing when it ends.
pub(crate) struct Turn<'a> {
    pub(crate) now: Timestamp,
    pub(crate) shared: &'a Shared,
    fresh: Vec<Event>,
    notifications: Vec<Pushed>,
    world: MutexGuard<'a, World>,
}

impl Turn<'_> {
    /// Stores an event for `recipient_id`. It is pushed after the change is done (contract, Agent Market 1.4).
    pub(crate) fn record_event(&mut self, recipient_id: &str, event_type: &str, payload: Value) {
        self.world.next_event += 1;
        let event = Event {
            id: self.world.next_event,
            recipient_id: recipient_id.to_owned(),
            event_type: event_type.to_owned(),
            payload,
            created_at: self.now,
        };
        self.world.recorded.entry(recipient_id.to_owned()).or_default().push(event.id);
        self.world.feeds.entry(recipient_id.to_owned()).or_default().insert(event.id, event.clone());
        self.fresh.push(event);
    }

    /// Has a notification of the second market pushed after the change is done.
    pub(crate) fn push_notification(&mut self, account_id: &str, notification: Notification) {
        self.notifications.push((account_id.to_owned(), notification));
    }

    pub(crate) fn record_transaction(
        &mut self,
        agent_id: &str,
        amount: Uat,
        kind: &str,
        order_id: Option<&str>,
        description: String,
    ) {
        let entry = Transaction {
            id: self.shared.uuid(),
            agent_id: agent_id.to_owned(),
            amount,
            kind: kind.to_owned(),
            description,
            order_id: order_id.map(str::to_owned),
            created_at: self.now,
        };
        self.world.transactions.push(entry);
    }
}

impl Deref for Turn<'_> {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Turn<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.shared.are_pushes_paused() {
            for event in self.fresh.drain(..) {
                // The pusher is gone only while everything stops; the event stays in the feed.
                self.shared.pushes_under_way.fetch_add(1, Ordering::Relaxed);
                let _ = self.shared.pushes.send(event);
            }
            for pushed in self.notifications.drain(..) {
                self.shared.pushes_under_way.fetch_add(1, Ordering::Relaxed);
                let _ = self.shared.molt_pushes.send(pushed);
            }
        }
        self.shared.changed.notify_one();
        self.shared.stirred.notify_one();
    }
}

/// A random (version 4) UUID.
pub(crate) fn random_uuid(ids: &dyn Ids) -> String {
    let mut bytes = [0u8; 16];
    ids.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
