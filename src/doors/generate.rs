//! `POST /api/v1/image/generate`: the guide's address for asking for a picture without a buyer's message.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{self, refusal};
use super::guards::same;
use super::local::Local;
use crate::doors::GenerateRequest;

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Wanted {
    /// What to draw.
    input: Option<String>,
    /// The order the pictures are delivered to, if any.
    order_id: Option<String>,
    /// A free word such as `social_media_visuals`.
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// What became of it. Drawing goes on after this answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Taken {
    success: bool,
    task_id: Option<String>,
    message: String,
}

/// Starts drawing and answers at once; the outcome is recorded in `image_tasks.jsonl`.
#[utoipa::path(
    post, path = "/api/v1/image/generate", tag = "pictures", request_body = Wanted,
    params(("X-Admin-Secret" = String, Header, description = "ADMIN_SECRET; when that is not set, nobody is let in")),
    responses(
        (status = 200, description = "Accepted, or nothing to draw was named (`success` is false)", body = Taken),
        (status = 401, description = "X-Admin-Secret is missing or another one"),
        (status = 415, description = "The body says it is something else than JSON"),
        (status = 422, description = "The body is not the JSON that is wanted"),
        (status = 503, description = "The stall cannot take it now", body = Taken),
    )
)]
pub(super) async fn generate(State(local): State<Arc<Local>>, request: Request) -> Response {
    let given = request.headers().get("x-admin-secret").and_then(|value| value.to_str().ok());
    let admitted = match (&local.admin_secret, given) {
        (Some(secret), Some(given)) => same(given, secret),
        _ => false,
    };
    if !admitted {
        return refusal(StatusCode::UNAUTHORIZED, "Unauthorized");
    }
    let (parts, body) = request.into_parts();
    if let Err(refusal) = body::judge_type(&parts.headers) {
        return *refusal;
    }
    let bytes = match body::read(&parts.headers, body).await {
        Ok(bytes) => bytes,
        Err(problem) => return problem.into_response(),
    };
    let wanted: Wanted = match serde_json::from_slice(&bytes) {
        Ok(wanted) => wanted,
        Err(error) => return refusal(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    let Some(input) = wanted.input.filter(|input| !input.trim().is_empty()) else {
        return not_taken(StatusCode::OK, "Input is required");
    };
    let request = GenerateRequest { input, order_id: wanted.order_id, kind: wanted.kind };
    match local.behind.generate(request).await {
        Ok(task_id) => {
            let message = "Task accepted".to_owned();
            Json(Taken { success: true, task_id: Some(task_id), message }).into_response()
        }
        Err(error) => not_taken(StatusCode::SERVICE_UNAVAILABLE, &error.message),
    }
}

fn not_taken(status: StatusCode, message: &str) -> Response {
    (status, Json(Taken { success: false, task_id: None, message: message.to_owned() })).into_response()
}
