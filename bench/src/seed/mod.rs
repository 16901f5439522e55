//! A folder with a large practice shop: for looking at every screen with years of work in it, and for measuring them.

mod chance;
mod files;
mod pictures;
mod rows;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use stallkeeper::clock::{Clock, SystemClock};
use stallkeeper::host::Headless;
use stallkeeper::settings::{Environment, UserFolders};
use stallkeeper::stall::{Stall, StallConfig};

/// The first word that asks for it.
pub const WORD: &str = "seed";

pub const USAGE: &str = "\
stallkeeper-bench seed [--orders N] [--messages N] [--pictures N] [--seed N] <data folder>

Makes a new data folder with a large practice shop (100,000 orders, 1,000,000 messages, 50,000 pictures unless told
otherwise) in some minutes. Start a stall on it with DATA_DIR=<data folder> stallkeeper-server.

The same seed makes the same shop; ages count from now. Two years of orders, all but a few hundred of them over; those
still open are in every stage and paused, because the practice marketplace knows none of them. Messages and prompts are
English and Chinese. Every picture is a file of its own with a hash of its own, so that no cache makes scrolling look
faster than it is; but there are only 48 drawings in eight shapes, small ones (about 500 pixels a side, 10 kB), told
apart by a comment in the file. The small copies of one drawing are one file under many names. What a picture looks like
(its 64 bits) is drawn by lot, one in 250 close to an earlier picture of the same drawing: otherwise every picture would
look like a thousand others. All of it takes about 2 GB of disk.
";

/// What is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub orders: u64,
    pub messages: u64,
    pub pictures: u64,
    pub seed: u64,
    pub folder: PathBuf,
}

/// Nothing when only help was asked for.
pub fn read(mut words: impl Iterator<Item = String>) -> Result<Option<Wanted>> {
    let mut wanted =
        Wanted { orders: 100_000, messages: 1_000_000, pictures: 50_000, seed: 1, folder: PathBuf::new() };
    while let Some(word) = words.next() {
        let mut number = || -> Result<u64> {
            let given = words.next().with_context(|| format!("{word} wants a number"))?;
            given.replace('_', "").parse().with_context(|| format!("{word} wants a number, not {given}"))
        };
        match word.as_str() {
            "--help" | "-h" => return Ok(None),
            "--orders" => wanted.orders = number()?.max(1),
            "--messages" => wanted.messages = number()?,
            "--pictures" => wanted.pictures = number()?,
            "--seed" => wanted.seed = number()?,
            folder if !folder.starts_with('-') && wanted.folder.as_os_str().is_empty() => {
                wanted.folder = PathBuf::from(folder);
            }
            unknown => bail!("unknown: {unknown}"),
        }
    }
    if wanted.folder.as_os_str().is_empty() {
        bail!("a folder is wanted");
    }
    Ok(Some(wanted))
}

/// Makes the shop.
///
/// # Errors
/// When the folder holds something already, or something cannot be written.
pub async fn make(wanted: &Wanted) -> Result<()> {
    let folder = &wanted.folder;
    if std::fs::read_dir(folder).is_ok_and(|mut there| there.next().is_some()) {
        bail!("{} is not empty; a shop is made in a new folder only", folder.display());
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let begun = Instant::now();
    let now = SystemClock.now();
    open_once(folder).await?;
    let shop = Shop { now, seed: wanted.seed };
    let mut database = connect(&folder.join("stall.db")).await?;
    rows::orders(&mut database, &shop, wanted.orders).await?;
    rows::messages(&mut database, &shop, wanted.orders, wanted.messages).await?;
    let root = folder.join("pictures");
    let made = tokio::task::spawn_blocking({
        let (seed, count) = (wanted.seed, wanted.pictures);
        move || files::make(&root, seed, count)
    });
    let files = made.await??;
    pictures::insert(&mut database, &shop, wanted.orders, &files).await?;
    println!("settling the database");
    sqlx::query("ANALYZE").execute(&mut database).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut database).await?;
    database.close().await?;
    println!(
        "made in {:.0} s: DATA_DIR={} stallkeeper-server",
        begun.elapsed().as_secs_f64(),
        folder.display()
    );
    Ok(())
}

