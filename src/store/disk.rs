//! What the disk says when it does not take a write, and whether it takes writes now.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::StoreError;

/// Below this the stall takes no step that may leave something to be kept: a paid picture and its record must fit.
const LEAST_ROOM: u64 = 64 * 1024 * 1024;
/// Below this the seller is told before it hurts.
const LITTLE_ROOM: u64 = 1024 * 1024 * 1024;

/// Why nothing can be kept now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiskTrouble {
    Full,
    ReadOnly,
    /// It fails in another way.
    Failing,
}

impl DiskTrouble {
    /// The word screens know: `disk_full`, `read_only` or `storage`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Full => "disk_full",
            Self::ReadOnly => "read_only",
            Self::Failing => "storage",
        }
    }

    /// What a file operation's failure says of the disk; none when it says nothing.
    pub fn of_io(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Some(Self::ReadOnly),
            _ => None,
        }
    }
}

/// Whether the disk takes writes; clones share it. Set by the write that failed, cleared by whoever proved that the
/// disk works again.
#[derive(Debug, Clone, Default)]
pub struct Disk(Arc<Mutex<Option<DiskTrouble>>>);

impl Disk {
    /// Why nothing can be kept now.
    pub fn trouble(&self) -> Option<DiskTrouble> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers trouble, or that there is none any more; true when that is news.
    pub fn set(&self, trouble: Option<DiskTrouble>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *known, trouble) != trouble
    }

    pub(super) fn note(&self, error: &StoreError) {
        let trouble = match error {
            StoreError::DiskFull { .. } => DiskTrouble::Full,
            StoreError::ReadOnly { .. } => DiskTrouble::ReadOnly,
            StoreError::Database { source, .. } if is_io(source) => DiskTrouble::Failing,
            _ => return,
        };
        if self.set(Some(trouble)) {
            tracing::error!(%error, "the disk does not take what must be kept; the stall waits until it does");
        }
    }
}

/// How much room is left for others than the system, in bytes.
///
/// # Errors
/// When the disk cannot be asked.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    fs4::available_space(folder)
}

/// Whether so little room is left that no step may be begun.
pub fn is_too_little(free: u64) -> bool {
    free < LEAST_ROOM
}

/// Whether the seller should make room soon.
pub fn is_little(free: u64) -> bool {
    free < LITTLE_ROOM
}

/// SQLite's primary result code is the low byte of the extended one.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

fn is_io(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(10)
}

/// Codes: <https://www.sqlite.org/rescode.html>.
pub(super) fn worded(doing: &'static str, source: sqlx::Error) -> StoreError {
    /// `SQLITE_IOERR_SHMSIZE`: no room for the index of the write-ahead log.
    const SHMSIZE: &str = "4874";
    let extended = source.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    match primary_code(&source) {
        Some(13) => StoreError::DiskFull { doing, source },
        Some(10) if extended == SHMSIZE => StoreError::DiskFull { doing, source },
        Some(8 | 14) => StoreError::ReadOnly { doing, source },
        Some(11 | 26) => StoreError::Damaged(source.to_string()),
        _ => StoreError::Database { doing, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_news_once_and_its_end_is_news_once() {
        let disk = Disk::default();
        assert!(!disk.set(None));
        assert!(disk.set(Some(DiskTrouble::Full)));
        assert!(!disk.clone().set(Some(DiskTrouble::Full)), "clones share it");
        assert_eq!(disk.trouble(), Some(DiskTrouble::Full));
        assert!(disk.set(None));
        assert_eq!(disk.trouble(), None);
    }

    #[test]
    fn a_missing_file_is_no_trouble_of_the_disk() {
        assert_eq!(DiskTrouble::of_io(&io::ErrorKind::NotFound.into()), None);
        assert_eq!(DiskTrouble::of_io(&io::ErrorKind::StorageFull.into()), Some(DiskTrouble::Full));
        assert_eq!(DiskTrouble::of_io(&io::ErrorKind::PermissionDenied.into()), Some(DiskTrouble::ReadOnly));
    }

    #[test]
    fn the_room_left_is_known() {
        let dir = tempfile::tempdir().unwrap();
        assert!(free_bytes(dir.path()).unwrap() > 0);
        assert!(is_too_little(1024) && is_little(1024) && !is_little(u64::MAX));
    }
}
