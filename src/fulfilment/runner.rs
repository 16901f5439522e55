//! Walks one order: claim, plan, write the intent down, do the step, record the outcome with the new state.
//!
//! No network, model or file wait happens inside a transaction. A crash anywhere leaves an open intent at most, and the
//! next walk looks before it repeats.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::journal::Journal;
use super::money::Spending;
use super::outcome::{Effects, Looked, Outcome};
use super::plan::{HoldReason, Next, back_off, plan, stage};
use super::rules::{ModelChain, OrderRules, StallRules};
use super::situation::{Situation, ThreadLine};
use super::step::Step;
use super::steps::{self, Prepared};
use crate::clock::{Clock, Ids};
use crate::desk::contract::DeskEvent;
use crate::host::NoticeKind;
use crate::images::PictureFiles;
use crate::listings::ListingForm;
use crate::marketplaces::Marketplace;
use crate::model::{AspectRatio, Model};
use crate::orders::{Change, Notices, merge};
use crate::signals::Signals;
use crate::store::{
    Actor, Entry, EntryOutcome, HoldRow, LedgerKind, MessageState, NewEntry, NewLedgerEntry, OrderKind,
    OrderRow, Speaker, Store, StoreResult, TaskRow, TaskStatus, Write,
};

/// How long one walk may hold an order before another may take it: longer than any step's time limit.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// Paid and cancelled orders stay on the board this long.
const ON_BOARD_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What the walk is made of.
pub struct Parts {
    pub store: Store,
    pub market: Arc<dyn Marketplace>,
    pub model: RwLock<Option<Arc<dyn Model>>>,
    pub files: Arc<PictureFiles>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub signals: Signals,
    pub rules: RwLock<StallRules>,
    pub account_id: String,
    /// Our id on the market.
    pub own_id: String,
    /// Picture addresses on this computer are fine (practice, tests).
    pub allow_loopback: bool,
    /// Models that give pictures without words.
    pub picture_only: RwLock<Vec<String>>,
    /// Tells the seller, subject to their switches.
    pub notices: Notices,
}

impl Parts {
    pub fn model(&self) -> Option<Arc<dyn Model>> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn stall_rules(&self) -> StallRules {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn is_picture_only(&self, model: &str) -> bool {
        self.picture_only.read().unwrap_or_else(PoisonError::into_inner).iter().any(|known| known == model)
    }
}

/// What the seller does to an order with their own hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SellerAct {
    /// Completes with a note of their own.
    Complete {
        note: String,
    },
    Say {
        text: String,
    },
    Decline {
        reason: String,
    },
    Cancel {
        reason: String,
    },
}

/// Why a seller's act was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("another step of this order is under way")]
    Busy,
    #[error("{reason}")]
    NotDone { reason: String, said: String },
    #[error("it is not known whether it happened")]
    Unclear,
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// Walks the orders of one account.
pub struct Runner {
    pub parts: Parts,
    owner: String,
    usual_ms: Mutex<HashMap<&'static str, u32>>,
}

impl Runner {
    pub fn new(parts: Parts) -> Self {
        let owner = parts.ids.id();
        Self { parts, owner, usual_ms: Mutex::default() }
    }

    /// How long a step usually takes here, in milliseconds.
    pub fn usual_ms(&self, step: &str) -> u32 {
        let known = self.usual_ms.lock().unwrap_or_else(PoisonError::into_inner).get(step).copied();
        known.unwrap_or(match step {
            "draw" => 20_000,
            "read_brief" => 3_000,
            _ => 800,
        })
    }

