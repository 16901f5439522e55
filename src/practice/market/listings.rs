//! What is for sale.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Paging, agents, policy};
use crate::practice::body::Body;
use crate::practice::caller::Caller;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::{pagination, stamp};
use crate::practice::shared::Shared;
use crate::practice::state::{Listing, Moderation, OrderStatus, World};
use crate::practice::uat::Uat;

fn view(shared: &Shared, world: &World, listing: &Listing) -> Value {
    let seller = world
        .agents
        .get(&listing.seller_id)
        .map(|seller| agents::public_view(shared, seller, shared.clock.now()));
    json!({
        "id": listing.id, "title": listing.title, "description": listing.description,
        "price": listing.price.number(), "seller_id": listing.seller_id, "status": listing.status(),
        "moderation_status": listing.moderation, "is_hidden": listing.is_hidden, "inventory": listing.inventory,
        "sold_count": listing.sold_count, "view_count": listing.view_count, "category": listing.category,
        "tags": listing.tags, "tier": "tier_1",
        "trust_score": seller.as_ref().and_then(|seller| seller.get("trust_score").cloned()),
        "avg_completion_seconds": null, "input_schema": listing.input_schema,
        "output_schema": listing.output_schema, "example_input": listing.example_input,
        "example_output": listing.example_output, "seller": seller,
        "created_at": stamp(listing.created_at, listing.ordinal), "updated_at": stamp(listing.updated_at, listing.ordinal),
    })
}

/// Reads a price, noting flaws.
fn price_field(body: &mut Body) -> Option<Uat> {
    let value = body.value("price")?.clone();
    match Uat::read(&value) {
        Some(price) if price > Uat::default() => Some(price),
        Some(_) => {
            body.flaw("price", "greater_than", "Input should be greater than 0");
            None
        }
        None => {
            body.flaw("price", "float_parsing", "Input should be a valid number");
            None
        }
    }
}

/// Reads a schema document, noting flaws.
fn schema_field(body: &mut Body, field: &str) -> Value {
    let value = body.value(field).cloned().unwrap_or(Value::Null);
    if !value.is_null() && !value.is_object() {
        body.flaw(field, "dict_type", "Input should be a valid dictionary");
    }
    value
}

/// Where a listing with these words begins.
fn moderated(title: &str, description: &str) -> Moderation {
    if policy::needs_review(&format!("{title}\n{description}")) {
        Moderation::PendingReview
    } else {
        Moderation::Approved
    }
}

/// Every text of a listing that buyers will read.
fn published_texts(listing: &Listing) -> Result<(), Refusal> {
    let documents = [
        listing.tags.join("\n"),
        listing.input_schema.to_string(),
        listing.output_schema.to_string(),
        listing.example_input.to_string(),
        listing.example_output.to_string(),
    ];
    let mut texts: Vec<&str> = documents.iter().map(String::as_str).collect();
    texts.extend([listing.title.as_str(), listing.description.as_str()]);
    policy::check(&texts)
}

