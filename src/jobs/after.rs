//! After an application was accepted: what was delivered and said, reminders, the payment as the seller knows it, the review.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::json;

use super::error::JobsError;
use super::parts::{Jobs, Look, is_done_before};
use super::remind::{Reminder, next_reminder};
use crate::guard::find_leak;
use crate::marketplaces::moltmarket::{Job, JobStatus, ReviewDraft};
use crate::marketplaces::{Limit, MarketError, MarketResult, Unit};
use crate::store::{Actor, ApplicationRow, ApplicationState, PaymentState, ReviewState, StoreResult};

const TICKED: &str = "ticked";
const UNTICKED: &str = "unticked";
const MOST_NOTE_CHARS: usize = 1000;
const MOST_REVIEW_CHARS: u64 = 5000;

impl Jobs {
    /// Accepted applications that no order was made of yet, the latest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_to_begin(&self) -> StoreResult<Vec<ApplicationRow>> {
        let rows = self.store.list_applications(&self.account_id).await?;
        let waits = |row: &ApplicationRow| {
            row.state == ApplicationState::Accepted
                && row.order_id.is_none()
                && row.job_status.as_deref().is_none_or(|status| status == JobStatus::InProgress.as_str())
        };
        Ok(rows.into_iter().filter(waits).collect())
    }

    /// Records the order that was made of an application.
    ///
    /// # Errors
    /// When there is no such application or the database fails.
    pub async fn record_order(&self, id: &str, order_id: &str) -> Result<(), JobsError> {
        self.change(id, "begun", |row| row.order_id = Some(order_id.to_owned())).await
    }

    /// Records a delivery; reminders count from it.
    ///
    /// # Errors
    /// As [`Self::record_order`].
    pub async fn record_delivered(&self, id: &str, at: Timestamp) -> Result<(), JobsError> {
        self.change(id, "delivered", |row| row.delivered_at = Some(at)).await
    }

    /// Records the poster's latest word.
    ///
    /// # Errors
    /// As [`Self::record_order`].
    pub async fn record_posters_word(&self, id: &str, at: Timestamp) -> Result<(), JobsError> {
        self.change(id, "poster_spoke", |row| row.poster_spoke_at = row.poster_spoke_at.max(Some(at))).await
    }

    /// Records that the poster was asked. To be called before the words go out.
    ///
    /// # Errors
    /// As [`Self::record_order`].
    pub async fn record_reminder(&self, id: &str) -> Result<(), JobsError> {
        let now = self.clock.now();
        self.change(id, "reminded", |row| row.reminded.push(now)).await
    }

    /// Deliveries to which nobody has said anything for two days: each with the number of the reminder.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_due_reminders(&self) -> StoreResult<Vec<(ApplicationRow, usize)>> {
        let now = self.clock.now();
        let rows = self.store.list_applications(&self.account_id).await?;
        let due = |row: ApplicationRow| {
            let is_running = row.state == ApplicationState::Accepted
                && row.job_status.as_deref() == Some(JobStatus::InProgress.as_str());
            let delivered = row.delivered_at.filter(|_| is_running)?;
            match next_reminder(delivered, &row.reminded, row.poster_spoke_at, now) {
                Reminder::Due(number) => Some((row, number)),
                Reminder::At(_) | Reminder::Never => None,
            }
        };
        Ok(rows.into_iter().filter_map(due).collect())
    }

    /// Notes that the seller has seen to a criterion of the job, or has not after all. Nobody else is told.
    ///
    /// # Errors
    /// `NotNow` before acceptance, `Field` when there is no such criterion, or when the database fails.
    pub async fn tick(&self, id: &str, criterion: u32, is_met: bool) -> Result<ApplicationRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = self.store.get_application(&self.account_id, id).await?;
        if row.state != ApplicationState::Accepted {
            return Err(JobsError::NotNow("not_accepted"));
        }
        let job: Option<Job> = serde_json::from_str(&row.job).ok();
        let at = usize::try_from(criterion).unwrap_or(usize::MAX);
        if job.is_none_or(|job| at >= job.success_criteria.len()) {
            return Err(JobsError::Field { field: "criterion", problem: "is not there" });
        }
        let kind = if is_met { TICKED } else { UNTICKED };
        self.keep(&mut row, Actor::Seller, kind, &criterion.to_string()).await?;
        Ok(row)
    }

    /// What the seller knows of the payment. Nothing here moves or checks money.
    ///
    /// # Errors
    /// `NotNow` before acceptance, `Field` for an amount or note that does not fit, or when the database fails.
    pub async fn mark_payment(
        &self,
        id: &str,
        payment: PaymentState,
        amount: Option<Decimal>,
        note: &str,
    ) -> Result<ApplicationRow, JobsError> {
        let mut row = self.store.get_application(&self.account_id, id).await?;
        if row.state != ApplicationState::Accepted {
            return Err(JobsError::NotNow("not_accepted"));
        }
        if amount.is_some_and(|amount| amount < Decimal::ZERO) {
            return Err(JobsError::Field { field: "amount", problem: "must not be negative" });
        }
        if note.chars().count() > MOST_NOTE_CHARS {
            return Err(JobsError::Field { field: "note", problem: "must have at most 1000 characters" });
        }
        row.payment = payment;
        row.payment_amount = amount.or(row.payment_amount);
        note.trim().clone_into(&mut row.payment_note);
        self.keep(&mut row, Actor::Seller, "payment", payment.as_str()).await?;
        Ok(row)
    }

    /// Leaves a review of the poster of a job that is completed: once, with the seller's own words.
    ///
    /// # Errors
    /// `NotNow` unless the job is completed, `Blocked` by the outgoing filter, `Unclear` without an answer, otherwise the
    /// market's refusal.
    pub async fn review_poster(&self, id: &str, rating: u8, text: &str) -> Result<ApplicationRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = self.store.get_application(&self.account_id, id).await?;
        if row.review == ReviewState::Left {
            return Ok(row);
        }
        let is_completed = row.job_status.as_deref() == Some(JobStatus::Completed.as_str());
        if row.state != ApplicationState::Accepted || !is_completed {
            return Err(JobsError::NotNow("not_completed"));
        }
        let poster = row.poster_id.clone().ok_or(JobsError::NotNow("poster_unknown"))?;
        let draft = review_draft(poster, &row.job_id, rating, text)?;
        (row.review, row.review_rating, row.review_text) =
            (ReviewState::Sending, Some(rating), text.to_owned());
        self.keep(&mut row, Actor::Seller, "review", "sending").await?;
        let left = self.leave(&row.id, &draft).await;
        row.review = review_state(&left);
        let review = row.review.as_str();
        self.keep(&mut row, Actor::Market, "review", review).await?;
        left.map(|()| row)
    }

    /// Leaves a review once. One that stands already is as good.
    pub(super) async fn leave(&self, subject_id: &str, draft: &ReviewDraft) -> Result<(), JobsError> {
        let (reviewee, rating, text) =
            (draft.reviewee_id.clone(), f64::from(draft.rating), draft.text.clone().unwrap_or_default());
        let look: Look<'_, ()> = Box::new(move || {
            let (reviewee, text) = (reviewee.clone(), text.clone());
            async move {
                let profile = self.market.get_agent(&reviewee).await?;
                let is_ours = profile.reviews.iter().any(|review| {
                    review.rating == Some(rating)
                        && review.text.as_deref().unwrap_or_default().trim() == text.trim()
                        && !text.trim().is_empty()
                });
                Ok(is_ours.then_some(()))
            }
            .boxed()
        });
        let call = async { done_or_before(self.market.leave_review(draft).await.map(drop)) };
        let intent = json!({ "reviewee_id": draft.reviewee_id, "rating": draft.rating });
        self.once(subject_id, "review", intent, look, call).await
    }

    async fn change(
        &self,
        id: &str,
        kind: &str,
        change: impl FnOnce(&mut ApplicationRow) + Send,
    ) -> Result<(), JobsError> {
        let _turn = self.turn.lock().await;
        let before = self.store.get_application(&self.account_id, id).await?;
        let mut row = before.clone();
        change(&mut row);
        if row != before {
            self.keep(&mut row, Actor::Robot, kind, "").await?;
        }
        Ok(())
    }
}

