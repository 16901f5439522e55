//! One step: a look first where an intent has no result, else intent, effect, outcome.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Runner;
use super::record::Line;
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;

use crate::fulfilment::outcome::{Looked, Outcome};
use crate::fulfilment::plan::{back_off, stage};
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::Step;
use crate::fulfilment::steps::{self, Prepared};
use crate::marketplaces::MarketStatus;
use crate::model::{Spending, fits};
use crate::store::{
    Actor, Entry, EntryOutcome, MessageState, NewEntry, OrderRow, Speaker, Stage, StoreResult, Write,
    part_key,
};

/// How long a call without an answer is left alone before it is looked for: it may still be on its way.
pub(super) const BEFORE_LOOK: SignedDuration = SignedDuration::from_secs(2);

impl Runner {
    /// Does one step: looks first where an intent has no result, else intent, effect, outcome.
    pub(super) async fn step(&self, s: &Situation, step: &Step) -> StoreResult<()> {
        let key = step.key();
        if let Some(open) = s.journal.open(&key) {
            return self.look(s, step, open).await;
        }
        let prepared = steps::prepare(step, s, &self.parts);
        let attempt = s.journal.next_attempt(&key);
        let entry = line(step.name(), &key, attempt, Actor::Robot, &prepared);
        let line = if step.has_effect() {
            match self.begin(s, &entry, &prepared, stage(s)).await? {
                Some(id) => Line::Written(id),
                // Another order was faster to the last place or the last cent, or the seller stopped the robot: planned again.
                None => return Ok(()),
            }
        } else {
            Line::New(&entry)
        };
        let begun = std::time::Instant::now();
        let outcome = steps::perform(step, &prepared, attempt, s, &self.parts).await;
        crash::point(Point::RunnerEffectDone);
        self.learn(step.name(), begun.elapsed(), &outcome);
        self.record(s, step.name(), &key, line, prepared.reserved_usd, outcome).await
    }

