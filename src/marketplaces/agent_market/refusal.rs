//! What an answer without success means: six documented body shapes, and whatever a proxy puts in their place.

use std::time::Duration;

use serde_json::Value;

use super::super::error::MarketError;
use super::super::refusal::{GUESSED_WAIT, Refusal};
use super::wire::{self, Fields};

/// Waits are taken seriously up to here; a longer one is asked again by trying again.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The error a caller can act on. Class before status, as the contract's schema `Error` orders them; except that
/// a 5xx stays a failure of the market, because such a call may have landed.
pub(super) fn error(refusal: &Refusal<'_>) -> MarketError {
    let body: Option<Value> = serde_json::from_slice(refusal.body).ok();
    let body = body.as_ref();
    let class = body.and_then(class).unwrap_or_default().to_ascii_lowercase();
    let message = refusal.shown(&body.and_then(text).unwrap_or_else(|| refusal.raw_text()));

    if refusal.status == 402 || speaks_of_credit(&class) || speaks_of_credit(&message) {
        return MarketError::OutOfCredits;
    }
    if let Some(body) = body.filter(|body| is_content_policy(body, 0)) {
        let words = |name| find_words(body, name, 0).unwrap_or_default();
        return MarketError::ContentPolicy {
            message,
            categories: refusal.all_shown(words("categories")),
            reasons: refusal.all_shown(words("reasons")),
        };
    }
    if let Some(error) = refusal.by_status_alone() {
        return error;
    }
    match (refusal.status, class.as_str()) {
        (429, _) | (_, "task_claim_cooldown") => MarketError::RateLimited { wait: wait(refusal, body) },
        (401, _) | (_, "unauthorized") => MarketError::Unauthorized,
        (404 | 405 | 410, _) | (_, "not_found_error") => MarketError::NotFound,
        (409, _) | (_, "conflict_error") => {
            let retry = body.and_then(|body| find_flag(body, "retry_recommended", 0)).unwrap_or(false);
            MarketError::Conflict { message, retry }
        }
        (403, _) => MarketError::Forbidden { message },
        _ => MarketError::Invalid {
            message,
            fields: refusal.all_shown(body.map(named_fields).unwrap_or_default()),
        },
    }
}

/// The text in the contract's order: error.message, error, detail, detail.message, message.
fn text(body: &Value) -> Option<String> {
    let fields = Fields::of(body)?;
    let inside = |name| fields.object(&[name])?.text(&["message"]);
    inside("error")
        .or_else(|| fields.text(&["error", "detail"]))
        .or_else(|| inside("detail"))
        .or_else(|| validation_text(body))
        .or_else(|| fields.text(&["message"]))
}

/// `Retry-After`, else `retry_after`, else `cooldown_until`, else a guess.
fn wait(refusal: &Refusal<'_>, body: Option<&Value>) -> Duration {
    let seconds = |value: &Value| {
        let fields = Fields::of(value)?;
        let seconds = fields.measure(&["retry_after", "retry_after_seconds"])?;
        Duration::try_from_secs_f64(seconds.max(0.0)).ok()
    };
    let cooldown =
        |value: &Value| Fields::of(value)?.instant(&["cooldown_until"]).map(|moment| refusal.until(moment));
    refusal
        .header_wait()
        .or_else(|| find(body?, 0, &seconds))
        .or_else(|| find(body?, 0, &cooldown))
        .unwrap_or(GUESSED_WAIT)
        .clamp(Duration::from_secs(1), LONGEST_WAIT)
}

/// The machine's word for the failure: error.code, details.code, details.error_type, code.
fn class(body: &Value) -> Option<String> {
    let fields = Fields::of(body)?;
    fields
        .object(&["error"])
        .and_then(|error| error.text(&["code"]))
        .or_else(|| fields.object(&["details"])?.text(&["code", "error_type"]))
        .or_else(|| fields.text(&["code"]))
        .or_else(|| fields.object(&["detail"])?.text(&["code"]))
}

fn speaks_of_credit(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace('_', " ");
    ["insufficient credit", "insufficient balance", "insufficient fund"]
        .iter()
        .any(|words| text.contains(words))
}

/// First hit of `read` at depth 0 to 2.
fn find<T>(value: &Value, depth: usize, read: &impl Fn(&Value) -> Option<T>) -> Option<T> {
    read(value).or_else(|| {
        let fields = value.as_object().filter(|_| depth < 2)?;
        fields.values().find_map(|inner| find(inner, depth + 1, read))
    })
}

