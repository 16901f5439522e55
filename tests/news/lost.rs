//! Pushes that never come.

use jiff::Timestamp;
use serde_json::json;

use super::far::{Far, until};
use super::home::{Home, effects, publish, weather};
use super::server::{Server, free_port};

async fn far_now(far: &Far) -> Timestamp {
    far.look("/state").await["time"].as_str().unwrap().parse().unwrap()
}

/// The default pace of the feed with pushes that used to come is a minute, shortened by jitter to at most 48 s
/// (`intake::feed`: `news_no_push_brought_is_read_well_within_a_minute`), which leaves 12 s to accept. Here the pace is
/// half a second, so that all of an order's time to acceptance but that half second is shown: it must fit into the 12.
/// That holds for the middle order: all twenty come at once and share the machine with the far side, which draws their
/// pictures meanwhile, so the slowest is given more (alone on two cores it took 3.3 s).
/// The number of orders under way is the seller's choice and no matter of news; it is set out of the way.
#[tokio::test(flavor = "multi_thread")]
async fn with_every_push_lost_every_order_is_accepted_in_time_and_finished_from_the_feed() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = publish(&far).await;
    let extra = [("SERVICE_SKU_ID", listing.as_str()), ("EVENT_POLL_SECONDS", "0.25")];
    let server = Server::start(&far, home.path(), free_port(), &extra);
    until("the stall to be open", async || server.health().await == 200).await;
    let mut values = server.desk("settings.get", json!({})).await["values"].clone();
    values["max_running"] = json!(50);
    server.desk("settings.save", values).await;
    weather(&far, 1, json!({ "push_lost": 1 }), json!({})).await;

    let mut orders = Vec::new();
    for n in 0..20 {
        let placed = far_now(&far).await;
        let kind = if n % 4 == 0 { "clear" } else { "in_requirement" };
        orders.push((far.order(&listing, kind).await, placed));
    }
    let mut took = Vec::new();
    for (order, placed) in &orders {
        far.until_status(order, "completed").await;
        assert_eq!(far.done(order, "acceptOrder").await, 1);
        assert_eq!(far.done(order, "completeOrder").await, 1);
        let calls = far.look(&format!("/calls?operation=acceptOrder&order_id={order}")).await;
        let accepted: Timestamp = calls["calls"][0]["at"].as_str().unwrap().parse().unwrap();
        took.push(accepted.duration_since(*placed).as_secs_f64());
    }
    took.sort_by(f64::total_cmp);
    let (middle, slowest) = (took[took.len() / 2], took[took.len() - 1]);
    eprintln!(
        "20 orders with every push lost: accepted after {middle:.2} s, the slowest after {slowest:.2} s"
    );
    assert!(middle < 12.0 && slowest < 30.0, "from purchase to acceptance: {took:?}");
    assert_eq!(far.paid_pictures().await, 20);
    let strikes = far.look("/weather").await["strikes"]["counts"]["push_lost"].as_u64().unwrap();
    assert!(strikes >= 40, "{strikes} pushes were lost on the way");
    let news = server.desk("connection.get", json!({})).await["events"].clone();
    let ways: Vec<_> = news.as_array().unwrap().iter().map(|event| event["via"].clone()).collect();
    assert!(!ways.contains(&json!("push")), "no push was taken: {ways:?}");
}

/// With the feed down as well, comparing orders finds them; each signal here stands for its five minutes.
#[tokio::test(flavor = "multi_thread")]
async fn with_pushes_and_feed_gone_every_order_is_finished_by_comparing_orders() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("SERVICE_SKU_ID", &listing)]).await;
    let down = json!({ "operation": "pollEvents", "kind": "fail_before", "status": 500, "count": 1_000_000 });
    far.control("/fault", down).await;
    let mut orders = Vec::new();
    for kind in ["in_requirement", "clear", "vague", "in_requirement"] {
        orders.push(far.order(&listing, kind).await);
    }
    until("every order to be completed", async || {
        home.compare();
        for order in &orders {
            if far.status(order).await != "completed" {
                return false;
            }
        }
        true
    })
    .await;
    for order in &orders {
        let done = effects(&far, order).await;
        assert!(done.contains(&("acceptOrder", 1)) && done.contains(&("completeOrder", 1)), "{done:?}");
    }
    home.stall.close().await;
}
