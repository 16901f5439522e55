//! The address by which tests and the desk steer the marketplace. Every call wants the control token.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::buyers::{self, BuyerKind};
use super::market::{disputes, messages, orders};
use super::molt;
use super::refusal::Refusal;
use super::shared::Shared;
use super::state::Moderation;
use super::weather::{DialChange, Fault};

/// The control calls:
///
/// - `POST /order` `{listing_id?, buyer?, text?}`: a simulated buyer buys; answers `order_id`, `buyer_id`, `buyer_api_key`.
/// - `GET /order/{id}`: a buyer's view: status, messages, attachments with SHA-256, dispute.
/// - `POST /listing/moderation` `{listing_id, moderation}`: `approved`, `pending_review` or `rejected`.
/// - `POST /buyer/message` `{order_id, text}`, `/buyer/confirm`, `/buyer/cancel`, `/buyer/dispute` `{order_id, reason?}`.
/// - `POST /speed` `{speed}`; `POST /advance` `{seconds}`: time.
/// - `POST /fault`: one fault, see [`Fault`]; `POST /fault/clear`.
/// - `GET /weather`: the dial, the preset it stands at if any, the seed, what was struck.
/// - `POST /weather` `{preset?, seed?, chances?: {slider: 0..1}, amounts?: {slider: n}}`: turns it; what is not named
///   stays. Presets are `calm`, `breezy`, `storm`; sliders are named in `weather::Slider`.
/// - `POST /push/pause` `{paused}`: events stay in the feed only.
/// - `POST /credit` `{limit_usd}`: caps the provider's key; null lifts the cap.
/// - `GET /calls?operation=&order_id=&limit=`: what was received, and what the weather struck.
/// - `GET /events/{agent_id}`: ids of its events: recorded, waiting in its feed, taken when pushed.
/// - `GET /state`: time, speed, counts.
/// - `/molt/…`: the second market, see `molt::control`.
pub(super) fn router(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
        .route("/order", post(order))
        .route("/order/{order_id}", get(see_order))
        .route("/listing/moderation", post(moderate))
        .route("/buyer/message", post(buyer_message))
        .route("/buyer/confirm", post(buyer_confirm))
        .route("/buyer/cancel", post(buyer_cancel))
        .route("/buyer/dispute", post(buyer_dispute))
        .route("/speed", post(speed))
        .route("/advance", post(advance))
        .route("/fault", post(fault))
        .route("/fault/clear", post(clear_faults))
        .route("/weather", get(weather).post(set_weather))
        .route("/push/pause", post(pause_pushes))
        .route("/credit", post(credit))
        .route("/calls", get(calls))
        .route("/events/{agent_id}", get(events))
        .route("/state", get(state))
        .nest("/molt", molt::control::router())
        .route_layer(from_fn_with_state(shared.clone(), guard))
}

async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Result<Response, Refusal> {
    let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match token.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(token) if token == shared.addresses.control_token => Ok(next.run(request).await),
        _ => Err(Refusal::Unauthorized),
    }
}

#[derive(Debug, Deserialize)]
struct OrderWish {
    listing_id: Option<String>,
    #[serde(default)]
    buyer: BuyerKind,
    text: Option<String>,
}

async fn order(
    State(shared): State<Arc<Shared>>,
    Json(wish): Json<OrderWish>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let newest = || {
        let world = shared.world();
        world.listings.iter().rev().find(|listing| listing.is_for_sale()).map(|listing| listing.id.clone())
    };
    let listing_id = wish.listing_id.or_else(newest).ok_or(Refusal::NotFound("Listing"))?;
    let placed = buyers::order(&shared, &listing_id, wish.buyer, wish.text)?;
    Ok((
        StatusCode::CREATED,
        Json(
            json!({"order_id": placed.order_id, "buyer_id": placed.buyer_id, "buyer_api_key": placed.buyer_api_key}),
        ),
    ))
}

#[derive(Debug, Deserialize)]
struct Verdict {
    listing_id: String,
    moderation: Moderation,
}

