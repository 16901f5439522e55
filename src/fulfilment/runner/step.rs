//! One step: a look first where an intent has no result, else intent, effect, outcome.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Runner;
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::fulfilment::outcome::{Looked, Outcome};
use crate::fulfilment::plan::{back_off, stage};
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::Step;
use crate::fulfilment::steps::{self, Prepared};
use crate::store::{Actor, Entry, EntryOutcome, NewEntry, OrderRow, Speaker, Stage, StoreResult, Write};

impl Runner {
    /// Does one step: looks first where an intent has no result, else intent, effect, outcome.
    pub(super) async fn step(&self, s: &Situation, step: &Step) -> StoreResult<()> {
        let key = step.key();
        if let Some(open) = s.journal.open(&key) {
            return self.look(s, step, open).await;
        }
        let prepared = steps::prepare(step, s, &self.parts);
        let attempt = s.journal.next_attempt(&key);
        let id =
            self.begin(s, step.name(), &key, attempt, Actor::Robot, &prepared, stage(s).as_str()).await?;
        let begun = std::time::Instant::now();
        let outcome = steps::perform(step, &prepared, attempt, s, &self.parts).await;
        crash::point(Point::RunnerEffectDone);
        self.learn(step.name(), begun.elapsed(), &outcome);
        self.record(s, step.name(), &key, id, prepared.reserved_usd, outcome).await
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one intent")]
    pub(super) async fn begin(
        &self,
        s: &Situation,
        step: &'static str,
        key: &str,
        attempt: u32,
        actor: Actor,
        prepared: &Prepared,
        stage: &str,
    ) -> StoreResult<i64> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let entry = NewEntry {
            step,
            key: key.to_owned(),
            attempt,
            actor,
            intent: prepared.intent.clone(),
            input_sha256: prepared.input_sha256.clone(),
            reserved_usd: prepared.reserved_usd,
        };
        let id = write.begin_entry(&s.order.id, &entry, now).await?;
        if let Some(text) = &prepared.message {
            let who = if actor == Actor::Seller { Speaker::Seller } else { Speaker::Robot };
            write.put_outgoing(&s.order.id, key, who, text, now).await?;
        }
        if let Some(task) = &prepared.task {
            write.begin_task(task).await?;
        }
        let mut order = write.get_order(&s.order.id).await?;
        self.move_stage(&mut write, &mut order, Stage::parse(stage)?, now).await?;
        step.clone_into(&mut order.next_step);
        order.hold = None;
        order.updated_at = now;
        write.put_order(&order).await?;
        crash::point(Point::RunnerBeforeIntent);
        write.commit().await?;
        crash::point(Point::RunnerIntentWritten);
        self.parts.signals.send(DeskEvent::OrderChanged { id: s.order.id.clone() });
        Ok(id)
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
        let now = self.parts.clock.now();
        let recorded = match looked {
            Looked::Landed(effects) => {
                self.record(s, step.name(), &open.key, open.id, None, Outcome::Done(*effects)).await
            }
            Looked::NotLanded => {
                let mut write = self.parts.store.write().await?;
                write
                    .end_entry(
                        open.id,
                        EntryOutcome::Retry,
                        &json!({ "reason": "not_landed" }),
                        Some(now),
                        None,
                        None,
                        now,
                    )
                    .await?;
                write.commit().await
            }
            Looked::CannotTell => {
                let mut write = self.parts.store.write().await?;
                write
                    .end_entry(
                        open.id,
                        EntryOutcome::Unclear,
                        &json!({ "reason": "unclear" }),
                        Some(now),
                        None,
                        None,
                        now,
                    )
                    .await?;
                write.commit().await
            }
            Looked::NotNow { reason } => {
                let waits = open.result.get("looks").and_then(Value::as_u64).unwrap_or(0) + 1;
                let at = self.jittered(now, back_off(usize::try_from(waits).unwrap_or(6)));
                let mut write = self.parts.store.write().await?;
                write
                    .end_entry(
                        open.id,
                        EntryOutcome::Open,
                        &json!({ "reason": reason, "looks": waits }),
                        Some(at),
                        None,
                        None,
                        now,
                    )
                    .await?;
                write.commit().await
            }
        };
        crash::point(Point::RunnerLookRecorded);
        recorded
    }
}
