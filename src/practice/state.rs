//! Everything the practice marketplace knows. Plain data; what may happen to it is decided in `market/`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::buyers::Script;
use super::molt::state::Molt;
use super::uat::Uat;

/// The marketplace and the model provider's account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) agents: BTreeMap<String, Agent>,
    /// API key -> agent id.
    pub(crate) keys: HashMap<String, String>,
    pub(crate) listings: Vec<Listing>,
    pub(crate) orders: Vec<Order>,
    /// Agent id -> its unacknowledged events by event id.
    pub(crate) feeds: BTreeMap<String, BTreeMap<u64, Event>>,
    pub(crate) next_event: u64,
    /// Agent id -> ids of all its events since the start, acknowledged or not.
    #[serde(skip)]
    pub(crate) recorded: BTreeMap<String, Vec<u64>>,
    pub(crate) transactions: Vec<Transaction>,
    /// (agent, operation, Idempotency key) -> id of what was made.
    pub(crate) idempotency: BTreeMap<String, String>,
    pub(crate) account: ModelAccount,
    /// Buyers made so far; numbers their names and briefs.
    pub(crate) buyers_made: u64,
    pub(crate) visits: Visits,
    /// The second market.
    #[serde(default)]
    pub(crate) molt: Molt,
    /// Positions of the orders that are not settled.
    #[serde(skip)]
    pub(crate) open: BTreeSet<usize>,
    /// Positions of the orders that may have changed since the buyers last looked.
    #[serde(skip)]
    pub(crate) touched: BTreeSet<usize>,
    #[serde(skip)]
    pub(crate) order_index: HashMap<String, usize>,
}

/// The buyers that turned up by themselves.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Visits {
    pub(crate) made: usize,
    pub(crate) last_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Agent {
    pub(crate) id: String,
    pub(crate) handle: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) skills: Vec<String>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) owner_email: String,
    pub(crate) api_key: String,
    pub(crate) balance: Uat,
    pub(crate) frozen: Uat,
    pub(crate) webhook_url: Option<String>,
    pub(crate) webhook_secret: Option<String>,
    pub(crate) last_heartbeat: Option<Timestamp>,
    pub(crate) sales_confirmed: u64,
    pub(crate) sales_completed: u64,
    pub(crate) accept_timeouts: u64,
    pub(crate) version: u64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listing {
    pub(crate) id: String,
    pub(crate) ordinal: u64,
    pub(crate) seller_id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) price: Uat,
    pub(crate) category: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) inventory: Option<u64>,
    pub(crate) is_hidden: bool,
    pub(crate) is_deleted: bool,
    #[serde(default)]
    pub(crate) moderation: Moderation,
    pub(crate) sold_count: u64,
    pub(crate) view_count: u64,
    pub(crate) input_schema: Value,
    pub(crate) output_schema: Value,
    pub(crate) example_input: Value,
    pub(crate) example_output: Value,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What the marketplace's review has said of a listing. Only what is approved is seen by buyers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Moderation {
    #[default]
    Approved,
    PendingReview,
    Rejected,
}

impl Listing {
    /// What buyers see of it: `active`, `hidden`, or `inactive` when nothing is left.
    pub(crate) fn status(&self) -> &'static str {
        match (self.is_hidden, self.inventory) {
            (true, _) => "hidden",
            (false, Some(0)) => "inactive",
            (false, _) => "active",
        }
    }

    pub(crate) fn is_for_sale(&self) -> bool {
        !self.is_deleted && self.status() == "active" && self.moderation == Moderation::Approved
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderStatus {
    PendingAccept,
    InProgress,
    PendingConfirmation,
    InDispute,
    Completed,
    Cancelled,
}

impl OrderStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::PendingAccept => "pending_accept",
            Self::InProgress => "in_progress",
            Self::PendingConfirmation => "pending_confirmation",
            Self::InDispute => "in_dispute",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// Counts orders from 1; decides which of the documented shapes its answers have.
    pub(crate) ordinal: u64,
    pub(crate) listing_id: String,
    pub(crate) title: String,
    pub(crate) price: Uat,
    pub(crate) buyer_id: String,
    pub(crate) seller_id: String,
    pub(crate) status: OrderStatus,
    pub(crate) requirement: Value,
    pub(crate) confirmed_input: Option<Value>,
    pub(crate) delivery_note: Option<String>,
    pub(crate) delivery_attestation: Option<Value>,
    pub(crate) cancel_reason: Option<String>,
    pub(crate) accept_deadline: Timestamp,
    pub(crate) confirm_deadline: Option<Timestamp>,
    pub(crate) payout: Option<Uat>,
    pub(crate) accepted_at: Option<Timestamp>,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) confirmed_at: Option<Timestamp>,
    pub(crate) auto_confirmed: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) messages: Vec<Message>,
    pub(crate) files: Vec<Attachment>,
    pub(crate) dispute: Option<Dispute>,
    /// How its buyer behaves; nobody's when a person or a test plays the buyer.
    pub(crate) script: Option<Script>,
}

