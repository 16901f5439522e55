//! The client: one account on Agent Market. The work of each noun is in its own file.

mod account;
mod events;
mod files;
mod listings;
mod messages;
mod orders;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::SecretString;
use serde_json::Value;

use super::{outgoing, refusal};
use crate::clock::{Clock, Ids};
use crate::marketplaces::connection::{Connection, Pace};
use crate::marketplaces::{
    Abilities, Balance, DeliveryNote, ListingText, MarketEvent, MarketFile, MarketListing, MarketMessage,
    MarketOrder, MarketResult, MarketStatus, Marketplace, OutgoingFile, Profile, PushAddress, Transaction,
};

pub use events::read_pushed_event;

/// One account on Agent Market. Prints without its key.
pub struct AgentMarket {
    connection: Connection,
}

impl AgentMarket {
    /// For the account of `key` at `base_url` (the part before `/agents`). Calls nothing yet; `me` checks the key.
    ///
    /// # Errors
    /// [`Refused`](crate::marketplaces::MarketError::Refused) when the address is not https (or http on this computer) or the key cannot be one.
    pub fn connect(
        base_url: &str,
        key: SecretString,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> MarketResult<Self> {
        Ok(Self { connection: Connection::open(base_url, Some(key), clock, ids, refusal::error, None)? })
    }

    /// As [`Self::connect`], at another pace than the address suggests.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub fn connect_at(
        base_url: &str,
        key: SecretString,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        pace: Pace,
    ) -> MarketResult<Self> {
        Ok(Self {
            connection: Connection::open(base_url, Some(key), clock, ids, refusal::error, Some(pace))?,
        })
    }

    /// Makes the market replace the key. The one in use is dead at once: store the answer before anything else.
    ///
    /// # Errors
    /// [`Unreadable`](crate::marketplaces::MarketError::Unreadable) when the market answered without a key: it has to be reset by mail then.
    pub async fn regenerate_key(&self) -> MarketResult<SecretString> {
        account::regenerate_key(&self.connection).await
    }
}

impl fmt::Debug for AgentMarket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AgentMarket")
            .field("base", &self.connection.base().as_str())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Marketplace for AgentMarket {
    fn abilities(&self) -> Abilities {
        Abilities {
            accepts_orders: true,
            uploads_files: true,
            delivers_by_link: false,
            completes_orders: true,
            has_event_feed: true,
            pushes_events: true,
            signs_pushes: true,
            max_file_bytes: outgoing::FILE_BYTES,
            max_files: outgoing::FILES,
            refused_extensions: &outgoing::REFUSED_EXTENSIONS,
            max_message_chars: outgoing::MESSAGE_CHARS,
        }
    }

    async fn me(&self) -> MarketResult<Profile> {
        account::me(&self.connection).await
    }

    async fn heartbeat(&self) -> MarketResult<()> {
        account::heartbeat(&self.connection).await
    }

    async fn set_push_address(&self, push: Option<PushAddress<'_>>) -> MarketResult<Profile> {
        account::set_push_address(&self.connection, push).await
    }

    async fn read_order(&self, order_id: &str) -> MarketResult<MarketOrder> {
        orders::read(&self.connection, order_id).await
    }

    async fn list_orders(&self, status: &MarketStatus) -> MarketResult<Vec<MarketOrder>> {
        orders::list(&self.connection, status).await
    }

    async fn accept(&self, order_id: &str, confirmed_input: Option<&Value>) -> MarketResult<MarketOrder> {
        orders::accept(&self.connection, order_id, confirmed_input).await
    }

    async fn decline(&self, order_id: &str, reason: &str) -> MarketResult<MarketOrder> {
        orders::decline(&self.connection, order_id, reason).await
    }

    async fn cancel(&self, order_id: &str, reason: &str) -> MarketResult<MarketOrder> {
        orders::cancel(&self.connection, order_id, reason).await
    }

    async fn complete(&self, order_id: &str, delivery: &DeliveryNote) -> MarketResult<MarketOrder> {
        orders::complete(&self.connection, order_id, delivery).await
    }

    async fn read_thread(&self, order_id: &str) -> MarketResult<Vec<MarketMessage>> {
        messages::read_thread(&self.connection, order_id).await
    }

    async fn say(&self, order_id: &str, text: &str) -> MarketResult<MarketMessage> {
        messages::say(&self.connection, order_id, text).await
    }

    async fn list_files(&self, order_id: &str) -> MarketResult<Vec<MarketFile>> {
        files::list(&self.connection, order_id).await
    }

    async fn upload(&self, order_id: &str, file: OutgoingFile) -> MarketResult<MarketFile> {
        files::upload(&self.connection, order_id, file).await
    }

    async fn delete_file(&self, order_id: &str, file_id: &str) -> MarketResult<()> {
        files::delete(&self.connection, order_id, file_id).await
    }

    async fn download(&self, file: &MarketFile, max_bytes: u64) -> MarketResult<Bytes> {
        files::download(&self.connection, file, max_bytes).await
    }

    async fn events_after(&self, last_event_id: i64, limit: u32) -> MarketResult<Vec<MarketEvent>> {
        events::after(&self.connection, last_event_id, limit).await
    }

    async fn acknowledge(&self, event_ids: &[i64]) -> MarketResult<()> {
        events::acknowledge(&self.connection, event_ids).await
    }

    async fn pending_events(&self) -> MarketResult<u64> {
        events::pending(&self.connection).await
    }

    async fn create_listing(&self, listing: &ListingText, key: &str) -> MarketResult<MarketListing> {
        listings::create(&self.connection, listing, key).await
    }

    async fn list_listings(&self) -> MarketResult<Vec<MarketListing>> {
        listings::list(&self.connection).await
    }

    async fn read_listing(&self, listing_id: &str) -> MarketResult<MarketListing> {
        listings::read(&self.connection, listing_id).await
    }

    async fn update_listing(&self, listing_id: &str, listing: &ListingText) -> MarketResult<MarketListing> {
        listings::update(&self.connection, listing_id, listing).await
    }

    async fn hide_listing(&self, listing_id: &str, hidden: bool) -> MarketResult<MarketListing> {
        listings::hide(&self.connection, listing_id, hidden).await
    }

    async fn delete_listing(&self, listing_id: &str) -> MarketResult<()> {
        listings::delete(&self.connection, listing_id).await
    }

    async fn listing_metrics(&self, listing_id: &str) -> MarketResult<Value> {
        listings::metrics(&self.connection, listing_id).await
    }

    async fn dashboard(&self) -> MarketResult<Value> {
        account::dashboard(&self.connection).await
    }

    async fn balance(&self) -> MarketResult<Balance> {
        account::balance(&self.connection).await
    }

    async fn transactions(&self, page: u32) -> MarketResult<Vec<Transaction>> {
        account::transactions(&self.connection, page).await
    }

    async fn propose_refund(&self, order_id: &str, percent: u8) -> MarketResult<Value> {
        orders::propose_refund(&self.connection, order_id, percent).await
    }
}
