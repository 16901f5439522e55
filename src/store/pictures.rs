//! Pictures: one row per picture made for an order; the bytes are in the picture files, by hash.

use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{decimal_opt, instant, millis, words};
use super::gallery::PictureSearch;
use super::{Doing, Store, StoreError, StoreResult, Write};

words! {
    /// How far a picture has come.
    PictureState, "picture state" {
        Kept = "kept", Checked = "checked", Refused = "refused", Delivered = "delivered", Superseded = "superseded",
    }
}

/// A picture about to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPicture {
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
    pub cost_usd: Option<Decimal>,
}

/// A picture as kept, with what a gallery shows of its order.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureRow {
    pub id: i64,
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
    pub cost_usd: Option<Decimal>,
    pub state: PictureState,
    pub market_file_id: Option<String>,
    pub rating: u8,
    pub created_at: Timestamp,
    /// Hidden by the seller.
    pub is_deleted: bool,
}

/// What [`read`] reads of `pictures p` and its order, `orders o`.
macro_rules! columns {
    () => {
        "SELECT p.id, p.account_id, p.order_id, o.title AS order_title, o.buyer_name, p.round, p.n, p.is_draft, p.sha256, p.media_type, p.width,
             p.height, p.bytes, p.prompt, p.model, p.cost_usd, p.state, p.market_file_id, p.rating, p.created_at, p.deleted_at"
    };
}
pub(super) const COLUMNS: &str = columns!();
pub(super) const SELECT: &str =
    concat!(columns!(), " FROM pictures p LEFT JOIN orders o ON o.id = p.order_id");

pub(super) fn read(row: &SqliteRow) -> StoreResult<PictureRow> {
    Ok(PictureRow {
        id: row.get("id"),
        order_id: row.get("order_id"),
        order_title: row.get("order_title"),
        buyer_name: row.get("buyer_name"),
        round: row.get("round"),
        n: row.get("n"),
        is_draft: row.get("is_draft"),
        sha256: row.get("sha256"),
        media_type: row.get("media_type"),
        width: row.get("width"),
        height: row.get("height"),
        bytes: row.get("bytes"),
        prompt: row.get("prompt"),
        model: row.get("model"),
        cost_usd: decimal_opt(row.get("cost_usd"))?,
        state: PictureState::parse(row.get("state"))?,
        market_file_id: row.get("market_file_id"),
        rating: row.get("rating"),
        created_at: instant(row.get("created_at"))?,
        is_deleted: row.get::<Option<i64>, _>("deleted_at").is_some(),
    })
}

impl Store {
    /// The pictures of an order, oldest first.
    pub async fn list_order_pictures(&self, order_id: &str) -> StoreResult<Vec<PictureRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE p.order_id = ? ORDER BY p.id")))
            .bind(order_id)
            .fetch_all(self.reader())
            .await
            .doing("listing an order's pictures")?;
        rows.iter().map(read).collect()
    }

    /// The newest pictures of an account, of at least this rating, with all these words.
    pub async fn search_pictures(
        &self,
        account_id: &str,
        words: Option<&str>,
        min_rating: u8,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<PictureRow>> {
        let words = words.map(str::to_owned);
        let search = PictureSearch { words, min_rating, before, limit, tag: None };
        self.list_gallery(account_id, &search).await
    }

    /// The newest picture of each of these orders.
    pub async fn newest_pictures(&self, order_ids: &[String]) -> StoreResult<Vec<(String, String)>> {
        if order_ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = sqlx::QueryBuilder::new(
            "SELECT order_id, sha256 FROM pictures WHERE id IN (SELECT MAX(id) FROM pictures WHERE state <> 'refused' AND deleted_at IS NULL AND order_id IN (",
        );
        let mut list = query.separated(", ");
        for id in order_ids {
            list.push_bind(id.clone());
        }
        query.push(") GROUP BY order_id)");
        let rows = query.build().fetch_all(self.reader()).await.doing("looking up newest pictures")?;
        Ok(rows.iter().map(|row| (row.get("order_id"), row.get("sha256"))).collect())
    }

    /// The media type of a kept picture.
    pub async fn lookup_picture_type(&self, sha256: &str) -> StoreResult<Option<String>> {
        let row = sqlx::query("SELECT media_type FROM pictures WHERE sha256 = ? LIMIT 1")
            .bind(sha256)
            .fetch_optional(self.reader())
            .await
            .doing("looking up a picture")?;
        Ok(row.map(|row| row.get("media_type")))
    }
}

impl Write {
    /// Keeps a picture's row; the same picture of the same place in an order is one row. Returns its id.
    pub async fn insert_picture(
        &mut self,
        order_id: &str,
        picture: &NewPicture,
        now: Timestamp,
    ) -> StoreResult<i64> {
        let known =
            sqlx::query("SELECT id FROM pictures WHERE order_id = ? AND round = ? AND n = ? AND sha256 = ?")
                .bind(order_id)
                .bind(picture.round)
                .bind(picture.n)
                .bind(&picture.sha256)
                .fetch_optional(&mut *self.tx)
                .await
                .doing("looking up a picture")?;
        if let Some(row) = known {
            return Ok(row.get("id"));
        }
        let row = sqlx::query(
            "INSERT INTO pictures (order_id, round, n, sha256, media_type, width, height, bytes, prompt, model, cost_usd, state, created_at, account_id, is_draft)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'kept', ?12, (SELECT account_id FROM orders WHERE id = ?1), ?13) RETURNING id",
        )
        .bind(order_id)
        .bind(picture.round)
        .bind(picture.n)
        .bind(&picture.sha256)
        .bind(&picture.media_type)
        .bind(picture.width)
        .bind(picture.height)
        .bind(picture.bytes)
        .bind(&picture.prompt)
        .bind(&picture.model)
        .bind(picture.cost_usd.map(|cost| cost.to_string()))
        .bind(millis(now))
        .bind(picture.is_draft)
        .fetch_one(&mut *self.tx)
        .await
        .doing("keeping a picture")?;
        let id: i64 = row.get("id");
        self.index_picture(id).await?;
        Ok(id)
    }

    /// Makes a picture's words findable.
    pub(super) async fn index_picture(&mut self, id: i64) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO pictures_words (rowid, words)
             SELECT p.id, p.prompt || ' ' || o.title || ' ' || COALESCE(o.buyer_name, '') || ' ' || o.market_order_id || '  '
             FROM pictures p JOIN orders o ON o.id = p.order_id WHERE p.id = ?1",
        )
        .bind(id)
        .execute(&mut *self.tx)
        .await
        .doing("indexing a picture")?;
        Ok(())
    }

    /// Moves the picture of a place (round, n) of an order on.
    pub async fn record_picture_state(
        &mut self,
        order_id: &str,
        sha256: &str,
        state: PictureState,
        market_file_id: Option<&str>,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE pictures SET state = ?3, market_file_id = COALESCE(?4, market_file_id) WHERE order_id = ?1 AND sha256 = ?2",
        )
        .bind(order_id)
        .bind(sha256)
        .bind(state.as_str())
        .bind(market_file_id)
        .execute(&mut *self.tx)
        .await
        .doing("recording a picture's state")?;
        Ok(())
    }

    /// The seller's stars, 0 to 5.
    pub async fn rate_picture(&mut self, id: i64, rating: u8) -> StoreResult<()> {
        let done = sqlx::query("UPDATE pictures SET rating = ?2 WHERE id = ?1")
            .bind(id)
            .bind(rating)
            .execute(&mut *self.tx)
            .await
            .doing("rating a picture")?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Missing { what: "picture", id: id.to_string() });
        }
        Ok(())
    }
}
