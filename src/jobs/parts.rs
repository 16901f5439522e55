//! What the room works on, and the one way in which something is asked of the market: the intent first, the call once, and
//! a look before anything is repeated.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::error::JobsError;
use super::rules::{JobRules, JobSettings};
use crate::clock::{Clock, Ids};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::marketplaces::moltmarket::{MoltMarket, Paging};
use crate::marketplaces::{MarketError, MarketResult};
use crate::model::Model;
use crate::signals::Signals;
use crate::store::{Actor, ApplicationRow, EntryOutcome, PostedJobRow, Store, StoreResult};

const SETTINGS: &str = "jobs";
/// Rows of one page that is read to the end.
pub(super) const FULL_PAGE: u32 = 100;
/// Pages of one list at most.
pub(super) const MOST_PAGES: usize = 50;

/// Something the seller may want to know while not looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobNotice {
    /// A saved search found so many jobs it had not shown before.
    Found {
        search: String,
        count: usize,
    },
    /// We are hired.
    Accepted {
        application_id: String,
        title: String,
    },
    Rejected {
        application_id: String,
        title: String,
    },
    /// The poster says that a job we work on is done: stop, expect the payment, review.
    Completed {
        application_id: String,
        title: String,
    },
    /// The poster took back a job we work on: stop.
    Cancelled {
        application_id: String,
        title: String,
    },
    /// Somebody applied for a job of ours.
    Applied {
        posted_id: String,
        title: String,
    },
}

/// Tells the seller; subject to their switches.
pub type JobNotices = Arc<dyn Fn(JobNotice) + Send + Sync>;

/// The jobs of one account, from both sides.
pub struct Jobs {
    pub store: Store,
    pub market: Arc<MoltMarket>,
    pub model: RwLock<Option<Arc<dyn Model>>>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub signals: Signals,
    pub rules: RwLock<JobRules>,
    pub account_id: String,
    pub notices: JobNotices,
    /// One thing is asked of the market at a time, so that looking and acting belong together.
    pub turn: tokio::sync::Mutex<()>,
}

/// Looks on the market whether something has happened.
pub(super) type Look<'a, T> = Box<dyn Fn() -> BoxFuture<'a, MarketResult<Option<T>>> + Send + Sync + 'a>;

