//! The steps, a file each: what is written down before (`prepare`), the doing (`perform`), and how to tell afterwards
//! whether it happened (`look`).

mod accept;
mod check;
mod check_files;
mod complete;
mod draw;
mod errors;
mod keep;
mod link;
mod propose_refund;
mod read_brief;
mod say;
mod send_file;
mod settle;
mod upload;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::outcome::{Effects, Looked, Outcome};
use super::runner::{Parts, SellerAct};
use super::situation::Situation;
use super::step::Step;
use crate::marketplaces::MarketStatus;
use crate::store::TaskRow;

pub(super) use draw::answer_of;
pub(super) use errors::ended;
pub use send_file::SellersFile;
pub use settle::{ASSUMED_FEE_PERCENT, assumed_fee};
pub use upload::name_of;

/// What is written down before a step's effect.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    pub intent: Value,
    /// The messages the step will send, in order: more than one when its words are too long for one.
    pub messages: Vec<String>,
    /// The worst case of a paid call.
    pub reserved_usd: Option<Decimal>,
    pub input_sha256: Option<String>,
    /// The picture task this step begins.
    pub task: Option<TaskRow>,
}

impl Prepared {
    fn plain() -> Self {
        Self { intent: json!({}), ..Self::default() }
    }
}

/// What to write down before the step. No waiting, no effect.
pub fn prepare(step: &Step, s: &Situation, parts: &Parts) -> Prepared {
    match step {
        Step::ReadBrief { turn } => read_brief::prepare(turn, s),
        Step::Draw { round, n, model } => draw::prepare(*round, *n, model, s, parts),
        Step::Greet
        | Step::Guide { .. }
        | Step::Apologise { .. }
        | Step::Tell { .. }
        | Step::TellAgain { .. } => say::prepare(step, s),
        Step::Upload { round, n } => upload::prepare(*round, *n, s),
        Step::Complete => complete::prepare(s, None),
        Step::CheckFiles
        | Step::Accept
        | Step::Keep { .. }
        | Step::Check { .. }
        | Step::Link { .. }
        | Step::LinkAgain { .. }
        | Step::Settle => Prepared::plain(),
    }
}

/// Does the step once.
pub async fn perform(
    step: &Step,
    prepared: &Prepared,
    attempt: u32,
    s: &Situation,
    parts: &Parts,
) -> Outcome {
    match step {
        Step::CheckFiles => check_files::perform(s, parts).await,
        Step::Accept => accept::perform(s, parts).await,
        Step::ReadBrief { turn } => read_brief::perform(turn, s, parts).await,
        Step::Greet
        | Step::Guide { .. }
        | Step::Apologise { .. }
        | Step::Tell { .. }
        | Step::TellAgain { .. } => say::perform(step, prepared, s, parts).await,
        Step::Draw { round, n, model } => draw::perform(*round, *n, model, attempt, s, parts).await,
        Step::Keep { round, n } => keep::perform(*round, *n, s, parts).await,
        Step::Check { round, n } => check::perform(*round, *n, s, parts).await,
        Step::Upload { round, n } => upload::perform(*round, *n, s, parts).await,
        Step::Link { round, n } | Step::LinkAgain { round, n, .. } => {
            link::perform(*round, *n, s, parts).await
        }
        Step::Complete => complete::perform(prepared, s, parts).await,
        Step::Settle => settle::perform(s),
    }
}

/// Looks whether an intent without a result happened.
pub async fn look(step: &Step, intent: &Value, attempt: u32, s: &Situation, parts: &Parts) -> Looked {
    match step {
        Step::Accept => accept::look(s, parts).await,
        Step::Complete => complete::look(s, parts).await,
        Step::Greet
        | Step::Guide { .. }
        | Step::Apologise { .. }
        | Step::Tell { .. }
        | Step::TellAgain { .. } => say::look(step, intent, s, parts).await,
        Step::Upload { round, n } => upload::look(*round, *n, s, parts).await,
        Step::Draw { round, n, .. } => draw::look(*round, *n, attempt, s, parts).await,
        // A reading may have been paid for; it is done again, and the first one stays counted.
        Step::ReadBrief { .. } => Looked::CannotTell,
        // These have no outward effect: they are simply done again.
        Step::CheckFiles
        | Step::Keep { .. }
        | Step::Check { .. }
        | Step::Link { .. }
        | Step::LinkAgain { .. }
        | Step::Settle => Looked::NotLanded,
    }
}

/// A completion with the seller's own note.
pub fn complete_by_hand(s: &Situation, note: &str) -> Prepared {
    complete::prepare(s, Some(note))
}

/// A file the seller chose.
pub fn file_by_hand(file: &SellersFile) -> Prepared {
    send_file::prepare(file)
}

/// Looks whether something the seller began with their own hands happened.
pub async fn look_at_act(step: &str, intent: &Value, s: &Situation, parts: &Parts) -> Looked {
    if step == "say" {
        return say::look_for(intent, s, parts)
            .await
            .map_or_else(|looked| looked, |ids| Looked::Landed(Box::new(say::said_ids(ids))));
    }
    if step == "send_file" {
        return send_file::look(intent, s, parts).await;
    }
    if step == "propose_refund" {
        return propose_refund::look(s, parts).await;
    }
    // Declining and cancelling both end the order.
    match parts.market.read_order(&s.order.market_order_id).await {
        Ok(order) if order.status == MarketStatus::Cancelled => {
            Looked::Landed(Box::new(Effects { market_order: Some(order), ..Effects::nothing() }))
        }
        Ok(_) => Looked::NotLanded,
        Err(error) => errors::not_now(&error),
    }
}

/// Does what the seller asked for.
pub async fn perform_act(act: &SellerAct, prepared: &Prepared, s: &Situation, parts: &Parts) -> Outcome {
    let order_id = &s.order.market_order_id;
    let changed = |order| Outcome::Done(Effects { market_order: Some(order), ..Effects::nothing() });
    match act {
        SellerAct::Complete { .. } => complete::perform(prepared, s, parts).await,
        SellerAct::Say { text } => match parts.market.say(order_id, text).await {
            Ok(message) => Outcome::Done(say::said_ids(vec![message.id])),
            Err(error) => errors::ended(&error, s.now),
        },
        SellerAct::SendFile(file) => send_file::perform(file, s, parts).await,
        SellerAct::ProposeRefund { percent } => propose_refund::perform(*percent, s, parts).await,
        SellerAct::Decline { reason } => match parts.market.decline(order_id, reason).await {
            Ok(order) => changed(order),
            Err(error) => errors::ended(&error, s.now),
        },
        SellerAct::Cancel { reason } => match parts.market.cancel(order_id, reason).await {
            Ok(order) => changed(order),
            Err(error) => errors::ended(&error, s.now),
        },
    }
}
