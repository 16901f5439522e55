//! The one writer. A transaction that finds others waiting lets them write into the same one and is committed together
//! with them: the flush of the disk is the slow part, and one serves them all. Nobody is told "committed" before that
//! flush, and what one of them gives up is undone for it alone.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::disk::{Disk, DiskTrouble, worded};
use super::{Store, StoreError, StoreResult};
use crate::crash::{self, Point};

/// Most transactions that share a flush.
const MOST_TOGETHER: u32 = 64;
/// Failed groups remembered for members that have not asked yet.
const FAILURES_KEPT: usize = 64;

/// The writing connection, lent to one transaction at a time.
#[derive(Debug)]
pub(super) struct Writer {
    turn: Arc<Mutex<Turn>>,
    waiting: AtomicUsize,
}

#[derive(Debug)]
struct Turn {
    /// None once the store is closed.
    connection: Option<SqliteConnection>,
    /// Number of the group that is open or will be opened next.
    group: u64,
    /// Transactions of the open group that are done and wait for its commit.
    done: u32,
    /// The last transaction was begun and neither finished nor undone.
    begun: bool,
    /// Groups that could not be committed.
    failed: BTreeMap<u64, (Option<DiskTrouble>, String)>,
}

/// One writing transaction. Dropped without [`Write::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Write {
    pub(super) tx: Lent,
    writer: Arc<Writer>,
    disk: Disk,
}

/// The connection while a transaction has it.
#[derive(Debug)]
pub(super) struct Lent(OwnedMutexGuard<Turn>);

impl Deref for Lent {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match &self.0.connection {
            Some(connection) => connection,
            None => unreachable!("a closed connection is never lent"),
        }
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match &mut self.0.connection {
            Some(connection) => connection,
            None => unreachable!("a closed connection is never lent"),
        }
    }
}

/// Counts somebody who wants to write, also when they give up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Arc<Self> {
        let turn =
            Turn { connection: Some(connection), group: 0, done: 0, begun: false, failed: BTreeMap::new() };
        Arc::new(Self { turn: Arc::new(Mutex::new(turn)), waiting: AtomicUsize::new(0) })
    }

    /// Commits what is done and closes the connection.
    pub(super) async fn close(&self) {
        let mut turn = self.turn.lock().await;
        turn.undo_unfinished().await;
        if turn.done > 0 {
            turn.commit().await;
        }
        if let Some(connection) = turn.connection.take() {
            let _ = connection.close().await;
        }
    }
}

impl Turn {
    async fn run(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        let connection = self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        sqlx::query(statement).execute(connection).await.map(drop)
    }

    async fn begin(&mut self) -> Result<(), sqlx::Error> {
        self.undo_unfinished().await;
        self.begun = true;
        let begun = self.run(if self.done == 0 { "BEGIN IMMEDIATE" } else { "SAVEPOINT one" }).await;
        if begun.is_err() {
            self.begun = false;
        }
        begun
    }

    /// Undoes what a transaction left that was dropped without a commit.
    async fn undo_unfinished(&mut self) {
        if !std::mem::take(&mut self.begun) {
            return;
        }
        if self.done == 0 {
            // Nothing may be open any more: some failures end the transaction by themselves.
            let _ = self.run("ROLLBACK").await;
            return;
        }
        let undone = match self.run("ROLLBACK TO one").await {
            Ok(()) => self.run("RELEASE one").await,
            Err(error) => Err(error),
        };
        if let Err(error) = undone {
            // The failure took the whole group with it, also what others had done in it.
            self.fail(&worded("undoing a write", error)).await;
        }
    }

    /// Counts the present transaction as done.
    async fn finish(&mut self) -> Result<(), sqlx::Error> {
        if self.done > 0 {
            self.run("RELEASE one").await?;
        }
        self.begun = false;
        self.done += 1;
        Ok(())
    }

    async fn commit(&mut self) {
        match self.run("COMMIT").await {
            Ok(()) => {
                self.group += 1;
                self.done = 0;
            }
            Err(error) => self.fail(&worded("committing", error)).await,
        }
    }

    async fn fail(&mut self, error: &StoreError) {
        self.begun = false;
        let _ = self.run("ROLLBACK").await;
        let said = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        self.failed.insert(self.group, (trouble(error), said));
        while self.failed.len() > FAILURES_KEPT {
            self.failed.pop_first();
        }
        self.group += 1;
        self.done = 0;
    }

    fn end_of(&self, group: u64) -> StoreResult<()> {
        let Some((trouble, said)) = self.failed.get(&group) else { return Ok(()) };
        let (doing, source) = ("committing", sqlx::Error::Protocol(said.clone()));
        Err(match trouble {
            Some(DiskTrouble::Full) => StoreError::DiskFull { doing, source },
            Some(DiskTrouble::ReadOnly) => StoreError::ReadOnly { doing, source },
            _ => StoreError::Database { doing, source },
        })
    }
}

