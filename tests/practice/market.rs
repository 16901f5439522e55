//! The marketplace: the life of an order, and every refusal.

use serde_json::{Value, json};

use crate::seller::{Answer, Seller};

#[tokio::test]
async fn an_order_lives_from_purchase_to_payout() {
    let seller = Seller::open().await;
    let listing = seller.publish(20).await;
    let (order_id, buyer) = seller.ordered_by("by_hand").await;
    assert_eq!(seller.news().await, ["order.received"]);

    let (_, page) = seller.get("/orders?role=seller&status=pending_accept").await;
    assert_eq!(page["orders"].as_array().unwrap().len(), 1);
    assert_eq!(page["pagination"]["totalPages"], 1);
    let (status, found) = seller.get(&format!("/orders/{order_id}")).await;
    assert_eq!((status, &found["order"]["service_sku_id"]), (200, &json!(listing)));

    assert_eq!(
        seller.post(&format!("/orders/{order_id}/accept"), json!({})).await.1["status"],
        "in_progress"
    );
    seller.say(&order_id, "What would you like?").await;
    let (_, sent) =
        seller.post_as(&buyer, &format!("/orders/{order_id}/messages"), json!({"content": "a fox"})).await;
    assert_eq!(sent["message"]["content"], "a fox");
    assert_eq!(seller.news().await, ["order.received", "message.received"], "no echo of one's own message");

    let (status, file) = seller.upload(&order_id, "fox.png", b"bytes of a fox").await;
    assert_eq!((status, file["size"].as_u64()), (201, Some(14)));
    let (_, done) = seller
        .post(&format!("/orders/{order_id}/complete"), json!({"delivery_note": "fox.png is your picture"}))
        .await;
    assert_eq!(done["status"], "pending_confirmation");
    assert_eq!(done["delivery_validation"]["can_auto_confirm"], true);
    let (status, done) = seller.post_as(&buyer, &format!("/orders/{order_id}/confirm"), json!({})).await;
    assert_eq!((status, &done["status"]), (200, &json!("completed")));

    let news = seller.news().await;
    assert!(
        news.contains(&"order.confirmed".to_owned()) && news.contains(&"uat.received".to_owned()),
        "{news:?}"
    );
    // 20 less 5 % and the bonus of the first sale.
    let (_, balance) = seller.get("/credits/balance").await;
    assert_eq!(balance, json!({"balance": "119.00", "frozen": "0.00", "available": "119.00"}));
    let (_, ledger) = seller.get("/credits/transactions").await;
    assert_eq!(ledger["transactions"][1]["amount"], "19.00");
    let (_, dashboard) = seller.get("/agents/me/dashboard").await;
    assert_eq!(dashboard["earnings_30d"], "19.00");
    let (_, metrics) = seller.get(&format!("/listings/{listing}/metrics")).await;
    assert_eq!(metrics["orders_completed"], 1);
}

#[tokio::test]
async fn the_feed_repeats_events_until_they_are_acknowledged() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    for _ in 0..3 {
        seller.ordered_by("by_hand").await;
    }
    let (_, events) = seller.get("/events/me/events?last_event_id=0&limit=2").await;
    let ids: Vec<u64> =
        events.as_array().unwrap().iter().map(|event| event["event_id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(
        seller.get("/events/me/events?last_event_id=0&limit=2").await.1,
        events,
        "unacknowledged ones come back"
    );
    let (_, answer) = seller.post("/events/me/events/ack", json!({"event_ids": [ids[0], 999_999]})).await;
    assert_eq!(answer["acknowledged"], 1, "foreign ids are ignored");
    assert_eq!(seller.get("/events/me/events/pending").await.1["pending_count"], 2);
    let (_, rest) = seller.get(&format!("/events/me/events?last_event_id={}", ids[1])).await;
    assert_eq!(rest.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn amounts_and_keys_come_in_every_documented_form() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let mut forms = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let (order_id, _) = seller.ordered_by("by_hand").await;
        let order = seller.get(&format!("/orders/{order_id}")).await.1["order"].clone();
        let price =
            ["price", "price_snapshot", "total_price"].iter().find(|key| order.get(**key).is_some()).unwrap();
        forms.insert(format!("{price} {}", order[*price]));
    }
    let forms: Vec<String> = forms.into_iter().collect();
    assert_eq!(forms, ["price \"20.00\"", "price_snapshot 20", "total_price 20.0"]);
}

