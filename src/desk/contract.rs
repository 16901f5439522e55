//! What crosses between a screen and the engine: requests, answers and events, one type each.
//!
//! The TypeScript in `ui/src/lib/backend/generated` is made from this file. Money, ids and instants travel as
//! strings. Anything a person reads is a code with parameters; the screen words it in the seller's language.

mod jobs;
mod messages;
mod money;
mod people;

use std::collections::BTreeMap;

pub use people::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use jobs::*;
pub use messages::*;
pub use money::*;

/// A request without parameters, or an answer without content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// Names one thing by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ById {
    pub id: String,
}

/// Names a file of the seller's that is on its way to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StopFile {
    pub order_id: String,
    pub name: String,
}

// ---- the stall ----------------------------------------------------------------------------------------------

/// Which stall is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StallMode {
    /// Nothing chosen yet: the welcome screen.
    Welcome,
    /// The practice marketplace on this computer.
    Practice,
    /// A real marketplace.
    Live,
}

/// The frame around every screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StallView {
    pub mode: StallMode,
    /// The name on the stall's sign.
    pub name: String,
    /// Whether the seller has it open.
    pub open: bool,
    /// What keeps it closed all the same.
    pub closed_now: Option<ClosedNow>,
    pub light: TruthLight,
    pub counts: Counts,
    pub automation: AutomationMode,
    pub language: Language,
    pub theme: Theme,
    /// Text size in percent, 100 to 200.
    pub text_size: u16,
    pub version: String,
    /// True once an order of this stall has been delivered; the first-steps guide ends then.
    pub first_order_done: bool,
    /// How fast the practice marketplace runs; 1 is as people are. Absent on a real stall.
    pub practice_speed: Option<f64>,
}

/// The stall closed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClosedNow {
    /// hours, away
    pub by: String,
    /// When it opens again by itself.
    pub opens_at: Option<String>,
}

/// Numbers beside the menu entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Counts {
    pub needs_you: u32,
    /// Threads of all markets with something unread.
    pub messages: u32,
    pub unread: u32,
    pub running: u32,
    pub waiting: u32,
}

/// The truth light: never green without proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TruthLight {
    pub colour: LightColour,
    /// serving, closed, out_of_hours, away, starting, no_account, market_unreachable, key_refused, feed_stale, heartbeat_stale, model_missing, model_key_refused, out_of_credit, disk_full, read_only, storage
    pub reason: String,
    /// Since when the light has this colour.
    pub since: Option<String>,
    /// Last moment something proved that orders reach us.
    pub proved_at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LightColour {
    Green,
    Amber,
    Red,
    Grey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetOpen {
    pub open: bool,
}

// ---- welcome ------------------------------------------------------------------------------------------------

/// Connects a marketplace account. Without `base_url` the market's present address is taken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConnectMarket {
    pub base_url: Option<String>,
    pub key: String,
}

/// Connects the model provider.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConnectModel {
    pub base_url: Option<String>,
    pub key: String,
}

/// Makes a new account on Agent Market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterMarket {
    pub base_url: Option<String>,
    pub name: String,
    pub description: String,
    pub owner_email: String,
}

/// Reads keys from the text of a `credentials.json` or an `.env` file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportKeys {
    pub text: String,
}

/// What an import found; keys themselves never come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportFound {
    pub market: Option<Proof>,
    pub model: Option<Proof>,
    /// Names of the settings taken over, such as `WEBHOOK_PATH`.
    pub settings: Vec<String>,
    /// Names that were there but are not known.
    pub unknown: Vec<String>,
}

/// What a live check proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Proof {
    pub ok: bool,
    /// key_works, key_refused, unreachable, no_credit, unexpected
    pub code: String,
    /// The account's name, or the key's label.
    pub name: Option<String>,
    /// What is left, with its unit, such as `12.40 USD` or `100.00 UAT`.
    pub balance: Option<String>,
    /// The other side's words, for showing; untrusted.
    pub detail: Option<String>,
}

// ---- today --------------------------------------------------------------------------------------------------

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TodayView {
    pub needs_you: Vec<OrderCard>,
    pub running: Vec<OrderCard>,
    pub latest: Vec<OrderCard>,
    pub deadlines: Vec<OrderCard>,
    pub pictures: Vec<PictureView>,
    /// In the market's credits.
    pub earned_today: String,
    pub in_escrow: String,
    /// In US dollars.
    pub spent_today_usd: String,
    pub spend_cap_usd: Option<String>,
    pub orders_missed: u32,
    pub missed_since: Option<String>,
    pub has_listing: bool,
    /// Whether the stall is on a market with listings; elsewhere it applies for jobs.
    pub lists: bool,
}

