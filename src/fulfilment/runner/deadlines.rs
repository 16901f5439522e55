//! Deadlines of an order nobody has accepted yet: a warning before one passes, and a line when it has.

use jiff::{SignedDuration, Timestamp};

use super::Runner;
use crate::fulfilment::plan::{Next, Waiting, accept_by};
use crate::fulfilment::situation::Situation;
use crate::marketplaces::MarketStatus;
use crate::store::{Actor, OrderRow, StoreResult, Write};

/// The seller is warned this long before the time to accept is over.
const LAST_CALL: SignedDuration = SignedDuration::from_mins(2);
const WARNED: &str = "deadline_near";

/// When an order that waits for the seller is to be looked at for its accept deadline: at the warning, then at the end.
pub(super) fn accept_look(s: &Situation) -> Option<Timestamp> {
    if s.status() != MarketStatus::PendingAccept {
        return None;
    }
    let end = accept_by(s);
    let warning = end.saturating_sub(LAST_CALL).unwrap_or(end);
    [warning, end].into_iter().find(|at| *at > s.now)
}

/// Whole minutes left to accept, at least one, once the warning is due.
fn minutes_left(s: &Situation) -> Option<i64> {
    let left = accept_by(s).duration_since(s.now);
    let due = s.status() == MarketStatus::PendingAccept && left <= LAST_CALL && left > SignedDuration::ZERO;
    due.then(|| ((left.as_secs() + 30) / 60).max(1))
}

impl Runner {
    /// Warns the seller, once, that a held order must be accepted soon: the code of the notice.
    pub(super) async fn last_call(
        &self,
        write: &mut Write,
        s: &Situation,
        now: Timestamp,
    ) -> StoreResult<Option<String>> {
        let Some(minutes) = minutes_left(s) else { return Ok(None) };
        let history = self.parts.store.list_history(&s.order.id).await?;
        if history.iter().any(|line| line.kind == WARNED) {
            return Ok(None);
        }
        let detail = [("minutes", minutes.to_string())];
        write.insert_history(&s.order.id, Actor::Robot, WARNED, Some("accept"), &detail, None, now).await?;
        Ok(Some(format!("accept_soon:{minutes}")))
    }

    /// Says once that an order was not accepted because its time had passed.
    pub(super) async fn note_missed(
        &self,
        write: &mut Write,
        before: &OrderRow,
        next: &Next,
        now: Timestamp,
    ) -> StoreResult<()> {
        let Next::Wait { why: Waiting::Missed, .. } = next else { return Ok(()) };
        if before.next_step != Waiting::Missed.as_str() {
            let detail = [("reason", "too_late".to_owned())];
            write
                .insert_history(&before.id, Actor::Robot, "not_done", Some("accept"), &detail, None, now)
                .await?;
        }
        Ok(())
    }
}
