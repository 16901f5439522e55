//! What a seller can show of one order when it is argued about: one zip with the whole story, for people and for
//! programs, and the very pictures that were delivered.
//!
//! `case`: what there is to show. `pack`: the archive. `story`: the pages for people. `words`: their words.
//!
//! The same data gives the same bytes. Nothing is in it but this order's: no keys, no folders of this computer, no link
//! that opens anything.

mod case;
mod pack;
mod story;
mod words;

pub use case::{Case, Delivered, delivered};
pub use pack::{PackError, Packed, write};

use std::io;
use std::path::{Path, PathBuf};

/// Where packs lie that somebody is fetching.
pub fn fetched_from(data_dir: &Path) -> PathBuf {
    data_dir.join("evidence")
}

/// Takes away packs that nobody came for before the program ended. Blocking.
///
/// # Errors
/// When the folder is there and cannot be emptied.
pub fn sweep(data_dir: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(fetched_from(data_dir)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
