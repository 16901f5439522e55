//! The seller's own words for a picture.

use sqlx::Row;

use super::{Doing, Store, StoreResult, Write};

impl Store {
    /// A picture's tags, by the alphabet.
    pub async fn list_picture_tags(&self, picture_id: i64) -> StoreResult<Vec<String>> {
        let rows = sqlx::query("SELECT tag FROM picture_tags WHERE picture_id = ? ORDER BY tag")
            .bind(picture_id)
            .fetch_all(self.reader())
            .await
            .doing("listing a picture's tags")?;
        Ok(rows.iter().map(|row| row.get("tag")).collect())
    }

    /// Every tag on shown pictures of an account with how many have it, the most used first.
    pub async fn list_tags(&self, account_id: &str, limit: u32) -> StoreResult<Vec<(String, u32)>> {
        let rows = sqlx::query(
            "SELECT t.tag, COUNT(*) AS many FROM picture_tags t CROSS JOIN pictures p INDEXED BY pictures_shown ON p.id = t.picture_id
             WHERE p.account_id = ? AND p.state <> 'refused' AND p.deleted_at IS NULL
             GROUP BY t.tag ORDER BY many DESC, t.tag LIMIT ?",
        )
        .bind(account_id)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("listing tags")?;
        Ok(rows.iter().map(|row| (row.get("tag"), row.get("many"))).collect())
    }
}

impl Write {
    /// Puts a tag on a picture; once is enough, whatever its case.
    pub async fn put_picture_tag(&mut self, picture_id: i64, tag: &str) -> StoreResult<()> {
        sqlx::query("INSERT INTO picture_tags (picture_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(picture_id)
            .bind(tag)
            .execute(&mut *self.tx)
            .await
            .doing("tagging a picture")?;
        Ok(())
    }

    /// Takes a tag off a picture.
    pub async fn remove_picture_tag(&mut self, picture_id: i64, tag: &str) -> StoreResult<()> {
        sqlx::query("DELETE FROM picture_tags WHERE picture_id = ? AND tag = ?")
            .bind(picture_id)
            .bind(tag)
            .execute(&mut *self.tx)
            .await
            .doing("taking a tag off a picture")?;
        Ok(())
    }
}