impl Jobs {
    /// The model in use now.
    pub fn model(&self) -> Option<Arc<dyn Model>> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The rules in force now.
    pub fn rules(&self) -> JobRules {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The room's settings.
    ///
    /// # Errors
    /// When the database cannot be read. Settings that cannot be understood are the first ones.
    pub async fn settings(&self) -> StoreResult<JobSettings> {
        let kept = self.store.lookup_setting(SETTINGS).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Saves the room's settings.
    ///
    /// # Errors
    /// `Field` for numbers out of range, or when the database cannot be written.
    pub async fn save_settings(&self, settings: JobSettings) -> Result<(), JobsError> {
        if !(1..=20).contains(&settings.most_a_day) {
            return Err(JobsError::Field { field: "most_a_day", problem: "must be 1 to 20" });
        }
        if settings.least_fit > 100 {
            return Err(JobsError::Field { field: "least_fit", problem: "must be 0 to 100" });
        }
        let text = serde_json::to_string(&settings).unwrap_or_default();
        let mut write = self.store.write().await?;
        write.put_setting(SETTINGS, &text, self.clock.now()).await?;
        write.commit().await?;
        Ok(())
    }

    /// Asks something of the market once. An earlier try whose end is not known is looked for first; so is this one when
    /// its answer does not come. What `look` finds is taken as the answer.
    ///
    /// # Errors
    /// `Unclear` when it may have happened and the look did not show it; whoever asks again looks again. Otherwise the
    /// market's refusal or the database's failure.
    pub(super) async fn once<T>(
        &self,
        subject_id: &str,
        step: &str,
        intent: Value,
        look: Look<'_, T>,
        call: impl Future<Output = MarketResult<T>> + Send,
    ) -> Result<T, JobsError> {
        let last = self.store.lookup_job_entry(subject_id, step).await?;
        let open = last.filter(|entry| matches!(entry.outcome, EntryOutcome::Open | EntryOutcome::Unclear));
        if let Some(entry) = open {
            match look().await? {
                Some(found) => {
                    self.end(entry.id, EntryOutcome::Done, "found").await?;
                    return Ok(found);
                }
                None => self.end(entry.id, EntryOutcome::Failed, "not_there").await?,
            }
        }
        let mut write = self.store.write().await?;
        let now = self.clock.now();
        let id = write.begin_job_entry(&self.account_id, subject_id, step, &intent, None, now).await?;
        write.commit().await?;
        crash::point(Point::JobBeforeCall);
        let answered = call.await;
        crash::point(Point::JobAfterCall);
        match answered {
            Ok(done) => {
                self.end(id, EntryOutcome::Done, "").await?;
                crash::point(Point::JobRecorded);
                Ok(done)
            }
            Err(error) if error.may_have_landed() => match look().await {
                Ok(Some(found)) => {
                    self.end(id, EntryOutcome::Done, "found").await?;
                    Ok(found)
                }
                _ => {
                    self.end(id, EntryOutcome::Unclear, error.code()).await?;
                    Err(JobsError::Unclear)
                }
            },
            Err(error) => {
                self.end(id, EntryOutcome::Failed, error.code()).await?;
                Err(error.into())
            }
        }
    }

    /// What was begun was found to have happened.
    pub(super) async fn end_found(&self, subject_id: &str, step: &str) -> StoreResult<()> {
        match self.store.lookup_job_entry(subject_id, step).await? {
            Some(entry) if matches!(entry.outcome, EntryOutcome::Open | EntryOutcome::Unclear) => {
                self.end(entry.id, EntryOutcome::Done, "found").await
            }
            _ => Ok(()),
        }
    }

    async fn end(&self, id: i64, outcome: EntryOutcome, result: &str) -> StoreResult<()> {
        let mut write = self.store.write().await?;
        write.end_job_entry(id, outcome, result, None, self.clock.now()).await?;
        write.commit().await
    }

    /// Keeps an application with a line of history and tells the screens.
    pub(super) async fn keep(
        &self,
        row: &mut ApplicationRow,
        actor: Actor,
        kind: &str,
        reason: &str,
    ) -> StoreResult<()> {
        let now = self.clock.now();
        row.updated_at = now;
        let mut write = self.store.write().await?;
        write.put_application(row).await?;
        write.insert_job_history(&row.id, actor, kind, reason, now).await?;
        write.commit().await?;
        self.signals.send(DeskEvent::ApplicationChanged { id: row.id.clone() });
        Ok(())
    }

    /// The same for a job we posted.
    pub(super) async fn keep_posted(
        &self,
        row: &mut PostedJobRow,
        actor: Actor,
        kind: &str,
        reason: &str,
    ) -> StoreResult<()> {
        let now = self.clock.now();
        row.updated_at = now;
        let mut write = self.store.write().await?;
        write.put_posted_job(row).await?;
        write.insert_job_history(&row.id, actor, kind, reason, now).await?;
        write.commit().await?;
        self.signals.send(DeskEvent::PostedJobChanged { id: row.id.clone() });
        Ok(())
    }

    pub(super) fn tell(&self, notice: JobNotice) {
        (self.notices)(notice);
    }
}

/// The piece of a list that begins here, as large as the market gives.
pub(super) fn page_from(offset: u64) -> Paging {
    Paging { limit: FULL_PAGE, offset }
}

/// Whether the market refused because it was done before; the text decides, as no status is documented for it.
pub(super) fn is_done_before(error: &MarketError) -> bool {
    let text = match error {
        MarketError::Invalid { message, .. }
        | MarketError::Forbidden { message }
        | MarketError::Conflict { message, .. } => message.to_ascii_lowercase(),
        _ => return false,
    };
    text.contains("already")
}
