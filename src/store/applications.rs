//! Our applications for jobs: one row a job, whatever becomes of it.

use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{decimal_opt, instant, instant_opt, json, millis, words};
use super::{Doing, Store, StoreError, StoreResult, Write};

words! {
    /// Where an application stands. `Sending`: an intent is written, and what came of it is not known yet.
    ApplicationState, "application state" {
        Draft = "draft", Sending = "sending", Pending = "pending", Accepted = "accepted", Rejected = "rejected",
        /// The job went to somebody else, was taken back or is not there any more.
        Gone = "gone",
        /// The outgoing filter holds it for the seller.
        Held = "held", Failed = "failed",
    }
}

words! {
    /// What the seller knows of the payment. The market moves no money and tells nothing of it.
    PaymentState, "payment state" {
        None = "none", Expected = "expected", Reported = "reported", Received = "received", Missing = "missing",
    }
}

words! {
    /// Whether a review was left.
    ReviewState, "review state" {
        None = "none", Proposed = "proposed", Sending = "sending", Left = "left", Failed = "failed",
    }
}

/// An application as kept. `job` and `poster_wallets` are JSON of the market's room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationRow {
    pub id: String,
    pub account_id: String,
    /// The market's id of the job.
    pub job_id: String,
    pub title: String,
    pub job: String,
    pub letter: String,
    pub rate: Option<Decimal>,
    pub state: ApplicationState,
    /// Why it stands so: a short code, may be empty.
    pub reason: String,
    /// The market's id of the application.
    pub market_id: Option<String>,
    /// The job's status in the market's word.
    pub job_status: Option<String>,
    pub poster_id: Option<String>,
    pub poster_wallets: String,
    pub accepted_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    /// The poster's latest word.
    pub poster_spoke_at: Option<Timestamp>,
    pub reminded: Vec<Timestamp>,
    /// The order that was made of it.
    pub order_id: Option<String>,
    pub payment: PaymentState,
    pub payment_amount: Option<Decimal>,
    pub payment_note: String,
    pub review: ReviewState,
    pub review_rating: Option<u8>,
    pub review_text: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, account_id, job_id, title, job, letter, rate, state, reason, market_id, job_status, poster_id, poster_wallets, accepted_at, delivered_at, poster_spoke_at, reminded, order_id, payment, payment_amount, payment_note, review, review_rating, review_text, created_at, updated_at";

fn moments(text: &str) -> StoreResult<Vec<Timestamp>> {
    json::<Vec<i64>>("moments", text)?.into_iter().map(instant).collect()
}

fn written(application: &ApplicationRow) -> String {
    let moments: Vec<String> = application.reminded.iter().map(|at| millis(*at).to_string()).collect();
    format!("[{}]", moments.join(","))
}

fn read(row: &SqliteRow) -> StoreResult<ApplicationRow> {
    Ok(ApplicationRow {
        id: row.get("id"),
        account_id: row.get("account_id"),
        job_id: row.get("job_id"),
        title: row.get("title"),
        job: row.get("job"),
        letter: row.get("letter"),
        rate: decimal_opt(row.get("rate"))?,
        state: ApplicationState::parse(row.get("state"))?,
        reason: row.get("reason"),
        market_id: row.get("market_id"),
        job_status: row.get("job_status"),
        poster_id: row.get("poster_id"),
        poster_wallets: row.get("poster_wallets"),
        accepted_at: instant_opt(row.get("accepted_at"))?,
        delivered_at: instant_opt(row.get("delivered_at"))?,
        poster_spoke_at: instant_opt(row.get("poster_spoke_at"))?,
        reminded: moments(row.get("reminded"))?,
        order_id: row.get("order_id"),
        payment: PaymentState::parse(row.get("payment"))?,
        payment_amount: decimal_opt(row.get("payment_amount"))?,
        payment_note: row.get("payment_note"),
        review: ReviewState::parse(row.get("review"))?,
        review_rating: row.get("review_rating"),
        review_text: row.get("review_text"),
        created_at: instant(row.get("created_at"))?,
        updated_at: instant(row.get("updated_at"))?,
    })
}

impl Store {
    /// An account's applications, the latest changed first.
    pub async fn list_applications(&self, account_id: &str) -> StoreResult<Vec<ApplicationRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM applications WHERE account_id = ? ORDER BY updated_at DESC, id DESC"
        )))
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing applications")?;
        rows.iter().map(read).collect()
    }

    /// The application for a job.
    pub async fn lookup_application_for(
        &self,
        account_id: &str,
        job_id: &str,
    ) -> StoreResult<Option<ApplicationRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM applications WHERE account_id = ? AND job_id = ?"
        )))
        .bind(account_id)
        .bind(job_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up an application")?;
        row.as_ref().map(read).transpose()
    }

    /// An application of an account by our id.
    ///
    /// # Errors
    /// `Missing` when there is none, or the database cannot be read.
    pub async fn get_application(&self, account_id: &str, id: &str) -> StoreResult<ApplicationRow> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM applications WHERE account_id = ? AND id = ?"
        )))
        .bind(account_id)
        .bind(id)
        .fetch_optional(self.reader())
        .await
        .doing("reading an application")?;
        let row = row.ok_or_else(|| StoreError::Missing { what: "application", id: id.to_owned() })?;
        read(&row)
    }
}

impl Write {
    /// Takes away an application that never reached the market, with its history. What was spent on it stays counted.
    pub async fn delete_application(&mut self, id: &str) -> StoreResult<()> {
        for statement in
            ["DELETE FROM job_history WHERE subject_id = ?", "DELETE FROM applications WHERE id = ?"]
        {
            sqlx::query(statement).bind(id).execute(&mut *self.tx).await.doing("deleting an application")?;
        }
        Ok(())
    }

    /// Keeps a whole application.
    pub async fn put_application(&mut self, application: &ApplicationRow) -> StoreResult<()> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO applications ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET title = excluded.title, job = excluded.job, letter = excluded.letter, rate = excluded.rate, state = excluded.state, reason = excluded.reason, market_id = excluded.market_id, job_status = excluded.job_status, poster_id = excluded.poster_id, poster_wallets = excluded.poster_wallets, accepted_at = excluded.accepted_at, delivered_at = excluded.delivered_at, poster_spoke_at = excluded.poster_spoke_at, reminded = excluded.reminded, order_id = excluded.order_id, payment = excluded.payment, payment_amount = excluded.payment_amount, payment_note = excluded.payment_note, review = excluded.review, review_rating = excluded.review_rating, review_text = excluded.review_text, updated_at = excluded.updated_at"
        )))
        .bind(&application.id)
        .bind(&application.account_id)
        .bind(&application.job_id)
        .bind(&application.title)
        .bind(&application.job)
        .bind(&application.letter)
        .bind(application.rate.map(|amount| amount.to_string()))
        .bind(application.state.as_str())
        .bind(&application.reason)
        .bind(&application.market_id)
        .bind(&application.job_status)
        .bind(&application.poster_id)
        .bind(&application.poster_wallets)
        .bind(application.accepted_at.map(millis))
        .bind(application.delivered_at.map(millis))
        .bind(application.poster_spoke_at.map(millis))
        .bind(written(application))
        .bind(&application.order_id)
        .bind(application.payment.as_str())
        .bind(application.payment_amount.map(|amount| amount.to_string()))
        .bind(&application.payment_note)
        .bind(application.review.as_str())
        .bind(application.review_rating)
        .bind(&application.review_text)
        .bind(millis(application.created_at))
        .bind(millis(application.updated_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping an application")?;
        Ok(())
    }
}
