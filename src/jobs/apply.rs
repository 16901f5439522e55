//! Applying: once a job. The intent is stored before the call; an answer that does not come is looked for among our
//! applications before anything is repeated; the outgoing filter holds instead of sending.

use futures_util::FutureExt as _;
use jiff::SignedDuration;
use rust_decimal::Decimal;
use serde_json::json;

use super::delivery::delivery;
use super::error::JobsError;
use super::parts::{Jobs, Look, MOST_PAGES, page_from};
use super::states::followed;
use crate::desk::contract::DeskEvent;
use crate::guard::find_leak;
use crate::marketplaces::moltmarket::{
    Application, ApplicationDraft, ApplicationStatus, Applied, Job, MyApplication,
};
use crate::marketplaces::{MarketError, MarketResult};
use crate::store::{Actor, ApplicationRow, ApplicationState, PaymentState, ReviewState, StoreResult};

/// The step's name in the journal, under which applications of a day are counted.
pub(super) const APPLY: &str = "apply";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What the seller wants to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    pub letter: String,
    pub rate: Option<Decimal>,
    /// The seller has seen that it cannot be handed over now, and wants to apply all the same.
    pub yes: bool,
}

impl Jobs {
    /// Keeps a letter without sending it.
    ///
    /// # Errors
    /// `NotNow` once it was sent; when the job cannot be read or the database fails.
    pub async fn save_letter(&self, job_id: &str, wish: &Wish) -> Result<ApplicationRow, JobsError> {
        let _turn = self.turn.lock().await;
        let job = self.market.get_job(job_id).await?;
        self.save_draft(&job, wish, Actor::Seller).await
    }

    /// Applies for a job. An application that stands already is given back as it is; nothing is sent twice.
    ///
    /// # Errors
    /// `Blocked` when the filter holds the letter (kept as held), `NeedsYes` when it cannot be handed over, `OwnLimit` at
    /// our cap, `Unclear` when no answer came and none could be looked up, otherwise the market's refusal.
    pub async fn apply(&self, job_id: &str, wish: &Wish) -> Result<ApplicationRow, JobsError> {
        self.apply_as(job_id, wish, Actor::Seller, false).await
    }

    pub(super) async fn apply_as_robot(
        &self,
        job_id: &str,
        wish: &Wish,
    ) -> Result<ApplicationRow, JobsError> {
        self.apply_as(job_id, wish, Actor::Robot, false).await
    }

    /// Sends a letter that the filter held: the seller has read it. What is secret is never sent.
    ///
    /// # Errors
    /// As [`Self::apply`]; `NotNow` when it is not held.
    pub async fn send_held(&self, id: &str, yes: bool) -> Result<ApplicationRow, JobsError> {
        let row = self.store.get_application(&self.account_id, id).await?;
        if row.state != ApplicationState::Held {
            return Err(JobsError::NotNow("not_held"));
        }
        let wish = Wish { letter: row.letter, rate: row.rate, yes };
        self.apply_as(&row.job_id, &wish, Actor::Seller, true).await
    }

    /// Throws away a letter that did not go out.
    ///
    /// # Errors
    /// `NotNow` once it was or may have been sent, or when the database fails.
    pub async fn discard(&self, id: &str) -> Result<(), JobsError> {
        use ApplicationState::{Draft, Failed, Held};
        let _turn = self.turn.lock().await;
        let row = self.store.get_application(&self.account_id, id).await?;
        if !matches!(row.state, Draft | Held | Failed) {
            return Err(JobsError::NotNow("applied_before"));
        }
        let mut write = self.store.write().await?;
        write.delete_application(&row.id).await?;
        write.commit().await?;
        self.signals.send(DeskEvent::ApplicationChanged { id: row.id });
        Ok(())
    }