// ---- orders -------------------------------------------------------------------------------------------------

/// Where an order stands on our side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Waiting,
    Asking,
    Making,
    Approving,
    Delivered,
    Paid,
    Closed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderCard {
    pub id: String,
    /// agent_market, moltmarket
    pub market: String,
    pub market_order_id: String,
    /// The listing's name as the buyer saw it.
    pub title: String,
    pub listing_id: Option<String>,
    pub buyer_name: Option<String>,
    pub price: Option<String>,
    pub stage: Stage,
    /// The market's own word.
    pub market_status: String,
    /// check_files, accept, greet, guide, read_brief, draw, keep, check, upload, link, link_again, apologise, tell, tell_again, complete, settle, say, decline, cancel, wait_brief, wait_draft, wait_confirm, wait_retry, wait_capacity, wait_seller, wait_market, wait_address, wait_missed, wait_open, none
    pub next: String,
    /// When the next try is due, if it waits for a time.
    pub next_at: Option<String>,
    pub hold: Option<Hold>,
    pub deadline: Option<Deadline>,
    pub progress: Option<Progress>,
    /// What the seller noted of the payment of a job's order: none, expected, reported, received, missing; null elsewhere.
    pub payment: Option<String>,
    /// SHA-256 of the newest picture.
    pub picture: Option<String>,
    pub unread: bool,
    pub paused: bool,
    pub taken_over: bool,
    pub created_at: String,
    pub updated_at: String,
}

/// Why an order waits for the seller, and what settles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hold {
    /// accept_failed, read_failed, draw_failed, upload_failed, link_failed, link_not_opened, complete_failed, message_failed, settle_failed, model_missing, no_time, draft_unanswered, unsafe_file, refused_brief, over_cap, over_listing_cap, out_of_credit, key_refused, disputed, cancelled_midway, approve, unclear_outcome, buyer_asks, revision_limit, outgoing_blocked, by_hand, accept_asks, price_low, listing_paused, unknown_status
    pub code: String,
    /// Parameters of the wording, such as `attempts` or `reason`.
    pub detail: BTreeMap<String, String>,
    pub since: String,
    /// The action that settles it: retry, approve, words, hand_back, reply, decline, none
    pub settle: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Deadline {
    /// accept, complete, confirm
    pub kind: String,
    pub at: String,
    /// True when the market did not say and we assumed.
    pub estimated: bool,
}

/// What runs at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// check_files, accept, read_brief, guide, draw, keep, check, apologise, upload, tell, complete, settle, say, decline, cancel, send_file, propose_refund
    pub step: String,
    /// Which picture, from 1.
    pub n: u32,
    pub of: u32,
    pub started_at: String,
    /// How long this step usually takes here, for a moving bar.
    pub expected_ms: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderFilter {
    /// Words in title, buyer, brief or ids.
    pub search: Option<String>,
    pub stage: Option<Stage>,
    pub held_only: bool,
    /// Show paid and closed orders that were archived.
    pub archived: bool,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderList {
    pub orders: Vec<OrderCard>,
    /// Pass as `after` for the next page.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderView {
    pub card: OrderCard,
    pub fee: Option<String>,
    pub payout: Option<String>,
    /// True when fee and payout are our estimate.
    pub payout_estimated: bool,
    pub cost_usd: String,
    /// What the buyer wrote when ordering; untrusted text.
    pub requirement: Option<String>,
    /// What is suspicious about it; codes as in a message.
    pub requirement_signs: Vec<String>,
    pub cancel_reason: Option<String>,
    pub brief: Option<BriefView>,
    pub thread: Vec<MessageView>,
    pub pictures: Vec<PictureView>,
    pub files: Vec<FileView>,
    /// The public links to its pictures that open now; null when none does.
    pub links: Option<OrderLinks>,
    /// What files the seller may put on the order now; null when none.
    pub takes_files: Option<FileLimits>,
    pub recorder: Vec<RecorderEntry>,
    /// What the seller may do now: take_over, hand_back, pause, resume, retry, approve, words, redraw, decline, cancel, complete, message, propose_refund
    pub actions: Vec<String>,
    pub revisions_used: u32,
    pub revisions_allowed: u32,
    /// Pictures of other buyers that look like those waiting for the seller's yes, the likest first.
    pub look_alikes: Vec<LookAlike>,
    /// Pictures that came otherwise than they were asked for, and went on all the same.
    pub not_as_asked: Vec<NotAsAsked>,
    /// What the seller proposed to give back, while the order is disputed; null when nothing was proposed.
    pub refund: Option<RefundView>,
}

/// What a picture model made differently than it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotAsAsked {
    pub round: u32,
    pub n: u32,
    /// ratio, size
    pub what: Vec<String>,
    /// The shape and the size asked for, such as `16:9` and `4K`.
    pub ratio: String,
    pub size: String,
}

