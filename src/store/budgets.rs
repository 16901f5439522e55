//! Budgets: how often calls were made that a market allows only so often, and until when it wants no more.

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant, instant_opt, millis};
use super::{Doing, Store, StoreResult, Write};

/// A use of a budget as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetUseRow {
    pub at: Timestamp,
    /// What it was about, where that is counted; else empty.
    pub subject: String,
}

/// A use about to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBudgetUse<'a> {
    /// Whose budget: an account, or an address asked without one.
    pub holder: &'a str,
    pub operation: &'a str,
    pub subject: &'a str,
    pub at: Timestamp,
    /// The row may be dropped after this.
    pub matters_until: Timestamp,
}

impl Store {
    /// Uses of one operation made after an instant, oldest first.
    pub async fn list_budget_uses(
        &self,
        holder: &str,
        operation: &str,
        since: Timestamp,
    ) -> StoreResult<Vec<BudgetUseRow>> {
        let rows = sqlx::query(
            "SELECT at, subject FROM budget_uses WHERE holder = ? AND operation = ? AND at > ? ORDER BY at",
        )
        .bind(holder)
        .bind(operation)
        .bind(millis(since))
        .fetch_all(self.reader())
        .await
        .doing("reading a budget's uses")?;
        rows.iter()
            .map(|row| Ok(BudgetUseRow { at: instant(row.get("at"))?, subject: row.get("subject") }))
            .collect()
    }

    /// Until when the market wants no more of an operation, if it ever said so.
    pub async fn lookup_budget_block(&self, holder: &str, operation: &str) -> StoreResult<Option<Timestamp>> {
        let row = sqlx::query("SELECT until FROM budget_blocks WHERE holder = ? AND operation = ?")
            .bind(holder)
            .bind(operation)
            .fetch_optional(self.reader())
            .await
            .doing("reading a budget's block")?;
        instant_opt(row.map(|row| row.get("until")))
    }
}

impl Write {
    /// Keeps a use and drops those of anybody that do not matter any more. Returns its number.
    pub async fn insert_budget_use(&mut self, used: &NewBudgetUse<'_>) -> StoreResult<i64> {
        sqlx::query("DELETE FROM budget_uses WHERE matters_until <= ?")
            .bind(millis(used.at))
            .execute(&mut *self.tx)
            .await
            .doing("dropping old uses of budgets")?;
        let row = sqlx::query(
            "INSERT INTO budget_uses (holder, operation, subject, at, matters_until) VALUES (?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(used.holder)
        .bind(used.operation)
        .bind(used.subject)
        .bind(millis(used.at))
        .bind(millis(used.matters_until))
        .fetch_one(&mut *self.tx)
        .await
        .doing("keeping a budget's use")?;
        Ok(row.get("id"))
    }

    /// Takes a use away that was not made.
    pub async fn delete_budget_use(&mut self, id: i64) -> StoreResult<()> {
        sqlx::query("DELETE FROM budget_uses WHERE id = ?")
            .bind(id)
            .execute(&mut *self.tx)
            .await
            .doing("taking back a budget's use")?;
        Ok(())
    }

    /// Keeps a block, the longer one when there is one already, and drops those of anybody that are over.
    pub async fn put_budget_block(
        &mut self,
        holder: &str,
        operation: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query("DELETE FROM budget_blocks WHERE until <= ?")
            .bind(millis(now))
            .execute(&mut *self.tx)
            .await
            .doing("dropping old blocks of budgets")?;
        sqlx::query(
            "INSERT INTO budget_blocks (holder, operation, until) VALUES (?, ?, ?)
             ON CONFLICT (holder, operation) DO UPDATE SET until = MAX(until, excluded.until)",
        )
        .bind(holder)
        .bind(operation)
        .bind(millis(until))
        .execute(&mut *self.tx)
        .await
        .doing("keeping a budget's block")?;
        Ok(())
    }
}
