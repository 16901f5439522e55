//! Everything as one archive in the data folder: made beside all else, told of while it grows, stopped when asked.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use super::Stall;
use crate::desk::contract::DeskEvent;
use crate::export::{Export, ExportError, Exported};
use crate::store::{DiskTrouble, StoreError};

const FOLDER: &str = "exports";
const UNFINISHED: &str = "part";
/// Screens are told this often while it grows.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// An archive of everything, at work or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportState {
    pub path: PathBuf,
    pub done: u64,
    pub total: u64,
    /// None while it is at work.
    pub end: Option<ExportEnd>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportEnd {
    Made {
        what: Exported,
        bytes: u64,
    },
    Stopped,
    /// `disk_full`, `read_only` or `storage`.
    Failed(&'static str),
}

/// The archive that was asked for last.
#[derive(Debug, Default)]
pub(super) struct Exporting {
    state: Mutex<Option<ExportState>>,
    stop: AtomicBool,
}

impl Exporting {
    fn with<T>(&self, change: impl FnOnce(&mut Option<ExportState>) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stall {
    /// The archive that was asked for last, since the program was started.
    pub fn export(&self) -> Option<ExportState> {
        self.inner.exporting.with(|state| state.clone())
    }

    /// Begins to write everything into an archive in the data folder; false when one is at work.
    pub fn start_export(&self) -> bool {
        let stamp = self.clock().now().to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ");
        let path = self.config().data_dir.join(FOLDER).join(format!("stallkeeper-{stamp}.zip"));
        let is_free = self.inner.exporting.with(|state| {
            let is_free = state.as_ref().is_none_or(|known| known.end.is_some());
            if is_free {
                *state = Some(ExportState { path: path.clone(), done: 0, total: 0, end: None });
            }
            is_free
        });
        if !is_free {
            return false;
        }
        self.inner.exporting.stop.store(false, Ordering::Relaxed);
        self.signals().send(DeskEvent::ExportChanged);
        let stall = self.clone();
        self.spawn(async move {
            let runtime = tokio::runtime::Handle::current();
            let writer = stall.clone();
            let written = tokio::task::spawn_blocking(move || writer.write_export(&path, runtime)).await;
            let end = match written {
                Ok(Ok((what, bytes))) => ExportEnd::Made { what, bytes },
                Ok(Err(ExportError::Stopped)) => ExportEnd::Stopped,
                Ok(Err(error)) => {
                    tracing::warn!(error = told(&error), "no archive was made");
                    ExportEnd::Failed(code(&error))
                }
                Err(error) => {
                    tracing::error!(%error, "no archive was made");
                    ExportEnd::Failed("storage")
                }
            };
            stall.inner.exporting.with(|state| {
                if let Some(state) = state {
                    state.end = Some(end);
                }
            });
            stall.signals().send(DeskEvent::ExportChanged);
        });
        true
    }

    /// Has the archive at work given up; nothing of it stays.
    pub fn stop_export(&self) {
        self.inner.exporting.stop.store(true, Ordering::Relaxed);
    }

    fn write_export(
        &self,
        path: &Path,
        runtime: tokio::runtime::Handle,
    ) -> Result<(Exported, u64), ExportError> {
        let unfinished = path.with_extension(UNFINISHED);
        let told_at = Mutex::new(Instant::now());
        let goes_on = |done: u64, total: u64| {
            self.inner.exporting.with(|state| {
                if let Some(state) = state {
                    (state.done, state.total) = (done, total);
                }
            });
            let mut told_at = told_at.lock().unwrap_or_else(PoisonError::into_inner);
            if told_at.elapsed() >= TELL_EVERY {
                *told_at = Instant::now();
                self.signals().send(DeskEvent::ExportChanged);
            }
            !self.inner.exporting.stop.load(Ordering::Relaxed) && !self.inner.stop.is_cancelled()
        };
        let export = Export {
            store: self.store(),
            files: self.files(),
            language: self.settings().language,
            runtime,
            goes_on: &goes_on,
        };
        let written = (|| {
            std::fs::create_dir_all(path.parent().unwrap_or(path))?;
            let file = std::fs::File::create(&unfinished)?;
            let what = export.write(io_buffer(&file))?;
            file.sync_all()?;
            std::fs::rename(&unfinished, path)?;
            Ok((what, std::fs::metadata(path)?.len()))
        })();
        if written.is_err() {
            let _ = std::fs::remove_file(&unfinished);
        }
        written
    }
}

fn io_buffer(file: &std::fs::File) -> std::io::BufWriter<&std::fs::File> {
    std::io::BufWriter::with_capacity(256 * 1024, file)
}

/// Takes away what a program that ended left unfinished. Blocking.
///
/// # Errors
/// When the folder is there and cannot be read, or a file cannot be removed.
pub(super) fn sweep(data_dir: &Path) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(data_dir.join(FOLDER)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == UNFINISHED) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn io_of(error: &ExportError) -> Option<&std::io::Error> {
    match error {
        ExportError::Io(error) | ExportError::Zip(zip::result::ZipError::Io(error)) => Some(error),
        ExportError::Csv(error) => match error.kind() {
            csv::ErrorKind::Io(error) => Some(error),
            _ => None,
        },
        _ => None,
    }
}

fn code(error: &ExportError) -> &'static str {
    match error {
        ExportError::Store(StoreError::DiskFull { .. }) => "disk_full",
        ExportError::Store(StoreError::ReadOnly { .. }) => "read_only",
        error => io_of(error).and_then(DiskTrouble::of_io).map_or("storage", DiskTrouble::code),
    }
}

fn told(error: &ExportError) -> String {
    match io_of(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
