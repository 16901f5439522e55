//! The only place with SQL. A file a noun: the table, its rows, its reads and its writes.
//!
//! One connection writes, others read. No network, model or file wait happens while a transaction is open: [`Write`] is
//! made, filled and committed in one breath, and those that wait for each other share one flush of the disk.

mod accounts;
mod applications;
pub mod backup;
mod bucket_objects;
mod budgets;
mod check;
mod connection_log;
mod convert;
mod deleted_pictures;
mod disk;
mod export;
mod facts;
mod file_links;
mod gallery;
mod history;
mod inbox;
mod job_journal;
mod job_searches;
mod journal;
mod ledger;
mod letters;
mod listings;
mod looks;
mod marker;
mod messages;
mod molt;
mod money;
mod open;
mod orders;
mod people;
mod picture_tags;
mod pictures;
mod place;
mod posted_jobs;
mod restore;
mod search;
mod settings;
mod tasks;
mod threads;
mod waits;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::SqlitePool;

pub use accounts::{AccountKind, AccountRow};
pub use applications::{ApplicationRow, ApplicationState, PaymentState, ReviewState};
pub use backup::{Backup, BackupKind};
pub use bucket_objects::BucketObjectRow;
pub use budgets::{BudgetUseRow, NewBudgetUse};
pub use connection_log::{ConnectionChangeRow, ConnectionSubject, FoundOrderRow};
pub use deleted_pictures::PictureUse;
pub use disk::{Disk, DiskTrouble, free_bytes, is_little, is_too_little};
pub use export::{ExportRow, ExportTable};
pub use facts::StoreFacts;
pub use file_links::{FileLinkRow, LinkToken, NewFileLink};
pub use gallery::PictureSearch;
pub use history::{Actor, HistoryRow};
pub use inbox::{InboxRow, NewEvent, WaitingNews};
pub use job_journal::{JobEntry, JobHistoryRow};
pub use job_searches::JobSearchRow;
pub use journal::{Entry, EntryOutcome, NewEntry};
pub use ledger::{LedgerKind, NewLedgerEntry};
pub use letters::{LetterRow, LetterState, NewLetter, ThreadLetter, Writer as LetterWriter};
pub use listings::{HiddenWhy, HidingRow, ListingRow};
pub use looks::AlikeRow;
pub use messages::{MessageRow, MessageState, NewMessage, Speaker, part_key};
pub use molt::MoltAccountRow;
pub use money::{HandPaymentRow, LetterCostRow, MoneySource, MoneySum, PaidOutRow, SheetOrder, Within};
pub use orders::{HoldRow, OrderKind, OrderRow, OrderSearch, Stage};
pub use people::ConversationRow;
pub use pictures::{NewPicture, PictureRow, PictureState};
pub use place::{Unsafe, unsafe_place};
pub use posted_jobs::{ApplicantRow, PostedJobRow, PostedState};
pub use restore::restore;
pub use search::{Found, FoundKind, SearchWords};
pub use tasks::{TaskRow, TaskStatus};
pub use threads::{OrderThreadRow, ThreadSearch, Wanted as WantedThreads};
pub use writer::Write;

use writer::Writer;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is out of reach.
    #[error("the database failed while {doing}")]
    Database { doing: &'static str, source: sqlx::Error },
    /// The disk has no room left; nothing of the write stays.
    #[error("the disk is full: failed while {doing}")]
    DiskFull { doing: &'static str, source: sqlx::Error },
    /// The data folder or the file in it may not be written.
    #[error("the data folder cannot be written: failed while {doing}")]
    ReadOnly { doing: &'static str, source: sqlx::Error },
    /// The file does not hold together. It is never written over.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The tables were made by a later version of this program.
    #[error(
        "this data was made by a newer Stallkeeper (its tables are of version {found}, this program knows {known}); install the newer Stallkeeper, or restore a backup made before"
    )]
    Newer { found: i64, known: i64 },
    /// A file beside the database could not be read or written.
    #[error("cannot {doing} {}", path.display())]
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
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
        self.map_err(|source| disk::worded(doing, source))
    }
}

/// The stall's database; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Arc<Writer>,
    readers: SqlitePool,
    path: PathBuf,
    disk: Disk,
    /// One backup at a time.
    backing_up: Arc<tokio::sync::Mutex<()>>,
}

impl Store {
    /// Whether what must be kept can be kept now.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.readers
    }
}
