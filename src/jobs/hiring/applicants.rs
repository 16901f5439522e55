//! Who applied, side by side; and the seller's decision on one of them.

use futures_util::FutureExt as _;
use serde_json::json;

use crate::desk::contract::{DeskEvent, JobForm};
use crate::guard::find_leak;
use crate::jobs::error::JobsError;
use crate::jobs::hear::Heard;
use crate::jobs::parts::{JobNotice, Jobs, Look};
use crate::marketplaces::moltmarket::{Application, ApplicationStatus, Decision, OutgoingMessage, Recipient};
use crate::store::{Actor, ApplicantRow, PostedJobRow, PostedState};

impl Jobs {
    /// Everybody who applied for a job of ours, read from the market, with their profiles.
    ///
    /// # Errors
    /// When the market does not answer or the database fails.
    pub async fn list_applicants(&self, id: &str) -> Result<Vec<ApplicantRow>, JobsError> {
        let _turn = self.turn.lock().await;
        let row = self.store.get_posted_job(&self.account_id, id).await?;
        self.read_applicants(&row).await?;
        Ok(self.store.list_applicants(id).await?)
    }

    pub(in crate::jobs) async fn hear_of_applicant(&self, job_id: &str) -> Result<Heard, JobsError> {
        let known = self.store.lookup_posted_job(&self.account_id, job_id).await?;
        let row = match known {
            Some(row) => row,
            None => {
                // Posted elsewhere, or the end of posting it was never heard.
                self.reconcile_posted().await?;
                match self.store.lookup_posted_job(&self.account_id, job_id).await? {
                    Some(row) => row,
                    None => return Ok(Heard::NotOurs),
                }
            }
        };
        self.read_applicants(&row).await?;
        Ok(Heard::Read)
    }

    /// Reads who applied and keeps it; tells of each new one.
    pub(in crate::jobs) async fn read_applicants(&self, row: &PostedJobRow) -> Result<(), JobsError> {
        let Some(job_id) = &row.market_job_id else { return Ok(()) };
        let listed = self.market.job_applications(job_id, None).await?.applications;
        let known = self.store.list_applicants(&row.id).await?;
        let title = || serde_json::from_str::<JobForm>(&row.form).map(|form| form.title).unwrap_or_default();
        for application in listed {
            let before = known.iter().find(|known| known.id == application.id);
            let profile = match (&application.applicant, before.and_then(|before| before.profile.as_ref())) {
                // A profile that does not come now comes with the next look.
                (Some(person), None) => self.market.get_agent(&person.id).await.ok(),
                _ => None,
            };
            let applicant = ApplicantRow {
                id: application.id.clone(),
                posted_id: row.id.clone(),
                person: serde_json::to_string(&application.applicant).unwrap_or_default(),
                profile: profile
                    .and_then(|profile| serde_json::to_string(&profile).ok())
                    .or_else(|| before.and_then(|before| before.profile.clone())),
                letter: application.cover_letter.clone().unwrap_or_default(),
                rate: application.proposed_rate,
                status: application
                    .status
                    .as_ref()
                    .map(|status| status.as_str().to_owned())
                    .unwrap_or_default(),
                applied_at: application.created_at,
                seen_at: before.map_or_else(|| self.clock.now(), |before| before.seen_at),
            };
            if before == Some(&applicant) {
                continue;
            }
            let mut write = self.store.write().await?;
            write.put_applicant(&applicant).await?;
            if before.is_none() {
                let who = &application.id;
                write.insert_job_history(&row.id, Actor::Market, "applied", who, self.clock.now()).await?;
            }
            write.commit().await?;
            let id = row.id.clone();
            self.signals.send(DeskEvent::PostedJobChanged { id });
            if before.is_none() {
                self.tell(JobNotice::Applied { posted_id: row.id.clone(), title: title() });
            }
            if application.status == Some(ApplicationStatus::Accepted) {
                self.note_hired(&row.id, &application, None).await?;
            }
        }
        Ok(())
    }

