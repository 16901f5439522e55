//! Conversations with people and agents, as far as they are read.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{instant, instant_opt, millis};
use super::{Doing, Store, StoreResult, Write};

/// A conversation as kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationRow {
    /// The market's id.
    pub id: String,
    pub job_id: Option<String>,
    pub other_id: Option<String>,
    pub other_name: Option<String>,
    pub other_is_ai: Option<bool>,
    /// Time of its last message, as the market last listed it.
    pub listed_at: Option<Timestamp>,
    pub listed_unread: u32,
    /// There is more to read than was read.
    pub needs_reading: bool,
    /// Reading backwards goes on before this message.
    pub read_before: Option<String>,
    /// Reading backwards ends at this message.
    pub read_until: Option<String>,
    pub newest_at: Timestamp,
    /// Letters of theirs the seller has not seen.
    pub unread: u32,
}

pub(super) const COLUMNS: &str = "id, job_id, other_id, other_name, other_is_ai, listed_at, listed_unread, needs_reading, read_before, read_until, newest_at, unread";

pub(super) fn read(row: &SqliteRow) -> StoreResult<ConversationRow> {
    Ok(ConversationRow {
        id: row.get("id"),
        job_id: row.get("job_id"),
        other_id: row.get("other_id"),
        other_name: row.get("other_name"),
        other_is_ai: row.get("other_is_ai"),
        listed_at: instant_opt(row.get("listed_at"))?,
        listed_unread: row.get("listed_unread"),
        needs_reading: row.get("needs_reading"),
        read_before: row.get("read_before"),
        read_until: row.get("read_until"),
        newest_at: instant(row.get("newest_at"))?,
        unread: row.get("unread"),
    })
}

impl Store {
    /// Conversations, the last written to first, from the one at `offset` on.
    pub async fn list_conversations(
        &self,
        account_id: &str,
        limit: u32,
        offset: u32,
    ) -> StoreResult<Vec<ConversationRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM conversations WHERE account_id = ? ORDER BY newest_at DESC, id LIMIT ? OFFSET ?"
        )))
        .bind(account_id)
        .bind(limit)
        .bind(offset)
        .fetch_all(self.reader())
        .await
        .doing("listing conversations")?;
        rows.iter().map(read).collect()
    }

    /// How many conversations there are, and how many letters in them are unread.
    pub async fn count_conversations(&self, account_id: &str) -> StoreResult<(u32, u32)> {
        let row = sqlx::query(
            "SELECT count(*) AS many, COALESCE(SUM(unread), 0) AS unread FROM conversations WHERE account_id = ?",
        )
        .bind(account_id)
        .fetch_one(self.reader())
        .await
        .doing("counting conversations")?;
        Ok((row.get("many"), row.get("unread")))
    }

    /// One conversation.
    pub async fn lookup_conversation(
        &self,
        account_id: &str,
        id: &str,
    ) -> StoreResult<Option<ConversationRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM conversations WHERE account_id = ? AND id = ?"
        )))
        .bind(account_id)
        .bind(id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a conversation")?;
        row.as_ref().map(read).transpose()
    }

    /// Those of these conversations that are known.
    pub async fn list_known_conversations(
        &self,
        account_id: &str,
        ids: &[&str],
    ) -> StoreResult<Vec<ConversationRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM conversations WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))"
        )))
        .bind(account_id)
        .bind(serde_json::json!(ids).to_string())
        .fetch_all(self.reader())
        .await
        .doing("looking up conversations")?;
        rows.iter().map(read).collect()
    }

    /// The next conversation with something to read in it, the newest first.
    pub async fn lookup_conversation_to_read(
        &self,
        account_id: &str,
    ) -> StoreResult<Option<ConversationRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM conversations WHERE account_id = ? AND needs_reading = 1 ORDER BY newest_at DESC LIMIT 1"
        )))
        .bind(account_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking for a conversation to read")?;
        row.as_ref().map(read).transpose()
    }

    /// The conversation with somebody about a job, or about none.
    pub async fn lookup_conversation_with(
        &self,
        account_id: &str,
        other_id: &str,
        job_id: Option<&str>,
    ) -> StoreResult<Option<ConversationRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM conversations WHERE account_id = ?1 AND other_id = ?2 AND (?3 IS NULL OR job_id = ?3)
             ORDER BY newest_at DESC LIMIT 1"
        )))
        .bind(account_id)
        .bind(other_id)
        .bind(job_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a conversation with somebody")?;
        row.as_ref().map(read).transpose()
    }
}

