//! News that comes after what it tells of has passed.

use serde_json::json;

use super::far::{Far, until};
use super::home::{Home, effects, publish};

#[tokio::test(flavor = "multi_thread")]
async fn late_news_of_a_passed_state_is_recorded_with_the_reason_and_does_nothing() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("SERVICE_SKU_ID", &listing)]).await;
    let down = json!({ "operation": "pollEvents", "kind": "fail_before", "status": 500, "count": 1_000_000 });
    far.control("/fault", down).await;
    let order = far.order(&listing, "in_requirement").await;
    until("the order to be completed", async || {
        home.compare();
        far.status(&order).await == "completed"
    })
    .await;
    until("our own record of it", async || {
        home.compare();
        home.order(&order).await.is_some_and(|row| row.market_status == "completed")
    })
    .await;
    let before = effects(&far, &order).await;
    assert!(home.history(&order).await.iter().all(|line| line.kind != "late_news"));

    far.control("/fault/clear", json!({})).await;
    let late = async || {
        home.read_feed();
        let history = home.history(&order).await;
        history.into_iter().find(|line| {
            line.kind == "late_news" && line.detail.get("event").is_some_and(|kind| kind == "order.received")
        })
    };
    until("the late news", async || late().await.is_some()).await;
    let line = late().await.unwrap();
    for (key, value) in
        [("reason", "late"), ("said", "pending_accept"), ("status", "completed"), ("via", "feed")]
    {
        assert_eq!(line.detail.get(key).map(String::as_str), Some(value), "{key}");
    }
    assert_eq!(effects(&far, &order).await, before, "nothing was done about it");
    home.stall.close().await;
}
