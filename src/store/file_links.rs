//! Links under which one picture of an order may be fetched from outside for a while: for markets that take no files.
//!
//! Whoever knows the token has the picture. It is in the link only; what is kept is its hash.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{instant, millis};
use super::{Doing, Store, StoreResult, Write};
use crate::clock::Ids;

const TOKEN_BYTES: usize = 16;
/// 16 bytes as base64 without padding.
const TOKEN_LENGTH: usize = 22;

/// The secret part of a link: 128 random bits, fit for an address. Not printed.
#[derive(Clone)]
pub struct LinkToken(String);

impl LinkToken {
    /// What stands before the token in the path.
    pub const PATH: &'static str = "/files/";

    /// Another token.
    pub fn draw(ids: &dyn Ids) -> Self {
        let mut bytes = [0; TOKEN_BYTES];
        ids.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The token a path names, if it names one.
    pub fn in_path(path: &str) -> Option<Self> {
        let token = path.strip_prefix(Self::PATH)?;
        let fits = token.len() == TOKEN_LENGTH
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        fits.then(|| Self(token.to_owned()))
    }

    /// The link's path, to be put behind our public address.
    pub fn path(&self) -> String {
        format!("{}{}", Self::PATH, self.0)
    }

    /// Under which the link is kept.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LinkToken([redacted])")
    }
}

/// A link to be kept.
#[derive(Debug, Clone)]
pub struct NewFileLink {
    pub token: LinkToken,
    pub picture_sha256: String,
    /// What the file is called where it is saved.
    pub file_name: String,
    pub order_id: String,
    pub expires_at: Timestamp,
}

/// A link as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLinkRow {
    pub token_sha256: String,
    pub picture_sha256: String,
    pub file_name: String,
    pub order_id: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// How often the file was asked for.
    pub fetched: u32,
}

const COLUMNS: &str = "token_sha256, picture_sha256, file_name, order_id, created_at, expires_at, fetched";

fn read(row: &SqliteRow) -> StoreResult<FileLinkRow> {
    Ok(FileLinkRow {
        token_sha256: row.get("token_sha256"),
        picture_sha256: row.get("picture_sha256"),
        file_name: row.get("file_name"),
        order_id: row.get("order_id"),
        created_at: instant(row.get("created_at"))?,
        expires_at: instant(row.get("expires_at"))?,
        fetched: row.get("fetched"),
    })
}

impl Store {
    /// The link of a token, expired or not. What is compared is the hash, so that the time this takes tells nothing
    /// of the tokens there are.
    pub async fn lookup_file_link(&self, token: &LinkToken) -> StoreResult<Option<FileLinkRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM file_links WHERE token_sha256 = ?"
        )))
        .bind(token.hash())
        .fetch_optional(self.reader())
        .await
        .doing("looking up a link")?;
        row.as_ref().map(read).transpose()
    }

    /// The links of an order, oldest first.
    pub async fn list_file_links(&self, order_id: &str) -> StoreResult<Vec<FileLinkRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM file_links WHERE order_id = ? ORDER BY created_at, token_sha256"
        )))
        .bind(order_id)
        .fetch_all(self.reader())
        .await
        .doing("listing links")?;
        rows.iter().map(read).collect()
    }
}

impl Write {
    /// Keeps a link.
    pub async fn insert_file_link(&mut self, link: &NewFileLink, now: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO file_links (token_sha256, picture_sha256, file_name, order_id, created_at, expires_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(link.token.hash())
        .bind(&link.picture_sha256)
        .bind(&link.file_name)
        .bind(&link.order_id)
        .bind(millis(now))
        .bind(millis(link.expires_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a link")?;
        Ok(())
    }

    /// Counts that a link's file was asked for.
    pub async fn record_fetched(&mut self, token_sha256: &str) -> StoreResult<()> {
        sqlx::query("UPDATE file_links SET fetched = fetched + 1 WHERE token_sha256 = ?")
            .bind(token_sha256)
            .execute(&mut *self.tx)
            .await
            .doing("counting a fetch")?;
        Ok(())
    }

    /// Ends every link of an order that has not ended yet.
    pub async fn end_file_links(&mut self, order_id: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query("UPDATE file_links SET expires_at = ?2 WHERE order_id = ?1 AND expires_at > ?2")
            .bind(order_id)
            .bind(millis(now))
            .execute(&mut *self.tx)
            .await
            .doing("ending links")?;
        Ok(())
    }

    /// Forgets the links that expired before this; they are unknown from then on. Returns how many.
    pub async fn remove_file_links(&mut self, expired_before: Timestamp) -> StoreResult<u64> {
        let removed = sqlx::query("DELETE FROM file_links WHERE expires_at < ?")
            .bind(millis(expired_before))
            .execute(&mut *self.tx)
            .await
            .doing("forgetting links")?;
        Ok(removed.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemIds;

    #[test]
    fn a_token_is_read_back_from_its_path_and_shown_nowhere_else() {
        let token = LinkToken::draw(&SystemIds);
        let read = LinkToken::in_path(&token.path()).unwrap();
        assert_eq!(read.hash(), token.hash());
        assert_ne!(token.hash(), LinkToken::draw(&SystemIds).hash());
        assert_eq!(format!("{token:?}"), "LinkToken([redacted])");
        for path in [
            "/files/",
            "/files",
            "/file/AAAAAAAAAAAAAAAAAAAAAA",
            "/files/AAAAAAAAAAAAAAAAAAAAA",
            "/files/AAAAAAAAAAAAAAAAAAAAAAA",
            "/files/AAAAAAAAAAAAAAAAAAAAA/",
            "/files/../AAAAAAAAAAAAAAAAAAA",
            "/files/AAAAAAAAAAAAAAAAAAAA%2",
        ] {
            assert!(LinkToken::in_path(path).is_none(), "{path}");
        }
    }
}
