//! The plan: a pure function from everything known about an order to the one next thing.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::Value;

use super::drafts;
use super::journal::{Round, changes};
use super::linked;
use super::rules::ModelState;
use super::situation::Situation;
use super::step::{Step, place_key};
use crate::marketplaces::MarketStatus;
use crate::model::chain::{Chain, Next as ChainNext};
use crate::model::{ModelProblem, OverCap, Verdict, WORST_READING_USD, fits, worst_case_usd};
use crate::orders::ASSUMED_ACCEPT_WINDOW;
use crate::settings::AutomationMode;
use crate::store::{Entry, EntryOutcome, OrderKind, Speaker, Stage};

/// The next thing for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Do(Step),
    /// Nothing to do until then, or until news comes.
    Wait {
        until: Option<Timestamp>,
        why: Waiting,
    },
    /// The seller must decide.
    Hold(HoldReason),
    /// Nothing will ever be done here; the word says why.
    Over(&'static str),
}

/// What an order waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    Brief,
    /// A draft was sent: the buyer says yes, or what should be different.
    Draft,
    Confirmation,
    Retry,
    Capacity,
    Seller,
    Market,
    /// There is no public address to send links of now.
    Address,
    /// The time to accept has passed: the market cancels it.
    Missed,
    /// The stall is closed; it is looked at again when it opens.
    Closed,
}

impl Waiting {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brief => "wait_brief",
            Self::Draft => "wait_draft",
            Self::Confirmation => "wait_confirm",
            Self::Retry => "wait_retry",
            Self::Capacity => "wait_capacity",
            Self::Seller => "wait_seller",
            Self::Market => "wait_market",
            Self::Address => "wait_address",
            Self::Missed => "wait_missed",
            Self::Closed => "wait_open",
        }
    }
}

/// Why the seller must decide, with the parameters of the wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldReason {
    pub code: &'static str,
    pub detail: BTreeMap<String, String>,
}

impl HoldReason {
    pub(super) fn of(code: &'static str) -> Self {
        Self { code, detail: BTreeMap::new() }
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }
}

/// Seconds that asking, drawing, looking and sending take when all goes well. With less until the market wants the order
/// completed it is not accepted unasked.
const LEAST_TIME_TO_MAKE: i64 = 300;
/// Drawings paid without knowing whether the first one came: one repeat, no more.
const MOST_UNCLEAR_DRAWS: usize = 1;
/// A picture that fails its checks is drawn once more.
const MOST_REFUSED_PICTURES: usize = 1;

/// How often a step is tried before the seller is asked, and how long to wait after each failure.
fn most_tries(step: &str) -> usize {
    match step {
        "complete" => 20,
        "accept" => 12,
        "read_brief" => 4,
        _ => 6,
    }
}

/// Wait after `failures` failed tries: 1, 2, 4 … 60 s (contract `x-back-off`). Jitter is added where the time is recorded.
pub fn back_off(failures: usize) -> SignedDuration {
    let exponent = u32::try_from(failures.saturating_sub(1)).unwrap_or(6).min(6);
    SignedDuration::from_secs(1i64.checked_shl(exponent).unwrap_or(60).min(60))
}

/// Says the one next thing for an order.
pub fn plan(s: &Situation) -> Next {
    match s.status() {
        MarketStatus::Completed => settle(s),
        MarketStatus::Cancelled => {
            if s.journal.is_done("accept") && !s.order.archived {
                Next::Hold(
                    HoldReason::of("cancelled_midway")
                        .with("reason", s.order.cancel_reason.clone().unwrap_or_default()),
                )
            } else {
                Next::Over("cancelled")
            }
        }
        MarketStatus::InDispute => Next::Hold(HoldReason::of("disputed")),
        MarketStatus::Other(word) => Next::Hold(HoldReason::of("unknown_status").with("status", word)),
        _ if !s.rules.is_ours => Next::Over("not_ours"),
        _ if s.order.taken_over || s.order.paused => Next::Wait { until: None, why: Waiting::Seller },
        MarketStatus::PendingAccept => before_acceptance(s),
        MarketStatus::InProgress => in_progress(s),
        MarketStatus::PendingConfirmation => after_delivery(s),
    }
}

