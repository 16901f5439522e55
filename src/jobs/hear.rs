//! News about jobs and applications. News is a hint: the market is read, and what it says counts. The same news again, or one
//! that comes late, changes nothing.

use serde_json::Value;

use super::apply::{APPLY, job_of, note_job};
use super::error::JobsError;
use super::parts::{JobNotice, Jobs, MOST_PAGES, page_from};
use super::states::followed;
use crate::desk::contract::DeskEvent;
use crate::marketplaces::MarketError;
use crate::marketplaces::moltmarket::{Job, JobStatus, MyApplication, NotificationKind};
use crate::store::{Actor, ApplicationRow, ApplicationState, PaymentState, ReviewState, StoreResult};

/// What news came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The market was read; what it says is kept.
    Read,
    /// Not about jobs or applications, or about none of ours.
    NotOurs,
}

impl Jobs {
    /// Handles a notification of this kind. `body` is what was said with it, or the whole notification.
    ///
    /// # Errors
    /// When the market does not answer or the database fails: the news is to be handed over again.
    pub async fn hear(&self, kind: &NotificationKind, body: &Value) -> Result<Heard, JobsError> {
        let _turn = self.turn.lock().await;
        let job_id = named(body, "job_id");
        match kind {
            NotificationKind::ApplicationStatusChanged => {
                let application_id = named(body, "application_id");
                self.hear_of_application(job_id.as_deref(), application_id.as_deref()).await
            }
            NotificationKind::JobStatusChanged => match job_id {
                Some(job_id) => self.hear_of_job(&job_id).await,
                None => Ok(Heard::NotOurs),
            },
            NotificationKind::NewApplication => match job_id {
                Some(job_id) => self.hear_of_applicant(&job_id).await,
                None => Ok(Heard::NotOurs),
            },
            NotificationKind::NewMessage | NotificationKind::Other(_) => Ok(Heard::NotOurs),
        }
    }

    /// Reads all own applications and all own jobs: the net below the news.
    ///
    /// # Errors
    /// When the market does not answer or the database fails.
    pub async fn reconcile(&self) -> Result<(), JobsError> {
        let _turn = self.turn.lock().await;
        for found in self.list_own().await? {
            self.take_in(&found).await?;
        }
        self.reconcile_posted().await
    }

    async fn list_own(&self) -> Result<Vec<MyApplication>, JobsError> {
        let (mut offset, mut all) = (0, Vec::new());
        for _ in 0..MOST_PAGES {
            let page = self.market.my_applications(None, page_from(offset)).await?;
            all.extend(page.rows);
            match page.next_offset {
                Some(next) if next > offset => offset = next,
                _ => break,
            }
        }
        Ok(all)
    }

    async fn hear_of_application(
        &self,
        job_id: Option<&str>,
        application_id: Option<&str>,
    ) -> Result<Heard, JobsError> {
        let is_meant = |found: &MyApplication| {
            application_id.is_some_and(|id| id == found.application.id)
                || (job_id.is_some() && job_of(found) == job_id)
        };
        match self.list_own().await?.into_iter().find(is_meant) {
            Some(found) => {
                self.take_in(&found).await?;
                Ok(Heard::Read)
            }
            None => Ok(Heard::NotOurs),
        }
    }

    async fn hear_of_job(&self, job_id: &str) -> Result<Heard, JobsError> {
        if let Some(posted) = self.store.lookup_posted_job(&self.account_id, job_id).await? {
            self.read_posted(posted).await?;
            return Ok(Heard::Read);
        }
        let Some(row) = self.store.lookup_application_for(&self.account_id, job_id).await? else {
            // Ours perhaps, and made elsewhere: the list of own applications tells.
            return self.hear_of_application(Some(job_id), None).await;
        };
        match self.market.get_job(job_id).await {
            Ok(job) => self.note_status(row, Some(&job), job.status.as_ref()).await?,
            Err(MarketError::NotFound) => self.note_status(row, None, Some(&JobStatus::Cancelled)).await?,
            Err(error) => return Err(error.into()),
        };
        Ok(Heard::Read)
    }

    /// An application as the market shows it, known here or not.
    async fn take_in(&self, found: &MyApplication) -> Result<(), JobsError> {
        let Some(job_id) = job_of(found) else { return Ok(()) };
        let row = match self.store.lookup_application_for(&self.account_id, job_id).await? {
            Some(row) => row,
            None => {
                let mut row = self.fresh(job_id);
                row.letter = found.application.cover_letter.clone().unwrap_or_default();
                row.rate = found.application.proposed_rate;
                row.state = ApplicationState::Sending;
                "made_elsewhere".clone_into(&mut row.reason);
                row
            }
        };
        self.follow(row, found).await?;
        Ok(())
    }

