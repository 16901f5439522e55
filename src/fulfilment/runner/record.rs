//! Records what came of a step: the journal's result and everything it brought, in one transaction.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Runner;
use super::step::BEFORE_LOOK;
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::fulfilment::drafts::count_of;
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::plan::back_off;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::{Step, place_key};
use crate::orders::{Change, merge};
use crate::store::{
    Actor, EntryOutcome, LedgerKind, MessageState, NewEntry, NewLedgerEntry, OrderKind, PictureState,
    StoreResult, TaskStatus, Write, part_key,
};

/// The journal's line of a step.
pub(super) enum Line<'a> {
    /// The intent is there since before the effect.
    Written(i64),
    /// A step without an effect outside: intent and outcome are one write.
    New(&'a NewEntry),
}

impl Runner {
    pub(super) async fn record(
        &self,
        s: &Situation,
        step: &'static str,
        key: &str,
        line: Line<'_>,
        reserved: Option<Decimal>,
        outcome: Outcome,
    ) -> StoreResult<()> {
        let now = self.parts.clock.now();
        let failures = s.journal.failures(key, s.order.retry_base).count() + 1;
        let (ended, retry_at, effects) = match outcome {
            Outcome::Done(effects) => (EntryOutcome::Done, None, effects),
            Outcome::Retry { wait, reason, mut effects } => {
                effects.result = with_reason(effects.result, &reason);
                let wait = wait
                    .and_then(|wait| SignedDuration::try_from(wait).ok())
                    .unwrap_or_else(|| back_off(failures));
                tracing::warn!(order = %s.order.id, step, reason, "step will be tried again");
                (EntryOutcome::Retry, Some(self.jittered(now, wait)), effects)
            }
            Outcome::Unknown { reason } => {
                tracing::warn!(order = %s.order.id, step, reason, "step may have happened; looking before repeating");
                (
                    EntryOutcome::Open,
                    Some(self.jittered(now, BEFORE_LOOK)),
                    Effects::of(json!({ "reason": reason })),
                )
            }
            Outcome::Fail { reason, mut effects } => {
                effects.result = with_reason(effects.result, &reason);
                tracing::warn!(order = %s.order.id, step, reason, "step failed");
                (EntryOutcome::Failed, None, effects)
            }
        };
        // A paid call whose answer does not name its cost counts with its worst case.
        let cost = match (ended, effects.cost_usd, reserved) {
            (EntryOutcome::Done, None, Some(reserved)) => Some(reserved),
            (_, cost, _) => cost,
        };
        let mut write = self.parts.store.write().await?;
        let id = match line {
            Line::Written(id) => id,
            Line::New(entry) => write.begin_entry(&s.order.id, entry, now).await?,
        };
        write
            .end_entry(id, ended, &effects.result, retry_at, cost, effects.output_sha256.as_deref(), now)
            .await?;
        self.apply(&mut write, s, step, key, id, ended, cost, &effects, now).await?;
        crash::point(Point::RunnerBeforeRecord);
        write.commit().await?;
        crash::point(Point::RunnerRecorded);
        if effects.reread {
            self.reread(s).await?;
        }
        if let Some(picture) = &effects.picture {
            self.parts.signals.send(DeskEvent::PictureMade {
                order_id: Some(s.order.id.clone()),
                sha256: picture.sha256.clone(),
            });
        }
        self.parts.signals.send(DeskEvent::OrderChanged { id: s.order.id.clone() });
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "everything one outcome brings, in one transaction")]
    pub(super) async fn apply(
        &self,
        write: &mut Write,
        s: &Situation,
        step: &str,
        key: &str,
        id: i64,
        ended: EntryOutcome,
        cost: Option<Decimal>,
        effects: &Effects,
        now: Timestamp,
    ) -> StoreResult<()> {
        let order_id = &s.order.id;
        if let Some(market) = &effects.market_order {
            let known = write.get_order(order_id).await?;
            let (row, change) = merge(Some(known), market, &self.parts.account_id, || order_id.clone(), now);
            if let Some(Change::Status { from, to }) = change {
                let detail = [("from", from), ("to", to)];
                write
                    .insert_history(order_id, Actor::Market, "status", Some(step), &detail, None, now)
                    .await?;
            }
            write.put_order(&row).await?;
        }
        match ended {
            EntryOutcome::Done => {
                for (number, message_id) in effects.message_ids.iter().enumerate() {
                    write.record_outgoing(order_id, &part_key(key, number), message_id).await?;
                }
                self.record_told(write, s, key).await?;
            }
            EntryOutcome::Open => write.record_not_sent(order_id, key, MessageState::Unclear).await?,
            EntryOutcome::Retry | EntryOutcome::Failed => {
                write.record_not_sent(order_id, key, MessageState::Failed).await?;
            }
            _ => {}
        }
        if let Some(picture) = &effects.picture {
            write.insert_picture(order_id, picture, now).await?;
        }
        if let Some((sha256, state, file_id)) = &effects.picture_state {
            write.record_picture_state(order_id, sha256, *state, file_id.as_deref()).await?;
        }
        if let Some((sha256, look)) = &effects.picture_look {
            write.put_look(sha256, look.bits()).await?;
        }
        for entry in &effects.ledger {
            write.insert_ledger(&self.parts.account_id, Some(order_id), entry, now).await?;
        }
        if let Some(cost) = cost.filter(|cost| !cost.is_zero()) {
            let entry = NewLedgerEntry {
                kind: LedgerKind::Model,
                amount: cost,
                currency: "USD",
                reference: format!("model:{id}"),
            };
            write.insert_ledger(&self.parts.account_id, Some(order_id), &entry, now).await?;
        }
        if let Some((round, status, error)) = &effects.task_end {
            self.end_task(write, s, *round, *status, error.as_deref(), now).await?;
        }
        Ok(())
    }

    /// Where pictures go as links, the message that told them has delivered them.
    async fn record_told(&self, write: &mut Write, s: &Situation, key: &str) -> StoreResult<()> {
        let Some(Step::Tell { round }) = Step::of_key(key).filter(|_| s.abilities.delivers_by_link) else {
            return Ok(());
        };
        for n in 1..=count_of(s, round) {
            let linked = s.journal.done(&Step::Link { round, n }.key());
            if let Some(sha256) = linked.and_then(|linked| linked.output_sha256.as_deref()) {
                write.record_picture_state(&s.order.id, sha256, PictureState::Delivered, None).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn end_task(
        &self,
        write: &mut Write,
        s: &Situation,
        round: u32,
        status: TaskStatus,
        error: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let paths: Vec<String> = (1..=count_of(s, round))
            .filter_map(|n| s.journal.done(&place_key("keep", round, n))?.output_sha256.clone())
            .filter_map(|sha256| self.parts.files.path_of(&sha256).ok())
            .map(|path| path.display().to_string())
            .collect();
        write.end_task(&s.order.id, round, status, error, &paths, now).await
    }

    /// Reads the order again because the market's state is another than we thought.
    pub(super) async fn reread(&self, s: &Situation) -> StoreResult<()> {
        if s.order.kind == OrderKind::Task {
            return Ok(());
        }
        crash::point(Point::RunnerBeforeReread);
        let Ok(market) = self.parts.market.read_order(&s.order.market_order_id).await else { return Ok(()) };
        crash::point(Point::RunnerReread);
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let known = write.get_order(&s.order.id).await?;
        let (row, change) = merge(Some(known), &market, &self.parts.account_id, || s.order.id.clone(), now);
        if let Some(Change::Status { from, to }) = change {
            write
                .insert_history(
                    &row.id,
                    Actor::Market,
                    "status",
                    None,
                    &[("from", from), ("to", to)],
                    None,
                    now,
                )
                .await?;
        }
        write.put_order(&row).await?;
        write.commit().await
    }
}

fn with_reason(mut result: Value, reason: &str) -> Value {
    if let Some(fields) = result.as_object_mut()
        && fields.get("reason").is_none_or(Value::is_null)
    {
        fields.insert("reason".to_owned(), json!(reason));
    }
    result
}