fn is_content_policy(value: &Value, depth: usize) -> bool {
    find(value, depth, &|value| {
        let fields = Fields::of(value)?;
        ["code", "error", "error_type"]
            .iter()
            .any(|name| fields.text(&[name]).as_deref() == Some("content_policy_violation"))
            .then_some(())
    })
    .is_some()
}

fn find_words(value: &Value, name: &str, depth: usize) -> Option<Vec<String>> {
    find(value, depth, &|value| Fields::of(value)?.words(&[name]))
}

fn find_flag(value: &Value, name: &str, depth: usize) -> Option<bool> {
    find(value, depth, &|value| Fields::of(value)?.flag(&[name]))
}

/// The entries of a validation list (shape D): where, and what is wrong there.
fn validation_entries(body: &Value) -> impl Iterator<Item = (Option<String>, Option<String>)> {
    let entries = body.get("detail").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries.iter().map(|entry| {
        let place = entry.get("loc").and_then(Value::as_array).map(|path| {
            let words: Vec<String> = path.iter().filter_map(wire::text).collect();
            let outer = usize::from(
                words.len() > 1 && matches!(words[0].as_str(), "body" | "query" | "path" | "header"),
            );
            words[outer..].join(".")
        });
        (place.filter(|place| !place.is_empty()), entry.get("msg").and_then(wire::text))
    })
}

fn named_fields(body: &Value) -> Vec<String> {
    validation_entries(body).filter_map(|(place, _)| place).collect()
}

