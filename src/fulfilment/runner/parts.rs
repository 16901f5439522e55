//! What the walk is made of.

use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::{Clock, Ids};
use crate::fulfilment::rules::StallRules;
use crate::images::PictureFiles;
use crate::marketplaces::Marketplace;
use crate::model::Model;
use crate::orders::Notices;
use crate::signals::Signals;
use crate::store::Store;

/// What the walk is made of.
pub struct Parts {
    pub store: Store,
    pub market: Arc<dyn Marketplace>,
    pub model: RwLock<Option<Arc<dyn Model>>>,
    pub files: Arc<PictureFiles>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub signals: Signals,
    pub rules: RwLock<StallRules>,
    pub account_id: String,
    /// Our id on the market.
    pub own_id: String,
    /// Picture addresses on this computer are fine (practice, tests).
    pub allow_loopback: bool,
    /// Models that give pictures without words.
    pub picture_only: RwLock<Vec<String>>,
    /// Tells the seller, subject to their switches.
    pub notices: Notices,
}

impl Parts {
    pub fn model(&self) -> Option<Arc<dyn Model>> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn stall_rules(&self) -> StallRules {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn is_picture_only(&self, model: &str) -> bool {
        self.picture_only.read().unwrap_or_else(PoisonError::into_inner).iter().any(|known| known == model)
    }
}
