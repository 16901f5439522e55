//! What the seller has set: which orders are kept, how far the robot goes, what it may spend.

use rust_decimal::Decimal;

pub use crate::model::Caps;
use crate::model::{AspectRatio, ModelProblem, PictureRoute, Resolution};
use crate::settings::{AutomationMode, Language, Templates};

/// Rules of the whole stall.
#[derive(Debug, Clone)]
pub struct StallRules {
    pub automation: AutomationMode,
    /// Whether new orders are taken on at all.
    pub is_open: bool,
    /// Orders taken on at the same time; more wait to be accepted.
    pub max_running: u32,
    pub text_models: Vec<String>,
    pub picture_models: Vec<String>,
    pub picture_route: PictureRoute,
    pub caps: Caps,
    pub revisions: u32,
    pub templates: Templates,
    /// Listings kept, by the market's id; empty: all own listings.
    pub only_listings: Vec<String>,
}

/// Models in the order they are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelChain {
    pub text: Vec<String>,
    pub picture: Vec<String>,
    /// Those that draw a draft.
    pub draft: Vec<String>,
    pub route: PictureRoute,
}

/// Whether paid calls can be made now, as far as earlier ones have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelState {
    Works,
    Missing,
    Fails(ModelProblem),
}

/// Which orders of a listing wait for the seller's yes before they are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptRules {
    /// Our id of the listing, where the seller has paused it.
    pub paused: Option<String>,
    pub by_hand: bool,
    /// Credits below which an order waits.
    pub least_price: Option<Decimal>,
}

/// The rules as they apply to one order.
#[derive(Debug, Clone)]
pub struct OrderRules {
    /// Whether this listing is kept by this stall.
    pub is_ours: bool,
    pub automation: AutomationMode,
    pub listing_title: String,
    pub listing_description: String,
    /// The look all pictures of the listing share.
    pub style: Option<String>,
    /// The listing's shape, where the buyer asked for none.
    pub aspect_ratio: AspectRatio,
    /// How large the pictures are asked for. A draft is never larger than standard.
    pub resolution: Resolution,
    /// Pictures per order.
    pub count: u32,
    /// Whether the buyer sees a draft first. Nothing else is drawn before their yes.
    pub drafts: bool,
    pub revisions: u32,
    pub models: ModelChain,
    /// The stall's caps, the one per order lowered to the listing's own where that is smaller.
    pub caps: Caps,
    /// Whether the cap per order is the listing's own.
    pub cap_is_listings: bool,
    /// The language the listing's buyers are written to in; None follows the buyer.
    pub language: Option<Language>,
    pub accepting: AcceptRules,
    /// Whether the seller has the stall open.
    pub is_open: bool,
    /// Whether another order may be taken on now.
    pub has_capacity: bool,
    pub model: ModelState,
    pub templates: Templates,
}
