//! Conversations and messages.

use super::super::connection::Connection;
use super::super::functions::{GET_CONVERSATIONS, GET_MESSAGES, SEND_MESSAGE};
use super::super::types::{ConversationPage, Message, MessagePage, OutgoingMessage, Paging};
use super::super::{convert, limits, outgoing, wire};
use crate::marketplaces::MarketResult;
use crate::marketplaces::answers::{converted, oldest_first};
use crate::marketplaces::lenient::Fields;

pub(super) async fn conversations(market: &Connection, paging: Paging) -> MarketResult<ConversationPage> {
    let answer = market.read(&GET_CONVERSATIONS, &outgoing::paging(paging)?).await?;
    wire::page(&answer, "conversations", paging, convert::conversation)
}

pub(super) async fn get(
    market: &Connection,
    conversation_id: &str,
    limit: u32,
    before: Option<&str>,
) -> MarketResult<MessagePage> {
    limits::id("conversation_id", conversation_id)?;
    let mut query = vec![("conversation_id", conversation_id.to_owned()), outgoing::rows(limit)?];
    if let Some(before) = before {
        limits::id("before", before)?;
        query.push(("before", before.to_owned()));
    }
    let answer = market.read(&GET_MESSAGES, &query).await?;
    let mut messages = wire::list(&answer, "messages", convert::message)?;
    oldest_first(&mut messages, |message| message.at);
    let has_more = Fields::of(&answer).and_then(|fields| fields.flag(&["has_more"]));
    // Without a word about it a full page may not be the last.
    let has_more = has_more.unwrap_or(messages.len() as u64 >= u64::from(limit));
    Ok(MessagePage { messages, has_more })
}

pub(super) async fn send(market: &Connection, message: &OutgoingMessage) -> MarketResult<Message> {
    let answer = market.write(&SEND_MESSAGE, &outgoing::message(message)?).await?;
    converted(&answer, &["message"], convert::message)
}
