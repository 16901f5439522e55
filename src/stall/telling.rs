//! When a notice is shown: at once, or gathered with others into one, in quiet hours and when many come together.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Stall;
use super::waking::{Gathered, Meanwhile};
use crate::clock::TICK;
use crate::host::{Notice, NoticeKind};
use crate::settings::NoticeSwitches;

/// So many notices within so long are shown one by one; what follows is gathered for a while.
const MOST: usize = 4;
const WITHIN: SignedDuration = SignedDuration::from_secs(60);
const GATHER_FOR: SignedDuration = SignedDuration::from_secs(30);
const LEAST: Duration = Duration::from_millis(50);

/// What was shown lately, and what waits to be told together.
#[derive(Debug, Default)]
pub(super) struct Gate {
    shown: VecDeque<Timestamp>,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    gathered: Gathered,
    meanwhile: Meanwhile,
    until: Timestamp,
}

impl Gate {
    /// Whether a notice is kept back; one that is not counts as shown. `quiet_until` is the end of the quiet hours, in them.
    fn keeps(
        &mut self,
        kind: NoticeKind,
        about: &str,
        now: Timestamp,
        quiet_until: Option<Timestamp>,
    ) -> bool {
        if let Some(until) = quiet_until {
            let gathered = self.waiting.take().map(|waiting| waiting.gathered).unwrap_or_default();
            let waiting = self.waiting.insert(Waiting { gathered, meanwhile: Meanwhile::Quiet, until });
            waiting.gathered.add(kind, about);
            return true;
        }
        if let Some(waiting) = &mut self.waiting {
            waiting.gathered.add(kind, about);
            return true;
        }
        self.shown.retain(|at| now.duration_since(*at).abs() < WITHIN);
        if self.shown.len() < MOST {
            self.shown.push_back(now);
            return false;
        }
        let until = now.saturating_add(GATHER_FOR).unwrap_or(now);
        let mut gathered = Gathered::default();
        gathered.add(kind, about);
        self.waiting = Some(Waiting { gathered, meanwhile: Meanwhile::Busy, until });
        true
    }

    /// What is to be told now.
    fn take_due(&mut self, now: Timestamp, is_quiet: bool) -> Option<(Gathered, Meanwhile)> {
        let waiting = self.waiting.as_ref()?;
        // Quiet hours may end before their time: the seller may set others.
        if is_quiet || (waiting.until > now && waiting.meanwhile != Meanwhile::Quiet) {
            return None;
        }
        self.waiting.take().map(|waiting| (waiting.gathered, waiting.meanwhile))
    }

    fn due_at(&self) -> Option<Timestamp> {
        self.waiting.as_ref().map(|waiting| waiting.until)
    }
}

impl Stall {
    /// Tells the seller, unless they switched it off; after a sleep, in quiet hours or among many it is told with the others.
    pub(super) fn tell(&self, notice: Notice, about: &str) {
        let switches = self.settings().notices;
        if !is_on(&switches, notice.kind) {
            return;
        }
        if let Some(away) = &mut *self.inner.away.lock().unwrap_or_else(PoisonError::into_inner) {
            away.add(notice.kind, about);
            return;
        }
        let now = self.clock().now();
        let quiet_until = self.quiet_until(&switches);
        let is_kept = self.gate().keeps(notice.kind, about, now, quiet_until);
        if is_kept {
            self.inner.notices_changed.notify_one();
        } else {
            self.inner.host.notify(notice);
        }
    }

    /// Tells what was gathered once its time has come. Waits without looking while nothing is.
    pub(super) async fn keep_telling(self) {
        loop {
            let now = self.clock().now();
            let settings = self.settings();
            let is_quiet = self.quiet_until(&settings.notices).is_some();
            let due = self.gate().take_due(now, is_quiet);
            if let Some(notice) =
                due.and_then(|(gathered, meanwhile)| gathered.notice(settings.language, meanwhile))
            {
                self.inner.host.notify(notice);
            }
            let wait = self.gate().due_at().map(|at| {
                Duration::try_from(at.duration_since(self.clock().now()))
                    .unwrap_or_default()
                    .clamp(LEAST, TICK)
            });
            tokio::select! {
                () = async {
                    match wait {
                        Some(wait) => tokio::time::sleep(wait).await,
                        None => std::future::pending().await,
                    }
                } => {}
                () = self.inner.notices_changed.notified() => {}
                () = self.inner.stop.cancelled() => return,
            }
        }
    }

