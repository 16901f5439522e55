//! Carries the desk over local HTTP: commands, events and pictures.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio_stream::wrappers::BroadcastStream;

use super::body;
use super::local::Local;
use crate::desk::contract::DeskError;
use crate::doors::{DroppedFile, PictureSize};

/// Lets the page of the token show pictures: sets a cookie that opens `/desk/pictures` and nothing else.
#[utoipa::path(
    post, path = "/desk/session", tag = "desk", security(("token" = [])),
    responses((status = 204, description = "The cookie is set"), (status = 401))
)]
pub(super) async fn session(State(local): State<Arc<Local>>) -> impl IntoResponse {
    (StatusCode::NO_CONTENT, [(SET_COOKIE, local.guard.picture_cookie())])
}

/// Performs a command of the desk; its request is the body.
#[utoipa::path(
    post, path = "/desk/{command}", tag = "desk", security(("token" = [])),
    params(("command" = String, Path, description = "Such as `orders.list`")),
    request_body = Object,
    responses((status = 200, body = Object), (status = 401), (status = "default", description = "code, message, detail", body = Object))
)]
pub(super) async fn command(
    State(local): State<Arc<Local>>,
    Path(command): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refusal) = body::judge_type(&parts.headers) {
        return *refusal;
    }
    let bytes = match body::read(&parts.headers, body).await {
        Ok(bytes) => bytes,
        Err(problem) => return problem.into_response(),
    };
    let request: Value = match serde_json::from_slice(&bytes) {
        Ok(request) => request,
        Err(_) => return refuse(&DeskError::of("invalid", "the request is not JSON")),
    };
    match local.behind.dispatch(&command, request).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => refuse(&error),
    }
}

/// Puts a file of the seller's on an order; the body is the file.
#[utoipa::path(
    post, path = "/desk/files/{order_id}", tag = "desk", security(("token" = [])),
    params(
        ("order_id" = String, Path),
        ("X-File-Name" = String, Header, description = "Percent-encoded UTF-8"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Object), (status = 401), (status = 413), (status = "default", description = "code, message, detail", body = Object))
)]
pub(super) async fn file(
    State(local): State<Arc<Local>>,
    Path(order_id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let name = header("x-file-name").and_then(|name| percent_decode_str(name).decode_utf8().ok());
    let Some(name) = name.map(|name| name.into_owned()) else {
        return refuse(
            &DeskError::of("invalid", "the file needs a name").with("field", "file").with("problem", "name"),
        );
    };
    let media_type = header(CONTENT_TYPE.as_str()).map(str::to_owned);
    let bytes = match body::read_file(&parts.headers, body).await {
        Ok(bytes) => bytes,
        Err(problem) => return problem.into_response(),
    };
    match local.behind.send_file(&order_id, DroppedFile { name, media_type, bytes }).await {
        Ok(sent) => Json(sent).into_response(),
        Err(error) => refuse(&error),
    }
}

/// Tells what happens, as server-sent events. A reader that falls behind is cut off and reads everything again.
#[utoipa::path(
    get, path = "/desk/events", tag = "desk", security(("token" = [])),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401))
)]
pub(super) async fn events(
    State(local): State<Arc<Local>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = BroadcastStream::new(local.behind.events())
        .take_while(|event| std::future::ready(event.is_ok()))
        .filter_map(|event| {
            std::future::ready(event.ok().and_then(|event| Event::default().json_data(event).ok()))
        })
        .map(Ok)
        .take_until(local.stopping.clone().cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// A picture. Its name is the hash of its bytes, so it never changes.
#[utoipa::path(
    get, path = "/desk/pictures/{size}/{sha256}", tag = "desk", security(("token" = []), ("pictures" = [])),
    params(
        ("size" = String, Path, description = "`full`, `card` (longest side 480) or `row` (longest side 96)"),
        ("sha256" = String, Path),
    ),
    responses((status = 200, content_type = "image/*", body = Vec<u8>), (status = 401), (status = 404))
)]
pub(super) async fn picture(
    State(local): State<Arc<Local>>,
    Path((size, sha256)): Path<(String, String)>,
) -> Response {
    let size = match size.as_str() {
        "full" => PictureSize::Full,
        "card" => PictureSize::Card,
        "row" => PictureSize::Row,
        _ => return not_found(),
    };
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash {
        return not_found();
    }
    match local.behind.picture(&sha256, size).await {
        Ok(picture) => {
            let headers: [(HeaderName, &str); 3] = [
                (CONTENT_TYPE, shown_as(&picture.media_type)),
                (CACHE_CONTROL, "private, max-age=31536000, immutable"),
                (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            ];
            (headers, picture.bytes).into_response()
        }
        Err(error) => refuse(&error),
    }
}

/// What can be shown of an order, as one zip.
#[utoipa::path(
    get, path = "/desk/evidence/{order_id}", tag = "desk", security(("token" = [])),
    params(("order_id" = String, Path)),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>), (status = 401), (status = 404))
)]
pub(super) async fn evidence(State(local): State<Arc<Local>>, Path(order_id): Path<String>) -> Response {
    match local.behind.evidence(&order_id).await {
        Ok(pack) => {
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
                (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"order.zip\"")),
                (CONTENT_LENGTH, HeaderValue::from(pack.bytes)),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, Body::from_stream(pack.read())).into_response()
        }
        Err(error) => refuse(&error),
    }
}

/// Only kinds a browser shows as a picture; bytes of any other kind are a download.
fn shown_as(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "image/png",
        "image/jpeg" => "image/jpeg",
        "image/webp" => "image/webp",
        "image/gif" => "image/gif",
        _ => "application/octet-stream",
    }
}

fn not_found() -> Response {
    refuse(&DeskError::of("not_found", "no such picture"))
}

fn refuse(error: &DeskError) -> Response {
    let status = match error.code.as_str() {
        "not_found" | "unknown_command" => StatusCode::NOT_FOUND,
        "invalid" | "content_policy" => StatusCode::UNPROCESSABLE_ENTITY,
        // Ours to refuse: the same asked again changes nothing until something here does.
        "conflict" | "not_now" | "picture_needed" | "outgoing_blocked" | "refused_here" | "needs_yes"
        | "own_limit" | "over_cap" | "model_missing" | "molt_closed" | "molt_practice" => {
            StatusCode::CONFLICT
        }
        "rate_limited" => StatusCode::TOO_MANY_REQUESTS,
        "storage" | "disk_full" | "read_only" => StatusCode::SERVICE_UNAVAILABLE,
        "internal" => StatusCode::INTERNAL_SERVER_ERROR,
        // The far side's refusals. Never 401: that speaks of our own token.
        _ => StatusCode::BAD_GATEWAY,
    };
    (status, Json(error)).into_response()
}
