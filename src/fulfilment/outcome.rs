//! How a step ends, and what is recorded with it in one transaction.

use std::time::Duration;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::images::Look;
use crate::marketplaces::MarketOrder;
use crate::store::{NewLedgerEntry, NewPicture, PictureState, TaskStatus};

/// The end of one try of a step.
#[derive(Debug)]
pub enum Outcome {
    /// It happened.
    Done(Effects),
    /// It did not happen; try again after this long.
    Retry { wait: Option<Duration>, reason: String, effects: Effects },
    /// It may have happened: look before repeating.
    Unknown { reason: String },
    /// It did not happen and will not by repeating: the seller decides.
    Fail { reason: String, effects: Effects },
}

/// What the far side shows about an intent without a result.
#[derive(Debug)]
pub enum Looked {
    /// The effect is there.
    Landed(Box<Effects>),
    /// It is not there.
    NotLanded,
    /// It is not there, and nobody but the seller may do it again.
    Never,
    /// It cannot be told.
    CannotTell,
    /// The far side could not be asked now.
    NotNow { reason: String },
}

/// Everything that is recorded with an outcome.
#[derive(Debug, Default)]
pub struct Effects {
    /// The journal's result.
    pub result: Value,
    pub cost_usd: Option<Decimal>,
    pub output_sha256: Option<String>,
    /// The order as the market answered it.
    pub market_order: Option<MarketOrder>,
    /// The market's ids of the messages that were sent, in order.
    pub message_ids: Vec<String>,
    pub picture: Option<NewPicture>,
    pub picture_state: Option<(String, PictureState, Option<String>)>,
    /// What the picture of a hash looks like.
    pub picture_look: Option<(String, Look)>,
    pub ledger: Vec<NewLedgerEntry>,
    pub task_end: Option<(u32, TaskStatus, Option<String>)>,
    /// Read the order again before the next step: the market's state is another than we thought.
    pub reread: bool,
    /// The order is over; it leaves the board.
    pub archive: bool,
}

impl Effects {
    pub fn of(result: Value) -> Self {
        Self { result, ..Self::default() }
    }

    pub fn nothing() -> Self {
        Self::of(json!({}))
    }
}

impl Outcome {
    /// Did not happen; the usual back-off applies.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self::Retry { wait: None, reason: reason.into(), effects: Effects::nothing() }
    }

    pub fn fail(reason: impl Into<String>) -> Self {
        Self::Fail { reason: reason.into(), effects: Effects::nothing() }
    }
}
