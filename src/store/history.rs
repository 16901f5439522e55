//! The history of an order: what the flight recorder shows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant, json, millis, words};
use super::{Doing, Store, StoreResult, Write};

words! {
    /// Who acted.
    Actor, "actor" { Robot = "robot", Seller = "seller", Buyer = "buyer", Market = "market" }
}

/// One line of an order's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    pub id: i64,
    pub at: Timestamp,
    pub actor: Actor,
    pub kind: String,
    pub step: Option<String>,
    pub detail: BTreeMap<String, String>,
    pub duration_ms: Option<u32>,
}

impl Store {
    /// An order's history, oldest first.
    pub async fn list_history(&self, order_id: &str) -> StoreResult<Vec<HistoryRow>> {
        let rows = sqlx::query("SELECT id, at, actor, kind, step, detail, duration_ms FROM history WHERE order_id = ? ORDER BY id")
            .bind(order_id)
            .fetch_all(self.reader())
            .await
            .doing("reading the history")?;
        rows.iter()
            .map(|row| {
                Ok(HistoryRow {
                    id: row.get("id"),
                    at: instant(row.get("at"))?,
                    actor: Actor::parse(row.get("actor"))?,
                    kind: row.get("kind"),
                    step: row.get("step"),
                    detail: json("history detail", row.get("detail"))?,
                    duration_ms: row.get("duration_ms"),
                })
            })
            .collect()
    }
}

impl Write {
    /// Adds a line to an order's history.
    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    pub async fn insert_history(
        &mut self,
        order_id: &str,
        actor: Actor,
        kind: &str,
        step: Option<&str>,
        detail: &[(&str, String)],
        duration_ms: Option<u32>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let detail: BTreeMap<&str, &String> = detail.iter().map(|(key, value)| (*key, value)).collect();
        sqlx::query("INSERT INTO history (order_id, at, actor, kind, step, detail, duration_ms) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(order_id)
            .bind(millis(now))
            .bind(actor.as_str())
            .bind(kind)
            .bind(step)
            .bind(serde_json::to_string(&detail).unwrap_or_else(|_| "{}".to_owned()))
            .bind(duration_ms)
            .execute(&mut *self.tx)
            .await
            .doing("writing history")?;
        Ok(())
    }

    /// Adds what the market said to an order's history, in the order given: each line's kind and detail.
    pub async fn insert_news_lines(
        &mut self,
        order_id: &str,
        lines: &[(&str, BTreeMap<&str, String>)],
        now: Timestamp,
    ) -> StoreResult<()> {
        let lines: Vec<_> = lines
            .iter()
            .map(|(kind, detail)| serde_json::json!([kind, serde_json::json!(detail).to_string()]))
            .collect();
        sqlx::query(
            "INSERT INTO history (order_id, at, actor, kind, detail)
             SELECT ?1, ?2, ?3, value ->> 0, value ->> 1 FROM json_each(?4) ORDER BY key",
        )
        .bind(order_id)
        .bind(millis(now))
        .bind(Actor::Market.as_str())
        .bind(serde_json::json!(lines).to_string())
        .execute(&mut *self.tx)
        .await
        .doing("writing news into the history")?;
        Ok(())
    }
}
