//! Letters of conversations, from both sides: what was received, and the outbox.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{instant, millis, words};
use super::{Doing, Store, StoreResult, Write};

words! {
    /// Who wrote a letter.
    Writer, "writer of a letter" { Them = "them", Seller = "seller", Robot = "robot" }
}

words! {
    /// Where a letter stands.
    LetterState, "state of a letter" {
        Received = "received",
        /// Goes out when the market allows it.
        Waiting = "waiting",
        /// On its way, or it is not known whether it went.
        Sending = "sending",
        Sent = "sent",
        /// The filter held it; the seller decides.
        Held = "held",
        Failed = "failed",
        Discarded = "discarded",
    }
}

/// A letter as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    pub id: i64,
    /// None while the first letter to somebody has not been sent.
    pub conversation_id: Option<String>,
    pub to_id: Option<String>,
    pub to_job_id: Option<String>,
    pub market_id: Option<String>,
    pub who: Writer,
    pub name: Option<String>,
    pub body: String,
    /// Never fetched by itself.
    pub image_url: Option<String>,
    pub state: LetterState,
    /// Ours, of an own letter: the same key is the same letter.
    pub key: Option<String>,
    pub problem: Option<String>,
    pub attempts: u32,
    pub at: Timestamp,
}

/// An own letter about to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLetter<'a> {
    pub conversation_id: Option<&'a str>,
    pub to_id: Option<&'a str>,
    pub to_job_id: Option<&'a str>,
    pub who: Writer,
    pub body: &'a str,
    pub image_url: Option<&'a str>,
    pub state: LetterState,
    pub key: &'a str,
    pub problem: Option<&'a str>,
}

/// A letter as the market's thread shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadLetter<'a> {
    pub market_id: &'a str,
    pub is_own: bool,
    pub name: Option<&'a str>,
    pub body: &'a str,
    pub image_url: Option<&'a str>,
    pub at: Timestamp,
}

/// Own letters that did not go; the words of the index `letters_unsent`.
pub(super) const UNSENT: &str = "state IN ('waiting', 'sending', 'held', 'failed')";

/// An own letter we do not know from the outbox may be the robot's: what it says in an order it says in the same thread.
/// That is looked up when it is read, because the thread may be read before the order knows what it has sent.
macro_rules! who {
    () => {
        "CASE WHEN letters.who = 'seller' AND letters.key IS NULL AND EXISTS (
            SELECT 1 FROM conversations AS thread
            JOIN orders ON orders.account_id = thread.account_id
                AND (orders.market_order_id = thread.job_id OR orders.buyer_id = thread.other_id)
            JOIN messages ON messages.order_id = orders.id AND (messages.market_message_id = letters.market_id
                OR (messages.market_message_id IS NULL AND messages.body = letters.body))
            WHERE thread.account_id = letters.account_id AND thread.id = letters.conversation_id
                AND messages.who = 'robot'
        ) THEN 'robot' ELSE letters.who END"
    };
}

/// Who wrote a letter.
pub(super) const WHO: &str = who!();
const COLUMNS: &str = concat!(
    "id, conversation_id, to_id, to_job_id, market_id, name, body, image_url, state, key, problem, attempts, at, ",
    who!(),
    " AS who"
);

fn read(row: &SqliteRow) -> StoreResult<LetterRow> {
    Ok(LetterRow {
        id: row.get("id"),
        conversation_id: row.get("conversation_id"),
        to_id: row.get("to_id"),
        to_job_id: row.get("to_job_id"),
        market_id: row.get("market_id"),
        who: Writer::parse(row.get("who"))?,
        name: row.get("name"),
        body: row.get("body"),
        image_url: row.get("image_url"),
        state: LetterState::parse(row.get("state"))?,
        key: row.get("key"),
        problem: row.get("problem"),
        attempts: row.get("attempts"),
        at: instant(row.get("at"))?,
    })
}

