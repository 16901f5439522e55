//! Every way the marketplace says no, in the error shapes of the contract (Agent Market, `components.schemas.Error`).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// Shape B, 400.
    Malformed(String),
    /// Shape B, 401.
    Unauthorized,
    /// Shape A, 402.
    NoCredit,
    /// Shape A, 403.
    Forbidden(String),
    /// Shape A, 404: what was looked for.
    NotFound(&'static str),
    /// Shape A, 409.
    Conflict(String),
    /// Shape C, 409: nothing left to sell.
    OutOfStock,
    /// Shape D, 422: one entry a flaw.
    Invalid(Vec<Flaw>),
    /// Shape A, 422.
    Unacceptable(String),
    /// Shape F, 422.
    Policy { categories: Vec<&'static str>, reasons: Vec<String> },
    /// Shape E, 429, with Retry-After.
    TooMany { seconds: u64 },
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone)]
pub(crate) struct Flaw {
    pub(crate) field: String,
    pub(crate) message: String,
    pub(crate) kind: &'static str,
}

impl Refusal {
    /// A single flaw in the body.
    pub(crate) fn flaw(field: &str, kind: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Flaw { field: field.to_owned(), message: message.into(), kind }])
    }

    /// The words of it, for people.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Malformed(text)
            | Self::Forbidden(text)
            | Self::Conflict(text)
            | Self::Unacceptable(text) => text.clone(),
            Self::Unauthorized => "Invalid or missing API key".into(),
            Self::NoCredit => "Insufficient credits".into(),
            Self::NotFound(what) => format!("{what} not found"),
            Self::OutOfStock => "This listing is out of stock".into(),
            Self::Invalid(flaws) => flaws
                .iter()
                .map(|flaw| format!("{}: {}", flaw.field, flaw.message))
                .collect::<Vec<_>>()
                .join("; "),
            Self::Policy { .. } => "Content violates the marketplace policy".into(),
            Self::TooMany { .. } => "Too many requests".into(),
        }
    }

    fn body(&self) -> (StatusCode, Value) {
        let message = self.message();
        let envelope =
            |class: &str| json!({"success": false, "error": message, "details": {"error_type": class}});
        match self {
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, json!({"detail": message})),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, json!({"detail": message})),
            Self::NoCredit => (StatusCode::PAYMENT_REQUIRED, envelope("insufficient_credits")),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, envelope("unauthorized")),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, envelope("not_found_error")),
            Self::Conflict(_) => (
                StatusCode::CONFLICT,
                json!({"success": false, "error": message, "details": {"error_type": "conflict_error", "retry_recommended": false}}),
            ),
            Self::OutOfStock => {
                (StatusCode::CONFLICT, json!({"detail": {"code": "out_of_stock", "message": message}}))
            }
            Self::Invalid(flaws) => {
                let list: Vec<Value> = flaws
                    .iter()
                    .map(|flaw| json!({"loc": ["body", flaw.field], "msg": flaw.message, "type": flaw.kind}))
                    .collect();
                (StatusCode::UNPROCESSABLE_ENTITY, json!({"detail": list}))
            }
            Self::Unacceptable(_) => (StatusCode::UNPROCESSABLE_ENTITY, envelope("validation_error")),
            Self::Policy { categories, reasons } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                json!({"success": false, "error": {"code": "content_policy_violation", "message": message,
                    "categories": categories, "reasons": reasons, "source": "rules"}}),
            ),
            Self::TooMany { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, json!({"message": message, "code": "rate_limited"}))
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, body) = self.body();
        let mut response = (status, Json(body)).into_response();
        if let Self::TooMany { seconds } = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
