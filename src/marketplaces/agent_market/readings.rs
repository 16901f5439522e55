//! One answer read as everything the market could have meant by it.

use jiff::Timestamp;
use serde_json::Value;

use super::super::answers::readable;
use super::super::error::MarketError;
use super::super::refusal::Refusal;
use super::super::types::{
    Balance, MarketEvent, MarketFile, MarketListing, MarketMessage, MarketOrder, MarketStatus, Profile,
    Transaction,
};
use super::wire::{self, Fields};
use super::{convert, read_pushed_event, refusal};

/// Stands for the key, which no error may repeat.
pub const CANARY: &str = "sk-canary-0123456789";

/// What every reader of this folder makes of one body.
#[derive(Debug)]
pub struct Readings {
    pub order: Option<MarketOrder>,
    pub orders: Vec<MarketOrder>,
    pub messages: Vec<MarketMessage>,
    pub files: Vec<MarketFile>,
    pub listings: Vec<MarketListing>,
    pub profile: Option<Profile>,
    pub balance: Option<Balance>,
    pub transactions: Vec<Transaction>,
    pub events: Vec<MarketEvent>,
    pub pushed: Option<MarketEvent>,
    pub pending: Option<u64>,
    /// As an answer with each of the statuses that are told apart.
    pub refusals: Vec<MarketError>,
}

/// Reads one body as every kind of answer there is: whatever is in it, reading does no more than fail.
/// Nothing when it is no JSON; `now` is what waits are counted from.
pub fn read_as_everything(raw: &[u8], now: Timestamp) -> Option<Readings> {
    let answer: Value = serde_json::from_slice(raw).ok()?;
    let names = ["orders", "messages", "files", "attachments", "listings", "transactions", "events"];
    let rows = wire::page(&answer, &names).map_or(&[][..], |page| page.rows);
    let one = |names: &[&str]| wire::one(&answer, names);
    let refused =
        |status| refusal::error(&Refusal { status, retry_after: None, body: raw, key: Some(CANARY), now });
    Some(Readings {
        order: one(&["order"]).and_then(convert::order),
        orders: readable(rows, |row: Fields<'_>| convert::order_row(row, &MarketStatus::InProgress)),
        messages: readable(rows, convert::message),
        files: readable(rows, convert::file),
        listings: readable(rows, convert::listing),
        profile: one(&["agent", "profile"]).and_then(convert::profile),
        balance: one(&["balance"]).and_then(convert::balance),
        transactions: readable(rows, convert::transaction),
        events: readable(rows, convert::event),
        pushed: read_pushed_event(raw).ok(),
        pending: wire::pending(&answer),
        refusals: [302, 400, 401, 402, 403, 404, 409, 422, 429, 500, 503].map(refused).to_vec(),
    })
}
