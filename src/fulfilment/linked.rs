//! Links in an order's walk: which still open, which are made anew, and what a buyer gets who could not open theirs.

use jiff::Timestamp;
use serde_json::Value;

use super::drafts::count_of;
use super::journal::Reading;
use super::plan::{HoldReason, Next, Waiting, answered_since, attempt, attempt_after, later, rounds};
use super::situation::Situation;
use super::step::Step;
use crate::links::lasts;
use crate::model::Verdict;
use crate::store::Entry;

/// New links for buyers who could not open theirs, before the seller is asked.
const MOST_AGAIN: usize = 3;

/// Where the link of this entry leads now, if anywhere.
pub(super) fn address_of(entry: &Entry, s: &Situation) -> Option<String> {
    let text = |name: &str| entry.result.get(name).and_then(Value::as_str);
    match text("address") {
        Some(address) => Some(address.to_owned()),
        None => Some(s.public_address.as_ref()?.join(text("path")?).ok()?.into()),
    }
}

/// Whether the link of this entry is worth telling.
fn opens(entry: &Entry, s: &Situation) -> bool {
    let until = entry.result.get("expires_at").and_then(Value::as_str);
    let until: Option<Timestamp> = until.and_then(|at| at.parse().ok());
    let leads = entry.result.get("address").is_some() || s.public_address.is_some();
    leads && until.is_none_or(|until| lasts(until, s.now))
}

/// Makes the links that are missing, have run out or lead nowhere; none when all can be told.
pub(super) fn link(s: &Situation, steps: impl Iterator<Item = Step>) -> Option<Next> {
    for step in steps {
        let done = s.journal.done(&step.key());
        return Some(match done {
            Some(entry) if opens(entry, s) => continue,
            // Woken when there is a way; this is the net below it.
            _ if s.link_way.is_none() => Next::Wait { until: Some(later(s.now, 60)), why: Waiting::Address },
            Some(entry) => attempt_after(s, step, "link_failed", entry.id),
            None => attempt(s, step, "link_failed"),
        });
    }
    None
}

/// The newest reading that says a link does not open, and has no answer yet.
fn unanswered(s: &Situation) -> Option<Reading> {
    let (at, reading) =
        s.journal.readings().into_iter().rfind(|(_, reading)| reading.verdict == Verdict::CannotOpen)?;
    let is_answered = s
        .journal
        .entries()
        .iter()
        .any(|entry| entry.step == "tell_again" && entry.id > at && s.journal.is_done(&entry.key));
    (!is_answered && !answered_since(s, &reading.turn)).then_some(reading)
}

/// New links to the same pictures for a buyer who could not open theirs. Nothing is drawn for it.
pub(super) fn link_again(s: &Situation) -> Option<Next> {
    let reading = unanswered(s).filter(|_| s.abilities.delivers_by_link)?;
    let is_told = |number: u32| s.journal.is_done(&Step::Tell { round: number }.key());
    let round = rounds(s).into_iter().map(|round| round.number).rfind(|number| is_told(*number))?;
    let turn = reading.turn;
    let tell = Step::TellAgain { round, turn: turn.clone() };
    let again = s.journal.entries().iter().filter(|entry| entry.step == "tell_again");
    if again.filter(|entry| s.journal.is_done(&entry.key)).count() >= MOST_AGAIN {
        return Some(Next::Hold(HoldReason::of("link_not_opened").with("times", MOST_AGAIN.to_string())));
    }
    // Words on their way are looked for before anything of them changes.
    if s.journal.open(&tell.key()).is_none() {
        let each = (1..=count_of(s, round)).map(|n| Step::LinkAgain { round, n, turn: turn.clone() });
        if let Some(next) = link(s, each) {
            return Some(next);
        }
    }
    Some(attempt(s, tell, "message_failed"))
}