/// The criteria that are ticked, by their places, told from the lines of a history (kind and reason), oldest first.
pub fn ticked<'a>(lines: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    for (kind, reason) in lines {
        let Ok(at) = reason.parse() else { continue };
        match kind {
            TICKED => all.insert(at),
            UNTICKED => all.remove(&at),
            _ => false,
        };
    }
    all
}

/// A refusal because it was done before is as good as done.
fn done_or_before(answer: MarketResult<()>) -> MarketResult<()> {
    match answer {
        Err(error) if is_done_before(&error) => Ok(()),
        answer => answer,
    }
}

/// Where a review stands after the try to leave it.
pub(super) fn review_state(left: &Result<(), JobsError>) -> ReviewState {
    match left {
        Ok(()) => ReviewState::Left,
        Err(JobsError::Unclear) => ReviewState::Sending,
        Err(JobsError::Market(error)) if error.is_passing() => ReviewState::Proposed,
        Err(_) => ReviewState::Failed,
    }
}

/// A review within the market's limits that may go out.
pub(super) fn review_draft(
    reviewee_id: String,
    job_id: &str,
    rating: u8,
    text: &str,
) -> Result<ReviewDraft, JobsError> {
    let limit = |field: &str, unit, least, most, given| {
        let field = field.to_owned();
        JobsError::Market(MarketError::Limit(Limit { field, unit, least, most, given }))
    };
    if !(1..=5).contains(&rating) {
        return Err(limit("rating", Unit::Number, 1, 5, rating.into()));
    }
    let chars = text.chars().count() as u64;
    if chars > MOST_REVIEW_CHARS {
        return Err(limit("content", Unit::Characters, 0, MOST_REVIEW_CHARS, chars));
    }
    if let Some(leak) = find_leak(text) {
        return Err(JobsError::Blocked(leak));
    }
    let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(ReviewDraft { reviewee_id, rating, job_id: Some(job_id.to_owned()), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tick_of_each_criterion_counts() {
        let lines = [("ticked", "0"), ("payment", "2"), ("ticked", "3"), ("unticked", "0"), ("ticked", "x")];
        assert_eq!(ticked(lines), BTreeSet::from([3]));
        assert_eq!(ticked([("unticked", "1"), ("ticked", "1")]), BTreeSet::from([1]));
    }

    #[test]
    fn a_review_goes_out_only_within_its_limits() {
        let draft = |rating, text: &str| review_draft("p".into(), "j", rating, text);
        assert!(draft(1, "").unwrap().text.is_none());
        assert!(draft(5, &"好 ".repeat(2500)).is_ok());
        for (rating, text) in [(0, "fine"), (6, "fine"), (5, &*"x".repeat(5001))] {
            assert!(matches!(draft(rating, text), Err(JobsError::Market(MarketError::Limit(_)))), "{rating}");
        }
        assert!(matches!(draft(5, "write to lin@example.org"), Err(JobsError::Blocked(_))));
    }
}
