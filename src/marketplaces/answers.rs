//! What an answer must hold: the one object, or the list, that was asked for.

use jiff::Timestamp;
use serde_json::Value;

use super::error::{MarketError, MarketResult};
use super::lenient::{self, Fields};

/// The one object of an answer, converted.
pub(super) fn converted<T>(
    answer: &Value,
    names: &[&str],
    convert: impl FnOnce(Fields<'_>) -> Option<T>,
) -> MarketResult<T> {
    lenient::one(answer, names).and_then(convert).ok_or_else(|| MarketError::Unreadable {
        message: format!("the answer holds no {}", names.first().copied().unwrap_or("object")),
    })
}

/// The rows that can be read; the others are counted in the log.
pub(super) fn readable<T>(rows: &[Value], convert: impl Fn(Fields<'_>) -> Option<T>) -> Vec<T> {
    let read: Vec<T> = rows.iter().filter_map(|row| convert(Fields::of(row)?)).collect();
    if read.len() < rows.len() {
        tracing::warn!(unreadable = rows.len() - read.len(), "left out rows that cannot be read");
    }
    read
}

/// The answer holds no list where one was asked for.
pub(super) fn no_list() -> MarketError {
    MarketError::Unreadable { message: "no list in the answer".to_owned() }
}

/// Sorts by time, oldest first, when every row has one: no market promises an order.
pub(super) fn oldest_first<T>(rows: &mut [T], at: impl Fn(&T) -> Option<Timestamp>) {
    if rows.iter().any(|row| at(row).is_none()) {
        return;
    }
    // Rows of one instant keep the order they had, which is backwards when the list is.
    if rows.first().map(&at) > rows.last().map(&at) {
        rows.reverse();
    }
    rows.sort_by_key(at);
}
