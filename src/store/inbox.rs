//! The inbox: news as it arrived, one row per account and event id.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{instant, instant_opt, millis};
use super::{Doing, Store, StoreResult, Write};

/// News about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub event_id: String,
    pub kind: String,
    /// push, feed, reconcile
    pub via: &'static str,
    pub market_order_id: Option<String>,
    /// The event as it came.
    pub body: String,
}

/// News that waits to be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingNews {
    pub id: i64,
    pub event_id: String,
    pub kind: String,
    pub via: String,
    pub received_at: Timestamp,
    pub attempts: u32,
}

/// News as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    pub id: i64,
    pub event_id: String,
    pub kind: String,
    pub via: String,
    pub market_order_id: Option<String>,
    pub body: String,
    pub received_at: Timestamp,
    pub handled_at: Option<Timestamp>,
    pub outcome: Option<String>,
    pub attempts: u32,
}

const COLUMNS: &str =
    "id, event_id, kind, via, market_order_id, body, received_at, handled_at, outcome, attempts";

fn read(row: &SqliteRow) -> StoreResult<InboxRow> {
    Ok(InboxRow {
        id: row.get("id"),
        event_id: row.get("event_id"),
        kind: row.get("kind"),
        via: row.get("via"),
        market_order_id: row.get("market_order_id"),
        body: row.get("body"),
        received_at: instant(row.get("received_at"))?,
        handled_at: instant_opt(row.get("handled_at"))?,
        outcome: row.get("outcome"),
        attempts: row.get("attempts"),
    })
}

impl Store {
    /// Orders there is unhandled news of, with the moment it is due, the first due first. None stands for news that names
    /// no order.
    pub async fn list_orders_in_the_news(
        &self,
        account_id: &str,
        limit: usize,
    ) -> StoreResult<Vec<(Option<String>, Timestamp)>> {
        let rows = sqlx::query(
            "SELECT market_order_id, MIN(next_at) AS at FROM inbox WHERE handled_at IS NULL AND account_id = ?1
             GROUP BY market_order_id ORDER BY at, MIN(id) LIMIT ?2",
        )
        .bind(account_id)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(self.reader())
        .await
        .doing("listing orders in the news")?;
        rows.iter().map(|row| Ok((row.get("market_order_id"), instant(row.get("at"))?))).collect()
    }

    /// Unhandled news of one order, or of no order, that is due, oldest first.
    pub async fn list_unhandled(
        &self,
        account_id: &str,
        market_order_id: Option<&str>,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<WaitingNews>> {
        let rows = sqlx::query(
            "SELECT id, event_id, kind, via, received_at, attempts FROM inbox
             WHERE handled_at IS NULL AND account_id = ?1 AND market_order_id IS ?2 AND next_at <= ?3
             ORDER BY next_at, id LIMIT ?4",
        )
        .bind(account_id)
        .bind(market_order_id)
        .bind(millis(now))
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("listing news to handle")?;
        let read = |row: &SqliteRow| {
            Ok(WaitingNews {
                id: row.get("id"),
                event_id: row.get("event_id"),
                kind: row.get("kind"),
                via: row.get("via"),
                received_at: instant(row.get("received_at"))?,
                attempts: row.get("attempts"),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Event ids stored and not yet acknowledged to the market.
    pub async fn list_unacked(&self, account_id: &str, limit: u32) -> StoreResult<Vec<i64>> {
        let rows = sqlx::query(
            "SELECT event_id FROM inbox WHERE acked_at IS NULL AND via <> 'reconcile' AND account_id = ? ORDER BY id LIMIT ?",
        )
        .bind(account_id)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("listing news to acknowledge")?;
        Ok(rows.iter().filter_map(|row| row.get::<String, _>("event_id").parse().ok()).collect())
    }

    /// Unhandled news of an account that is due, whatever it is about, from the piece after `after` on.
    pub async fn list_due_news(
        &self,
        account_id: &str,
        after: i64,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<InboxRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM inbox WHERE handled_at IS NULL AND account_id = ? AND next_at <= ? AND id > ? ORDER BY id LIMIT ?"
        )))
        .bind(account_id)
        .bind(millis(now))
        .bind(after)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("listing news to handle")?;
        rows.iter().map(read).collect()
    }

    /// Ids of news handled after an instant, the last handled first.
    pub async fn list_handled_ids(
        &self,
        account_id: &str,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<String>> {
        let rows = sqlx::query(
            "SELECT event_id FROM inbox WHERE account_id = ? AND handled_at > ? ORDER BY handled_at DESC, id DESC LIMIT ?",
        )
        .bind(account_id)
        .bind(millis(since))
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("listing handled news")?;
        Ok(rows.iter().map(|row| row.get("event_id")).collect())
    }

    /// The newest news of an account.
    pub async fn list_recent_news(&self, account_id: &str, limit: u32) -> StoreResult<Vec<InboxRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM inbox WHERE account_id = ? ORDER BY id DESC LIMIT ?"
        )))
        .bind(account_id)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("listing recent news")?;
        rows.iter().map(read).collect()
    }
}

