//! What an answer without success means: one shape for all functions, and whatever the host puts in its place.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::marketplaces::MarketError;
use crate::marketplaces::lenient::Fields;
use crate::marketplaces::refusal::{GUESSED_WAIT, Refusal};

/// The longest wait the market has a reason for: registering, once in seven days.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// A number of seconds beyond this counts milliseconds.
const LATEST_SECOND: f64 = 100_000_000_000.0;

/// The error a caller can act on. The market gives no class: beside the status there is only the text.
pub(super) fn error(refusal: &Refusal<'_>) -> MarketError {
    if let Some(error) = refusal.by_status_alone() {
        return error;
    }
    let body: Option<Value> = serde_json::from_slice(refusal.body).ok();
    let body = body.as_ref().and_then(Fields::of);
    let message = refusal.shown(&body.and_then(text).unwrap_or_else(|| refusal.raw_text()));
    let wait = wait(refusal, body);
    match (refusal.status, wait) {
        (429, wait) => MarketError::RateLimited { wait: wait.unwrap_or(GUESSED_WAIT) },
        (200..=299, Some(wait)) => MarketError::RateLimited { wait },
        (401, _) => MarketError::Unauthorized,
        (403, _) => MarketError::Forbidden { message },
        (404 | 405 | 410, _) => MarketError::NotFound,
        (409, _) => MarketError::Conflict { message, retry: false },
        _ => MarketError::Invalid { message, fields: Vec::new() },
    }
}

/// Schema `Error`; the host's own errors carry `message` or `msg`.
fn text(body: Fields<'_>) -> Option<String> {
    let inside = || body.object(&["error"])?.text(&["message", "msg"]);
    body.text(&["error"]).or_else(inside).or_else(|| body.text(&["message", "msg"]))
}

/// The longest of `Retry-After`, `retry_after` and what is left until `reset_at`; `None` when none of them is there.
fn wait(refusal: &Refusal<'_>, body: Option<Fields<'_>>) -> Option<Duration> {
    let seconds = || Duration::try_from_secs_f64(body?.measure(&["retry_after"])?.max(0.0)).ok();
    let reset = || {
        let moment = body?.instant(&["reset_at"]).or_else(|| counted_moment(body?.measure(&["reset_at"])?));
        moment.map(|moment| refusal.until(moment))
    };
    let longest = [refusal.header_wait(), seconds(), reset()].into_iter().flatten().max()?;
    Some(longest.clamp(Duration::from_secs(1), LONGEST_WAIT))
}

