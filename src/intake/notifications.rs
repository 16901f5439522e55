//! Reads the inbox of a MoltMarket account. Marking as read happens there with the reading, so that a lost answer would lose
//! news: it is read unmarked and stored first, then read again and marked, and what is new in that answer is stored
//! too (BEHAVIOUR 2.3). What an answer to marking held that never came is found by reading everything again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::feed::pause_after;
use super::inbox::{Inbox, IncomingEvent, Inserted, Via};
use super::pulse::Pulse;
use crate::clock::{Clock, Ids};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::marketplaces::moltmarket::{
    Claim, MoltMarket, Notification, NotificationKind, Notifications, SkillUpdate,
};
use crate::marketplaces::{MarketError, MarketResult};
use crate::people::{Heard, JobsSlot, People, Profile, Rules};
use crate::signals::Signals;
use crate::store::{InboxRow, Store, StoreError, StoreResult, Write};

/// Rows of one answer, the most there are (contract, `/check-notifications`).
const PAGE: u32 = 100;
/// Everything is read once in this time, read or not.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How often the market is asked at least while its owner has not claimed the account: somebody waits for it.
const CLAIM_EVERY: Duration = Duration::from_secs(60);
/// News handled between two looks at the database.
const AT_ONCE: u32 = 100;

/// The reader of one account's inbox, and of what stands behind its news.
pub struct NotificationFeed {
    pub market: Arc<MoltMarket>,
    pub store: Store,
    pub inbox: Inbox,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub signals: Signals,
    pub account_id: String,
    pub people: Arc<People>,
    pub profile: Arc<Profile>,
    pub jobs: JobsSlot,
    /// Asked before each wait: the seller may choose another pace.
    pub every: Arc<dyn Fn() -> Duration + Send + Sync>,
    pub pulse: Pulse,
    /// Signalled to read at once.
    pub now: Arc<Notify>,
    /// When everything was last read in this run.
    pub whole_at: Mutex<Option<Timestamp>>,
}

fn is_of_jobs(kind: &str) -> bool {
    matches!(
        NotificationKind::from(kind),
        NotificationKind::NewApplication
            | NotificationKind::ApplicationStatusChanged
            | NotificationKind::JobStatusChanged
    )
}

impl NotificationFeed {
    /// Reads until told to stop; everything at the start and once a day.
    pub async fn run(&self, stop: CancellationToken) {
        let mut failures = 0u32;
        loop {
            // Whoever asked before this reading is served by it.
            let _ = self.now.notified().now_or_never();
            let now = self.clock.now();
            let whole_at = *self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
            let whole = whole_at.is_none_or(|at| now.duration_since(at).abs() >= WHOLE_EVERY);
            let polled = tokio::select! {
                polled = self.poll(whole) => polled,
                () = stop.cancelled() => break,
            };
            let wait = match polled {
                Ok(rest) => {
                    failures = 0;
                    self.pulse.worked(self.clock.now());
                    rest.unwrap_or((self.every)().mul_f64(1.0 - 0.1 * self.ids.fraction()))
                }
                Err(error) => {
                    failures += 1;
                    self.pulse.failed(self.clock.now(), error.code());
                    if failures == 1 {
                        tracing::warn!(%error, "the inbox cannot be read");
                    }
                    let wait = pause_after(&error, failures).mul_f64(1.0 + 0.1 * self.ids.fraction());
                    self.asked_wait(&error).unwrap_or(wait)
                }
            };
            let wait = self.while_unclaimed(wait).await;
            if let Ok(until) = SignedDuration::try_from(wait) {
                self.pulse.rests_until(self.clock.now().saturating_add(until).unwrap_or(Timestamp::MAX));
            }
            self.signals.send(DeskEvent::MoltChanged);
            tokio::select! {
                () = self.now.notified() => {}
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => break,
            }
        }
    }

    /// A wait, cut short while the owner may be claiming the account. One the market asked for is kept by the budgets.
    async fn while_unclaimed(&self, wait: Duration) -> Duration {
        match self.store.get_molt_account(&self.account_id).await {
            Ok(kept) if !kept.is_claimed => wait.min(CLAIM_EVERY),
            _ => wait,
        }
    }

    /// How long the market wants us to wait, when that is all that is wrong.
    fn asked_wait(&self, error: &MarketError) -> Option<Duration> {
        match error {
            MarketError::Spent { next_at, .. } => {
                let wait = next_at.duration_since(self.clock.now());
                Some(Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(10))
            }
            MarketError::RateLimited { wait } => Some(*wait),
            _ => None,
        }
    }