impl Store {
    /// The last letters of a conversation, oldest first; those not yet on the market stand at the end.
    pub async fn list_letters(
        &self,
        account_id: &str,
        conversation_id: &str,
        limit: u32,
    ) -> StoreResult<Vec<LetterRow>> {
        let mut letters = self.list_older_letters(account_id, conversation_id, None, limit).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND conversation_id = ? AND {UNSENT} AND market_id IS NULL ORDER BY id"
        )))
        .bind(account_id)
        .bind(conversation_id)
        .fetch_all(self.reader())
        .await
        .doing("reading letters that were not sent")?;
        for row in &rows {
            letters.push(read(row)?);
        }
        Ok(letters)
    }

    /// Letters of a conversation that are on the market, oldest first: the last ones before this letter, or of all.
    pub async fn list_older_letters(
        &self,
        account_id: &str,
        conversation_id: &str,
        before: Option<&LetterRow>,
        limit: u32,
    ) -> StoreResult<Vec<LetterRow>> {
        let (at, id) = before.map_or((i64::MAX, i64::MAX), |letter| (millis(letter.at), letter.id));
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND conversation_id = ? AND market_id IS NOT NULL AND state <> 'discarded'
                 AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?"
        )))
        .bind(account_id)
        .bind(conversation_id)
        .bind(at)
        .bind(id)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .doing("reading letters")?;
        rows.iter().rev().map(read).collect()
    }

    /// The newest letter of a conversation that is on the market.
    pub async fn lookup_last_letter(
        &self,
        account_id: &str,
        conversation_id: &str,
    ) -> StoreResult<Option<LetterRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND conversation_id = ? AND market_id IS NOT NULL
             ORDER BY at DESC, id DESC LIMIT 1"
        )))
        .bind(account_id)
        .bind(conversation_id)
        .fetch_optional(self.reader())
        .await
        .doing("reading the last letter")?;
        row.as_ref().map(read).transpose()
    }

    /// A letter of a conversation that is held or failed.
    pub async fn lookup_troubled_letter(
        &self,
        account_id: &str,
        conversation_id: &str,
    ) -> StoreResult<Option<LetterRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND conversation_id = ? AND {UNSENT} AND state IN ('held', 'failed') ORDER BY id LIMIT 1"
        )))
        .bind(account_id)
        .bind(conversation_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking for a letter that was not sent")?;
        row.as_ref().map(read).transpose()
    }

    /// The newest letter of a conversation that was read in its thread: up to it everything is known. One that is only
    /// known because we sent it proves nothing of what came before.
    pub async fn lookup_last_read_letter(
        &self,
        account_id: &str,
        conversation_id: &str,
    ) -> StoreResult<Option<String>> {
        let row = sqlx::query(
            "SELECT market_id FROM letters WHERE account_id = ? AND conversation_id = ? AND market_id IS NOT NULL AND key IS NULL
             ORDER BY at DESC, id DESC LIMIT 1",
        )
        .bind(account_id)
        .bind(conversation_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking how far a conversation was read")?;
        Ok(row.and_then(|row| row.get("market_id")))
    }

    /// Own letters to somebody there is no conversation with yet, and any that are held, waiting or failed.
    pub async fn list_unsent_letters(&self, account_id: &str) -> StoreResult<Vec<LetterRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND {UNSENT} ORDER BY id LIMIT 500"
        )))
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing letters that were not sent")?;
        rows.iter().map(read).collect()
    }

    /// The letter that goes out next.
    pub async fn lookup_next_letter(&self, account_id: &str) -> StoreResult<Option<LetterRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND state IN ('waiting', 'sending') ORDER BY id LIMIT 1"
        )))
        .bind(account_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking for a letter to send")?;
        row.as_ref().map(read).transpose()
    }

    /// One letter.
    pub async fn lookup_letter(&self, account_id: &str, id: i64) -> StoreResult<Option<LetterRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND id = ?"
        )))
        .bind(account_id)
        .bind(id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a letter")?;
        row.as_ref().map(read).transpose()
    }

    /// The parts of an own letter that did not go, in order. `key` is the letter's own, without the number of a part.
    pub async fn list_unsent_parts(&self, account_id: &str, key: &str) -> StoreResult<Vec<LetterRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ?1 AND {UNSENT} AND substr(key, 1, length(?2) + 1) = ?2 || '/' ORDER BY id"
        )))
        .bind(account_id)
        .bind(key)
        .fetch_all(self.reader())
        .await
        .doing("looking up the parts of a letter")?;
        rows.iter().map(read).collect()
    }

    /// The own letter of a key.
    pub async fn lookup_letter_of_key(&self, account_id: &str, key: &str) -> StoreResult<Option<LetterRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE account_id = ? AND key = ?"
        )))
        .bind(account_id)
        .bind(key)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a letter")?;
        row.as_ref().map(read).transpose()
    }
}

impl Write {
    /// Keeps an own letter. One whose key is known stays as it is. Returns its id.
    pub async fn insert_letter(
        &mut self,
        account_id: &str,
        letter: &NewLetter<'_>,
        at: Timestamp,
    ) -> StoreResult<i64> {
        let row = sqlx::query(
            "INSERT INTO letters (account_id, conversation_id, to_id, to_job_id, who, body, image_url, state, key, problem, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (account_id, key) DO UPDATE SET key = excluded.key RETURNING id",
        )
        .bind(account_id)
        .bind(letter.conversation_id)
        .bind(letter.to_id)
        .bind(letter.to_job_id)
        .bind(letter.who.as_str())
        .bind(letter.body)
        .bind(letter.image_url)
        .bind(letter.state.as_str())
        .bind(letter.key)
        .bind(letter.problem)
        .bind(millis(at))
        .fetch_one(&mut *self.tx)
        .await
        .doing("keeping a letter")?;
        Ok(row.get("id"))
    }