    async fn apply_as(
        &self,
        job_id: &str,
        wish: &Wish,
        actor: Actor,
        is_read: bool,
    ) -> Result<ApplicationRow, JobsError> {
        use ApplicationState::{Accepted, Draft, Failed, Gone, Held, Pending, Rejected, Sending};
        let _turn = self.turn.lock().await;
        let known = self.store.lookup_application_for(&self.account_id, job_id).await?;
        if let Some(row) = known {
            match row.state {
                Pending | Accepted | Rejected => return Ok(row),
                Gone => return Err(JobsError::NotNow("job_gone")),
                // It was begun: it may be there.
                Sending | Failed => {
                    if let Some(found) = self.find_own(job_id).await? {
                        return self.follow(row, &found).await;
                    }
                }
                Draft | Held => {}
            }
        }
        let job = self.market.get_job(job_id).await?;
        let mut row = self.save_draft(&job, wish, actor).await?;
        if let Some(leak) = find_leak(&row.letter).filter(|leak| !is_read || leak.is_secret()) {
            row.state = Held;
            leak.code().clone_into(&mut row.reason);
            self.keep(&mut row, actor, "held", leak.code()).await?;
            return Err(JobsError::Blocked(leak));
        }
        let can = delivery(&job, self.rules().means);
        if can.needs_yes() && !wish.yes {
            return Err(JobsError::NeedsYes(can.code()));
        }
        self.assert_own_limit().await?;
        row.state = Sending;
        row.reason.clear();
        self.keep(&mut row, actor, "sending", "").await?;
        self.send(row, actor).await
    }

    async fn send(&self, mut row: ApplicationRow, actor: Actor) -> Result<ApplicationRow, JobsError> {
        let draft = ApplicationDraft {
            job_id: row.job_id.clone(),
            cover_letter: Some(row.letter.clone()).filter(|letter| !letter.trim().is_empty()),
            proposed_rate: row.rate,
        };
        let job_id = row.job_id.clone();
        let look: Look<'_, Landed> = Box::new(move || {
            let job_id = job_id.clone();
            async move { Ok(self.find_own(&job_id).await?.map(|found| Landed::Found(Box::new(found)))) }
                .boxed()
        });
        let call = async { Ok(Landed::Answered(self.market.apply_job(&draft).await?)) };
        let intent = json!({ "job_id": row.job_id, "rate": row.rate.map(|rate| rate.to_string()) });
        match self.once(&row.id.clone(), APPLY, intent, look, call).await {
            Ok(Landed::Answered(Applied::Now(application))) => {
                row.market_id = Some(application.id.clone());
                row.state = ApplicationState::Pending;
                let status = application.status.clone().unwrap_or(ApplicationStatus::Pending);
                let step = followed(ApplicationState::Sending, Some(&status), None);
                row.state = step.map_or(row.state, |step| step.to);
                let state = row.state.as_str();
                self.keep(&mut row, actor, state, "sent").await?;
                Ok(row)
            }
            // An earlier one stands; our list says how.
            Ok(Landed::Answered(Applied::Before)) => match self.find_own(&row.job_id).await {
                Ok(Some(found)) => self.follow(row, &found).await,
                _ => {
                    row.state = ApplicationState::Pending;
                    self.keep(&mut row, Actor::Market, "pending", "applied_before").await?;
                    Ok(row)
                }
            },
            Ok(Landed::Found(found)) => self.follow(row, &found).await,
            Err(error) => {
                let (state, reason) = after(&error);
                row.state = state;
                reason.clone_into(&mut row.reason);
                self.keep(&mut row, Actor::Market, state.as_str(), &reason).await?;
                Err(error)
            }
        }
    }

    /// Keeps the letter and the job as they are now.
    pub(super) async fn save_draft(
        &self,
        job: &Job,
        wish: &Wish,
        actor: Actor,
    ) -> Result<ApplicationRow, JobsError> {
        use ApplicationState::{Accepted, Draft, Gone, Pending, Rejected};
        let known = self.store.lookup_application_for(&self.account_id, &job.id).await?;
        if known.as_ref().is_some_and(|row| matches!(row.state, Pending | Accepted | Rejected | Gone)) {
            return Err(JobsError::NotNow("applied_before"));
        }
        let mut row = known.unwrap_or_else(|| self.fresh(&job.id));
        note_job(&mut row, job);
        row.letter.clone_from(&wish.letter);
        row.rate = wish.rate;
        row.state = Draft;
        row.reason.clear();
        self.keep(&mut row, actor, "draft", "").await?;
        Ok(row)
    }

    pub(super) fn fresh(&self, job_id: &str) -> ApplicationRow {
        let now = self.clock.now();
        ApplicationRow {
            id: self.ids.id(),
            account_id: self.account_id.clone(),
            job_id: job_id.to_owned(),
            title: String::new(),
            job: "{}".to_owned(),
            letter: String::new(),
            rate: None,
            state: ApplicationState::Draft,
            reason: String::new(),
            market_id: None,
            job_status: None,
            poster_id: None,
            poster_wallets: "[]".to_owned(),
            accepted_at: None,
            delivered_at: None,
            poster_spoke_at: None,
            reminded: Vec::new(),
            order_id: None,
            payment: PaymentState::None,
            payment_amount: None,
            payment_note: String::new(),
            review: ReviewState::None,
            review_rating: None,
            review_text: String::new(),
            created_at: now,
            updated_at: now,
        }
    }

    async fn assert_own_limit(&self) -> Result<(), JobsError> {
        let limit = self.settings().await?.most_a_day;
        let since = self.clock.now().saturating_sub(DAY).unwrap_or(jiff::Timestamp::MIN);
        let sent = self.store.list_job_steps(&self.account_id, APPLY, since).await?;
        let over = sent.len().checked_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        let Some(oldest) = over.and_then(|over| sent.get(over)) else { return Ok(()) };
        Err(JobsError::OwnLimit { limit, next_at: oldest.saturating_add(DAY).unwrap_or(*oldest) })
    }

    /// How many applications were or may have been sent in the last 24 hours.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sent_today(&self) -> StoreResult<usize> {
        let since = self.clock.now().saturating_sub(DAY).unwrap_or(jiff::Timestamp::MIN);
        Ok(self.store.list_job_steps(&self.account_id, APPLY, since).await?.len())
    }

    /// Our application for a job, if the market has one.
    pub(super) async fn find_own(&self, job_id: &str) -> MarketResult<Option<MyApplication>> {
        let mut offset = 0;
        for _ in 0..MOST_PAGES {
            let page = self.market.my_applications(None, page_from(offset)).await?;
            if let Some(found) = page.rows.into_iter().find(|found| job_of(found) == Some(job_id)) {
                return Ok(Some(found));
            }
            match page.next_offset {
                Some(next) if next > offset => offset = next,
                _ => return Ok(None),
            }
        }
        Err(MarketError::Unreadable { message: "the list of applications has no end".to_owned() })
    }
}