async fn moderate(
    State(shared): State<Arc<Shared>>,
    Json(verdict): Json<Verdict>,
) -> Result<Json<Value>, Refusal> {
    let mut turn = shared.turn();
    let listing = turn.lookup_listing_mut(&verdict.listing_id).ok_or(Refusal::NotFound("Listing"))?;
    listing.moderation = verdict.moderation;
    Ok(Json(json!({"moderation_status": listing.moderation})))
}

async fn see_order(
    State(shared): State<Arc<Shared>>,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let order = world.lookup_order(&order_id).ok_or(Refusal::NotFound("Order"))?;
    Ok(Json(orders::buyers_view(&shared, &world, order)))
}

#[derive(Debug, Deserialize)]
struct BuyerAct {
    order_id: String,
    text: Option<String>,
    reason: Option<String>,
}

fn buyer_of(shared: &Shared, order_id: &str) -> Result<String, Refusal> {
    let world = shared.world();
    world.lookup_order(order_id).map(|order| order.buyer_id.clone()).ok_or(Refusal::NotFound("Order"))
}

async fn buyer_message(
    State(shared): State<Arc<Shared>>,
    Json(act): Json<BuyerAct>,
) -> Result<Json<Value>, Refusal> {
    let buyer = buyer_of(&shared, &act.order_id)?;
    let text = act.text.ok_or_else(|| Refusal::flaw("text", "missing", "Field required"))?;
    let message = messages::say(&mut shared.turn(), &buyer, &act.order_id, &text)?;
    Ok(Json(json!({"message_id": message.id})))
}

async fn buyer_confirm(
    State(shared): State<Arc<Shared>>,
    Json(act): Json<BuyerAct>,
) -> Result<Json<Value>, Refusal> {
    let buyer = buyer_of(&shared, &act.order_id)?;
    orders::confirm(&mut shared.turn(), &buyer, &act.order_id)?;
    Ok(Json(json!({"ok": true})))
}

async fn buyer_cancel(
    State(shared): State<Arc<Shared>>,
    Json(act): Json<BuyerAct>,
) -> Result<Json<Value>, Refusal> {
    let buyer = buyer_of(&shared, &act.order_id)?;
    let reason = act.reason.unwrap_or_else(|| "I changed my mind".into());
    orders::cancel(&mut shared.turn(), &buyer, &act.order_id, &reason)?;
    Ok(Json(json!({"ok": true})))
}

async fn buyer_dispute(
    State(shared): State<Arc<Shared>>,
    Json(act): Json<BuyerAct>,
) -> Result<Json<Value>, Refusal> {
    let buyer = buyer_of(&shared, &act.order_id)?;
    let reason = act.reason.unwrap_or_else(|| "This is not what I asked for.".into());
    disputes::raise(&mut shared.turn(), &buyer, &act.order_id, &reason)?;
    Ok(Json(json!({"ok": true})))
}

#[derive(Debug, Deserialize)]
struct SpeedWish {
    /// 0 takes the delays out (JSON has no infinity).
    speed: f64,
}

async fn speed(State(shared): State<Arc<Shared>>, Json(wish): Json<SpeedWish>) -> Json<Value> {
    shared.set_speed(wish.speed);
    state(State(shared)).await
}

#[derive(Debug, Deserialize)]
struct Jump {
    seconds: f64,
}

async fn advance(State(shared): State<Arc<Shared>>, Json(jump): Json<Jump>) -> Json<Value> {
    shared.clock.advance(jump.seconds);
    super::deadlines::run(&shared);
    shared.stirred.notify_one();
    state(State(shared)).await
}

async fn fault(State(shared): State<Arc<Shared>>, Json(fault): Json<Fault>) -> Json<Value> {
    let mut weather = shared.weather.lock().unwrap_or_else(PoisonError::into_inner);
    weather.add(fault);
    Json(json!({"waiting": weather.waiting()}))
}

async fn clear_faults(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.weather.lock().unwrap_or_else(PoisonError::into_inner).clear();
    Json(json!({"waiting": 0}))
}

