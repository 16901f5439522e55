//! The ledger: what orders earned, what the market kept, what models cost. Each entry once.

use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::Row;

use super::convert::{decimal, millis, words};
use super::{Doing, Store, StoreResult, Write};

words! {
    /// What money moved for.
    LedgerKind, "ledger kind" { Earned = "earned", Fee = "fee", Model = "model", Refund = "refund" }
}

/// A movement of money about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLedgerEntry {
    pub kind: LedgerKind,
    pub amount: Decimal,
    /// UAT or USD.
    pub currency: &'static str,
    /// Names what it was for; a second entry of the same name is not made.
    pub reference: String,
}

impl Store {
    /// Sum of one kind in an account since an instant.
    pub async fn sum_ledger(
        &self,
        account_id: &str,
        kind: LedgerKind,
        since: Timestamp,
    ) -> StoreResult<Decimal> {
        let rows = sqlx::query("SELECT amount FROM ledger WHERE account_id = ? AND kind = ? AND at >= ?")
            .bind(account_id)
            .bind(kind.as_str())
            .bind(millis(since))
            .fetch_all(self.reader())
            .await
            .doing("adding up the ledger")?;
        rows.iter().map(|row| decimal(row.get("amount"))).sum()
    }

    /// What models cost for one order, in US dollars.
    pub async fn order_cost_usd(&self, order_id: &str) -> StoreResult<Decimal> {
        let rows = sqlx::query("SELECT amount FROM ledger WHERE order_id = ? AND kind = 'model'")
            .bind(order_id)
            .fetch_all(self.reader())
            .await
            .doing("adding up an order's cost")?;
        rows.iter().map(|row| decimal(row.get("amount"))).sum()
    }

    /// Price of all orders of an account that are delivered and not yet paid, in the market's credits.
    pub async fn in_escrow(&self, account_id: &str) -> StoreResult<Decimal> {
        let rows = sqlx::query(
            "SELECT price FROM orders WHERE account_id = ? AND kind = 'order' AND price IS NOT NULL
                 AND market_status IN ('in_progress', 'pending_confirmation', 'in_dispute')",
        )
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("adding up escrow")?;
        rows.iter().map(|row| decimal(row.get("price"))).sum()
    }
}

impl Write {
    /// Keeps a movement of money, once per reference.
    pub async fn insert_ledger(
        &mut self,
        account_id: &str,
        order_id: Option<&str>,
        entry: &NewLedgerEntry,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO ledger (at, account_id, order_id, kind, amount, currency, reference) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (reference) DO NOTHING",
        )
        .bind(millis(now))
        .bind(account_id)
        .bind(order_id)
        .bind(entry.kind.as_str())
        .bind(entry.amount.to_string())
        .bind(entry.currency)
        .bind(&entry.reference)
        .execute(&mut *self.tx)
        .await
        .doing("keeping a ledger entry")?;
        Ok(())
    }
}
