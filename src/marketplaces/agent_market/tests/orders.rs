use wiremock::matchers::query_param;

use super::*;
use crate::marketplaces::{DeliveryNote, MarketError, MarketStatus};

#[tokio::test]
async fn reads_an_order_under_every_name_its_parts_have() {
    let families = [
        json!({"order": {
            "id": "o1", "status": "pending_accept", "service_sku_id": "s1", "service_name_snapshot": "A cat",
            "buyer_agent_id": "b1", "seller_agent_id": "me", "price_snapshot": "80.00", "price": 99,
            "accept_deadline": "2026-05-04T12:30:00Z", "buyer": {"id": "b1", "name": "Bo"}, "later_key": [1],
        }}),
        json!({
            "order_id": "o1", "status": "pending_accept", "listing_id": "s1", "listing_title": "A cat",
            "buyer_id": "b1", "seller_id": "me", "price": 80, "accept_deadline_at": "2026-05-04T14:30:00+02:00",
            "buyer_name": "Bo",
        }),
        json!({"success": true, "data": {"order": {
            "order_id": "o1", "status": "pending_accept", "total_price": 80.0, "deadline_at": "2026-05-04T12:30:00.000Z",
            "listing": {"id": "s1", "name": "A cat"}, "buyer": {"id": "b1", "name": "Bo"}, "seller": {"id": "me"},
        }}}),
    ];
    for answer in families {
        let market = Market::open().await;
        market.answers("GET", "/orders/o1", 200, answer.clone()).await;
        let order = market.client.read_order("o1").await.unwrap();
        assert_eq!(order.id, "o1");
        assert_eq!(order.status, MarketStatus::PendingAccept);
        assert_eq!(order.listing_id.as_deref(), Some("s1"), "{answer}");
        assert_eq!(order.title.as_deref(), Some("A cat"), "{answer}");
        assert_eq!(
            (order.buyer_id.as_deref(), order.buyer_name.as_deref()),
            (Some("b1"), Some("Bo")),
            "{answer}"
        );
        assert_eq!(order.seller_id.as_deref(), Some("me"));
        assert_eq!(order.price, Some(80.into()), "{answer}");
        assert_eq!(order.accept_deadline, Some("2026-05-04T12:30:00Z".parse().unwrap()), "{answer}");
    }
}

#[tokio::test]
async fn keeps_what_it_does_not_know_and_misses_what_is_not_there() {
    let market = Market::open().await;
    let answer = json!({"id": "o1", "status": "on_the_moon", "price": {"odd": 1}, "created_at": 12, "requirement": "a cat"});
    market.answers("GET", "/orders/o1", 200, answer).await;
    let order = market.client.read_order("o1").await.unwrap();
    assert_eq!(order.status, MarketStatus::Other("on_the_moon".to_owned()));
    assert_eq!((order.price, order.created_at, order.listing_id), (None, None, None));
    assert_eq!(order.requirement, Some(json!("a cat")));
}

#[tokio::test]
async fn lists_every_page_of_sales_once() {
    let market = Market::open().await;
    let row = |number: u32| json!({"id": format!("o{number}"), "status": "pending_accept"});
    for (page, rows, paging) in [
        ("1", vec![row(1), row(2)], json!({"page": 1, "totalPages": 3})),
        ("2", vec![row(2), row(3)], json!({"page": 2, "total_pages": "3"})),
        ("3", vec![row(4)], json!({"page": 3, "totalPages": 3})),
    ] {
        let call = on("GET", "/orders").and(query_param("page", page)).and(query_param("role", "seller"));
        let answer = ResponseTemplate::new(200).set_body_json(json!({"orders": rows, "pagination": paging}));
        market.mount(call.and(query_param("status", "pending_accept")), answer).await;
    }
    let orders = market.client.list_orders(&MarketStatus::PendingAccept).await.unwrap();
    let ids: Vec<_> = orders.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(ids, ["o1", "o2", "o3", "o4"]);
    assert_eq!(market.calls().await.len(), 3);
}

#[tokio::test]
async fn stops_when_the_market_repeats_the_same_page() {
    let market = Market::open().await;
    let rows: Vec<_> = (0..20).map(|number| json!({"id": number, "status": "in_progress"})).collect();
    market.answers("GET", "/orders", 200, json!(rows)).await;
    let orders = market.client.list_orders(&MarketStatus::InProgress).await.unwrap();
    assert_eq!(orders.len(), 20);
    assert_eq!(market.calls().await.len(), 2);
}

#[tokio::test]
async fn stops_after_two_hundred_pages_of_a_list_without_end() {
    let market = Market::open().await;
    on("GET", "/orders")
        .respond_with(|call: &Request| {
            let page = call.url.query_pairs().find(|(name, _)| name == "page").unwrap().1.into_owned();
            ResponseTemplate::new(200).set_body_json(
                json!({"orders": [{"id": page, "status": "in_progress"}], "totalPages": 999_999}),
            )
        })
        .mount(&market.server)
        .await;
    assert_eq!(market.client.list_orders(&MarketStatus::InProgress).await.unwrap().len(), 200);
}

