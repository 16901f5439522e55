use wiremock::matchers::{body_partial_json, header, query_param};

use super::*;
use crate::marketplaces::{ListingText, MarketError};

fn draft() -> ListingText {
    ListingText {
        name: "A cat".to_owned(),
        description: "Send a wish, get a picture".to_owned(),
        price: "80.00".parse().unwrap(),
        category: "tech".to_owned(),
        tags: vec!["cat".to_owned()],
        inventory: None,
        input_schema: None,
        example_input: None,
    }
}

#[tokio::test]
async fn publishes_under_a_key_and_reads_the_title_back() {
    let market = Market::open().await;
    let answer = json!({"listing": {"id": "s1", "title": "A cat", "price": "80.00", "status": "active", "moderation_status": "pending_review"}});
    let call = on("POST", "/listings")
        .and(header("Idempotency-Key", "draft-1"))
        .and(header("X-Idempotency-Key", "draft-1"));
    market.mount(call, ResponseTemplate::new(201).set_body_json(answer)).await;
    let listing = market.client.create_listing(&draft(), "draft-1").await.unwrap();
    assert_eq!((listing.id.as_str(), listing.text.name.as_str()), ("s1", "A cat"));
    assert_eq!(listing.moderation.as_deref(), Some("pending_review"));
    let sent = json!({"name": "A cat", "description": "Send a wish, get a picture", "price": 80, "tags": ["cat"], "category": "tech"});
    assert_eq!(market.last_body().await, sent, "no stock unless it is set");
}

#[tokio::test]
async fn drops_the_stock_once_when_the_market_objects_to_it() {
    for objection in [
        json!({"detail": [{"loc": ["body", "inventory"], "msg": "extra fields not permitted"}]}),
        json!({"error": "Inventory is not accepted", "details": {"error_type": "validation_error"}}),
    ] {
        let market = Market::open().await;
        let with_stock = on("POST", "/listings").and(body_partial_json(json!({"inventory": 3})));
        market.mount(with_stock, ResponseTemplate::new(422).set_body_json(objection)).await;
        market.answers("POST", "/listings", 200, json!({"id": "s1", "name": "A cat"})).await;
        let with_stock = ListingText { inventory: Some(3), ..draft() };
        assert_eq!(market.client.create_listing(&with_stock, "draft-1").await.unwrap().id, "s1");
        let calls = market.calls().await;
        assert_eq!(calls.len(), 2);
        assert!(calls.iter().all(|call| call.headers["Idempotency-Key"] == "draft-1"));
        assert!(market.last_body().await.get("inventory").is_none());
    }
}

#[tokio::test]
async fn does_not_repeat_a_refused_listing() {
    let market = Market::open().await;
    let refusal = json!({"error": {"code": "content_policy_violation", "categories": ["fraud"], "reasons": ["inventory of keys"]}});
    market.answers("POST", "/listings", 422, refusal).await;
    let with_stock = ListingText { inventory: Some(3), ..draft() };
    let error = market.client.create_listing(&with_stock, "draft-1").await.unwrap_err();
    assert!(
        matches!(error, MarketError::ContentPolicy { ref categories, .. } if categories == &["fraud"]),
        "{error:?}"
    );
    assert_eq!(market.calls().await.len(), 1);
}

#[tokio::test]
async fn sends_no_listing_that_cannot_fit() {
    let market = Market::open().await;
    for unfit in [
        ListingText { name: "n".repeat(201), ..draft() },
        ListingText { name: " ".to_owned(), ..draft() },
        ListingText { description: "d".repeat(2001), ..draft() },
        ListingText { price: 0.into(), ..draft() },
        ListingText { category: String::new(), ..draft() },
    ] {
        let answer = market.client.create_listing(&unfit, "draft-1").await;
        assert!(matches!(answer, Err(MarketError::Refused { .. })), "{unfit:?}");
    }
    assert!(market.client.create_listing(&draft(), "line\nbreak").await.is_err());
    assert!(market.calls().await.is_empty());
}

#[tokio::test]
async fn lists_own_listings_hidden_ones_too() {
    let market = Market::open().await;
    let rows = json!([
        {"id": "s1", "title": "Shown", "name": "older name", "price": 80, "status": "active", "is_hidden": false, "sold_count": 2, "view_count": "9", "inventory": 1, "tags": null},
        {"id": "s2", "name": "Away", "price": 12.5, "status": "hidden", "category": "tech", "tags": ["a", "b"]},
        {"listing_id": "s3", "title": "New", "price": "7", "status": "being_born"},
    ]);
    let call = on("GET", "/listings/my").and(query_param("include_hidden", "true"));
    market
        .mount(call, ResponseTemplate::new(200).set_body_json(json!({"items": rows, "page": 1, "total": 3})))
        .await;
    let listings = market.client.list_listings().await.unwrap();
    let read: Vec<_> = listings
        .iter()
        .map(|l| (l.id.as_str(), l.text.name.as_str(), l.is_hidden, l.status.as_str()))
        .collect();
    assert_eq!(
        read,
        [
            ("s1", "Shown", false, "active"),
            ("s2", "Away", true, "hidden"),
            ("s3", "New", false, "being_born")
        ]
    );
    assert_eq!(
        (listings[0].sold_count, listings[0].view_count, listings[0].text.inventory),
        (Some(2), Some(9), Some(1))
    );
    assert_eq!(listings[1].text.price, "12.5".parse().unwrap());
}

#[tokio::test]
async fn reads_changes_hides_and_deletes_a_listing() {
    let market = Market::open().await;
    let answer = json!({"id": "s1", "title": "A cat", "price": 80, "is_hidden": true});
    market.answers("GET", "/listings/s1", 200, json!({"listing": answer})).await;
    market.answers("PATCH", "/listings/s1", 200, answer).await;
    market.mount(on("DELETE", "/listings/s1"), ResponseTemplate::new(204)).await;
    market.answers("GET", "/listings/s1/metrics", 200, json!({"views": 3})).await;

    assert_eq!(market.client.read_listing("s1").await.unwrap().text.name, "A cat");
    market.client.update_listing("s1", &ListingText { inventory: Some(1), ..draft() }).await.unwrap();
    let sent =
        json!({"name": "A cat", "description": "Send a wish, get a picture", "price": 80, "tags": ["cat"]});
    assert_eq!(market.last_body().await, sent, "category and stock cannot be changed");
    assert!(market.client.hide_listing("s1", true).await.unwrap().is_hidden);
    assert_eq!(market.last_body().await, json!({"is_hidden": true}));
    market.client.delete_listing("s1").await.unwrap();
    assert_eq!(market.client.listing_metrics("s1").await.unwrap(), json!({"views": 3}));
}
