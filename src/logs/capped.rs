//! Log files with a cap on all of them together: one that is written, and the ones before it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Where logs lie in the data folder.
pub const LOG_FOLDER: &str = "logs";
const NAME: &str = "stallkeeper.log";
/// Cap on one file; with [`OLDER`] it is the cap on all.
const MOST_BYTES: u64 = 2_000_000;
/// Files before the present one.
const OLDER: usize = 4;

/// The present log file. When it is full, those before it move up and the oldest goes.
#[derive(Debug)]
pub struct CappedFile {
    folder: PathBuf,
    file: File,
    bytes: u64,
    most: u64,
}

impl CappedFile {
    /// Goes on with the newest file of the folder.
    ///
    /// # Errors
    /// When the folder or the file cannot be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Self::open_with(folder, MOST_BYTES)
    }

    fn open_with(folder: &Path, most: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let file = begin(&folder.join(NAME))?;
        let bytes = file.metadata()?.len();
        Ok(Self { folder: folder.to_owned(), file, bytes, most })
    }

    fn turn_over(&mut self) -> io::Result<()> {
        for n in (0..OLDER).rev() {
            let from = place(&self.folder, n);
            if from.exists() {
                fs::rename(from, place(&self.folder, n + 1))?;
            }
        }
        self.file = begin(&self.folder.join(NAME))?;
        self.bytes = 0;
        Ok(())
    }
}

/// `stallkeeper.log`, then `stallkeeper.log.1` and so on, older and older.
fn place(folder: &Path, n: usize) -> PathBuf {
    if n == 0 { folder.join(NAME) } else { folder.join(format!("{NAME}.{n}")) }
}

fn begin(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl Write for CappedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // One line is never longer than a file.
        let bytes = &bytes[..bytes.len().min(usize::try_from(self.most).unwrap_or(usize::MAX))];
        if self.bytes > 0 && self.bytes + bytes.len() as u64 > self.most {
            self.turn_over()?;
        }
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The last lines of the log, oldest first, from at most the last 200 kB.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn last_lines(data_dir: &Path, most: usize) -> io::Result<Vec<String>> {
    const TAIL: u64 = 200_000;
    let folder = data_dir.join(LOG_FOLDER);
    let mut text = String::new();
    for n in [1, 0] {
        let mut file = match File::open(place(&folder, n)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            file => file?,
        };
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(most)..].iter().map(|line| (*line).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(folder: &Path) -> u64 {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
    }

    #[test]
    fn all_files_together_stay_under_the_cap_and_the_newest_lines_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join(LOG_FOLDER);
        let mut log = CappedFile::open_with(&folder, 1000).unwrap();
        for n in 0..1000 {
            log.write_all(format!("line {n:04} of the log\n").as_bytes()).unwrap();
            assert!(total(&folder) <= 5000);
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 5);
        let lines = last_lines(dir.path(), 60).unwrap();
        assert_eq!(lines.len(), 60);
        assert_eq!(lines.last().unwrap(), "line 0999 of the log");
        assert_eq!(lines[0], "line 0940 of the log");
    }

    #[test]
    fn a_new_start_goes_on_in_the_same_file_and_keeps_to_the_cap() {
        let dir = tempfile::tempdir().unwrap();
        CappedFile::open_with(dir.path(), 100).unwrap().write_all(&[b'a'; 60]).unwrap();
        let mut again = CappedFile::open_with(dir.path(), 100).unwrap();
        again.write_all(&[b'b'; 60]).unwrap();
        assert_eq!(fs::read(place(dir.path(), 0)).unwrap(), [b'b'; 60]);
        assert_eq!(fs::read(place(dir.path(), 1)).unwrap(), [b'a'; 60]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_may_read_the_log() {
        let dir = tempfile::tempdir().unwrap();
        CappedFile::open(dir.path()).unwrap();
        let mode = fs::metadata(place(dir.path(), 0)).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    }
}
