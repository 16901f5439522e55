//! The last sign of life of something that repeats: what the truth light is made of.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

/// A pulse that one task beats and others read; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Mutex<PulseView>>);

/// A pulse as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PulseView {
    /// Last time it worked.
    pub worked_at: Option<Timestamp>,
    /// Last time it was tried.
    pub tried_at: Option<Timestamp>,
    /// Code of the failure, when the last try failed.
    pub problem: Option<String>,
    /// How often it worked.
    pub beats: u64,
    /// How often it was tried.
    pub tries: u64,
    /// When it is tried again by itself, where that is known.
    pub next_at: Option<Timestamp>,
}

impl Pulse {
    pub fn worked(&self, at: Timestamp) {
        let mut view = self.lock();
        *view = PulseView {
            worked_at: Some(at),
            tried_at: Some(at),
            problem: None,
            beats: view.beats + 1,
            tries: view.tries + 1,
            next_at: None,
        };
    }

    pub fn failed(&self, at: Timestamp, problem: &str) {
        let mut view = self.lock();
        view.tried_at = Some(at);
        view.problem = Some(problem.to_owned());
        view.tries += 1;
        view.next_at = None;
    }

    /// Says when the next try comes by itself.
    pub fn rests_until(&self, at: Timestamp) {
        self.lock().next_at = Some(at);
    }

    pub fn view(&self) -> PulseView {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, PulseView> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
