//! From settings to the rules of fulfilment.

use std::sync::PoisonError;

use super::Stall;
use crate::fulfilment::{Caps, StallRules};
use crate::model;
use crate::settings::PictureRoute;

impl Stall {
    /// The rules in force now.
    pub(super) fn stall_rules(&self) -> StallRules {
        let settings = self.settings();
        StallRules {
            automation: settings.automation,
            is_open: self.wants_open(),
            max_running: settings.max_running,
            text_models: settings.text_models,
            picture_models: settings.picture_models,
            picture_route: match settings.picture_route {
                PictureRoute::Chat => model::PictureRoute::Chat,
                PictureRoute::Images => model::PictureRoute::Images,
            },
            caps: Caps { per_order_usd: settings.cap_per_order_usd, per_day_usd: settings.cap_per_day_usd },
            revisions: settings.revisions,
            templates: settings.templates,
            only_listings: self.environment().service_sku_ids.clone(),
        }
    }

    /// Hands the present rules to the open account.
    pub(super) fn apply_rules(&self) {
        if let Some(account) = self.account() {
            *account.runner.parts.rules.write().unwrap_or_else(PoisonError::into_inner) = self.stall_rules();
        }
        self.apply_rules_of_given();
    }
}
