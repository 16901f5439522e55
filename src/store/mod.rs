//! The only place with SQL. A file a noun: the table, its rows, its reads and its writes.
//!
//! One connection writes and every writing transaction begins with `BEGIN IMMEDIATE`; others read. No network, model
//! or file wait happens while a transaction is open: [`Write`] is made, filled and committed in one breath.

mod accounts;
mod convert;
mod history;
mod inbox;
mod journal;
mod ledger;
mod listings;
mod messages;
mod open;
mod orders;
mod pictures;
mod settings;
mod tasks;
mod waits;

use sqlx::{Sqlite, SqlitePool, Transaction};

pub use accounts::{AccountKind, AccountRow};
pub use history::{Actor, HistoryRow};
pub use inbox::{InboxRow, NewEvent};
pub use journal::{Entry, EntryOutcome, NewEntry};
pub use ledger::{LedgerKind, NewLedgerEntry};
pub use listings::ListingRow;
pub use messages::{MessageRow, MessageState, NewMessage, Speaker};
pub use orders::{HoldRow, OrderKind, OrderRow, OrderSearch, Stage};
pub use pictures::{NewPicture, PictureRow, PictureState};
pub use tasks::{TaskRow, TaskStatus};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is out of reach (disk full, read-only, broken).
    #[error("the database failed while {doing}")]
    Database { doing: &'static str, source: sqlx::Error },
    /// A value in our own tables is not one we know.
    #[error("the database holds an unknown {what}: {value}")]
    UnknownValue { what: &'static str, value: String },
    /// A row that must exist does not.
    #[error("no {what} {id}")]
    Missing { what: &'static str, id: String },
    /// The database cannot be used at all.
    #[error("the database cannot be opened: {0}")]
    Unfit(String),
}

/// Shorthand of this room.
pub type StoreResult<T> = Result<T, StoreError>;

pub(crate) trait Doing<T> {
    /// Says what was being done when the database failed.
    fn doing(self, doing: &'static str) -> StoreResult<T>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> StoreResult<T> {
        self.map_err(|source| StoreError::Database { doing, source })
    }
}

/// The stall's database; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// One writing transaction. Dropped without [`Write::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Write {
    tx: Transaction<'static, Sqlite>,
}

impl Store {
    /// Begins the one writing transaction; waits while another is open.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn write(&self) -> StoreResult<Write> {
        let tx = self.writer.begin_with("BEGIN IMMEDIATE").await.doing("beginning to write")?;
        Ok(Write { tx })
    }

    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.readers
    }
}

impl Write {
    /// Makes everything of this transaction durable.
    ///
    /// # Errors
    /// When the database cannot be written; then nothing of it stays.
    pub async fn commit(self) -> StoreResult<()> {
        self.tx.commit().await.doing("committing")
    }
}
