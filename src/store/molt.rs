//! MoltMarket accounts: what is kept of one beside its account row.

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant_opt, millis};
use super::{Doing, Store, StoreResult, Write};

/// A MoltMarket account as kept. JSON columns are read by the rooms that write them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoltAccountRow {
    pub is_claimed: bool,
    pub claim_url: Option<String>,
    pub claim_code: Option<String>,
    pub profile: Option<String>,
    pub pending: Option<String>,
    pub pending_since: Option<Timestamp>,
    /// Code of why the waiting change was not taken.
    pub pending_problem: Option<String>,
    pub rules: Option<String>,
    /// When the whole inbox was last read.
    pub whole_read_at: Option<Timestamp>,
    /// An answer that marked news as read may have been lost.
    pub is_marking: bool,
}

impl Store {
    /// What is kept of the account; nothing yet is a row of nothing.
    pub async fn get_molt_account(&self, account_id: &str) -> StoreResult<MoltAccountRow> {
        let row = sqlx::query(
            "SELECT is_claimed, claim_url, claim_code, profile, pending, pending_since, pending_problem, rules, whole_read_at, is_marking
             FROM molt_accounts WHERE account_id = ?",
        )
        .bind(account_id)
        .fetch_optional(self.reader())
        .await
        .doing("reading a MoltMarket account")?;
        let Some(row) = row else { return Ok(MoltAccountRow::default()) };
        Ok(MoltAccountRow {
            is_claimed: row.get("is_claimed"),
            claim_url: row.get("claim_url"),
            claim_code: row.get("claim_code"),
            profile: row.get("profile"),
            pending: row.get("pending"),
            pending_since: instant_opt(row.get("pending_since"))?,
            pending_problem: row.get("pending_problem"),
            rules: row.get("rules"),
            whole_read_at: instant_opt(row.get("whole_read_at"))?,
            is_marking: row.get("is_marking"),
        })
    }
}

impl Write {
    /// Records who the account is on the market.
    pub async fn record_identity(&mut self, account_id: &str, own_id: &str, name: &str) -> StoreResult<()> {
        sqlx::query("UPDATE accounts SET own_id = ?2, name = ?3 WHERE id = ?1")
            .bind(account_id)
            .bind(own_id)
            .bind(name)
            .execute(&mut *self.tx)
            .await
            .doing("recording who an account is")?;
        Ok(())
    }

    /// Takes an account away that nothing is kept of.
    pub async fn delete_account(&mut self, account_id: &str) -> StoreResult<()> {
        sqlx::query("DELETE FROM accounts WHERE id = ?")
            .bind(account_id)
            .execute(&mut *self.tx)
            .await
            .doing("taking an account away")?;
        Ok(())
    }

    /// Keeps where the owner claims the account.
    pub async fn put_claim(
        &mut self,
        account_id: &str,
        url: Option<&str>,
        code: Option<&str>,
    ) -> StoreResult<()> {
        self.ensure_molt_account(account_id).await?;
        sqlx::query("UPDATE molt_accounts SET claim_url = ?2, claim_code = ?3 WHERE account_id = ?1")
            .bind(account_id)
            .bind(url)
            .bind(code)
            .execute(&mut *self.tx)
            .await
            .doing("keeping a claim")?;
        Ok(())
    }

    /// Records that the owner has claimed the account, or has not. The claim's address and word are not needed after it.
    pub async fn record_claimed(&mut self, account_id: &str, is_claimed: bool) -> StoreResult<()> {
        self.ensure_molt_account(account_id).await?;
        sqlx::query(
            "UPDATE molt_accounts SET is_claimed = ?2, claim_url = IIF(?2, NULL, claim_url), claim_code = IIF(?2, NULL, claim_code)
             WHERE account_id = ?1",
        )
        .bind(account_id)
        .bind(is_claimed)
        .execute(&mut *self.tx)
        .await
        .doing("recording a claim")?;
        Ok(())
    }

    /// Keeps the own profile as it was read.
    pub async fn put_molt_profile(&mut self, account_id: &str, profile: &str) -> StoreResult<()> {
        self.ensure_molt_account(account_id).await?;
        sqlx::query("UPDATE molt_accounts SET profile = ?2 WHERE account_id = ?1")
            .bind(account_id)
            .bind(profile)
            .execute(&mut *self.tx)
            .await
            .doing("keeping a profile")?;
        Ok(())
    }

    /// The waiting change of the profile, as it stands in this transaction.
    pub async fn lookup_pending_profile(&mut self, account_id: &str) -> StoreResult<Option<String>> {
        let row = sqlx::query("SELECT pending FROM molt_accounts WHERE account_id = ?")
            .bind(account_id)
            .fetch_optional(&mut *self.tx)
            .await
            .doing("reading a waiting change")?;
        Ok(row.and_then(|row| row.get("pending")))
    }

    /// Keeps the waiting change of the profile; none when nothing waits any more.
    pub async fn put_pending_profile(
        &mut self,
        account_id: &str,
        pending: Option<&str>,
        problem: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.ensure_molt_account(account_id).await?;
        sqlx::query(
            "UPDATE molt_accounts SET pending = ?2, pending_problem = ?3,
                 pending_since = IIF(?2 IS NULL, NULL, COALESCE(pending_since, ?4)) WHERE account_id = ?1",
        )
        .bind(account_id)
        .bind(pending)
        .bind(problem)
        .bind(millis(now))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a waiting change")?;
        Ok(())
    }

    /// Keeps the newer version of the market's rules; none when there is none.
    pub async fn put_rules(&mut self, account_id: &str, rules: Option<&str>) -> StoreResult<()> {
        self.ensure_molt_account(account_id).await?;
        sqlx::query("UPDATE molt_accounts SET rules = ?2 WHERE account_id = ?1")
            .bind(account_id)
            .bind(rules)
            .execute(&mut *self.tx)
            .await
            .doing("keeping news of the rules")?;
        Ok(())
    }

    /// Records that the whole inbox was read.
    pub async fn record_whole_read(&mut self, account_id: &str, at: Timestamp) -> StoreResult<()> {
        self.ensure_molt_account(account_id).await?;
        sqlx::query("UPDATE molt_accounts SET whole_read_at = ?2 WHERE account_id = ?1")
            .bind(account_id)
            .bind(millis(at))
            .execute(&mut *self.tx)
            .await
            .doing("recording a whole read")?;
        Ok(())
    }

    /// Records that an answer which marks news as read is under way, or is stored.
    pub async fn record_marking(&mut self, account_id: &str, is_marking: bool) -> StoreResult<()> {
        self.ensure_molt_account(account_id).await?;
        sqlx::query("UPDATE molt_accounts SET is_marking = ?2 WHERE account_id = ?1")
            .bind(account_id)
            .bind(is_marking)
            .execute(&mut *self.tx)
            .await
            .doing("recording that news is marked")?;
        Ok(())
    }

    async fn ensure_molt_account(&mut self, account_id: &str) -> StoreResult<()> {
        sqlx::query("INSERT INTO molt_accounts (account_id) VALUES (?) ON CONFLICT DO NOTHING")
            .bind(account_id)
            .execute(&mut *self.tx)
            .await
            .doing("keeping a MoltMarket account")?;
        Ok(())
    }
}
