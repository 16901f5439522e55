//! `GET /health`: whether the stall is open, for whoever watches the program.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::local::Local;

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok` or `closed`.
    status: &'static str,
    version: &'static str,
}

/// Whether the stall is open.
#[utoipa::path(
    get, path = "/health", tag = "stall",
    responses((status = 200, body = Health), (status = 503, description = "The stall is closed", body = Health))
)]
pub(super) async fn health(State(local): State<Arc<Local>>) -> (StatusCode, Json<Health>) {
    let (code, status) = if local.behind.is_open() {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "closed")
    };
    (code, Json(Health { status, version: env!("CARGO_PKG_VERSION") }))
}