    /// Keeps a letter of the market's thread; true when it was not known. An own one that is on its way and has the same
    /// text and picture is the same letter.
    pub async fn insert_thread_letter(
        &mut self,
        account_id: &str,
        conversation: (&str, Option<&str>),
        letter: &ThreadLetter<'_>,
    ) -> StoreResult<bool> {
        let (conversation_id, other_id) = conversation;
        if letter.is_own {
            let adopted = sqlx::query(
                "UPDATE letters SET market_id = ?4, state = 'sent', conversation_id = ?2, at = ?7, problem = NULL WHERE id =
                     (SELECT id FROM letters WHERE account_id = ?1 AND state = 'sending' AND market_id IS NULL
                          AND (conversation_id = ?2 OR (conversation_id IS NULL AND to_id = ?3))
                          AND trim(body) = trim(?5) AND COALESCE(image_url, '') = COALESCE(?6, '') ORDER BY id LIMIT 1)
                 AND NOT EXISTS (SELECT 1 FROM letters WHERE account_id = ?1 AND market_id = ?4)",
            )
            .bind(account_id)
            .bind(conversation_id)
            .bind(other_id)
            .bind(letter.market_id)
            .bind(letter.body)
            .bind(letter.image_url)
            .bind(millis(letter.at))
            .execute(&mut *self.tx)
            .await
            .doing("matching an own letter")?;
            if adopted.rows_affected() == 1 {
                return Ok(false);
            }
        }
        let (who, state) = match letter.is_own {
            // Written elsewhere with the same account.
            true => (Writer::Seller, LetterState::Sent),
            false => (Writer::Them, LetterState::Received),
        };
        let done = sqlx::query(
            "INSERT INTO letters (account_id, conversation_id, market_id, who, name, body, image_url, state, at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, market_id) DO NOTHING",
        )
        .bind(account_id)
        .bind(conversation_id)
        .bind(letter.market_id)
        .bind(who.as_str())
        .bind(letter.name)
        .bind(letter.body)
        .bind(letter.image_url)
        .bind(state.as_str())
        .bind(millis(letter.at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a letter")?;
        Ok(done.rows_affected() == 1)
    }

    /// Moves an own letter from one state to another, with the reason; false when it is not in that state any more.
    pub async fn move_letter(
        &mut self,
        id: i64,
        from: LetterState,
        to: LetterState,
        problem: Option<&str>,
    ) -> StoreResult<bool> {
        let done = sqlx::query(
            "UPDATE letters SET state = ?3, problem = ?4, attempts = attempts + (?3 = 'sending') WHERE id = ?1 AND state = ?2",
        )
        .bind(id)
        .bind(from.as_str())
        .bind(to.as_str())
        .bind(problem)
        .execute(&mut *self.tx)
        .await
        .doing("moving a letter")?;
        Ok(done.rows_affected() == 1)
    }

    /// Records that an own letter is on the market.
    pub async fn record_letter_sent(
        &mut self,
        account_id: &str,
        id: i64,
        market_id: &str,
        conversation_id: Option<&str>,
        at: Option<Timestamp>,
    ) -> StoreResult<()> {
        // The thread may have been read between sending and recording: that row is this letter.
        sqlx::query(
            "DELETE FROM letters WHERE account_id = ?1 AND market_id = ?2 AND key IS NULL AND id <> ?3",
        )
        .bind(account_id)
        .bind(market_id)
        .bind(id)
        .execute(&mut *self.tx)
        .await
        .doing("matching an own letter")?;
        sqlx::query(
            "UPDATE letters SET state = 'sent', market_id = ?2, conversation_id = COALESCE(?3, conversation_id), at = COALESCE(?4, at),
                 problem = NULL WHERE id = ?1",
        )
        .bind(id)
        .bind(market_id)
        .bind(conversation_id)
        .bind(at.map(millis))
        .execute(&mut *self.tx)
        .await
        .doing("recording a sent letter")?;
        // The thread is the newest now, whenever the market lists it again.
        sqlx::query(
            "UPDATE conversations SET newest_at = MAX(newest_at, (SELECT at FROM letters WHERE id = ?2))
             WHERE account_id = ?1 AND id = (SELECT conversation_id FROM letters WHERE id = ?2)",
        )
        .bind(account_id)
        .bind(id)
        .execute(&mut *self.tx)
        .await
        .doing("recording a sent letter")?;
        Ok(())
    }
}
