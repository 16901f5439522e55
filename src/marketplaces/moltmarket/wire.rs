//! Their envelopes: whether an answer is one of success, and the rows of a list with what it says about the rest.

use serde_json::Value;

use super::types::{Page, Paging};
use crate::marketplaces::MarketResult;
use crate::marketplaces::answers::{no_list, readable};
use crate::marketplaces::lenient::{self, Fields};

/// A refusal under a status of success (contract, `info`).
pub(super) fn is_refused(answer: &Value) -> bool {
    Fields::of(answer).and_then(|fields| fields.flag(&["success"])) == Some(false)
}

/// One page of a list that is asked for by limit and offset.
pub(super) fn page<T>(
    answer: &Value,
    name: &str,
    asked: Paging,
    convert: impl Fn(Fields<'_>) -> Option<T>,
) -> MarketResult<Page<T>> {
    let page = lenient::page(answer, &[name]).ok_or_else(no_list)?;
    let end = asked.offset.saturating_add(page.rows.len() as u64);
    let is_last = match (page.rows.len(), page.total_rows) {
        (0, _) => true,
        (_, Some(total)) => end >= total,
        (rows, None) => (rows as u64) < u64::from(asked.limit),
    };
    Ok(Page {
        rows: readable(page.rows, convert),
        total: page.total_rows,
        next_offset: (!is_last).then_some(end),
    })
}

/// The rows of a list that comes whole.
pub(super) fn list<T>(
    answer: &Value,
    name: &str,
    convert: impl Fn(Fields<'_>) -> Option<T>,
) -> MarketResult<Vec<T>> {
    let page = lenient::page(answer, &[name]).ok_or_else(no_list)?;
    Ok(readable(page.rows, convert))
}

/// The rows of a list inside an object; none when there is no such list.
pub(super) fn rows<T>(fields: Fields<'_>, name: &str, convert: impl Fn(Fields<'_>) -> Option<T>) -> Vec<T> {
    let rows = fields.value(&[name]).and_then(Value::as_array);
    readable(rows.map(Vec::as_slice).unwrap_or_default(), convert)
}

/// Lines of a list, or of one text that came in its place.
pub(super) fn lines(fields: Fields<'_>, name: &str) -> Vec<String> {
    fields.words(&[name]).unwrap_or_else(|| {
        let text = fields.text(&[name]).unwrap_or_default();
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    })
}
