//! Messages of all markets in one list, and the seller's saved replies.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Letter, Stage};

/// Which threads are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadFilter {
    /// all, unread, unanswered, needs_you; all when absent
    pub only: Option<String>,
    /// Words in names, titles and what was said.
    pub search: Option<String>,
    pub after: Option<String>,
    /// 1 to 100; 50 when absent.
    pub limit: Option<u32>,
}

/// Threads with others, the last written to first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadList {
    pub threads: Vec<ThreadCard>,
    /// Pass as `after` for the next page.
    pub next: Option<String>,
    /// Threads with something unread, of all there are.
    pub unread: u32,
    /// First letters to somebody that did not go yet; they stand in no thread. Only on the first page of all.
    pub first_letters: Vec<Letter>,
    /// none, unclaimed, open
    pub molt: String,
}

/// A thread in a list: a conversation on MoltMarket, or what was said about an order of Agent Market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadCard {
    /// conversation, order
    pub kind: String,
    /// Of the conversation or the order.
    pub id: String,
    pub person_id: Option<String>,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    /// Of the order, or of the job the conversation is about.
    pub title: Option<String>,
    pub stage: Option<Stage>,
    pub job_id: Option<String>,
    /// The order itself, or the one that was made of the job.
    pub order_id: Option<String>,
    pub last: Option<LastWords>,
    pub newest_at: Option<String>,
    pub unread: u32,
    /// held, failed, order
    pub needs_you: Option<String>,
    /// There is more on the market than was read so far.
    pub reading: bool,
}

/// The beginning of what was said last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastWords {
    /// them, robot, seller, market
    pub who: String,
    pub text: String,
}

/// Which letters of a conversation come next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OlderLetters {
    pub conversation_id: String,
    /// The oldest letter that is shown.
    pub before: String,
}

/// Letters, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LetterPage {
    pub letters: Vec<Letter>,
    pub has_older: bool,
}

/// Which thread is to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SuggestReply {
    /// conversation, order
    pub kind: String,
    /// Of the conversation or the order.
    pub id: String,
}

/// What the text model would answer. Nothing of it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SuggestedReply {
    pub text: String,
}

/// A letter that was taken back, to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TakenBack {
    pub text: String,
    pub image_url: Option<String>,
}

/// Words the seller keeps for writing them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedReply {
    pub name: String,
    /// `{name}`, `{about}`, `{stall}` are filled in.
    pub text: String,
}

/// All saved replies, in the seller's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedReplies {
    pub replies: Vec<SavedReply>,
}
