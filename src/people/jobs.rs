//! What the room that works on jobs does for the rooms around the inbox. Without it, news about jobs waits.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::marketplaces::MarketResult;
use crate::store::{InboxRow, StoreResult};

/// What became of a piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Handled; the word is kept beside it.
    Done(&'static str),
    /// Not now: it is told again after this time, and the word says why.
    Later(&'static str, std::time::Duration),
}

/// The room that works on jobs, as the inbox needs it.
#[async_trait]
pub trait JobsRoom: Send + Sync {
    /// News of kind `new_application`, `application_status_changed` or `job_status_changed`. The body holds the market's
    /// payload under `payload`. The same news may be told twice.
    ///
    /// # Errors
    /// When our database fails; the news is told again.
    async fn hear(&self, news: &InboxRow) -> StoreResult<Heard>;

    /// Reads own applications and jobs again, as a net under the news.
    ///
    /// # Errors
    /// When the market or the database fails.
    async fn reconcile(&self) -> MarketResult<()>;

    /// Jobs that are worked on, for `STATE.json`.
    ///
    /// # Errors
    /// When our database fails.
    async fn active_jobs(&self) -> StoreResult<Vec<ActiveJob>>;

    /// Jobs completed after an instant, for `STATE.json`.
    ///
    /// # Errors
    /// When our database fails.
    async fn completed_jobs(&self, since: Timestamp) -> StoreResult<Vec<CompletedJob>>;
}

/// A job that is worked on (BEHAVIOUR 2.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveJob {
    pub job_id: String,
    pub poster_id: Option<String>,
    pub poster_name: Option<String>,
    pub title: String,
    pub success_criteria: Vec<String>,
    pub deadline: Option<Timestamp>,
    pub status: String,
    pub accepted_at: Option<Timestamp>,
    pub notes: String,
}

/// A job that is done (BEHAVIOUR 2.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletedJob {
    pub job_id: String,
    pub completed_at: Timestamp,
    pub payment_status: String,
    pub review_left: bool,
}

/// Where the jobs room takes its place; clones share it.
#[derive(Clone, Default)]
pub struct JobsSlot(Arc<RwLock<Option<Arc<dyn JobsRoom>>>>);

impl JobsSlot {
    /// The room takes its place.
    pub fn fill(&self, room: Arc<dyn JobsRoom>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(room);
    }

    /// The room, once it is there.
    pub fn room(&self) -> Option<Arc<dyn JobsRoom>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