    /// What the market says of an own application becomes ours. The row is kept only when something changes.
    pub(super) async fn follow(
        &self,
        row: ApplicationRow,
        found: &MyApplication,
    ) -> Result<ApplicationRow, JobsError> {
        if row.state == ApplicationState::Sending {
            self.end_found(&row.id, APPLY).await?;
        }
        let mut now = row.clone();
        now.market_id = Some(found.application.id.clone());
        if let Some(rate) = found.application.proposed_rate {
            now.rate = Some(rate);
        }
        let status = found.job_status.clone().or_else(|| found.job.as_ref()?.status.clone());
        if let Some(title) =
            found.job.as_ref().and_then(|job| job.title.clone()).filter(|_| now.title.is_empty())
        {
            now.title = title;
        }
        now.poster_id = found.poster_id.clone().or(now.poster_id);
        if !found.poster_wallets.is_empty() {
            now.poster_wallets = serde_json::to_string(&found.poster_wallets).unwrap_or(now.poster_wallets);
        }
        let step = followed(now.state, found.application.status.as_ref(), status.as_ref());
        if let Some(step) = step {
            now.state = step.to;
            step.reason.clone_into(&mut now.reason);
            if step.to == ApplicationState::Accepted {
                now.accepted_at = now.accepted_at.or(Some(self.clock.now()));
                // What we are to do is read anew; without an answer what we applied for still stands.
                if let Ok(job) = self.market.get_job(&now.job_id).await {
                    let job_status = now.job_status.take();
                    note_job(&mut now, &job);
                    // What became of the job is noted below, so that it is told.
                    now.job_status = job_status;
                }
            }
        }
        let is_accepted = step.is_some_and(|step| step.to == ApplicationState::Accepted);
        if now != row {
            let (kind, reason) = step.map_or(("read", ""), |step| (step.to.as_str(), step.reason));
            self.keep(&mut now, Actor::Market, kind, reason).await?;
        }
        if is_accepted {
            self.signals.send(DeskEvent::ApplicationAccepted { id: now.id.clone() });
            self.tell(JobNotice::Accepted { application_id: now.id.clone(), title: now.title.clone() });
        } else if step.is_some_and(|step| step.to == ApplicationState::Rejected) {
            self.tell(JobNotice::Rejected { application_id: now.id.clone(), title: now.title.clone() });
        }
        self.note_status(now, None, status.as_ref()).await
    }

    /// The status of the job we applied for.
    async fn note_status(
        &self,
        row: ApplicationRow,
        job: Option<&Job>,
        status: Option<&JobStatus>,
    ) -> Result<ApplicationRow, JobsError> {
        let mut now = row.clone();
        if let Some(job) = job {
            note_job(&mut now, job);
        }
        let Some(status) = status else { return Ok(self.keep_if_changed(now, &row, "read").await?) };
        let before = row.job_status.clone();
        now.job_status = Some(status.as_str().to_owned());
        if let Some(step) = followed(now.state, None, Some(status)) {
            now.state = step.to;
            step.reason.clone_into(&mut now.reason);
        }
        let is_new = before.as_deref() != Some(status.as_str()) && now.state == ApplicationState::Accepted;
        let is_completed = is_new && *status == JobStatus::Completed;
        if now.state == ApplicationState::Accepted && *status == JobStatus::Completed {
            if now.payment == PaymentState::None {
                now.payment = PaymentState::Expected;
            }
            if now.review == ReviewState::None {
                now.review = ReviewState::Proposed;
            }
        }
        let kind = if now.state == row.state {
            format!("job_{}", status.as_str())
        } else {
            now.state.as_str().to_owned()
        };
        let now = self.keep_if_changed(now, &row, &kind).await?;
        if is_completed {
            self.tell(JobNotice::Completed { application_id: now.id.clone(), title: now.title.clone() });
        } else if is_new && *status == JobStatus::Cancelled {
            self.tell(JobNotice::Cancelled { application_id: now.id.clone(), title: now.title.clone() });
        }
        Ok(now)
    }

    async fn keep_if_changed(
        &self,
        mut now: ApplicationRow,
        before: &ApplicationRow,
        kind: &str,
    ) -> StoreResult<ApplicationRow> {
        if now != *before {
            let reason = if now.state == before.state { String::new() } else { now.reason.clone() };
            self.keep(&mut now, Actor::Market, kind, &reason).await?;
        }
        Ok(now)
    }
}

/// An id of this name in what was said, at the top or one step below it.
fn named(body: &Value, name: &str) -> Option<String> {
    let of = |value: &Value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    body.get(name)
        .and_then(of)
        .or_else(|| ["data", "payload"].iter().find_map(|within| body.get(within)?.get(name).and_then(of)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_an_id_in_each_form_of_a_notification() {
        for body in [
            json!({ "job_id": "7" }),
            json!({ "job_id": 7 }),
            json!({ "event": "x", "data": { "job_id": "7" } }),
            json!({ "payload": { "job_id": "7" }, "job_id": null }),
        ] {
            assert_eq!(named(&body, "job_id").as_deref(), Some("7"), "{body}");
        }
        for body in [json!(null), json!([]), json!({ "job_id": {} }), json!({ "job_id": " " })] {
            assert_eq!(named(&body, "job_id"), None, "{body}");
        }
    }
}
