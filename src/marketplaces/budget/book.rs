//! Where uses of a budget are written down, so that they outlive a restart.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::store::{NewBudgetUse, Store, StoreError};

/// A book that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the budget's book: {0}")]
pub struct BookError(pub String);

/// Shorthand of this book.
pub type BookResult<T> = Result<T, BookError>;

/// One use of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub at: Timestamp,
    /// What it was about, where that is counted; else empty.
    pub subject: String,
}

/// What is known of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub uses: Vec<Use>,
    /// The market asked to wait until then.
    pub blocked_until: Option<Timestamp>,
}

/// Keeps uses and blocks. `holder` is whose budget it is: an account, or an address asked without one.
#[async_trait]
pub trait BudgetBook: Send + Sync {
    /// Uses made after `since`, and the block, if one was ever recorded.
    async fn load(&self, holder: &str, operation: &str, since: Timestamp) -> BookResult<Tally>;
    /// Writes a use down for good before it is made; it may be dropped once `matters_until` is past. Returns its number.
    async fn record_use(
        &self,
        holder: &str,
        operation: &str,
        used: &Use,
        matters_until: Timestamp,
    ) -> BookResult<i64>;
    /// Strikes a use that was surely not made.
    async fn strike_use(&self, number: i64) -> BookResult<()>;
    /// Writes down until when the market wants no more; an earlier block that lasts longer stays.
    async fn record_block(
        &self,
        holder: &str,
        operation: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> BookResult<()>;
}

impl From<StoreError> for BookError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

/// The durable book.
#[async_trait]
impl BudgetBook for Store {
    async fn load(&self, holder: &str, operation: &str, since: Timestamp) -> BookResult<Tally> {
        let uses = self.list_budget_uses(holder, operation, since).await?;
        Ok(Tally {
            uses: uses.into_iter().map(|row| Use { at: row.at, subject: row.subject }).collect(),
            blocked_until: self.lookup_budget_block(holder, operation).await?,
        })
    }

    async fn record_use(
        &self,
        holder: &str,
        operation: &str,
        used: &Use,
        matters_until: Timestamp,
    ) -> BookResult<i64> {
        let new = NewBudgetUse { holder, operation, subject: &used.subject, at: used.at, matters_until };
        let mut write = self.write().await?;
        let number = write.insert_budget_use(&new).await?;
        write.commit().await?;
        Ok(number)
    }

    async fn strike_use(&self, number: i64) -> BookResult<()> {
        let mut write = self.write().await?;
        write.delete_budget_use(number).await?;
        Ok(write.commit().await?)
    }

    async fn record_block(
        &self,
        holder: &str,
        operation: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> BookResult<()> {
        let mut write = self.write().await?;
        write.put_budget_block(holder, operation, until, now).await?;
        Ok(write.commit().await?)
    }
}

/// A book that is forgotten with the program.
#[derive(Debug, Default)]
pub struct MemoryBook(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    last_number: i64,
    /// By number: holder, operation, use, and until when it matters.
    uses: BTreeMap<i64, (String, String, Use, Timestamp)>,
    /// By holder and operation.
    blocks: BTreeMap<(String, String), Timestamp>,
}

impl MemoryBook {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl BudgetBook for MemoryBook {
    async fn load(&self, holder: &str, operation: &str, since: Timestamp) -> BookResult<Tally> {
        let pages = self.pages();
        let uses = pages
            .uses
            .values()
            .filter(|(whose, what, used, _)| whose == holder && what == operation && used.at > since)
            .map(|(_, _, used, _)| used.clone())
            .collect();
        let blocked_until = pages.blocks.get(&(holder.to_owned(), operation.to_owned())).copied();
        Ok(Tally { uses, blocked_until })
    }

    async fn record_use(
        &self,
        holder: &str,
        operation: &str,
        used: &Use,
        matters_until: Timestamp,
    ) -> BookResult<i64> {
        let mut pages = self.pages();
        pages.uses.retain(|_, (_, _, _, until)| *until > used.at);
        pages.last_number += 1;
        let number = pages.last_number;
        let row = (holder.to_owned(), operation.to_owned(), used.clone(), matters_until);
        pages.uses.insert(number, row);
        Ok(number)
    }

    async fn strike_use(&self, number: i64) -> BookResult<()> {
        self.pages().uses.remove(&number);
        Ok(())
    }

    async fn record_block(
        &self,
        holder: &str,
        operation: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> BookResult<()> {
        let mut pages = self.pages();
        pages.blocks.retain(|_, block| *block > now);
        let block = pages.blocks.entry((holder.to_owned(), operation.to_owned())).or_insert(until);
        *block = until.max(*block);
        Ok(())
    }
}
