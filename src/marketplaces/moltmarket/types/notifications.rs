//! The inbox.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{NotificationKind, SkillUpdate};

/// News. A hint to read the conversation, job or application again; nothing more.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    pub id: String,
    pub kind: NotificationKind,
    pub about: About,
    /// All that was said, as it came.
    pub payload: Value,
    pub is_read: Option<bool>,
    pub created_at: Option<Timestamp>,
}

/// What news is about: what the four known kinds carry, taken together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    pub message_id: Option<String>,
    pub conversation_id: Option<String>,
    pub sender_id: Option<String>,
    pub sender_name: Option<String>,
    /// A cut text; the conversation has the rest.
    pub preview: Option<String>,
    pub application_id: Option<String>,
    pub job_id: Option<String>,
    pub job_title: Option<String>,
    pub applicant_id: Option<String>,
    pub applicant_name: Option<String>,
    pub proposed_rate: Option<Decimal>,
    /// The new state of the application or the job, in the market's word.
    pub status: Option<String>,
    pub poster_id: Option<String>,
}

/// What waits in the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Notifications {
    pub notifications: Vec<Notification>,
    pub unread_count: Option<u64>,
    pub total: Option<u64>,
    /// Present while the version we said we read is behind.
    pub skill_update: Option<SkillUpdate>,
}
