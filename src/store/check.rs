//! Looks at a database file before it is trusted.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::{Doing, StoreError, StoreResult};

pub(super) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/store/migrations");

/// First bytes of every SQLite file (<https://www.sqlite.org/fileformat.html>, 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The newest version of the tables these migrations lead to.
pub(super) fn newest(migrations: &sqlx::migrate::Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The newest version of the tables this program knows.
pub(super) fn known_version() -> i64 {
    newest(&MIGRATIONS)
}

/// Version of the tables; 0 in a file without any.
///
/// # Errors
/// When the file cannot be read, or its tables are newer than `known`.
pub(super) async fn version(connection: &mut SqliteConnection, known: i64) -> StoreResult<i64> {
    let is_there =
        sqlx::query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_optional(&mut *connection)
            .await
            .doing("reading the version of the tables")?;
    if is_there.is_none() {
        return Ok(0);
    }
    let row = sqlx::query("SELECT coalesce(max(version), 0) AS version FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await
        .doing("reading the version of the tables")?;
    let found = row.get("version");
    if found > known { Err(StoreError::Newer { found, known }) } else { Ok(found) }
}

/// Reads the whole file and says whether it holds together.
///
/// # Errors
/// `Damaged` with SQLite's first complaint.
pub(super) async fn quick_check(connection: &mut SqliteConnection) -> StoreResult<()> {
    let row =
        sqlx::query("PRAGMA quick_check(1)").fetch_one(connection).await.doing("checking the database")?;
    let said: String = row.get(0);
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged(said)) }
}

/// Proves that a file lying still is a whole stall's database this program can use; returns the version of its tables.
///
/// # Errors
/// `Unfit` for something else, `Damaged`, `Newer`, or when the file cannot be read.
pub(super) async fn inspect(path: &Path) -> StoreResult<i64> {
    let mut magic = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    match read {
        Ok(()) if &magic == MAGIC => {}
        Err(source) if source.kind() != std::io::ErrorKind::UnexpectedEof => {
            return Err(StoreError::File { doing: "read", path: path.to_owned(), source });
        }
        _ => return Err(StoreError::Unfit(format!("{} is not a database", path.display()))),
    }
    // Immutable: nothing is made beside it, whatever it was when it was last open.
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut connection = options.connect().await.doing("opening a backup")?;
    let looked = async {
        quick_check(&mut connection).await?;
        match version(&mut connection, known_version()).await? {
            0 => Err(StoreError::Unfit(format!("{} is not a stall's database", path.display()))),
            version => Ok(version),
        }
    }
    .await;
    let _ = connection.close().await;
    looked
}