fn settle(s: &Situation) -> Next {
    if s.journal.is_done("settle") {
        return Next::Over("paid");
    }
    attempt(s, Step::Settle, "settle_failed")
}

fn before_acceptance(s: &Situation) -> Next {
    if accept_by(s) <= s.now {
        return Next::Wait { until: Some(later(s.now, 300)), why: Waiting::Missed };
    }
    if let Some(reason) = asks_before_accepting(s).filter(|_| !s.journal.approved("accept")) {
        return Next::Hold(reason);
    }
    match s.rules.model {
        ModelState::Works => {}
        ModelState::Missing => return Next::Hold(HoldReason::of("model_missing")),
        ModelState::Fails(ModelProblem::KeyRefused) => return Next::Hold(HoldReason::of("key_refused")),
        ModelState::Fails(ModelProblem::OutOfCredit) => return Next::Hold(HoldReason::of("out_of_credit")),
    }
    if let Some(until) = s.order.complete_deadline.filter(|at| *at < later(s.now, LEAST_TIME_TO_MAKE))
        && !s.journal.approved("deadline")
    {
        return Next::Hold(HoldReason::of("no_time").with("until", until.to_string()));
    }
    if let Err(over) = fits(&s.spending, &s.rules.caps, WORST_READING_USD + worst_to_begin(s)) {
        return over_cap(s, &over);
    }
    if s.abilities.uploads_files {
        match s.journal.done("check_files") {
            None => return attempt(s, Step::CheckFiles, "accept_failed"),
            Some(entry)
                if entry.result.get("safe") == Some(&Value::Bool(false)) && !s.journal.approved("files") =>
            {
                let name = entry.result.get("file").and_then(Value::as_str).unwrap_or_default();
                return Next::Hold(HoldReason::of("unsafe_file").with("file", name));
            }
            Some(_) => {}
        }
    }
    if !s.rules.is_open {
        return Next::Wait { until: None, why: Waiting::Closed };
    }
    if !s.rules.has_capacity {
        // Woken as soon as a place is free; this is the net below it.
        return Next::Wait { until: Some(later(s.now, 120)), why: Waiting::Capacity };
    }
    if s.journal.is_done("accept") {
        // Accepted, but the market still says otherwise: it is read again.
        return Next::Wait { until: Some(later(s.now, 5)), why: Waiting::Market };
    }
    attempt(s, Step::Accept, "accept_failed")
}

/// Why accepting this order is left to the seller.
fn asks_before_accepting(s: &Situation) -> Option<HoldReason> {
    if let Some(listing) = &s.rules.accepting.paused {
        return Some(HoldReason::of("listing_paused").with("listing", listing));
    }
    if s.rules.automation == AutomationMode::ByHand {
        return Some(HoldReason::of("by_hand"));
    }
    if s.rules.accepting.by_hand {
        return Some(HoldReason::of("accept_asks"));
    }
    let least = s.rules.accepting.least_price?;
    // A price the market does not say may be any price.
    s.order.price.is_none_or(|price| price < least).then(|| {
        HoldReason::of("price_low")
            .with("price", s.order.price.map(|price| price.normalize().to_string()).unwrap_or_default())
            .with("least", least.normalize().to_string())
    })
}

/// When accepting is due.
pub fn accept_by(s: &Situation) -> Timestamp {
    let ordered = s.order.market_created_at.unwrap_or(s.order.created_at);
    s.order
        .accept_deadline
        .unwrap_or_else(|| ordered.saturating_add(ASSUMED_ACCEPT_WINDOW).unwrap_or(ordered))
}

