//! Publishing, changing and re-reading listings. Nothing is published without the seller asking for that listing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::blame::blamed;
use super::coach::Costs;
use super::form::ListingForm;
use super::hiding::note_seen;
use super::recipe::Recipe;
use super::showing::Look;
use crate::clock::{Clock, Ids};
use crate::crash::{self, Point};
use crate::marketplaces::{ListingText, MarketError, MarketListing, Marketplace};
use crate::model::AspectRatio;
use crate::store::{HidingRow, ListingRow, Store, StoreError, StoreResult};

/// Why the market did not take a listing, as kept beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    /// The market's words; untrusted.
    pub message: String,
    pub fields: Vec<String>,
    pub categories: Vec<String>,
    pub reasons: Vec<String>,
}

impl Problem {
    /// What the market answered to this text.
    fn of(error: &MarketError, text: &ListingText) -> Self {
        let told = Self { code: error.code().to_owned(), message: error.to_string(), ..Self::default() };
        match error {
            MarketError::ContentPolicy { categories, reasons, .. } => Self {
                fields: blamed(text, reasons),
                categories: categories.clone(),
                reasons: reasons.clone(),
                ..told
            },
            MarketError::Invalid { fields, .. } => Self { fields: fields.clone(), ..told },
            _ => told,
        }
    }
}

