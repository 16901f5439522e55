//! The end of a job we posted: paid by the seller's own hand, completed or cancelled, reviewed.

use futures_util::FutureExt as _;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::jobs::after::{review_draft, review_state};
use crate::jobs::error::JobsError;
use crate::jobs::parts::{Jobs, Look};
use crate::marketplaces::moltmarket::{JobEnding, JobStatus, WalletKind, WalletProblem, check_wallet};
use crate::store::{Actor, PostedJobRow, PostedState, ReviewState};

/// A payment the seller made elsewhere and marked here. This program moves no money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    pub kind: WalletKind,
    /// In full.
    pub address: String,
    pub amount: Decimal,
    pub note: String,
    pub at: Timestamp,
}

impl Jobs {
    /// Marks a job as paid by hand.
    ///
    /// # Errors
    /// `NotNow` without a worker, `Field` for an address that cannot be one or an amount that is none, or the database's.
    pub async fn mark_paid(
        &self,
        id: &str,
        kind: WalletKind,
        address: &str,
        amount: Decimal,
        note: &str,
    ) -> Result<PostedJobRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = self.store.get_posted_job(&self.account_id, id).await?;
        if row.worker_id.is_none() {
            return Err(JobsError::NotNow("nobody_hired"));
        }
        let address = address.trim();
        if let Err(problem) = check_wallet(&kind, address) {
            let (field, problem) = match problem {
                WalletProblem::Kind => ("kind", "must be eth or btc"),
                WalletProblem::Checksum => ("address", "is mistyped: its checksum does not fit"),
                WalletProblem::Shape => ("address", "has not the shape of an address"),
            };
            return Err(JobsError::Field { field, problem });
        }
        if amount <= Decimal::ZERO {
            return Err(JobsError::Field { field: "amount", problem: "must be more than nothing" });
        }
        if note.chars().count() > 1000 {
            return Err(JobsError::Field { field: "note", problem: "must have at most 1000 characters" });
        }
        let paid = Paid {
            kind,
            address: address.to_owned(),
            amount,
            note: note.trim().to_owned(),
            at: self.clock.now(),
        };
        row.paid = serde_json::to_string(&paid).ok();
        self.keep_posted(&mut row, Actor::Seller, "paid", "").await?;
        Ok(row)
    }

    /// Completes or cancels a job. One that ended so already is given back as it is.
    ///
    /// # Errors
    /// `NotNow` when it cannot end so, `Unclear` when no answer came, otherwise the market's refusal.
    pub async fn finish(&self, id: &str, ending: JobEnding) -> Result<PostedJobRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = self.store.get_posted_job(&self.account_id, id).await?;
        let (status, to) = match ending {
            JobEnding::Completed { .. } => (JobStatus::Completed, PostedState::Completed),
            JobEnding::Cancelled => (JobStatus::Cancelled, PostedState::Cancelled),
        };
        if row.state == to {
            return Ok(row);
        }
        let can_end = match to {
            PostedState::Completed => row.state == PostedState::InProgress,
            _ => matches!(row.state, PostedState::Open | PostedState::InProgress),
        };
        let Some(job_id) = row.market_job_id.clone().filter(|_| can_end) else {
            return Err(JobsError::NotNow("cannot_end_so"));
        };
        let (look_id, wanted) = (job_id.clone(), status.clone());
        let look: Look<'_, ()> = Box::new(move || {
            let (job_id, wanted) = (look_id.clone(), wanted.clone());
            async move { Ok((self.market.get_job(&job_id).await?.status == Some(wanted)).then_some(())) }
                .boxed()
        });
        let call = async { self.market.update_job(&job_id, ending).await.map(drop) };
        let intent = json!({ "status": status.as_str() });
        self.once(id, &format!("end:{}", status.as_str()), intent, look, call).await?;
        row.state = to;
        row.market_status = Some(status.as_str().to_owned());
        if to == PostedState::Completed && row.review == ReviewState::None {
            row.review = ReviewState::Proposed;
        }
        self.keep_posted(&mut row, Actor::Seller, to.as_str(), "").await?;
        Ok(row)
    }

    /// Leaves a review of the worker of a completed job, once.
    ///
    /// # Errors
    /// As [`Jobs::review_poster`].
    pub async fn review_worker(&self, id: &str, rating: u8, text: &str) -> Result<PostedJobRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = self.store.get_posted_job(&self.account_id, id).await?;
        if row.review == ReviewState::Left {
            return Ok(row);
        }
        let (Some(worker), Some(job_id), PostedState::Completed) =
            (row.worker_id.clone(), row.market_job_id.clone(), row.state)
        else {
            return Err(JobsError::NotNow("not_completed"));
        };
        let draft = review_draft(worker, &job_id, rating, text)?;
        (row.review, row.review_rating, row.review_text) =
            (ReviewState::Sending, Some(rating), text.to_owned());
        self.keep_posted(&mut row, Actor::Seller, "review", "sending").await?;
        let left = self.leave(&row.id, &draft).await;
        row.review = review_state(&left);
        let review = row.review.as_str();
        self.keep_posted(&mut row, Actor::Market, "review", review).await?;
        left.map(|()| row)
    }
}
