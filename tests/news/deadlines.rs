//! The time to accept: a warning before it is over, and nothing accepted after. The market's clock is set behind, so
//! that its half hour is almost over when the order comes.

use serde_json::json;
use stallkeeper::clock::Clock;

use super::far::{Far, until};
use super::home::{Home, effects, publish};

/// A stall whose seller accepts by hand, and an order with this many seconds left.
async fn held(far: &Far, seconds_left: i64) -> (Home, String) {
    let listing = publish(far).await;
    let home = Home::open(far, &[("SERVICE_SKU_ID", &listing)]).await;
    let mut settings = home.stall.saved_settings();
    settings.automation = stallkeeper::settings::AutomationMode::ByHand;
    home.stall.save_settings(settings).await.unwrap();
    far.control("/weather", json!({ "amounts": { "market_clock": seconds_left - 1800 } })).await;
    let order = far.order(&listing, "in_requirement").await;
    home.read_feed();
    until("the order to be known", async || {
        home.order(&order).await.is_some_and(|row| row.next_step != "none" || row.hold.is_some())
    })
    .await;
    (home, order)
}

/// Has the order walked once more, until it rests: its next moment lies ahead again.
async fn look_again(home: &Home, order: &str, id: &str) {
    let wake = home.order(order).await.unwrap().wake;
    home.stall.account().unwrap().wake_order(id).await.unwrap();
    until("another look", async || {
        let now = home.clock.now();
        home.order(order).await.is_some_and(|row| row.wake > wake && row.next_at.is_some_and(|at| at > now))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_is_warned_once_that_two_minutes_are_left_to_accept() {
    let far = Far::start();
    let (home, order) = held(&far, 118).await;
    until("the hold", async || home.is_held(&order, "by_hand").await).await;
    let warnings =
        || home.told.all().iter().filter(|notice| notice.body.contains("2 minutes left to accept")).count();
    until("the warning", async || warnings() == 1).await;
    let id = home.order(&order).await.unwrap().id;
    for _ in 0..3 {
        look_again(&home, &order, &id).await;
    }
    assert_eq!(warnings(), 1);
    let lines = home.history(&order).await;
    assert_eq!(lines.iter().filter(|line| line.kind == "deadline_near").count(), 1);
    home.stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_time_to_accept_has_passed_is_never_accepted() {
    let far = Far::start();
    let (home, order) = held(&far, 3).await;
    let missed = async || home.order(&order).await.is_some_and(|row| row.next_step == "wait_missed");
    until("the time to pass", missed).await;
    assert!(
        home.order(&order).await.unwrap().hold.is_none(),
        "the seller is not asked for a yes that is worth nothing"
    );
    let lines = home.history(&order).await;
    let said: Vec<_> = lines.iter().filter(|line| line.kind == "not_done").collect();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].detail.get("reason").map(String::as_str), Some("too_late"));

    let mut settings = home.stall.saved_settings();
    settings.automation = stallkeeper::settings::AutomationMode::Automatic;
    home.stall.save_settings(settings).await.unwrap();
    let id = home.order(&order).await.unwrap().id;
    look_again(&home, &order, &id).await;
    assert!(missed().await);
    assert!(effects(&far, &order).await.contains(&("acceptOrder", 0)));
    home.stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_its_buyer_took_back_in_time_is_not_missed_and_one_nobody_accepted_is() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("SERVICE_SKU_ID", &listing)]).await;
    home.stall.set_open(false).await.unwrap();
    let taken_back = far.order(&listing, "by_hand").await;
    let missed = far.order(&listing, "in_requirement").await;
    home.read_feed();
    until("the orders to wait at the door", async || {
        home.order(&taken_back).await.is_some() && home.order(&missed).await.is_some()
    })
    .await;
    far.control("/buyer/cancel", json!({ "order_id": taken_back })).await;
    // Nobody looks for an hour: of both it is heard only after their time to accept.
    far.control("/advance", json!({ "seconds": 3600 })).await;
    home.clock.jump(jiff::SignedDuration::from_secs(3600));
    let cancelled =
        async |order: &str| home.order(order).await.is_some_and(|row| row.market_status == "cancelled");
    until("both to be known as cancelled", async || cancelled(&taken_back).await && cancelled(&missed).await)
        .await;
    let today = stallkeeper::desk::dispatch(&home.stall, "today.get", json!({})).await.unwrap();
    assert_eq!(today["orders_missed"], 1);
    // Reading them again changes nothing about when they ended.
    for id in [&taken_back, &missed] {
        let row = home.order(id).await.unwrap();
        look_again(&home, id, &row.id).await;
    }
    home.compare();
    let today = stallkeeper::desk::dispatch(&home.stall, "today.get", json!({})).await.unwrap();
    assert_eq!(today["orders_missed"], 1);
    home.stall.close().await;
}
