//! Jobs we posted, and who applied for them.

use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{decimal_opt, instant, instant_opt, millis, words};
use super::{Doing, ReviewState, Store, StoreError, StoreResult, Write};

words! {
    /// Where a posted job stands. `Posting`: an intent is written, and what came of it is not known yet.
    PostedState, "state of a posted job" {
        Draft = "draft", Posting = "posting", Refused = "refused", Open = "open", InProgress = "in_progress",
        Completed = "completed", Cancelled = "cancelled",
        /// A word of the market that we do not know; `market_status` has it.
        Other = "other",
    }
}

/// A posted job as kept. `form`, `worker_wallets`, `opinion` and `paid` are JSON of the jobs room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedJobRow {
    pub id: String,
    pub account_id: String,
    pub market_job_id: Option<String>,
    pub form: String,
    pub state: PostedState,
    pub market_status: Option<String>,
    /// Why the market did not take it, as a code.
    pub problem: String,
    /// Who was hired.
    pub worker_id: Option<String>,
    pub worker_name: Option<String>,
    pub worker_wallets: String,
    /// What was agreed, as the hired one asked for it.
    pub rate: Option<Decimal>,
    pub opinion: Option<String>,
    pub paid: Option<String>,
    pub review: ReviewState,
    pub review_rating: Option<u8>,
    pub review_text: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Somebody who applied for a job we posted. `person` and `profile` are JSON of the market's room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicantRow {
    /// The market's id of the application.
    pub id: String,
    pub posted_id: String,
    pub person: String,
    pub profile: Option<String>,
    pub letter: String,
    pub rate: Option<Decimal>,
    /// In the market's word.
    pub status: String,
    pub applied_at: Option<Timestamp>,
    pub seen_at: Timestamp,
}

const COLUMNS: &str = "id, account_id, market_job_id, form, state, market_status, problem, worker_id, worker_name, worker_wallets, rate, opinion, paid, review, review_rating, review_text, created_at, updated_at";

fn read(row: &SqliteRow) -> StoreResult<PostedJobRow> {
    Ok(PostedJobRow {
        id: row.get("id"),
        account_id: row.get("account_id"),
        market_job_id: row.get("market_job_id"),
        form: row.get("form"),
        state: PostedState::parse(row.get("state"))?,
        market_status: row.get("market_status"),
        problem: row.get("problem"),
        worker_id: row.get("worker_id"),
        worker_name: row.get("worker_name"),
        worker_wallets: row.get("worker_wallets"),
        rate: decimal_opt(row.get("rate"))?,
        opinion: row.get("opinion"),
        paid: row.get("paid"),
        review: ReviewState::parse(row.get("review"))?,
        review_rating: row.get("review_rating"),
        review_text: row.get("review_text"),
        created_at: instant(row.get("created_at"))?,
        updated_at: instant(row.get("updated_at"))?,
    })
}

