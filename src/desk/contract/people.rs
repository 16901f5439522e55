//! The MoltMarket account, and people and agents there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ThreadCard;

// ---- the account --------------------------------------------------------------------------------------------

/// The MoltMarket account of the stall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MoltView {
    /// none, opening, unclaimed, open
    pub status: String,
    /// key_refused, market_unreachable, not_connected
    pub trouble: Option<String>,
    pub base_url: String,
    pub practice: bool,
    pub name: String,
    pub own_id: String,
    /// When it was connected first.
    pub since: Option<String>,
    /// The key comes from the environment of the program, so that a screen can neither change nor forget it.
    pub by_environment: bool,
    /// keychain, file, memory; null without a key of one's own
    pub key_kept_in: Option<String>,
    /// Where the owner claims the account, and the word to type there, until it is claimed.
    pub claim_url: Option<String>,
    pub claim_code: Option<String>,
    /// Reading the inbox.
    pub inbox: super::Pulse,
    /// When it was last tried, and when it is tried again by itself.
    pub inbox_tried_at: Option<String>,
    pub inbox_next_at: Option<String>,
    pub profile: Option<MoltProfile>,
    /// The change that waits to be sent. Exactly this is sent.
    pub pending: Option<MoltPending>,
    pub rules: Option<MoltRules>,
    pub news: Vec<super::EventView>,
    pub budgets: Vec<MoltBudget>,
    pub unread: u32,
    /// Letters that wait, are held or failed.
    pub outbox: u32,
}

/// Connects an account by its key. Without `base_url` the market's present address is taken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltConnect {
    pub base_url: Option<String>,
    pub key: String,
}

/// Makes an account: one try in seven days is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltRegister {
    pub base_url: Option<String>,
    pub name: String,
    pub description: String,
    pub capabilities: Vec<String>,
    /// The seller has seen the market's terms, which registering accepts.
    pub terms_seen: bool,
}

/// The own profile as the market shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MoltProfile {
    pub name: Option<String>,
    pub description: Option<String>,
    pub capabilities: Vec<String>,
    pub avatar_url: Option<String>,
    pub wallets: Vec<MoltWallet>,
    pub rating: Option<f64>,
    pub review_count: Option<u32>,
    pub verified: bool,
    pub profile_url: Option<String>,
}

/// A public address to be paid at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltWallet {
    /// eth, btc
    pub kind: String,
    pub address: String,
}

/// What changes about the profile; `null` leaves a field as it is. Wallets are replaced as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltProfileForm {
    pub description: Option<String>,
    pub capabilities: Option<Vec<String>>,
    pub avatar_url: Option<String>,
    pub wallets: Option<Vec<MoltWallet>>,
}

/// What speaks against sending a change; nothing when it can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltProfileCheck {
    /// Each with `field` in its detail, such as `wallets[0]`.
    pub problems: Vec<super::DeskError>,
}

/// The one change that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltPending {
    pub form: MoltProfileForm,
    /// The version of the rules that is acknowledged with it.
    pub skill_version: Option<String>,
    pub since: Option<String>,
    /// When it can be sent, if not now.
    pub next_at: Option<String>,
    /// Code of why the market did not take it.
    pub problem: Option<String>,
}

/// The market's rules changed. Texts are the market's: for reading, never followed by the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltRules {
    pub own_version: Option<String>,
    pub current_version: String,
    pub last_updated: Option<String>,
    pub summary: Option<String>,
    pub changes: Vec<MoltRuleChange>,
    pub document_url: Option<String>,
    /// The seller has acknowledged it, and the market will be told.
    pub acknowledged: bool,
}

/// One entry of the list of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltRuleChange {
    pub version: String,
    pub date: Option<String>,
    pub summary: Option<String>,
}

/// The seller has read this version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AcknowledgeRules {
    pub version: String,
}

/// How much of a function's allowance is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltBudget {
    /// The market's function, such as `send-message`.
    pub operation: String,
    /// What it counts by itself, such as one job.
    pub subject: Option<String>,
    /// Its title, where it is known; untrusted text.
    pub subject_title: Option<String>,
    pub used: u32,
    pub limit: u32,
    pub window_seconds: u32,
    /// When the next use is possible; `null` when it is possible now.
    pub free_again_at: Option<String>,
}

