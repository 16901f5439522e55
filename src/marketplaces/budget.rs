//! How often a market lets a call be made: several sliding windows at once, and a stop until the market's own time.
//!
//! Here it is decided from what is given, without clock or disk. `keeper` asks before each call and writes down each use;
//! `book` is where they are written.

mod book;
mod keeper;

use jiff::{SignedDuration, Timestamp};

pub use book::{BookError, BookResult, BudgetBook, MemoryBook, Tally, Use};
pub use keeper::{Budgets, Taken};

/// At most so many uses within any stretch of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub limit: u32,
    pub length: SignedDuration,
    /// Counts only uses of the same subject, such as one job.
    pub each_subject: bool,
}

impl Window {
    /// A window over all uses.
    pub const fn of(limit: u32, length: SignedDuration) -> Self {
        Self { limit, length, each_subject: false }
    }

    /// A window for each subject by itself.
    pub const fn each(limit: u32, length: SignedDuration) -> Self {
        Self { limit, length, each_subject: true }
    }

    /// Uses inside the window now, newest first. One from a clock that has been set back counts as made now.
    fn inside(&self, uses: &[Use], subject: &str, now: Timestamp) -> Vec<Timestamp> {
        let mut inside: Vec<Timestamp> = uses
            .iter()
            .filter(|used| !self.each_subject || used.subject == subject)
            .map(|used| used.at.min(now))
            .filter(|at| self.end(*at) > now)
            .collect();
        inside.sort_unstable_by(|one, other| other.cmp(one));
        inside
    }

    /// When a use made then leaves the window.
    fn end(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.length).unwrap_or(Timestamp::MAX)
    }

    /// When the window has room again; `None` when it has room now.
    fn free_again_at(&self, inside: &[Timestamp]) -> Option<Timestamp> {
        match usize::try_from(self.limit).unwrap_or(usize::MAX).checked_sub(1) {
            Some(last_allowed) => inside.get(last_allowed).map(|at| self.end(*at)),
            None => Some(Timestamp::MAX),
        }
    }
}

/// How often one operation may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The operation's name, as shown and kept.
    pub operation: &'static str,
    pub windows: &'static [Window],
}

impl Budget {
    /// How long a use matters.
    pub fn longest(&self) -> SignedDuration {
        self.windows.iter().map(|window| window.length).max().unwrap_or(SignedDuration::ZERO)
    }

    /// When the next use about `subject` is possible; `None` when it is possible now.
    pub fn next_at(&self, tally: &Tally, subject: &str, now: Timestamp) -> Option<Timestamp> {
        let by_windows = self
            .windows
            .iter()
            .filter_map(|window| window.free_again_at(&window.inside(&tally.uses, subject, now)));
        by_windows.chain(tally.blocked_until.filter(|until| *until > now)).max()
    }

    /// What is used of each window. A window that counts each subject by itself is shown once for each in use.
    pub fn view(&self, tally: &Tally, now: Timestamp) -> Vec<BudgetView> {
        let blocked_until = tally.blocked_until.filter(|until| *until > now);
        let mut views = Vec::new();
        for window in self.windows {
            let mut subjects = vec![""];
            if window.each_subject {
                subjects = tally.uses.iter().map(|used| used.subject.as_str()).collect();
                subjects.sort_unstable();
                subjects.dedup();
            }
            for subject in subjects {
                let inside = window.inside(&tally.uses, subject, now);
                if window.each_subject && inside.is_empty() {
                    continue;
                }
                views.push(BudgetView {
                    operation: self.operation,
                    subject: window.each_subject.then(|| subject.to_owned()),
                    used: u32::try_from(inside.len()).unwrap_or(u32::MAX),
                    limit: window.limit,
                    window: window.length,
                    free_again_at: window.free_again_at(&inside).max(blocked_until),
                });
            }
        }
        views
    }
}

