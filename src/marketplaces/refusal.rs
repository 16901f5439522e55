//! An answer without success, as far as every market says it alike. What its body means is for each market to read.
//!
//! Text comes out capped, on one line, and without the key, so that it can be shown and logged.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::error::MarketError;

/// Most characters of the market's text that are kept.
const TEXT_CAP: usize = 500;
/// The wait when the market says "too many" and no more.
pub(super) const GUESSED_WAIT: Duration = Duration::from_secs(30);

/// An answer that is not a success.
pub(super) struct Refusal<'a> {
    pub(super) status: u16,
    pub(super) retry_after: Option<&'a str>,
    pub(super) body: &'a [u8],
    /// Blotted out of every text that is kept.
    pub(super) key: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Refusal<'_> {
    /// What the status alone says, whatever the body: the market failed, or points elsewhere.
    pub(super) fn by_status_alone(&self) -> Option<MarketError> {
        match self.status {
            408 | 425 | 500.. => Some(MarketError::Server { status: self.status }),
            300..=399 => Some(MarketError::Unreadable {
                message: format!(
                    "the address answers with a redirect ({}), which is not followed",
                    self.status
                ),
            }),
            _ => None,
        }
    }

    /// The body as text, where nothing in it can be named.
    pub(super) fn raw_text(&self) -> String {
        let raw = String::from_utf8_lossy(self.body);
        if raw.trim().is_empty() {
            format!("status {}", self.status)
        } else if raw.trim_start().starts_with('<') {
            format!("status {} with a web page instead of an answer", self.status)
        } else {
            raw.into_owned()
        }
    }

    /// The market's text, fit for showing.
    pub(super) fn shown(&self, text: &str) -> String {
        let blotted = match self.key {
            Some(key) if !key.is_empty() => text.replace(key, "[key]"),
            _ => text.to_owned(),
        };
        let one_line: String =
            blotted.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
        one_line.trim().chars().take(TEXT_CAP).collect()
    }

    /// As [`Self::shown`], for a list.
    pub(super) fn all_shown(&self, texts: Vec<String>) -> Vec<String> {
        texts.iter().map(|text| self.shown(text)).filter(|text| !text.is_empty()).take(50).collect()
    }

    /// `Retry-After`, in seconds or as a date.
    pub(super) fn header_wait(&self) -> Option<Duration> {
        let header = self.retry_after?.trim();
        let date = || rfc2822::parse(header).ok().map(|moment| self.until(moment.timestamp()));
        header.parse().ok().map(Duration::from_secs).or_else(date)
    }

    /// How long until that moment; nothing when it is past.
    pub(super) fn until(&self, moment: Timestamp) -> Duration {
        Duration::try_from(moment.duration_since(self.now)).unwrap_or_default()
    }
}
