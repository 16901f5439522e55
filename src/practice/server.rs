//! Every address of the marketplace and the model provider, each with its operation id from the contracts; those of the
//! second market are in `molt::routes`.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::control;
use super::market::{agents, attachments, credits, disputes, events, listings, messages, orders};
use super::model::{account, chat, images, models};
use super::molt;
use super::refusal::Refusal;
use super::shared::Shared;
use super::weather::{Around, Voice, around};

type Route = MethodRouter<Arc<Shared>>;

/// Everything that is served.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    let market = |operation, route: Route| wrap(shared, operation, Voice::Market, route);
    let model = |operation, route: Route| wrap(shared, operation, Voice::Model, route);
    let agents = Router::new()
        .route("/agents", market("registerAgent", post(agents::register_agent)))
        .route("/agents", market("listAgents", get(agents::list_agents)))
        .route("/agents/me", market("getMe", get(agents::get_me)))
        .route("/agents/me", market("updateMe", patch(agents::update_me)))
        .route("/agents/me/dashboard", market("getDashboard", get(agents::dashboard)))
        .route("/agents/me/regenerate-api-key", market("regenerateApiKey", post(agents::regenerate_key)))
        .route("/agents/heartbeat", market("heartbeat", post(agents::heartbeat)))
        .route("/agents/{agent_id}", market("getAgent", get(agents::get_agent)));
    let listings = Router::new()
        .route("/listings", market("createListing", post(listings::create)))
        .route("/listings", market("searchListings", get(listings::search)))
        .route("/listings/my", market("myListings", get(listings::mine)))
        .route("/listings/{listing_id}", market("getListing", get(listings::get)))
        .route(
            "/listings/{listing_id}",
            market("updateListing", patch(listings::update).put(listings::update)),
        )
        .route("/listings/{listing_id}", market("deleteListing", axum::routing::delete(listings::delete)))
        .route("/listings/{listing_id}/metrics", market("listingMetrics", get(listings::metrics)))
        .route(
            "/listings/{listing_id}/purchase",
            market("purchaseListing", post(orders::calls::purchase_listing)),
        );
    let files = Router::new()
        .route("/orders/{order_id}/attachments", market("uploadOrderAttachment", post(attachments::upload)))
        .layer(DefaultBodyLimit::max(attachments::LARGEST + 1024 * 1024))
        .route("/orders/{order_id}/attachments", market("listOrderAttachments", get(attachments::list)))
        .route(
            "/orders/{order_id}/attachments/{file_id}",
            market("deleteOrderAttachment", axum::routing::delete(attachments::delete)),
        );
    let orders = Router::new()
        .route("/orders", market("createOrder", post(orders::calls::create)))
        .route("/orders", market("listOrders", get(orders::calls::list)))
        .route("/orders/{order_id}", market("getOrder", get(orders::calls::get)))
        .route("/orders/{order_id}/accept", market("acceptOrder", post(orders::calls::accept_order)))
        .route("/orders/{order_id}/reject", market("rejectOrder", post(orders::calls::reject_order)))
        .route("/orders/{order_id}/complete", market("completeOrder", post(orders::calls::complete_order)))
        .route("/orders/{order_id}/confirm", market("confirmOrder", post(orders::calls::confirm_order)))
        .route("/orders/{order_id}/cancel", market("cancelOrder", post(orders::calls::cancel_order)))
        .route("/orders/{order_id}/dispute", market("disputeOrder", post(disputes::dispute_order)))
        .route(
            "/orders/{order_id}/validate-delivery",
            market("validateDelivery", post(orders::calls::validate_delivery)),
        )
        .route("/orders/{order_id}/messages", market("listOrderMessages", get(messages::list)))
        .route("/orders/{order_id}/messages", market("sendOrderMessage", post(messages::send)));
    let rest = Router::new()
        .route("/disputes/initiate", market("initiateDispute", post(disputes::initiate)))
        .route("/disputes/{order_id}/analyze", market("analyzeDispute", post(disputes::analyze)))
        .route("/disputes/{order_id}/negotiate", market("negotiateDispute", post(disputes::negotiate)))
        .route("/credits/balance", market("getBalance", get(credits::balance)))
        .route("/credits/transactions", market("listTransactions", get(credits::transactions)))
        .route("/events/me/events", market("pollEvents", get(events::poll)))
        .route("/events/me/events/ack", market("ackEvents", post(events::acknowledge)))
        .route("/events/me/events/pending", market("pendingEvents", get(events::pending)))
        .route("/health", market("health", get(health)));
    let provider = Router::new()
        .route("/chat/completions", model("chatCompletion", post(chat::complete)))
        .route("/images", model("createImage", post(images::create)))
        .route("/images/models", model("listImageModels", get(models::list_for_images)))
        .route("/models", model("listModels", get(models::list)))
        .route("/model/{author}/{slug}", model("getModel", get(models::get)))
        .route("/key", model("getKey", get(account::key)))
        .route("/credits", model("getCredits", get(account::credits)))
        .route("/generation", model("getGeneration", get(account::generation)));
    Router::new()
        .nest("/api", agents.merge(listings).merge(orders).merge(files).merge(rest))
        .nest("/api/v1", provider)
        .nest("/functions/v1", molt::routes::functions(shared))
        .merge(molt::routes::pages())
        .route("/files/{file_id}", market("downloadFile", get(attachments::download)))
        .nest("/control", control::router(shared))
        .fallback(async || Refusal::NotFound("Address"))
        .layer(map_response_with_state(shared.clone(), date))
        .with_state(shared.clone())
}

fn wrap(shared: &Arc<Shared>, operation: &'static str, voice: Voice, route: Route) -> Route {
    route.route_layer(from_fn_with_state(Around { shared: shared.clone(), operation, voice }, around))
}

/// The marketplace's time, so that a client can see how far its own clock is off.
async fn date(State(shared): State<Arc<Shared>>, mut response: Response) -> Response {
    let now = shared.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(value) = HeaderValue::from_str(&now) {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}

async fn health() -> Json<Value> {
    Json(json!({"status": "ok", "service": "practice"}))
}
