//! What people and agents say to each other. There are no uploads: a picture is a public address.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use super::accounts::LONGEST_ADDRESS;
use super::agents::person;
use super::asked::{Asked, is_web_address, screen};
use super::gate::Me;
use super::inbox;
use super::refusal::MoltRefusal;
use super::state::{Conversation, Message, Molt};
use crate::practice::body::Body;
use crate::practice::shapes::{optional_stamp, stamp};
use crate::practice::shared::{Shared, Turn};

const LONGEST_MESSAGE: usize = 10_000;
/// Characters of a message that its notification shows.
const PREVIEW: usize = 100;

/// Something said.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) content: String,
    pub(super) image_url: Option<String>,
    pub(super) is_image: bool,
}

impl Said {
    pub(super) fn text(content: impl Into<String>) -> Self {
        Self { content: content.into(), image_url: None, is_image: false }
    }
}

/// The conversation of the two about this job, begun if there is none.
pub(super) fn open(
    turn: &mut Turn<'_>,
    from: &str,
    to: &str,
    job_id: Option<&str>,
) -> Result<String, MoltRefusal> {
    if from == to {
        return Err(MoltRefusal::bad("Cannot send a message to yourself"));
    }
    if !turn.molt.accounts.contains_key(to) {
        return Err(MoltRefusal::NotFound("Recipient"));
    }
    if job_id.is_some_and(|job_id| turn.molt.lookup_job(job_id).is_none()) {
        return Err(MoltRefusal::NotFound("Job"));
    }
    let mut between = turn.molt.conversations.iter().filter(|conversation| conversation.is_between(from, to));
    // Without a job the latest thread goes on; with one, only the thread about it.
    let found = match job_id {
        Some(_) => between.find(|conversation| conversation.job_id.as_deref() == job_id),
        None => between.next_back(),
    };
    if let Some(conversation) = found {
        return Ok(conversation.id.clone());
    }
    let conversation = Conversation {
        id: turn.shared.uuid(),
        ordinal: turn.molt.conversations.len() as u64 + 1,
        job_id: job_id.map(str::to_owned),
        participants: (from.to_owned(), to.to_owned()),
        messages: Vec::new(),
        script: None,
    };
    let id = conversation.id.clone();
    turn.molt.conversations.push(conversation);
    Ok(id)
}

/// Says something in a conversation and tells the other participant.
pub(super) fn say(
    turn: &mut Turn<'_>,
    from: &str,
    conversation_id: &str,
    said: Said,
) -> Result<Message, MoltRefusal> {
    let message = Message {
        id: turn.shared.uuid(),
        sender_id: from.to_owned(),
        content: said.content,
        image_url: said.image_url,
        kind: if said.is_image { "image" } else { "text" }.to_owned(),
        is_read: false,
        created_at: turn.now,
    };
    let found = turn.molt.conversations.iter_mut().find(|found| found.id == conversation_id);
    let conversation = found.ok_or(MoltRefusal::NotFound("Conversation"))?;
    if !conversation.has(from) {
        return Err(MoltRefusal::Forbidden("You are not a participant of this conversation".into()));
    }
    conversation.messages.push(message.clone());
    let to = conversation.counterpart(from).to_owned();
    let preview: String = message.content.chars().take(PREVIEW).collect();
    let data = json!({"message_id": message.id, "conversation_id": conversation_id, "sender_id": from,
        "sender_name": turn.molt.name_of(from), "content_preview": preview, "message_type": message.kind});
    inbox::tell(turn, &to, "new_message", data);
    Ok(message)
}

pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    asked: Asked,
) -> Result<Json<Value>, MoltRefusal> {
    let page = asked.page()?;
    let world = shared.world();
    let molt = &world.molt;
    let mut mine: Vec<&Conversation> =
        molt.conversations.iter().filter(|conversation| conversation.has(&me)).collect();
    let last = |conversation: &Conversation| conversation.messages.last().map(|message| message.created_at);
    mine.sort_by_key(|conversation| std::cmp::Reverse((last(conversation), conversation.ordinal)));
    let rows = mine
        .into_iter()
        .map(|conversation| {
            let unread =
                conversation.messages.iter().filter(|message| message.sender_id != me && !message.is_read);
            json!({"id": conversation.id, "job_id": conversation.job_id,
                "other_participant": person(molt, conversation.counterpart(&me)),
                "last_message_at": optional_stamp(last(conversation), conversation.ordinal),
                "unread_count": unread.count()})
        })
        .collect();
    Ok(Json(page.answer("conversations", rows)))
}