    /// Accepts or rejects an applicant, with a polite word. Accepting promises payment: `yes` says that the seller knows.
    /// Only one is accepted. A decision that stands already is given back as it is.
    ///
    /// # Errors
    /// `NeedsYes` when accepting without the seller's yes, `NotNow` when somebody else is hired or it was decided
    /// otherwise, `Blocked` for the word, `Unclear` when no answer came, otherwise the market's refusal.
    pub async fn decide(
        &self,
        id: &str,
        application_id: &str,
        decision: Decision,
        yes: bool,
        word: &str,
    ) -> Result<PostedJobRow, JobsError> {
        let _turn = self.turn.lock().await;
        let row = self.store.get_posted_job(&self.account_id, id).await?;
        let applicants = self.store.list_applicants(id).await?;
        let applicant = applicants.iter().find(|applicant| applicant.id == application_id);
        let applicant = applicant.ok_or_else(|| JobsError::missing("applicant", application_id))?;
        let wanted = match decision {
            Decision::Accept => ApplicationStatus::Accepted,
            Decision::Reject => ApplicationStatus::Rejected,
        };
        match ApplicationStatus::from(applicant.status.as_str()) {
            status if status == wanted => return Ok(row),
            ApplicationStatus::Pending | ApplicationStatus::Other(_) => {}
            _ => return Err(JobsError::NotNow("decided_before")),
        }
        if decision == Decision::Accept {
            let is_hired = applicants
                .iter()
                .any(|other| ApplicationStatus::from(other.status.as_str()) == ApplicationStatus::Accepted);
            if is_hired || row.worker_id.is_some() || row.state != PostedState::Open {
                return Err(JobsError::NotNow("somebody_hired"));
            }
            if !yes {
                return Err(JobsError::NeedsYes("payment_owed"));
            }
        }
        if let Some(leak) = find_leak(word) {
            return Err(JobsError::Blocked(leak));
        }
        let job_id = row.market_job_id.clone().ok_or(JobsError::NotNow("not_posted"))?;
        let (look_job, look_id, look_for) = (job_id.clone(), application_id.to_owned(), wanted.clone());
        let look: Look<'_, Application> = Box::new(move || {
            let (job_id, id, wanted) = (look_job.clone(), look_id.clone(), look_for.clone());
            async move {
                let listed = self.market.job_applications(&job_id, None).await?.applications;
                Ok(listed.into_iter().find(|one| one.id == id && one.status.as_ref() == Some(&wanted)))
            }
            .boxed()
        });
        let call = async { self.market.manage_application(application_id, decision).await };
        let step = format!("decide:{application_id}");
        let intent = json!({ "decision": wanted.as_str() });
        let decided = self.once(id, &step, intent, look, call).await?;
        let mut now = applicant.clone();
        wanted.as_str().clone_into(&mut now.status);
        let mut write = self.store.write().await?;
        write.put_applicant(&now).await?;
        write
            .insert_job_history(id, Actor::Seller, wanted.as_str(), application_id, self.clock.now())
            .await?;
        write.commit().await?;
        if decision == Decision::Accept {
            self.note_hired(id, &decided, Some(applicant)).await?;
        }
        self.say_politely(id, applicant, &job_id, word).await?;
        Ok(self.store.get_posted_job(&self.account_id, id).await?)
    }

    /// Who is hired, and where they are paid.
    async fn note_hired(
        &self,
        id: &str,
        application: &Application,
        applicant: Option<&ApplicantRow>,
    ) -> Result<(), JobsError> {
        let mut row = self.store.get_posted_job(&self.account_id, id).await?;
        let before = row.clone();
        let person = application.applicant.clone().or_else(|| {
            serde_json::from_str::<Option<crate::marketplaces::moltmarket::Applicant>>(&applicant?.person)
                .ok()?
        });
        let wallets = match (&application.agent_wallets, &person) {
            (wallets, Some(person)) if wallets.is_empty() => person.wallets.clone(),
            (wallets, _) => wallets.clone(),
        };
        if let Some(person) = person {
            row.worker_id = Some(person.id);
            row.worker_name = person.name;
        }
        if !wallets.is_empty() {
            row.worker_wallets = serde_json::to_string(&wallets).unwrap_or(row.worker_wallets);
        }
        row.rate = application.proposed_rate.or_else(|| applicant?.rate).or(row.rate);
        if matches!(row.state, PostedState::Open) {
            row.state = PostedState::InProgress;
        }
        if row != before {
            self.keep_posted(&mut row, Actor::Market, "hired", "").await?;
        }
        Ok(())
    }

    /// The word goes out once and is never repeated: without an answer it stays unknown whether it came.
    async fn say_politely(
        &self,
        id: &str,
        applicant: &ApplicantRow,
        job_id: &str,
        word: &str,
    ) -> Result<(), JobsError> {
        let person: Option<crate::marketplaces::moltmarket::Applicant> =
            serde_json::from_str(&applicant.person).unwrap_or_default();
        let (Some(person), false) = (person, word.trim().is_empty()) else { return Ok(()) };
        let step = format!("word:{}", applicant.id);
        if self.store.lookup_job_entry(id, &step).await?.is_some() {
            return Ok(());
        }
        let message = OutgoingMessage {
            to: Recipient::Person { id: person.id, job_id: Some(job_id.to_owned()) },
            text: word.trim().to_owned(),
            image_url: None,
        };
        let look: Look<'_, ()> = Box::new(|| async { Ok(None) }.boxed());
        let call = async { self.market.send_message(&message).await.map(drop) };
        let said = self.once(id, &step, json!({}), look, call).await;
        // The decision stands whether or not the word came through.
        let reason = match &said {
            Ok(()) => "sent",
            Err(JobsError::Store(_)) => return said,
            Err(JobsError::Unclear) => "unclear",
            Err(_) => "failed",
        };
        let mut write = self.store.write().await?;
        write.insert_job_history(id, Actor::Seller, "word", reason, self.clock.now()).await?;
        write.commit().await?;
        Ok(())
    }
}