async fn weather(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let weather = shared.weather.lock().unwrap_or_else(PoisonError::into_inner);
    Json(json!({"chances": weather.dial().chances, "amounts": weather.dial().amounts,
        "preset": weather.dial().preset(), "seed": weather.seed(), "strikes": weather.view(None, 200)}))
}

async fn set_weather(
    State(shared): State<Arc<Shared>>,
    Json(change): Json<DialChange>,
) -> Result<Json<Value>, Refusal> {
    shared
        .set_weather(&change)
        .map_err(|slider| Refusal::flaw(slider, "out_of_range", format!("{slider} cannot stand there")))?;
    Ok(weather(State(shared)).await)
}

#[derive(Debug, Deserialize)]
struct Pause {
    paused: bool,
}

async fn pause_pushes(State(shared): State<Arc<Shared>>, Json(pause): Json<Pause>) -> Json<Value> {
    shared.pushes_paused.store(pause.paused, Ordering::Relaxed);
    Json(json!({"paused": pause.paused}))
}

#[derive(Debug, Deserialize)]
struct Credit {
    limit_usd: Option<f64>,
}

async fn credit(State(shared): State<Arc<Shared>>, Json(credit): Json<Credit>) -> Json<Value> {
    let mut turn = shared.turn();
    turn.account.limit_usd = credit.limit_usd;
    Json(json!({"limit_usd": credit.limit_usd, "usage_usd": turn.account.usage_usd}))
}

#[derive(Debug, Deserialize)]
struct CallsQuery {
    operation: Option<String>,
    order_id: Option<String>,
    limit: Option<usize>,
}

async fn calls(State(shared): State<Arc<Shared>>, Query(query): Query<CallsQuery>) -> Json<Value> {
    let (pictures, usage_usd) = {
        let world = shared.world();
        (world.account.pictures, world.account.usage_usd)
    };
    let calls = shared.calls.lock().unwrap_or_else(PoisonError::into_inner);
    let counters = match &query.order_id {
        Some(order_id) => json!(calls.by_order.get(order_id).cloned().unwrap_or_default()),
        None => json!(calls.counters),
    };
    let mut latest: Vec<_> = calls
        .latest
        .iter()
        .rev()
        .filter(|call| query.operation.as_deref().is_none_or(|wanted| call.operation == wanted))
        .filter(|call| query.order_id.is_none() || call.order_id == query.order_id)
        .take(query.limit.unwrap_or(200))
        .collect();
    latest.reverse();
    let strikes = shared
        .weather
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .view(query.order_id.as_deref(), query.limit.unwrap_or(200));
    Json(json!({"calls": latest, "counters": counters, "paid_pictures": pictures, "usage_usd": usage_usd,
        "strikes": strikes}))
}

async fn events(State(shared): State<Arc<Shared>>, Path(agent_id): Path<String>) -> Json<Value> {
    let (recorded, waiting) = {
        let world = shared.world();
        let waiting: Vec<u64> =
            world.feeds.get(&agent_id).into_iter().flat_map(|feed| feed.keys().copied()).collect();
        (world.recorded.get(&agent_id).cloned().unwrap_or_default(), waiting)
    };
    let calls = shared.calls.lock().unwrap_or_else(PoisonError::into_inner);
    let taken: Vec<u64> = recorded.iter().copied().filter(|id| calls.pushes_taken.contains(id)).collect();
    Json(json!({"recorded": recorded, "waiting": waiting, "taken": taken}))
}

async fn state(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let world = shared.world();
    let speed = shared.clock.speed();
    Json(json!({
        "time": shared.clock.now(), "speed": if speed.is_finite() { speed } else { 0.0 },
        "orders": world.orders.len(), "open_orders": world.open.len(), "listings": world.listings.len(),
        "events": world.next_event, "pushes_paused": shared.are_pushes_paused(),
        "pushes_under_way": shared.pushes_under_way.load(Ordering::Relaxed),
        "faults_waiting": shared.weather.lock().unwrap_or_else(PoisonError::into_inner).waiting(),
    }))
}