fn in_progress(s: &Situation) -> Next {
    if !s.abilities.accepts_orders && s.order.kind == OrderKind::Order && !s.journal.is_done("greet") {
        return attempt(s, Step::Greet, "message_failed");
    }
    let rounds = rounds(s);
    let delivering = rounds.last().filter(|round| !drafts::is_told(s, round)).is_some_and(|round| {
        let first = if s.abilities.uploads_files {
            Step::Upload { round: round.number, n: 1 }
        } else {
            Step::Tell { round: round.number }
        };
        s.journal.is_done(&first.key()) || s.journal.open(&first.key()).is_some()
    });
    if !delivering && let Some(next) = read_newest_turn(s) {
        return next;
    }
    let Some(round) = rounds.last() else { return ask(s) };
    let next = make(s, round);
    if let Some(next) = next {
        return next;
    }
    if s.order.kind == OrderKind::Task {
        return Next::Over("task_done");
    }
    if round.is_draft {
        return drafts::await_yes(s, round);
    }
    if !s.abilities.completes_orders {
        return after_delivery(s);
    }
    if s.journal.is_done("complete") {
        return Next::Wait { until: Some(later(s.now, 5)), why: Waiting::Market };
    }
    attempt(s, Step::Complete, "complete_failed")
}

fn after_delivery(s: &Situation) -> Next {
    if let Some(next) = read_newest_turn(s) {
        return next;
    }
    if let Some(next) = linked::link_again(s) {
        return next;
    }
    if let Some(reason) = asks_seller(s) {
        return Next::Hold(reason);
    }
    if let Some(round) = rounds(s).last().filter(|round| round.number > 1)
        && let Some(next) = make(s, round)
    {
        return next;
    }
    // A deadline that has passed is the market's to act on; its word comes as news.
    let until = s.order.confirm_deadline.map(|at| later(at, 60)).filter(|at| *at > s.now);
    Next::Wait { until, why: Waiting::Confirmation }
}

/// What the buyer said last that only the seller can answer: one change too many, a question, a wish that is refused.
pub(super) fn asks_seller(s: &Situation) -> Option<HoldReason> {
    let reading = s.last_reading().filter(|reading| !answered_since(s, &reading.turn))?;
    let refused_round = reading.brief.is_some()
        && rounds(s).last().is_none_or(|round| round.turn.as_deref() != Some(&reading.turn))
        && !redrawn_since(s, &reading.turn);
    if refused_round {
        return Some(
            HoldReason::of("revision_limit")
                .with("allowed", s.rules.revisions.to_string())
                .with("turn", reading.turn),
        );
    }
    match reading.verdict {
        Verdict::NoBrief | Verdict::Refuse => {
            Some(HoldReason::of("buyer_asks").with("question", reading.question))
        }
        // More was said than that a link does not open.
        Verdict::CannotOpen if !reading.question.is_empty() => {
            Some(HoldReason::of("buyer_asks").with("question", reading.question))
        }
        _ => None,
    }
}

/// Reads the newest turn of the buyer, if it was not read yet.
fn read_newest_turn(s: &Situation) -> Option<Next> {
    let turn = s.newest_turn()?;
    if s.journal.is_done(&format!("read_brief:{turn}")) {
        return None;
    }
    if s.rules.model == ModelState::Missing {
        return Some(Next::Hold(HoldReason::of("model_missing")));
    }
    if let Err(over) = fits(&s.spending, &s.rules.caps, WORST_READING_USD) {
        return Some(over_cap(s, &over));
    }
    Some(attempt(s, Step::ReadBrief { turn }, "read_failed"))
}

/// No brief yet: ask once per buyer turn.
fn ask(s: &Situation) -> Next {
    let (turn, verdict, reason) = match s.last_reading() {
        Some(reading) => (reading.turn, Some(reading.verdict), reading.reason),
        None => ("start".to_owned(), None, String::new()),
    };
    if verdict == Some(Verdict::Refuse) {
        return Next::Hold(HoldReason::of("refused_brief").with("reason", reason));
    }
    if s.order.kind == OrderKind::Task {
        return Next::Over("task_without_brief");
    }
    if s.journal.is_done(&format!("guide:{turn}")) {
        return Next::Wait { until: None, why: Waiting::Brief };
    }
    attempt(s, Step::Guide { turn }, "message_failed")
}

