//! Posting a job, changing it, and reading our own jobs again.

use futures_util::FutureExt as _;
use serde_json::json;

use crate::desk::contract::{DeskEvent, JobForm};
use crate::guard::find_leak;
use crate::jobs::error::JobsError;
use crate::jobs::parts::{Jobs, Look, MOST_PAGES, page_from};
use crate::marketplaces::moltmarket::{Job, JobStatus, MOST_ACTIVE_JOBS};
use crate::marketplaces::{MarketError, MarketResult};
use crate::store::{Actor, PostedJobRow, PostedState, ReviewState};

impl Jobs {
    /// Posts a job: a new one, or the draft of this id. One that stands already is given back as it is.
    ///
    /// # Errors
    /// `Field` or the market's `Limit` for a field that does not fit, `Blocked` by the outgoing filter, `NotNow` with seven
    /// jobs active, `Unclear` when no answer came, otherwise the market's refusal. The draft stays in any case.
    pub async fn post(&self, id: Option<&str>, form: &JobForm) -> Result<PostedJobRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = match id {
            Some(id) => self.store.get_posted_job(&self.account_id, id).await?,
            None => self.fresh_posted(),
        };
        if row.market_job_id.is_some() {
            return Ok(row);
        }
        // What was sent and may be there is looked for, and sent again, as it was; then it can be changed.
        let was_sent = row.state == PostedState::Posting;
        let sent: JobForm =
            if was_sent { serde_json::from_str(&row.form).unwrap_or_default() } else { form.clone() };
        let draft = sent.draft()?;
        for text in [&sent.title, &sent.description].into_iter().chain(&sent.success_criteria) {
            if let Some(leak) = find_leak(text).filter(|leak| leak.is_secret()) {
                return Err(JobsError::Blocked(leak));
            }
        }
        let rows = self.store.list_posted_jobs(&self.account_id).await?;
        let active =
            rows.iter().filter(|row| matches!(row.state, PostedState::Open | PostedState::InProgress));
        if !was_sent && active.count() >= MOST_ACTIVE_JOBS {
            return Err(JobsError::NotNow("too_many_jobs"));
        }
        let known: Vec<String> = rows.into_iter().filter_map(|row| row.market_job_id).collect();
        row.form = serde_json::to_string(&sent).unwrap_or_default();
        row.state = PostedState::Posting;
        row.problem.clear();
        self.keep_posted(&mut row, Actor::Seller, "posting", "").await?;
        let look: Look<'_, Job> = Box::new(move || {
            let (sent, known) = (sent.clone(), known.clone());
            async move { Ok(self.list_mine().await?.into_iter().find(|job| is_posted(job, &sent, &known))) }
                .boxed()
        });
        let call = async { self.market.post_job(&draft).await };
        let posted = self.once(&row.id.clone(), "post", json!({ "title": draft.title }), look, call).await;
        match posted {
            Ok(job) => {
                self.take_posted(&mut row, &job);
                let state = row.state.as_str();
                self.keep_posted(&mut row, Actor::Seller, state, "posted").await?;
                Ok(row)
            }
            Err(error) => {
                row.state = match &error {
                    JobsError::Market(MarketError::Limit(_) | MarketError::Refused { .. }) => {
                        PostedState::Draft
                    }
                    JobsError::Market(error) if error.is_passing() => PostedState::Draft,
                    JobsError::Market(_) => PostedState::Refused,
                    _ => PostedState::Posting,
                };
                row.problem = match &error {
                    JobsError::Market(error) => error.code().to_owned(),
                    _ => "unclear".to_owned(),
                };
                let (state, reason) = (row.state.as_str(), row.problem.clone());
                self.keep_posted(&mut row, Actor::Market, state, &reason).await?;
                Err(error)
            }
        }
    }

    /// Keeps a job without posting it, as it was typed.
    ///
    /// # Errors
    /// `NotNow` once it was or may have been posted, or when the database fails.
    pub async fn save_posted(&self, id: Option<&str>, form: &JobForm) -> Result<PostedJobRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = match id {
            Some(id) => self.get_unposted(id).await?,
            None => self.fresh_posted(),
        };
        row.form = serde_json::to_string(form).unwrap_or_default();
        self.keep_posted(&mut row, Actor::Seller, "draft", "").await?;
        Ok(row)
    }

    /// Takes away a job that was never posted.
    ///
    /// # Errors
    /// As [`Self::save_posted`].
    pub async fn discard_posted(&self, id: &str) -> Result<(), JobsError> {
        let _turn = self.turn.lock().await;
        let row = self.get_unposted(id).await?;
        let mut write = self.store.write().await?;
        write.delete_posted_job(&row.id).await?;
        write.commit().await?;
        self.signals.send(DeskEvent::PostedJobChanged { id: row.id });
        Ok(())
    }

    /// A job of which the market knows nothing.
    async fn get_unposted(&self, id: &str) -> Result<PostedJobRow, JobsError> {
        let row = self.store.get_posted_job(&self.account_id, id).await?;
        let is_draft = matches!(row.state, PostedState::Draft | PostedState::Refused);
        if is_draft && row.market_job_id.is_none() {
            Ok(row)
        } else {
            Err(JobsError::NotNow("posted_before"))
        }
    }

    /// Changes an open job of ours: each once in 20 minutes, 15 times a day.
    ///
    /// # Errors
    /// `NotNow` when it is not open, otherwise as [`Self::post`].
    pub async fn edit(&self, id: &str, form: &JobForm) -> Result<PostedJobRow, JobsError> {
        let _turn = self.turn.lock().await;
        let mut row = self.store.get_posted_job(&self.account_id, id).await?;
        let Some(market_id) = row.market_job_id.clone().filter(|_| row.state == PostedState::Open) else {
            return Err(JobsError::NotNow("not_open"));
        };
        let before: JobForm = serde_json::from_str(&row.form).unwrap_or_default();
        let change = form.change_from(&before)?;
        if change == Default::default() {
            return Ok(row);
        }
        for text in [&form.title, &form.description].into_iter().chain(&form.success_criteria) {
            if let Some(leak) = find_leak(text).filter(|leak| leak.is_secret()) {
                return Err(JobsError::Blocked(leak));
            }
        }
        let (job_id, wanted) = (market_id.clone(), form.clone());
        let look: Look<'_, Job> = Box::new(move || {
            let (job_id, wanted) = (job_id.clone(), wanted.clone());
            async move {
                let job = self.market.get_job(&job_id).await?;
                let is_there =
                    wanted.change_from(&JobForm::of(&job)).is_ok_and(|rest| rest == Default::default());
                Ok(is_there.then_some(job))
            }
            .boxed()
        });
        let call = async { self.market.edit_job(&market_id, &change).await };
        self.once(&row.id.clone(), "edit", json!({}), look, call).await?;
        row.form = serde_json::to_string(form).unwrap_or_default();
        self.keep_posted(&mut row, Actor::Seller, "edited", "").await?;
        Ok(row)
    }

    pub(super) fn fresh_posted(&self) -> PostedJobRow {
        let now = self.clock.now();
        PostedJobRow {
            id: self.ids.id(),
            account_id: self.account_id.clone(),
            market_job_id: None,
            form: "{}".to_owned(),
            state: PostedState::Draft,
            market_status: None,
            problem: String::new(),
            worker_id: None,
            worker_name: None,
            worker_wallets: "[]".to_owned(),
            rate: None,
            opinion: None,
            paid: None,
            review: ReviewState::None,
            review_rating: None,
            review_text: String::new(),
            created_at: now,
            updated_at: now,
        }
    }

    /// The market's word on a job of ours.
    pub(super) fn take_posted(&self, row: &mut PostedJobRow, job: &Job) {
        row.market_job_id = Some(job.id.clone());
        row.problem.clear();
        let Some(status) = &job.status else {
            if matches!(row.state, PostedState::Posting | PostedState::Draft) {
                row.state = PostedState::Open;
            }
            return;
        };
        row.market_status = Some(status.as_str().to_owned());
        row.state = match status {
            JobStatus::Open => PostedState::Open,
            JobStatus::InProgress => PostedState::InProgress,
            JobStatus::Completed => PostedState::Completed,
            JobStatus::Cancelled => PostedState::Cancelled,
            JobStatus::Other(_) => PostedState::Other,
        };
        if row.state == PostedState::Completed && row.worker_id.is_some() && row.review == ReviewState::None {
            row.review = ReviewState::Proposed;
        }
    }

    /// Reads one job of ours again.
    pub(in crate::jobs) async fn read_posted(&self, row: PostedJobRow) -> Result<PostedJobRow, JobsError> {
        let Some(market_id) = &row.market_job_id else { return Ok(row) };
        let job = self.market.get_job(market_id).await?;
        self.follow_posted(row, &job).await
    }

    async fn follow_posted(&self, row: PostedJobRow, job: &Job) -> Result<PostedJobRow, JobsError> {
        let mut now = row.clone();
        self.take_posted(&mut now, job);
        if now != row {
            let kind = now.state.as_str();
            self.keep_posted(&mut now, Actor::Market, kind, "read").await?;
        }
        Ok(now)
    }

    /// Reads all jobs of ours: also those posted elsewhere, and those whose posting was never heard the end of.
    pub(in crate::jobs) async fn reconcile_posted(&self) -> Result<(), JobsError> {
        for job in self.list_mine().await? {
            let rows = self.store.list_posted_jobs(&self.account_id).await?;
            let known: Vec<String> = rows.iter().filter_map(|row| row.market_job_id.clone()).collect();
            let row = rows.iter().find(|row| row.market_job_id.as_deref() == Some(&job.id)).or_else(|| {
                rows.iter().find(|row| {
                    let form = serde_json::from_str::<JobForm>(&row.form);
                    row.state == PostedState::Posting && form.is_ok_and(|form| is_posted(&job, &form, &known))
                })
            });
            let row = row.cloned().unwrap_or_else(|| PostedJobRow {
                form: serde_json::to_string(&JobForm::of(&job)).unwrap_or_default(),
                ..self.fresh_posted()
            });
            let row = self.follow_posted(row, &job).await?;
            let is_running = matches!(row.state, PostedState::Open | PostedState::InProgress);
            if is_running && job.application_count != Some(0) {
                self.read_applicants(&row).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn list_mine(&self) -> MarketResult<Vec<Job>> {
        let (mut offset, mut all) = (0, Vec::new());
        for _ in 0..MOST_PAGES {
            let page = self.market.my_jobs(None, page_from(offset)).await?;
            all.extend(page.rows);
            match page.next_offset {
                Some(next) if next > offset => offset = next,
                _ => break,
            }
        }
        Ok(all)
    }
}

/// Whether a job of the market is what this form was posted as, and not one known already.
fn is_posted(job: &Job, form: &JobForm, known: &[String]) -> bool {
    let same = |theirs: &Option<String>, ours: &str| {
        theirs.as_deref().is_some_and(|text| text.trim() == ours.trim())
    };
    !known.contains(&job.id) && same(&job.title, &form.title) && same(&job.description, &form.description)
}