    /// Walks an order until it waits, holds or is over. Someone else walking it is fine: nothing is done.
    ///
    /// # Errors
    /// When the database fails; the order stays as recorded and is walked again.
    pub async fn walk(&self, order_id: &str) -> StoreResult<()> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let claimed = write.claim_order(order_id, &self.owner, now, after(now, LEASE)).await?;
        write.commit().await?;
        if !claimed {
            return Ok(());
        }
        let walked = self.walk_claimed(order_id).await;
        if walked.is_err() {
            let now = self.parts.clock.now();
            if let Ok(mut write) = self.parts.store.write().await {
                // Best effort: an expired lease does the same later.
                let _ = write
                    .release_order(order_id, &self.owner, -1, None, after(now, SignedDuration::from_secs(30)))
                    .await;
                let _ = write.commit().await;
            }
        }
        walked
    }

    async fn walk_claimed(&self, order_id: &str) -> StoreResult<()> {
        loop {
            let s = self.situation(order_id).await?;
            match plan(&s) {
                Next::Do(step) => self.step(&s, &step).await?,
                next => return self.rest(&s, next).await,
            }
        }
    }

    /// Gathers everything the plan may look at.
    ///
    /// # Errors
    /// When the database fails or the order is unknown.
    pub async fn situation(&self, order_id: &str) -> StoreResult<Situation> {
        let store = &self.parts.store;
        let now = self.parts.clock.now();
        let order = store.get_order(order_id).await?;
        let journal = Journal::new(store.list_journal(order_id).await?);
        let thread = store
            .list_messages(order_id)
            .await?
            .into_iter()
            .map(|message| ThreadLine {
                id: message.market_message_id,
                who: message.who,
                text: message.body,
                at: message.at,
            })
            .collect();
        let (this_order_usd, today_usd) = store.spent_usd(order_id, start_of_day(now)).await?;
        let rules = self.rules_for(&order).await?;
        Ok(Situation {
            order,
            journal,
            thread,
            rules,
            spending: Spending { this_order_usd, today_usd },
            abilities: self.parts.market.abilities(),
            now,
        })
    }

    async fn rules_for(&self, order: &OrderRow) -> StoreResult<OrderRules> {
        let stall = self.parts.stall_rules();
        let listing = match order.listing_id.as_deref() {
            Some(id) => self.parts.store.lookup_market_listing(&self.parts.account_id, id).await?,
            None => None,
        };
        let form: Option<ListingForm> = listing.and_then(|row| serde_json::from_str(&row.form).ok());
        let is_task = order.kind == OrderKind::Task;
        let is_ours = is_task
            || stall.only_listings.is_empty()
            || order.listing_id.as_ref().is_some_and(|id| stall.only_listings.contains(id));
        let (_, _, running, _) = self.parts.store.count_orders(&self.parts.account_id).await?;
        let form = form.filter(|_| !is_task);
        Ok(OrderRules {
            is_ours,
            automation: form.as_ref().and_then(|form| form.automation).unwrap_or(stall.automation),
            listing_title: form.as_ref().map_or_else(|| order.title.clone(), |form| form.name.clone()),
            listing_description: form.as_ref().map(|form| form.description.clone()).unwrap_or_default(),
            style: form.as_ref().map(|form| form.style.clone()).filter(|style| !style.trim().is_empty()),
            aspect_ratio: form.as_ref().map_or(AspectRatio::Square, |form| form.aspect_ratio),
            count: form.as_ref().map_or(1, |form| form.count).clamp(1, 4),
            revisions: form.as_ref().map_or(stall.revisions, |form| form.revisions),
            models: ModelChain {
                text: stall.text_models,
                picture: stall.picture_models,
                route: stall.picture_route,
            },
            caps: stall.caps,
            is_open: stall.is_open || is_task,
            has_capacity: running < stall.max_running,
            has_model: self.parts.model().is_some(),
            templates: stall.templates,
        })
    }

    /// Does one step: looks first where an intent has no result, else intent, effect, outcome.
    async fn step(&self, s: &Situation, step: &Step) -> StoreResult<()> {
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
        self.learn(step.name(), begun.elapsed(), &outcome);
        self.record(s, step.name(), &key, id, prepared.reserved_usd, outcome).await
    }

    fn learn(&self, step: &'static str, took: std::time::Duration, outcome: &Outcome) {
        if matches!(outcome, Outcome::Done(_)) {
            let ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
            let mut usual = self.usual_ms.lock().unwrap_or_else(PoisonError::into_inner);
            usual.entry(step).and_modify(|known| *known = (*known / 4) * 3 + ms / 4).or_insert(ms);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one intent")]
    async fn begin(
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
        self.move_stage(&mut write, &mut order, crate::store::Stage::parse(stage)?, now).await?;
        step.clone_into(&mut order.next_step);
        order.hold = None;
        order.updated_at = now;
        write.put_order(&order).await?;
        write.commit().await?;
        self.parts.signals.send(DeskEvent::OrderChanged { id: s.order.id.clone() });
        Ok(id)
    }

    async fn move_stage(
        &self,
        write: &mut Write,
        order: &mut OrderRow,
        to: crate::store::Stage,
        now: Timestamp,
    ) -> StoreResult<()> {
        if order.stage != to {
            let detail = [("from", order.stage.as_str().to_owned()), ("to", to.as_str().to_owned())];
            write.insert_history(&order.id, Actor::Robot, "stage", None, &detail, None, now).await?;
            order.stage = to;
        }
        Ok(())
    }

    async fn look(&self, s: &Situation, step: &Step, open: &Entry) -> StoreResult<()> {
        let looked = steps::look(step, &open.intent, open.attempt, s, &self.parts).await;
        let now = self.parts.clock.now();
        match looked {
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
        }
    }

    async fn record(
        &self,
        s: &Situation,
        step: &'static str,
        key: &str,
        id: i64,
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
                    Some(self.jittered(now, SignedDuration::from_secs(2))),
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
        write
            .end_entry(id, ended, &effects.result, retry_at, cost, effects.output_sha256.as_deref(), now)
            .await?;
        self.apply(&mut write, s, step, key, id, ended, cost, &effects, now).await?;
        write.commit().await?;
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
    async fn apply(
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
        match (ended, &effects.message_id) {
            (EntryOutcome::Done, Some(message_id)) => {
                write.record_outgoing(order_id, key, MessageState::Sent, Some(message_id)).await?
            }
            (EntryOutcome::Open, _) => {
                write.record_outgoing(order_id, key, MessageState::Unclear, None).await?
            }
            (EntryOutcome::Retry | EntryOutcome::Failed, _) => {
                write.record_outgoing(order_id, key, MessageState::Failed, None).await?
            }
            _ => {}
        }
        if let Some(picture) = &effects.picture {
            write.insert_picture(order_id, picture, now).await?;
        }
        if let Some((sha256, state, file_id)) = &effects.picture_state {
            write.record_picture_state(order_id, sha256, *state, file_id.as_deref()).await?;
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

    async fn end_task(
        &self,
        write: &mut Write,
        s: &Situation,
        round: u32,
        status: TaskStatus,
        error: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let paths: Vec<String> = (1..=s.rules.count)
            .filter_map(|n| s.journal.done(&super::step::place_key("keep", round, n))?.output_sha256.clone())
            .filter_map(|sha256| self.parts.files.path_of(&sha256).ok())
            .map(|path| path.display().to_string())
            .collect();
        write.end_task(&s.order.id, round, status, error, &paths, now).await
    }

    /// Reads the order again because the market's state is another than we thought.
    async fn reread(&self, s: &Situation) -> StoreResult<()> {
        if s.order.kind == OrderKind::Task {
            return Ok(());
        }
        let Ok(market) = self.parts.market.read_order(&s.order.market_order_id).await else { return Ok(()) };
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

    /// Records that an order waits, holds or is over, and lets go of it.
    async fn rest(&self, s: &Situation, next: Next) -> StoreResult<()> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let mut order = write.get_order(&s.order.id).await?;
        let before = order.clone();
        let mut notice = None;
        let next_at = match &next {
            Next::Do(_) => Some(now),
            Next::Wait { until, why } => {
                why.as_str().clone_into(&mut order.next_step);
                order.hold = None;
                // A moment that has passed must not have the order walked round and round.
                until.map(|at| at.max(after(now, SignedDuration::from_millis(50))))
            }
            Next::Hold(reason) => {
                "none".clone_into(&mut order.next_step);
                notice = self.hold(&mut write, &mut order, reason, now).await?;
                // Deadlines pass while the seller thinks.
                order.confirm_deadline.filter(|at| *at > now)
            }
            Next::Over(why) => self.over(&mut write, s, &mut order, why, now).await?,
        };
        if before.hold.is_some() && order.hold.is_none() {
            write.insert_history(&order.id, Actor::Robot, "released", None, &[], None, now).await?;
        }
        if s.order.kind == OrderKind::Order {
            self.move_stage(&mut write, &mut order, stage(s), now).await?;
        }
        let changed = before.stage != order.stage
            || before.next_step != order.next_step
            || before.hold != order.hold
            || before.archived != order.archived;
        if changed {
            order.updated_at = now;
        }
        write.put_order(&order).await?;
        write.release_order(&order.id, &self.owner, s.order.wake, next_at, now).await?;
        write.commit().await?;
        if let Some(code) = notice {
            (self.parts.notices)(NoticeKind::NeedsYou, &order, code);
        }
        // The stage is paid as soon as settling begins; the seller is told when the settled order comes to rest.
        let rests = order.next_step == "none" && order.hold.is_none();
        if order.stage == crate::store::Stage::Paid && rests && before.next_step != "none" {
            (self.parts.notices)(NoticeKind::Paid, &order, "");
        }
        if changed {
            self.parts.signals.send(DeskEvent::OrderChanged { id: order.id.clone() });
        }
        Ok(())
    }

    /// Puts an order on hold; the code is returned when the seller is to be told.
    async fn hold(
        &self,
        write: &mut Write,
        order: &mut OrderRow,
        reason: &HoldReason,
        now: Timestamp,
    ) -> StoreResult<Option<&'static str>> {
        if order.kind == OrderKind::Task {
            let why = reason
                .detail
                .get("reason")
                .filter(|why| !why.is_empty())
                .map_or(reason.code, String::as_str)
                .to_owned();
            // A failed upload does not undo the pictures (the guide, step 4).
            let status =
                if reason.code == "upload_failed" { TaskStatus::Success } else { TaskStatus::Failed };
            self.fail_task(write, order, status, &why, now).await?;
            return Ok(None);
        }
        if order.hold.as_ref().is_some_and(|hold| hold.code == reason.code) {
            if let Some(hold) = &mut order.hold {
                hold.detail.clone_from(&reason.detail);
            }
            return Ok(None);
        }
        let mut detail: Vec<(&str, String)> = vec![("code", reason.code.to_owned())];
        detail.extend(reason.detail.iter().map(|(key, value)| (key.as_str(), value.clone())));
        write.insert_history(&order.id, Actor::Robot, "held", None, &detail, None, now).await?;
        order.hold =
            Some(HoldRow { code: reason.code.to_owned(), detail: reason.detail.clone(), since: now });
        order.unread = true;
        Ok(Some(reason.code))
    }

    async fn over(
        &self,
        write: &mut Write,
        s: &Situation,
        order: &mut OrderRow,
        why: &str,
        now: Timestamp,
    ) -> StoreResult<Option<Timestamp>> {
        "none".clone_into(&mut order.next_step);
        order.hold = None;
        match why {
            "task_done" => {
                let round = s.journal.readings().len().min(1);
                self.end_task(
                    write,
                    s,
                    u32::try_from(round).unwrap_or(1).max(1),
                    TaskStatus::Success,
                    None,
                    now,
                )
                .await?;
                order.stage = crate::store::Stage::Delivered;
                order.archived = true;
                Ok(None)
            }
            "task_without_brief" => {
                self.fail_task(write, order, TaskStatus::Failed, "no valid requirements in the input", now)
                    .await?;
                Ok(None)
            }
            "not_ours" => {
                if !order.archived {
                    let detail = [
                        ("reason", why.to_owned()),
                        ("listing", order.listing_id.clone().unwrap_or_default()),
                    ];
                    write
                        .insert_history(
                            &order.id,
                            Actor::Robot,
                            "not_done",
                            Some("accept"),
                            &detail,
                            None,
                            now,
                        )
                        .await?;
                }
                order.archived = true;
                order.unread = false;
                Ok(None)
            }
            _ => {
                // Paid or cancelled: it stays on the board for a day.
                let leaves = after(order.updated_at, ON_BOARD_AFTER);
                order.archived = leaves <= now;
                Ok((!order.archived).then_some(leaves))
            }
        }
    }

    async fn fail_task(
        &self,
        write: &mut Write,
        order: &mut OrderRow,
        status: TaskStatus,
        why: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        let task = TaskRow {
            id: order.id.clone(),
            order_id: order.id.clone(),
            round: 1,
            market_order_id: order.deliver_to.clone(),
            original_input: crate::orders::requirement_text(order.requirement.as_deref()),
            optimized_prompt: String::new(),
            model: String::new(),
            count: 1,
            status: TaskStatus::Running,
            error_message: None,
            image_paths: Vec::new(),
            created_at: order.created_at,
            completed_at: None,
        };
        write.begin_task(&task).await?;
        let kept = self.parts.store.list_order_pictures(&order.id).await?;
        let paths: Vec<String> = kept
            .iter()
            .filter_map(|picture| self.parts.files.path_of(&picture.sha256).ok())
            .map(|path| path.display().to_string())
            .collect();
        write.end_task(&order.id, 1, status, Some(why), &paths, now).await?;
        order.stage = crate::store::Stage::Closed;
        order.archived = true;
        order.next_step = "none".to_owned();
        Ok(())
    }

    fn jittered(&self, from: Timestamp, wait: SignedDuration) -> Timestamp {
        let ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "milliseconds of at most an hour"
        )]
        let jitter = (ms as f64 * 0.5 * self.parts.ids.fraction()) as i64;
        after(from, SignedDuration::from_millis(ms + jitter))
    }

    /// Does what the seller asked for with their own hands, recorded like any step with the seller as actor.
    ///
    /// # Errors
    /// When it was refused, is not known to have happened, or another step of the order is under way.
    pub async fn act(&self, order_id: &str, act: SellerAct) -> Result<(), ActError> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let claimed =
            write.claim_order(order_id, &format!("{}:seller", self.owner), now, after(now, LEASE)).await?;
        write.commit().await?;
        if !claimed {
            return Err(ActError::Busy);
        }
        let done = self.act_claimed(order_id, act).await;
        let mut write = self.parts.store.write().await?;
        write
            .release_order(order_id, &format!("{}:seller", self.owner), -1, None, self.parts.clock.now())
            .await?;
        write.commit().await?;
        self.parts.signals.send(DeskEvent::OrderChanged { id: order_id.to_owned() });
        done
    }

    async fn act_claimed(&self, order_id: &str, act: SellerAct) -> Result<(), ActError> {
        let s = self.situation(order_id).await?;
        let (step, key, prepared): (&'static str, String, Prepared) = match &act {
            SellerAct::Complete { note } => {
                ("complete", "complete".to_owned(), steps::complete_by_hand(&s, note))
            }
            SellerAct::Say { text } => (
                "say",
                format!("say:{}", self.parts.ids.id()),
                Prepared {
                    intent: json!({ "text": text }),
                    message: Some(text.clone()),
                    ..Prepared::default()
                },
            ),
            SellerAct::Decline { reason } => (
                "decline",
                "decline".to_owned(),
                Prepared { intent: json!({ "reason": reason }), ..Prepared::default() },
            ),
            SellerAct::Cancel { reason } => (
                "cancel",
                "cancel".to_owned(),
                Prepared { intent: json!({ "reason": reason }), ..Prepared::default() },
            ),
        };
        let attempt = s.journal.next_attempt(&key);
        let id =
            self.begin(&s, step, &key, attempt, Actor::Seller, &prepared, s.order.stage.as_str()).await?;
        let outcome = steps::perform_act(&act, &prepared, &s, &self.parts).await;
        let told = match &outcome {
            Outcome::Done(_) => Ok(()),
            Outcome::Unknown { .. } => Err(ActError::Unclear),
            Outcome::Retry { reason, effects, .. } | Outcome::Fail { reason, effects } => {
                Err(ActError::NotDone {
                    reason: reason.clone(),
                    said: effects.result.get("said").and_then(Value::as_str).unwrap_or_default().to_owned(),
                })
            }
        };
        // What the seller did not get done is told to them now, not tried again behind their back.
        let outcome = match outcome {
            Outcome::Retry { reason, effects, .. } => Outcome::Fail { reason, effects },
            outcome => outcome,
        };
        self.record(&s, step, &key, id, None, outcome).await?;
        told
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

fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

/// Midnight UTC: the day of the cap (the provider counts UTC days too, contract KeyInfo).
fn start_of_day(now: Timestamp) -> Timestamp {
    let seconds = now.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(86_400)).unwrap_or(now)
}
