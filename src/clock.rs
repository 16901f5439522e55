//! Time, ids and randomness, passed in so that a test decides what time it is and a run can be replayed.

mod jump;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

pub use jump::{Jump, JumpWatch, TICK, jump};

/// The wall clock of the stall.
pub trait Clock: Send + Sync {
    /// The present instant (UTC).
    fn now(&self) -> Timestamp;
}

/// Source of ids and secrets.
pub trait Ids: Send + Sync {
    /// A unique id, sortable by creation, as text.
    fn id(&self) -> String;
    /// Fills `bytes` with randomness fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
    /// A number in `0.0..1.0`, for jitter.
    fn fraction(&self) -> f64 {
        let mut bytes = [0u8; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }
    /// A secret of `len` random bytes as lower-case hex.
    fn secret_hex(&self, len: usize) -> String {
        let mut bytes = vec![0u8; len];
        self.fill(&mut bytes);
        hex::encode(bytes)
    }
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Ids and randomness of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    fn id(&self) -> String {
        uuid::Uuid::now_v7().to_string()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::rng(), bytes);
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: jiff::SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The system's clock with an error that a test sets: it runs on by itself, and jumps.
#[derive(Debug, Clone, Default)]
pub struct ShiftedClock(Arc<Mutex<jiff::SignedDuration>>);

impl ShiftedClock {
    /// Has the clock jump, back when `by` is negative.
    pub fn jump(&self, by: jiff::SignedDuration) {
        let mut shift = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *shift = shift.saturating_add(by);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let shift = *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = SystemClock.now();
        now.saturating_add(shift).unwrap_or(now)
    }
}

/// Ids that count up from one, and repeatable randomness.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn id(&self) -> String {
        format!("id-{:06}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = (self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9) >> 8) as u8;
        }
    }
}
