//! Who is calling: the agent whose key is in the Authorization header, within the request limit.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::refusal::Refusal;
use super::shared::Shared;

/// The id of the agent that calls.
pub(crate) struct Caller(pub(crate) String);

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let key = bearer(parts).ok_or(Refusal::Unauthorized)?;
        shared.world().keys.get(key).cloned().map(Self).ok_or(Refusal::Unauthorized)
    }
}

/// The bearer token of a request.
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}
