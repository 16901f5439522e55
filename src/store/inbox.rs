//! The inbox: news as it arrived, one row per account and event id.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{instant, instant_opt, json, millis};
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

/// News of one order that waits to be handled: all of one kind that came one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingNews {
    /// Our own ids of the pieces.
    pub ids: Vec<i64>,
    /// The market's id of the first.
    pub event_id: String,
    pub kind: String,
    pub via: String,
    /// How often the most tried of them was tried.
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

// What is asked with every event names its way: the planner, who does not know how little is unhandled, would read all
// there ever was.

/// From order to order, however much news there is of each.
const ORDERS_IN_THE_NEWS: &str = "
    WITH RECURSIVE named (market_order_id) AS (
        SELECT MIN(market_order_id) FROM inbox INDEXED BY inbox_unhandled
            WHERE handled_at IS NULL AND account_id = ?1 AND market_order_id IS NOT NULL
        UNION ALL
        SELECT (SELECT MIN(i.market_order_id) FROM inbox i INDEXED BY inbox_unhandled
                WHERE i.handled_at IS NULL AND i.account_id = ?1 AND i.market_order_id > named.market_order_id)
            FROM named WHERE named.market_order_id IS NOT NULL
    ), every (market_order_id) AS (
        SELECT market_order_id FROM named WHERE market_order_id IS NOT NULL UNION ALL SELECT NULL
    )
    SELECT every.market_order_id, first.next_at FROM every
    JOIN inbox first ON first.id = (
        SELECT i.id FROM inbox i INDEXED BY inbox_unhandled WHERE i.handled_at IS NULL AND i.account_id = ?1
            AND i.market_order_id IS every.market_order_id ORDER BY i.next_at, i.id LIMIT 1)
    ORDER BY first.next_at, first.id LIMIT ?2";

const NEWS_OF_AN_ORDER: &str = "
    SELECT alike.ids, first.event_id, first.kind, first.via, alike.attempts FROM (
        SELECT MIN(id) AS first, json_group_array(id) AS ids, MAX(attempts) AS attempts FROM (
            SELECT id, kind, via, attempts FROM inbox INDEXED BY inbox_unhandled
            WHERE handled_at IS NULL AND account_id = ?1 AND market_order_id IS ?2 AND next_at <= ?3
            ORDER BY next_at, id LIMIT ?4
        ) GROUP BY kind, via
    ) alike JOIN inbox first ON first.id = alike.first ORDER BY first.id";

const DUE_NEWS: &str = "FROM inbox INDEXED BY inbox_unhandled
    WHERE handled_at IS NULL AND account_id = ? AND next_at <= ? AND id > ? ORDER BY id LIMIT ?";

const RECENT_NEWS: &str = "FROM inbox NOT INDEXED WHERE account_id = ? ORDER BY id DESC LIMIT ?";

const HANDLED_IDS: &str = "SELECT event_id FROM inbox NOT INDEXED
    WHERE id > (SELECT MAX(id) - 10000 FROM inbox) AND account_id = ? AND handled_at > ?
    ORDER BY handled_at DESC, id DESC LIMIT ?";

impl Store {
    /// Orders there is unhandled news of, with the moment it is due, the first due first. None stands for news that names
    /// no order.
    pub async fn list_orders_in_the_news(
        &self,
        account_id: &str,
        limit: usize,
    ) -> StoreResult<Vec<(Option<String>, Timestamp)>> {
        let rows = sqlx::query(ORDERS_IN_THE_NEWS)
            .bind(account_id)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(self.reader())
            .await
            .doing("listing orders in the news")?;
        rows.iter().map(|row| Ok((row.get("market_order_id"), instant(row.get("next_at"))?))).collect()
    }

