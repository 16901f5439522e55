//! Messages of an order's thread, from both sides, with who really wrote them.

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant, millis, words};
use super::{Doing, Store, StoreResult, Write};

words! {
    /// Who wrote a message.
    Speaker, "speaker" { Buyer = "buyer", Robot = "robot", Seller = "seller", Market = "market" }
}

words! {
    /// Where a message stands.
    MessageState, "message state" {
        Received = "received", Sending = "sending", Sent = "sent", Unclear = "unclear", Failed = "failed",
    }
}

/// A message about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub market_message_id: Option<String>,
    pub who: Speaker,
    pub name: Option<String>,
    pub body: String,
    pub state: MessageState,
    pub key: Option<String>,
    pub at: Timestamp,
}

/// A message as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    pub id: i64,
    pub market_message_id: Option<String>,
    pub who: Speaker,
    pub name: Option<String>,
    pub body: String,
    pub state: MessageState,
    pub key: Option<String>,
    pub at: Timestamp,
}

impl Store {
    /// An order's thread, oldest first. The order is that of arrival: the market's clock and ours differ.
    pub async fn list_messages(&self, order_id: &str) -> StoreResult<Vec<MessageRow>> {
        let rows = sqlx::query(
            "SELECT id, market_message_id, who, name, body, state, key, at FROM messages WHERE order_id = ? ORDER BY id",
        )
        .bind(order_id)
        .fetch_all(self.reader())
        .await
        .doing("reading a thread")?;
        rows.iter()
            .map(|row| {
                Ok(MessageRow {
                    id: row.get("id"),
                    market_message_id: row.get("market_message_id"),
                    who: Speaker::parse(row.get("who"))?,
                    name: row.get("name"),
                    body: row.get("body"),
                    state: MessageState::parse(row.get("state"))?,
                    key: row.get("key"),
                    at: instant(row.get("at"))?,
                })
            })
            .collect()
    }
}

impl Write {
    /// Keeps a message of the market's thread; true when it was not known. One of ours that waits for its id and has
    /// the same text is the same message.
    pub async fn insert_thread_message(&mut self, order_id: &str, message: &NewMessage) -> StoreResult<bool> {
        if message.who != Speaker::Buyer {
            let adopted = sqlx::query(
                "UPDATE messages SET market_message_id = ?3, state = 'sent' WHERE id =
                     (SELECT id FROM messages WHERE order_id = ?1 AND market_message_id IS NULL AND body = ?2 ORDER BY id LIMIT 1)
                 AND NOT EXISTS (SELECT 1 FROM messages WHERE order_id = ?1 AND market_message_id = ?3)",
            )
            .bind(order_id)
            .bind(&message.body)
            .bind(&message.market_message_id)
            .execute(&mut *self.tx)
            .await
            .doing("matching an own message")?;
            if adopted.rows_affected() == 1 {
                return Ok(false);
            }
        }
        let done = sqlx::query(
            "INSERT INTO messages (order_id, market_message_id, who, name, body, state, key, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (order_id, market_message_id) DO NOTHING",
        )
        .bind(order_id)
        .bind(&message.market_message_id)
        .bind(message.who.as_str())
        .bind(&message.name)
        .bind(&message.body)
        .bind(message.state.as_str())
        .bind(&message.key)
        .bind(millis(message.at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a message")?;
        Ok(done.rows_affected() == 1)
    }

    /// Puts an own message into the outbox before it is sent; a second try of the same key reuses the row.
    pub async fn put_outgoing(
        &mut self,
        order_id: &str,
        key: &str,
        who: Speaker,
        body: &str,
        at: Timestamp,
    ) -> StoreResult<()> {
        let known = sqlx::query("UPDATE messages SET body = ?3, state = 'sending' WHERE order_id = ?1 AND key = ?2 AND market_message_id IS NULL")
            .bind(order_id)
            .bind(key)
            .bind(body)
            .execute(&mut *self.tx)
            .await
            .doing("putting a message into the outbox")?;
        if known.rows_affected() == 0 {
            // A part that is on the market already keeps its place in the thread.
            sqlx::query(
                "INSERT INTO messages (order_id, who, body, state, key, at) SELECT ?1, ?2, ?3, 'sending', ?4, ?5
                 WHERE NOT EXISTS (SELECT 1 FROM messages WHERE order_id = ?1 AND key = ?4 AND body = ?3)",
            )
            .bind(order_id)
            .bind(who.as_str())
            .bind(body)
            .bind(key)
            .bind(millis(at))
            .execute(&mut *self.tx)
            .await
            .doing("putting a message into the outbox")?;
        }
        Ok(())
    }

    /// Records that an own message is on the market.
    pub async fn record_outgoing(
        &mut self,
        order_id: &str,
        key: &str,
        market_message_id: &str,
    ) -> StoreResult<()> {
        // The thread may have been read between sending and recording: that row is this message.
        sqlx::query("DELETE FROM messages WHERE order_id = ?1 AND market_message_id = ?2 AND key IS NULL")
            .bind(order_id)
            .bind(market_message_id)
            .execute(&mut *self.tx)
            .await
            .doing("matching an own message")?;
        sqlx::query(
            "UPDATE messages SET state = 'sent', market_message_id = ?3 WHERE order_id = ?1 AND key = ?2
                 AND (market_message_id IS NULL OR market_message_id = ?3)",
        )
        .bind(order_id)
        .bind(key)
        .bind(market_message_id)
        .execute(&mut *self.tx)
        .await
        .doing("recording an own message")?;
        Ok(())
    }

    /// Records that the messages of a step did not go, or that nobody knows. What is on the market stays as it is.
    pub async fn record_not_sent(
        &mut self,
        order_id: &str,
        key: &str,
        state: MessageState,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE messages SET state = ?3 WHERE order_id = ?1 AND (key = ?2 OR substr(key, 1, length(?2) + 1) = ?2 || '#')
                 AND market_message_id IS NULL",
        )
        .bind(order_id)
        .bind(key)
        .bind(state.as_str())
        .execute(&mut *self.tx)
        .await
        .doing("recording an own message")?;
        Ok(())
    }
}

/// The key of a part, from 0, of what a step says; the first has the step's own.
pub fn part_key(key: &str, number: usize) -> String {
    if number == 0 { key.to_owned() } else { format!("{key}#{}", number + 1) }
}
