//! An accepted application as an order, so that a job is walked like everything else that is sold.
//!
//! The order's id is the job's. Nobody accepts it (the poster has), nothing is uploaded and nothing handed over: a message
//! to the poster is the delivery, and only the poster ends the job (contract 2.2).

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    ApplicationStatus, Conversation, Job, JobStatus, Message, MoltMarket, MyApplication, OutgoingMessage,
    Paging, Recipient,
};
use crate::marketplaces::{
    Abilities, Balance, DeliveryNote, ListingText, MarketError, MarketEvent, MarketFile, MarketListing,
    MarketMessage, MarketOrder, MarketResult, MarketStatus, Marketplace, OutgoingFile, Profile, PushAddress,
    Transaction,
};

/// Rows of one request.
const PAGE: u32 = 100;
/// Pages read of one list: a list that goes on for ever ends here.
const MOST_PAGES: usize = 50;
/// Most characters of a message (contract, `x-limits`).
const MESSAGE_CHARS: usize = 10_000;

/// The jobs that were given to us on MoltMarket.
#[derive(Debug)]
pub struct MoltOrders {
    market: Arc<MoltMarket>,
    own_id: String,
}

impl MoltOrders {
    /// `own_id` is our account's id there.
    pub fn new(market: Arc<MoltMarket>, own_id: String) -> Self {
        Self { market, own_id }
    }

