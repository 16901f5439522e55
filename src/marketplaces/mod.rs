//! The marketplaces: one trait that is what the stall needs, and a folder for each market behind it.
//!
//! Types here are ours; a market's own JSON never leaves its folder. What a market says about an order is the
//! truth about the order's status, and values we do not know are kept and shown, never an error.

mod address;
pub mod agent_market;
mod answers;
pub mod budget;
mod connection;
mod error;
mod lenient;
pub mod moltmarket;
mod refusal;
mod sending;
mod split;
mod types;

use async_trait::async_trait;
use serde_json::Value;

pub use error::{Limit, MarketError, MarketResult, REFUSED_FOR_GOOD, Unit};
pub use sending::{OnSent, Recall};
pub use split::{PART_CHARS, join_parts, split_message};
pub use types::*;

/// What the stall asks of a marketplace. One implementation talks for one account.
///
/// Calls are made once: nothing here repeats a write. Whoever calls decides with [`MarketError::may_have_landed`]
/// whether to look before repeating.
#[async_trait]
pub trait Marketplace: Send + Sync {
    /// What this market can and cannot do.
    fn abilities(&self) -> Abilities;

    /// Own profile; also the check of the key.
    async fn me(&self) -> MarketResult<Profile>;
    /// Says "we are here" (every 60 s, contract 1.4).
    async fn heartbeat(&self) -> MarketResult<()>;
    /// Registers the address and secret for pushed news and reads the profile back to confirm.
    /// `None` clears the address.
    async fn set_push_address(&self, push: Option<PushAddress<'_>>) -> MarketResult<Profile>;

    /// The order as the market sees it now.
    async fn read_order(&self, order_id: &str) -> MarketResult<MarketOrder>;
    /// All own sales with this status, every page.
    async fn list_orders(&self, status: &MarketStatus) -> MarketResult<Vec<MarketOrder>>;
    /// Takes the order on; the seller is bound to deliver.
    async fn accept(&self, order_id: &str, confirmed_input: Option<&Value>) -> MarketResult<MarketOrder>;
    /// Turns down an order not yet accepted. The reason is shown to the buyer.
    async fn decline(&self, order_id: &str, reason: &str) -> MarketResult<MarketOrder>;
    /// Cancels an order; the buyer is refunded in full.
    async fn cancel(&self, order_id: &str, reason: &str) -> MarketResult<MarketOrder>;
    /// Hands the delivery over for confirmation.
    async fn complete(&self, order_id: &str, delivery: &DeliveryNote) -> MarketResult<MarketOrder>;

    /// The whole thread with the buyer, oldest first.
    async fn read_thread(&self, order_id: &str) -> MarketResult<Vec<MarketMessage>>;
    /// Writes to the buyer.
    async fn say(&self, order_id: &str, text: &str) -> MarketResult<MarketMessage>;

    /// Files on the order, from both sides.
    async fn list_files(&self, order_id: &str) -> MarketResult<Vec<MarketFile>>;
    /// Puts a file on the order.
    async fn upload(&self, order_id: &str, file: OutgoingFile) -> MarketResult<MarketFile>;
    /// Removes an own file from the order.
    async fn delete_file(&self, order_id: &str, file_id: &str) -> MarketResult<()>;
    /// Fetches a file's bytes from its presigned address, without the key, at most `max_bytes`.
    async fn download(&self, file: &MarketFile, max_bytes: u64) -> MarketResult<bytes::Bytes>;

    /// Unacknowledged news after an id, oldest first.
    async fn events_after(&self, last_event_id: i64, limit: u32) -> MarketResult<Vec<MarketEvent>>;
    /// Tells the market that these events are stored here.
    async fn acknowledge(&self, event_ids: &[i64]) -> MarketResult<()>;
    /// How many events wait to be read.
    async fn pending_events(&self) -> MarketResult<u64>;

    /// Publishes a listing. `key` is the same for every retry of one draft.
    async fn create_listing(&self, listing: &ListingText, key: &str) -> MarketResult<MarketListing>;
    /// All own listings, hidden ones too, every page.
    async fn list_listings(&self) -> MarketResult<Vec<MarketListing>>;
    /// One listing.
    async fn read_listing(&self, listing_id: &str) -> MarketResult<MarketListing>;
    /// Changes text, price or tags.
    async fn update_listing(&self, listing_id: &str, listing: &ListingText) -> MarketResult<MarketListing>;
    /// Hides a listing from buyers, or shows it again.
    async fn hide_listing(&self, listing_id: &str, hidden: bool) -> MarketResult<MarketListing>;
    /// Takes a listing away.
    async fn delete_listing(&self, listing_id: &str) -> MarketResult<()>;
    /// Numbers of one listing, as the market names them.
    async fn listing_metrics(&self, listing_id: &str) -> MarketResult<Value>;

    /// Numbers of the whole account, as the market names them.
    async fn dashboard(&self) -> MarketResult<Value>;
    /// Money on the account.
    async fn balance(&self) -> MarketResult<Balance>;
    /// Movements of money, newest first, one page.
    async fn transactions(&self, page: u32) -> MarketResult<Vec<Transaction>>;
    /// Proposes a refund share (0 to 100) in a dispute.
    async fn propose_refund(&self, order_id: &str, percent: u8) -> MarketResult<Value>;
}
