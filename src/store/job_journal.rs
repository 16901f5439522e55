//! The journal and the history of jobs: what is about to be done, what came of it, and what happened.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::Row;

use super::convert::{decimal, instant, json, millis};
use super::{Actor, Doing, EntryOutcome, Store, StoreResult, Write};

/// An intent with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobEntry {
    pub id: i64,
    pub step: String,
    pub intent: Value,
    pub intent_at: Timestamp,
    pub outcome: EntryOutcome,
    /// A short code.
    pub result: String,
}

/// One line of the history of an application or a posted job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobHistoryRow {
    pub at: Timestamp,
    pub actor: Actor,
    /// The state it came to, or what was done.
    pub kind: String,
    pub reason: String,
}

impl Store {
    /// The latest intent of one step for a subject.
    pub async fn lookup_job_entry(&self, subject_id: &str, step: &str) -> StoreResult<Option<JobEntry>> {
        let row = sqlx::query(
            "SELECT id, step, intent, intent_at, outcome, result FROM job_journal
             WHERE subject_id = ? AND step = ? ORDER BY id DESC LIMIT 1",
        )
        .bind(subject_id)
        .bind(step)
        .fetch_optional(self.reader())
        .await
        .doing("reading the journal of jobs")?;
        row.map(|row| {
            Ok(JobEntry {
                id: row.get("id"),
                step: row.get("step"),
                intent: json("intent", row.get("intent"))?,
                intent_at: instant(row.get("intent_at"))?,
                outcome: EntryOutcome::parse(row.get("outcome"))?,
                result: row.get("result"),
            })
        })
        .transpose()
    }

    /// When a step was or may have been done since an instant, oldest first.
    pub async fn list_job_steps(
        &self,
        account_id: &str,
        step: &str,
        since: Timestamp,
    ) -> StoreResult<Vec<Timestamp>> {
        let rows = sqlx::query(
            "SELECT intent_at FROM job_journal
             WHERE account_id = ? AND step = ? AND intent_at > ? AND outcome IN ('open', 'done', 'unclear') ORDER BY id",
        )
        .bind(account_id)
        .bind(step)
        .bind(millis(since))
        .fetch_all(self.reader())
        .await
        .doing("counting steps of jobs")?;
        rows.iter().map(|row| instant(row.get("intent_at"))).collect()
    }

    /// What models cost for an account's letters and opinions since an instant, in US dollars.
    pub async fn sum_job_costs(&self, account_id: &str, since: Timestamp) -> StoreResult<Decimal> {
        let rows = sqlx::query(
            "SELECT cost_usd AS amount FROM job_journal WHERE account_id = ? AND cost_usd IS NOT NULL AND result_at >= ?",
        )
        .bind(account_id)
        .bind(millis(since))
        .fetch_all(self.reader())
        .await
        .doing("adding up what jobs cost")?;
        rows.iter().map(|row| decimal(row.get("amount"))).sum()
    }

    /// What happened to an application or a posted job, oldest first.
    pub async fn list_job_history(&self, subject_id: &str) -> StoreResult<Vec<JobHistoryRow>> {
        let rows =
            sqlx::query("SELECT at, actor, kind, reason FROM job_history WHERE subject_id = ? ORDER BY id")
                .bind(subject_id)
                .fetch_all(self.reader())
                .await
                .doing("reading the history of a job")?;
        rows.iter()
            .map(|row| {
                Ok(JobHistoryRow {
                    at: instant(row.get("at"))?,
                    actor: Actor::parse(row.get("actor"))?,
                    kind: row.get("kind"),
                    reason: row.get("reason"),
                })
            })
            .collect()
    }
}

impl Write {
    /// Writes an intent down and returns its id.
    pub async fn begin_job_entry(
        &mut self,
        account_id: &str,
        subject_id: &str,
        step: &str,
        intent: &Value,
        reserved_usd: Option<Decimal>,
        now: Timestamp,
    ) -> StoreResult<i64> {
        let row = sqlx::query(
            "INSERT INTO job_journal (account_id, subject_id, step, intent, intent_at, reserved_usd)
             VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(account_id)
        .bind(subject_id)
        .bind(step)
        .bind(intent.to_string())
        .bind(millis(now))
        .bind(reserved_usd.map(|amount| amount.to_string()))
        .fetch_one(&mut *self.tx)
        .await
        .doing("writing an intent for a job")?;
        Ok(row.get("id"))
    }

    /// Records what came of an intent. A reservation ends with it, save where it is unclear whether it was spent.
    pub async fn end_job_entry(
        &mut self,
        id: i64,
        outcome: EntryOutcome,
        result: &str,
        cost_usd: Option<Decimal>,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE job_journal SET outcome = ?2, result = ?3, result_at = ?4, cost_usd = COALESCE(?5, cost_usd),
                 reserved_usd = CASE WHEN ?2 IN ('unclear', 'open') THEN reserved_usd ELSE NULL END
             WHERE id = ?1",
        )
        .bind(id)
        .bind(outcome.as_str())
        .bind(result)
        .bind(millis(now))
        .bind(cost_usd.map(|amount| amount.to_string()))
        .execute(&mut *self.tx)
        .await
        .doing("recording a result for a job")?;
        Ok(())
    }

    /// US dollars spent or reserved on models: (for this subject ever, by everything on the UTC day of `now`). Nobody
    /// reserves anything while this transaction is open.
    pub async fn job_spent_usd(
        &mut self,
        subject_id: &str,
        now: Timestamp,
    ) -> StoreResult<(Decimal, Decimal)> {
        let rows = sqlx::query(
            "SELECT COALESCE(cost_usd, reserved_usd) AS amount FROM job_journal
             WHERE subject_id = ? AND (cost_usd IS NOT NULL OR reserved_usd IS NOT NULL)",
        )
        .bind(subject_id)
        .fetch_all(&mut *self.tx)
        .await
        .doing("adding up what a job cost")?;
        let subject = rows.iter().map(|row| decimal(row.get("amount"))).sum::<StoreResult<Decimal>>()?;
        // The day is kept for everything together; no order has an empty id.
        let (_, day) = self.spent_usd("", now).await?;
        Ok((subject, day))
    }

    /// Adds a line to the history of an application or a posted job.
    pub async fn insert_job_history(
        &mut self,
        subject_id: &str,
        actor: Actor,
        kind: &str,
        reason: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query("INSERT INTO job_history (subject_id, at, actor, kind, reason) VALUES (?, ?, ?, ?, ?)")
            .bind(subject_id)
            .bind(millis(now))
            .bind(actor.as_str())
            .bind(kind)
            .bind(reason)
            .execute(&mut *self.tx)
            .await
            .doing("writing the history of a job")?;
        Ok(())
    }
}