fn validation_text(body: &Value) -> Option<String> {
    let lines: Vec<String> = validation_entries(body)
        .filter_map(|(place, message)| match (place, message) {
            (Some(place), Some(message)) => Some(format!("{place}: {message}")),
            (place, message) => place.or(message),
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(status: u16, body: &Value) -> MarketError {
        raw(status, None, body.to_string().as_bytes())
    }

    fn raw(status: u16, retry_after: Option<&str>, body: &[u8]) -> MarketError {
        let now = "2026-05-04T12:00:00Z".parse().unwrap();
        super::error(&Refusal { status, retry_after, body, key: Some("cla_live_secret"), now })
    }

    fn message(error: &MarketError) -> &str {
        match error {
            MarketError::Invalid { message, .. }
            | MarketError::Forbidden { message }
            | MarketError::Conflict { message, .. }
            | MarketError::ContentPolicy { message, .. } => message,
            other => panic!("carries no text: {other:?}"),
        }
    }

    #[test]
    fn reads_the_text_of_all_six_shapes_and_of_raw_bodies() {
        let shapes = [
            (
                json!({"success": false, "error": "wrong", "details": {"error_type": "validation_error"}}),
                "wrong",
            ),
            (json!({"detail": "wrong"}), "wrong"),
            (json!({"detail": {"code": "x", "message": "wrong"}}), "wrong"),
            (json!({"detail": [{"loc": ["body", "price"], "msg": "wrong", "type": "t"}]}), "price: wrong"),
            (json!({"message": "wrong", "code": "x"}), "wrong"),
            (json!({"error": {"code": "x", "message": "wrong"}, "message": "outer"}), "wrong"),
            (json!("wrong"), "\"wrong\""),
        ];
        for (body, text) in shapes {
            assert_eq!(message(&error(422, &body)), text, "{body}");
        }
        assert_eq!(message(&raw(400, None, b"bad request, plainly")), "bad request, plainly");
        assert_eq!(
            message(&raw(403, None, b"<html>blocked</html>")),
            "status 403 with a web page instead of an answer"
        );
        assert_eq!(message(&raw(400, None, b"")), "status 400");
    }

    #[test]
    fn names_the_fields_of_a_validation_list() {
        let body = json!({"detail": [
            {"loc": ["body", "inventory"], "msg": "not permitted"},
            {"loc": ["body", "tags", 3], "msg": "too long"},
            {"msg": "odd"},
        ]});
        let MarketError::Invalid { fields, .. } = error(422, &body) else { panic!("invalid expected") };
        assert_eq!(fields, ["inventory", "tags.3"]);
    }

    #[test]
    fn knows_missing_credit_by_status_class_and_words() {
        for (status, body) in [
            (402, json!({})),
            (400, json!({"error": "no", "details": {"error_type": "insufficient_credits"}})),
            (409, json!({"detail": "Insufficient credits: need 80"})),
            (500, json!({"message": "insufficient balance"})),
        ] {
            assert!(matches!(error(status, &body), MarketError::OutOfCredits), "{status} {body}");
        }
    }

    #[test]
    fn finds_a_content_policy_refusal_at_every_depth() {
        let inner = json!({"code": "content_policy_violation", "message": "no", "categories": ["fraud"], "reasons": ["asks for a password"]});
        let mut flat_text = inner.clone();
        flat_text["error"] = json!("no");
        for body in [inner.clone(), json!({"error": inner}), json!({"detail": {"error": inner}}), flat_text] {
            let MarketError::ContentPolicy { message: _, categories, reasons } = error(422, &body) else {
                panic!("content policy expected for {body}")
            };
            assert_eq!(
                (categories, reasons),
                (vec!["fraud".to_owned()], vec!["asks for a password".to_owned()])
            );
        }
    }

    #[test]
    fn keeps_the_advice_to_retry_a_conflict() {
        let advised =
            json!({"error": "clash", "details": {"error_type": "conflict_error", "retry_recommended": true}});
        assert!(matches!(error(409, &advised), MarketError::Conflict { retry: true, .. }));
        assert!(matches!(error(409, &json!({"error": "done"})), MarketError::Conflict { retry: false, .. }));
        assert!(
            matches!(error(400, &advised), MarketError::Conflict { .. }),
            "the class goes before the status"
        );
    }

    #[test]
    fn reads_the_wait_in_every_form_and_clamps_it() {
        let wait = |header: Option<&str>, body: Value| match raw(429, header, body.to_string().as_bytes()) {
            MarketError::RateLimited { wait } => wait.as_secs(),
            other => panic!("rate limit expected, got {other:?}"),
        };
        assert_eq!(wait(Some("7"), json!({})), 7);
        assert_eq!(wait(Some("Mon, 04 May 2026 12:01:30 GMT"), json!({})), 90);
        assert_eq!(wait(None, json!({"retry_after": 12})), 12);
        assert_eq!(wait(None, json!({"details": {"retry_after": "12"}})), 12);
        assert_eq!(
            wait(
                None,
                json!({"details": {"code": "TASK_CLAIM_COOLDOWN", "cooldown_until": "2026-05-04T12:05:00Z"}})
            ),
            300
        );
        assert_eq!(wait(Some("Mon, 04 May 2020 12:01:30 GMT"), json!({})), 1, "a past date is no wait");
        assert_eq!(wait(Some("99999999999999"), json!({})), 86_400);
        assert_eq!(wait(Some("soon"), json!({"retry_after": -3})), 1);
        assert_eq!(wait(None, json!({"retry_after": 1e300})), 30, "nonsense falls back to the guess");
    }

    #[test]
    fn maps_the_remaining_statuses() {
        assert!(matches!(error(401, &json!({"detail": "no"})), MarketError::Unauthorized));
        assert!(matches!(error(403, &json!({"detail": "no"})), MarketError::Forbidden { .. }));
        for status in [404, 405] {
            assert!(matches!(error(status, &json!({"detail": "no"})), MarketError::NotFound));
        }
        for status in [500, 502, 503, 599] {
            assert!(matches!(raw(status, None, b"<html>bad gateway</html>"), MarketError::Server { .. }));
        }
        for status in [301, 302, 307, 308] {
            assert!(matches!(raw(status, None, b""), MarketError::Unreadable { .. }));
        }
    }

    #[test]
    fn caps_the_text_and_blots_out_the_key() {
        let long = format!("key cla_live_secret is wrong\n{}", "x".repeat(10_000));
        let error = error(403, &json!({"error": long}));
        let text = message(&error);
        assert!(text.starts_with("key [key] is wrong "), "{text}");
        assert_eq!(text.chars().count(), 500);
        assert!(!format!("{error:?} {error}").contains("cla_live_secret"));
    }

    #[test]
    fn survives_a_body_nested_deeper_than_json_may_be() {
        let deep = "[".repeat(100_000);
        assert!(matches!(raw(400, None, deep.as_bytes()), MarketError::Invalid { .. }));
    }
}
