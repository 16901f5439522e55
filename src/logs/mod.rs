//! The log: what happened, without keys, in files that never grow past their cap.
//!
//! Nothing secret is logged on purpose. Whatever slips through is taken out here, on the way to every place a line goes
//! to: known secrets by their value, others by their look.

mod capped;
mod crash;
mod redact;

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

pub use capped::{CappedFile, LOG_FOLDER, last_lines};
pub use crash::log_panics;
pub use redact::{hide, redact};

/// Writes whole log lines to a place, without what is secret. Clones write to the same place.
#[derive(Clone)]
pub struct Redacted<W>(Arc<Mutex<W>>);

impl<W: Write> Redacted<W> {
    pub fn new(place: W) -> Self {
        Self(Arc::new(Mutex::new(place)))
    }
}

impl Redacted<CappedFile> {
    /// The log files of a data folder.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn in_folder(data_dir: &Path) -> io::Result<Self> {
        CappedFile::open(&data_dir.join(LOG_FOLDER)).map(Self::new)
    }
}

/// One event's text: gathered, and written in one piece when the event is over.
pub struct Line<'a, W: Write> {
    place: &'a Mutex<W>,
    text: Vec<u8>,
}

impl<W: Write> Write for Line<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for Line<'_, W> {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.text);
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written must not stop what it tells about.
        let _ = place.write_all(redact(&text).as_bytes()).and_then(|()| place.flush());
    }
}

impl<'a, W: Write + 'a> MakeWriter<'a> for Redacted<W> {
    type Writer = Line<'a, W>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { place: &self.0, text: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn a_secret_logged_by_mistake_reaches_no_file() {
        let dir = tempfile::tempdir().unwrap();
        hide("a-secret-of-this-test-7741");
        let files = Redacted::in_folder(dir.path()).unwrap();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(files);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::info!(key = "a-secret-of-this-test-7741", "connected with sk-or-v1-0123456789abcdef");
            tracing::info!("plain words stay");
        });
        let written = std::fs::read_to_string(dir.path().join(LOG_FOLDER).join("stallkeeper.log")).unwrap();
        assert!(written.contains("[hidden]") && written.contains("plain words stay"), "{written}");
        assert!(!written.contains("7741") && !written.contains("0123456789abcdef"), "{written}");
    }
}
