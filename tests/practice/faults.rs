//! Bad weather on request.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::seller::Seller;

async fn in_progress(seller: &Seller) -> String {
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("by_hand").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    order_id
}

async fn say(seller: &Seller, order_id: &str) -> reqwest::Result<(u16, Value)> {
    let address = format!("{}/orders/{order_id}/messages", seller.at.market_base);
    seller.call(Method::POST, address, &seller.at.seller_api_key, Some(json!({"content": "hello"}))).await
}

async fn said(seller: &Seller, order_id: &str) -> usize {
    seller.look(&format!("/order/{order_id}")).await["messages"].as_array().unwrap().len()
}

#[tokio::test]
async fn fails_before_the_effect() {
    let seller = Seller::open().await;
    let order_id = in_progress(&seller).await;
    let fault = json!({"operation": "sendOrderMessage", "kind": "fail_before", "status": 503, "retry_after": 7, "count": 2});
    seller.control("/fault", fault).await;
    assert_eq!(say(&seller, &order_id).await.unwrap().0, 503);
    let request = seller.client.post(format!("{}/orders/{order_id}/messages", seller.at.market_base));
    let answer = request
        .bearer_auth(&seller.at.seller_api_key)
        .json(&json!({"content": "hello"}))
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["Retry-After"].to_str().unwrap()), (503, "7"));
    assert_eq!(said(&seller, &order_id).await, 0);
    assert_eq!(say(&seller, &order_id).await.unwrap().0, 201, "the fault is used up");
}

#[tokio::test]
async fn fails_after_the_effect() {
    let seller = Seller::open().await;
    let order_id = in_progress(&seller).await;
    seller
        .control("/fault", json!({"operation": "sendOrderMessage", "kind": "fail_after", "status": 502}))
        .await;
    assert_eq!(say(&seller, &order_id).await.unwrap().0, 502);
    assert_eq!(said(&seller, &order_id).await, 1, "it was said nevertheless");
    let counters = seller.look(&format!("/calls?order_id={order_id}")).await["counters"].clone();
    assert_eq!(counters["sendOrderMessage"], json!({"received": 1, "done": 1}));
}

#[tokio::test]
async fn cuts_the_connection_before_or_after_the_effect() {
    let seller = Seller::open().await;
    let order_id = in_progress(&seller).await;
    for (kind, expected) in [("drop_before", 0), ("drop", 1)] {
        seller
            .control("/fault", json!({"operation": "sendOrderMessage", "kind": kind, "order_id": order_id}))
            .await;
        assert!(say(&seller, &order_id).await.is_err(), "{kind} leaves no answer");
        assert_eq!(said(&seller, &order_id).await, expected, "{kind}");
    }
}

#[tokio::test]
async fn answers_slowly() {
    let seller = Seller::open().await;
    let order_id = in_progress(&seller).await;
    seller.control("/fault", json!({"operation": "*", "kind": "slow", "slow_ms": 120})).await;
    let started = Instant::now();
    assert_eq!(say(&seller, &order_id).await.unwrap().0, 201);
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn answers_with_a_body_of_ones_choice() {
    let seller = Seller::open().await;
    let empty = json!({"choices": [{"message": {"role": "assistant", "content": "no picture"}, "finish_reason": "stop"}]});
    seller
        .control(
            "/fault",
            json!({"operation": "chatCompletion", "kind": "status", "status": 200, "body": empty}),
        )
        .await;
    let ask = json!({"model": "google/gemini-2.5-flash-image", "modalities": ["image", "text"], "messages": [{"role": "user", "content": "a fox"}]});
    assert_eq!(seller.ask("/chat/completions", ask.clone()).await, (200, empty));
    seller.control("/fault", json!({"operation": "chatCompletion", "kind": "status", "status": 429})).await;
    let (status, answer) = seller.ask("/chat/completions", ask).await;
    assert_eq!((status, &answer["error"]["metadata"]["error_type"]), (429, &json!("rate_limit_exceeded")));
}

#[tokio::test]
async fn control_wants_its_token() {
    let seller = Seller::open().await;
    let address = format!("{}/state", seller.at.control_base);
    let (status, _) = seller.call(Method::GET, address, &seller.at.seller_api_key, None).await.unwrap();
    assert_eq!(status, 401);
}
