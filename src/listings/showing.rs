//! Tells the market which listings to hide and which to show: the one place that does.
//!
//! What the seller wants is kept first. That the market is being told is kept before each call, so that a call whose
//! answer was lost is made again, and what is found hidden then is never taken for the seller's own doing.

use super::form::ListingForm;
use super::hiding::{Places, should_be_hidden};
use super::publish::{ListingError, Listings, follow};
use crate::crash::{self, Point};
use crate::marketplaces::{MarketError, MarketListing, MarketResult, REFUSED_FOR_GOOD};
use crate::store::{HiddenWhy, HidingRow, ListingRow, StoreResult};

/// Which listings a look tells the market of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Something changed here: what the market did not take before is left for the other looks.
    News,
    /// The market gave a sign of life: also what could not be told before, unless it was refused for good.
    SignOfLife,
    /// Also what was refused for good: the seller asks, or the stall has just opened.
    Again,
}

impl Look {
    /// Whether a change the market did not take for this reason is told once more.
    fn repeats(self, problem: &str) -> bool {
        match self {
            Self::News => false,
            Self::SignOfLife => !REFUSED_FOR_GOOD.contains(&problem),
            Self::Again => true,
        }
    }
}

impl Listings {
    /// Pauses a published listing or resumes it; kept here only. [`Listings::tell`] tells the market.
    ///
    /// # Errors
    /// When it is not published or the database cannot be written.
    pub async fn pause(&self, id: &str, paused: bool) -> Result<ListingRow, ListingError> {
        if self.get(id).await?.market_listing_id.is_none() {
            return Err(ListingError::NotReady);
        }
        let now = self.clock.now();
        let paused = self.alter(id, |row| {
            row.hiding.paused = paused;
            row.updated_at = now;
        });
        Ok(paused.await?)
    }

    /// Hides a published listing from buyers by the seller's hand, or shows it again, as far as nothing else hides it.
    ///
    /// # Errors
    /// When the market refuses or the database cannot be written.
    pub async fn hide(&self, id: &str, hidden: bool) -> Result<ListingRow, ListingError> {
        let _turn = self.turn.lock().await;
        let row = self.get(id).await?;
        let market_id = row.market_listing_id.clone().ok_or(ListingError::NotReady)?;
        let mut wanted = row.hiding.clone();
        wanted.by_seller = hidden;
        let why = should_be_hidden(&wanted, follows_places(&row), self.places().await?);
        let answer = if row.hiding.there == Some(why.is_some()) {
            None
        } else {
            match self.set_hidden(&market_id, why.is_some()).await {
                Err(error) => {
                    if error.may_have_landed() {
                        self.alter(id, |row| row.hiding.there = None).await?;
                    }
                    return Err(error.into());
                }
                Ok(listing) => Some(listing),
            }
        };
        let now = self.clock.now();
        let altered = self.alter(id, |row| {
            if let Some(listing) = &answer {
                follow(row, listing);
            }
            row.hiding.by_seller = hidden;
            row.hiding.why = why;
            row.hiding.there = Some(why.is_some());
            row.hiding.problem = None;
            row.updated_at = now;
        });
        Ok(altered.await?)
    }

    /// Tells the market to hide or show one listing, where it must be told. A failure is kept beside the listing.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn tell(&self, id: &str) -> Result<ListingRow, ListingError> {
        let _turn = self.turn.lock().await;
        let row = self.get(id).await?;
        self.tell_of(&row, self.places().await?, Look::Again).await?;
        Ok(self.get(id).await?)
    }

    /// The same for every listing of the account; the ids of those that changed are returned.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn tell_all(&self, look: Look) -> StoreResult<Vec<String>> {
        let mut changed = Vec::new();
        let places = self.places().await?;
        for row in self.store.list_listings(&self.account_id).await? {
            if is_told(&row, should_be_hidden(&row.hiding, follows_places(&row), places)) {
                continue;
            }
            // One turn a listing: whoever pauses one waits for one call at most.
            let _turn = self.turn.lock().await;
            let Some(row) = self.store.lookup_listing(&row.id).await? else { continue };
            if self.tell_of(&row, self.places().await?, look).await? {
                changed.push(row.id);
            }
        }
        Ok(changed)
    }

    async fn tell_of(&self, row: &ListingRow, places: Places, look: Look) -> StoreResult<bool> {
        let Some(market_id) = &row.market_listing_id else { return Ok(false) };
        let before = &row.hiding;
        let why = should_be_hidden(before, follows_places(row), places);
        let told = Some(why.is_some());
        if is_told(row, why) {
            return Ok(false);
        }
        if before.there == told {
            let kept = self.alter(&row.id, |row| {
                row.hiding.why = why;
                row.hiding.problem = None;
            });
            kept.await?;
            return Ok(true);
        }
        if before.problem.as_ref().is_some_and(|problem| !look.repeats(problem)) {
            return Ok(false);
        }
        let begun = self.alter(&row.id, |row| {
            row.hiding.there = None;
            // What is to be shown is hidden for the old reason until the market has answered.
            row.hiding.why = why.or(row.hiding.why);
        });
        begun.await?;
        let answer = self.set_hidden(market_id, why.is_some()).await;
        if let Err(error) = &answer
            && before.problem.is_none()
        {
            tracing::warn!(listing = %row.id, %error, "the market could not be told to hide or show a listing");
        }
        let ended = self.alter(&row.id, |row| match &answer {
            // What is not there needs no hiding.
            Ok(_) | Err(MarketError::NotFound) => {
                if let Ok(listing) = &answer {
                    let problem = row.problem.take();
                    follow(row, listing);
                    row.problem = problem;
                }
                row.hiding.why = why;
                row.hiding.there = told;
                row.hiding.problem = None;
            }
            Err(error) => {
                if !error.may_have_landed() {
                    row.hiding.there = before.there;
                }
                row.hiding.problem = Some(error.code().to_owned());
            }
        });
        Ok(ended.await?.hiding != *before)
    }

    async fn set_hidden(&self, market_id: &str, hidden: bool) -> MarketResult<MarketListing> {
        crash::point(Point::ListingBeforeHide);
        let answer = self.market.hide_listing(market_id, hidden).await;
        crash::point(Point::ListingHidden);
        // Some answers do not repeat what was asked.
        answer.map(|listing| MarketListing { is_hidden: hidden, ..listing })
    }

    async fn places(&self) -> StoreResult<Places> {
        if self.store.count_running(&self.account_id, "").await? >= (self.max_running)() {
            return Ok(Places::Full);
        }
        let is_coming = self.store.has_order_coming(&self.account_id).await?;
        Ok(if is_coming { Places::BeingTaken } else { Places::Free })
    }
}

/// Whether nothing is left to be told or kept.
fn is_told(row: &ListingRow, why: Option<HiddenWhy>) -> bool {
    let HidingRow { there, why: kept, problem, .. } = &row.hiding;
    row.market_listing_id.is_none() || (*there == Some(why.is_some()) && *kept == why && problem.is_none())
}

fn follows_places(row: &ListingRow) -> bool {
    serde_json::from_str::<ListingForm>(&row.form).is_ok_and(|form| form.recipe.hide_when_full)
}