enum Landed {
    Answered(Applied),
    Found(Box<MyApplication>),
}

/// The job of an own application.
pub(super) fn job_of(found: &MyApplication) -> Option<&str> {
    let Application { job_id, .. } = &found.application;
    job_id.as_deref().or_else(|| found.job.as_ref().map(|job| job.id.as_str()))
}

/// What of a job is kept with an application.
pub(super) fn note_job(row: &mut ApplicationRow, job: &Job) {
    if let Some(title) = &job.title {
        row.title.clone_from(title);
    }
    row.job = serde_json::to_string(job).unwrap_or_else(|_| "{}".to_owned());
    row.job_status = job.status.as_ref().map(|status| status.as_str().to_owned()).or(row.job_status.take());
}

/// Where an application stands after a call that failed.
fn after(error: &JobsError) -> (ApplicationState, String) {
    match error {
        JobsError::Unclear => (ApplicationState::Sending, "unclear".to_owned()),
        JobsError::Market(MarketError::NotFound) => (ApplicationState::Gone, "job_gone".to_owned()),
        JobsError::Market(MarketError::Conflict { .. }) => (ApplicationState::Gone, "job_over".to_owned()),
        // Nothing went out, or not yet: the same letter can be sent later.
        JobsError::Market(error) if error.is_passing() => (ApplicationState::Draft, error.code().to_owned()),
        JobsError::Market(error) => (ApplicationState::Failed, error.code().to_owned()),
        _ => (ApplicationState::Sending, "unclear".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_failure_says_whether_it_may_be_sent_again() {
        use ApplicationState::{Draft, Failed, Gone, Sending};
        for (error, state, reason) in [
            (JobsError::Unclear, Sending, "unclear"),
            (MarketError::NotFound.into(), Gone, "job_gone"),
            (MarketError::Conflict { message: String::new(), retry: false }.into(), Gone, "job_over"),
            (MarketError::RateLimited { wait: Duration::ZERO }.into(), Draft, "rate_limited"),
            (MarketError::Network { message: String::new(), sent: false }.into(), Draft, "market_network"),
            (
                MarketError::Invalid { message: String::new(), fields: Vec::new() }.into(),
                Failed,
                "market_invalid",
            ),
            (MarketError::Forbidden { message: String::new() }.into(), Failed, "market_forbidden"),
        ] {
            assert_eq!(after(&error), (state, reason.to_owned()), "{error}");
        }
    }
}