/// A share of the price in a dispute, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RefundView {
    /// 0 to 100.
    pub percent: u32,
    /// What the buyer gets back of the price.
    pub back: String,
    /// What is left of the seller's payout; an estimate where the marketplace names no fee.
    pub left: String,
    /// When it was sent; null when it was only worked out.
    pub sent_at: Option<String>,
}

/// A share of the price to give back: whole percent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposeRefund {
    pub order_id: String,
    /// 0 to 100.
    pub percent: u32,
}

/// Where to save what can be shown of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveEvidence {
    pub order_id: String,
    /// A whole path that ends in `.zip`.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedEvidence {
    /// Delivered pictures that are in it.
    pub pictures: u32,
    /// Delivered files whose bytes are not on this computer.
    pub missing: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderLinks {
    /// Pictures that can be opened.
    pub pictures: u32,
    /// When the last of the links stops by itself.
    pub until: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BriefView {
    pub subject: String,
    pub style: String,
    pub prompt: String,
    pub aspect_ratio: String,
    pub count: u32,
    pub language: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Buyer,
    Robot,
    Seller,
    Market,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessageView {
    pub id: String,
    pub who: Who,
    pub name: Option<String>,
    pub text: String,
    pub at: String,
    /// received, sending, sent, unclear, failed
    pub state: String,
    /// What is suspicious about a buyer's words: pay_first, off_platform, asks_secret, refund, phishing, orders, hidden
    pub signs: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileView {
    pub id: String,
    pub name: String,
    pub size: Option<u32>,
    pub from: Who,
    pub high_risk: bool,
}

/// What files an order takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileLimits {
    pub most_bytes: u32,
    pub most_files: u32,
    /// In lower case, without a dot.
    pub refused_extensions: Vec<String>,
}

/// One line of the flight recorder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecorderEntry {
    pub id: String,
    pub at: String,
    pub actor: Who,
    /// news, late_news, deadline_near, order_seen, status, stage, step_begun, step_done, step_failed, step_unclear, retry_set, held, released, not_done, taken_over, handed_back, paused, resumed, approved, redraw
    pub kind: String,
    pub step: Option<String>,
    /// Parameters of the wording: event, attempt, cost_usd, model, prompt, sha256, bytes, reason, until, from, to …
    pub detail: BTreeMap<String, String>,
    pub duration_ms: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendMessage {
    pub order_id: String,
    pub text: String,
}

/// Sends a message that was held back, in these words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeldWords {
    pub order_id: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WithReason {
    pub order_id: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CompleteByHand {
    pub order_id: String,
    pub note: String,
}

/// Draws again, with other words if given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Redraw {
    pub order_id: String,
    pub prompt: Option<String>,
}

// ---- gallery ------------------------------------------------------------------------------------------------

/// A picture; its bytes come from the picture address of the carrier, by `sha256`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureView {
    pub id: String,
    pub order_id: Option<String>,
    pub order_title: Option<String>,
    pub buyer_name: Option<String>,
    pub round: u32,
    pub n: u32,
    /// Shown for the buyer's yes; no part of what was ordered.
    pub is_draft: bool,
    pub sha256: String,
    pub media_type: String,
    pub width: u32,
    pub height: u32,
    pub bytes: u32,
    pub prompt: String,
    pub model: String,
    pub cost_usd: Option<String>,
    /// kept, checked, refused, delivered, superseded
    pub state: String,
    /// 0 to 5.
    pub rating: u8,
    pub created_at: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GalleryFilter {
    pub search: Option<String>,
    pub min_rating: Option<u8>,
    pub tag: Option<String>,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// As much of a picture as a wall of tens of thousands needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GalleryTile {
    pub id: String,
    pub sha256: String,
    pub width: u32,
    pub height: u32,
    /// 0 to 5.
    pub rating: u8,
    pub order_title: Option<String>,
    pub n: u32,
    pub created_at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GalleryPage {
    pub pictures: Vec<GalleryTile>,
    pub next: Option<String>,
    /// How many there are; null on later pages.
    pub total: Option<u32>,
    /// There are more than `total`: a search is counted only so far.
    pub total_is_least: bool,
}

/// Everything about one picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureDetails {
    pub picture: PictureView,
    pub tags: Vec<String>,
    /// Pictures other buyers got that look like this one, the likest first.
    pub look_alikes: Vec<LookAlike>,
    /// Whether what it looks like is known yet; without it `look_alikes` says nothing.
    pub compared: bool,
    /// The name it would be sent under, when its order takes files now.
    pub sends_as: Option<String>,
    /// The next picture to the new end, and to the old one, of everything.
    pub newer: Option<String>,
    pub older: Option<String>,
}

/// A picture another buyer got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LookAlike {
    pub id: String,
    pub sha256: String,
    pub order_id: Option<String>,
    pub order_title: Option<String>,
    pub buyer_name: Option<String>,
    pub created_at: String,
    /// The very same picture.
    pub same: bool,
    /// Taken out of the gallery since.
    pub deleted: bool,
}

/// Puts a tag on a picture or takes it off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TagPicture {
    pub id: String,
    pub tag: String,
    pub on: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureTags {
    pub tags: Vec<String>,
}

/// The tags in use, the most used first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TagList {
    pub tags: Vec<TagCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TagCount {
    pub tag: String,
    pub pictures: u32,
}

/// Sends a kept picture to its order under the name the seller saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendPicture {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RatePicture {
    pub id: String,
    pub rating: u8,
}

