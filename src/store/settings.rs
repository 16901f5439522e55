//! Settings: JSON by name.

use jiff::Timestamp;
use sqlx::Row;

use super::convert::millis;
use super::{Doing, Store, StoreResult, Write};

impl Store {
    /// A setting's JSON, if it was ever saved.
    pub async fn lookup_setting(&self, key: &str) -> StoreResult<Option<String>> {
        let row = sqlx::query("SELECT value FROM settings WHERE key = ?")
            .bind(key)
            .fetch_optional(self.reader())
            .await
            .doing("reading a setting")?;
        Ok(row.map(|row| row.get("value")))
    }
}

impl Write {
    /// Saves a setting's JSON.
    pub async fn put_setting(&mut self, key: &str, value: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        )
        .bind(key)
        .bind(value)
        .bind(millis(now))
        .execute(&mut *self.tx)
        .await
        .doing("saving a setting")?;
        Ok(())
    }
}