pub(in crate::practice) async fn create(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let mut body = Body::read(&bytes)?;
    let title = body.text("name", 1, 200);
    let description = body.text("description", 1, 2000);
    if body.value("price").is_none() {
        body.flaw("price", "missing", "Field required");
    }
    let price = price_field(&mut body).unwrap_or_default();
    let category = body.optional_text("category", 0, 200);
    let tags = body.optional_texts("tags").unwrap_or_default();
    let inventory = match body.value("inventory") {
        None => None,
        Some(value) => {
            let units = value.as_u64();
            if units.is_none() {
                body.flaw("inventory", "int_type", "Input should be a valid integer of at least 0");
            }
            units
        }
    };
    let input_schema = schema_field(&mut body, "input_schema");
    let output_schema = schema_field(&mut body, "output_schema");
    body.check()?;

    let idempotency_key = ["idempotency-key", "x-idempotency-key"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .map(|key| format!("{agent_id} createListing {key}"));
    let mut turn = shared.turn();
    if let Some(made) = idempotency_key.as_ref().and_then(|key| turn.idempotency.get(key)).cloned() {
        let listing = turn.lookup_listing(&made).ok_or(Refusal::NotFound("Listing"))?;
        return Ok((StatusCode::CREATED, Json(json!({"listing": view(&shared, &turn, listing)}))));
    }
    let moderation = moderated(&title, &description);
    let listing = Listing {
        id: shared.uuid(),
        ordinal: turn.listings.len() as u64 + 1,
        seller_id: agent_id,
        title,
        description,
        price,
        category,
        tags,
        inventory,
        is_hidden: false,
        is_deleted: false,
        moderation,
        sold_count: 0,
        view_count: 0,
        input_schema,
        output_schema,
        example_input: body.value("example_input").cloned().unwrap_or(Value::Null),
        example_output: body.value("example_output").cloned().unwrap_or(Value::Null),
        created_at: turn.now,
        updated_at: turn.now,
    };
    published_texts(&listing)?;
    if let Some(key) = idempotency_key {
        turn.idempotency.insert(key, listing.id.clone());
    }
    let answer = json!({"listing": view(&shared, &turn, &listing)});
    turn.listings.push(listing);
    Ok((StatusCode::CREATED, Json(answer)))
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct Search {
    search: Option<String>,
    sort: Option<String>,
    status: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

pub(in crate::practice) async fn search(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<Search>,
) -> Json<Value> {
    let world = shared.world();
    let wanted = query.search.unwrap_or_default().to_lowercase();
    let status = query.status.as_deref().unwrap_or("active");
    let mut found: Vec<&Listing> = world
        .listings
        .iter()
        .rev()
        .filter(|listing| status == "active" && listing.is_for_sale())
        .filter(|listing| {
            format!("{} {} {}", listing.title, listing.description, listing.tags.join(" "))
                .to_lowercase()
                .contains(&wanted)
        })
        .collect();
    match query.sort.as_deref() {
        Some("price_asc") => found.sort_by_key(|listing| listing.price),
        Some("price_desc") => found.sort_by_key(|listing| std::cmp::Reverse(listing.price)),
        _ => {}
    }
    let paging = Paging { page: query.page, limit: query.limit };
    let (rows, total) = paging.cut(found);
    let items: Vec<Value> = rows.into_iter().map(|listing| view(&shared, &world, listing)).collect();
    Json(json!({"items": items, "page": paging.page(), "total": total}))
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct Mine {
    include_hidden: Option<bool>,
    page: Option<usize>,
    limit: Option<usize>,
}

pub(in crate::practice) async fn mine(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Query(query): Query<Mine>,
) -> Json<Value> {
    let world = shared.world();
    let own: Vec<&Listing> = world
        .listings
        .iter()
        .rev()
        .filter(|listing| listing.seller_id == agent_id && !listing.is_deleted)
        .filter(|listing| !listing.is_hidden || query.include_hidden.unwrap_or(false))
        .collect();
    let paging = Paging { page: query.page, limit: query.limit };
    let (rows, total) = paging.cut(own);
    let items: Vec<Value> = rows.into_iter().map(|listing| view(&shared, &world, listing)).collect();
    Json(json!({"items": items, "pagination": pagination(paging.page(), paging.limit(), total)}))
}

pub(in crate::practice) async fn get(
    State(shared): State<Arc<Shared>>,
    Path(listing_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let mut turn = shared.turn();
    let listing = turn.lookup_listing_mut(&listing_id).ok_or(Refusal::NotFound("Listing"))?;
    listing.view_count += 1;
    let listing = listing.clone();
    Ok(Json(json!({"listing": view(&shared, &turn, &listing)})))
}

pub(in crate::practice) async fn update(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(listing_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut body = Body::read(&bytes)?;
    let title = body.optional_text("name", 1, 200);
    let description = body.optional_text("description", 1, 2000);
    let price = price_field(&mut body);
    let tags = body.optional_texts("tags");
    let input_schema = schema_field(&mut body, "input_schema");
    let output_schema = schema_field(&mut body, "output_schema");
    let is_hidden = body.value("is_hidden").and_then(Value::as_bool);
    if body.value("is_hidden").is_some() && is_hidden.is_none() {
        body.flaw("is_hidden", "bool_type", "Input should be a valid boolean");
    }
    body.check()?;

    let mut turn = shared.turn();
    let now = turn.now;
    let listing = turn.lookup_listing(&listing_id).ok_or(Refusal::NotFound("Listing"))?;
    own(listing, &agent_id)?;
    let mut changed = listing.clone();
    changed.title = title.unwrap_or(changed.title);
    changed.description = description.unwrap_or(changed.description);
    changed.price = price.unwrap_or(changed.price);
    if moderated(&changed.title, &changed.description) != moderated(&listing.title, &listing.description) {
        changed.moderation = moderated(&changed.title, &changed.description);
    }
    changed.tags = tags.unwrap_or(changed.tags);
    changed.is_hidden = is_hidden.unwrap_or(changed.is_hidden);
    let documents: [(&str, &mut Value, Value); 4] = [
        ("input_schema", &mut changed.input_schema, input_schema),
        ("output_schema", &mut changed.output_schema, output_schema),
        (
            "example_input",
            &mut changed.example_input,
            body.value("example_input").cloned().unwrap_or(Value::Null),
        ),
        (
            "example_output",
            &mut changed.example_output,
            body.value("example_output").cloned().unwrap_or(Value::Null),
        ),
    ];
    for (field, document, sent) in documents {
        if body.has(field) {
            *document = sent;
        }
    }
    changed.updated_at = now;
    published_texts(&changed)?;
    let answer = view(&shared, &turn, &changed);
    if let Some(listing) = turn.lookup_listing_mut(&listing_id) {
        *listing = changed;
    }
    Ok(Json(answer))
}

pub(in crate::practice) async fn delete(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(listing_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let mut turn = shared.turn();
    let listing = turn.lookup_listing_mut(&listing_id).ok_or(Refusal::NotFound("Listing"))?;
    own(listing, &agent_id)?;
    listing.is_deleted = true;
    Ok(Json(json!({"success": true, "id": listing_id})))
}

pub(in crate::practice) async fn metrics(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(listing_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let listing = world.lookup_listing(&listing_id).ok_or(Refusal::NotFound("Listing"))?;
    own(listing, &agent_id)?;
    let orders: Vec<_> = world.orders.iter().filter(|order| order.listing_id == listing_id).collect();
    let completed = orders.iter().filter(|order| order.status == OrderStatus::Completed).count();
    let cancelled = orders.iter().filter(|order| order.status == OrderStatus::Cancelled).count();
    let revenue = orders.iter().filter_map(|order| order.payout).fold(0, |sum, payout| sum + payout.0);
    Ok(Json(json!({
        "listing_id": listing_id, "view_count": listing.view_count, "sold_count": listing.sold_count,
        "orders_total": orders.len(), "orders_completed": completed, "orders_cancelled": cancelled,
        "revenue": Uat(revenue).text(),
    })))
}

fn own(listing: &Listing, agent_id: &str) -> Result<(), Refusal> {
    if listing.seller_id == agent_id {
        Ok(())
    } else {
        Err(Refusal::Forbidden("Only the seller of this listing may do that".into()))
    }
}
