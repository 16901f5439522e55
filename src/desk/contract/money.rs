//! Money, and search over everything.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneySpan {
    /// week, month, weeks12, all
    pub span: String,
}

/// What the stall earned and spent. Markets are never added to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneyView {
    pub span: String,
    pub from: String,
    /// The end, without this instant.
    pub to: String,
    /// day, week: how long each bar is
    pub step: String,
    /// Play money of the practice stall.
    pub practice: bool,
    /// When anything first moved or was ordered; null when nothing ever was.
    pub first_at: Option<String>,
    /// US dollars one credit is worth to the seller.
    pub credit_usd: String,
    /// One for each market that was ever connected.
    pub books: Vec<MoneyBook>,
    /// US dollars, on all markets.
    pub spent_usd: String,
    pub caps: MoneyCaps,
    /// Null without a model account.
    pub model: Option<ModelMoney>,
}

/// One market's money. Amounts are in its currency but where the name says `usd`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneyBook {
    /// agent_market, moltmarket
    pub market: String,
    /// UAT; null where the market names no currency and moves no money.
    pub currency: Option<String>,
    pub total: MoneySums,
    /// Now: in escrow; on MoltMarket agreed and not yet received.
    pub awaited: String,
    /// Now: agreed, and the seller misses it.
    pub missing: String,
    /// Payments by hand whose amount was not noted; they are in no sum.
    pub unknown: u32,
    /// Every day or week of the span, the oldest first.
    pub bars: Vec<MoneyBar>,
    /// The most earned first.
    pub listings: Vec<ListingMoney>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneySums {
    /// After the market's fee.
    pub earned: String,
    pub fees: String,
    pub refunded: String,
    /// Noted as paid by hand to those who were hired.
    pub paid_out: String,
    pub spent_usd: String,
    /// Earned less refunds in the worth of a credit, less what models cost; null without a currency.
    pub profit_usd: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneyBar {
    pub from: String,
    pub to: String,
    pub sums: MoneySums,
}

/// What one listing brought and cost in the span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingMoney {
    /// listing, jobs, letters, tasks, other
    pub kind: String,
    /// The listing, while there is one.
    pub id: Option<String>,
    /// Its name, or what its orders were called; may be empty.
    pub name: String,
    /// Orders paid in the span.
    pub paid: u32,
    pub sums: MoneySums,
}

/// What models may cost, and what of it is used; US dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneyCaps {
    /// Null for no cap.
    pub day: Option<String>,
    /// Spent and reserved since the day of the cap began.
    pub day_used: String,
    /// When the next day of the cap begins.
    pub day_until: String,
    pub order: Option<String>,
    /// The order at work that cost most so far.
    pub costliest: Option<CostliestOrder>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CostliestOrder {
    pub id: String,
    pub title: String,
    pub used: String,
}

/// The account at the model provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelMoney {
    /// US dollars when it was looked at; null where the provider did not say.
    pub balance: Option<String>,
    pub seen_at: Option<String>,
    /// Spent by this stall since.
    pub spent_since: String,
    /// low, out_of_credit, key_refused
    pub warning: Option<String>,
}

/// What came of asking the model provider anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneyLook {
    /// Whether it was asked: what is known is fresh otherwise.
    pub asked: bool,
}

/// A table of every order of a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveMoney {
    /// week, month, weeks12, all
    pub span: String,
    /// A whole path that ends in `.csv`; null to be given the text.
    pub path: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedMoney {
    /// Lines below the head.
    pub lines: u32,
    /// The whole table, when no path was given.
    pub text: Option<String>,
}

/// What to look for. Every word must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchFor {
    pub words: String,
    /// Of each kind, 1 to 20; 5 when absent.
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchFound {
    /// By kind, the newest of each first.
    pub hits: Vec<SearchHit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchHit {
    /// order, message, letter, conversation, listing, picture, application, posted, person
    pub kind: String,
    /// What to open: of a message its order, of a letter its conversation, of a person the market's id, else its own.
    pub id: String,
    /// What it is called; untrusted text.
    pub title: Vec<ExcerptPart>,
    /// Where the words stand; untrusted text, may be empty.
    pub excerpt: Vec<ExcerptPart>,
    /// Who bought or wrote it; untrusted text.
    pub name: Option<String>,
    /// SHA-256 of a picture.
    pub sha256: Option<String>,
    pub at: Option<String>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExcerptPart {
    pub text: String,
    /// One of the words that were looked for.
    pub found: bool,
}
