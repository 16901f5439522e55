//! Data of every earlier version of the tables opens with this program; data of a later one is refused.

use std::path::Path;

use sqlx::{ConnectOptions, Connection, Executor};
use stallkeeper::store::{Store, StoreError, restore};

use crate::sample::{self, database};

/// A stall's database as an earlier program left it.
const SAMPLES: [(&str, &str); 1] = [("1", include_str!("schema_1.sql"))];

async fn from_sql(path: &Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn data_of_every_earlier_version_opens_and_every_noun_is_readable() {
    for (version, sql) in SAMPLES {
        let dir = tempfile::tempdir().unwrap();
        let path = database(&dir);
        from_sql(&path, sql).await;
        let store = Store::open(&path).await.unwrap_or_else(|error| panic!("version {version}: {error}"));
        sample::assert_full(&store).await;
        let facts = store.facts().await.unwrap();
        assert_eq!(facts.check, "ok");
        assert_eq!(facts.version, facts.known_version);
        let order = store.get_order(sample::ORDER).await.unwrap();
        let mut write = store.write().await.unwrap();
        write.put_order(&order).await.unwrap();
        write.commit().await.unwrap();
    }
}

#[tokio::test]
async fn the_sample_has_a_row_of_every_noun() {
    let dir = tempfile::tempdir().unwrap();
    let store = sample::full(&database(&dir)).await;
    let empty: Vec<_> =
        store.facts().await.unwrap().rows.into_iter().filter(|(_, rows)| *rows == 0).collect();
    assert!(empty.is_empty(), "a table no sample tests: {empty:?}");
}

#[tokio::test]
async fn data_of_a_newer_program_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = database(&dir);
    sample::full(&path).await.close().await;
    from_sql(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'tomorrow', 1, x'00', 0)",
    )
    .await;
    let before = std::fs::read(&path).unwrap();
    let refused = Store::open(&path).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 9000, .. }));
    let said = refused.to_string();
    assert!(said.contains("newer Stallkeeper") && said.contains("restore a backup"), "{said}");
    assert!(std::fs::read(&path).unwrap() == before);

    let own = tempfile::tempdir().unwrap();
    let ours = database(&own);
    sample::full(&ours).await.close().await;
    assert!(matches!(restore(&ours, &path).await, Err(StoreError::Newer { .. })), "nor as a backup");
    sample::assert_full(&Store::open(&ours).await.unwrap()).await;
}