impl Write {
    /// Keeps a conversation as the market lists it. What is known and not told again stays.
    pub async fn put_conversation(
        &mut self,
        account_id: &str,
        conversation: &ConversationRow,
    ) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO conversations (account_id, id, job_id, other_id, other_name, other_is_ai, listed_at, listed_unread, needs_reading, newest_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (account_id, id) DO UPDATE SET
                 job_id = COALESCE(excluded.job_id, job_id), other_id = COALESCE(excluded.other_id, other_id),
                 other_name = COALESCE(excluded.other_name, other_name), other_is_ai = COALESCE(excluded.other_is_ai, other_is_ai),
                 listed_at = COALESCE(excluded.listed_at, listed_at), listed_unread = excluded.listed_unread,
                 needs_reading = MAX(needs_reading, excluded.needs_reading), newest_at = MAX(newest_at, excluded.newest_at)",
        )
        .bind(account_id)
        .bind(&conversation.id)
        .bind(&conversation.job_id)
        .bind(&conversation.other_id)
        .bind(&conversation.other_name)
        .bind(conversation.other_is_ai)
        .bind(conversation.listed_at.map(millis))
        .bind(conversation.listed_unread)
        .bind(conversation.needs_reading)
        .bind(millis(conversation.newest_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a conversation")?;
        Ok(())
    }

    /// Notes that news told of a letter in a conversation. One that is kept already needs no reading.
    pub async fn note_letter(
        &mut self,
        account_id: &str,
        conversation_id: &str,
        market_id: Option<&str>,
        other: (Option<&str>, Option<&str>),
    ) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO conversations (account_id, id, other_id, other_name, needs_reading)
             SELECT ?1, ?2, ?4, ?5, 1 WHERE NOT EXISTS (SELECT 1 FROM letters WHERE account_id = ?1 AND market_id = ?3)
             ON CONFLICT (account_id, id) DO UPDATE SET needs_reading = 1,
                 other_id = COALESCE(other_id, excluded.other_id), other_name = COALESCE(other_name, excluded.other_name)",
        )
        .bind(account_id)
        .bind(conversation_id)
        .bind(market_id)
        .bind(other.0)
        .bind(other.1)
        .execute(&mut *self.tx)
        .await
        .doing("noting a letter")?;
        Ok(())
    }

    /// Records how far a conversation was read. `fresh` letters of theirs are unread; `listed_unread` is what listing it
    /// again may say without it having to be read again.
    pub async fn record_read(
        &mut self,
        account_id: &str,
        row: &ConversationRow,
        fresh: u32,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE conversations SET needs_reading = ?3, read_before = ?4, read_until = ?5, listed_unread = ?6, unread = unread + ?7,
                 newest_at = MAX(newest_at, ?8), other_name = COALESCE(other_name, ?9), other_id = COALESCE(other_id, ?10)
             WHERE account_id = ?1 AND id = ?2",
        )
        .bind(account_id)
        .bind(&row.id)
        .bind(row.needs_reading)
        .bind(&row.read_before)
        .bind(&row.read_until)
        .bind(row.listed_unread)
        .bind(fresh)
        .bind(millis(row.newest_at))
        .bind(&row.other_name)
        .bind(&row.other_id)
        .execute(&mut *self.tx)
        .await
        .doing("recording what was read")?;
        Ok(())
    }

    /// Records that the seller has seen a conversation.
    pub async fn record_conversation_seen(&mut self, account_id: &str, id: &str) -> StoreResult<bool> {
        let done =
            sqlx::query("UPDATE conversations SET unread = 0 WHERE account_id = ? AND id = ? AND unread > 0")
                .bind(account_id)
                .bind(id)
                .execute(&mut *self.tx)
                .await
                .doing("recording a conversation as seen")?;
        Ok(done.rows_affected() == 1)
    }
}