impl Store {
    /// Jobs an account posted, newest first.
    pub async fn list_posted_jobs(&self, account_id: &str) -> StoreResult<Vec<PostedJobRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM posted_jobs WHERE account_id = ? ORDER BY created_at DESC, id DESC"
        )))
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing posted jobs")?;
        rows.iter().map(read).collect()
    }

    /// A posted job by the market's id.
    pub async fn lookup_posted_job(
        &self,
        account_id: &str,
        market_job_id: &str,
    ) -> StoreResult<Option<PostedJobRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM posted_jobs WHERE account_id = ? AND market_job_id = ?"
        )))
        .bind(account_id)
        .bind(market_job_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a posted job")?;
        row.as_ref().map(read).transpose()
    }

    /// A posted job of an account by our id.
    ///
    /// # Errors
    /// `Missing` when there is none, or the database cannot be read.
    pub async fn get_posted_job(&self, account_id: &str, id: &str) -> StoreResult<PostedJobRow> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM posted_jobs WHERE account_id = ? AND id = ?"
        )))
        .bind(account_id)
        .bind(id)
        .fetch_optional(self.reader())
        .await
        .doing("reading a posted job")?;
        let row = row.ok_or_else(|| StoreError::Missing { what: "posted job", id: id.to_owned() })?;
        read(&row)
    }

    /// Who applied for a posted job, the first to apply first.
    pub async fn list_applicants(&self, posted_id: &str) -> StoreResult<Vec<ApplicantRow>> {
        let rows = sqlx::query(
            "SELECT id, posted_id, person, profile, letter, rate, status, applied_at, seen_at FROM applicants
             WHERE posted_id = ? ORDER BY COALESCE(applied_at, seen_at), id",
        )
        .bind(posted_id)
        .fetch_all(self.reader())
        .await
        .doing("listing applicants")?;
        rows.iter()
            .map(|row| {
                Ok(ApplicantRow {
                    id: row.get("id"),
                    posted_id: row.get("posted_id"),
                    person: row.get("person"),
                    profile: row.get("profile"),
                    letter: row.get("letter"),
                    rate: decimal_opt(row.get("rate"))?,
                    status: row.get("status"),
                    applied_at: instant_opt(row.get("applied_at"))?,
                    seen_at: instant(row.get("seen_at"))?,
                })
            })
            .collect()
    }
}

impl Write {
    /// Takes away a posted job that never reached the market, with its history. What was spent on it stays counted.
    pub async fn delete_posted_job(&mut self, id: &str) -> StoreResult<()> {
        for statement in
            ["DELETE FROM job_history WHERE subject_id = ?", "DELETE FROM posted_jobs WHERE id = ?"]
        {
            sqlx::query(statement).bind(id).execute(&mut *self.tx).await.doing("deleting a posted job")?;
        }
        Ok(())
    }

    /// Keeps a whole posted job.
    pub async fn put_posted_job(&mut self, job: &PostedJobRow) -> StoreResult<()> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO posted_jobs ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET market_job_id = excluded.market_job_id, form = excluded.form, state = excluded.state, market_status = excluded.market_status, problem = excluded.problem, worker_id = excluded.worker_id, worker_name = excluded.worker_name, worker_wallets = excluded.worker_wallets, rate = excluded.rate, opinion = excluded.opinion, paid = excluded.paid, review = excluded.review, review_rating = excluded.review_rating, review_text = excluded.review_text, updated_at = excluded.updated_at"
        )))
        .bind(&job.id)
        .bind(&job.account_id)
        .bind(&job.market_job_id)
        .bind(&job.form)
        .bind(job.state.as_str())
        .bind(&job.market_status)
        .bind(&job.problem)
        .bind(&job.worker_id)
        .bind(&job.worker_name)
        .bind(&job.worker_wallets)
        .bind(job.rate.map(|amount| amount.to_string()))
        .bind(&job.opinion)
        .bind(&job.paid)
        .bind(job.review.as_str())
        .bind(job.review_rating)
        .bind(&job.review_text)
        .bind(millis(job.created_at))
        .bind(millis(job.updated_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a posted job")?;
        Ok(())
    }

    /// Keeps an applicant as the market shows them now; a profile read before stays when none comes.
    pub async fn put_applicant(&mut self, applicant: &ApplicantRow) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO applicants (id, posted_id, person, profile, letter, rate, status, applied_at, seen_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (posted_id, id) DO UPDATE SET person = excluded.person,
                 profile = COALESCE(excluded.profile, profile), letter = excluded.letter, rate = excluded.rate,
                 status = excluded.status",
        )
        .bind(&applicant.id)
        .bind(&applicant.posted_id)
        .bind(&applicant.person)
        .bind(&applicant.profile)
        .bind(&applicant.letter)
        .bind(applicant.rate.map(|rate| rate.to_string()))
        .bind(&applicant.status)
        .bind(applicant.applied_at.map(millis))
        .bind(millis(applicant.seen_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping an applicant")?;
        Ok(())
    }
}
