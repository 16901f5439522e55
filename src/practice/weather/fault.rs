//! One fault: what goes wrong around a call, asked for once or rolled by the dial, and the answer it gives.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::around::Voice;
use crate::practice::speed::after;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// Answers with `status` and does nothing.
    #[serde(alias = "status")]
    FailBefore,
    /// Does it, then answers with `status` as if it had not.
    FailAfter,
    /// Does it, then cuts the connection.
    #[serde(alias = "drop")]
    DropAfter,
    /// Cuts the connection and does nothing.
    DropBefore,
    /// Does it, then answers with the first half of the body.
    HalfAnswer,
    /// Draws it, then answers with picture data that is broken.
    BrokenPicture,
    /// Waits `slow_ms` first.
    Slow,
    /// Pushes only: never sent.
    Lost,
    /// Pushes only: sent twice.
    Twice,
    /// Pushes only: sent with a wrong signature.
    BadSignature,
}

impl FaultKind {
    /// Its name in the log of strikes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FailBefore => "fail_before",
            Self::FailAfter => "fail_after",
            Self::DropAfter => "drop_after",
            Self::DropBefore => "drop_before",
            Self::HalfAnswer => "half_answer",
            Self::BrokenPicture => "broken_picture",
            Self::Slow => "slow",
            Self::Lost => "lost",
            Self::Twice => "twice",
            Self::BadSignature => "bad_signature",
        }
    }
}

/// A fault that applies to the next `count` fitting calls.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fault {
    /// An operation id of the contracts, `push`, or `*` for any.
    pub(crate) operation: String,
    pub(crate) kind: FaultKind,
    #[serde(default = "one")]
    pub(crate) count: u32,
    #[serde(default)]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) retry_after: Option<u64>,
    #[serde(default)]
    pub(crate) slow_ms: u64,
    /// Answered instead of the usual error body.
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// Only for calls about this order.
    #[serde(default)]
    pub(crate) order_id: Option<String>,
}

fn one() -> u32 {
    1
}

impl Fault {
    /// A fault of this kind for whatever call is at hand.
    pub(super) fn of(kind: FaultKind) -> Self {
        Self {
            operation: "*".to_owned(),
            kind,
            count: 1,
            status: None,
            retry_after: None,
            slow_ms: 0,
            body: None,
            order_id: None,
        }
    }

    /// The answer given instead of the real one.
    pub(super) fn answer(&self, voice: Voice, now: Timestamp) -> Response {
        let status = self.status.and_then(|code| StatusCode::from_u16(code).ok());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let words = status.canonical_reason().unwrap_or("Error");
        let body = self.body.clone().unwrap_or_else(|| {
            if voice == Voice::Model {
                json!({"error": {"code": status.as_u16(), "message": words, "metadata": {"error_type": model_error(status)}}})
            } else if voice == Voice::Molt {
                self.molt_body(status, words, now)
            } else if status == StatusCode::TOO_MANY_REQUESTS {
                json!({"message": words, "code": "rate_limited"})
            } else {
                json!({"success": false, "error": words, "details": {"error_type": "internal_error"}})
            }
        });
        let mut response = (status, axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// The second market's one error body (contract, MoltMarket `Error`, `RateLimitError`).
    fn molt_body(&self, status: StatusCode, words: &str, now: Timestamp) -> Value {
        if status != StatusCode::TOO_MANY_REQUESTS {
            return json!({"success": false, "error": words});
        }
        let seconds = self.retry_after.unwrap_or(1);
        let reset_at = after(now, seconds as f64).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        json!({"success": false, "error": words, "retry_after": seconds, "reset_at": reset_at})
    }
}

/// The provider's name of an error class (contract, OpenRouter `ErrorType`).
fn model_error(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "invalid_request",
        401 => "authentication",
        402 => "payment_required",
        403 => "permission_denied",
        404 => "not_found",
        408 | 504 => "timeout",
        413 => "payload_too_large",
        422 => "unprocessable",
        429 => "rate_limit_exceeded",
        502 => "provider_unavailable",
        503 => "provider_overloaded",
        _ => "server",
    }
}