/// What is left of one window, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetView {
    pub operation: &'static str,
    /// What the window is about, when it counts each subject by itself.
    pub subject: Option<String>,
    pub used: u32,
    pub limit: u32,
    pub window: SignedDuration,
    /// When the next use is possible; `None` while it is possible now. Later than the window alone says when the market
    /// asked to wait.
    pub free_again_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HALF_HOUR: SignedDuration = SignedDuration::from_mins(30);
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    const REVIEW: Budget =
        Budget { operation: "leave-review", windows: &[Window::of(1, HALF_HOUR), Window::of(3, DAY)] };

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    fn used(minutes: &[i64]) -> Tally {
        let uses = minutes.iter().map(|minute| Use { at: at(*minute), subject: String::new() }).collect();
        Tally { uses, blocked_until: None }
    }

    #[test]
    fn the_fullest_window_decides() {
        for (uses, now, next) in [
            (&[][..], 0, None),
            (&[0], 1, Some(30)),
            (&[0], 29, Some(30)),
            (&[0], 30, None),
            (&[0, 30], 31, Some(60)),
            (&[0, 30, 60], 61, Some(24 * 60)),
            (&[60, 0, 30], 61, Some(24 * 60)),
            (&[0, 30, 60], 24 * 60 - 1, Some(24 * 60)),
            (&[0, 30, 60], 24 * 60, None),
            (&[0, 30, 60, 24 * 60], 24 * 60 + 1, Some(24 * 60 + 30)),
            (&[0, 30, 60, 24 * 60], 24 * 60 + 30, None),
        ] {
            assert_eq!(REVIEW.next_at(&used(uses), "", at(now)), next.map(at), "{uses:?} at {now}");
        }
        assert_eq!(REVIEW.longest(), DAY);
    }

    #[test]
    fn more_uses_than_allowed_wait_until_enough_of_them_are_over() {
        assert_eq!(REVIEW.next_at(&used(&[0, 1, 2, 3, 4]), "", at(40)), Some(at(24 * 60 + 2)));
    }

    #[test]
    fn the_markets_own_time_counts_beside_the_windows() {
        let blocked = |uses: &[i64], until| Tally { blocked_until: Some(at(until)), ..used(uses) };
        assert_eq!(REVIEW.next_at(&blocked(&[], 10), "", at(0)), Some(at(10)));
        assert_eq!(REVIEW.next_at(&blocked(&[], 10), "", at(10)), None);
        assert_eq!(REVIEW.next_at(&blocked(&[0], 10), "", at(5)), Some(at(30)));
        assert_eq!(REVIEW.next_at(&blocked(&[0], 50), "", at(5)), Some(at(50)));
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait_longer_than_a_window() {
        assert_eq!(REVIEW.next_at(&used(&[1_000_000]), "", at(0)), Some(at(30)));
    }

    #[test]
    fn subjects_are_counted_by_themselves_where_a_window_says_so() {
        const EDIT: Budget =
            Budget { operation: "edit-job", windows: &[Window::each(1, HALF_HOUR), Window::of(3, DAY)] };
        let edit = |minute, subject: &str| Use { at: at(minute), subject: subject.to_owned() };
        let mut tally = Tally { uses: vec![edit(0, "j1")], blocked_until: None };
        assert_eq!(EDIT.next_at(&tally, "j1", at(1)), Some(at(30)));
        assert_eq!(EDIT.next_at(&tally, "j2", at(1)), None);
        tally.uses.extend([edit(1, "j2"), edit(2, "j3")]);
        assert_eq!(EDIT.next_at(&tally, "j4", at(40)), Some(at(24 * 60)), "the day's window counts all");
        let shown: Vec<_> = EDIT
            .view(&tally, at(30))
            .into_iter()
            .map(|view| (view.subject, view.used, view.free_again_at))
            .collect();
        assert_eq!(
            shown,
            [
                (Some("j2".to_owned()), 1, Some(at(31))),
                (Some("j3".to_owned()), 1, Some(at(32))),
                (None, 3, Some(at(24 * 60)))
            ]
        );
    }

    #[test]
    fn shows_what_is_used_and_when_it_is_free_again() {
        let shown = |tally: &Tally, now| -> Vec<_> {
            let views = REVIEW.view(tally, at(now)).into_iter();
            views.map(|view| (view.used, view.limit, view.window, view.free_again_at)).collect()
        };
        assert_eq!(shown(&used(&[]), 0), [(0, 1, HALF_HOUR, None), (0, 3, DAY, None)]);
        assert_eq!(shown(&used(&[0]), 1), [(1, 1, HALF_HOUR, Some(at(30))), (1, 3, DAY, None)]);
        assert_eq!(
            shown(&used(&[0, 40, 80]), 200),
            [(0, 1, HALF_HOUR, None), (3, 3, DAY, Some(at(24 * 60)))]
        );
        let blocked = Tally { blocked_until: Some(at(9)), ..used(&[]) };
        assert_eq!(shown(&blocked, 1), [(0, 1, HALF_HOUR, Some(at(9))), (0, 3, DAY, Some(at(9)))]);
    }

    proptest! {
        /// Whoever asks each time and keeps to the answer never has more uses in a window than it allows, and is always
        /// let through at the time that was named.
        #[test]
        fn who_keeps_to_the_answers_stays_within_every_window(steps in prop::collection::vec(0_i64..90, 1..80)) {
            let mut now = 0;
            let mut made: Vec<i64> = Vec::new();
            for step in steps {
                now += step;
                match REVIEW.next_at(&used(&made), "", at(now)) {
                    None => made.push(now),
                    Some(next) => {
                        prop_assert!(next > at(now));
                        prop_assert_eq!(REVIEW.next_at(&used(&made), "", next), None);
                        let just_before = next.checked_sub(SignedDuration::from_millis(1)).unwrap();
                        prop_assert!(REVIEW.next_at(&used(&made), "", just_before).is_some());
                    }
                }
            }
            for window in REVIEW.windows {
                let length = window.length.as_mins();
                for start in &made {
                    let within = made.iter().filter(|use_| (*start..*start + length).contains(use_)).count();
                    prop_assert!(within <= window.limit as usize);
                }
            }
        }
    }
}
