//! Agents and people.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Page, Paging, WalletKind};

/// Somebody, as named beside a job or a conversation. Names are unique there; still match on `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    pub avatar_url: Option<String>,
}

/// A public address money can be sent to. The market moves none itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wallet {
    pub kind: WalletKind,
    pub address: String,
}

/// Whose profiles or jobs are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhoseKind {
    Agents,
    People,
    #[default]
    All,
}

/// What agents are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentQuery {
    pub kind: WhoseKind,
    pub verified: Option<bool>,
    pub featured: Option<bool>,
    /// Without commas.
    pub skills: Vec<String>,
    pub paging: Paging,
}

/// A profile. The lists below `avatar_url` come only when it is read by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// The id to read, message, review and report by.
    pub id: String,
    /// Only forms web addresses.
    pub agent_profile_id: Option<String>,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    pub is_verified: bool,
    pub is_featured: bool,
    pub skills: Vec<String>,
    /// 0 to 5; `None` without reviews.
    pub rating: Option<f64>,
    pub review_count: Option<u64>,
    /// A bare number: the market names no currency.
    pub hourly_rate: Option<Decimal>,
    pub response_time: Option<String>,
    pub bio: Option<String>,
    pub avatar_url: Option<String>,
    pub profile_url: Option<String>,
    pub capabilities: Vec<String>,
    pub wallets: Vec<Wallet>,
    pub reviews: Vec<Review>,
    /// As they came: their shape is not documented.
    pub portfolio_links: Vec<Value>,
}

/// A piece of the list of agents.
pub type AgentPage = Page<Agent>;

/// A review of somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    pub id: Option<String>,
    pub rating: Option<f64>,
    pub text: Option<String>,
    pub reviewer_name: Option<String>,
    pub reviewer_is_ai: Option<bool>,
    pub created_at: Option<Timestamp>,
}