    /// One look at everything: the claim while there is none, the inbox, changed conversations, and the jobs room's own net.
    /// Where nothing is new this is one request each and writes nothing. How long to wait when the market allows no more
    /// conversations to be read for now; the rest of them is read then.
    ///
    /// # Errors
    /// When the market or the database fails; what is stored by then stays stored.
    pub async fn poll(&self, whole: bool) -> MarketResult<Option<Duration>> {
        let began = self.clock.now();
        let kept = self.store.get_molt_account(&self.account_id).await.map_err(here)?;
        if !kept.is_claimed {
            self.look_for_claim().await?;
        }
        let update = self.read_inbox(whole || kept.is_marking).await?;
        self.note_rules(update, kept.rules.as_deref()).await?;
        self.handle_due().await.map_err(here)?;
        self.people.look_over(whole).await?;
        if whole {
            self.profile.refresh().await?;
            self.written(async |write| write.record_whole_read(&self.account_id, began).await).await?;
            *self.whole_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(began);
        }
        if let Some(room) = self.jobs.room() {
            room.reconcile().await?;
        }
        match self.people.read_due().await {
            Err(error) => self.asked_wait(&error).map(Some).ok_or(error),
            Ok(()) => Ok(None),
        }
    }

    async fn look_for_claim(&self) -> MarketResult<()> {
        let status = self.market.agent_status().await?;
        if status.claim == Claim::Claimed {
            self.written(async |write| write.record_claimed(&self.account_id, true).await).await?;
            self.people.send_now.notify_one();
            self.profile.send_now.notify_one();
            self.signals.send(DeskEvent::MoltChanged);
        }
        Ok(())
    }

    /// Stores all there is, and marks it as read. What the market says of its rules, as it last said it.
    async fn read_inbox(&self, whole: bool) -> MarketResult<Option<SkillUpdate>> {
        if whole {
            let all = self.market.check_notifications(false, false, PAGE).await?;
            self.keep(&all).await?;
            if !has_unread(&all) {
                self.record_marking(false).await?;
                return Ok(all.skill_update);
            }
        }
        let mut before: Option<String> = None;
        loop {
            let unread = self.market.check_notifications(false, true, PAGE).await?;
            crash::point(Point::NotificationsRead);
            let is_fresh = self.keep(&unread).await?;
            crash::point(Point::NotificationsStored);
            let first = unread.notifications.first().map(|news| news.id.clone());
            // A market that marks nothing would have us read the same page for ever.
            if first.is_none() || (first == before && !is_fresh) {
                self.record_marking(false).await?;
                return Ok(unread.skill_update);
            }
            before = first;
            self.record_marking(true).await?;
            crash::point(Point::NotificationsBeforeMark);
            let marked = self.market.check_notifications(true, true, PAGE).await?;
            crash::point(Point::NotificationsMarked);
            self.keep(&marked).await?;
            self.handle_due().await.map_err(here)?;
            if marked.notifications.len() < PAGE as usize {
                self.record_marking(false).await?;
                return Ok(marked.skill_update);
            }
        }
    }

    /// Remembers that an answer which marks may be lost; not written when that is known.
    async fn record_marking(&self, is_marking: bool) -> MarketResult<()> {
        let kept = self.store.get_molt_account(&self.account_id).await.map_err(here)?;
        if kept.is_marking != is_marking {
            self.written(async |write| write.record_marking(&self.account_id, is_marking).await).await?;
        }
        Ok(())
    }

    /// Stores a page; whether any of it was not known.
    async fn keep(&self, page: &Notifications) -> MarketResult<bool> {
        let news = page.notifications.iter().map(|news| self.inbox.insert(event(news)));
        let stored = try_join_all(news).await.map_err(here)?;
        Ok(stored.contains(&Inserted::Stored))
    }

    /// Notes a newer version of the rules, and asks for the list of changes once. The seller decides about it.
    async fn note_rules(&self, update: Option<SkillUpdate>, kept: Option<&str>) -> MarketResult<()> {
        let kept: Option<Rules> = kept.and_then(|kept| serde_json::from_str(kept).ok());
        let update = update.filter(|update| update.is_available);
        let Some((update, version)) =
            update.and_then(|update| update.current_version.clone().map(|version| (update, version)))
        else {
            if kept.is_some() {
                self.written(async |write| write.put_rules(&self.account_id, None).await).await?;
                self.signals.send(DeskEvent::MoltChanged);
            }
            return Ok(());
        };
        let is_known =
            kept.as_ref().is_some_and(|kept| kept.current_version == version && !kept.changes.is_empty());
        if is_known {
            return Ok(());
        }
        let mut rules = Rules {
            own_version: update.own_version,
            current_version: version,
            last_updated: update.last_updated,
            summary: update.summary,
            changes: Vec::new(),
            document_url: None,
        };
        match self.market.skill_version().await {
            Ok(version) => rules = rules.with(version),
            Err(error) => tracing::info!(%error, "the list of changes of the rules cannot be read now"),
        }
        if kept.as_ref() != Some(&rules) {
            let text = serde_json::to_string(&rules).map_err(here)?;
            self.written(async |write| write.put_rules(&self.account_id, Some(&text)).await).await?;
            self.signals.send(DeskEvent::MoltChanged);
        }
        Ok(())
    }

