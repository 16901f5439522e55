//! Gathers everything the plan may look at.

use super::Runner;
use crate::fulfilment::journal::Journal;
use crate::fulfilment::rules::{AcceptRules, Caps, ModelChain, ModelState, OrderRules};
use crate::fulfilment::situation::{Situation, ThreadLine};
use crate::listings::ListingForm;
use crate::marketplaces::MarketStatus;
use crate::model::{AspectRatio, Spending};
use crate::store::{MessageState, OrderKind, OrderRow, StoreResult};

impl Runner {
    /// Gathers everything the plan may look at.
    ///
    /// # Errors
    /// When the database fails or the order is unknown.
    pub async fn situation(&self, order_id: &str) -> StoreResult<Situation> {
        let store = &self.parts.store;
        let now = self.parts.clock.now();
        let order = store.get_order(order_id).await?;
        let journal = Journal::new(store.list_journal(order_id).await?);
        let thread = store
            .list_messages(order_id)
            .await?
            .into_iter()
            // Words that never arrived answer nobody.
            .filter(|message| message.state != MessageState::Failed)
            .map(|message| ThreadLine {
                id: message.market_message_id,
                who: message.who,
                text: message.body,
                at: message.at,
            })
            .collect();
        let (this_order_usd, today_usd) = store.spent_usd(order_id, now).await?;
        let mut rules = self.rules_for(&order).await?;
        let abilities = self.parts.market.abilities();
        if !abilities.accepts_orders && order.kind == OrderKind::Order {
            // No listing says how many pictures a job is for: its description does.
            let brief = journal.readings().into_iter().filter_map(|(_, reading)| reading.brief).next_back();
            rules.count = brief.map_or(1, |brief| u32::from(brief.count).clamp(1, 4));
        }
        Ok(Situation {
            order,
            journal,
            thread,
            rules,
            spending: Spending { this_order_usd, today_usd },
            abilities,
            public_address: self.parts.links.address(),
            link_way: self.parts.links.way(),
            now,
        })
    }

    async fn rules_for(&self, order: &OrderRow) -> StoreResult<OrderRules> {
        let stall = self.parts.stall_rules();
        let listing = match order.listing_id.as_deref() {
            Some(id) => self.parts.store.lookup_market_listing(&self.parts.account_id, id).await?,
            None => None,
        };
        let paused = listing.as_ref().filter(|row| row.hiding.paused).map(|row| row.id.clone());
        let form: Option<ListingForm> = listing.and_then(|row| serde_json::from_str(&row.form).ok());
        let is_task = order.kind == OrderKind::Task;
        let is_ours = is_task
            || stall.only_listings.is_empty()
            || order.listing_id.as_ref().is_some_and(|id| stall.only_listings.contains(id));
        let waits = order.market_status == MarketStatus::PendingAccept.as_str();
        let running =
            if waits { self.parts.store.count_running(&self.parts.account_id, &order.id).await? } else { 0 };
        let form = form.filter(|_| !is_task);
        let recipe = form.as_ref().map(|form| form.recipe.clone()).unwrap_or_default();
        let own_cap = recipe.cap_under(stall.caps.per_order_usd);
        let picture_models = or_stalls(&recipe.picture_models, stall.picture_models);
        Ok(OrderRules {
            is_ours,
            automation: form.as_ref().and_then(|form| form.automation).unwrap_or(stall.automation),
            listing_title: form.as_ref().map_or_else(|| order.title.clone(), |form| form.name.clone()),
            listing_description: form.as_ref().map(|form| form.description.clone()).unwrap_or_default(),
            style: form.as_ref().map(|form| form.style.clone()).filter(|style| !style.trim().is_empty()),
            aspect_ratio: form.as_ref().map_or(AspectRatio::Square, |form| form.aspect_ratio),
            resolution: recipe.resolution,
            count: form.as_ref().map_or(1, |form| form.count).clamp(1, 4),
            drafts: recipe.draft_first,
            revisions: form.as_ref().map_or(stall.revisions, |form| form.revisions),
            models: ModelChain {
                text: or_stalls(&recipe.text_models, stall.text_models),
                draft: recipe.draft_models(&picture_models),
                picture: picture_models,
                route: stall.picture_route,
            },
            caps: Caps { per_order_usd: own_cap.or(stall.caps.per_order_usd), ..stall.caps },
            cap_is_listings: own_cap.is_some(),
            language: recipe.language,
            accepting: AcceptRules {
                paused,
                by_hand: recipe.accept_by_hand,
                least_price: recipe.least_price(),
            },
            is_open: stall.is_open || is_task,
            has_capacity: running < stall.max_running,
            model: match self.parts.model().map(|model| model.problem()) {
                None => ModelState::Missing,
                Some(None) => ModelState::Works,
                Some(Some(problem)) => ModelState::Fails(problem),
            },
            templates: stall.templates,
        })
    }
}

fn or_stalls(own: &[String], stalls: Vec<String>) -> Vec<String> {
    if own.is_empty() { stalls } else { own.to_vec() }
}