/// Draws, keeps, checks, has approved, uploads and announces the pictures of a round; None when all of it is done.
fn make(s: &Situation, round: &Round) -> Option<Next> {
    let count = drafts::count(s, round);
    for n in 1..=count {
        if let Some(next) = make_picture(s, round, n) {
            return Some(next);
        }
    }
    let needs_approval = s.rules.automation == AutomationMode::AskBeforeDelivering
        && s.order.kind == OrderKind::Order
        && !round.is_draft;
    if needs_approval && !s.journal.approved(&format!("round:{}", round.number)) {
        return Some(Next::Hold(HoldReason::of("approve").with("round", round.number.to_string())));
    }
    let delivers = s.order.kind == OrderKind::Order || s.order.deliver_to.is_some();
    if delivers && s.abilities.uploads_files {
        for n in 1..=count {
            let step = Step::Upload { round: round.number, n };
            if !s.journal.is_done(&step.key()) {
                return Some(match attempt(s, step, "upload_failed") {
                    Next::Hold(reason) => after_apology(s, round, reason),
                    next => next,
                });
            }
        }
    }
    if s.order.kind == OrderKind::Task {
        return None;
    }
    let tell = Step::Tell { round: round.number };
    if s.journal.is_done(&tell.key()) {
        return None;
    }
    // Words on their way are looked for before anything of them changes.
    if s.abilities.delivers_by_link && s.journal.open(&tell.key()).is_none() {
        let each = (1..=count).map(|n| Step::Link { round: round.number, n });
        if let Some(next) = linked::link(s, each) {
            return Some(next);
        }
    }
    Some(attempt(s, tell, "message_failed"))
}

fn make_picture(s: &Situation, round: &Round, n: u32) -> Option<Next> {
    let place = |name: &str| place_key(name, round.number, n);
    let refused: Vec<_> = (s.journal.entries().iter())
        .filter(|entry| entry.key == place("keep") || entry.key == place("check"))
        .filter(|entry| entry.outcome == EntryOutcome::Failed)
        .collect();
    let drawn = s.journal.done(&place("draw"));
    // A drawing counts only while no later check has refused it.
    let drawn = drawn.filter(|draw| refused.iter().all(|entry| entry.id < draw.id));
    let Some(drawn) = drawn else {
        // Refusals from before the seller pressed the button no longer count against the next drawing.
        let lately = refused.iter().filter(|entry| entry.intent_at >= s.order.retry_base).count();
        if lately > MOST_REFUSED_PICTURES {
            let reason = refused
                .last()
                .and_then(|entry| entry.result.get("reason"))
                .and_then(Value::as_str)
                .unwrap_or_default();
            return Some(after_apology(s, round, HoldReason::of("draw_failed").with("reason", reason)));
        }
        return Some(draw(s, round, n));
    };
    let later_done = |name: &str| s.journal.done(&place(name)).is_some_and(|entry| entry.id > drawn.id);
    if !later_done("keep") {
        return Some(attempt_after(s, Step::Keep { round: round.number, n }, "draw_failed", drawn.id));
    }
    if !later_done("check") {
        return Some(attempt_after(s, Step::Check { round: round.number, n }, "draw_failed", drawn.id));
    }
    None
}

