//! Backups: whole copies of the database, made while the stall is open and proved before they count.
//!
//! They lie in `backups/` beside the database. Pictures need no copy: each lies under the hash of its bytes and is never
//! changed. Keys are elsewhere and are never in a backup.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::convert::words;
use super::{Doing, Store, StoreError, StoreResult, check};

/// Backups kept of each kind.
const KEPT: usize = 7;
const FOLDER: &str = "backups";
const STAMP: &str = "%Y%m%dT%H%M%SZ";

words! {
    /// Why a backup was made.
    BackupKind, "kind of backup" {
        Daily = "daily",
        /// Before the tables were changed by a new version.
        Update = "update",
        /// The seller asked for it.
        Hand = "hand",
        /// What a restored backup took the place of, as it was.
        Replaced = "replaced",
    }
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its file's name; also its id.
    pub name: String,
    pub kind: BackupKind,
    pub made_at: Timestamp,
    pub bytes: u64,
    pub path: PathBuf,
}

/// The folder of the backups of a database.
pub(super) fn folder(database: &Path) -> PathBuf {
    database.with_file_name(FOLDER)
}

pub(super) fn name(kind: BackupKind, at: Timestamp) -> String {
    format!("stall-{}-{}.db", at.to_zoned(TimeZone::UTC).strftime(STAMP), kind.as_str())
}

fn read(path: PathBuf, bytes: u64) -> Option<Backup> {
    let name = path.file_name()?.to_str()?.to_owned();
    let (stamp, kind) = name.strip_prefix("stall-")?.strip_suffix(".db")?.split_once('-')?;
    let made_at =
        jiff::civil::DateTime::strptime(STAMP, stamp).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let kind = BackupKind::parse(kind).ok()?;
    Some(Backup { name, kind, made_at, bytes, path })
}

/// The backups beside a database, newest first. Other files in the folder are passed over. Blocking.
///
/// # Errors
/// When the folder cannot be read; one that is not there holds none.
pub fn list(database: &Path) -> StoreResult<Vec<Backup>> {
    let folder = folder(database);
    let failed = |source| StoreError::File { doing: "list", path: folder.clone(), source };
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let bytes = entry.metadata().map_err(failed)?.len();
        found.extend(read(entry.path(), bytes));
    }
    found.sort_by(|one, other| (other.made_at, &other.name).cmp(&(one.made_at, &one.name)));
    Ok(found)
}

/// The newest backup that is whole and can be used by this program.
///
/// # Errors
/// When the folder cannot be read.
pub async fn newest_good(database: &Path) -> StoreResult<Option<Backup>> {
    for backup in list(database)? {
        match check::inspect(&backup.path).await {
            Ok(_) => return Ok(Some(backup)),
            Err(error) => tracing::warn!(backup = backup.name, %error, "this backup cannot be used"),
        }
    }
    Ok(None)
}

/// Copies a database as it stands now, even while others write. The copy is written beside, flushed, opened and checked
/// before it gets its name; surplus backups of its kind go.
///
/// # Errors
/// When it cannot be read or the copy cannot be written or does not hold together; then no backup appears.
pub(super) async fn make(database: &Path, kind: BackupKind, now: Timestamp) -> StoreResult<Backup> {
    let folder = folder(database);
    let path = folder.join(name(kind, now));
    let beside = folder.join("backup.tmp");
    let file = |doing, path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::File { doing, path, source }
    };
    fs::create_dir_all(&folder).map_err(file("make", &folder))?;
    remove(&beside).map_err(file("remove", &beside))?;
    let copied = async {
        let options = SqliteConnectOptions::new().filename(database).read_only(true);
        let mut connection = options.connect().await.doing("opening the database for a backup")?;
        let copied = sqlx::query("VACUUM INTO ?")
            .bind(beside.display().to_string())
            .execute(&mut connection)
            .await
            .doing("making a backup");
        let _ = connection.close().await;
        copied?;
        File::open(&beside).and_then(|copy| copy.sync_all()).map_err(file("flush", &beside))?;
        check::inspect(&beside).await?;
        fs::rename(&beside, &path).map_err(file("put in place", &path))?;
        sync_folder(&folder).map_err(file("flush", &folder))
    };
    if let Err(error) = copied.await {
        // Best effort: what is left is removed before the next one.
        let _ = remove(&beside);
        return Err(error);
    }
    let made = list(database)?;
    for surplus in made.iter().filter(|backup| backup.kind == kind).skip(KEPT) {
        remove(&surplus.path).map_err(file("remove", &surplus.path))?;
    }
    let bytes = fs::metadata(&path).map_err(file("read", &path))?.len();
    read(path, bytes).ok_or_else(|| StoreError::Unfit("the new backup has no name of a backup".to_owned()))
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Flushes a folder's entries. Windows has no such call and keeps its own journal of renames.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { File::open(folder)?.sync_all() }
}

impl Store {
    /// Makes a backup while the stall goes on: the copy is read beside the writer, which never waits for it.
    ///
    /// # Errors
    /// As when the disk is full; then there is no new backup and the old ones stay.
    pub async fn back_up(&self, kind: BackupKind, now: Timestamp) -> StoreResult<Backup> {
        let _turn = self.backing_up.lock().await;
        make(&self.path, kind, now).await
    }

    /// The backups, newest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn list_backups(&self) -> StoreResult<Vec<Backup>> {
        list(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_and_why_and_is_read_back() {
        let at: Timestamp = "2026-11-22T08:45:00Z".parse().unwrap();
        let name = name(BackupKind::Daily, at);
        assert_eq!(name, "stall-20261122T084500Z-daily.db");
        let backup = read(PathBuf::from("/backups").join(&name), 7).unwrap();
        assert_eq!((backup.kind, backup.made_at, backup.bytes), (BackupKind::Daily, at, 7));
        for other in ["stall.db", "backup.tmp", "stall-yesterday-daily.db", "stall-20261122T084500Z-odd.db"] {
            assert!(read(PathBuf::from(other), 0).is_none(), "{other}");
        }
    }
}
