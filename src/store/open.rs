//! Opening the database: version and pragmas are asserted on each connection, migrations applied.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::backup::BackupKind;
use super::check::{self, MIGRATIONS};
use super::writer::Writer;
use super::{Disk, Doing, Store, StoreError, StoreResult, backup, marker, restore};
use crate::clock::{Clock, SystemClock};

/// Oldest SQLite with the write-ahead-log fix we rely on.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const READERS: u32 = 4;
/// What must hold on every connection.
const PRAGMAS: [(&str, &str); 3] =
    [("PRAGMA journal_mode", "wal"), ("PRAGMA synchronous", "2"), ("PRAGMA foreign_keys", "1")];

impl Store {
    /// Opens the database file, making it when missing, and brings its tables up to date.
    ///
    /// # Errors
    /// As [`Store::open_at`].
    pub async fn open(path: &Path) -> StoreResult<Self> {
        Self::open_at(path, SystemClock.now()).await
    }

    /// The same at another time: backups are named by it.
    ///
    /// A restored backup that waits is taken up first. A database that was never closed is read through before it is
    /// used. Tables of an older version are backed up before they are changed.
    ///
    /// # Errors
    /// `Damaged` when the file does not hold together, `Newer` when it was made by a later version; it is left as it is.
    /// Otherwise when the file cannot be opened, the library is too old, a pragma does not hold, or a migration fails.
    pub async fn open_at(path: &Path, now: Timestamp) -> StoreResult<Self> {
        Self::open_migrated(path, now, &MIGRATIONS).await
    }

    async fn open_migrated(path: &Path, now: Timestamp, migrations: &Migrator) -> StoreResult<Self> {
        if let Some(kept) = restore::take_up(path)? {
            tracing::info!(replaced = %kept.display(), "a restored backup was taken up");
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-4096")
            .pragma("temp_store", "memory");
        if path.exists() {
            look_first(path, &options, now, check::newest(migrations)).await?;
        } else {
            assert_new(path)?;
        }
        marker::set(path)?;
        let mut writer = options.connect().await.map_err(opening)?;
        assert_fit(&mut writer).await?;
        migrations.run(&mut writer).await.map_err(not_migrated)?;
        let readers = pool(READERS).connect_with(options.read_only(true)).await.map_err(opening)?;
        Ok(Self {
            writer: Writer::new(writer),
            readers,
            path: path.to_owned(),
            disk: Disk::default(),
            backing_up: std::sync::Arc::default(),
        })
    }

    /// Closes every connection; the write-ahead log is folded in.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        marker::clear(&self.path);
    }
}

/// Looks at a database that is there already, before anything of it is changed.
async fn look_first(
    path: &Path,
    options: &SqliteConnectOptions,
    now: Timestamp,
    known: i64,
) -> StoreResult<()> {
    let was_left_open = marker::is_set(path);
    let mut connection = options.connect().await.doing("opening the database")?;
    let looked = async {
        if was_left_open {
            tracing::info!("the database was not closed; it is checked first");
            check::quick_check(&mut connection).await?;
        }
        check::version(&mut connection, known).await
    }
    .await;
    let _ = connection.close().await;
    match looked? {
        0 => assert_new(path),
        version if version < known => backup::make(path, BackupKind::Update, now).await.map(drop),
        _ => Ok(()),
    }
}

/// A database without tables beside backups was lost, not new: begun anew, it would in time push out the backups.
fn assert_new(path: &Path) -> StoreResult<()> {
    if backup::list(path)?.is_empty() {
        return Ok(());
    }
    Err(StoreError::Damaged("the data is gone, although there are backups of it".to_owned()))
}

fn pool(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection to a file does not go stale; asking each time would double the way of every query.
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(30))
        .after_connect(|connection, _| {
            Box::pin(async move {
                assert_fit(connection).await.map_err(|error| sqlx::Error::Configuration(error.into()))
            })
        })
}

/// What our own look at a new connection found travels inside the library's error.
fn opening(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Configuration(found) => match found.downcast::<StoreError>() {
            Ok(found) => *found,
            Err(other) => StoreError::Unfit(other.to_string()),
        },
        error => super::disk::worded("opening the database", error),
    }
}

fn not_migrated(error: sqlx::migrate::MigrateError) -> StoreError {
    match error {
        sqlx::migrate::MigrateError::Execute(source)
        | sqlx::migrate::MigrateError::ExecuteMigration(source, _) => {
            super::disk::worded("bringing the tables up to date", source)
        }
        error => StoreError::Unfit(format!("its tables cannot be brought up to date: {error}")),
    }
}