    /// Accepted applications, until `done` says that enough were seen.
    async fn accepted(&self, mut done: impl FnMut(MyApplication) -> bool + Send) -> MarketResult<()> {
        let mut paging = Paging { limit: PAGE, offset: 0 };
        for _ in 0..MOST_PAGES {
            let page = self.market.my_applications(Some(&ApplicationStatus::Accepted), paging).await?;
            for row in page.rows {
                if row.application.status == Some(ApplicationStatus::Accepted) && done(row) {
                    return Ok(());
                }
            }
            match page.next_offset {
                Some(next) => paging.offset = next,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    async fn application_for(&self, job_id: &str) -> MarketResult<MyApplication> {
        let mut found = None;
        self.accepted(|row| {
            let is_it = job_of(&row).as_deref() == Some(job_id);
            if is_it {
                found = Some(row);
            }
            is_it
        })
        .await?;
        found.ok_or(MarketError::NotFound)
    }

    /// The thread with the poster of this job: the one tied to the job, else the one with the poster.
    async fn conversation(&self, job_id: &str, poster_id: &str) -> MarketResult<Option<Conversation>> {
        let (mut paging, mut theirs) = (Paging { limit: PAGE, offset: 0 }, None);
        for _ in 0..MOST_PAGES {
            let page = self.market.get_conversations(paging).await?;
            for row in page.rows {
                if row.job_id.as_deref() == Some(job_id) {
                    return Ok(Some(row));
                }
                if theirs.is_none() && row.other.as_ref().is_some_and(|other| other.id == poster_id) {
                    theirs = Some(row);
                }
            }
            match page.next_offset {
                Some(next) => paging.offset = next,
                None => break,
            }
        }
        Ok(theirs)
    }

    /// What was said since this moment, oldest first.
    async fn messages_since(
        &self,
        conversation_id: &str,
        since: Option<Timestamp>,
    ) -> MarketResult<Vec<Message>> {
        let mut all: Vec<Message> = Vec::new();
        let mut before: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page = self.market.get_messages(conversation_id, PAGE, before.as_deref()).await?;
            let Some(first) = page.messages.first() else { break };
            let reached = since.is_some_and(|since| first.at.is_some_and(|at| at < since));
            before = Some(first.id.clone());
            all.splice(0..0, page.messages);
            if reached || !page.has_more {
                break;
            }
        }
        all.retain(|message| since.is_none_or(|since| message.at.is_none_or(|at| at >= since)));
        Ok(all)
    }

    fn order(&self, row: &MyApplication, job: &Job) -> MarketOrder {
        let poster = job.poster.as_ref();
        MarketOrder {
            id: job.id.clone(),
            status: status_of(job.status.as_ref().or(row.job_status.as_ref())),
            listing_id: None,
            title: job.title.clone().or_else(|| row.application.job_title.clone()),
            buyer_id: poster_of(row, job),
            buyer_name: poster.and_then(|poster| poster.name.clone()),
            seller_id: Some(self.own_id.clone()),
            price: row.application.proposed_rate.or(job.budget_max).or(job.budget_min),
            platform_fee: None,
            payout: None,
            requirement: Some(requirement(job)),
            cancel_reason: None,
            accept_deadline: None,
            complete_deadline: job.deadline_at,
            confirm_deadline: None,
            created_at: row.application.created_at,
            updated_at: None,
        }
    }
}

fn job_of(row: &MyApplication) -> Option<String> {
    row.application.job_id.clone().or_else(|| row.job.as_ref().map(|job| job.id.clone()))
}

fn poster_of(row: &MyApplication, job: &Job) -> Option<String> {
    row.poster_id
        .clone()
        .or_else(|| job.poster_id.clone())
        .or_else(|| job.poster.as_ref().map(|poster| poster.id.clone()))
}

/// A job that is open again or has an unknown word is shown as it is.
fn status_of(status: Option<&JobStatus>) -> MarketStatus {
    match status {
        Some(JobStatus::InProgress) | None => MarketStatus::InProgress,
        Some(JobStatus::Completed) => MarketStatus::Completed,
        Some(JobStatus::Cancelled) => MarketStatus::Cancelled,
        Some(other) => MarketStatus::Other(other.as_str().to_owned()),
    }
}

/// What the poster wants, as a buyer's requirement. Untrusted.
fn requirement(job: &Job) -> Value {
    json!({
        "title": job.title,
        "description": job.description,
        "success_criteria": job.success_criteria,
        "timeline": job.timeline,
        "deadline": job.deadline_at,
    })
}

#[async_trait]
impl Marketplace for MoltOrders {
    fn abilities(&self) -> Abilities {
        Abilities {
            accepts_orders: false,
            uploads_files: false,
            delivers_by_link: true,
            completes_orders: false,
            has_event_feed: false,
            pushes_events: false,
            signs_pushes: false,
            max_file_bytes: 0,
            max_files: 0,
            refused_extensions: &[],
            max_message_chars: MESSAGE_CHARS,
        }
    }

    async fn me(&self) -> MarketResult<Profile> {
        let status = self.market.agent_status().await?;
        Ok(Profile {
            id: status.id.unwrap_or_else(|| self.own_id.clone()),
            handle: None,
            name: status.name.unwrap_or_default(),
            trust_score: None,
            is_online: None,
            push_url: None,
            balance: None,
        })
    }

    /// The market asks for no sign of life.
    async fn heartbeat(&self) -> MarketResult<()> {
        Ok(())
    }

    /// Its pushes are unsigned hints that cost a change of the profile: the inbox is polled (contract 2.3).
    async fn set_push_address(&self, _: Option<PushAddress<'_>>) -> MarketResult<Profile> {
        Err(MarketError::Unsupported)
    }

    async fn read_order(&self, job_id: &str) -> MarketResult<MarketOrder> {
        let row = self.application_for(job_id).await?;
        let job = self.market.get_job(job_id).await?;
        Ok(self.order(&row, &job))
    }

    async fn list_orders(&self, status: &MarketStatus) -> MarketResult<Vec<MarketOrder>> {
        let mut orders = Vec::new();
        self.accepted(|row| {
            let listed = row
                .job
                .clone()
                .filter(|job| status_of(job.status.as_ref().or(row.job_status.as_ref())) == *status);
            orders.extend(listed.map(|job| self.order(&row, &job)));
            false
        })
        .await?;
        Ok(orders)
    }

    async fn accept(&self, _: &str, _: Option<&Value>) -> MarketResult<MarketOrder> {
        Err(MarketError::Unsupported)
    }

    async fn decline(&self, _: &str, _: &str) -> MarketResult<MarketOrder> {
        Err(MarketError::Unsupported)
    }

    async fn cancel(&self, _: &str, _: &str) -> MarketResult<MarketOrder> {
        Err(MarketError::Unsupported)
    }

    async fn complete(&self, _: &str, _: &DeliveryNote) -> MarketResult<MarketOrder> {
        Err(MarketError::Unsupported)
    }

    async fn read_thread(&self, job_id: &str) -> MarketResult<Vec<MarketMessage>> {
        let row = self.application_for(job_id).await?;
        let job = row.job.as_ref();
        let poster_id = row.poster_id.clone().or_else(|| job.and_then(|job| poster_of(&row, job)));
        let poster_id = match poster_id {
            Some(poster_id) => poster_id,
            None => poster_of(&row, &self.market.get_job(job_id).await?).ok_or(MarketError::NotFound)?,
        };
        let Some(conversation) = self.conversation(job_id, &poster_id).await? else { return Ok(Vec::new()) };
        // What was said before we applied belongs to something else.
        let messages = self.messages_since(&conversation.id, row.application.created_at).await?;
        Ok(messages.into_iter().map(said).collect())
    }

    async fn say(&self, job_id: &str, text: &str) -> MarketResult<MarketMessage> {
        let row = self.application_for(job_id).await?;
        let poster_id = match row.poster_id.clone() {
            Some(poster_id) => poster_id,
            None => poster_of(&row, &self.market.get_job(job_id).await?).ok_or(MarketError::NotFound)?,
        };
        let to = Recipient::Person { id: poster_id, job_id: Some(job_id.to_owned()) };
        let message = OutgoingMessage { to, text: text.to_owned(), image_url: None };
        self.market.send_message(&message).await.map(said)
    }

    async fn list_files(&self, _: &str) -> MarketResult<Vec<MarketFile>> {
        Ok(Vec::new())
    }

    async fn upload(&self, _: &str, _: OutgoingFile) -> MarketResult<MarketFile> {
        Err(MarketError::Unsupported)
    }

    async fn delete_file(&self, _: &str, _: &str) -> MarketResult<()> {
        Err(MarketError::Unsupported)
    }

    async fn download(&self, _: &MarketFile, _: u64) -> MarketResult<bytes::Bytes> {
        Err(MarketError::Unsupported)
    }

    /// News comes from the inbox, which is read by its own poller.
    async fn events_after(&self, _: i64, _: u32) -> MarketResult<Vec<MarketEvent>> {
        Ok(Vec::new())
    }

    async fn acknowledge(&self, _: &[i64]) -> MarketResult<()> {
        Ok(())
    }

    async fn pending_events(&self) -> MarketResult<u64> {
        Ok(0)
    }

    async fn create_listing(&self, _: &ListingText, _: &str) -> MarketResult<MarketListing> {
        Err(MarketError::Unsupported)
    }

    async fn list_listings(&self) -> MarketResult<Vec<MarketListing>> {
        Ok(Vec::new())
    }

    async fn read_listing(&self, _: &str) -> MarketResult<MarketListing> {
        Err(MarketError::Unsupported)
    }

    async fn update_listing(&self, _: &str, _: &ListingText) -> MarketResult<MarketListing> {
        Err(MarketError::Unsupported)
    }

    async fn hide_listing(&self, _: &str, _: bool) -> MarketResult<MarketListing> {
        Err(MarketError::Unsupported)
    }

    async fn delete_listing(&self, _: &str) -> MarketResult<()> {
        Err(MarketError::Unsupported)
    }

    async fn listing_metrics(&self, _: &str) -> MarketResult<Value> {
        Err(MarketError::Unsupported)
    }

    async fn dashboard(&self) -> MarketResult<Value> {
        Err(MarketError::Unsupported)
    }

    /// The market holds no money (contract 2.7).
    async fn balance(&self) -> MarketResult<Balance> {
        Err(MarketError::Unsupported)
    }

    async fn transactions(&self, _: u32) -> MarketResult<Vec<Transaction>> {
        Ok(Vec::new())
    }

    async fn propose_refund(&self, _: &str, _: u8) -> MarketResult<Value> {
        Err(MarketError::Unsupported)
    }
}

/// A picture's address is told, never fetched.
fn said(message: Message) -> MarketMessage {
    let text = match &message.image_url {
        Some(address) if !message.text.is_empty() => format!("{}\n{address}", message.text),
        Some(address) => address.clone(),
        None => message.text,
    };
    MarketMessage {
        id: message.id,
        sender_id: message.sender_id,
        sender_name: message.sender_name,
        text,
        at: message.at,
    }
}
