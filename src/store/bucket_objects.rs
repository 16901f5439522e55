//! Pictures in the seller's own bucket: under which name each lies there, known before it is sent.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{instant, instant_opt, millis};
use super::{Doing, Store, StoreResult, Write};

/// A picture in a bucket, or on its way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketObjectRow {
    pub order_id: String,
    pub picture_sha256: String,
    /// Which bucket: its address, name and folder.
    pub bucket: String,
    pub object: String,
    pub created_at: Timestamp,
    /// When it was proved to lie there.
    pub uploaded_at: Option<Timestamp>,
}

const COLUMNS: &str = "order_id, picture_sha256, bucket, object, created_at, uploaded_at";

fn read(row: &SqliteRow) -> StoreResult<BucketObjectRow> {
    Ok(BucketObjectRow {
        order_id: row.get("order_id"),
        picture_sha256: row.get("picture_sha256"),
        bucket: row.get("bucket"),
        object: row.get("object"),
        created_at: instant(row.get("created_at"))?,
        uploaded_at: instant_opt(row.get("uploaded_at"))?,
    })
}

impl Store {
    /// An order's pictures in this bucket, oldest first.
    pub async fn list_bucket_objects(
        &self,
        order_id: &str,
        bucket: &str,
    ) -> StoreResult<Vec<BucketObjectRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM bucket_objects WHERE order_id = ? AND bucket = ? ORDER BY created_at, object"
        )))
        .bind(order_id)
        .bind(bucket)
        .fetch_all(self.reader())
        .await
        .doing("listing pictures in a bucket")?;
        rows.iter().map(read).collect()
    }

    /// Pictures named before this, of orders that have left the board, oldest first; a hundred at most.
    pub async fn list_old_bucket_objects(
        &self,
        bucket: &str,
        before: Timestamp,
    ) -> StoreResult<Vec<BucketObjectRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM bucket_objects WHERE bucket = ? AND created_at < ?
             AND order_id IN (SELECT id FROM orders WHERE archived = 1) ORDER BY created_at LIMIT 100"
        )))
        .bind(bucket)
        .bind(millis(before))
        .fetch_all(self.reader())
        .await
        .doing("listing old pictures in a bucket")?;
        rows.iter().map(read).collect()
    }
}

impl Write {
    /// The row of a picture in a bucket: the one there is, else this one.
    pub async fn begin_bucket_object(&mut self, row: &BucketObjectRow) -> StoreResult<BucketObjectRow> {
        sqlx::query(
            "INSERT INTO bucket_objects (order_id, picture_sha256, bucket, object, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(&row.order_id)
        .bind(&row.picture_sha256)
        .bind(&row.bucket)
        .bind(&row.object)
        .bind(millis(row.created_at))
        .execute(&mut *self.tx)
        .await
        .doing("naming a picture in a bucket")?;
        let kept = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM bucket_objects WHERE order_id = ? AND picture_sha256 = ? AND bucket = ?"
        )))
        .bind(&row.order_id)
        .bind(&row.picture_sha256)
        .bind(&row.bucket)
        .fetch_one(&mut *self.tx)
        .await
        .doing("reading a picture in a bucket")?;
        read(&kept)
    }

    /// The picture lies in the bucket.
    pub async fn record_in_bucket(&mut self, object: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query("UPDATE bucket_objects SET uploaded_at = ? WHERE object = ?")
            .bind(millis(now))
            .bind(object)
            .execute(&mut *self.tx)
            .await
            .doing("recording a picture in a bucket")?;
        Ok(())
    }

    /// The picture lies there no more; another link puts it there under another name.
    pub async fn remove_bucket_object(&mut self, object: &str) -> StoreResult<()> {
        sqlx::query("DELETE FROM bucket_objects WHERE object = ?")
            .bind(object)
            .execute(&mut *self.tx)
            .await
            .doing("forgetting a picture in a bucket")?;
        Ok(())
    }
}