fn words(answer: &Answer) -> String {
    answer.1.to_string()
}

#[tokio::test]
async fn refuses_wrong_keys_and_strangers() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, buyer) = seller.ordered_by("by_hand").await;
    let wrong = seller.get_as("nonsense", "/agents/me").await;
    assert_eq!(wrong, (401, json!({"detail": "Invalid or missing API key"})));

    let (status, stranger) =
        seller.post_as("", "/agents", json!({"name": "Stranger", "owner_email": "s@example.org"})).await;
    assert_eq!(status, 201);
    let stranger = stranger["api_key"].as_str().unwrap();
    assert_eq!(seller.get_as(stranger, &format!("/orders/{order_id}")).await.0, 403);
    assert_eq!(seller.get_as(stranger, "/orders").await.1["orders"], json!([]));
    assert_eq!(seller.post_as(&buyer, &format!("/orders/{order_id}/accept"), json!({})).await.0, 403);
    assert_eq!(
        seller.post(&format!("/orders/{order_id}/confirm"), json!({})).await.0,
        403,
        "sellers never confirm"
    );
    let missing = seller.get("/orders/00000000-0000-4000-8000-000000000000").await;
    assert_eq!((missing.0, missing.1["details"]["error_type"].as_str()), (404, Some("not_found_error")));

    let (_, fresh) = seller.post("/agents/me/regenerate-api-key", json!({})).await;
    assert_eq!(seller.get("/agents/me").await.0, 401, "the old key dies at once");
    assert_eq!(seller.get_as(fresh["api_key"].as_str().unwrap(), "/agents/me").await.0, 200);
}

#[tokio::test]
async fn registers_three_agents_an_address_at_most() {
    let seller = Seller::open().await;
    for expected in [201, 201, 201, 409] {
        let body = json!({"name": "Ann", "owner_email": "ann@example.org"});
        assert_eq!(seller.post_as("", "/agents", body).await.0, expected);
    }
    let (status, answer) = seller.post_as("", "/agents", json!({"name": "", "owner_email": "ann"})).await;
    assert_eq!(status, 422);
    assert_eq!(answer["detail"].as_array().unwrap().len(), 2, "{answer}");
}

#[tokio::test]
async fn refuses_listings_that_are_incomplete_or_against_the_policy() {
    let seller = Seller::open().await;
    let (status, answer) = seller.post("/listings", json!({"name": "", "price": 0})).await;
    assert_eq!(status, 422);
    let fields: Vec<&Value> =
        answer["detail"].as_array().unwrap().iter().map(|flaw| &flaw["loc"][1]).collect();
    assert_eq!(fields, ["name", "description", "price"]);

    let draft = json!({"name": "Pictures", "description": "Send me your password", "price": 5});
    let (status, answer) = seller.post("/listings", draft).await;
    assert_eq!((status, &answer["error"]["code"]), (422, &json!("content_policy_violation")));
    assert_eq!(answer["error"]["categories"], json!(["credential_solicitation"]));
}

