//! What can be said of the database itself, for the seller and for a help file.

use sqlx::{Row, SqliteConnection};

use super::{Doing, Store, StoreResult, check};

/// The database in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFacts {
    pub sqlite: String,
    /// Version of the tables, and the newest this program knows.
    pub version: i64,
    pub known_version: i64,
    /// Of the main file.
    pub bytes: u64,
    /// `ok`, or what is wrong.
    pub check: String,
    /// Rows of each table, by the table's name.
    pub rows: Vec<(&'static str, i64)>,
}

const TABLES: [&str; 22] = [
    "accounts",
    "inbox",
    "orders",
    "journal",
    "history",
    "messages",
    "pictures",
    "picture_tags",
    "picture_looks",
    "tasks",
    "listings",
    "conversations",
    "connection_log",
    "file_links",
    "letters",
    "molt_accounts",
    "job_searches",
    "applications",
    "posted_jobs",
    "applicants",
    "job_journal",
    "job_history",
];

impl Store {
    /// Every name of a buyer and title of an order, for taking them out of a text; longest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_names(&self) -> StoreResult<Vec<String>> {
        let rows = sqlx::query(
            "SELECT buyer_name AS name FROM orders UNION SELECT title FROM orders
             UNION SELECT name FROM messages UNION SELECT name FROM accounts
             UNION SELECT other_name FROM conversations UNION SELECT name FROM letters
             UNION SELECT title FROM applications UNION SELECT worker_name FROM posted_jobs",
        )
        .fetch_all(self.reader())
        .await
        .doing("listing names")?;
        let names = rows.iter().filter_map(|row| row.get::<Option<String>, _>("name"));
        let mut names: Vec<String> = names.filter(|name| name.trim().chars().count() > 1).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Ok(names)
    }

    /// Reads the whole database through; seconds for a large one. The writer does not wait for it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn facts(&self) -> StoreResult<StoreFacts> {
        let mut connection = self.reader().acquire().await.doing("looking at the database")?;
        let connection: &mut SqliteConnection = &mut connection;
        let row = sqlx::query("SELECT sqlite_version() AS version").fetch_one(&mut *connection).await;
        let sqlite = row.doing("looking at the database")?.get("version");
        let mut rows = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            // The name is one of ours, never from outside.
            let count = format!("SELECT count(*) AS n FROM {table}");
            let row = sqlx::query(sqlx::AssertSqlSafe(count)).fetch_one(&mut *connection).await;
            rows.push((table, row.doing("counting rows")?.get("n")));
        }
        Ok(StoreFacts {
            sqlite,
            version: check::version(connection, check::known_version()).await?,
            known_version: check::known_version(),
            bytes: std::fs::metadata(&self.path).map_or(0, |found| found.len()),
            check: match check::quick_check(connection).await {
                Ok(()) => "ok".to_owned(),
                Err(error) => error.to_string(),
            },
            rows,
        })
    }
}