/// Why a listing could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum ListingError {
    /// The coach found what stands in the way.
    #[error("the listing is not ready to be published")]
    NotReady,
    #[error(transparent)]
    Market(#[from] MarketError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The listings of one account.
pub struct Listings {
    pub store: Store,
    pub market: Arc<dyn Marketplace>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub account_id: String,
    /// Orders that may be at work at the same time.
    pub max_running: Arc<dyn Fn() -> u32 + Send + Sync>,
    /// Held while the market is told of, or asked about, what is hidden: an older answer must not undo a newer one.
    pub turn: tokio::sync::Mutex<()>,
}

impl Listings {
    /// Saves a form: a new draft, or the text of a listing that exists. A published one is changed on the market too.
    ///
    /// # Errors
    /// When it does not exist, the market refuses the change, or the database cannot be written.
    pub async fn save(&self, id: Option<&str>, form: ListingForm) -> Result<ListingRow, ListingError> {
        let now = self.clock.now();
        let written = written(&form).unwrap_or_default();
        let Some(id) = id else {
            let row = ListingRow {
                id: self.ids.id(),
                account_id: self.account_id.clone(),
                market_listing_id: None,
                form: written,
                status: "draft".to_owned(),
                market_status: None,
                sold: None,
                views: None,
                problem: None,
                publish_key: self.ids.id(),
                hiding: HidingRow::default(),
                created_at: now,
                updated_at: now,
            };
            self.put(&row).await?;
            return Ok(row);
        };
        let row = self.get(id).await?;
        let mut changed = None;
        if let Some(market_id) = &row.market_listing_id {
            let text = form.text().filter(|_| form.recipe.is_readable()).ok_or(ListingError::NotReady)?;
            // The recipe is the seller's own affair: the market is told only what it shows.
            if row.problem.is_some() || told(&row) != Some(text.clone()) {
                changed = Some(self.change(id, market_id, &text).await?);
            }
        }
        let saved = self.alter(id, |row| {
            if let Some(listing) = &changed {
                follow(row, listing);
            }
            row.form = written;
            row.problem = None;
            row.updated_at = now;
        });
        Ok(saved.await?)
    }

    async fn change(
        &self,
        id: &str,
        market_id: &str,
        text: &ListingText,
    ) -> Result<MarketListing, ListingError> {
        crash::point(Point::ListingBeforeChange);
        let changed = self.market.update_listing(market_id, text).await;
        crash::point(Point::ListingChanged);
        if let Err(error) = &changed {
            let problem = written(&Problem::of(error, text));
            self.alter(id, |row| row.problem = problem).await?;
        }
        Ok(changed?)
    }

    /// Publishes a draft. The key is the same for every try, so that a lost answer makes no second listing.
    ///
    /// # Errors
    /// When it is not ready, the market refuses it, or the database cannot be written.
    pub async fn publish(&self, id: &str) -> Result<ListingRow, ListingError> {
        let row = self.get(id).await?;
        let form: ListingForm = serde_json::from_str(&row.form).map_err(|_| ListingError::NotReady)?;
        let text = form
            .text()
            .filter(|_| super::is_ready(&super::coach(&form, Costs::default())))
            .ok_or(ListingError::NotReady)?;
        if row.market_listing_id.is_some() {
            return Ok(row);
        }
        let now = self.clock.now();
        let begun = self.alter(id, |row| {
            "publishing".clone_into(&mut row.status);
            row.problem = None;
            row.updated_at = now;
        });
        begun.await?;
        crash::point(Point::ListingBeforePublish);
        let created = self.market.create_listing(&text, &row.publish_key).await;
        crash::point(Point::ListingPublished);
        let created = match created {
            // It may be there: our own listings tell, before anything is sent again.
            Err(error) if error.may_have_landed() => self.find_published(&form).await.ok_or(error),
            created => created,
        };
        let now = self.clock.now();
        match created {
            Ok(listing) => {
                let published = self.alter(id, |row| {
                    row.market_listing_id = Some(listing.id.clone());
                    row.updated_at = now;
                    follow(row, &listing);
                });
                let row = published.await?;
                crash::point(Point::ListingRecorded);
                Ok(row)
            }
            Err(error) => {
                let status = if error.may_have_landed() { "unclear" } else { "refused" };
                let status = if error.is_passing() && !error.may_have_landed() { "draft" } else { status };
                let failed = self.alter(id, |row| {
                    status.clone_into(&mut row.status);
                    row.problem = written(&Problem::of(&error, &text));
                    row.updated_at = now;
                });
                failed.await?;
                Err(error.into())
            }
        }
    }

    async fn find_published(&self, form: &ListingForm) -> Option<MarketListing> {
        let listed = self.market.list_listings().await.ok()?;
        let known = self.store.list_listings(&self.account_id).await.ok()?;
        listed.into_iter().find(|listing| {
            listing.text.name == form.name.trim()
                && !known.iter().any(|row| row.market_listing_id.as_deref() == Some(&listing.id))
        })
    }

    /// Takes a listing away, from the market first.
    ///
    /// # Errors
    /// When the market refuses or the database cannot be written.
    pub async fn delete(&self, id: &str) -> Result<(), ListingError> {
        let row = self.get(id).await?;
        if let Some(market_id) = &row.market_listing_id {
            match self.market.delete_listing(market_id).await {
                Ok(()) | Err(MarketError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mut write = self.store.write().await?;
        write.delete_listing(id, self.clock.now()).await?;
        write.commit().await?;
        Ok(())
    }

    /// Reads every own listing from the market: status, numbers, and listings made elsewhere. What it does not show as it
    /// should is told to it again.
    ///
    /// # Errors
    /// When the market cannot be asked or the database cannot be written.
    pub async fn refresh(&self) -> Result<(), ListingError> {
        let turn = self.turn.lock().await;
        let listed = self.market.list_listings().await?;
        let now = self.clock.now();
        for listing in &listed {
            let known = match self.store.lookup_market_listing(&self.account_id, &listing.id).await? {
                None => self.half_published(listing).await?,
                known => known,
            };
            let seen = |row: &mut ListingRow| {
                row.market_listing_id = Some(listing.id.clone());
                follow(row, listing);
                note_seen(&mut row.hiding, is_hidden(listing));
            };
            if let Some(row) = known {
                self.alter(&row.id, seen).await?;
                continue;
            }
            let mut row = ListingRow {
                id: self.ids.id(),
                account_id: self.account_id.clone(),
                market_listing_id: Some(listing.id.clone()),
                form: written(&form_of(listing)).unwrap_or_default(),
                status: String::new(),
                market_status: None,
                sold: None,
                views: None,
                problem: None,
                publish_key: self.ids.id(),
                hiding: HidingRow::default(),
                created_at: now,
                updated_at: now,
            };
            seen(&mut row);
            self.put(&row).await?;
        }
        // What the market no longer lists is not active, whatever we thought.
        for row in self.store.list_listings(&self.account_id).await? {
            let gone = row
                .market_listing_id
                .as_ref()
                .is_some_and(|id| !listed.iter().any(|listing| listing.id == *id));
            if gone && row.status != "inactive" {
                self.alter(&row.id, |row| "inactive".clone_into(&mut row.status)).await?;
            }
        }
        drop(turn);
        self.tell_all(Look::Again).await?;
        Ok(())
    }

    /// Our row of a listing whose publishing was never heard the end of.
    async fn half_published(&self, listing: &MarketListing) -> StoreResult<Option<ListingRow>> {
        let rows = self.store.list_listings(&self.account_id).await?;
        Ok(rows.into_iter().find(|row| {
            row.market_listing_id.is_none()
                && matches!(row.status.as_str(), "publishing" | "unclear")
                && serde_json::from_str::<ListingForm>(&row.form)
                    .is_ok_and(|form| form.name.trim() == listing.text.name)
        }))
    }

    /// A listing that must exist.
    ///
    /// # Errors
    /// When it does not, or the database cannot be read.
    pub async fn get(&self, id: &str) -> StoreResult<ListingRow> {
        self.store
            .lookup_listing(id)
            .await?
            .ok_or_else(|| StoreError::Missing { what: "listing", id: id.to_owned() })
    }

    /// Changes a listing as it is now: somebody else may have changed it since it was read.
    pub(super) async fn alter(
        &self,
        id: &str,
        change: impl FnOnce(&mut ListingRow) + Send,
    ) -> StoreResult<ListingRow> {
        let mut write = self.store.write().await?;
        let mut row = write.get_listing(id).await?;
        change(&mut row);
        write.put_listing(&row).await?;
        write.commit().await?;
        Ok(row)
    }

    async fn put(&self, row: &ListingRow) -> StoreResult<()> {
        let mut write = self.store.write().await?;
        write.put_listing(row).await?;
        write.commit().await
    }
}

/// What the market was last told.
fn told(row: &ListingRow) -> Option<ListingText> {
    serde_json::from_str::<ListingForm>(&row.form).ok()?.text()
}

/// The market's word on a listing becomes ours; words we do not know are shown as they come.
pub(super) fn follow(row: &mut ListingRow, listing: &MarketListing) {
    let status = match (listing.moderation.as_deref(), is_hidden(listing), listing.status.as_str()) {
        (Some("pending_review"), ..) => "pending_review",
        (_, true, _) => "hidden",
        (Some(word), ..) if !is_cleared(word) => "other",
        (_, _, "active") => "active",
        (_, _, "inactive") => "inactive",
        (_, _, "offline") => "offline",
        _ => "other",
    };
    status.clone_into(&mut row.status);
    // The review's word comes first: an active listing it has not cleared is seen by nobody.
    let review = listing.moderation.as_deref().filter(|word| !is_cleared(word));
    let word = review.unwrap_or(&listing.status).to_owned();
    row.market_status = Some(word).filter(|word| !word.is_empty());
    row.sold = listing.sold_count.and_then(|many| u32::try_from(many).ok()).or(row.sold);
    row.views = listing.view_count.and_then(|many| u32::try_from(many).ok()).or(row.views);
    row.problem = None;
}

fn is_hidden(listing: &MarketListing) -> bool {
    listing.is_hidden || listing.status == "hidden"
}

/// Whether the market's review leaves a listing to buyers. Words we do not know do not.
fn is_cleared(word: &str) -> bool {
    matches!(word, "" | "none" | "approved" | "cleared")
}

/// A form for a listing that was made elsewhere.
fn form_of(listing: &MarketListing) -> ListingForm {
    ListingForm {
        name: listing.text.name.clone(),
        description: listing.text.description.clone(),
        price: listing.text.price.normalize().to_string(),
        category: listing.text.category.clone(),
        tags: listing.text.tags.clone(),
        inventory: listing.text.inventory,
        style: String::new(),
        aspect_ratio: AspectRatio::Square,
        count: 1,
        revisions: 2,
        automation: None,
        example: None,
        recipe: Recipe::default(),
    }
}

fn written(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}
