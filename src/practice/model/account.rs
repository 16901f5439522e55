//! The account with the provider: whose key it is, what was used, what a past call cost.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::ModelRefusal;
use crate::practice::caller::bearer;
use crate::practice::shared::Shared;

/// A call with the right key.
pub(in crate::practice) struct Customer;

impl FromRequestParts<Arc<Shared>> for Customer {
    type Rejection = ModelRefusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ModelRefusal> {
        if bearer(parts) == Some(shared.addresses.model_api_key.as_str()) {
            Ok(Self)
        } else {
            Err(ModelRefusal::wrong_key())
        }
    }
}

pub(in crate::practice) async fn key(State(shared): State<Arc<Shared>>, _: Customer) -> Json<Value> {
    let world = shared.world();
    let account = &world.account;
    let usage = account.usage_usd;
    Json(json!({"data": {
        "label": "sk-or-v1-practice", "limit": account.limit_usd,
        "limit_remaining": account.limit_usd.map(|limit| (limit - usage).max(0.0)), "limit_reset": null,
        "usage": usage, "usage_daily": usage, "usage_weekly": usage, "usage_monthly": usage, "byok_usage": 0,
        "is_free_tier": false, "is_management_key": false, "is_provisioning_key": false, "expires_at": null,
    }}))
}

/// A normal key may not read it (contract, OpenRouter `getCredits`).
pub(in crate::practice) async fn credits(_: Customer) -> ModelRefusal {
    ModelRefusal::needs_management_key()
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct GenerationQuery {
    id: String,
}

pub(in crate::practice) async fn generation(
    State(shared): State<Arc<Shared>>,
    _: Customer,
    Query(query): Query<GenerationQuery>,
) -> Result<Json<Value>, ModelRefusal> {
    let world = shared.world();
    let (model, cost) = world
        .account
        .generations
        .get(&query.id)
        .ok_or_else(|| ModelRefusal::not_found(format!("Generation {} not found", query.id)))?;
    Ok(Json(json!({"data": {"id": query.id, "model": model, "total_cost": cost}})))
}
