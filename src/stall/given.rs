//! Jobs that were given to us on MoltMarket, walked like orders: what the jobs room hears becomes an order, and what became of
//! the order is told the jobs room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use super::Stall;
use crate::conversations::has_chinese;
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::fulfilment::{Runner, Scheduler};
use crate::intake::Worker;
use crate::jobs::{Jobs, JobsError, reminder_text};
use crate::marketplaces::moltmarket::NotificationKind;
use crate::marketplaces::{MarketError, MarketResult};
use crate::model::ModelHealth;
use crate::people::{ActiveJob, CompletedJob, Heard, JobsRoom};
use crate::settings::Language;
use crate::store::{
    ApplicationRow, ApplicationState, EntryOutcome, InboxRow, ReviewState, Speaker, StoreError, StoreResult,
};

/// News that could not be looked into is told again after this.
const AGAIN: Duration = Duration::from_secs(30);
/// Conversations of which it is looked whether they changed.
const MOST_CONVERSATIONS: u32 = 1_000;

/// The given jobs of one account.
pub struct Given {
    pub jobs: Arc<Jobs>,
    pub runner: Arc<Runner>,
    pub scheduler: Arc<Scheduler>,
    pub(super) worker: Worker,
    pub model_health: ModelHealth,
    /// When the conversation of a job had last changed as the job was read, by the job's id.
    read_at: Mutex<HashMap<String, Option<Timestamp>>>,
    /// The stall's rules for jobs may have changed with the profile.
    refresh: Box<dyn Fn(Vec<String>) + Send + Sync>,
}

impl Given {
    pub(super) fn new(
        jobs: Arc<Jobs>,
        runner: Arc<Runner>,
        scheduler: Arc<Scheduler>,
        worker: Worker,
        model_health: ModelHealth,
        refresh: Box<dyn Fn(Vec<String>) + Send + Sync>,
    ) -> Self {
        Self { jobs, runner, scheduler, worker, model_health, read_at: Mutex::default(), refresh }
    }

    async fn list(&self) -> StoreResult<Vec<ApplicationRow>> {
        self.jobs.store.list_applications(&self.jobs.account_id).await
    }

    /// Makes an order of each accepted application that has none.
    async fn begin(&self) -> Result<(), JobsError> {
        for row in self.jobs.list_to_begin().await? {
            if !self.worker.read_again(&row.job_id).await? {
                continue;
            }
            let order = self.jobs.store.lookup_market_order(&self.jobs.account_id, &row.job_id).await?;
            if let Some(order) = order {
                crash::point(Point::GivenRead);
                self.jobs.record_order(&row.id, &order.id).await?;
                crash::point(Point::GivenRecorded);
            }
        }
        Ok(())
    }

    /// Reads again the given jobs that differ from their orders, or whose conversation has changed since they were read.
    async fn read_changed(&self) -> StoreResult<()> {
        let account_id = &self.jobs.account_id;
        let rows: Vec<ApplicationRow> =
            self.list().await?.into_iter().filter(|row| row.order_id.is_some()).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let conversations = self.jobs.store.list_conversations(account_id, MOST_CONVERSATIONS, 0).await?;
        for row in rows {
            let Some(order) = self.jobs.store.lookup_market_order(account_id, &row.job_id).await? else {
                continue;
            };
            let of_poster = |other: &Option<String>| other.is_some() && *other == row.poster_id;
            let changed_at = conversations
                .iter()
                .filter(|talk| talk.job_id.as_deref() == Some(&row.job_id) || of_poster(&talk.other_id))
                .filter_map(|talk| talk.listed_at)
                .max();
            let before =
                self.read_at.lock().unwrap_or_else(PoisonError::into_inner).get(&row.job_id).copied();
            let is_other = row.job_status.as_deref().is_some_and(|status| status != order.market_status);
            // What is over is read for its status only.
            let has_changed = !order.archived && before != Some(changed_at);
            if (is_other || has_changed) && self.worker.read_again(&row.job_id).await? {
                self.read_at
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(row.job_id.clone(), changed_at);
            }
        }
        Ok(())
    }

    /// Tells the jobs room what was delivered and when the poster last wrote.
    pub(super) async fn note_progress(&self, order_id: Option<&str>) -> Result<(), JobsError> {
        for row in self.list().await? {
            let Some(id) = row.order_id.as_deref().filter(|id| order_id.is_none_or(|wanted| wanted == *id))
            else {
                continue;
            };
            let store = &self.jobs.store;
            let told =
                store.list_journal(id).await?.into_iter().filter(|entry| {
                    matches!(entry.step.as_str(), "tell") && entry.outcome == EntryOutcome::Done
                });
            let told = told.filter_map(|entry| entry.result_at).max();
            if let Some(at) = told.filter(|at| row.delivered_at.is_none_or(|before| before < *at)) {
                self.jobs.record_delivered(&row.id, at).await?;
            }
            let words = store.list_messages(id).await?.into_iter();
            let word = words.filter(|message| message.who == Speaker::Buyer).map(|message| message.at).max();
            if let Some(at) = word.filter(|at| row.poster_spoke_at.is_none_or(|before| before < *at)) {
                self.jobs.record_posters_word(&row.id, at).await?;
            }
        }
        Ok(())
    }