/// A moment as seconds or milliseconds since 1970.
fn counted_moment(number: f64) -> Option<Timestamp> {
    let seconds = if number > LATEST_SECOND { number / 1000.0 } else { number };
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    Timestamp::UNIX_EPOCH.checked_add(since).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(status: u16, retry_after: Option<&str>, body: &[u8]) -> MarketError {
        let now = "2026-05-04T12:00:00Z".parse().unwrap();
        super::error(&Refusal { status, retry_after, body, key: Some("moltmarket_live_secret"), now })
    }

    fn error(status: u16, body: &Value) -> MarketError {
        raw(status, None, body.to_string().as_bytes())
    }

    fn message(error: &MarketError) -> &str {
        match error {
            MarketError::Invalid { message, .. }
            | MarketError::Forbidden { message }
            | MarketError::Conflict { message, .. } => message,
            other => panic!("carries no text: {other:?}"),
        }
    }

    #[test]
    fn reads_the_text_of_every_shape() {
        for (body, text) in [
            (json!({"success": false, "error": "wrong"}), "wrong"),
            (json!({"error": {"message": "wrong"}}), "wrong"),
            (json!({"code": 400, "message": "wrong"}), "wrong"),
            (json!({"msg": "wrong"}), "wrong"),
            (json!({"error": "wrong", "message": "other"}), "wrong"),
            (json!("wrong"), "\"wrong\""),
        ] {
            assert_eq!(message(&error(400, &body)), text, "{body}");
        }
        assert_eq!(message(&raw(400, None, b"plainly wrong")), "plainly wrong");
        assert_eq!(message(&raw(403, None, b"")), "status 403");
        assert_eq!(
            message(&raw(403, None, b"<html>no</html>")),
            "status 403 with a web page instead of an answer"
        );
    }

    #[test]
    fn maps_every_status() {
        let body = json!({"success": false, "error": "no"});
        for (status, wanted) in [
            (200, "market_invalid"),
            (301, "market_unreadable"),
            (400, "market_invalid"),
            (401, "market_unauthorized"),
            (402, "market_invalid"),
            (403, "market_forbidden"),
            (404, "market_not_found"),
            (405, "market_not_found"),
            (408, "market_server"),
            (409, "market_conflict"),
            (410, "market_not_found"),
            (413, "market_invalid"),
            (422, "market_invalid"),
            (429, "rate_limited"),
            (500, "market_server"),
            (503, "market_server"),
            (546, "market_server"),
        ] {
            assert_eq!(error(status, &body).code(), wanted, "{status}");
        }
        assert!(!error(200, &body).may_have_landed() && !error(200, &body).is_passing());
        assert!(error(500, &body).may_have_landed());
    }

    #[test]
    fn waits_as_long_as_the_longest_of_what_is_said() {
        let wait = |header: Option<&str>, body: Value| match raw(429, header, body.to_string().as_bytes()) {
            MarketError::RateLimited { wait } => wait.as_secs(),
            other => panic!("rate limit expected, got {other:?}"),
        };
        assert_eq!(wait(Some("7"), json!({})), 7);
        assert_eq!(wait(Some("Mon, 04 May 2026 12:01:30 GMT"), json!({})), 90);
        assert_eq!(wait(None, json!({"retry_after": 12})), 12);
        assert_eq!(wait(None, json!({"retry_after": "12"})), 12);
        assert_eq!(wait(None, json!({"reset_at": "2026-05-04T12:05:00Z"})), 300);
        assert_eq!(wait(None, json!({"reset_at": 1_777_896_300})), 300);
        assert_eq!(wait(None, json!({"reset_at": 1_777_896_300_000_i64})), 300);
        assert_eq!(wait(Some("5"), json!({"retry_after": 60, "reset_at": "2026-05-04T12:05:00Z"})), 300);
        assert_eq!(wait(Some("5"), json!({"retry_after": 60, "reset_at": "2026-05-04T11:05:00Z"})), 60);
        assert_eq!(wait(None, json!({"reset_at": "2020-01-01T00:00:00Z"})), 1, "a past moment is no wait");
        assert_eq!(wait(None, json!({"reset_at": "9999-01-01T00:00:00Z"})), 7 * 86_400);
        assert_eq!(wait(Some("99999999999999999"), json!({})), 7 * 86_400);
        assert_eq!(wait(Some("soon"), json!({"retry_after": -3})), 1);
        for nothing in [json!({}), json!({"retry_after": 1e300}), json!({"reset_at": "later"}), json!([])] {
            assert_eq!(wait(None, nothing), 30, "the guess");
        }
    }

    #[test]
    fn a_wait_under_a_status_of_success_is_a_limit() {
        let body = json!({"success": false, "error": "Rate limit exceeded", "retry_after": 9});
        assert!(matches!(error(200, &body), MarketError::RateLimited { wait } if wait.as_secs() == 9));
    }

    #[test]
    fn caps_the_text_and_blots_out_the_key() {
        let error =
            error(403, &json!({"error": format!("moltmarket_live_secret\nis wrong {}", "x".repeat(10_000))}));
        assert!(message(&error).starts_with("[key] is wrong "));
        assert_eq!(message(&error).chars().count(), 500);
        assert!(!format!("{error:?} {error}").contains("moltmarket_live_secret"));
    }

    #[test]
    fn survives_a_body_nested_deeper_than_json_may_be() {
        assert!(matches!(raw(400, None, "[".repeat(100_000).as_bytes()), MarketError::Invalid { .. }));
    }
}