fn view(molt: &Molt, conversation: &Conversation, message: &Message, me: &str) -> Value {
    json!({"id": message.id, "conversation_id": conversation.id, "content": message.content,
        "message_type": message.kind, "image_url": message.image_url, "sender_id": message.sender_id,
        "sender_name": molt.name_of(&message.sender_id),
        "sender_is_ai": molt.accounts.get(&message.sender_id).is_some_and(|account| account.is_ai),
        "is_own": message.sender_id == me, "is_read": message.is_read,
        "created_at": stamp(message.created_at, conversation.ordinal)})
}

/// The messages before a place in the thread. Reading marks what the other said as read. Their order is not documented:
/// in every other conversation the newest come first.
pub(super) async fn messages(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    asked: Asked,
) -> Result<Json<Value>, MoltRefusal> {
    let id = asked.needed("conversation_id")?.to_owned();
    let limit = asked.limit(50)?;
    let mut world = shared.world();
    let molt = &mut world.molt;
    let conversation = molt.lookup_conversation(&id).ok_or(MoltRefusal::NotFound("Conversation"))?;
    if !conversation.has(&me) {
        return Err(MoltRefusal::Forbidden("You are not a participant of this conversation".into()));
    }
    let end = match asked.text("before") {
        None => conversation.messages.len(),
        Some(before) => {
            let at = conversation.messages.iter().position(|message| message.id == before);
            at.ok_or(MoltRefusal::NotFound("Message"))?
        }
    };
    let start = end.saturating_sub(limit);
    let piece = conversation.messages.get(start..end).unwrap_or_default();
    let mut rows: Vec<Value> = piece.iter().map(|message| view(molt, conversation, message, &me)).collect();
    if conversation.ordinal.is_multiple_of(2) {
        rows.reverse();
    }
    let shown: Vec<String> = piece.iter().map(|message| message.id.clone()).collect();
    let found = molt.conversations.iter_mut().find(|found| found.id == id);
    for message in found.into_iter().flat_map(|conversation| &mut conversation.messages) {
        message.is_read |= message.sender_id != me && shown.contains(&message.id);
    }
    Ok(Json(json!({"success": true, "messages": rows, "has_more": start > 0})))
}

pub(super) async fn send(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let content = body.text("content", 1, LONGEST_MESSAGE);
    let kind = body.optional_text("message_type", 1, 20).unwrap_or_else(|| "text".into());
    let image_url = body.optional_text("image_url", 1, LONGEST_ADDRESS);
    if !matches!(kind.as_str(), "text" | "image") {
        body.flaw("message_type", "enum", "Input should be text or image");
    }
    if kind == "image" && image_url.is_none() {
        body.flaw("image_url", "missing", "Required when message_type is image");
    }
    if image_url.as_deref().is_some_and(|url| !is_web_address(url)) {
        body.flaw("image_url", "url_parsing", "Input should be a valid URL");
    }
    let conversation_id = body.optional_text("conversation_id", 1, 100);
    let recipient_id = body.optional_text("recipient_id", 1, 100);
    let job_id = body.optional_text("job_id", 1, 100);
    if conversation_id.is_none() && recipient_id.is_none() {
        body.flaw("body", "value_error", "Either conversation_id or recipient_id is required");
    }
    body.check()?;
    screen(&[&content])?;
    let mut turn = shared.turn();
    let conversation_id = match (conversation_id, recipient_id) {
        (Some(id), _) => id,
        (None, recipient) => {
            let recipient = recipient.unwrap_or_default();
            refuse_addresses(&turn.molt, &recipient, &content)?;
            open(&mut turn, &me, &recipient, job_id.as_deref())?
        }
    };
    if let Some(conversation) = turn.molt.lookup_conversation(&conversation_id) {
        refuse_addresses(&turn.molt, conversation.counterpart(&me), &content)?;
    }
    let said = Said { content, image_url, is_image: kind == "image" };
    let message = say(&mut turn, &me, &conversation_id, said)?;
    let answer = json!({"id": message.id, "conversation_id": conversation_id, "content": message.content,
        "message_type": message.kind, "image_url": message.image_url, "created_at": stamp(message.created_at, 1)});
    Ok((StatusCode::CREATED, Json(json!({"success": true, "message": answer}))))
}

/// Seen by others: text with an address in it is refused when the recipient is an AI.
fn refuse_addresses(molt: &Molt, to: &str, content: &str) -> Result<(), MoltRefusal> {
    let is_ai = molt.accounts.get(to).is_some_and(|account| account.is_ai);
    let text = content.to_lowercase();
    if molt.refuses_addresses && is_ai && (text.contains("http://") || text.contains("https://")) {
        return Err(MoltRefusal::bad("URLs are not allowed in messages to AI agents"));
    }
    Ok(())
}
