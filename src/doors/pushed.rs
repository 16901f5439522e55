//! The body of a push, read into an event.

use serde_json::Value;
use thiserror::Error;

const LONGEST_KIND: usize = 200;

/// An event as a push brings it.
#[derive(Debug, Clone, PartialEq)]
pub struct PushedEvent {
    /// Digits without leading zeros; the key against duplicates.
    pub event_id: String,
    pub kind: String,
    /// The whole event as it came.
    pub body: Value,
}

/// Why a body is not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAnEvent {
    #[error("The body is not JSON")]
    NotJson,
    #[error("event_id is missing or not a number")]
    NoEventId,
    #[error("event_type is missing")]
    NoEventType,
}

/// Reads the raw body of a push (contract, Agent Market 1.4). Nesting deeper than 128 levels is no JSON to us.
///
/// # Errors
/// When it is no JSON, or has no id or type.
pub fn read_pushed(raw: &[u8]) -> Result<PushedEvent, NotAnEvent> {
    let body: Value = serde_json::from_slice(raw).map_err(|_| NotAnEvent::NotJson)?;
    let event_id = event_id(&body).ok_or(NotAnEvent::NoEventId)?;
    let kind = body["event_type"]
        .as_str()
        .filter(|kind| !kind.trim().is_empty() && kind.len() <= LONGEST_KIND)
        .ok_or(NotAnEvent::NoEventType)?
        .to_owned();
    Ok(PushedEvent { event_id, kind, body })
}

/// The id is an integer on the wire, or its digits as text; kept as text without leading zeros.
fn event_id(event: &Value) -> Option<String> {
    let id = match &event["event_id"] {
        Value::Number(number) => number.as_i64()?,
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    (id >= 0).then(|| id.to_string())
}
