//! Drafts in an order's walk: one cheap picture for the buyer's yes, before the pictures that are delivered.

use jiff::{SignedDuration, Timestamp};

use super::journal::Round;
use super::plan::{HoldReason, Next, Waiting, asks_seller, rounds};
use super::situation::Situation;
use super::step::{Step, place_key};
use crate::model::Resolution;
use crate::store::OrderKind;

/// A buyer who says nothing to a draft for so long needs the seller.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(24);
/// The seller is asked so long before the market wants the order completed.
const BEFORE_DEADLINE: SignedDuration = SignedDuration::from_hours(1);

/// Whether this order begins with a draft. Links and tasks go without: nobody is asked there before an order is complete.
pub(super) fn begins_with_one(s: &Situation) -> bool {
    s.rules.drafts && s.abilities.uploads_files && s.order.kind == OrderKind::Order
}

/// Pictures of a round.
pub(super) fn count(s: &Situation, round: &Round) -> u32 {
    if round.is_draft { 1 } else { s.rules.count.max(1) }
}

/// The same by the round's number.
pub(super) fn count_of(s: &Situation, number: u32) -> u32 {
    rounds(s).iter().find(|round| round.number == number).map_or(s.rules.count, |round| count(s, round))
}

/// How large a picture is asked for. A draft shows the idea.
pub(super) fn resolution(s: &Situation, is_draft: bool) -> Resolution {
    if is_draft { Resolution::Standard } else { s.rules.resolution }
}

/// The picture of the draft that this round works out, by its hash.
pub(super) fn worked_out(s: &Situation, number: u32) -> Option<&str> {
    let rounds = rounds(s);
    let at = rounds.iter().position(|round| round.number == number && !round.is_draft)?;
    let draft = rounds.get(at.checked_sub(1)?).filter(|round| round.is_draft)?;
    s.journal.done(&place_key("keep", draft.number, 1))?.output_sha256.as_deref()
}

pub(super) fn is_draft(s: &Situation, number: u32) -> bool {
    rounds(s).iter().any(|round| round.number == number && round.is_draft)
}

/// Whether the buyer was asked what they think of this draft.
pub(super) fn is_told(s: &Situation, round: &Round) -> bool {
    round.is_draft && s.journal.is_done(&Step::Tell { round: round.number }.key())
}

/// Whether this turn may be an answer to a draft: it was written after the buyer was shown one, and nothing else since.
/// What was decided meanwhile does not matter: a yes that comes late is still a yes, and no wish.
pub(super) fn may_answer(s: &Situation, turn: &str) -> bool {
    let told = |round: &Round| s.journal.done(&Step::Tell { round: round.number }.key());
    let Some(round) = rounds(s).into_iter().rfind(|round| told(round).is_some()) else { return false };
    let Some(told) = told(&round).filter(|_| round.is_draft) else { return false };
    let asked = told.result.get("message_id").and_then(|id| id.as_str());
    let place = |id: &str| s.thread.iter().rposition(|line| line.id.as_deref() == Some(id));
    let Some(answered) = place(turn) else { return false };
    match asked.and_then(place) {
        Some(asked) => asked < answered,
        None => told.result_at.is_some_and(|at| at <= s.thread[answered].at),
    }
}

/// After a draft: waits for the buyer, and asks the seller where the buyer says nothing or something that is theirs to
/// answer.
pub(super) fn await_yes(s: &Situation, round: &Round) -> Next {
    if let Some(reason) = asks_seller(s) {
        return Next::Hold(reason);
    }
    let until = until(s, round);
    if until <= s.now {
        return Next::Hold(HoldReason::of("draft_unanswered").with("round", round.number.to_string()));
    }
    Next::Wait { until: Some(until), why: Waiting::Draft }
}

/// When the silence after a draft is the seller's to end.
fn until(s: &Situation, round: &Round) -> Timestamp {
    let told = s.journal.done(&Step::Tell { round: round.number }.key()).and_then(|told| told.result_at);
    let told = told.unwrap_or(s.now);
    let patience = told.saturating_add(LONGEST_SILENCE).unwrap_or(told);
    let Some(deadline) = s.order.complete_deadline else { return patience };
    // Of a short time half is the buyer's.
    let half = told.saturating_add(deadline.duration_since(told) / 2).unwrap_or(told);
    let before = deadline.saturating_sub(BEFORE_DEADLINE).unwrap_or(told);
    patience.min(before.max(half))
}
