//! Opening the database: version and pragmas are asserted on each connection, migrations applied.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqliteConnection};

use super::{Doing, Store, StoreError, StoreResult};

/// Oldest SQLite with the write-ahead-log fix we rely on.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const READERS: u32 = 4;

impl Store {
    /// Opens the database file, making it when missing, and brings its tables up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, the library is too old, a pragma does not hold, or a migration fails.
    pub async fn open(path: &Path) -> StoreResult<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-4096")
            .pragma("temp_store", "memory");
        let pool = |most: u32| {
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
        };
        let writer = pool(1).connect_with(options.clone()).await.doing("opening the database")?;
        sqlx::migrate!("src/store/migrations").run(&writer).await.map_err(|error| {
            StoreError::Unfit(format!("its tables cannot be brought up to date: {error}"))
        })?;
        let readers = pool(READERS)
            .connect_with(options.read_only(true))
            .await
            .doing("opening the database to read")?;
        Ok(Self { writer, readers })
    }

    /// Closes every connection; the write-ahead log is folded in.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn assert_fit(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let version: String = pragma(connection, "SELECT sqlite_version()").await?;
    if parse_version(&version) < OLDEST_SQLITE {
        return Err(StoreError::Unfit(format!("SQLite {version} is too old")));
    }
    for (statement, wanted) in
        [("PRAGMA journal_mode", "wal"), ("PRAGMA synchronous", "2"), ("PRAGMA foreign_keys", "1")]
    {
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
