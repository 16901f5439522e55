//! What went wrong, from a refused request or from an error inside a 200 answer.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::model::ModelError;

/// When the budget is taken by calls under way and the provider gives no hint.
const BUDGET_WAIT: Duration = Duration::from_secs(8);
/// Longest text of the provider that is kept for showing.
const MOST_CHARS: usize = 300;

/// The error of an answer whose status is not success. The body may be anything, such as a proxy's HTML.
pub(super) fn of_response(status: u16, headers: &HeaderMap, body: &[u8], model: &str) -> ModelError {
    let wait = retry_after(headers);
    match serde_json::from_slice::<Value>(body).ok().and_then(|body| body.get("error").cloned()) {
        Some(error) => from_error(Some(status), &error, wait, model),
        None => from_status(status, format!("status {status}"), wait, model),
    }
}

/// The error inside an answer, when there is one: at the top, or in the first choice.
pub(super) fn inside(answer: &Value, model: &str) -> Option<ModelError> {
    let choice = answer.pointer("/choices/0");
    [answer.get("error"), choice.and_then(|choice| choice.get("error"))]
        .into_iter()
        .flatten()
        .find(|error| !error.is_null())
        .map(|error| from_error(None, error, None, model))
        .or_else(|| {
            let failed = choice?.get("finish_reason")?.as_str()? == "error";
            failed.then_some(ModelError::Overloaded { status: 502, wait: None })
        })
}

fn from_error(status: Option<u16>, error: &Value, wait: Option<Duration>, model: &str) -> ModelError {
    let message = clipped(
        error.get("message").and_then(Value::as_str).or_else(|| error.as_str()).unwrap_or("no reason given"),
    );
    let about = |field: &str| error.pointer("/metadata").and_then(|metadata| metadata.get(field));
    let kind = about("error_type").and_then(Value::as_str).unwrap_or_default();
    let limit_source = about("limit_source").and_then(Value::as_str);
    let status = status.or_else(|| code(error)).or_else(|| status_of_kind(kind)).unwrap_or(502);

    if limit_source == Some("openrouter_in_flight_budget") {
        return ModelError::BudgetInFlight { wait: wait.unwrap_or(BUDGET_WAIT) };
    }
    if status == 402 || (status == 403 && limit_source.is_some()) {
        return ModelError::OutOfCredit { limit_source: limit_source.map(clipped) };
    }
    let flagged: Vec<String> = ["reasons", "patterns"]
        .into_iter()
        .filter_map(about)
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str)
        .map(clipped)
        .collect();
    let is_moderation = !flagged.is_empty() || about("flagged_input").is_some();
    if matches!(kind, "content_policy_violation" | "refusal")
        || (matches!(status, 400 | 403) && is_moderation)
    {
        let reasons = if flagged.is_empty() { vec![message] } else { flagged };
        return ModelError::Refused { reasons, cost_usd: None };
    }
    from_status(status, message, wait, model)
}

fn from_status(status: u16, message: String, wait: Option<Duration>, model: &str) -> ModelError {
    match status {
        401 => ModelError::Unauthorized,
        402 => ModelError::OutOfCredit { limit_source: None },
        404 => ModelError::UnknownModel { model: model.to_owned() },
        // Live answers name an unknown model with 400 too.
        400 if message.ends_with("is not a valid model ID") => {
            ModelError::UnknownModel { model: model.to_owned() }
        }
        429 => ModelError::RateLimited { wait },
        408 | 502 | 503 | 504 => ModelError::Overloaded { status, wait },
        500..=599 => ModelError::Server { status },
        _ => ModelError::Invalid { message },
    }
}

/// The error's own code: a status as a number or as text.
fn code(error: &Value) -> Option<u16> {
    let code = error.get("code")?;
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|status| (400..600).contains(status))
}

/// Status that goes with an error type (contract, ErrorType).
fn status_of_kind(kind: &str) -> Option<u16> {
    Some(match kind {
        "authentication" => 401,
        "payment_required" => 402,
        "permission_denied" => 403,
        "not_found" => 404,
        "payload_too_large" => 413,
        "unprocessable" => 422,
        "rate_limit_exceeded" => 429,
        "server" | "unmapped" => 500,
        "provider_unavailable" => 502,
        "provider_overloaded" => 503,
        "timeout" => 504,
        "" => return None,
        _ => 400,
    })
}

/// Seconds, fractions allowed. A date is not understood: then the back-off counts.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    (0.0..=86_400.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

/// Text of the provider, fit to be shown: one line, not long.
pub(super) fn clipped(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_CHARS).collect()
}
