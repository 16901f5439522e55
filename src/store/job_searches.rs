//! Saved searches for jobs, and what each has shown.

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant, instant_opt, millis};
use super::{Doing, Store, StoreResult, Write};

/// A saved search. `form` is JSON of the jobs room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSearchRow {
    pub id: String,
    pub account_id: String,
    pub name: String,
    pub form: String,
    pub looked_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Store {
    /// An account's saved searches, oldest first.
    pub async fn list_job_searches(&self, account_id: &str) -> StoreResult<Vec<JobSearchRow>> {
        let rows = sqlx::query(
            "SELECT id, account_id, name, form, looked_at, created_at FROM job_searches
             WHERE account_id = ? ORDER BY created_at, id",
        )
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing saved searches")?;
        rows.iter()
            .map(|row| {
                Ok(JobSearchRow {
                    id: row.get("id"),
                    account_id: row.get("account_id"),
                    name: row.get("name"),
                    form: row.get("form"),
                    looked_at: instant_opt(row.get("looked_at"))?,
                    created_at: instant(row.get("created_at"))?,
                })
            })
            .collect()
    }
}

impl Write {
    /// Keeps a saved search. Another form forgets what was seen: the next look tells nothing again.
    pub async fn put_job_search(&mut self, search: &JobSearchRow) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO job_searches (id, account_id, name, form, looked_at, created_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name,
                 looked_at = CASE WHEN form = excluded.form THEN looked_at ELSE NULL END, form = excluded.form",
        )
        .bind(&search.id)
        .bind(&search.account_id)
        .bind(&search.name)
        .bind(&search.form)
        .bind(search.looked_at.map(millis))
        .bind(millis(search.created_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a saved search")?;
        Ok(())
    }

    /// Takes a saved search away; whether there was one.
    pub async fn delete_job_search(&mut self, account_id: &str, id: &str) -> StoreResult<bool> {
        let done = sqlx::query("DELETE FROM job_searches WHERE id = ? AND account_id = ?")
            .bind(id)
            .bind(account_id)
            .execute(&mut *self.tx)
            .await
            .doing("deleting a saved search")?;
        Ok(done.rows_affected() > 0)
    }

    /// Records that a search has shown a job; whether that is the first time.
    pub async fn record_job_seen(
        &mut self,
        search_id: &str,
        job_id: &str,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let done = sqlx::query(
            "INSERT INTO job_search_seen (search_id, job_id, seen_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(search_id)
        .bind(job_id)
        .bind(millis(now))
        .execute(&mut *self.tx)
        .await
        .doing("recording what a search showed")?;
        Ok(done.rows_affected() > 0)
    }

    /// Records that a search was looked at.
    pub async fn record_job_look(&mut self, search_id: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query("UPDATE job_searches SET looked_at = ? WHERE id = ?")
            .bind(millis(now))
            .bind(search_id)
            .execute(&mut *self.tx)
            .await
            .doing("recording a look")?;
        Ok(())
    }
}
