//! What the market's review made of the listings that wait for it.

use super::publish::{ListingError, Listings};
use crate::store::ListingRow;

/// Our word for a listing the market has not cleared yet.
const UNDER_REVIEW: &str = "pending_review";

impl Listings {
    /// Asks the market about listings under its review, and nothing while there is none. Answers those whose review is over,
    /// as they are now.
    ///
    /// # Errors
    /// When the market cannot be asked or the database fails.
    pub async fn look_at_reviews(&self) -> Result<Vec<ListingRow>, ListingError> {
        let mut waiting = self.store.list_listings(&self.account_id).await?;
        waiting.retain(|row| row.status == UNDER_REVIEW);
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        self.refresh().await?;
        let mut over = Vec::new();
        for row in waiting {
            let row = self.get(&row.id).await?;
            if row.status != UNDER_REVIEW {
                over.push(row);
            }
        }
        Ok(over)
    }
}
