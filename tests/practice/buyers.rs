//! Simulated buyers.

use std::time::Duration;

use serde_json::json;
use stallkeeper::practice::{BuyerKind, OrderRequest, PracticeOptions};

use crate::seller::{Seller, said_by_buyer};

#[tokio::test]
async fn a_clear_buyer_says_what_it_wants_when_asked_and_confirms() {
    let seller = Seller::open().await;
    let listing_id = seller.publish(20).await;
    let request = OrderRequest { listing_id, buyer: BuyerKind::Clear };
    let order_id = seller.practice.place_order(request).await.unwrap();
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    assert_eq!(
        said_by_buyer(&seller.look(&format!("/order/{order_id}")).await).len(),
        0,
        "silent until asked"
    );
    seller.say(&order_id, "What would you like to see?").await;
    let seen = seller.once(&order_id, "a brief", |seen| !said_by_buyer(seen).is_empty()).await;
    assert!(said_by_buyer(&seen)[0].chars().count() > 20);
    seller.hand_over(&order_id).await;
    seller.once_status(&order_id, "completed").await;
}

#[tokio::test]
async fn a_vague_buyer_needs_to_be_asked_twice() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("vague").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    seller.say(&order_id, "What would you like?").await;
    let seen = seller.once(&order_id, "a greeting", |seen| said_by_buyer(seen).len() == 1).await;
    assert!(said_by_buyer(&seen)[0].len() < 80, "{seen}");
    seller.say(&order_id, "What should the picture show?").await;
    seller.once(&order_id, "a brief", |seen| said_by_buyer(seen).len() == 2).await;
    seller.hand_over(&order_id).await;
    let seen = seller.once_status(&order_id, "completed").await;
    assert_eq!(said_by_buyer(&seen).len(), 3, "says thanks: {seen}");
}

#[tokio::test]
async fn a_buyer_that_is_told_the_picture_is_being_drawn_does_not_repeat_itself() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("clear").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    seller.say(&order_id, "What would you like?").await;
    seller.once(&order_id, "a brief", |seen| said_by_buyer(seen).len() == 1).await;
    seller.say(&order_id, "Lovely, I am drawing it now.").await;
    seller.hand_over(&order_id).await;
    let seen = seller.once_status(&order_id, "completed").await;
    assert_eq!(said_by_buyer(&seen).len(), 1, "{seen}");
}

#[tokio::test]
async fn a_buyer_that_changes_its_mind_confirms_the_changed_picture() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("changes_mind").await;
    seller.deliver(&order_id).await;
    let asks_change = |seen: &serde_json::Value| {
        seen["status"] == "pending_confirmation"
            && seen["messages"].as_array().unwrap().last().unwrap()["from"] == "buyer"
    };
    seller.once(&order_id, "asks for a change", asks_change).await;
    seller.say(&order_id, "Of course, one moment.").await;
    assert_eq!(
        seller.look(&format!("/order/{order_id}")).await["status"],
        "pending_confirmation",
        "waits for it"
    );
    assert_eq!(seller.upload(&order_id, "changed.png", b"changed").await.0, 201);
    seller.once_status(&order_id, "completed").await;
}

#[tokio::test]
async fn a_chinese_buyer_speaks_chinese_and_a_prepared_one_writes_into_the_order() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("chinese").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    seller.say(&order_id, "您想画什么？").await;
    let seen = seller.once(&order_id, "a brief", |seen| !said_by_buyer(seen).is_empty()).await;
    assert!(!said_by_buyer(&seen)[0].is_ascii());

    let (order_id, _) = seller.ordered_by("in_requirement").await;
    let (_, order) = seller.get(&format!("/orders/{order_id}")).await;
    assert!(order["order"]["requirement"]["free_text"].as_str().unwrap().len() > 20);
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    seller.hand_over(&order_id).await;
    let seen = seller.once_status(&order_id, "completed").await;
    assert!(said_by_buyer(&seen).is_empty());
}

#[tokio::test]
async fn some_buyers_leave_or_dispute() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("cancels").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    seller.say(&order_id, "What would you like?").await;
    seller.once_status(&order_id, "cancelled").await;

    let (order_id, _) = seller.ordered_by("disputes").await;
    seller.deliver(&order_id).await;
    seller.once_status(&order_id, "in_dispute").await;
    seller.post(&format!("/disputes/{order_id}/negotiate"), json!({"proposed_refund_percentage": 100})).await;
    seller.once_status(&order_id, "cancelled").await;

    let (order_id, _) = seller.ordered_by("hostile").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    seller.say(&order_id, "What would you like?").await;
    seller.once(&order_id, "an attempt", |seen| !said_by_buyer(seen).is_empty()).await;
    seller.say(&order_id, "I cannot help with that.").await;
    seller.once_status(&order_id, "cancelled").await;
}

#[tokio::test]
async fn repeated_orders_want_different_things() {
    let seller = Seller::open().await;
    seller.publish(20).await;
    let mut wishes = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let (order_id, _) = seller.ordered_by("in_requirement").await;
        wishes.insert(seller.get(&format!("/orders/{order_id}")).await.1["order"]["requirement"].to_string());
    }
    assert_eq!(wishes.len(), 20);
}

#[tokio::test]
async fn people_take_their_time_at_speed_one_and_time_can_jump() {
    let seller = Seller::open_with(PracticeOptions { speed: 1.0, ..PracticeOptions::instant() }).await;
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("clear").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    seller.say(&order_id, "What would you like?").await;
    let silent = tokio::time::timeout(
        Duration::from_millis(300),
        seller.once(&order_id, "a brief", |seen| !said_by_buyer(seen).is_empty()),
    );
    assert!(silent.await.is_err(), "nobody answers in 300 ms");
    seller.control("/advance", json!({"seconds": 10})).await;
    seller.once(&order_id, "a brief", |seen| !said_by_buyer(seen).is_empty()).await;
}

#[tokio::test]
async fn four_buyers_turn_up_by_themselves_after_publishing() {
    let options = PracticeOptions { speed: 2000.0, auto_buyers: true, ..PracticeOptions::instant() };
    let seller = Seller::open_with(options).await;
    let listing = seller.publish(20).await;
    let waiting = async {
        while seller.look("/state").await["orders"] != 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap();
    seller.control("/advance", json!({"seconds": 600})).await;
    let (_, page) = seller.get("/orders?role=seller").await;
    assert_eq!(page["pagination"]["total"], 4, "and no more until asked");
    assert_eq!(page["orders"][3]["service_sku_id"], json!(listing));
}
