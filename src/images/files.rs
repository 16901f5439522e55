//! Pictures on disk under the SHA-256 of their content, and model answers kept until their picture is safe.
//!
//! Everything is written to a temporary file, flushed, renamed into place, and the folder flushed, so that after a
//! power cut a file is whole or absent. Bytes are never changed. Layout under the folder it is opened with:
//! `pictures/<first two hex digits>/<sha256>.<extension>`, `answers/<name>`, `thumbs/`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::sniff::{PictureKind, sniff};
use crate::crash::{self, Point};

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("these bytes are no PNG, JPEG, WebP or GIF picture")]
    NotAPicture,
    #[error("this is not the SHA-256 of a picture")]
    BadHash,
    #[error("this name is not fit for a file")]
    BadName,
    #[error("there is no picture with this hash")]
    Missing,
    /// The file no longer holds what it was stored with.
    #[error("the stored picture was changed on disk")]
    Changed,
    #[error("cannot {doing} {}", path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
}

/// A picture in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPicture {
    /// Lower-case hex.
    pub sha256: String,
    pub path: PathBuf,
    pub size: u64,
    pub kind: PictureKind,
}

impl StoredPicture {
    pub fn media_type(&self) -> &'static str {
        self.kind.media_type()
    }
}

/// The stall's picture files. Blocking.
#[derive(Debug)]
pub struct PictureFiles {
    root: PathBuf,
    temporary: AtomicU64,
}

const TEMPORARY: &str = ".tmp";

impl PictureFiles {
    /// Opens the folder, makes what is missing and removes what an interrupted write left behind. One stall, one
    /// opening: a second one at the same time would remove the first one's half-written files.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, FilesError> {
        let files = Self { root: root.into(), temporary: AtomicU64::new(0) };
        for folder in [files.pictures(), files.answers(), files.thumbs()] {
            fs::create_dir_all(&folder).map_err(io_error("make", &folder))?;
            remove_stray(&folder)?;
        }
        Ok(files)
    }

    /// The folder everything lies in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Proves that files can be written here now, by writing one and taking it away.
    pub fn prove(&self) -> Result<(), FilesError> {
        let path = self
            .answers()
            .join(format!("proof-{}{TEMPORARY}", self.temporary.fetch_add(1, Ordering::Relaxed)));
        let written = fs::write(&path, [0u8; 4096]).map_err(io_error("write", &path));
        let removed = remove_file(&path);
        written.and(removed)
    }

    /// Keeps a picture. The same bytes twice are one file.
    pub fn put(&self, bytes: &[u8]) -> Result<StoredPicture, FilesError> {
        let kind = sniff(bytes).ok_or(FilesError::NotAPicture)?;
        let sha256 = sha256_hex(bytes);
        let path = self.place(&sha256, kind)?;
        let is_there = fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64);
        if !is_there || self.read(&sha256).is_err() {
            self.write(&path, bytes)?;
        }
        Ok(StoredPicture { sha256, path, size: bytes.len() as u64, kind })
    }

    /// A stored picture by its hash.
    pub fn lookup(&self, sha256: &str) -> Result<Option<StoredPicture>, FilesError> {
        for kind in PictureKind::ALL {
            let path = self.place(sha256, kind)?;
            match fs::metadata(&path) {
                Ok(found) => {
                    return Ok(Some(StoredPicture {
                        sha256: sha256.to_owned(),
                        path,
                        size: found.len(),
                        kind,
                    }));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(io_error("look at", &path)(error)),
            }
        }
        Ok(None)
    }

    /// Where a picture is.
    pub fn path_of(&self, sha256: &str) -> Result<PathBuf, FilesError> {
        self.lookup(sha256)?.map(|stored| stored.path).ok_or(FilesError::Missing)
    }

    /// A picture's bytes, checked against its hash.
    pub fn read(&self, sha256: &str) -> Result<Vec<u8>, FilesError> {
        let path = self.path_of(sha256)?;
        let bytes = fs::read(&path).map_err(io_error("read", &path))?;
        if sha256_hex(&bytes) == sha256 { Ok(bytes) } else { Err(FilesError::Changed) }
    }

    /// Takes a picture away; no error when it is not there.
    pub fn remove(&self, sha256: &str) -> Result<(), FilesError> {
        match self.lookup(sha256)? {
            Some(stored) => remove_file(&stored.path),
            None => Ok(()),
        }
    }

    /// Keeps a model's whole answer under a name of ours (letters, digits, `-`, `_`), as durably as a picture.
    pub fn spool(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, FilesError> {
        let path = self.spool_place(name)?;
        self.write(&path, bytes)?;
        Ok(path)
    }

    /// A kept answer, if there is one.
    pub fn read_spool(&self, name: &str) -> Result<Option<Vec<u8>>, FilesError> {
        let path = self.spool_place(name)?;
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("read", &path)(error)),
        }
    }

    /// Lets go of a kept answer; no error when it is not there.
    pub fn drop_spool(&self, name: &str) -> Result<(), FilesError> {
        remove_file(&self.spool_place(name)?)
    }

    /// Folder of the thumbnails.
    pub fn thumbs(&self) -> PathBuf {
        self.root.join("thumbs")
    }

    /// Writes a whole file in one visible step, there for good.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
        let Some(folder) = path.parent() else { return Err(FilesError::BadName) };
        if !folder.is_dir() {
            fs::create_dir_all(folder).map_err(io_error("make", folder))?;
            if let Some(above) = folder.parent() {
                sync_folder(above)?;
            }
        }
        let temporary = self.temporary_in(folder);
        write_then_rename(&temporary, path, bytes).inspect_err(|_| {
            // The write already failed; what is left is removed at the next opening.
            let _ = fs::remove_file(&temporary);
        })
    }

    /// As [`Self::write`] for what can be made again: a power cut may take it.
    pub(super) fn write_unflushed(&self, path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
        let temporary = self.temporary_in(path.parent().ok_or(FilesError::BadName)?);
        let written = fs::write(&temporary, bytes).map_err(io_error("write", &temporary));
        crash::point(Point::FileWritten);
        let put = written.and_then(|()| fs::rename(&temporary, path).map_err(io_error("put in place", path)));
        crash::point(Point::FileInPlace);
        put.inspect_err(|_| {
            // The write already failed; what is left is removed at the next opening.
            let _ = fs::remove_file(&temporary);
        })
    }

    fn temporary_in(&self, folder: &Path) -> PathBuf {
        let number = self.temporary.fetch_add(1, Ordering::Relaxed);
        folder.join(format!("{number}-{}{TEMPORARY}", std::process::id()))
    }

    fn pictures(&self) -> PathBuf {
        self.root.join("pictures")
    }

    fn answers(&self) -> PathBuf {
        self.root.join("answers")
    }

    fn place(&self, sha256: &str, kind: PictureKind) -> Result<PathBuf, FilesError> {
        check_hash(sha256)?;
        let shelf = sha256.get(..2).ok_or(FilesError::BadHash)?;
        Ok(self.pictures().join(shelf).join(format!("{sha256}.{}", kind.extension())))
    }

    fn spool_place(&self, name: &str) -> Result<PathBuf, FilesError> {
        let fits = (1..=100).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if fits { Ok(self.answers().join(name)) } else { Err(FilesError::BadName) }
    }
}

