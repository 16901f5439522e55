//! The varied forms in which the contract says the same thing may arrive. Which form an answer has follows from the ordinal
//! of the order it is about, so a run can be repeated.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::uat::Uat;

/// An instant with `Z` or with an explicit offset.
pub(crate) fn stamp(at: Timestamp, ordinal: u64) -> Value {
    let form =
        if ordinal.is_multiple_of(2) { "%Y-%m-%dT%H:%M:%S%.6f+00:00" } else { "%Y-%m-%dT%H:%M:%S%.3fZ" };
    Value::from(at.strftime(form).to_string())
}

/// As [`stamp`], null when absent.
pub(crate) fn optional_stamp(at: Option<Timestamp>, ordinal: u64) -> Value {
    at.map_or(Value::Null, |at| stamp(at, ordinal))
}

/// An amount as integer (or number), as string with two decimals, or as a number with a decimal point.
pub(crate) fn amount(uat: Uat, ordinal: u64) -> Value {
    match ordinal % 3 {
        1 => uat.number(),
        2 => json!(uat.text()),
        _ => json!(uat.0 as f64 / 100.0),
    }
}

/// Paging as documented, camel case.
pub(crate) fn pagination(page: usize, limit: usize, total: usize) -> Value {
    json!({"page": page, "limit": limit, "total": total, "totalPages": total.div_ceil(limit.max(1))})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_amount_means_the_same() {
        for ordinal in 0..6 {
            assert_eq!(Uat::read(&amount(Uat(2050), ordinal)), Some(Uat(2050)), "form {ordinal}");
        }
    }

    #[test]
    fn every_form_of_an_instant_means_the_same() {
        let at: Timestamp = "2026-03-04T05:06:07.890Z".parse().unwrap();
        for ordinal in 0..2 {
            let read: Timestamp = stamp(at, ordinal).as_str().unwrap().parse().unwrap();
            assert_eq!(read, at, "form {ordinal}");
        }
    }
}