/// Saves a copy where the seller chooses; only a desktop can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavePicture {
    pub sha256: String,
    pub path: String,
}

// ---- listings -----------------------------------------------------------------------------------------------

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AutomationMode {
    Automatic,
    AskBeforeDelivering,
    ByHand,
}

/// What the form holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingForm {
    pub name: String,
    pub description: String,
    /// Whole credits, as text.
    pub price: String,
    pub category: String,
    pub tags: Vec<String>,
    pub inventory: Option<u32>,
    /// The look every picture of this listing shares; empty for none.
    pub style: String,
    /// 1:1, 2:3, 3:2, 3:4, 4:3, 9:16, 16:9
    pub aspect_ratio: String,
    /// Pictures per order, 1 to 4.
    pub count: u32,
    /// Rounds of changes a buyer may ask for, 0 to 5.
    pub revisions: u32,
    /// None follows the stall's setting.
    pub automation: Option<AutomationMode>,
    /// SHA-256 of an example picture from the gallery, for the preview.
    pub example: Option<String>,
    #[serde(default)]
    pub recipe: ListingRecipe,
}

/// How the orders of one listing are made, where it differs from the stall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingRecipe {
    /// Models that read the buyer's words, first choice first; empty as in the settings.
    pub text_models: Vec<String>,
    /// Models that draw, first choice first; empty as in the settings.
    pub picture_models: Vec<String>,
    /// Most US dollars one order may cost at the model provider, as typed; empty for the stall's cap alone. The smaller one holds.
    pub order_cap_usd: String,
    /// The language of the robot's words to the buyer; None follows the buyer.
    pub language: Option<Language>,
    /// Every order waits for a yes before it is accepted.
    pub accept_by_hand: bool,
    /// The buyer gets one cheap picture first, and the others after their yes.
    #[serde(default)]
    pub draft_first: bool,
    /// The model that draws it; empty for the one that draws the others.
    #[serde(default)]
    pub draft_model: String,
    /// 1K, 2K, 4K
    #[serde(default)]
    pub resolution: String,
    /// Orders for less than this many credits wait for a yes, as typed; empty for none.
    pub least_price: String,
    /// Buyers do not see the listing while all places are taken.
    #[serde(default)]
    pub hide_when_full: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingView {
    pub id: String,
    pub market_listing_id: Option<String>,
    pub form: ListingForm,
    /// draft, publishing, active, hidden, inactive, offline, pending_review, refused, unclear, other
    pub status: String,
    /// The market's own word.
    pub market_status: Option<String>,
    /// No order of it is accepted unasked, and buyers do not see it.
    pub paused: bool,
    pub hidden_by_seller: bool,
    /// seller, pause, full; null while buyers may see it
    pub hidden_why: Option<String>,
    /// Why the market could not be told yet to hide or show it; null when it was told.
    pub untold: Option<String>,
    pub sold: Option<u32>,
    pub views: Option<u32>,
    pub problem: Option<ListingProblem>,
    pub updated_at: String,
}