impl Order {
    /// The other party of `agent_id`.
    pub(crate) fn counterpart(&self, agent_id: &str) -> &str {
        if agent_id == self.seller_id { &self.buyer_id } else { &self.seller_id }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) sender_id: String,
    pub(crate) sender_name: String,
    pub(crate) content: String,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    pub(crate) filename: String,
    pub(crate) mime_type: String,
    pub(crate) size: u64,
    /// Also the name of its bytes in `Shared::files`.
    pub(crate) sha256: String,
    pub(crate) description: Option<String>,
    pub(crate) uploader_id: String,
    pub(crate) uploaded_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) reason: String,
    pub(crate) raised_by: String,
    pub(crate) raised_at: Timestamp,
    pub(crate) was: OrderStatus,
    pub(crate) seller_proposal: Option<f64>,
    pub(crate) buyer_proposal: Option<f64>,
    pub(crate) outcome: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: u64,
    pub(crate) recipient_id: String,
    pub(crate) event_type: String,
    pub(crate) payload: Value,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) agent_id: String,
    pub(crate) amount: Uat,
    pub(crate) kind: String,
    pub(crate) description: String,
    pub(crate) order_id: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// The seller's account with the model provider.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ModelAccount {
    pub(crate) api_key: String,
    /// USD charged so far.
    pub(crate) usage_usd: f64,
    /// The cap of the key; none when absent.
    pub(crate) limit_usd: Option<f64>,
    /// Pictures charged so far.
    pub(crate) pictures: u64,
    /// Calls answered so far.
    pub(crate) answers: u64,
    /// Generation id -> (model, USD).
    pub(crate) generations: BTreeMap<String, (String, f64)>,
}

impl World {
    /// Builds what is not kept in the file.
    pub(crate) fn reindex(&mut self) {
        self.order_index = self.orders.iter().enumerate().map(|(at, order)| (order.id.clone(), at)).collect();
        self.open = self
            .orders
            .iter()
            .enumerate()
            .filter(|(_, order)| !order.status.is_settled())
            .map(|(at, _)| at)
            .collect();
        self.touch_all();
    }

    /// Has the buyers look at every open order again.
    pub(crate) fn touch_all(&mut self) {
        self.touched.clone_from(&self.open);
    }

    pub(crate) fn insert_agent(&mut self, agent: Agent) {
        self.keys.insert(agent.api_key.clone(), agent.id.clone());
        self.agents.insert(agent.id.clone(), agent);
    }

    pub(crate) fn lookup_order(&self, order_id: &str) -> Option<&Order> {
        self.order_index.get(order_id).and_then(|at| self.orders.get(*at))
    }

    /// The how-manieth order of this market it is, from 0.
    pub(crate) fn number_of(&self, order_id: &str) -> Option<usize> {
        self.order_index.get(order_id).copied()
    }

    pub(crate) fn lookup_order_mut(&mut self, order_id: &str) -> Option<&mut Order> {
        let at = *self.order_index.get(order_id)?;
        self.touched.insert(at);
        self.orders.get_mut(at)
    }

    pub(crate) fn lookup_listing(&self, listing_id: &str) -> Option<&Listing> {
        self.listings.iter().find(|listing| listing.id == listing_id && !listing.is_deleted)
    }

    pub(crate) fn lookup_listing_mut(&mut self, listing_id: &str) -> Option<&mut Listing> {
        self.listings.iter_mut().find(|listing| listing.id == listing_id && !listing.is_deleted)
    }

    pub(crate) fn insert_order(&mut self, order: Order) {
        let at = self.orders.len();
        self.order_index.insert(order.id.clone(), at);
        self.open.insert(at);
        self.touched.insert(at);
        self.orders.push(order);
    }

    /// Forgets a settled order's place among the open ones.
    pub(crate) fn close_order(&mut self, order_id: &str) {
        if let Some(at) = self.order_index.get(order_id) {
            self.open.remove(at);
        }
    }
}