#[tokio::test]
async fn leaves_out_purchases_other_statuses_and_rows_without_an_id() {
    let market = Market::open().await;
    let rows = json!([
        {"id": "sale", "status": "in_progress", "role": "seller"},
        {"id": "purchase", "status": "in_progress", "role": "buyer"},
        {"id": "over", "status": "completed"},
        {"id": "strange", "status": "on_the_moon"},
        {"id": "silent"},
        {"status": "in_progress"},
        7,
    ]);
    market.answers("GET", "/orders", 200, rows).await;
    let orders = market.client.list_orders(&MarketStatus::InProgress).await.unwrap();
    let ids: Vec<_> = orders.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(ids, ["sale", "strange", "silent"]);
    assert_eq!(orders[2].status, MarketStatus::InProgress, "the row was asked for by this status");
}

#[tokio::test]
async fn accepts_with_and_without_the_confirmed_input() {
    let market = Market::open().await;
    market.answers("POST", "/orders/o1/accept", 200, order()).await;
    assert_eq!(market.client.accept("o1", None).await.unwrap().status, MarketStatus::InProgress);
    assert_eq!(market.last_body().await, json!({}));
    market.client.accept("o1", Some(&json!({"prompt": "a cat"}))).await.unwrap();
    assert_eq!(market.last_body().await, json!({"confirmed_input": {"prompt": "a cat"}}));
}

#[tokio::test]
async fn declines_by_cancelling_where_reject_does_not_exist() {
    for status in [404, 405] {
        let market = Market::open().await;
        market.answers("POST", "/orders/o1/reject", status, json!({"detail": "Not Found"})).await;
        market
            .answers("POST", "/orders/o1/cancel", 200, json!({"order": {"id": "o1", "status": "cancelled"}}))
            .await;
        assert_eq!(market.client.decline("o1", "too busy").await.unwrap().status, MarketStatus::Cancelled);
        assert_eq!(market.last_body().await, json!({"reason": "too busy"}));
    }
    let market = Market::open().await;
    market.answers("POST", "/orders/o1/reject", 409, json!({"error": "already accepted"})).await;
    assert!(matches!(market.client.decline("o1", "too busy").await, Err(MarketError::Conflict { .. })));
    assert_eq!(market.calls().await.len(), 1, "only a missing path is a reason to cancel instead");
}

#[tokio::test]
async fn cancels_with_the_reason_it_must_have() {
    let market = Market::open().await;
    market.answers("POST", "/orders/o1/cancel", 200, json!({"id": "o1", "status": "cancelled"})).await;
    market.client.cancel("o1", "unlawful_or_regulated_request").await.unwrap();
    assert_eq!(market.last_body().await, json!({"reason": "unlawful_or_regulated_request"}));
    for reason in ["", "  ", &"r".repeat(2001)] {
        assert!(matches!(market.client.cancel("o1", reason).await, Err(MarketError::Refused { .. })));
    }
    assert_eq!(market.calls().await.len(), 1);
}

#[tokio::test]
async fn completes_with_note_and_attestation() {
    let market = Market::open().await;
    market
        .answers("POST", "/orders/o1/complete", 200, json!({"id": "o1", "status": "pending_confirmation"}))
        .await;
    let mut delivery = DeliveryNote {
        note: "cat.png is your picture".to_owned(),
        checks: vec![crate::marketplaces::DeliveryCheck { name: "opens".to_owned(), passed: true }],
        metrics: serde_json::Map::from_iter([("file_count".to_owned(), json!(1))]),
    };
    let order = market.client.complete("o1", &delivery).await.unwrap();
    assert_eq!(order.status, MarketStatus::PendingConfirmation);
    let attestation = json!({"version": "1", "seller": {
        "status": "passed", "metrics": {"file_count": 1}, "checks": [{"name": "opens", "status": "passed"}], "warnings": [],
    }});
    let sent = market.last_body().await;
    assert_eq!(
        sent,
        json!({"delivery_note": "cat.png is your picture", "delivery_attestation": attestation})
    );
    delivery.note = "图".repeat(2001);
    assert!(matches!(market.client.complete("o1", &delivery).await, Err(MarketError::Refused { .. })));
    assert_eq!(market.calls().await.len(), 1);
}

#[tokio::test]
async fn proposes_a_refund_share() {
    let market = Market::open().await;
    market.answers("POST", "/disputes/o1/negotiate", 200, json!({"status": "open"})).await;
    assert_eq!(market.client.propose_refund("o1", 50).await.unwrap(), json!({"status": "open"}));
    assert_eq!(market.last_body().await, json!({"proposed_refund_percentage": 50}));
    assert!(matches!(market.client.propose_refund("o1", 101).await, Err(MarketError::Refused { .. })));
}