/// Lower-case hex SHA-256.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(super) fn check_hash(sha256: &str) -> Result<(), FilesError> {
    let fits = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if fits { Ok(()) } else { Err(FilesError::BadHash) }
}

pub(super) fn write_then_rename(temporary: &Path, path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    let mut file = File::create(temporary).map_err(io_error("make", temporary))?;
    crash::point(Point::FileMade);
    file.write_all(bytes).map_err(io_error("write", temporary))?;
    crash::point(Point::FileWritten);
    file.sync_all().map_err(io_error("flush", temporary))?;
    drop(file);
    crash::point(Point::FileFlushed);
    fs::rename(temporary, path).map_err(io_error("put in place", path))?;
    crash::point(Point::FileInPlace);
    path.parent().map_or(Ok(()), sync_folder)
}

/// Flushes a folder's entries. Windows has no such call and keeps its own journal of renames.
fn sync_folder(folder: &Path) -> Result<(), FilesError> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(io_error("flush", folder))
}

pub(super) fn remove_file(path: &Path) -> Result<(), FilesError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path)(error)),
        _ => Ok(()),
    }
}

fn remove_stray(folder: &Path) -> Result<(), FilesError> {
    for entry in fs::read_dir(folder).map_err(io_error("list", folder))? {
        let path = entry.map_err(io_error("list", folder))?.path();
        if path.is_dir() {
            remove_stray(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "tmp") {
            remove_file(&path)?;
        }
    }
    Ok(())
}

pub(super) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FilesError {
    let path = path.to_owned();
    move |source| FilesError::Io { doing, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::decode::tests::sample;
    use image::ImageFormat;
    use tempfile::TempDir;

    fn opened() -> (TempDir, PictureFiles) {
        let folder = tempfile::tempdir().unwrap();
        let files = PictureFiles::open(folder.path()).unwrap();
        (folder, files)
    }

    fn count(folder: &Path) -> usize {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| if path.is_dir() { count(&path) } else { 1 })
            .sum()
    }

    #[test]
    fn keeps_bytes_as_they_came_under_their_hash() {
        let (folder, files) = opened();
        let mut bytes = sample(20, 20, ImageFormat::Png);
        bytes.extend_from_slice(b"what the model put behind the end");
        let stored = files.put(&bytes).unwrap();
        assert_eq!(stored.sha256, sha256_hex(&bytes));
        assert_eq!((stored.size, stored.media_type()), (bytes.len() as u64, "image/png"));
        assert_eq!(
            stored.path,
            folder.path().join(format!("pictures/{}/{}.png", &stored.sha256[..2], stored.sha256))
        );
        assert_eq!(files.read(&stored.sha256).unwrap(), bytes);
        assert_eq!(files.path_of(&stored.sha256).unwrap(), stored.path);
        assert_eq!(files.lookup(&stored.sha256).unwrap(), Some(stored));
    }

    #[test]
    fn keeps_the_same_bytes_once() {
        let (folder, files) = opened();
        let bytes = sample(20, 20, ImageFormat::Gif);
        assert_eq!(files.put(&bytes).unwrap(), files.put(&bytes).unwrap());
        assert_eq!(count(folder.path()), 1);
        files.put(&sample(20, 21, ImageFormat::Gif)).unwrap();
        assert_eq!(count(folder.path()), 2);
    }

    #[test]
    fn mends_a_picture_that_was_changed_on_disk() {
        let (_folder, files) = opened();
        let bytes = sample(20, 20, ImageFormat::Png);
        let stored = files.put(&bytes).unwrap();
        let mut changed = bytes.clone();
        changed[40] ^= 1;
        fs::write(&stored.path, changed).unwrap();
        assert!(matches!(files.read(&stored.sha256), Err(FilesError::Changed)));
        files.put(&bytes).unwrap();
        assert_eq!(files.read(&stored.sha256).unwrap(), bytes);
    }

    #[test]
    fn refuses_what_is_no_picture_and_no_hash() {
        let (folder, files) = opened();
        assert!(matches!(files.put(b"<html>"), Err(FilesError::NotAPicture)));
        assert!(matches!(files.put(b""), Err(FilesError::NotAPicture)));
        assert_eq!(count(folder.path()), 0);
        for hash in
            ["", "abc", "../../etc/passwd", &"A".repeat(64), &"é".repeat(32), &format!("{}/", "a".repeat(63))]
        {
            assert!(matches!(files.path_of(hash), Err(FilesError::BadHash)), "{hash}");
        }
        assert!(matches!(files.path_of(&"a".repeat(64)), Err(FilesError::Missing)));
        assert!(files.lookup(&"a".repeat(64)).unwrap().is_none());
    }

    #[test]
    fn removes_what_an_interrupted_write_left_and_nothing_else() {
        let (folder, files) = opened();
        let stored = files.put(&sample(20, 20, ImageFormat::Png)).unwrap();
        files.spool("order-1_draw-1", b"{}").unwrap();
        let strays = [stored.path.with_file_name("3-77.tmp"), folder.path().join("answers/4-77.tmp")];
        for stray in &strays {
            fs::write(stray, b"half").unwrap();
        }
        let files = PictureFiles::open(folder.path()).unwrap();
        assert!(strays.iter().all(|stray| !stray.exists()));
        assert!(files.read(&stored.sha256).is_ok());
        assert_eq!(files.read_spool("order-1_draw-1").unwrap().as_deref(), Some(&b"{}"[..]));
    }

    #[test]
    fn keeps_an_answer_until_it_is_let_go() {
        let (_folder, files) = opened();
        assert_eq!(files.read_spool("draw-1").unwrap(), None);
        files.spool("draw-1", b"first").unwrap();
        files.spool("draw-1", b"second").unwrap();
        assert_eq!(files.read_spool("draw-1").unwrap().as_deref(), Some(&b"second"[..]));
        files.drop_spool("draw-1").unwrap();
        files.drop_spool("draw-1").unwrap();
        assert_eq!(files.read_spool("draw-1").unwrap(), None);
        for name in ["", "../x", "a/b", "a.tmp", "ä", &"a".repeat(101)] {
            assert!(matches!(files.spool(name, b""), Err(FilesError::BadName)), "{name}");
        }
    }

    #[test]
    fn takes_a_picture_away_once_and_for_all() {
        let (folder, files) = opened();
        let stored = files.put(&sample(20, 20, ImageFormat::Png)).unwrap();
        files.remove(&stored.sha256).unwrap();
        files.remove(&stored.sha256).unwrap();
        assert_eq!((files.lookup(&stored.sha256).unwrap(), count(folder.path())), (None, 0));
    }

    #[test]
    fn keeps_one_file_when_many_write_the_same_at_once() {
        let (folder, files) = opened();
        let bytes = sample(64, 64, ImageFormat::Png);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| files.put(&bytes).unwrap());
            }
        });
        assert_eq!(count(folder.path()), 1);
        assert_eq!(files.read(&sha256_hex(&bytes)).unwrap(), bytes);
    }
}
