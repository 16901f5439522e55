//! What the seller has set: which orders are kept, how far the robot goes, what it may spend.

pub use crate::model::Caps;
use crate::model::{AspectRatio, ModelProblem, PictureRoute};
use crate::settings::{AutomationMode, Templates};

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
    pub route: PictureRoute,
}

/// Whether paid calls can be made now, as far as earlier ones have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelState {
    Works,
    Missing,
    Fails(ModelProblem),
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
    /// Pictures per order.
    pub count: u32,
    pub revisions: u32,
    pub models: ModelChain,
    pub caps: Caps,
    /// Whether the seller has the stall open.
    pub is_open: bool,
    /// Whether another order may be taken on now.
    pub has_capacity: bool,
    pub model: ModelState,
    pub templates: Templates,
}
