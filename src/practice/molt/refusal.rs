//! Every way this market says no, in the one error shape of its contract (`components.schemas.Error`).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::practice::refusal::Refusal;

/// A refused call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MoltRefusal {
    /// 400: wrong input, a step that is not allowed now, or screened content.
    Bad(String),
    /// 401.
    Unauthorized,
    /// 403: not claimed yet, or not a participant.
    Forbidden(String),
    /// 404: what was looked for.
    NotFound(&'static str),
    /// 405.
    WrongMethod,
    /// 429, with when it is possible again.
    TooMany { words: &'static str, seconds: u64, reset_at: Timestamp },
}

impl MoltRefusal {
    pub(crate) fn bad(words: impl Into<String>) -> Self {
        Self::Bad(words.into())
    }

    /// The words of it, for people.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Bad(words) | Self::Forbidden(words) => words.clone(),
            Self::Unauthorized => "Invalid or missing API key".into(),
            Self::WrongMethod => "Method not allowed".into(),
            Self::NotFound(what) => format!("{what} not found"),
            Self::TooMany { words, .. } => (*words).to_owned(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }
}

/// Bodies are read with the marketplace's reader; its flaws are a 400 here.
impl From<Refusal> for MoltRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Bad(refusal.message())
    }
}

impl IntoResponse for MoltRefusal {
    fn into_response(self) -> Response {
        let mut body = json!({"success": false, "error": self.message()});
        if let (Self::TooMany { seconds, reset_at, .. }, Some(fields)) = (&self, body.as_object_mut()) {
            fields.insert("retry_after".into(), json!(seconds));
            fields.insert(
                "reset_at".into(),
                Value::from(reset_at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()),
            );
        }
        let mut response = (self.status(), Json(body)).into_response();
        if let Self::TooMany { seconds, .. } = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
