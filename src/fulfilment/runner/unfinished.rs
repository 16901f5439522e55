//! What was begun and is not wanted any more, because the order moved on or the seller began it: found out about all
//! the same, and never repeated here.

use jiff::Timestamp;

use super::Runner;
use crate::crash::{self, Point};
use crate::fulfilment::outcome::Looked;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::Step;
use crate::fulfilment::steps;
use crate::store::{Entry, StoreResult};

/// The open intent that is due first.
pub(super) fn earliest(s: &Situation) -> Option<&Entry> {
    s.journal.all_open().min_by_key(|entry| entry.retry_at)
}

pub(super) fn is_due(open: &Entry, now: Timestamp) -> bool {
    open.retry_at.is_none_or(|at| at <= now)
}

impl Runner {
    /// Looks what became of an open intent that the plan does not ask for.
    pub(super) async fn find_out(&self, s: &Situation, open: &Entry) -> StoreResult<()> {
        crash::point(Point::RunnerBeforeLook);
        let looked = match Step::of_key(&open.key) {
            Some(step) => steps::look(&step, &open.intent, open.attempt, s, &self.parts).await,
            None => steps::look_at_act(&open.step, &open.intent, s, &self.parts).await,
        };
        crash::point(Point::RunnerLooked);
        // What the seller did with their own hands is theirs to repeat.
        let looked = match looked {
            Looked::NotLanded if Step::of_key(&open.key).is_none() => Looked::Never,
            looked => looked,
        };
        let step = Step::of_key(&open.key).map_or_else(|| act_name(&open.step), |step| step.name());
        self.record_look(s, step, open, looked).await
    }
}

fn act_name(step: &str) -> &'static str {
    match step {
        "say" => "say",
        "decline" => "decline",
        "send_file" => "send_file",
        "propose_refund" => "propose_refund",
        _ => "cancel",
    }
}
