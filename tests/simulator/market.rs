//! The simulated marketplace: the port the stall is given instead of an HTTP client.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stallkeeper::marketplaces::{
    Abilities, Balance, DeliveryNote, ListingText, MarketError, MarketEvent, MarketFile, MarketListing,
    MarketMessage, MarketOrder, MarketResult, MarketStatus, Marketplace, OutgoingFile, Profile, PushAddress,
    Transaction,
};

use super::world::{FarOrder, SELLER, Strike, World};

pub struct SimMarket(pub Arc<World>);

impl SimMarket {
    /// Lets the weather decide whether the far side does it, and what comes back.
    pub async fn call<T>(
        &self,
        operation: &str,
        order: &str,
        does: impl FnOnce(&World) -> MarketResult<T> + Send,
    ) -> MarketResult<T> {
        let world = &self.0;
        let strike = world.strike(operation, order);
        if strike == Strike::DieBefore {
            return world.die().await;
        }
        let done = if strike.takes_effect() { Some(does(world)) } else { None };
        let lost = |sent| MarketError::Network { message: "simulated".to_owned(), sent };
        match strike {
            Strike::Clear => done.unwrap(),
            Strike::Limited(seconds) => Err(MarketError::RateLimited { wait: Duration::from_secs(seconds) }),
            Strike::FailBefore | Strike::FailAfter => Err(MarketError::Server { status: 503 }),
            Strike::NotSent => Err(lost(false)),
            Strike::LostBefore | Strike::LostAfter => Err(lost(true)),
            Strike::HalfAnswer => Err(MarketError::Unreadable { message: "simulated".to_owned() }),
            Strike::DieBefore | Strike::DieAfter => world.die().await,
        }
    }

    pub async fn on_order<T>(
        &self,
        operation: &'static str,
        order: &str,
        does: impl FnOnce(&World, &mut FarOrder, &mut Vec<String>) -> MarketResult<T> + Send,
    ) -> MarketResult<T> {
        self.call(operation, order, |world| {
            world.with(order, |order, wrong| does(world, order, wrong)).unwrap_or(Err(MarketError::NotFound))
        })
        .await
    }
}

fn conflict<T>() -> MarketResult<T> {
    Err(MarketError::Conflict { message: "not in this state".to_owned(), retry: false })
}

#[async_trait]
impl Marketplace for SimMarket {
    fn abilities(&self) -> Abilities {
        Abilities {
            accepts_orders: true,
            uploads_files: true,
            delivers_by_link: false,
            completes_orders: true,
            has_event_feed: true,
            pushes_events: true,
            signs_pushes: true,
            max_file_bytes: 20 << 20,
            max_files: 10,
            refused_extensions: &[],
            max_message_chars: 2_000,
        }
    }

    async fn read_order(&self, id: &str) -> MarketResult<MarketOrder> {
        let read = self.on_order("read_order", id, |_, order, _| Ok(World::as_read(order))).await;
        self.0.half_read(id);
        read
    }

    async fn list_orders(&self, status: &MarketStatus) -> MarketResult<Vec<MarketOrder>> {
        self.call("list_orders", status.as_str(), |world| {
            Ok(world
                .state()
                .orders
                .values()
                .filter(|order| order.job.is_none() && order.status == *status)
                .map(World::as_read)
                .collect())
        })
        .await
    }

    async fn accept(&self, id: &str, _: Option<&Value>) -> MarketResult<MarketOrder> {
        self.on_order("accept", id, |world, order, wrong| {
            world.received(order, "accept", wrong);
            if order.accepts > 0 {
                wrong.push(format!("{id} accepted again"));
            }
            if order.accept_deadline <= world.now() {
                wrong.push(format!("{id} accepted after its deadline"));
            }
            if order.status != MarketStatus::PendingAccept {
                return conflict();
            }
            order.accepts += 1;
            order.status = MarketStatus::InProgress;
            world.follows(order);
            Ok(World::as_read(order))
        })
        .await
    }

    async fn decline(&self, id: &str, _: &str) -> MarketResult<MarketOrder> {
        self.on_order("decline", id, |_, order, _| {
            if order.status != MarketStatus::PendingAccept {
                return conflict();
            }
            order.status = MarketStatus::Cancelled;
            Ok(World::as_read(order))
        })
        .await
    }

    async fn cancel(&self, id: &str, _: &str) -> MarketResult<MarketOrder> {
        self.on_order("cancel", id, |_, order, _| {
            if !matches!(order.status, MarketStatus::PendingAccept | MarketStatus::InProgress) {
                return conflict();
            }
            order.status = MarketStatus::Cancelled;
            Ok(World::as_read(order))
        })
        .await
    }