/// Why the market did not take a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingProblem {
    pub code: String,
    pub message: String,
    pub fields: Vec<String>,
    pub categories: Vec<String>,
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingSave {
    /// None makes a new draft.
    pub id: Option<String>,
    pub form: ListingForm,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingHide {
    pub id: String,
    pub hidden: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingPause {
    pub id: String,
    pub paused: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingList {
    pub listings: Vec<ListingView>,
}

/// What the coach says about a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingCheck {
    pub advice: Vec<Advice>,
    /// Nothing stands in the way of publishing.
    pub ready: bool,
    pub fee_percent: String,
    pub fee: Option<String>,
    pub take_home: Option<String>,
    /// US dollars one order may cost at the model provider as the form stands: the smaller of the stall's cap and the listing's.
    pub order_cap_usd: Option<String>,
    /// Whether that cap is the listing's own.
    pub cap_is_listings: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Advice {
    /// name, description, price, category, tags, inventory, count, order_cap_usd, least_price, text_models, picture_models
    pub field: String,
    /// empty, too_long, too_short, not_a_number, not_whole, too_low, says_nothing_to_send, says_nothing_delivered, says_no_delivery_way, asks_for_secrets, off_platform, price_below_cost, out_of_range, sold_out, cap_below_cost, cap_stops_all, above_price, too_many_models, good
    pub code: String,
    /// stop, better, good
    pub weight: String,
    pub detail: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListingMetrics {
    /// As the market names them.
    pub numbers: BTreeMap<String, String>,
}

// ---- practice -----------------------------------------------------------------------------------------------

/// Asks for a simulated buyer now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PracticeBuyer {
    pub listing_id: String,
    /// clear, vague, chinese, changes_mind, in_requirement, cancels, disputes
    pub kind: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct PracticeSpeed {
    pub speed: f64,
}

/// The weather of the practice marketplace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PracticeWeather {
    /// calm, breezy, storm; absent once a slider was moved.
    pub preset: Option<String>,
    /// The whole number that decides what is struck.
    pub seed: String,
    pub sliders: Vec<WeatherSlider>,
    /// How often something was struck since the marketplace opened.
    pub strikes: u32,
}

/// One thing that can go wrong, and how it is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WeatherSlider {
    /// push_lost, push_repeated, push_late, push_overtaken, push_badly_signed, call_too_many, call_failed_before, call_failed_after, call_cut_before, call_cut_after, call_half_answer, call_slow, market_clock, picture_refused, picture_missing, picture_broken, picture_no_credit, picture_slow
    pub name: String,
    /// news, calls, pictures
    pub group: String,
    /// 0 never, 1 always; absent where only the amount counts.
    pub chance: Option<f64>,
    /// How much of it; absent where there is no more or less.
    pub amount: Option<WeatherAmount>,
}

/// Times (push_repeated), seconds (call_too_many, market_clock) or milliseconds (the others).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WeatherAmount {
    pub value: i32,
    pub least: i32,
    pub most: i32,
}

/// Changes the weather: the preset first, then single sliders on top of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct SetPracticeWeather {
    /// calm, breezy, storm
    pub preset: Option<String>,
    /// A whole number; begins the sequence of strikes anew.
    pub seed: Option<String>,
    pub sliders: Vec<WeatherSetting>,
}

/// Where one slider is moved to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WeatherSetting {
    pub name: String,
    pub chance: Option<f64>,
    pub amount: Option<i32>,
}

// ---- connection ---------------------------------------------------------------------------------------------

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConnectionView {
    pub market: Option<AccountView>,
    pub model: Option<AccountView>,
    pub push: PushView,
    pub feed: Pulse,
    pub heartbeat: Pulse,
    pub reconcile: Pulse,
    pub events: Vec<EventView>,
    /// Loopback address of the local interface, `http://127.0.0.1:8000`.
    pub local_address: Option<String>,
    /// Path news is pushed to.
    pub push_path: String,
    pub tunnel: TunnelStatus,
    pub links: PictureLinks,
    pub orders_missed: u32,
    pub missed_since: Option<String>,
    pub audit: Audit,
    /// What the light and the public address said, newest first.
    pub changes: Vec<ConnectionChange>,
    /// What is wrong with the place of the data, or soon will be.
    pub warnings: Vec<DataWarning>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// agent_market, openrouter
    pub kind: String,
    pub name: String,
    pub base_url: String,
    pub practice: bool,
    /// Whether a key is kept; never the key.
    pub has_key: bool,
    /// keychain, file, memory
    pub key_kept_in: Option<String>,
    pub proof: Option<Proof>,
    pub checked_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PushView {
    /// none, own_address
    pub kind: String,
    pub our_url: Option<String>,
    pub market_has: Option<String>,
    /// True when the market has exactly our address.
    pub matches: bool,
    pub last_at: Option<String>,
    pub received: u32,
    pub refused: u32,
}

/// The last sign of life of something that repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pulse {
    pub last_at: Option<String>,
    pub ok: bool,
    pub every_seconds: u32,
    /// Code of the last failure.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventView {
    pub id: String,
    pub event_id: String,
    pub kind: String,
    /// push, feed, reconcile
    pub via: String,
    pub order_id: Option<String>,
    pub received_at: String,
    pub handled_at: Option<String>,
    pub outcome: Option<String>,
}

