//! Everything the stall has kept, as one archive that can be opened without us: a table for each kind of thing, the
//! listings as they were written, and the pictures.
//!
//! Rows are read page by page and pictures copied piece by piece, so that memory does not grow with the shop. Keys are
//! not in the database; what looks like one in somebody's words is blacked out all the same.

mod words;

use std::collections::HashSet;
use std::io::{self, Seek, Write};

use serde_json::Value;
use tokio::runtime::Handle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::images::PictureFiles;
use crate::logs::redact;
use crate::money::harmless;
use crate::settings::Language;
use crate::store::{ExportRow, ExportTable, Store, StoreError};

/// Rows read at once.
const PAGE: u32 = 500;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the archive cannot be written")]
    Io(#[from] io::Error),
    #[error("the archive cannot be put together")]
    Zip(#[from] zip::result::ZipError),
    #[error("a table cannot be written")]
    Csv(#[from] csv::Error),
    #[error("a listing cannot be written")]
    Json(#[from] serde_json::Error),
    /// Whoever asked for it has had enough.
    #[error("the export was stopped")]
    Stopped,
}

/// What the archive holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    pub rows: u64,
    pub pictures: u64,
    /// Pictures the tables name whose bytes are not on this computer.
    pub missing: u64,
}

/// What goes into the archive.
pub struct Export<'a> {
    pub store: &'a Store,
    pub files: &'a PictureFiles,
    pub language: Language,
    /// Where the database is asked; this thread waits for it.
    pub runtime: Handle,
    /// Told how many rows and pictures are written, of how many; false stops.
    pub goes_on: &'a dyn Fn(u64, u64) -> bool,
}

impl Export<'_> {
    /// Writes the archive. Blocking, and not to be called on a thread that runs tasks.
    ///
    /// # Errors
    /// When the database or a picture cannot be read, the archive cannot be written, or `goes_on` says stop. What was
    /// written until then is no archive.
    pub fn write<W: Write + Seek>(&self, out: W) -> Result<Exported, ExportError> {
        let mut total = 0;
        for table in ExportTable::ALL {
            total += self.runtime.block_on(self.store.count_export(table))?;
        }
        let mut zip = ZipWriter::new(out);
        let mut sum = Exported::default();
        zip.start_file(words::readme_name(self.language), text())?;
        zip.write_all(words::readme(self.language).as_bytes())?;
        let mut wanted = Vec::new();
        for table in ExportTable::ALL {
            match table {
                ExportTable::Listings | ExportTable::PostedJobs => {
                    self.list(table, &mut zip, &mut sum, total)?
                }
                _ => self.table(table, &mut zip, &mut sum, total, &mut wanted)?,
            }
        }
        let total = total + wanted.len() as u64;
        for sha256 in wanted {
            self.picture(&sha256, &mut zip, &mut sum)?;
            self.moved(&sum, total)?;
        }
        zip.finish()?.flush()?;
        Ok(sum)
    }

    fn moved(&self, sum: &Exported, total: u64) -> Result<(), ExportError> {
        let done = sum.rows + sum.pictures + sum.missing;
        if (self.goes_on)(done, total.max(done)) { Ok(()) } else { Err(ExportError::Stopped) }
    }

    /// Every row of a table, page by page.
    fn each(
        &self,
        table: ExportTable,
        sum: &mut Exported,
        total: u64,
        mut write: impl FnMut(ExportRow) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut after = 0;
        loop {
            let page = self.runtime.block_on(self.store.read_export(table, after, PAGE))?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.at;
            sum.rows += page.len() as u64;
            page.into_iter().try_for_each(&mut write)?;
            self.moved(sum, total)?;
        }
    }

    /// A table for a spreadsheet; which pictures it names is noted.
    fn table<W: Write + Seek>(
        &self,
        table: ExportTable,
        zip: &mut ZipWriter<W>,
        sum: &mut Exported,
        total: u64,
        wanted: &mut Vec<String>,
    ) -> Result<(), ExportError> {
        zip.start_file(format!("{}.csv", table.name()), text())?;
        zip.write_all(BYTE_ORDER_MARK)?;
        let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(zip);
        csv.write_record(table.heads())?;
        let mut seen = HashSet::new();
        self.each(table, sum, total, |row| {
            if table == ExportTable::Pictures
                && let Some(Some(sha256)) = row.cells.first()
                && seen.insert(sha256.clone())
            {
                wanted.push(sha256.clone());
            }
            csv.write_record(row.cells.into_iter().map(|cell| harmless(clean(cell.unwrap_or_default()))))?;
            Ok(())
        })?;
        csv.flush()?;
        Ok(())
    }

    /// A list with the forms as they are, for programs.
    fn list<W: Write + Seek>(
        &self,
        table: ExportTable,
        zip: &mut ZipWriter<W>,
        sum: &mut Exported,
        total: u64,
    ) -> Result<(), ExportError> {
        zip.start_file(format!("{}.json", table.name()), text())?;
        let mut before = "[\n";
        self.each(table, sum, total, |row| {
            let fields = table.heads().zip(row.cells).map(|(head, cell)| {
                let value = match (head, cell) {
                    (_, None) => Value::Null,
                    ("form", Some(form)) => {
                        let form = clean(form);
                        serde_json::from_str(&form).unwrap_or_else(|_| Value::String(form))
                    }
                    (_, Some(text)) => Value::String(clean(text)),
                };
                (head.to_owned(), value)
            });
            let listed = Value::Object(fields.collect());
            write!(zip, "{before}{}", serde_json::to_string_pretty(&listed)?)?;
            before = ",\n";
            Ok(())
        })?;
        zip.write_all(if before == "[\n" { b"[]\n" } else { b"\n]\n" })?;
        Ok(())
    }

    fn picture<W: Write + Seek>(
        &self,
        sha256: &str,
        zip: &mut ZipWriter<W>,
        sum: &mut Exported,
    ) -> Result<(), ExportError> {
        let Ok(Some(kept)) = self.files.lookup(sha256) else {
            sum.missing += 1;
            return Ok(());
        };
        let mut file = std::fs::File::open(&kept.path)?;
        // Pictures are packed already.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .unix_permissions(0o644);
        zip.start_file(format!("pictures/{sha256}.{}", kept.kind.extension()), options)?;
        io::copy(&mut file, zip)?;
        sum.pictures += 1;
        Ok(())
    }
}

/// Somebody may have written a key into a message.
fn clean(text: String) -> String {
    match redact(&text) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(clean) => clean,
    }
}

fn text() -> SimpleFileOptions {
    // A million messages may be more than four gigabytes.
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o644)
        .large_file(true)
}