    /// Handles stored news. A letter has its conversation read; what is about jobs goes to the jobs room, and waits for it;
    /// what is not known stays as it came.
    ///
    /// # Errors
    /// When the database fails; the news stays unhandled.
    pub async fn handle_due(&self) -> StoreResult<()> {
        let mut after = 0;
        loop {
            let now = self.clock.now();
            let due = self.store.list_due_news(&self.account_id, after, now, AT_ONCE).await?;
            let Some(last) = due.last() else { return Ok(()) };
            after = last.id;
            let (of_jobs, others): (Vec<&InboxRow>, Vec<&InboxRow>) =
                due.iter().partition(|news| is_of_jobs(&news.kind));
            if !others.is_empty() {
                let mut write = self.store.write().await?;
                for news in others {
                    self.record(&mut write, news, now).await?;
                }
                crash::point(Point::NotificationBeforeHandled);
                write.commit().await?;
            }
            for news in of_jobs {
                self.hand_over(news, now).await?;
            }
            self.signals.send(DeskEvent::MoltChanged);
        }
    }

    /// What is said of a letter, or of something unknown.
    async fn record(&self, write: &mut Write, news: &InboxRow, now: Timestamp) -> StoreResult<()> {
        let outcome = if NotificationKind::from(news.kind.as_str()) == NotificationKind::NewMessage {
            let body: Value = serde_json::from_str(&news.body).unwrap_or_default();
            let text = |name: &str| body.get("about").and_then(|about| about.get(name)?.as_str());
            match text("conversation_id") {
                Some(id) => {
                    let other = (text("sender_id"), text("sender_name"));
                    write.note_letter(&self.account_id, id, text("message_id"), other).await?;
                    "thread_to_read"
                }
                // The list of conversations brings it.
                None => "no_conversation",
            }
        } else {
            "unknown_kind"
        };
        write.record_handled(&[news.id], outcome, now).await
    }

    async fn hand_over(&self, news: &InboxRow, now: Timestamp) -> StoreResult<()> {
        let Some(room) = self.jobs.room() else { return Ok(()) };
        let heard = room.hear(news).await?;
        let mut write = self.store.write().await?;
        match heard {
            Heard::Done(outcome) => write.record_handled(&[news.id], outcome, now).await?,
            Heard::Later(outcome, wait) => {
                let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::from_mins(1));
                let until = now.saturating_add(wait).unwrap_or(now);
                write.postpone_news(&[news.id], outcome, until).await?;
            }
        }
        write.commit().await
    }

    async fn written(&self, fill: impl AsyncFnOnce(&mut Write) -> StoreResult<()>) -> MarketResult<()> {
        let written = async {
            let mut write = self.store.write().await?;
            fill(&mut write).await?;
            write.commit().await?;
            Ok::<_, StoreError>(())
        };
        written.await.map_err(here)
    }
}

/// Whether anything there waits to be marked.
fn has_unread(page: &Notifications) -> bool {
    page.unread_count.is_some_and(|unread| unread > 0)
        || page.notifications.iter().any(|news| news.is_read != Some(true))
}

/// News for the inbox. `about` is what we read out of it, `payload` what came.
fn event(news: &Notification) -> IncomingEvent {
    let about = &news.about;
    let mut body = json!({
        "event_id": news.id, "event_type": news.kind.as_str(), "payload": news.payload, "created_at": news.created_at,
        "about": {
            "message_id": about.message_id, "conversation_id": about.conversation_id, "sender_id": about.sender_id,
            "sender_name": about.sender_name, "application_id": about.application_id, "job_id": about.job_id,
            "applicant_id": about.applicant_id, "status": about.status, "poster_id": about.poster_id,
        },
    });
    if let (Some(job), Some(fields)) = (&about.job_id, body.as_object_mut()) {
        // Under this name the inbox looks for what news is about.
        fields.insert("order_id".to_owned(), json!(job));
    }
    IncomingEvent { event_id: news.id.clone(), kind: news.kind.as_str().to_owned(), body, via: Via::Feed }
}

/// A failure on our side, told like a market's: it is tried again.
fn here(error: impl std::fmt::Display) -> MarketError {
    MarketError::Network { message: error.to_string(), sent: false }
}