    /// Writes the intent down, with the order's new state. None when what the plan counted on is gone.
    pub(super) async fn begin(
        &self,
        s: &Situation,
        entry: &NewEntry,
        prepared: &Prepared,
        stage: Stage,
    ) -> StoreResult<Option<i64>> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let mut order = write.get_order(&s.order.id).await?;
        // The seller may have stopped the robot since the order was read.
        if entry.actor == Actor::Robot && (order.taken_over || order.paused) {
            return Ok(None);
        }
        if !self.still_fits(&mut write, s, entry, now).await? {
            return Ok(None);
        }
        let id = write.begin_entry(&s.order.id, entry, now).await?;
        let who = if entry.actor == Actor::Seller { Speaker::Seller } else { Speaker::Robot };
        for (number, text) in prepared.messages.iter().enumerate() {
            write.put_outgoing(&s.order.id, &part_key(&entry.key, number), who, text, now).await?;
        }
        if let Some(task) = &prepared.task {
            write.begin_task(task).await?;
        }
        self.move_stage(&mut write, &mut order, stage, now).await?;
        entry.step.clone_into(&mut order.next_step);
        // What the seller does in a dispute does not end it.
        if entry.actor != Actor::Seller || s.status() != MarketStatus::InDispute {
            order.hold = None;
        }
        order.updated_at = now;
        write.put_order(&order).await?;
        crash::point(Point::RunnerBeforeIntent);
        write.commit().await?;
        crash::point(Point::RunnerIntentWritten);
        self.parts.signals.send(DeskEvent::OrderChanged { id: s.order.id.clone() });
        Ok(Some(id))
    }

    /// Places, money and listings are shared by all orders: what the plan saw is asked again where nobody can come between.
    async fn still_fits(
        &self,
        write: &mut Write,
        s: &Situation,
        entry: &NewEntry,
        now: Timestamp,
    ) -> StoreResult<bool> {
        if entry.step == "accept" && entry.actor == Actor::Robot {
            let running = write.count_running(&self.parts.account_id, &s.order.id).await?;
            if running >= self.parts.stall_rules().max_running {
                return Ok(false);
            }
            // The seller may have paused the listing since the order was read.
            if let Some(listing) = &s.order.listing_id
                && !s.journal.approved("accept")
                && write.is_listing_paused(&self.parts.account_id, listing).await?
            {
                return Ok(false);
            }
        }
        let Some(worst) = entry.reserved_usd else { return Ok(true) };
        let (this_order_usd, today_usd) = write.spent_usd(&s.order.id, now).await?;
        Ok(fits(&Spending { this_order_usd, today_usd }, &s.rules.caps, worst).is_ok())
    }

    pub(super) async fn move_stage(
        &self,
        write: &mut Write,
        order: &mut OrderRow,
        to: Stage,
        now: Timestamp,
    ) -> StoreResult<()> {
        if order.stage != to {
            let detail = [("from", order.stage.as_str().to_owned()), ("to", to.as_str().to_owned())];
            write.insert_history(&order.id, Actor::Robot, "stage", None, &detail, None, now).await?;
            order.stage = to;
        }
        Ok(())
    }

    pub(super) async fn look(&self, s: &Situation, step: &Step, open: &Entry) -> StoreResult<()> {
        crash::point(Point::RunnerBeforeLook);
        let looked = steps::look(step, &open.intent, open.attempt, s, &self.parts).await;
        crash::point(Point::RunnerLooked);
        self.record_look(s, step.name(), open, looked).await
    }

    /// Records what a look at an open intent has shown.
    pub(super) async fn record_look(
        &self,
        s: &Situation,
        step: &'static str,
        open: &Entry,
        looked: Looked,
    ) -> StoreResult<()> {
        let now = self.parts.clock.now();
        let (outcome, result, retry_at) = match looked {
            Looked::Landed(effects) => {
                self.record(s, step, &open.key, Line::Written(open.id), None, Outcome::Done(*effects))
                    .await?;
                crash::point(Point::RunnerLookRecorded);
                return Ok(());
            }
            Looked::NotLanded => {
                // After a crash it is done at once; after a failure the wait grows, less what the look has waited.
                let failures = s.journal.failures(&open.key, s.order.retry_base).count() + 1;
                let wait = match open.retry_at {
                    None => SignedDuration::ZERO,
                    Some(_) => (back_off(failures) - BEFORE_LOOK).max(SignedDuration::ZERO),
                };
                (EntryOutcome::Retry, json!({ "reason": "not_landed" }), Some(self.jittered(now, wait)))
            }
            Looked::Never => (EntryOutcome::Failed, json!({ "reason": "not_landed" }), None),
            Looked::CannotTell => (EntryOutcome::Unclear, json!({ "reason": "unclear" }), Some(now)),
            Looked::NotNow { reason } => {
                let waits = open.result.get("looks").and_then(Value::as_u64).unwrap_or(0) + 1;
                let at = self.jittered(now, back_off(usize::try_from(waits).unwrap_or(6)));
                (EntryOutcome::Open, json!({ "reason": reason, "looks": waits }), Some(at))
            }
        };
        let mut write = self.parts.store.write().await?;
        write.end_entry(open.id, outcome, &result, retry_at, None, None, now).await?;
        if matches!(outcome, EntryOutcome::Retry | EntryOutcome::Failed) {
            write.record_not_sent(&s.order.id, &open.key, MessageState::Failed).await?;
        }
        write.commit().await?;
        crash::point(Point::RunnerLookRecorded);
        self.parts.signals.send(DeskEvent::OrderChanged { id: s.order.id.clone() });
        Ok(())
    }
}

/// The journal's line of a step that is begun.
pub(super) fn line(
    step: &'static str,
    key: &str,
    attempt: u32,
    actor: Actor,
    prepared: &Prepared,
) -> NewEntry {
    NewEntry {
        step,
        key: key.to_owned(),
        attempt,
        actor,
        intent: prepared.intent.clone(),
        input_sha256: prepared.input_sha256.clone(),
        reserved_usd: prepared.reserved_usd,
    }
}