/// The public address as it stands, and what the seller chose for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TunnelStatus {
    /// off, own, cloudflared, ngrok, ssh
    pub kind: String,
    /// off, opening, open, trouble
    pub state: String,
    pub address: Option<String>,
    /// Since when it is open, or in trouble.
    pub since: Option<String>,
    pub next_try: Option<String>,
    /// bad_token, program_missing, program_version, wrong_certificate, network_down, host_key_unknown, host_key_changed, login_refused, key_unusable, no_agent, refused, address_taken, bad_address, this_computer, not_reachable, ended
    pub problem: Option<String>,
    /// What belongs to the code, such as the version that was found.
    pub problem_detail: BTreeMap<String, String>,
    pub probed_at: Option<String>,
    /// Whether the address led here when it was last asked.
    pub probe_right: bool,
    /// untold, telling, told, failed
    pub registration: String,
    /// Why the market could not be told.
    pub registration_problem: Option<String>,
    /// Whether news is pushed now, as far as is known.
    pub carries_news: bool,
    /// The server's key that waits for the seller's yes.
    pub host_key: Option<String>,
    /// The key that was confirmed before.
    pub confirmed_host_key: Option<String>,
    /// Where cloudflared was found.
    pub cloudflared_found: Option<String>,
    /// Whether the environment decides and nothing can be chosen here.
    pub is_fixed: bool,
    pub has_ngrok_token: bool,
    pub has_cloudflared_token: bool,
    pub has_ssh_passphrase: bool,
    pub fields: TunnelFields,
}

/// What the kinds of public address are opened with; an empty text is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TunnelFields {
    pub own_address: String,
    pub ngrok_domain: String,
    /// A company's own connect address, `host:port`.
    pub ngrok_server: String,
    /// The authority its certificate is checked against, as PEM.
    pub ngrok_authority: String,
    pub cloudflared_program: String,
    /// Of a tunnel made on Cloudflare's page; empty for a quick one.
    pub cloudflared_address: String,
    pub cloudflared_local_port: u16,
    pub ssh_host: String,
    pub ssh_port: u16,
    pub ssh_user: String,
    /// Empty for the agent's keys.
    pub ssh_key_file: String,
    pub ssh_listen_address: String,
    pub ssh_listen_port: u16,
    pub ssh_address: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TunnelSave {
    /// off, own, cloudflared, ngrok, ssh
    pub kind: String,
    pub fields: TunnelFields,
    /// The token or passphrase of the chosen kind; null keeps the one there is, empty forgets it.
    pub secret: Option<String>,
}

/// How pictures get a public link, for markets that take no files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureLinks {
    /// auto, own_address, bucket
    pub choice: String,
    /// What is used now: own_address, bucket, none
    pub way: String,
    pub has_own_address: bool,
    /// Whether the bucket's key is kept; never the key.
    pub has_keys: bool,
    /// Whether the bucket can be used.
    pub is_ready: bool,
    pub bucket: Option<BucketFields>,
}

/// A bucket of an S3 kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BucketFields {
    /// The service's address without the bucket.
    pub endpoint: String,
    pub region: String,
    pub name: String,
    /// The folder in it; may be empty.
    pub prefix: String,
    /// The bucket's name stands in the path, not before the host.
    pub path_style: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BucketSave {
    /// auto, own_address, bucket
    pub choice: String,
    /// None: there is no bucket.
    pub fields: Option<BucketFields>,
    /// Both parts of the key, or neither to keep the one there is.
    pub key_id: Option<String>,
    pub secret: Option<String>,
}

/// What trying the bucket has proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BucketTest {
    pub ok: bool,
    pub at: String,
    /// bucket_put, bucket_open, bucket_private, bucket_remove; the detail is the problem's code
    pub steps: Vec<TestStep>,
}

