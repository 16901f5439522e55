//! The provider's error bodies (contract, OpenRouter `Error`): a code that mirrors the status, and metadata.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct ModelRefusal {
    status: StatusCode,
    message: String,
    metadata: Value,
}

impl ModelRefusal {
    fn new(status: StatusCode, error_type: &str, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), metadata: json!({"error_type": error_type}) }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", message)
    }

    pub(super) fn wrong_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "authentication", "User not found.")
    }

    pub(super) fn no_credit() -> Self {
        let mut refusal = Self::new(
            StatusCode::PAYMENT_REQUIRED,
            "payment_required",
            "This request requires more credits than the key's limit allows.",
        );
        refusal.metadata = json!({"error_type": "payment_required", "limit_source": "openrouter_key_limit",
            "remedy_hint": "Raise the limit of the key."});
        refusal
    }

    pub(super) fn needs_management_key() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "permission_denied",
            "Only management keys can fetch credits for an account",
        )
    }

    pub(super) fn moderated(reason: &str, input: &str) -> Self {
        let mut refusal =
            Self::new(StatusCode::FORBIDDEN, "content_policy_violation", "Input was flagged by moderation.");
        let flagged: String = input.chars().take(100).collect();
        refusal.metadata =
            json!({"error_type": "content_policy_violation", "reasons": [reason], "flagged_input": flagged});
        refusal
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server", "Internal Server Error")
    }
}

impl IntoResponse for ModelRefusal {
    fn into_response(self) -> Response {
        let body = json!({"error": {"code": self.status.as_u16(), "message": self.message, "metadata": self.metadata}});
        (self.status, Json(body)).into_response()
    }
}