fn trouble(error: &StoreError) -> Option<DiskTrouble> {
    match error {
        StoreError::DiskFull { .. } => Some(DiskTrouble::Full),
        StoreError::ReadOnly { .. } => Some(DiskTrouble::ReadOnly),
        _ => None,
    }
}

impl Store {
    /// Begins a writing transaction; waits while another is open.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn write(&self) -> StoreResult<Write> {
        let waiting = Waiting::begin(&self.writer.waiting);
        let mut turn = Arc::clone(&self.writer.turn).lock_owned().await;
        drop(waiting);
        let begun = turn.begin().await.map_err(|error| worded("beginning to write", error));
        begun.inspect_err(|error| self.disk.note(error))?;
        Ok(Write { tx: Lent(turn), writer: Arc::clone(&self.writer), disk: self.disk.clone() })
    }
}

impl Write {
    /// Makes everything of this transaction durable.
    ///
    /// # Errors
    /// When the database cannot be written; then nothing of it stays.
    pub async fn commit(self) -> StoreResult<()> {
        crash::point(Point::StoreBeforeCommit);
        let Self { tx: Lent(turn), writer, disk } = self;
        // A task of its own: whoever waits may go away, a commit under way may not.
        let committed = match tokio::spawn(committed(turn, writer)).await {
            Ok(committed) => committed,
            Err(error) => Err(StoreError::Unfit(format!("a commit was interrupted: {error}"))),
        };
        crash::point(Point::StoreCommitted);
        committed.inspect_err(|error| disk.note(error))
    }
}

async fn committed(mut turn: OwnedMutexGuard<Turn>, writer: Arc<Writer>) -> StoreResult<()> {
    let group = turn.group;
    if let Err(error) = turn.finish().await {
        turn.fail(&worded("committing", error)).await;
        return turn.end_of(group);
    }
    if writer.waiting.load(Ordering::Acquire) > 0 && turn.done < MOST_TOGETHER {
        drop(turn);
        // Behind those who wait now; the first of us to come round commits for all.
        turn = Arc::clone(&writer.turn).lock_owned().await;
        if turn.group == group {
            turn.undo_unfinished().await;
        }
    }
    if turn.group == group {
        turn.commit().await;
    }
    turn.end_of(group)
}

#[cfg(test)]
mod tests {
    use crate::store::Store;

    async fn put(store: &Store, key: &str, spoil: bool) -> bool {
        let mut write = store.write().await.unwrap();
        sqlx::query("INSERT INTO settings (key, value, updated_at) VALUES (?, '', 0)")
            .bind(key)
            .execute(&mut *write.tx)
            .await
            .unwrap();
        if spoil { false } else { write.commit().await.is_ok() }
    }

    async fn count(store: &Store) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM settings").fetch_one(store.reader()).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_committed_together_is_there_and_what_was_given_up_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
        let writes = (0..200).map(|number| {
            let store = store.clone();
            tokio::spawn(async move { put(&store, &format!("key {number}"), number % 5 == 0).await })
        });
        let mut committed = 0;
        for write in writes.collect::<Vec<_>>() {
            committed += i64::from(write.await.unwrap());
        }
        assert_eq!(committed, 160);
        assert_eq!(count(&store).await, 160);
        store.close().await;
        let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
        assert_eq!(count(&store).await, 160, "after closing and opening");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_group_that_the_database_rolled_back_is_told_to_all_its_members() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
        let first = store.write().await.unwrap();
        // Three more wait; the last of them ends the whole transaction, as a full disk does.
        let waiting: Vec<_> = ["a", "b"]
            .map(|key| {
                let store = store.clone();
                tokio::spawn(async move { put(&store, key, false).await })
            })
            .into_iter()
            .collect();
        while store.writer.waiting.load(std::sync::atomic::Ordering::Acquire) < 2 {
            tokio::task::yield_now().await;
        }
        let spoiler = {
            let store = store.clone();
            tokio::spawn(async move {
                let mut write = store.write().await.unwrap();
                sqlx::query("ROLLBACK").execute(&mut *write.tx).await.unwrap();
            })
        };
        while store.writer.waiting.load(std::sync::atomic::Ordering::Acquire) < 3 {
            tokio::task::yield_now().await;
        }
        assert!(first.commit().await.is_err());
        spoiler.await.unwrap();
        for write in waiting {
            assert!(!write.await.unwrap());
        }
        assert_eq!(count(&store).await, 0);
        assert!(put(&store, "later", false).await, "and the next one is fine");
        assert_eq!(count(&store).await, 1);
    }

    #[tokio::test]
    async fn a_commit_goes_on_when_nobody_waits_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
        let mut write = store.write().await.unwrap();
        sqlx::query("INSERT INTO settings (key, value, updated_at) VALUES ('kept', '', 0)")
            .execute(&mut *write.tx)
            .await
            .unwrap();
        let mut commit = Box::pin(write.commit());
        assert!(futures_util::poll!(&mut commit).is_pending());
        drop(commit);
        assert!(put(&store, "after it", false).await);
        assert_eq!(count(&store).await, 2);
    }
}
