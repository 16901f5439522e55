//! The marketplace's own time: starts with the wall clock, may run faster, may jump ahead, and runs back only
//! where its clock is set wrong on purpose.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The time on the practice marketplace.
#[derive(Debug)]
pub(crate) struct PracticeClock(Mutex<Reading>);

#[derive(Debug, Clone, Copy)]
struct Reading {
    base: Timestamp,
    anchor: Instant,
    speed: f64,
    /// How far this clock is ahead of the time that really passed here, in seconds.
    skew: f64,
}

impl Reading {
    fn now(&self) -> Timestamp {
        after(self.true_now(), self.skew)
    }

    fn true_now(&self) -> Timestamp {
        after(self.base, self.anchor.elapsed().as_secs_f64() * self.rate())
    }

    /// Time itself runs on normally when only the delays are taken out.
    fn rate(&self) -> f64 {
        if self.speed.is_finite() { self.speed } else { 1.0 }
    }
}

impl PracticeClock {
    /// A clock that shows `start` and runs at `speed` (see [`super::PracticeOptions::speed`]).
    pub(crate) fn starting_at(start: Timestamp, speed: f64) -> Self {
        Self(Mutex::new(Reading { base: start, anchor: Instant::now(), speed: tidy(speed), skew: 0.0 }))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.reading().now()
    }

    /// The time without the error of the market's clock.
    pub(crate) fn true_now(&self) -> Timestamp {
        self.reading().true_now()
    }

    /// Sets how far the market's clock is ahead, in seconds; behind when below zero.
    pub(crate) fn set_skew(&self, seconds: f64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).skew = seconds;
    }

    /// Runs on at another speed from here.
    pub(crate) fn set_speed(&self, speed: f64) {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *reading =
            Reading { base: reading.true_now(), anchor: Instant::now(), speed: tidy(speed), ..*reading };
    }

    /// Jumps ahead.
    pub(crate) fn advance(&self, seconds: f64) {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reading.base = after(reading.base, seconds.max(0.0));
    }

    /// Infinite when delays are taken out.
    pub(crate) fn speed(&self) -> f64 {
        self.reading().speed
    }

    /// Whether delays are taken out.
    pub(crate) fn is_instant(&self) -> bool {
        self.speed().is_infinite()
    }

    /// How long, in real time, until the clock shows `due` if nothing changes.
    pub(crate) fn real_time_until(&self, due: Timestamp) -> Duration {
        let reading = self.reading();
        let left = due.duration_since(reading.now()).as_secs_f64();
        Duration::try_from_secs_f64(left.max(0.0) / reading.rate()).unwrap_or(Duration::MAX)
    }

    /// Waits until `seconds` have passed here, noticing changes of speed and jumps on the way; not at all when delays are
    /// taken out.
    pub(crate) async fn pass(&self, seconds: f64) {
        let due = after(self.now(), seconds);
        loop {
            let left = self.real_time_until(due);
            if left.is_zero() || self.is_instant() {
                return;
            }
            tokio::time::sleep(left.min(Duration::from_millis(250))).await;
        }
    }

    fn reading(&self) -> Reading {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `seconds` after `start`, or `start` where that is out of range.
pub(crate) fn after(start: Timestamp, seconds: f64) -> Timestamp {
    SignedDuration::try_from_secs_f64(seconds).ok().and_then(|by| start.checked_add(by).ok()).unwrap_or(start)
}

fn tidy(speed: f64) -> f64 {
    if speed.is_finite() && speed > 0.0 { speed } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn runs_sixty_times_as_fast_at_speed_sixty() {
        let clock = PracticeClock::starting_at(start(), 60.0);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock.now(), after(start(), 120.0));
        assert_eq!(clock.real_time_until(after(start(), 240.0)), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn keeps_its_time_when_the_speed_changes() {
        let clock = PracticeClock::starting_at(start(), 10.0);
        tokio::time::advance(Duration::from_secs(3)).await;
        clock.set_speed(1.0);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(clock.now(), after(start(), 33.0));
    }

    #[tokio::test(start_paused = true)]
    async fn shows_the_error_of_its_clock_and_forgets_it_when_put_right() {
        let clock = PracticeClock::starting_at(start(), 1.0);
        clock.set_skew(-90.0);
        assert_eq!(clock.now(), after(start(), -90.0));
        clock.set_speed(10.0);
        clock.set_skew(0.0);
        assert_eq!((clock.now(), clock.true_now()), (start(), start()));
    }

    #[tokio::test(start_paused = true)]
    async fn has_no_delays_at_speed_zero_but_still_jumps() {
        let clock = PracticeClock::starting_at(start(), 0.0);
        clock.pass(1000.0).await;
        assert_eq!(clock.now(), start());
        clock.advance(90.0);
        assert_eq!(clock.now(), after(start(), 90.0));
    }
}