    async fn complete(&self, id: &str, delivery: &DeliveryNote) -> MarketResult<MarketOrder> {
        let note = delivery.note.clone();
        self.on_order("complete", id, |world, order, wrong| {
            world.received(order, "complete", wrong);
            if order.completes > 0 {
                wrong.push(format!("{id} completed again"));
            }
            if order.status != MarketStatus::InProgress {
                return conflict();
            }
            if !order.files.iter().any(|(file, _)| note.contains(&file.name)) {
                wrong.push(format!("{id} completed without the file its note names: {note}"));
            }
            order.completes += 1;
            order.status = MarketStatus::PendingConfirmation;
            order.confirm_deadline = Some(world.after(2 * 3_600));
            world.follows(order);
            Ok(World::as_read(order))
        })
        .await
    }

    async fn read_thread(&self, id: &str) -> MarketResult<Vec<MarketMessage>> {
        let read = self.on_order("read_thread", id, |_, order, _| Ok(order.messages.clone())).await;
        self.0.half_read(id);
        read
    }

    async fn say(&self, id: &str, text: &str) -> MarketResult<MarketMessage> {
        let text = text.to_owned();
        self.on_order("say", id, |world, order, wrong| {
            world.received(order, "say", wrong);
            let is_apology = text.starts_with("Sorry");
            let again = order
                .messages
                .iter()
                .filter(|message| message.sender_id.as_deref() == Some(SELLER) && message.text == text)
                .count();
            if !order.by_hand && again > usize::from(is_apology) * 2 {
                wrong.push(format!("{id} was told again: {text}"));
            }
            let message = MarketMessage {
                id: format!("{id}-m{}", order.messages.len()),
                sender_id: Some(SELLER.to_owned()),
                sender_name: None,
                text,
                at: Some(world.now()),
            };
            order.messages.push(message.clone());
            if order.status == MarketStatus::InProgress {
                world.hears(order);
            }
            Ok(message)
        })
        .await
    }

    async fn list_files(&self, id: &str) -> MarketResult<Vec<MarketFile>> {
        self.on_order("list_files", id, |_, order, _| {
            Ok(order.files.iter().map(|(file, _)| file.clone()).collect())
        })
        .await
    }

    async fn upload(&self, id: &str, file: OutgoingFile) -> MarketResult<MarketFile> {
        self.on_order("upload", id, |world, order, wrong| {
            world.received(order, "upload", wrong);
            if order.files.iter().any(|(known, _)| known.name == file.name) {
                wrong.push(format!("{} was uploaded to {id} again", file.name));
            }
            if !matches!(order.status, MarketStatus::InProgress | MarketStatus::PendingConfirmation) {
                return conflict();
            }
            let sha256: String =
                Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            let kept = MarketFile {
                id: format!("{id}-f{}", order.files.len()),
                name: file.name,
                media_type: Some(file.media_type),
                size: Some(file.bytes.len() as u64),
                sha256: None,
                uploader_id: Some(SELLER.to_owned()),
                download_url: None,
                is_high_risk: false,
            };
            order.files.push((kept.clone(), sha256));
            Ok(kept)
        })
        .await
    }

    async fn events_after(&self, last: i64, limit: u32) -> MarketResult<Vec<MarketEvent>> {
        self.call("events_after", "", |world| {
            let state = world.state();
            let waiting = state.events.iter().filter(|known| !known.acknowledged && known.event.id > last);
            Ok(waiting.take(limit as usize).map(|known| known.event.clone()).collect())
        })
        .await
    }

    async fn acknowledge(&self, ids: &[i64]) -> MarketResult<()> {
        let ids = ids.to_vec();
        self.call("acknowledge", "", move |world| {
            let mut state = world.state();
            state
                .events
                .iter_mut()
                .filter(|known| ids.contains(&known.event.id))
                .for_each(|known| known.acknowledged = true);
            Ok(())
        })
        .await
    }

    async fn heartbeat(&self) -> MarketResult<()> {
        Ok(())
    }

    async fn me(&self) -> MarketResult<Profile> {
        Err(MarketError::Unsupported)
    }
    async fn set_push_address(&self, _: Option<PushAddress<'_>>) -> MarketResult<Profile> {
        Err(MarketError::Unsupported)
    }
    async fn delete_file(&self, _: &str, _: &str) -> MarketResult<()> {
        Err(MarketError::Unsupported)
    }
    async fn download(&self, _: &MarketFile, _: u64) -> MarketResult<Bytes> {
        Err(MarketError::Unsupported)
    }
    async fn pending_events(&self) -> MarketResult<u64> {
        Err(MarketError::Unsupported)
    }
    async fn create_listing(&self, _: &ListingText, _: &str) -> MarketResult<MarketListing> {
        Err(MarketError::Unsupported)
    }
    async fn list_listings(&self) -> MarketResult<Vec<MarketListing>> {
        Err(MarketError::Unsupported)
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