/// What all rows share.
struct Shop {
    now: Timestamp,
    seed: u64,
}

impl Shop {
    /// When the n-th of `all` things happened, in milliseconds: more of them lately than two years ago.
    fn age_of(&self, n: u64, all: u64) -> i64 {
        const TWO_YEARS_MS: f64 = 730.0 * 86_400_000.0;
        let part = 1.0 - n as f64 / all.max(1) as f64;
        self.now.as_millisecond() - (part.powf(1.3) * TWO_YEARS_MS) as i64 - 60_000
    }
}

/// Opens the practice stall there once, so that its tables and its account are what a real start makes.
async fn open_once(folder: &Path) -> Result<()> {
    let mut config =
        StallConfig::for_server(folder.to_owned(), Environment::default(), UserFolders::default(), true);
    config.practice = true;
    let stall = Stall::open(config, Arc::new(Headless)).await?;
    let begun = Instant::now();
    while stall.account().is_none() {
        if begun.elapsed() > Duration::from_secs(60) {
            bail!("the practice stall did not open");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut write = stall.store().write().await?;
    write.put_setting("mode", "\"practice\"", stall.clock().now()).await?;
    write.commit().await?;
    stall.close().await;
    Ok(())
}

/// Not flushed: a shop half made is made again.
async fn connect(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory");
    options.connect().await.with_context(|| format!("cannot open {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Result<Option<Wanted>> {
        read(words.iter().map(ToString::to_string))
    }

    #[test]
    fn sizes_are_read_and_a_folder_is_wanted() {
        let wanted = words(&["--orders", "1_000", "--pictures", "50", "shop"]).unwrap().unwrap();
        assert_eq!((wanted.orders, wanted.messages, wanted.pictures), (1000, 1_000_000, 50));
        assert_eq!(wanted.folder, PathBuf::from("shop"));
        assert!(words(&[]).is_err());
        assert!(words(&["--orders", "many", "shop"]).is_err());
        assert!(words(&["one", "two"]).is_err());
        assert_eq!(words(&["--help"]).unwrap(), None);
    }

    #[tokio::test]
    async fn a_folder_with_something_in_it_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("stall.db"), b"mine").unwrap();
        let wanted = Wanted { orders: 1, messages: 1, pictures: 1, seed: 1, folder: dir.path().to_owned() };
        assert!(make(&wanted).await.unwrap_err().to_string().contains("not empty"));
        assert_eq!(std::fs::read(dir.path().join("stall.db")).unwrap(), b"mine");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_small_shop_opens_and_shows_its_pictures() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("shop");
        let wanted = Wanted { orders: 400, messages: 2000, pictures: 300, seed: 3, folder: folder.clone() };
        make(&wanted).await.unwrap();
        let store = stallkeeper::store::Store::open(&folder.join("stall.db")).await.unwrap();
        let rows: std::collections::HashMap<_, _> = store.facts().await.unwrap().rows.into_iter().collect();
        assert_eq!((rows["orders"], rows["messages"], rows["pictures"]), (400, 2000, 300));
        let account = store.list_accounts().await.unwrap().remove(0);
        let search = stallkeeper::store::PictureSearch { limit: 500, ..Default::default() };
        let shown = store.list_gallery(&account.id, &search).await.unwrap();
        assert!(shown.len() > 280, "{}", shown.len());
        let files = stallkeeper::images::PictureFiles::open(folder.join("pictures")).unwrap();
        for row in shown.iter().step_by(40) {
            let bytes = files.read(&row.sha256).unwrap();
            let opened = stallkeeper::images::decode::decode(&bytes).unwrap().picture;
            assert_eq!((opened.width(), opened.height()), (row.width, row.height));
        }
    }
}