async fn assert_fit(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let version: String = pragma(connection, "SELECT sqlite_version()").await?;
    if parse_version(&version) < OLDEST_SQLITE {
        return Err(StoreError::Unfit(format!("SQLite {version} is too old")));
    }
    for (statement, wanted) in PRAGMAS {
        let found = pragma(connection, statement).await?;
        if found != wanted {
            return Err(StoreError::Unfit(format!("{statement} is {found}, not {wanted}")));
        }
    }
    Ok(())
}

async fn pragma(connection: &mut SqliteConnection, statement: &'static str) -> StoreResult<String> {
    let row = sqlx::query(statement).fetch_one(connection).await.doing("reading a pragma")?;
    match row.try_get::<String, _>(0) {
        Ok(text) => Ok(text),
        Err(_) => Ok(row.try_get::<i64, _>(0).doing("reading a pragma")?.to_string()),
    }
}

fn parse_version(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(parse_version("3.51.3") >= OLDEST_SQLITE);
        assert!(parse_version("3.9.12") < OLDEST_SQLITE);
        assert!(parse_version("3.100.0") > OLDEST_SQLITE);
    }

    #[tokio::test]
    async fn every_connection_of_the_stall_is_durable_and_keeps_references() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
        let mut reader = store.readers.acquire().await.unwrap();
        assert_fit(&mut reader).await.unwrap();
        let mut write = store.write().await.unwrap();
        for (statement, wanted) in PRAGMAS {
            assert_eq!(pragma(&mut write.tx, statement).await.unwrap(), wanted);
        }
    }

    /// The present migrations and one more from tomorrow.
    async fn tomorrows(dir: &Path, sql: &str) -> Migrator {
        let folder = dir.join("migrations");
        std::fs::create_dir_all(&folder).unwrap();
        for entry in
            std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations")).unwrap()
        {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
        std::fs::write(folder.join("9000_tomorrow.sql"), sql).unwrap();
        Migrator::new(folder.as_path()).await.unwrap()
    }

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    async fn with_a_setting(path: &Path) {
        let store = Store::open(path).await.unwrap();
        let mut write = store.write().await.unwrap();
        write.put_setting("a", "1", noon()).await.unwrap();
        write.commit().await.unwrap();
        store.close().await;
    }

    #[tokio::test]
    async fn tables_are_backed_up_before_an_update_changes_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("stall.db");
        with_a_setting(&path).await;
        assert_eq!(backup::list(&path).unwrap(), [], "nothing to update, nothing to back up");
        let tomorrows = tomorrows(dir.path(), "UPDATE settings SET value = '2'").await;
        let store = Store::open_migrated(&path, noon(), &tomorrows).await.unwrap();
        assert_eq!(store.lookup_setting("a").await.unwrap().as_deref(), Some("2"));
        store.close().await;
        let kept = backup::list(&path).unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!((kept[0].kind, kept[0].made_at), (BackupKind::Update, noon()));

        // The older program refuses the newer tables and opens what was backed up.
        let refused = Store::open(&path).await.unwrap_err();
        assert!(matches!(refused, StoreError::Newer { found: 9000, .. }), "{refused}");
        restore::restore(&path, &kept[0].path).await.unwrap();
        let store = Store::open(&path).await.unwrap();
        assert_eq!(store.lookup_setting("a").await.unwrap().as_deref(), Some("1"));
    }

    #[tokio::test]
    async fn an_update_that_fails_leaves_the_tables_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("stall.db");
        with_a_setting(&path).await;
        let broken = tomorrows(dir.path(), "UPDATE settings SET value = '2'; UPDATE nowhere SET a = 1").await;
        assert!(Store::open_migrated(&path, noon(), &broken).await.is_err());
        let store = Store::open(&path).await.unwrap();
        assert_eq!(store.lookup_setting("a").await.unwrap().as_deref(), Some("1"));
    }

    #[tokio::test]
    async fn a_connection_with_other_pragmas_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("stall.db");
        Store::open(&path).await.unwrap().close().await;
        for (pragma, wanted) in [
            ("PRAGMA synchronous = NORMAL", "PRAGMA synchronous is 1, not 2"),
            ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys is 0, not 1"),
            ("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode is delete, not wal"),
        ] {
            let options = SqliteConnectOptions::new()
                .filename(&path)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let mut connection = options.connect().await.unwrap();
            sqlx::query(pragma).execute(&mut connection).await.unwrap();
            let refused = assert_fit(&mut connection).await.unwrap_err();
            assert!(refused.to_string().contains(wanted), "{refused}");
            connection.close().await.unwrap();
        }
    }
}
