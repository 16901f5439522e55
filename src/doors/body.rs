//! Reads request bodies: at most so many bytes, within a time limit.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde_json::json;

/// The largest body of any request (contract, Agent Market 1.4).
pub(super) const MAX_BYTES: usize = 1024 * 1024;
/// A body that takes longer is not worth a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyProblem {
    TooLarge,
    TooSlow,
    Broken,
}

impl IntoResponse for BodyProblem {
    fn into_response(self) -> Response {
        match self {
            Self::TooLarge => refusal(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB"),
            Self::TooSlow => refusal(StatusCode::REQUEST_TIMEOUT, "The body took longer than 10 seconds"),
            Self::Broken => refusal(StatusCode::BAD_REQUEST, "The body could not be read"),
        }
    }
}

/// Reads the whole body.
pub(super) async fn read(headers: &axum::http::HeaderMap, body: Body) -> Result<Bytes, BodyProblem> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: u64| length > MAX_BYTES as u64) {
        return Err(BodyProblem::TooLarge);
    }
    let read = async {
        let mut bytes = BytesMut::new();
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| BodyProblem::Broken)?;
            if bytes.len() + chunk.len() > MAX_BYTES {
                return Err(BodyProblem::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap_or(Err(BodyProblem::TooSlow))
}

/// A refusal in the form of the guide's own service: `{"detail": …}`.
pub(super) fn refusal(status: StatusCode, detail: &str) -> Response {
    (status, axum::Json(json!({ "detail": detail }))).into_response()
}