/// The key as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HostKeyConfirm {
    pub host_key: String,
}

/// What the count of missed orders is founded on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Audit {
    /// When all open orders were last compared with the marketplace.
    pub compared_at: Option<String>,
    pub is_fresh: bool,
    /// How often they were compared since the stall was opened.
    pub comparisons: u32,
    /// Orders neither pushed nor in the feed: found by comparing, and served all the same.
    pub found: u32,
    /// The newest of them.
    pub orders: Vec<FoundOrder>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundOrder {
    pub order_id: Option<String>,
    pub title: String,
    pub found_at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConnectionChange {
    pub at: String,
    /// light, tunnel
    pub subject: String,
    /// green, amber, red, grey; off, opening, open, trouble
    pub state: String,
    /// A code; empty when there is none.
    pub reason: String,
}

/// What the round-trip test proved, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConnectionTest {
    pub steps: Vec<TestStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TestStep {
    /// key, heartbeat, feed, orders, push_registered, model_key
    pub code: String,
    pub ok: bool,
    pub ms: u32,
    pub detail: Option<String>,
}

/// Everything an order needs, looked at once, in the order in which an order meets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckUp {
    pub findings: Vec<CheckFinding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckFinding {
    /// disk, keys, clock, open, market, news, sign_of_life, street, model, caps, listings, moltmarket, seller
    pub need: String,
    /// fine, heed, wrong, unknown
    pub standing: String,
    /// disk_full, read_only, storage, disk_low, synced_folder, network_folder, disk_room, disk_unknown, keys_in_memory, keys_in_file, keys_in_keychain, clock_unknown, clock_right, clock_fast, clock_slow, is_open, is_closed, out_of_hours, away, no_account, market_answers, market_key_refused, market_silent, market_failed, news_comes, news_late, news_never, life_told, life_late, life_never, not_yet, street_off, street_opening, street_open, street_untold, street_trouble, model_missing, model_key_refused, model_out_of_credit, model_silent, model_failed, model_credit_low, model_credit, model_answers, no_cap, cap_reached, cap_near, cap_room, nothing_listed, listing_refused, listed, molt_key_refused, molt_unclaimed, molt_read, molt_late, molt_never, nothing_waits, orders_wait
    pub why: String,
    pub detail: BTreeMap<String, String>,
    /// again, open_stall, hours, accounts, top_up, caps, listings, try_street, street, claim, read_moltmarket, orders, data_folder
    pub fix: Option<String>,
}

/// The seller's own public address for pushed news; empty takes it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetPublicAddress {
    pub base_url: Option<String>,
}

// ---- settings -----------------------------------------------------------------------------------------------

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh-CN")]
    Chinese,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsView {
    pub values: SettingsForm,
    pub accounts: Vec<AccountView>,
    pub data_folder: String,
    /// Settings given by environment names; they win over the form.
    pub fixed_by_environment: Vec<String>,
    /// Messages of the seller's own that hold what buyers should not be sent; they are sent all the same.
    pub template_warnings: Vec<TemplateWarning>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TemplateWarning {
    pub key: String,
    pub language: Language,
    /// key, seed_phrase, link, email, path, payment, contact
    pub found: String,
}

/// What the seller may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsForm {
    pub stall_name: String,
    pub language: Language,
    pub theme: Theme,
    pub text_size: u16,
    pub automation: AutomationMode,
    /// Most waiting orders taken on at once.
    pub max_running: u32,
    pub hours: OpeningHours,
    pub text_models: Vec<String>,
    pub picture_models: Vec<String>,
    /// chat, images
    pub picture_route: String,
    /// US dollars, as text; empty for no cap.
    pub cap_per_order_usd: String,
    pub cap_per_day_usd: String,
    /// US dollars one credit is worth, for estimates.
    pub credit_usd: String,
    pub revisions: u32,
    /// How often MoltMarket's inbox is read, 1 to 60.
    pub moltmarket_minutes: u32,
    pub notices: NoticeSwitches,
    pub templates: Vec<Template>,
}

/// When the stall is open by itself, by the seller's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpeningHours {
    /// Without, it is open around the clock.
    pub kept: bool,
    /// Days they begin on, Monday first.
    pub days: [bool; 7],
    /// `09:00`. The same twice is the whole day; a later beginning than end goes over midnight.
    pub from: String,
    pub until: String,
    /// `2026-12-24`: away until the day before; empty when not away.
    pub back_on: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoticeSwitches {
    pub buyer_message: bool,
    pub order_received: bool,
    pub needs_you: bool,
    pub paid: bool,
    /// Nothing but what needs the seller, whatever the others say.
    pub only_needs_you: bool,
    /// Whether there are quiet hours; what comes in them is told in one notice when they end.
    pub quiet: bool,
    /// `22:00`; a later beginning than end goes over midnight.
    pub quiet_from: String,
    pub quiet_until: String,
}