#[tokio::test]
async fn publishes_the_same_draft_once() {
    let seller = Seller::open().await;
    let publish = async || {
        let draft = json!({"name": "Pictures", "description": "Tell me", "price": "12.50"});
        let request = seller.client.post(format!("{}/listings", seller.at.market_base));
        let request =
            request.bearer_auth(&seller.at.seller_api_key).header("Idempotency-Key", "draft-1").json(&draft);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let first = publish().await;
    assert_eq!(publish().await["listing"]["id"], first["listing"]["id"]);
    assert_eq!(first["listing"]["title"], "Pictures", "name comes back as title");
    assert_eq!(first["listing"]["price"], 12.5);
    assert_eq!(seller.get("/listings/my").await.1["pagination"]["total"], 1);
}

#[tokio::test]
async fn hides_changes_and_deletes_a_listing() {
    let seller = Seller::open().await;
    let listing = seller.publish(20).await;
    let path = format!("/listings/{listing}");
    let (status, changed) = seller.patch(&path, json!({"is_hidden": true, "price": 30})).await;
    assert_eq!((status, &changed["status"], &changed["price"]), (200, &json!("hidden"), &json!(30)));
    assert_eq!(seller.get("/listings?status=active").await.1["total"], 0);
    assert_eq!(seller.get("/listings/my").await.1["items"], json!([]));
    assert_eq!(seller.get("/listings/my?include_hidden=true").await.1["items"].as_array().unwrap().len(), 1);
    assert_eq!(seller.patch(&path, json!({"is_hidden": false})).await.1["status"], "active");
    assert_eq!(seller.patch(&path, json!({"description": "Send me your seed phrase"})).await.0, 422);
    assert_eq!(seller.delete_as(&seller.at.seller_api_key, &path).await.0, 200);
    assert_eq!(seller.get(&path).await.0, 404);
}

#[tokio::test]
async fn sells_no_more_than_there_is_and_never_to_oneself() {
    let seller = Seller::open().await;
    let draft = json!({"name": "One picture", "description": "The only one", "price": 20, "inventory": 1,
        "input_schema": {"required": ["topic"], "properties": {"topic": {"type": "string"}}}});
    let listing = seller.post("/listings", draft).await.1["listing"]["id"].as_str().unwrap().to_owned();
    let (_, buyer) =
        seller.post_as("", "/agents", json!({"name": "Poor Ann", "owner_email": "ann@example.org"})).await;
    let buyer = buyer["api_key"].as_str().unwrap();
    let purchase = async |key: &str, requirement: Value| {
        let request = seller.client.post(format!("{}/listings/{listing}/purchase", seller.at.market_base));
        let body = json!({"requirement": requirement});
        let answer =
            request.bearer_auth(key).header("X-Idempotency-Key", "one").json(&body).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(purchase(&seller.at.seller_api_key, json!({"topic": "a fox"})).await, 409);
    assert_eq!(purchase(buyer, json!({})).await, 422, "the topic is missing");
    assert_eq!(purchase(buyer, json!({"topic": "a fox"})).await, 402, "a fresh account is empty");
    assert_eq!(
        seller.post_as(buyer, &format!("/listings/{listing}/purchase"), json!({})).await.0,
        422,
        "no key"
    );
}

#[tokio::test]
async fn refuses_steps_out_of_turn() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, buyer) = seller.ordered_by("by_hand").await;
    let at = |step: &str| format!("/orders/{order_id}/{step}");
    let note = json!({"delivery_note": "done"});
    assert_eq!(seller.post(&at("complete"), note.clone()).await.0, 409);
    assert_eq!(seller.upload(&order_id, "a.png", b"x").await.0, 403, "a seller uploads after accepting");
    assert_eq!(seller.upload_as(&buyer, &order_id, "sketch.png", b"x").await.0, 201);
    assert_eq!(seller.post(&at("accept"), json!({})).await.0, 200);
    let again = seller.post(&at("accept"), json!({})).await;
    assert_eq!(
        (again.0, &again.1["details"]["retry_recommended"]),
        (409, &json!(false)),
        "{}",
        words(&again)
    );
    assert_eq!(seller.post(&at("reject"), json!({"reason": "busy"})).await.0, 409);
    assert_eq!(seller.post(&at("complete"), json!({})).await.0, 422, "the note is missing");
    assert_eq!(seller.post(&at("complete"), json!({"delivery_note": "x".repeat(2001)})).await.0, 422);
    assert_eq!(seller.post(&at("messages"), json!({"content": "  "})).await.0, 422);
    assert_eq!(seller.post(&at("cancel"), json!({})).await.0, 422, "the reason is missing");
    assert_eq!(seller.post(&at("complete"), note.clone()).await.0, 200);
    assert_eq!(seller.post(&at("complete"), note).await.0, 409);
    assert_eq!(seller.post(&at("cancel"), json!({"reason": "late"})).await.0, 409);
    assert_eq!(seller.post_as(&buyer, &at("dispute"), json!({"reason": "bad"})).await.0, 422, "too short");
    assert_eq!(seller.post_as(&buyer, &at("confirm"), json!({})).await.0, 200);
    let late = json!({"reason": "I do not like it at all"});
    assert_eq!(
        seller.post_as(&buyer, &at("dispute"), late).await.0,
        409,
        "nothing is disputed after confirming"
    );
}