    /// Asks posters who say nothing to a delivery. The order's journal knows what was said, so that nobody is asked once too
    /// often whatever comes between.
    async fn remind(&self) -> Result<(), JobsError> {
        for (row, number) in self.jobs.list_due_reminders().await? {
            let Some(order_id) = &row.order_id else { continue };
            let order = self.jobs.store.get_order(order_id).await?;
            if order.taken_over || order.paused {
                continue;
            }
            let language = if has_chinese(&row.title) { Language::Chinese } else { Language::English };
            let text = reminder_text(number, &row.title, language);
            let delivered = row.delivered_at.map(Timestamp::as_millisecond).unwrap_or_default();
            match self.runner.remind(order_id, &format!("{delivered}.{number}"), &text).await {
                Ok(()) => {
                    crash::point(Point::RemindSaid);
                    self.jobs.record_reminder(&row.id).await?;
                }
                Err(error) => tracing::info!(%error, "a reminder was not sent"),
            }
        }
        Ok(())
    }

    async fn look_over(&self) -> Result<(), JobsError> {
        self.refresh_rules().await?;
        self.jobs.reconcile().await?;
        self.begin().await?;
        self.read_changed().await?;
        self.note_progress(None).await?;
        self.remind().await
    }

    async fn refresh_rules(&self) -> StoreResult<()> {
        let kept = self.jobs.store.get_molt_account(&self.jobs.account_id).await?;
        let profile: Option<Value> = kept.profile.and_then(|text| serde_json::from_str(&text).ok());
        let capabilities = profile
            .and_then(|mut profile| serde_json::from_value(profile.get_mut("capabilities")?.take()).ok());
        (self.refresh)(capabilities.unwrap_or_default());
        Ok(())
    }

    async fn hear_of(&self, news: &InboxRow) -> Result<(), JobsError> {
        let kind = NotificationKind::from(news.kind.as_str());
        let body: Value = serde_json::from_str(&news.body).unwrap_or_default();
        self.jobs.hear(&kind, &body).await?;
        self.begin().await?;
        if kind == NotificationKind::JobStatusChanged {
            self.read_changed().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl JobsRoom for Given {
    async fn hear(&self, news: &InboxRow) -> StoreResult<Heard> {
        match self.hear_of(news).await {
            Ok(()) => Ok(Heard::Done("job_read")),
            Err(JobsError::Store(error)) => Err(error),
            Err(JobsError::Market(MarketError::RateLimited { wait })) => {
                Ok(Heard::Later("rate_limited", wait))
            }
            Err(JobsError::Market(error)) => Ok(Heard::Later(error.code(), AGAIN)),
            Err(_) => Ok(Heard::Later("not_now", AGAIN)),
        }
    }

    async fn reconcile(&self) -> MarketResult<()> {
        self.look_over().await.map_err(|error| match error {
            JobsError::Market(error) => error,
            error => MarketError::Network { message: error.to_string(), sent: false },
        })?;
        if let Err(error) = self.jobs.look().await {
            tracing::info!(%error, "saved searches cannot be looked at now");
        }
        Ok(())
    }

    async fn active_jobs(&self) -> StoreResult<Vec<ActiveJob>> {
        let rows = self.list().await?.into_iter().filter(|row| {
            row.state == ApplicationState::Accepted
                && row.job_status.as_deref().is_none_or(|status| status == "in_progress")
        });
        Ok(rows.map(active).collect())
    }

    async fn completed_jobs(&self, since: Timestamp) -> StoreResult<Vec<CompletedJob>> {
        let mut done = Vec::new();
        for row in self.list().await? {
            if row.state != ApplicationState::Accepted || row.job_status.as_deref() != Some("completed") {
                continue;
            }
            let history = self.jobs.store.list_job_history(&row.id).await?;
            let completed = history.iter().find(|line| line.kind == "job_completed");
            let completed_at = completed.map_or(row.updated_at, |line| line.at);
            if completed_at >= since {
                done.push(CompletedJob {
                    job_id: row.job_id,
                    completed_at,
                    payment_status: row.payment.as_str().to_owned(),
                    review_left: row.review == ReviewState::Left,
                });
            }
        }
        Ok(done)
    }
}

fn active(row: ApplicationRow) -> ActiveJob {
    let job: Value = serde_json::from_str(&row.job).unwrap_or_default();
    let criteria = job.get("success_criteria").cloned().and_then(|list| serde_json::from_value(list).ok());
    let time = |name: &str| job.get(name)?.as_str()?.parse().ok();
    ActiveJob {
        poster_name: job.pointer("/poster/name").and_then(Value::as_str).map(str::to_owned),
        success_criteria: criteria.unwrap_or_default(),
        deadline: time("deadline_at"),
        status: row.job_status.unwrap_or_else(|| "in_progress".to_owned()),
        job_id: row.job_id,
        poster_id: row.poster_id,
        title: row.title,
        accepted_at: row.accepted_at,
        notes: row.payment_note,
    }
}

/// Follows what happens to given orders until the stall closes.
pub(super) async fn follow(stall: Stall, given: Arc<Given>) {
    let mut events = stall.events();
    loop {
        let order_id = match events.recv().await {
            Ok(DeskEvent::OrderChanged { id }) => Some(id),
            Ok(_) => continue,
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => None,
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        };
        match given.note_progress(order_id.as_deref()).await {
            Ok(()) | Err(JobsError::Store(StoreError::Missing { .. })) => {}
            Err(error) => tracing::warn!(%error, "what became of a job cannot be noted now"),
        }
    }
}
