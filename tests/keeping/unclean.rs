//! A database that was not closed is read through before it is used; a damaged one is never written to.

use std::fs;
use std::path::Path;

use stallkeeper::store::{BackupKind, Store, StoreError, backup, restore};

use crate::sample::{self, at, database};

/// Ends without closing, as a power cut would: what is on disk now is copied to a folder of its own.
async fn cut_off() -> (tempfile::TempDir, std::path::PathBuf) {
    let alive = tempfile::tempdir().unwrap();
    let store = sample::full(&database(&alive)).await;
    store.back_up(BackupKind::Daily, at(50)).await.unwrap();
    let after = tempfile::tempdir().unwrap();
    copy_all(alive.path(), after.path());
    let path = database(&after);
    (after, path)
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Overwrites the page that holds a buyer's message: nothing that opening the database looks at.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let words = b"A fox, please";
    let at = bytes.windows(words.len()).position(|window| window == words).unwrap();
    let page = at / 4096 * 4096;
    bytes[page..page + 4096].fill(0x5a);
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn what_was_committed_before_a_power_cut_is_there_after_it() {
    let (_dir, path) = cut_off().await;
    let store = Store::open(&path).await.unwrap();
    sample::assert_full(&store).await;
    store.close().await;
    assert!(!path.with_extension("db.open").exists(), "closed is not left open");
}

#[tokio::test]
async fn a_database_left_open_and_damaged_is_refused_and_left_as_it_is() {
    let (dir, path) = cut_off().await;
    Store::open(&path).await.unwrap().close().await;
    damage(&path);
    fs::write(path.with_extension("db.open"), "").unwrap();
    let before = fs::read(&path).unwrap();

    let refused = Store::open(&path).await.unwrap_err();
    assert!(matches!(refused, StoreError::Damaged(_)), "{refused}");
    assert!(Store::open(&path).await.is_err(), "and again, until it is settled");
    assert!(fs::read(&path).unwrap() == before, "the damaged file is evidence and perhaps all there is");

    let newest = backup::newest_good(&path).await.unwrap().unwrap();
    let kept = restore(&path, &newest.path).await.unwrap().unwrap();
    assert!(fs::read(&kept).unwrap() == before, "the damaged file is kept aside");
    let store = Store::open(&path).await.unwrap();
    sample::assert_full(&store).await;
    drop(dir);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = database(&dir);
    fs::write(&path, "These are notes of somebody, long enough to be looked at.".repeat(40)).unwrap();
    let before = fs::read(&path).unwrap();
    let refused = Store::open(&path).await.unwrap_err();
    assert!(matches!(refused, StoreError::Damaged(_)), "{refused}");
    assert!(fs::read(&path).unwrap() == before);
}

#[tokio::test]
async fn data_that_is_gone_beside_its_backups_is_not_begun_anew() {
    let (dir, path) = cut_off().await;
    // The log holds everything since the start: without it the file is a database without tables.
    let lost = dir.path().join("stall.db-wal");
    for gone in [&lost, &path] {
        fs::remove_file(gone).unwrap();
        let refused = Store::open(&path).await.unwrap_err();
        assert!(matches!(refused, StoreError::Damaged(_)), "{refused}");
    }
    let newest = backup::newest_good(&path).await.unwrap().unwrap();
    assert_eq!(restore(&path, &newest.path).await.unwrap(), None, "there was nothing to keep");
    sample::assert_full(&Store::open(&path).await.unwrap()).await;
}

#[tokio::test]
async fn a_clean_exit_is_not_checked_again_and_an_unclean_one_is() {
    let (_dir, path) = cut_off().await;
    assert!(path.with_extension("db.open").exists(), "the marker stands while the database is open");
    Store::open(&path).await.unwrap().close().await;
    damage(&path);
    // Closed in order: nobody reads the whole file at each start, so this opens, and fails where it is read.
    let store = Store::open(&path).await.unwrap();
    assert!(store.list_messages(sample::ORDER).await.is_err());
    drop(store);
    assert!(matches!(Store::open(&path).await, Err(StoreError::Damaged(_))));
}