#[tokio::test]
async fn gives_the_money_back_when_an_order_is_called_off() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    for (step, sender_is_seller) in [("reject", true), ("cancel", false)] {
        let (order_id, buyer) = seller.ordered_by("by_hand").await;
        assert_eq!(seller.get_as(&buyer, "/credits/balance").await.1["available"], "980.00");
        let key = if sender_is_seller { &seller.at.seller_api_key } else { &buyer };
        let (status, order) =
            seller.post_as(key, &format!("/orders/{order_id}/{step}"), json!({"reason": "no time"})).await;
        assert_eq!(
            (status, &order["status"], &order["cancel_reason"]),
            (200, &json!("cancelled"), &json!("no time"))
        );
        assert_eq!(seller.get_as(&buyer, "/credits/balance").await.1["available"], "1000.00");
    }
}

#[tokio::test]
async fn keeps_the_rules_for_files() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, buyer) = seller.ordered_by("by_hand").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    assert_eq!(seller.upload(&order_id, "run.exe", b"MZ").await.0, 422);
    assert_eq!(seller.upload(&order_id, "../up.png", b"x").await.0, 400);
    for number in 0..10 {
        assert_eq!(seller.upload(&order_id, &format!("{number}.png"), b"picture").await.0, 201);
    }
    assert_eq!(seller.upload(&order_id, "11.png", b"picture").await.0, 422, "ten files at most");
    let files = seller.get(&format!("/orders/{order_id}/attachments")).await.1;
    assert_eq!(files["file_count"], 10);
    let file = &files["files"][0];
    let path = format!("/orders/{order_id}/attachments/{}", file["file_id"].as_str().unwrap());
    assert_eq!(seller.delete_as(&buyer, &path).await.0, 403, "only the uploader deletes");

    let address = file["download_url"].as_str().unwrap();
    let fetched = seller.client.get(address).send().await.unwrap();
    assert_eq!(fetched.bytes().await.unwrap().as_ref(), b"picture");
    let with_key = seller.client.get(address).bearer_auth(&seller.at.seller_api_key).send().await.unwrap();
    assert_eq!(with_key.status(), 400, "a key must not travel to a presigned address");
    seller.control("/advance", json!({"seconds": 3700})).await;
    assert_eq!(seller.client.get(address).send().await.unwrap().status(), 403, "addresses expire");

    assert_eq!(seller.delete_as(&seller.at.seller_api_key, &path).await.0, 204);
    assert_eq!(seller.upload(&order_id, "11.png", b"picture").await.0, 201);
}

#[tokio::test]
async fn an_order_nobody_accepts_is_cancelled_after_thirty_minutes() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, buyer) = seller.ordered_by("by_hand").await;
    seller.control("/advance", json!({"seconds": 29 * 60})).await;
    assert_eq!(seller.look(&format!("/order/{order_id}")).await["status"], "pending_accept");
    seller.control("/advance", json!({"seconds": 2 * 60})).await;
    assert_eq!(seller.look(&format!("/order/{order_id}")).await["status"], "cancelled");
    assert_eq!(seller.post(&format!("/orders/{order_id}/accept"), json!({})).await.0, 409);
    assert!(seller.news().await.contains(&"order.cancelled".to_owned()));
    assert_eq!(seller.get_as(&buyer, "/credits/balance").await.1["frozen"], "0.00");
}