fn draw(s: &Situation, round: &Round, n: u32) -> Next {
    let key = place_key("draw", round.number, n);
    let unclear = s
        .journal
        .failures(&key, s.order.retry_base)
        .filter(|entry| entry.outcome == EntryOutcome::Unclear)
        .count();
    if s.journal.open(&key).is_some() {
        let model = s
            .journal
            .open(&key)
            .and_then(|entry| entry.intent.get("model"))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        return attempt(s, Step::Draw { round: round.number, n, model }, "unclear_outcome");
    }
    if unclear > MOST_UNCLEAR_DRAWS {
        return after_apology(
            s,
            round,
            HoldReason::of("unclear_outcome").with("attempts", unclear.to_string()),
        );
    }
    if s.rules.model == ModelState::Missing {
        return Next::Hold(HoldReason::of("model_missing"));
    }
    let attempts = s.journal.draw_attempts(&key, s.order.retry_base);
    let models = if round.is_draft { &s.rules.models.draft } else { &s.rules.models.picture };
    match Chain::of(models.clone()).next(&attempts) {
        ChainNext::GiveUp => {
            let last = s.journal.last(&key);
            let reason = last
                .and_then(|entry| entry.result.get("reason"))
                .and_then(Value::as_str)
                .unwrap_or("no_model")
                .to_owned();
            let code = match reason.as_str() {
                "out_of_credit" => "out_of_credit",
                "key_refused" => "key_refused",
                _ => "draw_failed",
            };
            after_apology(
                s,
                round,
                HoldReason::of(code).with("reason", reason).with("attempts", attempts.len().to_string()),
            )
        }
        ChainNext::Try { model, wait } => {
            let failed_at =
                s.journal.failures(&key, s.order.retry_base).last().and_then(|entry| entry.result_at);
            let ready =
                failed_at.map_or(s.now, |at| later(at, i64::try_from(wait.as_secs()).unwrap_or(3600)));
            if ready > s.now {
                return Next::Wait { until: Some(ready), why: Waiting::Retry };
            }
            if let Err(over) = fits(&s.spending, &s.rules.caps, worst_draw(s, &model, round.is_draft)) {
                return over_cap(s, &over);
            }
            Next::Do(Step::Draw { round: round.number, n, model })
        }
    }
}

/// The buyer gets one friendly word per round before the order waits for the seller.
fn after_apology(s: &Situation, round: &Round, reason: HoldReason) -> Next {
    let step = Step::Apologise { round: round.number };
    if s.order.kind == OrderKind::Task || s.journal.is_done(&step.key()) {
        return Next::Hold(reason);
    }
    match attempt(s, step, "message_failed") {
        Next::Hold(_) => Next::Hold(reason),
        next => next,
    }
}

/// Does a step, waits for its next try, or asks the seller once it was tried too often.
pub(super) fn attempt(s: &Situation, step: Step, hold: &'static str) -> Next {
    attempt_after(s, step, hold, 0)
}

/// The same, for a step on what the entry `made` brought: what failed on something made before does not count.
pub(super) fn attempt_after(s: &Situation, step: Step, hold: &'static str, made: i64) -> Next {
    let key = step.key();
    if let Some(open) = s.journal.open(&key) {
        return match open.retry_at.filter(|at| *at > s.now) {
            Some(at) => Next::Wait { until: Some(at), why: Waiting::Retry },
            None => Next::Do(step),
        };
    }
    let failures: Vec<_> =
        s.journal.failures(&key, s.order.retry_base).filter(|entry| entry.id > made).collect();
    let Some(last) = failures.last() else { return Next::Do(step) };
    if last.outcome == EntryOutcome::Failed || failures.len() >= most_tries(step.name()) {
        let reason = last.result.get("reason").and_then(Value::as_str).unwrap_or_default();
        if reason == "outgoing_blocked" {
            let is_answered = s.journal.sellers_words(&key).is_some_and(|(written, _)| written > last.id);
            return if is_answered { Next::Do(step) } else { Next::Hold(held_back(&key, last)) };
        }
        let code = match reason {
            "market_unauthorized" | "key_refused" => "key_refused",
            "out_of_credit" | "out_of_credits" => "out_of_credit",
            _ => hold,
        };
        return Next::Hold(
            HoldReason::of(code).with("reason", reason).with("attempts", failures.len().to_string()),
        );
    }
    match last.retry_at.filter(|at| *at > s.now) {
        Some(at) => Next::Wait { until: Some(at), why: Waiting::Retry },
        None => Next::Do(step),
    }
}

