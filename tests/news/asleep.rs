//! The machine sleeps, or its clock is set.

use jiff::SignedDuration;
use serde_json::json;

use super::far::{Far, until};
use super::home::{Home, effects, publish};

const NINE_HOURS: i64 = 9 * 3600;

async fn asked(far: &Far) -> (u64, u64) {
    (far.received("pollEvents").await, far.received("listOrders").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_nine_hours_asleep_it_catches_up_once_and_tells_the_seller_in_one_notice() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("SERVICE_SKU_ID", &listing)]).await;
    // Delivered before the lid is closed; its buyer is about to dispute it.
    let disputed = far.order(&listing, "by_hand").await;
    far.control("/buyer/message", json!({ "order_id": disputed, "text": "A quiet harbour at dawn" })).await;
    until("the delivery", async || {
        home.read_feed();
        far.status(&disputed).await == "pending_confirmation"
    })
    .await;
    let walked = async || home.order(&disputed).await.is_some_and(|row| row.next_step == "wait_confirm");
    until("our own record of it", walked).await;
    let told_before = home.told.all().len();

    // What was asked for while waiting is over, and nothing runs of itself for a while: the feed is read every 30 s, orders
    // are compared every 5 min.
    home.at_rest(&far).await;
    let before = asked(&far).await;
    let missed = far.order(&listing, "in_requirement").await;
    far.control("/buyer/dispute", json!({ "order_id": disputed, "reason": "not what I wanted" })).await;
    far.control("/advance", json!({ "seconds": NINE_HOURS })).await;
    let mut fresh = Vec::new();
    for _ in 0..3 {
        fresh.push(far.order(&listing, "in_requirement").await);
    }
    assert_eq!(far.status(&missed).await, "cancelled", "the market waited 30 minutes, not nine hours");
    home.clock.jump(SignedDuration::from_secs(NINE_HOURS));

    for order in &fresh {
        until("the order to be accepted", async || far.done(order, "acceptOrder").await == 1).await;
    }
    until("the summary", async || home.told.all().len() > told_before).await;
    let after = asked(&far).await;
    assert_eq!(after.0 - before.0, 1, "the feed is read once");
    assert_eq!(after.1 - before.1, 4, "orders are compared once: one call for each open status");
    assert!(home.is_held(&disputed, "disputed").await);
    assert_eq!(far.received("acceptOrder").await, 4, "the order nobody may accept any more is not tried");
    assert_eq!(effects(&far, &missed).await.iter().map(|(_, done)| done).sum::<u64>(), 0);
    let told = home.told.all().split_off(told_before);
    assert_eq!(told.len(), 1, "one notice for all of it: {told:?}");
    assert_eq!(told[0].title, "While you were away");
    assert!(told[0].body.starts_with("4 new orders"), "{}", told[0].body);
    assert!(told[0].body.contains("1 needs you"), "{}", told[0].body);
    home.stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_by_two_hours_keeps_no_order_waiting() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("SERVICE_SKU_ID", &listing)]).await;
    let busy = json!({ "operation": "acceptOrder", "kind": "fail_before", "status": 429, "retry_after": 20, "count": 1 });
    far.control("/fault", busy).await;
    let order = far.order(&listing, "in_requirement").await;
    home.read_feed();
    until("the wait", async || home.order(&order).await.is_some_and(|row| row.next_step == "wait_retry"))
        .await;
    home.clock.jump(SignedDuration::from_hours(-2));
    until("the order to be accepted", async || far.done(&order, "acceptOrder").await == 1).await;
    until("the order to be completed", async || {
        home.read_feed();
        far.status(&order).await == "completed"
    })
    .await;
    home.stall.close().await;
}
