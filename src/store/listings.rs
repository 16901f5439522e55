//! Listings: the seller's drafts and what the market made of them.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{instant, millis, words};
use super::{Doing, Store, StoreError, StoreResult, Write};

words! {
    /// Why a listing is hidden from buyers.
    HiddenWhy, "reason of a hidden listing" {
        /// The seller hid it.
        Seller = "seller",
        /// The seller paused it.
        Pause = "pause",
        /// All places are taken.
        Full = "full",
    }
}

/// Whether buyers see a listing: what the seller wants, and what the market was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HidingRow {
    /// No order of it is accepted unasked, and buyers do not see it.
    pub paused: bool,
    pub by_seller: bool,
    /// Why it is hidden at the market; kept before the market is told.
    pub why: Option<HiddenWhy>,
    /// Whether the market has it hidden; None while that is not known, because it is being told.
    pub there: Option<bool>,
    /// Why the last try to tell the market failed.
    pub problem: Option<String>,
}

impl Default for HidingRow {
    fn default() -> Self {
        Self { paused: false, by_seller: false, why: None, there: Some(false), problem: None }
    }
}

/// A listing as kept. `form` and `problem` are JSON of the listings room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    pub id: String,
    pub account_id: String,
    pub market_listing_id: Option<String>,
    pub form: String,
    pub status: String,
    pub market_status: Option<String>,
    pub sold: Option<u32>,
    pub views: Option<u32>,
    pub problem: Option<String>,
    pub publish_key: String,
    pub hiding: HidingRow,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, account_id, market_listing_id, form, status, market_status, sold, views, problem, publish_key, paused, hidden_by_seller, hidden_why, hidden_there, hiding_problem, created_at, updated_at";

fn read(row: &SqliteRow) -> StoreResult<ListingRow> {
    Ok(ListingRow {
        id: row.get("id"),
        account_id: row.get("account_id"),
        market_listing_id: row.get("market_listing_id"),
        form: row.get("form"),
        status: row.get("status"),
        market_status: row.get("market_status"),
        sold: row.get("sold"),
        views: row.get("views"),
        problem: row.get("problem"),
        publish_key: row.get("publish_key"),
        hiding: HidingRow {
            paused: row.get("paused"),
            by_seller: row.get("hidden_by_seller"),
            why: row
                .get::<Option<String>, _>("hidden_why")
                .map(|word| HiddenWhy::parse(&word))
                .transpose()?,
            there: row.get("hidden_there"),
            problem: row.get("hiding_problem"),
        },
        created_at: instant(row.get("created_at"))?,
        updated_at: instant(row.get("updated_at"))?,
    })
}

impl Store {
    /// An account's listings, newest first; deleted ones are left out.
    pub async fn list_listings(&self, account_id: &str) -> StoreResult<Vec<ListingRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM listings WHERE account_id = ? AND deleted_at IS NULL ORDER BY created_at DESC, id DESC"
        )))
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing listings")?;
        rows.iter().map(read).collect()
    }

    /// A listing by our id.
    pub async fn lookup_listing(&self, id: &str) -> StoreResult<Option<ListingRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM listings WHERE id = ? AND deleted_at IS NULL"
        )))
        .bind(id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a listing")?;
        row.as_ref().map(read).transpose()
    }

    /// A listing by the market's id, deleted or not: an order may outlive its listing.
    pub async fn lookup_market_listing(
        &self,
        account_id: &str,
        market_listing_id: &str,
    ) -> StoreResult<Option<ListingRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM listings WHERE account_id = ? AND market_listing_id = ?"
        )))
        .bind(account_id)
        .bind(market_listing_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a listing of the market")?;
        row.as_ref().map(read).transpose()
    }
}

impl Write {
    /// A listing inside this transaction, deleted or not, so that what is changed is what is there now.
    pub async fn get_listing(&mut self, id: &str) -> StoreResult<ListingRow> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM listings WHERE id = ?")))
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await
            .doing("reading a listing")?;
        row.as_ref()
            .map(read)
            .transpose()?
            .ok_or_else(|| StoreError::Missing { what: "listing", id: id.to_owned() })
    }

    /// Whether the seller has paused a listing, by the market's id, inside this transaction.
    pub async fn is_listing_paused(
        &mut self,
        account_id: &str,
        market_listing_id: &str,
    ) -> StoreResult<bool> {
        let paused: Option<bool> =
            sqlx::query_scalar("SELECT paused FROM listings WHERE account_id = ? AND market_listing_id = ?")
                .bind(account_id)
                .bind(market_listing_id)
                .fetch_optional(&mut *self.tx)
                .await
                .doing("looking whether a listing is paused")?;
        Ok(paused.unwrap_or(false))
    }

    /// Keeps a whole listing row.
    pub async fn put_listing(&mut self, listing: &ListingRow) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO listings (id, account_id, market_listing_id, form, status, market_status, sold, views, problem, publish_key,
                 paused, hidden_by_seller, hidden_why, hidden_there, hiding_problem, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET market_listing_id = excluded.market_listing_id, form = excluded.form, status = excluded.status,
                 market_status = excluded.market_status, sold = excluded.sold, views = excluded.views, problem = excluded.problem,
                 publish_key = excluded.publish_key, paused = excluded.paused, hidden_by_seller = excluded.hidden_by_seller,
                 hidden_why = excluded.hidden_why, hidden_there = excluded.hidden_there,
                 hiding_problem = excluded.hiding_problem, updated_at = excluded.updated_at",
        )
        .bind(&listing.id)
        .bind(&listing.account_id)
        .bind(&listing.market_listing_id)
        .bind(&listing.form)
        .bind(&listing.status)
        .bind(&listing.market_status)
        .bind(listing.sold)
        .bind(listing.views)
        .bind(&listing.problem)
        .bind(&listing.publish_key)
        .bind(listing.hiding.paused)
        .bind(listing.hiding.by_seller)
        .bind(listing.hiding.why.map(HiddenWhy::as_str))
        .bind(listing.hiding.there)
        .bind(&listing.hiding.problem)
        .bind(millis(listing.created_at))
        .bind(millis(listing.updated_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a listing")?;
        Ok(())
    }

    /// At start: whatever was being published then, it is not known whether it is there.
    pub async fn doubt_publishing(&mut self) -> StoreResult<()> {
        sqlx::query("UPDATE listings SET status = 'unclear' WHERE status = 'publishing'")
            .execute(&mut *self.tx)
            .await
            .doing("looking for half published listings")?;
        Ok(())
    }

    /// Takes a listing from the screens; its row stays for the orders it brought.
    pub async fn delete_listing(&mut self, id: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query("UPDATE listings SET deleted_at = ?2 WHERE id = ?1")
            .bind(id)
            .bind(millis(now))
            .execute(&mut *self.tx)
            .await
            .doing("deleting a listing")?;
        Ok(())
    }
}