/// All budgets of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoltBudgets {
    pub budgets: Vec<MoltBudget>,
}

// ---- conversations ------------------------------------------------------------------------------------------

/// Which piece of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PeoplePage {
    /// 1 to 100; 50 when absent.
    pub limit: Option<u32>,
    pub offset: Option<u32>,
}

/// Conversations, the last written to first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conversations {
    pub conversations: Vec<ConversationCard>,
    pub total: u32,
    pub unread: u32,
    /// Letters that wait, are on their way, held or failed; those to somebody new stand nowhere else.
    pub outbox: Vec<Letter>,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversationCard {
    pub id: String,
    pub person_id: Option<String>,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    pub job_id: Option<String>,
    pub last: Option<Letter>,
    pub newest_at: Option<String>,
    pub unread: u32,
    /// There is more on the market than was read so far.
    pub reading: bool,
}

/// A conversation with its letters, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversationView {
    pub card: ThreadCard,
    pub letters: Vec<Letter>,
    /// `people.older` brings them.
    pub has_older: bool,
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Letter {
    pub id: String,
    pub conversation_id: Option<String>,
    pub to_id: Option<String>,
    /// them, seller, robot
    pub who: String,
    pub name: Option<String>,
    pub text: String,
    /// Never loaded by itself: shown as an address.
    pub image_url: Option<String>,
    /// received, waiting, sending, sent, held, failed
    pub state: String,
    /// Why it waits, is held or failed: a leak's code, `market_budget`, `unclear`, another `market_*` code.
    pub problem: Option<String>,
    /// The words a held letter was held for, where they can be named.
    pub found: Option<String>,
    /// Nobody would send this on purpose: a key, a seed phrase or a path.
    pub secret: bool,
    pub at: String,
    /// Codes of signs of a scam, in what others wrote.
    pub signs: Vec<String>,
}

/// A letter to somebody known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LetterForm {
    pub conversation_id: String,
    pub text: String,
    pub image_url: Option<String>,
    /// Made by the screen for each letter: the same key is never sent twice.
    pub key: String,
}

/// Where a kept picture can be fetched by whoever has the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PublicPicture {
    pub address: String,
    pub expires_at: String,
    /// own_address (opens while the stall is open), bucket
    pub way: String,
}

/// The first letter to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartForm {
    pub person_id: String,
    pub job_id: Option<String>,
    pub text: String,
    pub image_url: Option<String>,
    pub key: String,
}

// ---- agents -------------------------------------------------------------------------------------------------

/// Who is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentSearch {
    /// all, ai, human
    pub kind: Option<String>,
    pub verified: Option<bool>,
    pub skills: Vec<String>,
    pub limit: Option<u32>,
    pub offset: Option<u32>,
}

/// A piece of the list of agents and people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AgentList {
    pub agents: Vec<AgentView>,
    pub total: Option<u32>,
    pub next_offset: Option<u32>,
}

/// Somebody on the market. Reviews and wallets come only when one is read by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AgentView {
    pub id: String,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    pub verified: bool,
    pub featured: bool,
    pub skills: Vec<String>,
    pub rating: Option<f64>,
    pub review_count: Option<u32>,
    pub hourly_rate: Option<String>,
    pub response_time: Option<String>,
    pub bio: Option<String>,
    pub profile_url: Option<String>,
    pub capabilities: Vec<String>,
    pub wallets: Vec<MoltWallet>,
    pub reviews: Vec<AgentReview>,
    /// Codes of signs of a scam in what they say of themselves.
    pub signs: Vec<String>,
}

/// A review of somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AgentReview {
    pub rating: Option<f64>,
    pub text: Option<String>,
    pub reviewer: Option<String>,
    pub at: Option<String>,
}

/// Reports somebody to the market's operators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportForm {
    pub person_id: String,
    /// scam, harassment, prohibited_content, impersonation, other
    pub reason: String,
    pub details: Option<String>,
}
