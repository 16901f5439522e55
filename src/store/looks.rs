//! What pictures look like, by the hash of their bytes, and which look alike.

use sqlx::Row;

use super::pictures::{PictureRow, SELECT, read};
use super::{Doing, Store, StoreResult, Write};

const BANDS: [(&str, u32); 4] = [("band_a", 48), ("band_b", 32), ("band_c", 16), ("band_d", 0)];
/// More than a seller looks at; a stall that repeats itself a thousand times is told so by the first.
const MOST_ALIKE: usize = 200;

/// A picture that looks like another one.
#[derive(Debug, Clone, PartialEq)]
pub struct AlikeRow {
    pub picture: PictureRow,
    /// In how many of 64 bits they differ.
    pub distance: u32,
}

impl Store {
    /// The look of a picture's bytes.
    pub async fn lookup_look(&self, sha256: &str) -> StoreResult<Option<u64>> {
        let row = sqlx::query("SELECT look FROM picture_looks WHERE sha256 = ?")
            .bind(sha256)
            .fetch_optional(self.reader())
            .await
            .doing("looking up a picture's look")?;
        Ok(row.map(|row| row.get::<i64, _>("look").cast_unsigned()))
    }

    /// Every kept look that differs in at most seven bits: each has a band of sixteen that differs in at most one.
    pub async fn list_near_looks(&self, look: u64, most: u32) -> StoreResult<Vec<(String, u32)>> {
        debug_assert!(most <= 7);
        let mut query = sqlx::QueryBuilder::new("SELECT sha256, look FROM picture_looks WHERE ");
        for (at, (band, shift)) in BANDS.into_iter().enumerate() {
            let own = ((look >> shift) & 0xffff) as i64;
            query.push(if at == 0 { "" } else { " OR " }).push(band).push(" IN (");
            let mut keys = query.separated(", ");
            keys.push(own);
            for bit in 0..16 {
                keys.push(own ^ (1 << bit));
            }
            query.push(")");
        }
        let rows =
            query.build().fetch_all(self.reader()).await.doing("looking for pictures that look alike")?;
        let near = rows.iter().filter_map(|row| {
            let distance = (row.get::<i64, _>("look").cast_unsigned() ^ look).count_ones();
            (distance <= most).then(|| (row.get("sha256"), distance))
        });
        Ok(near.collect())
    }

    /// Pictures like this one that another buyer of the given accounts got, the likest first.
    pub async fn list_alike_of_other_buyers(
        &self,
        picture: &PictureRow,
        accounts: &[String],
        most_bits: u32,
        limit: usize,
    ) -> StoreResult<Vec<AlikeRow>> {
        let Some(look) = self.lookup_look(&picture.sha256).await? else { return Ok(Vec::new()) };
        let mut near = self.list_near_looks(look, most_bits).await?;
        near.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        near.truncate(MOST_ALIKE);
        if near.is_empty() || accounts.is_empty() {
            return Ok(Vec::new());
        }
        let own = match &picture.order_id {
            Some(id) => self.lookup_buyer(id).await?,
            None => None,
        };
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE p.sha256 IN (");
        let mut hashes = query.separated(", ");
        for (sha256, _) in &near {
            hashes.push_bind(sha256.clone());
        }
        query.push(") AND (p.state = 'delivered' OR p.market_file_id IS NOT NULL)");
        query.push(" AND COALESCE(o.buyer_id, o.buyer_name) IS NOT NULL AND p.id <> ").push_bind(picture.id);
        query.push(" AND p.account_id IN (");
        let mut ids = query.separated(", ");
        for id in accounts {
            ids.push_bind(id.clone());
        }
        query.push(")");
        if let Some((account, buyer)) = own {
            query.push(" AND NOT (o.account_id = ").push_bind(account);
            query.push(" AND COALESCE(o.buyer_id, o.buyer_name) = ").push_bind(buyer).push(")");
        }
        let rows =
            query.build().fetch_all(self.reader()).await.doing("looking for pictures that look alike")?;
        let mut alike = Vec::with_capacity(rows.len());
        for row in &rows {
            let other = read(row)?;
            let distance = near.iter().find(|(sha256, _)| *sha256 == other.sha256).map_or(0, |found| found.1);
            alike.push(AlikeRow { picture: other, distance });
        }
        alike.sort_by_key(|row| (row.distance, std::cmp::Reverse(row.picture.id)));
        alike.truncate(limit);
        Ok(alike)
    }

    async fn lookup_buyer(&self, order_id: &str) -> StoreResult<Option<(String, String)>> {
        let row = sqlx::query(
            "SELECT account_id, COALESCE(buyer_id, buyer_name) AS buyer FROM orders WHERE id = ?",
        )
        .bind(order_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a buyer")?;
        Ok(row.and_then(|row| Some((row.get("account_id"), row.get::<Option<String>, _>("buyer")?))))
    }

    /// The next pictures, by id, whose look is not known: (id, hash).
    pub async fn list_without_look(&self, after: i64, limit: u32) -> StoreResult<Vec<(i64, String)>> {
        let rows = sqlx::query(
            "SELECT p.id, p.sha256 FROM pictures p WHERE p.id > ? AND p.file_gone_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM picture_looks l WHERE l.sha256 = p.sha256) ORDER BY p.id LIMIT ?",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("looking for pictures without a look")?;
        Ok(rows.iter().map(|row| (row.get("id"), row.get("sha256"))).collect())
    }
}

impl Write {
    /// Keeps what the picture of this hash looks like.
    pub async fn put_look(&mut self, sha256: &str, look: u64) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO picture_looks (sha256, look) VALUES (?1, ?2) ON CONFLICT (sha256) DO UPDATE SET look = excluded.look",
        )
        .bind(sha256)
        .bind(look.cast_signed())
        .execute(&mut *self.tx)
        .await
        .doing("keeping a picture's look")?;
        Ok(())
    }
}
