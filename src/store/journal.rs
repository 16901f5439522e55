//! The journal: the intent of every step before its effect, and what came of it.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::convert::{decimal, decimal_opt, instant, instant_opt, json, millis, words};
use super::{Actor, Doing, Store, StoreResult, Write};

words! {
    /// What became of an intent.
    EntryOutcome, "journal outcome" {
        /// Begun; no result recorded, so the effect may or may not exist.
        Open = "open",
        Done = "done",
        /// Did not happen; may be tried again from `retry_at`.
        Retry = "retry",
        /// Did not happen; the seller decides.
        Failed = "failed",
        /// Looked at, and it cannot be told whether it happened.
        Unclear = "unclear",
    }
}

/// A step about to be done.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub step: &'static str,
    /// Names the effect within the order, such as `upload:1.2`.
    pub key: String,
    pub attempt: u32,
    pub actor: Actor,
    pub intent: Value,
    pub input_sha256: Option<String>,
    pub reserved_usd: Option<Decimal>,
}

/// A line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: i64,
    pub step: String,
    pub key: String,
    pub attempt: u32,
    pub actor: Actor,
    pub intent: Value,
    pub intent_at: Timestamp,
    pub outcome: EntryOutcome,
    pub result: Value,
    pub result_at: Option<Timestamp>,
    pub retry_at: Option<Timestamp>,
    pub cost_usd: Option<Decimal>,
    pub output_sha256: Option<String>,
}

fn read(row: &SqliteRow) -> StoreResult<Entry> {
    Ok(Entry {
        id: row.get("id"),
        step: row.get("step"),
        key: row.get("key"),
        attempt: row.get("attempt"),
        actor: Actor::parse(row.get("actor"))?,
        intent: json("intent", row.get("intent"))?,
        intent_at: instant(row.get("intent_at"))?,
        outcome: EntryOutcome::parse(row.get("outcome"))?,
        result: json("result", row.get("result"))?,
        result_at: instant_opt(row.get("result_at"))?,
        retry_at: instant_opt(row.get("retry_at"))?,
        cost_usd: decimal_opt(row.get("cost_usd"))?,
        output_sha256: row.get("output_sha256"),
    })
}

impl Store {
    /// The whole journal of an order, in the order of its intents.
    pub async fn list_journal(&self, order_id: &str) -> StoreResult<Vec<Entry>> {
        let rows = sqlx::query(
            "SELECT id, step, key, attempt, actor, intent, intent_at, outcome, result, result_at, retry_at, cost_usd, output_sha256
             FROM journal WHERE order_id = ? ORDER BY id",
        )
        .bind(order_id)
        .fetch_all(self.reader())
        .await
        .doing("reading the journal")?;
        rows.iter().map(read).collect()
    }

    /// The step under way in each of these orders: the newest intent without a result.
    pub async fn list_open_entries(&self, order_ids: &[String]) -> StoreResult<Vec<(String, Entry)>> {
        if order_ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = sqlx::QueryBuilder::new(
            "SELECT order_id, id, step, key, attempt, actor, intent, intent_at, outcome, result, result_at, retry_at, cost_usd, output_sha256
             FROM journal WHERE outcome = 'open' AND order_id IN (",
        );
        let mut list = query.separated(", ");
        for id in order_ids {
            list.push_bind(id.clone());
        }
        query.push(") ORDER BY id");
        let rows = query.build().fetch_all(self.reader()).await.doing("listing steps under way")?;
        rows.iter().map(|row| Ok((row.get("order_id"), read(row)?))).collect()
    }

    /// US dollars spent or reserved on models: (by this order ever, by everything on the UTC day of `now`).
    pub async fn spent_usd(&self, order_id: &str, now: Timestamp) -> StoreResult<(Decimal, Decimal)> {
        let mut connection = self.reader().acquire().await.doing("adding up what was spent")?;
        spent(&mut connection, order_id, now).await
    }
}

async fn spent(
    connection: &mut SqliteConnection,
    order_id: &str,
    now: Timestamp,
) -> StoreResult<(Decimal, Decimal)> {
    let rows = sqlx::query(
        "SELECT COALESCE(cost_usd, reserved_usd) AS amount FROM journal
         WHERE order_id = ? AND (cost_usd IS NOT NULL OR reserved_usd IS NOT NULL)",
    )
    .bind(order_id)
    .fetch_all(&mut *connection)
    .await
    .doing("adding up what an order cost")?;
    let mut order = Decimal::ZERO;
    for row in &rows {
        order += decimal(row.get("amount"))?;
    }
    let day: Option<i64> = sqlx::query_scalar("SELECT nano_usd FROM spent_days WHERE day = ?")
        .bind(millis(now).div_euclid(86_400_000))
        .fetch_optional(&mut *connection)
        .await
        .doing("adding up what a day cost")?;
    Ok((order, Decimal::new(day.unwrap_or(0), 9).normalize()))
}

impl Write {
    /// As [`Store::spent_usd`], inside this transaction: nobody reserves anything meanwhile.
    pub async fn spent_usd(&mut self, order_id: &str, now: Timestamp) -> StoreResult<(Decimal, Decimal)> {
        spent(&mut self.tx, order_id, now).await
    }

    /// Writes an intent down and returns its id.
    pub async fn begin_entry(
        &mut self,
        order_id: &str,
        entry: &NewEntry,
        now: Timestamp,
    ) -> StoreResult<i64> {
        let row = sqlx::query(
            "INSERT INTO journal (order_id, step, key, attempt, actor, intent, intent_at, input_sha256, reserved_usd)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(order_id)
        .bind(entry.step)
        .bind(&entry.key)
        .bind(entry.attempt)
        .bind(entry.actor.as_str())
        .bind(entry.intent.to_string())
        .bind(millis(now))
        .bind(&entry.input_sha256)
        .bind(entry.reserved_usd.map(|amount| amount.to_string()))
        .fetch_one(&mut *self.tx)
        .await
        .doing("writing an intent")?;
        Ok(row.get("id"))
    }

    /// Records what came of an intent. A reservation ends with it; an unclear or open paid call keeps it.
    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    pub async fn end_entry(
        &mut self,
        id: i64,
        outcome: EntryOutcome,
        result: &Value,
        retry_at: Option<Timestamp>,
        cost_usd: Option<Decimal>,
        output_sha256: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE journal SET outcome = ?2, result = ?3, result_at = ?4, retry_at = ?5, cost_usd = COALESCE(?6, cost_usd), output_sha256 = ?7,
                 reserved_usd = CASE WHEN ?2 IN ('unclear', 'open') THEN reserved_usd ELSE NULL END
             WHERE id = ?1",
        )
        .bind(id)
        .bind(outcome.as_str())
        .bind(result.to_string())
        .bind(millis(now))
        .bind(retry_at.map(millis))
        .bind(cost_usd.map(|amount| amount.to_string()))
        .bind(output_sha256)
        .execute(&mut *self.tx)
        .await
        .doing("recording a result")?;
        Ok(())
    }
}
