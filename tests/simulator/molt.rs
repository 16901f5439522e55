//! The simulated MoltMarket as the stall sees a given job: read, talked about, and ended by nobody but the poster.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};
use stallkeeper::marketplaces::{
    Abilities, Balance, DeliveryNote, ListingText, MarketError, MarketEvent, MarketFile, MarketListing,
    MarketMessage, MarketOrder, MarketResult, MarketStatus, Marketplace, OutgoingFile, Profile, PushAddress,
    Transaction,
};
use stallkeeper::store::Store;

use super::jobs::CRITERIA;
use super::market::SimMarket;
use super::stall::JOBS;
use super::world::{FarOrder, SELLER, World};

/// The jobs of a world. The weather is the same as at the other market.
pub struct SimMolt {
    pub market: SimMarket,
    /// What the stall knows: nothing may be said about a job of which it knows that it is over.
    pub store: Store,
}

impl SimMolt {
    pub fn new(world: Arc<World>, store: Store) -> Self {
        Self { market: SimMarket(world), store }
    }

    /// Looks whether anything is new, as one look at the inbox.
    pub async fn look(&self) -> MarketResult<()> {
        self.market.call("look", "jobs", |_| Ok(())).await
    }

    fn impossible<T>(&self, what: &str) -> MarketResult<T> {
        self.market.0.wrong(format!("{what} was asked of a market that has no such thing"));
        Err(MarketError::Unsupported)
    }
}

fn as_read(order: &FarOrder) -> MarketOrder {
    let requirement = json!({
        "description": format!("Wanted for {}.", order.id),
        "success_criteria": CRITERIA,
        "timeline": "soon",
        "deadline": null,
        "title": order.requirement,
    });
    MarketOrder {
        listing_id: None,
        title: order.requirement.clone(),
        platform_fee: None,
        payout: None,
        requirement: Some(requirement),
        cancel_reason: None,
        accept_deadline: None,
        confirm_deadline: None,
        updated_at: None,
        ..World::as_read(order)
    }
}

#[async_trait]
impl Marketplace for SimMolt {
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
            max_message_chars: 10_000,
        }
    }

    async fn read_order(&self, id: &str) -> MarketResult<MarketOrder> {
        self.market.on_order("read_order", id, |_, order, _| Ok(as_read(order))).await
    }

    async fn list_orders(&self, status: &MarketStatus) -> MarketResult<Vec<MarketOrder>> {
        self.market
            .call("list_orders", "jobs", |world| {
                let state = world.state();
                let jobs = state.orders.values().filter(|order| order.job.is_some());
                Ok(jobs.filter(|order| order.status == *status).map(as_read).collect())
            })
            .await
    }

    async fn read_thread(&self, id: &str) -> MarketResult<Vec<MarketMessage>> {
        self.market.on_order("read_thread", id, |_, order, _| Ok(order.messages.clone())).await
    }

    async fn say(&self, id: &str, text: &str) -> MarketResult<MarketMessage> {
        let text = text.to_owned();
        let known = self.store.lookup_market_order(JOBS, id).await.ok().flatten();
        let is_over =
            known.is_some_and(|row| matches!(row.market_status.as_str(), "completed" | "cancelled"));
        self.market
            .on_order("say", id, |world, order, wrong| {
                world.received(order, "say", wrong);
                if is_over {
                    wrong.push(format!("{id} is over, and the poster was told: {text}"));
                }
                world.poster_hears(order, &text, wrong);
                let message = MarketMessage {
                    id: format!("{id}-m{}", order.messages.len()),
                    sender_id: Some(SELLER.to_owned()),
                    sender_name: None,
                    text,
                    at: Some(world.now()),
                };
                order.messages.push(message.clone());
                world.changed(order);
                Ok(message)
            })
            .await
    }

    async fn list_files(&self, _: &str) -> MarketResult<Vec<MarketFile>> {
        Ok(Vec::new())
    }

    async fn events_after(&self, _: i64, _: u32) -> MarketResult<Vec<MarketEvent>> {
        Ok(Vec::new())
    }

    async fn acknowledge(&self, _: &[i64]) -> MarketResult<()> {
        Ok(())
    }

    async fn heartbeat(&self) -> MarketResult<()> {
        Ok(())
    }

    async fn accept(&self, _: &str, _: Option<&Value>) -> MarketResult<MarketOrder> {
        self.impossible("accepting")
    }
    async fn decline(&self, _: &str, _: &str) -> MarketResult<MarketOrder> {
        self.impossible("declining")
    }
    async fn cancel(&self, _: &str, _: &str) -> MarketResult<MarketOrder> {
        self.impossible("cancelling")
    }
    async fn complete(&self, _: &str, _: &DeliveryNote) -> MarketResult<MarketOrder> {
        self.impossible("completing")
    }
    async fn upload(&self, _: &str, _: OutgoingFile) -> MarketResult<MarketFile> {
        self.impossible("uploading")
    }
    async fn delete_file(&self, _: &str, _: &str) -> MarketResult<()> {
        Err(MarketError::Unsupported)
    }
    async fn download(&self, _: &MarketFile, _: u64) -> MarketResult<Bytes> {
        Err(MarketError::Unsupported)
    }
    async fn me(&self) -> MarketResult<Profile> {
        Err(MarketError::Unsupported)
    }
    async fn set_push_address(&self, _: Option<PushAddress<'_>>) -> MarketResult<Profile> {
        Err(MarketError::Unsupported)
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
        Ok(json!({}))
    }
    async fn dashboard(&self) -> MarketResult<Value> {
        Ok(json!({}))
    }
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
