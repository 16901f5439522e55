//! Puts a backup in the place of the database. The file it replaces is kept.
//!
//! A copy of the backup is made and proved first, under a name that means "this is to be taken up"; from then on a power
//! cut only postpones it to the next start. The old file is moved away with its write-ahead log, which would otherwise be
//! played into the restored one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::backup::{self, BackupKind, remove, sync_folder};
use super::{Store, StoreError, StoreResult, check};

/// The copy that is to be taken up.
fn waiting(database: &Path) -> PathBuf {
    database.with_extension("db.restored")
}

/// Proves a backup and has it taken up when the database is opened next. The database may be open.
///
/// # Errors
/// When the backup is not whole, not a stall's, newer than this program, or cannot be copied; then nothing changes.
pub(super) async fn prepare(database: &Path, backup: &Path) -> StoreResult<()> {
    let beside = database.with_extension("db.restoring");
    let file = |doing, path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::File { doing, path, source }
    };
    // The newer schema and the wrong file are told before anything is copied.
    check::inspect(backup).await?;
    let copied = async {
        fs::copy(backup, &beside).map_err(file("write", &beside))?;
        let copy = File::options().write(true).open(&beside);
        copy.and_then(|copy| copy.sync_all()).map_err(file("flush", &beside))?;
        check::inspect(&beside).await?;
        let place = waiting(database);
        fs::rename(&beside, &place).map_err(file("put in place", &place))?;
        if let Some(folder) = database.parent() {
            sync_folder(folder).map_err(file("flush", folder))?;
        }
        Ok(())
    };
    let copied = copied.await;
    if copied.is_err() {
        // Best effort: it is written over by the next try.
        let _ = remove(&beside);
    }
    copied
}

/// Takes up a prepared copy, if there is one; returns where the replaced file is kept. The database must be closed.
///
/// # Errors
/// When a file cannot be moved; the next call goes on where this one ended.
pub(super) fn take_up(database: &Path) -> StoreResult<Option<PathBuf>> {
    let waiting = waiting(database);
    // Named by when the copy was made, so that a second try after a cut uses the same names.
    let made = match fs::metadata(&waiting).and_then(|found| found.modified()) {
        Ok(made) => Timestamp::try_from(made).unwrap_or_default(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::File { doing: "read", path: waiting, source }),
    };
    let folder = backup::folder(database);
    fs::create_dir_all(&folder).map_err(|source| StoreError::File {
        doing: "make",
        path: folder.clone(),
        source,
    })?;
    let aside = folder.join(backup::name(BackupKind::Replaced, made));
    let step = |from: &Path, to: &Path| match fs::rename(from, to) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        moved => moved.map_err(|source| StoreError::File { doing: "move", path: from.to_owned(), source }),
    };
    let beside = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    // The log first: with the database still in its place, a cut here leaves a log that belongs to nothing.
    for suffix in ["-wal", "-shm"] {
        step(&beside(database, suffix), &beside(&aside, suffix))?;
    }
    let had_one = database.exists();
    step(database, &aside)?;
    step(&waiting, database)?;
    for folder in database.parent().into_iter().chain([folder.as_path()]) {
        sync_folder(folder).map_err(|source| StoreError::File {
            doing: "flush",
            path: folder.to_owned(),
            source,
        })?;
    }
    Ok(had_one.then_some(aside))
}

/// Puts a backup in the place of a closed database at once; returns where the replaced file is kept, if there was one.
///
/// # Errors
/// As when the backup cannot be used; then nothing changes.
pub async fn restore(database: &Path, backup: &Path) -> StoreResult<Option<PathBuf>> {
    prepare(database, backup).await?;
    take_up(database)
}

impl Store {
    /// Proves one of the backups by its name and has it taken up when the stall is opened next.
    ///
    /// # Errors
    /// `Missing` when there is no such backup; otherwise as [`restore`]; then nothing changes.
    pub async fn prepare_restore(&self, name: &str) -> StoreResult<()> {
        let backup = self.list_backups().await?.into_iter().find(|backup| backup.name == name);
        let backup = backup.ok_or_else(|| StoreError::Missing { what: "backup", id: name.to_owned() })?;
        prepare(&self.path, &backup.path).await
    }
}