    /// Unhandled news of one order, or of no order, that is due: the first due pieces, by kind and way.
    pub async fn list_unhandled(
        &self,
        account_id: &str,
        market_order_id: Option<&str>,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<WaitingNews>> {
        let rows = sqlx::query(NEWS_OF_AN_ORDER)
            .bind(account_id)
            .bind(market_order_id)
            .bind(millis(now))
            .bind(limit)
            .fetch_all(self.reader())
            .await
            .doing("listing news to handle")?;
        let read = |row: &SqliteRow| {
            Ok(WaitingNews {
                ids: json("ids of news", row.get("ids"))?,
                event_id: row.get("event_id"),
                kind: row.get("kind"),
                via: row.get("via"),
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
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} {DUE_NEWS}")))
            .bind(account_id)
            .bind(millis(now))
            .bind(after)
            .bind(limit)
            .fetch_all(self.reader())
            .await
            .doing("listing news to handle")?;
        rows.iter().map(read).collect()
    }

    /// Ids of news handled after an instant, the last handled first; looked for among the newest.
    pub async fn list_handled_ids(
        &self,
        account_id: &str,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<String>> {
        let rows = sqlx::query(HANDLED_IDS)
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
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} {RECENT_NEWS}")))
            .bind(account_id)
            .bind(limit)
            .fetch_all(self.reader())
            .await
            .doing("listing recent news")?;
        rows.iter().map(read).collect()
    }
}

/// Rows one statement may store, the least first. Each statement is compiled once, and each is one way to the database
/// and back: a place that is left empty costs less than another way.
const ROWS_AT_ONCE: [usize; 3] = [1, 8, 64];

/// The statement for so many rows or more; places without an event id are left out.
fn insert_statement(rows: usize) -> (usize, &'static str) {
    static STATEMENTS: LazyLock<[String; 3]> = LazyLock::new(|| {
        ROWS_AT_ONCE.map(|rows| {
            let places = (0..rows).map(|row| {
                let at = 3 + 5 * row;
                format!("(?{at}, ?{}, ?{}, ?{}, ?{})", at + 1, at + 2, at + 3, at + 4)
            });
            let places = places.collect::<Vec<_>>().join(", ");
            format!(
                "INSERT INTO inbox (account_id, event_id, kind, via, market_order_id, body, received_at)
                 SELECT ?1, column1, column2, column3, column4, column5, ?2 FROM (VALUES {places})
                 WHERE column1 IS NOT NULL
                 ON CONFLICT (account_id, event_id) DO NOTHING"
            )
        })
    });
    let enough = ROWS_AT_ONCE.iter().position(|many| *many >= rows).unwrap_or(ROWS_AT_ONCE.len() - 1);
    (ROWS_AT_ONCE[enough], &STATEMENTS[enough])
}

impl Write {
    /// Stores news; for each piece, in their order, whether it was not there yet.
    pub async fn insert_events(
        &mut self,
        account_id: &str,
        events: &[&NewEvent],
        now: Timestamp,
    ) -> StoreResult<Vec<bool>> {
        let mut stored = 0;
        let mut left = events;
        while !left.is_empty() {
            let (places, statement) = insert_statement(left.len());
            let (rows, rest) = left.split_at(places.min(left.len()));
            left = rest;
            let mut query = sqlx::query(statement).bind(account_id).bind(millis(now));
            for event in rows {
                query = query
                    .bind(&event.event_id)
                    .bind(&event.kind)
                    .bind(event.via)
                    .bind(&event.market_order_id)
                    .bind(&event.body);
            }
            stored += query.execute(&mut *self.tx).await.doing("storing news")?.rows_affected();
        }
        if stored == events.len() as u64 {
            return Ok(vec![true; events.len()]);
        }
        // Nobody else writes: the newest are ours.
        let fresh = sqlx::query_scalar("SELECT event_id FROM inbox NOT INDEXED ORDER BY id DESC LIMIT ?")
            .bind(i64::try_from(stored).unwrap_or_default())
            .fetch_all(&mut *self.tx)
            .await
            .doing("telling news from what was known")?;
        let mut fresh: HashSet<String> = fresh.into_iter().collect();
        Ok(events.iter().map(|event| fresh.remove(&event.event_id)).collect())
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

    /// Puts news off until later.
    pub async fn postpone_news(&mut self, ids: &[i64], outcome: &str, until: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "UPDATE inbox SET next_at = ?2, outcome = ?3, attempts = attempts + 1
             WHERE id IN (SELECT value FROM json_each(?1))",
        )
        .bind(serde_json::json!(ids).to_string())
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
        let event_ids: Vec<String> = event_ids.iter().map(ToString::to_string).collect();
        sqlx::query(
            "UPDATE inbox SET acked_at = ?3
             WHERE account_id = ?1 AND event_id IN (SELECT value FROM json_each(?2))",
        )
        .bind(account_id)
        .bind(serde_json::json!(event_ids).to_string())
        .bind(millis(at))
        .execute(&mut *self.tx)
        .await
        .doing("recording acknowledged news")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the database goes about a question.
    async fn ways(store: &Store, question: &str) -> Vec<String> {
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {question}"));
        let rows = sqlx::query(explained).fetch_all(store.reader()).await.unwrap();
        rows.iter().map(|row| row.get("detail")).collect()
    }

    #[tokio::test]
    async fn no_question_of_every_event_reads_what_was_handled() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
        let unhandled =
            |way: &String| way.contains("USING INDEX inbox_unhandled (account_id=? AND market_order_id");
        let of_inbox = |way: &&String| way.contains("inbox") || way.contains("SEARCH i ");
        for (question, ways_in) in [(ORDERS_IN_THE_NEWS, 3), (NEWS_OF_AN_ORDER, 1)] {
            let ways = ways(&store, question).await;
            let of_inbox: Vec<_> = ways.iter().filter(of_inbox).collect();
            assert_eq!(of_inbox.len(), ways_in, "{ways:?}");
            assert!(of_inbox.into_iter().all(unhandled), "{ways:?}");
        }
        let due = ways(&store, &format!("SELECT id {DUE_NEWS}")).await;
        assert_eq!(due[0], "SEARCH inbox USING INDEX inbox_unhandled (account_id=?)");
        // Backwards from the newest until there are enough: nothing is sorted.
        assert_eq!(ways(&store, &format!("SELECT id {RECENT_NEWS}")).await, ["SCAN inbox"]);
        assert_eq!(ways(&store, HANDLED_IDS).await[0], "SEARCH inbox USING INTEGER PRIMARY KEY (rowid>?)");
    }
}
