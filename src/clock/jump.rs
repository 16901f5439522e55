//! Notices that the machine slept or that its wall clock was set.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::Clock;

/// A watch is asked at least this often while the program runs.
pub const TICK: Duration = Duration::from_secs(5);
/// Smaller differences are a clock being corrected, or a busy machine.
const LEAST: SignedDuration = SignedDuration::from_secs(60);

/// The wall clock went another way than the time that passed for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// We slept, or the clock was set forward.
    Forward(SignedDuration),
    /// The clock was set back.
    Back(SignedDuration),
}

/// What the wall clock shows beyond the time we ran since the last look.
///
/// Some systems' steady clocks run on while the machine sleeps, so no more than a few ticks count as having run.
pub fn jump(wall: SignedDuration, ran: Duration) -> Option<Jump> {
    let ran = SignedDuration::try_from(ran.min(3 * TICK)).unwrap_or_default();
    let off = wall.saturating_sub(ran);
    if off >= LEAST {
        Some(Jump::Forward(off))
    } else if off <= -LEAST {
        Some(Jump::Back(-off))
    } else {
        None
    }
}

/// Remembers the last look at both clocks; whoever looks first after a jump is told of it.
pub struct JumpWatch {
    clock: Arc<dyn Clock>,
    last: Mutex<(Timestamp, Instant)>,
}

impl JumpWatch {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let last = Mutex::new((clock.now(), Instant::now()));
        Self { clock, last }
    }

    /// The jump since the last look, if there was one.
    pub fn look(&self) -> Option<Jump> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.clock.now(), Instant::now());
        let (wall, ran) = (now.0.duration_since(last.0), now.1.duration_since(last.1));
        *last = now;
        jump(wall, ran)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ManualClock;
    use super::*;

    #[test]
    fn tells_a_sleep_and_a_clock_that_was_set_from_a_busy_moment() {
        let seconds = SignedDuration::from_secs;
        for (wall, ran, expected) in [
            (5, 5, None),
            (40, 5, None),
            (-20, 5, None),
            (9 * 3600, 5, Some(Jump::Forward(seconds(9 * 3600 - 5)))),
            // A steady clock that ran on through the sleep.
            (9 * 3600, 9 * 3600, Some(Jump::Forward(seconds(9 * 3600 - 15)))),
            (-2 * 3600, 5, Some(Jump::Back(seconds(2 * 3600 + 5)))),
        ] {
            assert_eq!(jump(seconds(wall), Duration::from_secs(ran)), expected, "{wall} {ran}");
        }
    }

    #[tokio::test]
    async fn tells_only_the_first_who_looks() {
        let clock = ManualClock::at("2026-01-01T00:00:00Z".parse().unwrap());
        let watch = JumpWatch::new(Arc::new(clock.clone()));
        assert_eq!(watch.look(), None);
        clock.advance(SignedDuration::from_hours(9));
        assert!(matches!(watch.look(), Some(Jump::Forward(_))));
        assert_eq!(watch.look(), None);
        clock.advance(SignedDuration::from_hours(-2));
        assert!(matches!(watch.look(), Some(Jump::Back(_))));
    }
}
