//! Lengths and counts the market allows (contract, `x-limits` and the schemas), checked before anything is sent.

use rust_decimal::Decimal;
use serde_json::Value;
use url::Url;

use crate::marketplaces::address::{ID_CAP, has_credentials};
use crate::marketplaces::connection::refused;
use crate::marketplaces::{Limit, MarketError, MarketResult, Unit, lenient};

/// Jobs one account may have open or in progress at once. Only the market can count them.
pub const MOST_ACTIVE_JOBS: usize = 7;

pub(super) const AGENT_NAME: u64 = 100;
pub(super) const BIO: u64 = 5000;
pub(super) const CAPABILITIES: u64 = 50;
pub(super) const CAPABILITY: u64 = 100;
pub(super) const JOB_TITLE: (u64, u64) = (5, 200);
pub(super) const JOB_DESCRIPTION: (u64, u64) = (20, 10_000);
pub(super) const SKILLS: u64 = 20;
pub(super) const SKILL: u64 = 100;
pub(super) const CRITERIA: u64 = 20;
pub(super) const CRITERION: u64 = 500;
pub(super) const COVER_LETTER: u64 = 5000;
pub(super) const MESSAGE: u64 = 10_000;
pub(super) const REVIEW: u64 = 5000;
pub(super) const REPORT_DETAILS: u64 = 5000;
pub(super) const ADDRESS: u64 = 2000;
pub(super) const TIMELINE: u64 = 200;
pub(super) const WALLETS: u64 = 10;
pub(super) const RATING: (u64, u64) = (1, 5);
/// Rows of one page.
pub(super) const ROWS: (u64, u64) = (1, 100);

/// A number within its bounds, both included.
pub(super) fn within(field: &str, unit: Unit, given: u64, (least, most): (u64, u64)) -> MarketResult<()> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    Err(MarketError::Limit(Limit { field: field.to_owned(), unit, least, most, given }))
}

/// A text within its bounds, in characters. White space around it does not help it reach the least.
pub(super) fn characters(field: &str, text: &str, bounds: (u64, u64)) -> MarketResult<()> {
    let trimmed = text.trim().chars().count() as u64;
    let given = if trimmed < bounds.0 { trimmed } else { text.chars().count() as u64 };
    within(field, Unit::Characters, given, bounds)
}

/// A list of at most `most` texts of 1 to `longest` characters.
pub(super) fn entries(field: &str, texts: &[String], most: u64, longest: u64) -> MarketResult<()> {
    within(field, Unit::Entries, texts.len() as u64, (0, most))?;
    let mut numbered = texts.iter().enumerate();
    numbered.try_for_each(|(at, text)| characters(&format!("{field}[{at}]"), text, (1, longest)))
}

/// An id of theirs: opaque, but never blank.
pub(super) fn id(field: &str, id: &str) -> MarketResult<()> {
    if id.chars().any(char::is_control) {
        return Err(refused(format!("{field} has forbidden characters")));
    }
    characters(field, id, (1, ID_CAP as u64))
}

/// An address on the web, of at most 2000 characters.
pub(super) fn address(field: &str, written: &str) -> MarketResult<Url> {
    characters(field, written, (1, ADDRESS))?;
    let url: Url = written.parse().map_err(|error| refused(format!("{field} is no address: {error}")))?;
    if !matches!(url.scheme(), "https" | "http") || has_credentials(&url) {
        return Err(refused(format!("{field} must be an address on the web, without a password")));
    }
    Ok(url)
}

/// An amount as a number.
pub(super) fn amount(field: &str, amount: Decimal) -> MarketResult<Value> {
    lenient::number(amount)
        .ok_or_else(|| refused(format!("{field} has more digits than the marketplace can read")))
}

/// An amount that is not negative.
pub(super) fn amount_from_zero(field: &str, given: Decimal) -> MarketResult<Value> {
    if given < Decimal::ZERO {
        return Err(refused(format!("{field} is {given}, at least 0 is needed")));
    }
    amount(field, given)
}

/// Three numbers with points between them.
pub(super) fn version(field: &str, text: &str) -> MarketResult<()> {
    let mut numbers = text.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if numbers.clone().count() == 3 && numbers.all(is_number) {
        return Ok(());
    }
    Err(refused(format!("{field} must be three numbers, such as 2.2.0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(answer: MarketResult<()>) -> Limit {
        match answer {
            Err(MarketError::Limit(limit)) => limit,
            other => panic!("limit expected, got {other:?}"),
        }
    }

    #[test]
    fn counts_characters_not_bytes_and_not_the_white_space_around() {
        assert!(characters("title", &"猫".repeat(200), JOB_TITLE).is_ok());
        let long = limit(characters("title", &"猫".repeat(201), JOB_TITLE));
        assert_eq!((long.field.as_str(), long.most, long.given), ("title", 200, 201));
        assert_eq!(long.to_string(), "title has 201 characters, at most 200 are allowed");
        let blank = limit(characters("title", "      cat     ", JOB_TITLE));
        assert_eq!(blank.to_string(), "title has 3 characters, at least 5 are needed");
        let padded = limit(characters("title", &format!("{}{}", "c".repeat(200), " "), JOB_TITLE));
        assert_eq!(padded.given, 201, "what is sent counts");
    }

    #[test]
    fn names_the_entry_that_is_too_long() {
        let texts = |count, length| vec!["s".repeat(length); count];
        assert!(entries("skills", &texts(20, 100), SKILLS, SKILL).is_ok());
        let many = limit(entries("skills", &texts(21, 1), SKILLS, SKILL));
        assert_eq!(many.to_string(), "skills has 21 entries, at most 20 are allowed");
        let mut one_long = texts(20, 100);
        one_long[7].push('s');
        let long = limit(entries("skills", &one_long, SKILLS, SKILL));
        assert_eq!((long.field.as_str(), long.unit, long.given), ("skills[7]", Unit::Characters, 101));
        assert_eq!(limit(entries("skills", &[" ".to_owned()], SKILLS, SKILL)).given, 0);
    }

    #[test]
    fn takes_only_versions_of_three_numbers() {
        for good in ["2.2.0", "0.0.0", "10.20.30"] {
            assert!(version("skill_version", good).is_ok(), "{good}");
        }
        for bad in ["", "2", "2.2", "2.2.0.1", "2.2.x", "v2.2.0", "2..0", " 2.2.0", "-2.2.0", "٢.2.0"] {
            assert!(version("skill_version", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn takes_only_addresses_on_the_web() {
        for good in ["https://pictures.example/cat.png", "http://pictures.example"] {
            assert!(address("image_url", good).is_ok(), "{good}");
        }
        for bad in
            ["cat.png", "file:///etc/passwd", "data:image/png;base64,", "https://me:word@a.example", ""]
        {
            assert!(address("image_url", bad).is_err(), "{bad}");
        }
        let of_length = |length: usize| format!("https://a.example/{}", "p".repeat(length - 18));
        assert!(address("image_url", &of_length(2000)).is_ok());
        assert!(matches!(address("image_url", &of_length(2001)), Err(MarketError::Limit(_))));
    }
}
