//! Tells whether the database was closed: a file that is there exactly while it is open.
//!
//! It is not flushed by itself. The first commit flushes the folder's journal with it, and a marker lost before any
//! commit guards nothing.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{StoreError, StoreResult};

fn place(database: &Path) -> PathBuf {
    database.with_extension("db.open")
}

/// Whether the last one to open this database never closed it.
pub(super) fn is_set(database: &Path) -> bool {
    place(database).exists()
}

pub(super) fn set(database: &Path) -> StoreResult<()> {
    let path = place(database);
    File::create(&path).map(drop).map_err(|source| StoreError::File { doing: "make", path, source })
}

/// A marker that cannot be removed costs one look at the next start.
pub(super) fn clear(database: &Path) {
    match fs::remove_file(place(database)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "the marker of an open database cannot be removed");
        }
        _ => {}
    }
}
