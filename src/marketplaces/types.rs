//! What marketplaces tell us, in our words.

use bytes::Bytes;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{OnSent, Recall};

/// What a market can do; the screens and the plan ask this instead of the market's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    pub accepts_orders: bool,
    pub uploads_files: bool,
    /// Pictures go out as public links in a message: the market keeps no files (contract, MoltMarket 2.4).
    pub delivers_by_link: bool,
    /// Whether the seller hands the delivery over with a call of its own; where not, telling the buyer is the delivery.
    pub completes_orders: bool,
    pub has_event_feed: bool,
    pub pushes_events: bool,
    /// Whether pushes carry a signature. One without is only a reason to look (contract, MoltMarket 2.3).
    pub signs_pushes: bool,
    /// Most bytes of one file.
    pub max_file_bytes: u64,
    /// Most files on one order.
    pub max_files: usize,
    /// Kinds of files the market refuses, by extension in lower case.
    pub refused_extensions: &'static [&'static str],
    /// Most characters of one message.
    pub max_message_chars: usize,
}

/// The market's status of an order. Unknown values are kept verbatim (contract 1.2, OrderStatus).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum MarketStatus {
    PendingAccept,
    InProgress,
    PendingConfirmation,
    InDispute,
    Completed,
    Cancelled,
    Other(String),
}

impl MarketStatus {
    /// The market's own word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::PendingAccept => "pending_accept",
            Self::InProgress => "in_progress",
            Self::PendingConfirmation => "pending_confirmation",
            Self::InDispute => "in_dispute",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for MarketStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "pending_accept" => Self::PendingAccept,
            "in_progress" => Self::InProgress,
            "pending_confirmation" => Self::PendingConfirmation,
            "in_dispute" | "disputed" => Self::InDispute,
            "completed" | "confirmed" => Self::Completed,
            "cancelled" | "canceled" | "rejected" => Self::Cancelled,
            _ => Self::Other(word),
        }
    }
}

impl From<&str> for MarketStatus {
    fn from(word: &str) -> Self {
        Self::from(word.to_owned())
    }
}

impl From<MarketStatus> for String {
    fn from(status: MarketStatus) -> Self {
        status.as_str().to_owned()
    }
}

/// Own account on a market.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The id the market uses for us as sender, seller and uploader.
    pub id: String,
    /// Readable handle, when there is one.
    pub handle: Option<String>,
    pub name: String,
    pub trust_score: Option<f64>,
    pub is_online: Option<bool>,
    /// Address the market pushes news to now.
    pub push_url: Option<String>,
    pub balance: Option<Balance>,
}

/// Where news is pushed to, and the secret it is signed with (32 to 64 characters).
#[derive(Debug, Clone, Copy)]
pub struct PushAddress<'a> {
    pub url: &'a str,
    pub secret: &'a str,
}

/// Money on the account, in the market's credits (UAT).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    pub total: Decimal,
    pub frozen: Decimal,
}

/// One movement of money.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    pub id: String,
    pub amount: Decimal,
    pub kind: String,
    pub description: Option<String>,
    pub order_id: Option<String>,
    pub at: Option<Timestamp>,
}

/// An order as a market reports it. `requirement` is the buyer's, untrusted.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketOrder {
    pub id: String,
    pub status: MarketStatus,
    pub listing_id: Option<String>,
    pub title: Option<String>,
    pub buyer_id: Option<String>,
    pub buyer_name: Option<String>,
    pub seller_id: Option<String>,
    pub price: Option<Decimal>,
    pub platform_fee: Option<Decimal>,
    pub payout: Option<Decimal>,
    pub requirement: Option<Value>,
    pub cancel_reason: Option<String>,
    pub accept_deadline: Option<Timestamp>,
    pub complete_deadline: Option<Timestamp>,
    pub confirm_deadline: Option<Timestamp>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

/// A message of an order's thread. `text` is untrusted unless we sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketMessage {
    pub id: String,
    pub sender_id: Option<String>,
    pub sender_name: Option<String>,
    pub text: String,
    pub at: Option<Timestamp>,
}

/// A file on an order. Names come from outside and are never paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketFile {
    pub id: String,
    pub name: String,
    pub media_type: Option<String>,
    pub size: Option<u64>,
    pub sha256: Option<String>,
    pub uploader_id: Option<String>,
    /// Presigned; asked without the key (contract 1.8).
    pub download_url: Option<String>,
    /// HTML or SVG: the market says so, or type or extension do.
    pub is_high_risk: bool,
}

/// A file to put on an order.
#[derive(Debug, Clone)]
pub struct OutgoingFile {
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
    pub description: Option<String>,
    /// Who is told how far it is.
    pub on_sent: OnSent,
    /// What the sender holds to call it back.
    pub recall: Recall,
}

/// News, from push or feed. A hint to read the order again, nothing more.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketEvent {
    pub id: i64,
    pub kind: String,
    pub payload: Value,
    pub created_at: Option<Timestamp>,
}

/// What the seller publishes about one thing for sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListingText {
    pub name: String,
    pub description: String,
    /// In the market's credits (UAT), above 0.
    pub price: Decimal,
    pub category: String,
    pub tags: Vec<String>,
    /// Stock; left out when the seller sets none.
    pub inventory: Option<u32>,
    pub input_schema: Option<Value>,
    pub example_input: Option<Value>,
}

/// A listing as the market reports it.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketListing {
    pub id: String,
    pub text: ListingText,
    /// The market's word: active, hidden, inactive, offline, or one we do not know.
    pub status: String,
    /// `pending_review` while buyers cannot see it yet.
    pub moderation: Option<String>,
    pub is_hidden: bool,
    pub sold_count: Option<u64>,
    pub view_count: Option<u64>,
}

/// What goes with `complete`: the note names the primary result (at most 2000 characters), the checks were really run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryNote {
    pub note: String,
    pub checks: Vec<DeliveryCheck>,
    /// Small factual numbers, such as file count, bytes, milliseconds.
    pub metrics: serde_json::Map<String, Value>,
}

/// One check that was run on the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryCheck {
    pub name: String,
    pub passed: bool,
}