/// Rows one statement stores, the most first: a group is stored with as few ways to the database as these allow, and
/// each statement is compiled once.
const ROWS_AT_ONCE: [usize; 4] = [64, 16, 4, 1];

fn insert_statement(rows: usize) -> &'static str {
    static STATEMENTS: LazyLock<[String; 4]> = LazyLock::new(|| {
        ROWS_AT_ONCE.map(|rows| {
            let places = (0..rows).map(|row| {
                let at = 3 + 5 * row;
                format!("(?1, ?{at}, ?{}, ?{}, ?{}, ?{}, ?2)", at + 1, at + 2, at + 3, at + 4)
            });
            let places = places.collect::<Vec<_>>().join(", ");
            format!(
                "INSERT INTO inbox (account_id, event_id, kind, via, market_order_id, body, received_at) VALUES {places}
                 ON CONFLICT (account_id, event_id) DO NOTHING RETURNING event_id"
            )
        })
    });
    let place = ROWS_AT_ONCE.iter().position(|known| *known == rows).unwrap_or_default();
    &STATEMENTS[place]
}

impl Write {
    /// Stores news; for each piece, in their order, whether it was not there yet.
    pub async fn insert_events(
        &mut self,
        account_id: &str,
        events: &[&NewEvent],
        now: Timestamp,
    ) -> StoreResult<Vec<bool>> {
        let mut stored = HashSet::new();
        let mut left = events;
        while let Some(&many) = ROWS_AT_ONCE.iter().find(|&&many| many <= left.len()) {
            let (rows, rest) = left.split_at(many);
            left = rest;
            let mut query = sqlx::query(insert_statement(many)).bind(account_id).bind(millis(now));
            for event in rows {
                query = query
                    .bind(&event.event_id)
                    .bind(&event.kind)
                    .bind(event.via)
                    .bind(&event.market_order_id)
                    .bind(&event.body);
            }
            let rows = query.fetch_all(&mut *self.tx).await.doing("storing news")?;
            stored.extend(rows.iter().map(|row| row.get::<String, _>(0)));
        }
        Ok(events.iter().map(|event| stored.remove(&event.event_id)).collect())
    }

    /// Records what became of news.
    pub async fn record_handled(&mut self, ids: &[i64], outcome: &str, at: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "UPDATE inbox SET handled_at = ?2, outcome = ?3 WHERE id IN (SELECT value FROM json_each(?1))",
        )
        .bind(serde_json::json!(ids).to_string())
        .bind(millis(at))
        .bind(outcome)
        .execute(&mut *self.tx)
        .await
        .doing("recording handled news")?;
        Ok(())
    }

    /// Puts a piece of news off until later.
    pub async fn postpone_event(&mut self, id: i64, outcome: &str, until: Timestamp) -> StoreResult<()> {
        sqlx::query("UPDATE inbox SET next_at = ?2, outcome = ?3, attempts = attempts + 1 WHERE id = ?1")
            .bind(id)
            .bind(millis(until))
            .bind(outcome)
            .execute(&mut *self.tx)
            .await
            .doing("putting news off")?;
        Ok(())
    }

    /// Has a piece of news handled once more.
    pub async fn redeliver(&mut self, id: i64) -> StoreResult<bool> {
        let done = sqlx::query(
            "UPDATE inbox SET handled_at = NULL, outcome = NULL, next_at = 0, attempts = 0 WHERE id = ?",
        )
        .bind(id)
        .execute(&mut *self.tx)
        .await
        .doing("redelivering news")?;
        Ok(done.rows_affected() == 1)
    }

    /// Records that the market knows these are stored.
    pub async fn record_acked(
        &mut self,
        account_id: &str,
        event_ids: &[i64],
        at: Timestamp,
    ) -> StoreResult<()> {
        for event_id in event_ids {
            sqlx::query("UPDATE inbox SET acked_at = ?3 WHERE account_id = ?1 AND event_id = ?2")
                .bind(account_id)
                .bind(event_id.to_string())
                .bind(millis(at))
                .execute(&mut *self.tx)
                .await
                .doing("recording acknowledged news")?;
        }
        Ok(())
    }
}
