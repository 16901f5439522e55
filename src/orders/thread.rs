//! The thread with the buyer becomes rows: only messages of this order count, and who wrote each is never guessed.

use jiff::Timestamp;

use crate::marketplaces::MarketMessage;
use crate::store::{MessageState, NewMessage, OrderRow, Speaker, StoreResult, Write};

/// A message that was not known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadEvent {
    pub who: Speaker,
    pub name: Option<String>,
}

/// Records a thread as read from the market; returns what is new. `own_id` is our id on this market.
///
/// # Errors
/// When the database cannot be written.
pub async fn record_thread(
    write: &mut Write,
    order: &OrderRow,
    own_id: &str,
    thread: &[MarketMessage],
    now: Timestamp,
) -> StoreResult<Vec<ThreadEvent>> {
    let mut fresh = Vec::new();
    for message in thread {
        let who = speaker(order, own_id, message);
        let row = NewMessage {
            market_message_id: Some(message.id.clone()),
            who,
            name: message.sender_name.clone(),
            body: message.text.clone(),
            state: if who == Speaker::Seller { MessageState::Sent } else { MessageState::Received },
            key: None,
            at: message.at.unwrap_or(now),
        };
        if write.insert_thread_message(&order.id, &row).await? {
            fresh.push(ThreadEvent { who, name: row.name });
        }
    }
    Ok(fresh)
}

/// Ours when the market says so, the buyer's when it is this order's buyer, else somebody else's (the market's).
fn speaker(order: &OrderRow, own_id: &str, message: &MarketMessage) -> Speaker {
    match (message.sender_id.as_deref(), order.buyer_id.as_deref()) {
        (Some(sender), _) if !own_id.is_empty() && sender == own_id => Speaker::Seller,
        (Some(sender), Some(buyer)) if sender == buyer => Speaker::Buyer,
        (Some(_), None) => Speaker::Buyer,
        _ => Speaker::Market,
    }
}