/// A message the robot sends; `{listing}`, `{buyer}`, `{count}`, `{question}`, `{files}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Template {
    /// started, guide, guide_again, draft, delivered, apology, changed, job_apology, job_delivered, job_changed
    pub key: String,
    pub language: Language,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelChoices {
    pub text: Vec<ModelChoice>,
    pub picture: Vec<ModelChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelChoice {
    pub id: String,
    pub name: String,
    /// Such as `about 0.04 USD a picture`; numbers only, the screen words it.
    pub price_usd: Option<String>,
    /// Day the provider retires it.
    pub retires: Option<String>,
    /// Can be shown a picture beside the words, such as the draft.
    pub takes_pictures: bool,
}

// ---- data ---------------------------------------------------------------------------------------------------

/// Where the stall's data lies and what was set aside of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DataView {
    pub folder: String,
    /// Newest first.
    pub backups: Vec<BackupView>,
    pub warnings: Vec<DataWarning>,
    /// The archive of everything that was asked for last, since the program was started.
    pub export: Option<ExportView>,
}

/// Everything as one archive: how far it is, or what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportView {
    pub path: String,
    /// running, made, stopped, disk_full, read_only, storage
    pub state: String,
    /// Rows and pictures written, of how many.
    pub done: u32,
    pub total: u32,
    /// Of the archive once it is made.
    pub bytes: Option<String>,
    pub pictures: u32,
    /// Pictures whose files are not on this computer.
    pub missing: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupView {
    /// Its file's name.
    pub id: String,
    /// daily, update, hand, replaced
    pub kind: String,
    pub made_at: String,
    pub bytes: String,
}

/// Something about the place of the data the seller should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DataWarning {
    /// disk_full, read_only, storage, disk_low, synced_folder, network_folder
    pub code: String,
    /// The parameter of the wording: the program's name, the kind of network, or megabytes left.
    pub what: String,
}

/// What somebody who helps needs to know; no keys, no words and no names of buyers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HelpFile {
    pub path: String,
    /// All of it, so that it can be looked at before it is sent.
    pub text: String,
}

// ---- events and errors --------------------------------------------------------------------------------------

/// Told to every open screen. Carries ids; the screen reads again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DeskEvent {
    StallChanged,
    /// The archive of everything grew, or is done.
    ExportChanged,
    OrderChanged {
        id: String,
    },
    /// Bytes of a file the seller sends that went out so far. All of them is not yet that it arrived.
    FileProgress {
        order_id: String,
        name: String,
        sent: u32,
        total: u32,
    },
    MessageReceived {
        order_id: String,
    },
    PictureMade {
        order_id: Option<String>,
        sha256: String,
    },
    ListingChanged {
        id: String,
    },
    ApplicationChanged {
        id: String,
    },
    /// We are hired: an order is to be made of it.
    ApplicationAccepted {
        id: String,
    },
    PostedJobChanged {
        id: String,
    },
    /// A saved search found jobs it had not shown before.
    JobsFound {
        search_id: String,
        count: u32,
    },
    ConnectionChanged,
    /// The MoltMarket account, its inbox, profile or rules.
    MoltChanged,
    /// Somebody wrote, or a letter of ours was read back.
    LetterReceived {
        conversation_id: String,
    },
    /// The outbox: something waits, is held, or went.
    PeopleChanged,
    SettingsChanged,
    /// A notice was clicked: open this order.
    OpenOrder {
        id: String,
    },
}

/// What a screen is told when a request fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeskError {
    /// not_found, invalid, conflict, unknown_command, storage, disk_full, read_only, damaged, newer_data, market_*, wallet_*, model_*, content_policy, rate_limited, out_of_credits, key_refused, outgoing_blocked, refused_here, unclear, practice_failed, not_now, molt_closed, molt_practice, needs_yes, own_limit, over_cap, model_missing, internal
    pub code: String,
    /// One English sentence, for logs and as a last resort.
    pub message: String,
    /// Parameters of the wording, such as `field` or `seconds`.
    pub detail: BTreeMap<String, String>,
}

impl DeskError {
    /// An error without parameters.
    pub fn of(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), detail: BTreeMap::new() }
    }

    /// The same with one parameter of the wording.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }
}