    fn gate(&self) -> std::sync::MutexGuard<'_, Gate> {
        self.inner.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn quiet_until(&self, switches: &NoticeSwitches) -> Option<Timestamp> {
        switches.quiet.ends_at(&self.clock().now().to_zoned(TimeZone::system()))
    }
}

fn is_on(switches: &NoticeSwitches, kind: NoticeKind) -> bool {
    if switches.only_needs_you {
        return kind == NoticeKind::NeedsYou;
    }
    match kind {
        NoticeKind::BuyerMessage => switches.buyer_message,
        NoticeKind::OrderReceived => switches.order_received,
        NoticeKind::NeedsYou => switches.needs_you,
        NoticeKind::Paid => switches.paid,
        // Made of what the other switches let through.
        NoticeKind::WhileAway => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Language;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn told(gate: &mut Gate, now: i64, is_quiet: bool) -> Option<(String, String)> {
        let (gathered, meanwhile) = gate.take_due(at(now), is_quiet)?;
        let notice = gathered.notice(Language::English, meanwhile).unwrap();
        Some((notice.title, notice.body))
    }

    #[test]
    fn a_few_are_shown_one_by_one_and_what_follows_together() {
        let mut gate = Gate::default();
        for n in 0..4 {
            assert!(!gate.keeps(NoticeKind::OrderReceived, &n.to_string(), at(n), None));
        }
        for n in 4..9 {
            assert!(gate.keeps(NoticeKind::OrderReceived, &n.to_string(), at(n), None));
        }
        assert_eq!(gate.due_at(), Some(at(34)));
        assert_eq!(told(&mut gate, 33, false), None);
        assert_eq!(
            told(&mut gate, 34, false),
            Some(("Just now at your stall".into(), "5 new orders".into()))
        );
        assert_eq!(gate.due_at(), None);
        assert!(!gate.keeps(NoticeKind::Paid, "a", at(100), None), "after a minute it is calm again");
    }

    #[test]
    fn in_quiet_hours_nothing_is_shown_and_all_is_told_at_their_end() {
        let mut gate = Gate::default();
        assert!(gate.keeps(NoticeKind::OrderReceived, "a", at(0), Some(at(3_600))));
        assert!(gate.keeps(NoticeKind::NeedsYou, "a", at(10), Some(at(3_600))));
        assert!(gate.keeps(NoticeKind::BuyerMessage, "c", at(20), Some(at(3_600))));
        assert_eq!(told(&mut gate, 3_599, true), None);
        let morning = told(&mut gate, 3_600, false).unwrap();
        assert_eq!(
            morning,
            (
                "In your quiet hours".into(),
                "1 new order, 1 conversation with new messages, 1 needs you".into()
            )
        );
    }

    #[test]
    fn quiet_hours_that_are_switched_off_end_at_once() {
        let mut gate = Gate::default();
        assert!(gate.keeps(NoticeKind::Paid, "a", at(0), Some(at(3_600))));
        assert!(told(&mut gate, 5, false).is_some());
    }

    #[test]
    fn only_what_needs_the_seller_leaves_the_rest_out() {
        let switches = NoticeSwitches { only_needs_you: true, ..NoticeSwitches::default() };
        assert!(is_on(&switches, NoticeKind::NeedsYou));
        assert!(!is_on(&switches, NoticeKind::BuyerMessage) && !is_on(&switches, NoticeKind::Paid));
        let none = NoticeSwitches { paid: false, ..NoticeSwitches::default() };
        assert!(!is_on(&none, NoticeKind::Paid) && is_on(&none, NoticeKind::OrderReceived));
    }
}