#[tokio::test]
async fn a_delivery_nobody_confirms_is_paid_when_the_window_ends() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("by_hand").await;
    seller.deliver(&order_id).await;
    seller.control("/advance", json!({"seconds": 47 * 3600})).await;
    assert_eq!(
        seller.upload(&order_id, "late.png", b"late").await.0,
        201,
        "a late file opens the window anew"
    );
    seller.control("/advance", json!({"seconds": 47 * 3600})).await;
    assert_eq!(seller.look(&format!("/order/{order_id}")).await["status"], "pending_confirmation");
    seller.control("/advance", json!({"seconds": 2 * 3600})).await;
    let order = seller.get(&format!("/orders/{order_id}")).await.1["order"].clone();
    assert_eq!((&order["status"], &order["auto_confirmed"]), (&json!("completed"), &json!(true)));
}

#[tokio::test]
async fn a_dispute_ends_with_equal_proposals() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, buyer) = seller.ordered_by("by_hand").await;
    seller.deliver(&order_id).await;
    let reason = json!({"reason": "It shows a dog, I asked for a fox."});
    let (status, order) = seller.post_as(&buyer, &format!("/orders/{order_id}/dispute"), reason).await;
    assert_eq!((status, &order["status"]), (200, &json!("in_dispute")));
    assert!(seller.news().await.contains(&"dispute.raised".to_owned()));
    let path = format!("/disputes/{order_id}/negotiate");
    let half = json!({"proposed_refund_percentage": 50});
    assert_eq!(seller.post(&path, half.clone()).await.1["status"], "open");
    assert_eq!(seller.post_as(&buyer, &path, half).await.1["status"], "resolved");
    assert_eq!(seller.look(&format!("/order/{order_id}")).await["status"], "completed");
    // Half of 20 less 5 %, and the bonus of the first sale.
    assert_eq!(seller.get("/credits/balance").await.1["balance"], "109.50");
}

#[tokio::test]
async fn goes_offline_without_heartbeats() {
    let seller = Seller::open().await;
    assert_eq!(seller.post("/agents/heartbeat", json!({})).await.1["is_online"], true);
    seller.control("/advance", json!({"seconds": 170})).await;
    assert_eq!(seller.get("/agents/me").await.1["is_online"], true);
    seller.control("/advance", json!({"seconds": 20})).await;
    assert_eq!(seller.get("/agents/me").await.1["is_online"], false);
}

#[tokio::test]
async fn limits_requests_as_documented_unless_delays_are_taken_out() {
    let seller = Seller::open().await;
    seller.control("/speed", json!({"speed": 1})).await;
    let mut refused = 0;
    for _ in 0..1_001 {
        refused += u32::from(seller.get("/agents/me").await.0 == 429);
    }
    assert_eq!(refused, 1);
    seller.control("/speed", json!({"speed": 0})).await;
    assert_eq!(seller.get("/agents/me").await.0, 200);
}

#[tokio::test]
async fn what_is_under_review_is_neither_found_nor_sold_until_it_is_approved() {
    let s = Seller::open().await;
    let draft =
        json!({"name": "A celebrity in ink", "description": "Tell me who.", "price": 80, "category": "tech"});
    let (status, answer) = s.post("/listings", draft).await;
    assert_eq!((status, &answer["listing"]["moderation_status"]), (201, &json!("pending_review")));
    let id = answer["listing"]["id"].as_str().unwrap().to_owned();
    assert_eq!(s.get("/listings").await.1["total"], 0);
    let wish = json!({"listing_id": id, "moderation": "approved"});
    s.control("/listing/moderation", wish).await;
    assert_eq!(s.get("/listings").await.1["total"], 1);
    let placed = s.control("/order", json!({"listing_id": id, "buyer": "by_hand"})).await;
    assert!(placed["order_id"].is_string());
}
