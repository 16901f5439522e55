//! Reads request bodies: at most so many bytes, within a time limit.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::desk::contract::DeskError;

/// The largest body of any request (contract, Agent Market 1.4).
pub(super) const MAX_BYTES: usize = 1024 * 1024;
/// A body that takes longer is not worth a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// What any connection may hold without asking for room; usual news has less than 2 KiB.
const SMALL: usize = 16 << 10;
/// The largest file of the seller's own: what the marketplace takes (contract, Agent Market x-limits).
const MOST_FILE_BYTES: usize = 104_857_600;
/// A file comes from this computer.
const FILE_PATIENCE: Duration = Duration::from_secs(120);
/// Larger bodies of strangers held in memory at once; more wait their turn, small ones never do.
const LARGE_AT_ONCE: usize = 16;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyProblem {
    TooLarge,
    /// A file the marketplace would not take.
    FileTooLarge,
    TooSlow,
    Broken,
}

impl IntoResponse for BodyProblem {
    fn into_response(self) -> Response {
        match self {
            Self::TooLarge => refusal(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB"),
            Self::FileTooLarge => {
                let told = DeskError::of("invalid", "the file is larger than the marketplace takes")
                    .with("field", "file")
                    .with("problem", "too_large")
                    .with("most", MOST_FILE_BYTES.to_string());
                (StatusCode::PAYLOAD_TOO_LARGE, axum::Json(told)).into_response()
            }
            Self::TooSlow => refusal(StatusCode::REQUEST_TIMEOUT, "The body took longer than 10 seconds"),
            Self::Broken => refusal(StatusCode::BAD_REQUEST, "The body could not be read"),
        }
    }
}

/// Room for the larger bodies of callers nobody knows yet.
pub(super) struct Room(Semaphore);

impl Room {
    pub(super) fn new() -> Self {
        Self(Semaphore::new(LARGE_AT_ONCE))
    }
}

/// Refuses a body that says of itself that it is too large.
pub(super) fn judge_declared(headers: &HeaderMap) -> Result<(), BodyProblem> {
    if declared(headers).is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(BodyProblem::TooLarge);
    }
    Ok(())
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads the whole body of a caller who is known.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, BodyProblem> {
    read_within(headers, body, None).await
}

/// Reads the whole body of a stranger.
pub(super) async fn read_strangers(
    headers: &HeaderMap,
    body: Body,
    room: &Room,
) -> Result<Bytes, BodyProblem> {
    read_within(headers, body, Some(room)).await
}

/// Reads a body to its end and keeps nothing of it.
pub(super) async fn throw_away(headers: &HeaderMap, body: Body) -> Result<(), BodyProblem> {
    judge_declared(headers)?;
    let read = async {
        let mut length = 0;
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            length += chunk.map_err(|_| BodyProblem::Broken)?.len();
            if length > MAX_BYTES {
                return Err(BodyProblem::TooLarge);
            }
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap_or(Err(BodyProblem::TooSlow))
}

async fn read_within(headers: &HeaderMap, body: Body, room: Option<&Room>) -> Result<Bytes, BodyProblem> {
    judge_declared(headers)?;
    let read = async {
        let mut bytes = BytesMut::new();
        let mut place = None;
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| BodyProblem::Broken)?;
            if bytes.len() + chunk.len() > MAX_BYTES {
                return Err(BodyProblem::TooLarge);
            }
            if let (Some(Room(room)), None) = (room, &place)
                && bytes.len() + chunk.len() > SMALL
            {
                // Never closed.
                place = Some(room.acquire().await.map_err(|_| BodyProblem::TooSlow)?);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap_or(Err(BodyProblem::TooSlow))
}

/// Reads a file of the seller's, whatever it is.
pub(super) async fn read_file(headers: &HeaderMap, body: Body) -> Result<Bytes, BodyProblem> {
    if declared(headers).is_some_and(|length| length > MOST_FILE_BYTES as u64) {
        return Err(BodyProblem::FileTooLarge);
    }
    let read = async {
        let mut bytes = BytesMut::new();
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| BodyProblem::Broken)?;
            if bytes.len() + chunk.len() > MOST_FILE_BYTES {
                return Err(BodyProblem::FileTooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    };
    tokio::time::timeout(FILE_PATIENCE, read).await.unwrap_or(Err(BodyProblem::TooSlow))
}

/// Refuses a body that says it is something else than JSON. One that says nothing is tried.
pub(super) fn judge_type(headers: &HeaderMap) -> Result<(), Box<Response>> {
    let Some(declared) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let is_json = declared.to_str().ok().is_some_and(|declared| {
        let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    });
    if is_json {
        Ok(())
    } else {
        Err(Box::new(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be application/json")))
    }
}

/// A refusal in the form of the guide's own service: `{"detail": …}`.
pub(super) fn refusal(status: StatusCode, detail: &str) -> Response {
    (status, axum::Json(json!({ "detail": detail }))).into_response()
}
