//! The archive: pictures are copied from disk piece by piece, names are ours, times are the order's.

use std::io::{self, Read, Seek, Write};

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::case::{Case, Delivered};
use super::story;
use super::words::Words;
use crate::images::files::{FilesError, PictureFiles};
use crate::settings::Language;

const CHUNK: usize = 64 * 1024;
/// Most characters of a delivered name that are kept in the name here.
const MOST_NAME: usize = 60;

/// Why no pack came of it.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("the pack cannot be written")]
    Io(#[from] io::Error),
    #[error("the pack cannot be put together")]
    Zip(#[from] zip::result::ZipError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("the pack's lists cannot be written")]
    Json(#[from] serde_json::Error),
}

/// What the pack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packed {
    /// Delivered pictures in it.
    pub pictures: u32,
    /// Delivered files whose bytes are not on this computer, or not as they were sent.
    pub missing: u32,
}

/// A delivered file with its name in the pack; none when its bytes are not there.
pub(super) struct Shown<'a> {
    pub(super) file: &'a Delivered,
    pub(super) entry: Option<String>,
}

/// Writes the pack. Blocking.
///
/// # Errors
/// When it cannot be written or a stored picture cannot be read.
pub fn write<W: Write + Seek>(case: &Case, pictures: &PictureFiles, out: W) -> Result<Packed, PackError> {
    let words = Words::of(case.language);
    let mut pack = Pack { zip: ZipWriter::new(out), sums: Vec::new(), at: stamp(case) };
    let mut shown = Vec::new();
    for (nth, file) in case.delivered.iter().enumerate() {
        let entry = pack.picture(nth + 1, file, pictures)?;
        shown.push(Shown { file, entry });
    }
    let readme = match case.language {
        Language::English => "README.txt",
        Language::Chinese => "说明.txt",
    };
    pack.text(readme, &story::readme(case, words, &shown))?;
    pack.text("story.html", &story::page(case, words, &shown))?;
    pack.json("order.json", &case.order_json())?;
    if let Some(listing) = case.listing_json() {
        pack.json("listing.json", &listing)?;
    }
    pack.json("thread.json", &case.thread_json())?;
    pack.json("timeline.json", &case.timeline_json())?;
    pack.json("money.json", &case.money_json())?;
    pack.json("delivered.json", &shown.iter().map(delivered_json).collect())?;
    let sums: String = pack.sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
    pack.text("SHA256SUMS", &sums)?;
    pack.zip.finish()?.flush()?;
    let there = shown.iter().filter(|each| each.entry.is_some()).count();
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    Ok(Packed { pictures: count(there), missing: count(shown.len() - there) })
}

fn delivered_json(shown: &Shown<'_>) -> Value {
    json!({
        "at": shown.file.at.to_string(), "way": shown.file.way, "name": shown.file.name, "sha256": shown.file.sha256,
        "bytes": shown.file.bytes, "in_this_pack": shown.entry,
    })
}

struct Pack<W: Write + Seek> {
    zip: ZipWriter<W>,
    /// Name and SHA-256 of every file so far.
    sums: Vec<(String, String)>,
    at: DateTime,
}

impl<W: Write + Seek> Pack<W> {
    fn options(&self, method: CompressionMethod) -> SimpleFileOptions {
        SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(self.at)
            .unix_permissions(0o644)
    }

    fn text(&mut self, name: &str, text: &str) -> Result<(), PackError> {
        self.zip.start_file(name, self.options(CompressionMethod::Deflated))?;
        self.zip.write_all(text.as_bytes())?;
        self.sums.push((name.to_owned(), hex::encode(Sha256::digest(text.as_bytes()))));
        Ok(())
    }

    fn json(&mut self, name: &str, value: &Value) -> Result<(), PackError> {
        self.text(name, &(serde_json::to_string_pretty(value)? + "\n"))
    }

    /// Copies a delivered picture; none when its bytes are not here, or not those that were sent.
    fn picture(
        &mut self,
        nth: usize,
        file: &Delivered,
        pictures: &PictureFiles,
    ) -> Result<Option<String>, PackError> {
        let Some(sha256) = &file.sha256 else { return Ok(None) };
        let Some(stored) = pictures.lookup(sha256)? else { return Ok(None) };
        if digest(&mut std::fs::File::open(&stored.path)?)? != *sha256 {
            return Ok(None);
        }
        let name = format!("pictures/{nth:02}-{}.{}", stem(&file.name), stored.kind.extension());
        // Pictures are packed already.
        self.zip.start_file(name.as_str(), self.options(CompressionMethod::Stored))?;
        io::copy(&mut std::fs::File::open(&stored.path)?, &mut self.zip)?;
        self.sums.push((name.clone(), sha256.clone()));
        Ok(Some(name))
    }
}

fn digest(from: &mut impl Read) -> io::Result<String> {
    let (mut hash, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        let read = from.read(&mut chunk)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(chunk.get(..read).unwrap_or_default());
    }
}

/// What is left of a delivered name when only what is harmless everywhere is kept.
fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let stem: String = stem.chars().map(safe).take(MOST_NAME).collect();
    let stem = stem.trim_matches('_');
    if stem.is_empty() { "file".to_owned() } else { stem.to_owned() }
}

/// When the order was placed, as far as an archive can say it.
fn stamp(case: &Case) -> DateTime {
    let at = case.order.market_created_at.unwrap_or(case.order.created_at).to_zoned(TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    let stamp = DateTime::from_date_and_time(
        u16::try_from(at.year()).unwrap_or_default(),
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    );
    stamp.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_delivered_name_is_never_a_path() {
        for (name, kept) in [
            ("picture-1.png", "picture-1"),
            ("../../etc/passwd.png", "etc_passwd"),
            ("C:\\Windows\\x.png", "C__Windows_x"),
            ("猫.png", "file"),
            ("..", "file"),
            ("", "file"),
            ("a\nb\0c.png", "a_b_c"),
        ] {
            assert_eq!(stem(name), kept, "{name:?}");
        }
        assert_eq!(stem(&"a".repeat(500)).len(), 60);
    }
}