/// The message that was not sent, for the seller to change or to send as it is.
fn held_back(key: &str, blocked: &Entry) -> HoldReason {
    let text =
        |from: &Value, name: &str| from.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    HoldReason::of("outgoing_blocked")
        .with("found", text(&blocked.result, "found"))
        .with("text", text(&blocked.intent, "text"))
        .with("key", key)
}

fn over_cap(s: &Situation, over: &OverCap) -> Next {
    let which = if over.which == "order" && s.rules.cap_is_listings { "listing" } else { over.which };
    Next::Hold(
        HoldReason::of(if which == "listing" { "over_listing_cap" } else { "over_cap" })
            .with("which", which)
            .with("cap", over.cap.to_string())
            .with("spent", over.spent.to_string()),
    )
}

/// The rounds of this order; a further one needs a revision left or the seller's yes.
pub fn rounds(s: &Situation) -> Vec<Round> {
    s.journal.rounds(drafts::begins_with_one(s), |turn, change| {
        change <= s.rules.revisions || s.journal.approved(&format!("turn:{turn}"))
    })
}

/// Changes of what was made so far, the buyer's and the seller's.
pub fn changes_made(s: &Situation) -> u32 {
    changes(&rounds(s))
}

/// The most one drawing by this model may cost.
fn worst_draw(s: &Situation, model: &str, is_draft: bool) -> Decimal {
    worst_case_usd(model, drafts::resolution(s, is_draft), None)
}

/// The most that the first pictures of an order may cost: one by the dearest of the chain, and the draft before it.
fn worst_to_begin(s: &Situation) -> Decimal {
    let models = &s.rules.models;
    let draft = models.draft.first().filter(|_| drafts::begins_with_one(s));
    let dearest = models.picture.iter().map(|model| worst_draw(s, model, false)).max();
    dearest.unwrap_or_default() + draft.map(|model| worst_draw(s, model, true)).unwrap_or_default()
}

/// Whether the seller wrote to the buyer after this turn.
pub(super) fn answered_since(s: &Situation, turn: &str) -> bool {
    let Some(at) = s.thread.iter().position(|line| line.id.as_deref() == Some(turn)) else { return true };
    s.thread[at..].iter().any(|line| line.who == Speaker::Seller)
}

/// Whether the seller had pictures redrawn after this turn was read.
fn redrawn_since(s: &Situation, turn: &str) -> bool {
    let read = s.journal.done(&format!("read_brief:{turn}")).map_or(i64::MAX, |entry| entry.id);
    s.journal.entries().iter().any(|entry| entry.step == "redraw" && entry.id > read)
}

pub(super) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}

/// Where an order stands on our side, for boards and lists.
pub fn stage(s: &Situation) -> Stage {
    match s.status() {
        MarketStatus::PendingAccept => Stage::Waiting,
        MarketStatus::PendingConfirmation | MarketStatus::InDispute => Stage::Delivered,
        MarketStatus::Completed => Stage::Paid,
        MarketStatus::Cancelled => Stage::Closed,
        MarketStatus::InProgress | MarketStatus::Other(_) => match rounds(s).last() {
            None => Stage::Asking,
            Some(round) if drafts::is_told(s, round) => Stage::Asking,
            Some(round)
                if matches!(plan(s), Next::Hold(HoldReason { code: "approve", .. })) && round.number > 0 =>
            {
                Stage::Approving
            }
            Some(round)
                if !s.abilities.completes_orders
                    && s.journal.is_done(&Step::Tell { round: round.number }.key()) =>
            {
                Stage::Delivered
            }
            Some(_) => Stage::Making,
        },
    }
}
