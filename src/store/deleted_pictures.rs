//! Deleted pictures: hidden at once, their files removed later, their rows kept with their orders.

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant_opt, millis};
use super::orders::Stage;
use super::{Doing, Store, StoreError, StoreResult, Write};

/// What a picture is still good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureUse {
    /// Of its order.
    pub stage: Option<Stage>,
    pub market_status: Option<String>,
    /// Name of a listing that shows it as its example.
    pub listing: Option<String>,
    /// Until when a link to its bytes opens.
    pub linked_until: Option<Timestamp>,
}

impl Store {
    /// What a picture is used for now; none when it is unknown.
    pub async fn lookup_picture_use(&self, id: i64, now: Timestamp) -> StoreResult<Option<PictureUse>> {
        let row = sqlx::query(
            "SELECT o.stage, o.market_status,
                 (SELECT COALESCE(json_extract(l.form, '$.name'), '') FROM listings l
                      WHERE l.deleted_at IS NULL AND json_extract(l.form, '$.example') = p.sha256 LIMIT 1) AS listing,
                 (SELECT MAX(f.expires_at) FROM file_links f WHERE f.order_id = p.order_id AND f.picture_sha256 = p.sha256 AND f.expires_at > ?2) AS linked
             FROM pictures p LEFT JOIN orders o ON o.id = p.order_id WHERE p.id = ?1",
        )
        .bind(id)
        .bind(millis(now))
        .fetch_optional(self.reader())
        .await
        .doing("looking up what a picture is used for")?;
        row.map(|row| {
            Ok(PictureUse {
                stage: row.get::<Option<&str>, _>("stage").map(Stage::parse).transpose()?,
                market_status: row.get("market_status"),
                listing: row.get("listing"),
                linked_until: instant_opt(row.get("linked"))?,
            })
        })
        .transpose()
    }

    /// Pictures deleted before an instant whose file is still there: (id, hash).
    pub async fn list_deleted_pictures(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<(i64, String)>> {
        let rows = sqlx::query(
            "SELECT id, sha256 FROM pictures WHERE deleted_at IS NOT NULL AND file_gone_at IS NULL AND deleted_at < ?
             ORDER BY deleted_at LIMIT ?",
        )
        .bind(millis(before))
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("listing deleted pictures")?;
        Ok(rows.iter().map(|row| (row.get("id"), row.get("sha256"))).collect())
    }

    /// The pictures that share these bytes: (id, when deleted).
    pub async fn list_pictures_of_bytes(&self, sha256: &str) -> StoreResult<Vec<(i64, Option<Timestamp>)>> {
        let rows = sqlx::query("SELECT id, deleted_at FROM pictures WHERE sha256 = ?")
            .bind(sha256)
            .fetch_all(self.reader())
            .await
            .doing("looking for pictures of the same bytes")?;
        rows.iter().map(|row| Ok((row.get("id"), instant_opt(row.get("deleted_at"))?))).collect()
    }
}

impl Write {
    /// Hides a picture everywhere; a search does not find it any more.
    ///
    /// # Errors
    /// `Missing` when it is not there or deleted already.
    pub async fn delete_picture(&mut self, id: i64, now: Timestamp) -> StoreResult<()> {
        let done = sqlx::query("UPDATE pictures SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL")
            .bind(id)
            .bind(millis(now))
            .execute(&mut *self.tx)
            .await
            .doing("deleting a picture")?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Missing { what: "picture", id: id.to_string() });
        }
        sqlx::query("DELETE FROM pictures_words WHERE rowid = ?")
            .bind(id)
            .execute(&mut *self.tx)
            .await
            .doing("taking a picture out of the index")?;
        Ok(())
    }

    /// Brings a deleted picture back as it was.
    ///
    /// # Errors
    /// `Missing` when it is not deleted or its file is gone.
    pub async fn undelete_picture(&mut self, id: i64) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE pictures SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL AND file_gone_at IS NULL",
        )
        .bind(id)
        .execute(&mut *self.tx)
        .await
        .doing("bringing a picture back")?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Missing { what: "picture", id: id.to_string() });
        }
        self.index_picture(id).await
    }

    /// Records that the file of these bytes is removed.
    pub async fn record_file_gone(&mut self, sha256: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query("UPDATE pictures SET file_gone_at = ?2 WHERE sha256 = ?1 AND deleted_at IS NOT NULL")
            .bind(sha256)
            .bind(millis(now))
            .execute(&mut *self.tx)
            .await
            .doing("recording that a picture's file is gone")?;
        Ok(())
    }
}
