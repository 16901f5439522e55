//! What the truth light and the public address said, and which orders only a comparison found.

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant, millis};
use super::{Doing, Store, StoreResult, Write};

/// What is kept of it.
const MOST: u32 = 5_000;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionSubject {
    Light,
    Tunnel,
}

impl ConnectionSubject {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Tunnel => "tunnel",
        }
    }
}

/// A change as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionChangeRow {
    pub at: Timestamp,
    /// light, tunnel
    pub subject: String,
    pub state: String,
    /// A code; empty when there is nothing more to say.
    pub reason: String,
}

/// An order no push and no event told of: it was found by comparing orders with the market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOrderRow {
    pub market_order_id: String,
    pub order_id: Option<String>,
    pub title: String,
    pub found_at: Timestamp,
}

impl Store {
    /// The last changes, newest first.
    pub async fn list_connection_changes(&self, most: u32) -> StoreResult<Vec<ConnectionChangeRow>> {
        let rows =
            sqlx::query("SELECT at, subject, state, reason FROM connection_log ORDER BY id DESC LIMIT ?")
                .bind(most)
                .fetch_all(self.reader())
                .await
                .doing("reading the history of the connection")?;
        rows.iter()
            .map(|row| {
                Ok(ConnectionChangeRow {
                    at: instant(row.get("at"))?,
                    subject: row.get("subject"),
                    state: row.get("state"),
                    reason: row.get("reason"),
                })
            })
            .collect()
    }

    /// The orders only a comparison told of since then, newest first.
    pub async fn list_found_orders(
        &self,
        account_id: &str,
        since: Timestamp,
    ) -> StoreResult<Vec<FoundOrderRow>> {
        let rows = sqlx::query(
            "SELECT f.market_order_id, MIN(f.received_at) AS found_at, o.id AS order_id, COALESCE(o.title, '') AS title
             FROM inbox f LEFT JOIN orders o ON o.account_id = f.account_id AND o.market_order_id = f.market_order_id
             WHERE f.account_id = ?1 AND f.via = 'reconcile' AND f.market_order_id IS NOT NULL AND f.received_at >= ?2
                 AND NOT EXISTS (SELECT 1 FROM inbox t WHERE t.account_id = f.account_id
                     AND t.market_order_id = f.market_order_id AND t.via IN ('push', 'feed'))
             GROUP BY f.market_order_id ORDER BY found_at DESC",
        )
        .bind(account_id)
        .bind(millis(since))
        .fetch_all(self.reader())
        .await
        .doing("listing orders found by comparing")?;
        rows.iter()
            .map(|row| {
                Ok(FoundOrderRow {
                    market_order_id: row.get("market_order_id"),
                    order_id: row.get("order_id"),
                    title: row.get("title"),
                    found_at: instant(row.get("found_at"))?,
                })
            })
            .collect()
    }
}

impl Write {
    /// Keeps a change, and forgets the oldest.
    pub async fn insert_connection_change(
        &mut self,
        subject: ConnectionSubject,
        state: &str,
        reason: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query("INSERT INTO connection_log (at, subject, state, reason) VALUES (?, ?, ?, ?)")
            .bind(millis(now))
            .bind(subject.as_str())
            .bind(state)
            .bind(reason)
            .execute(&mut *self.tx)
            .await
            .doing("writing the history of the connection")?;
        sqlx::query("DELETE FROM connection_log WHERE id <= (SELECT MAX(id) FROM connection_log) - ?")
            .bind(MOST)
            .execute(&mut *self.tx)
            .await
            .doing("shortening the history of the connection")?;
        Ok(())
    }
}
