//! Accounts: the marketplace and the model provider this stall is connected to. Keys are elsewhere.

use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::convert::{decimal_opt, instant, instant_opt, millis, words};
use super::{Doing, Store, StoreResult, Write};

words! {
    /// What an account is for.
    AccountKind, "account kind" { AgentMarket = "agent_market", MoltMarket = "moltmarket", OpenRouter = "openrouter" }
}

/// An account as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountRow {
    pub id: String,
    pub kind: AccountKind,
    pub base_url: String,
    pub practice: bool,
    pub name: String,
    /// Our id on the market.
    pub own_id: String,
    pub handle: String,
    /// Highest event id stored from the feed.
    pub feed_cursor: i64,
    pub checked_at: Option<Timestamp>,
    /// Result of the last check of the key.
    pub check_code: String,
    pub balance: Option<Decimal>,
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, kind, base_url, practice, name, own_id, handle, feed_cursor, checked_at, check_code, balance, created_at";

fn read(row: &SqliteRow) -> StoreResult<AccountRow> {
    Ok(AccountRow {
        id: row.get("id"),
        kind: AccountKind::parse(row.get("kind"))?,
        base_url: row.get("base_url"),
        practice: row.get("practice"),
        name: row.get("name"),
        own_id: row.get("own_id"),
        handle: row.get("handle"),
        feed_cursor: row.get("feed_cursor"),
        checked_at: instant_opt(row.get("checked_at"))?,
        check_code: row.get("check_code"),
        balance: decimal_opt(row.get("balance"))?,
        created_at: instant(row.get("created_at"))?,
    })
}

impl Store {
    /// All accounts: those the environment named, then those the seller chose, the latest choice last.
    pub async fn list_accounts(&self) -> StoreResult<Vec<AccountRow>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM accounts ORDER BY chosen_at, created_at"
        )))
        .fetch_all(self.reader())
        .await
        .doing("listing accounts")?;
        rows.iter().map(read).collect()
    }

    /// The account of one kind, practice or not: the one chosen last, or the newest that the environment named.
    pub async fn lookup_account(&self, kind: AccountKind, practice: bool) -> StoreResult<Option<AccountRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM accounts WHERE kind = ? AND practice = ? ORDER BY chosen_at DESC, created_at DESC LIMIT 1"
        )))
        .bind(kind.as_str())
        .bind(practice)
        .fetch_optional(self.reader())
        .await
        .doing("looking up an account")?;
        row.as_ref().map(read).transpose()
    }
}

impl Write {
    /// Keeps an account. The same market address and own id is the same account, also after a new key.
    /// Returns the account's id.
    pub async fn upsert_account(&mut self, account: &AccountRow) -> StoreResult<String> {
        let row = sqlx::query(
            "INSERT INTO accounts (id, kind, base_url, practice, name, own_id, handle, feed_cursor, checked_at, check_code, balance, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (kind, base_url, own_id) DO UPDATE SET
                 name = excluded.name, handle = excluded.handle, practice = excluded.practice, checked_at = excluded.checked_at,
                 check_code = excluded.check_code, balance = excluded.balance
             RETURNING id",
        )
        .bind(&account.id)
        .bind(account.kind.as_str())
        .bind(&account.base_url)
        .bind(account.practice)
        .bind(&account.name)
        .bind(&account.own_id)
        .bind(&account.handle)
        .bind(account.feed_cursor)
        .bind(account.checked_at.map(millis))
        .bind(&account.check_code)
        .bind(account.balance.map(|balance| balance.to_string()))
        .bind(millis(account.created_at))
        .fetch_one(&mut *self.tx)
        .await
        .doing("keeping an account")?;
        Ok(row.get("id"))
    }

    /// Records that the seller wants this account and no other of its kind.
    pub async fn record_chosen(&mut self, id: &str, at: Timestamp) -> StoreResult<()> {
        sqlx::query("UPDATE accounts SET chosen_at = ?2 WHERE id = ?1")
            .bind(id)
            .bind(millis(at))
            .execute(&mut *self.tx)
            .await
            .doing("recording the chosen account")?;
        Ok(())
    }

    /// Records what a check of the key proved.
    pub async fn record_check(
        &mut self,
        id: &str,
        code: &str,
        balance: Option<Decimal>,
        at: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query("UPDATE accounts SET check_code = ?2, checked_at = ?3, balance = COALESCE(?4, balance) WHERE id = ?1")
            .bind(id)
            .bind(code)
            .bind(millis(at))
            .bind(balance.map(|balance| balance.to_string()))
            .execute(&mut *self.tx)
            .await
            .doing("recording a check")?;
        Ok(())
    }

    /// Raises the feed's cursor; it never falls.
    pub async fn raise_feed_cursor(&mut self, id: &str, cursor: i64) -> StoreResult<()> {
        sqlx::query("UPDATE accounts SET feed_cursor = MAX(feed_cursor, ?2) WHERE id = ?1")
            .bind(id)
            .bind(cursor)
            .execute(&mut *self.tx)
            .await
            .doing("raising the feed cursor")?;
        Ok(())
    }
}
