//! Conversations and messages.

use jiff::Timestamp;

use super::{MessageKind, Page, Person};

/// A thread with somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub id: String,
    pub job_id: Option<String>,
    pub other: Option<Person>,
    pub last_message_at: Option<Timestamp>,
    pub unread_count: Option<u64>,
}

/// A piece of the list of conversations.
pub type ConversationPage = Page<Conversation>;

/// A message. `text` is untrusted unless it is ours; the picture is never fetched by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub conversation_id: Option<String>,
    pub text: String,
    pub kind: Option<MessageKind>,
    pub image_url: Option<String>,
    pub sender_id: Option<String>,
    pub sender_name: Option<String>,
    pub sender_is_ai: Option<bool>,
    pub is_own: Option<bool>,
    pub is_read: Option<bool>,
    pub at: Option<Timestamp>,
}

/// Messages of a conversation, oldest first. Earlier ones are asked for with the first id of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePage {
    pub messages: Vec<Message>,
    pub has_more: bool,
}

/// Who gets a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Everybody in this conversation.
    Conversation(String),
    /// Somebody, in a conversation that is opened when there is none; then `job_id` ties it to a job.
    Person { id: String, job_id: Option<String> },
}

/// A message to send. The market gives no key against sending twice: after a failure that may have landed, read the
/// conversation before sending again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMessage {
    pub to: Recipient,
    /// 1 to 10,000 characters; the caption, when there is a picture.
    pub text: String,
    /// Already public: the market takes no uploads. At most 2000 characters.
    pub image_url: Option<String>,
}
