//! Tried again when it helps, as late as asked, a few times only; then the seller is asked. One order's trouble is not
//! another's.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::far::until;
use super::home::Home;
use super::scene::until_paid;
use super::server::Server;

async fn held(server: &Server, order: &str, code: &str) -> Value {
    let hold = async || server.order(order).await.filter(|view| view["card"]["hold"]["code"] == code);
    until(&format!("the hold {code}"), async || hold().await.is_some()).await;
    hold().await.unwrap()
}

/// Moments at which the far side got these calls.
async fn moments(home: &Home, operation: &str) -> Vec<Timestamp> {
    let calls = home.far.look(&format!("/calls?operation={operation}")).await;
    calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["at"].as_str().unwrap().parse().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn whoever_asks_to_wait_is_not_called_before_even_after_a_kill() {
    for (operation, times) in [("acceptOrder", 1), ("sendOrderMessage", 1), ("completeOrder", 1)] {
        for kill in [false, true] {
            let home = Home::new().await;
            let busy = json!({ "operation": operation, "kind": "fail_before", "status": 429, "retry_after": 3, "count": times });
            home.far.control("/fault", busy).await;
            let mut server = home.live().await;
            let order = home.far.order(&home.listing, "in_requirement").await;
            if kill {
                until("the first try to be recorded", async || {
                    server.order(&order).await.is_some_and(|view| view["card"]["next"] == "wait_retry")
                })
                .await;
                server.kill_hard();
                server = home.live().await;
            }
            until_paid(&home, &server, &order).await;
            let at = moments(&home, operation).await;
            assert_eq!(at.len(), 2, "{operation}");
            let waited = Duration::try_from(at[1].duration_since(at[0])).unwrap();
            assert!(waited >= Duration::from_secs(3), "{operation}: called again after {waited:?}");
        }
    }
}

#[tokio::test]
async fn what_keeps_failing_is_tried_ever_later_a_few_times_and_then_the_seller_has_a_button() {
    let home = Home::new().await;
    let down = json!({ "operation": "chatCompletion", "kind": "fail_before", "status": 503, "count": 1_000 });
    home.far.control("/fault", down).await;
    let server = home.live().await;
    let order = home.far.order(&home.listing, "in_requirement").await;
    let view = held(&server, &order, "read_failed").await;
    let hold = &view["card"]["hold"];
    assert_eq!(hold["detail"]["attempts"], "4");
    assert!(!hold["detail"]["reason"].as_str().unwrap().is_empty());
    assert_eq!(hold["settle"], "retry");
    assert!(view["actions"].as_array().unwrap().contains(&json!("retry")));
    let tries: Vec<Timestamp> = view["recorder"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["step"] == "read_brief" && line["id"].as_str().unwrap().starts_with('j'))
        .map(|line| line["at"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(tries.len(), 4);
    let waits: Vec<i64> =
        tries.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_millis() as i64).collect();
    assert!(waits[0] >= 1_000 && waits[1] >= 2_000 && waits[2] >= 4_000, "{waits:?}");
    // Held means: nobody is called about it.
    let asked = home.far.received("chatCompletion").await;
    home.far.control("/fault/clear", json!({})).await;
    assert_eq!(home.far.received("chatCompletion").await, asked);
    server.desk("orders.retry", json!({ "id": view["card"]["id"] })).await;
    until_paid(&home, &server, &order).await;
}

#[tokio::test]
async fn what_repeating_cannot_mend_is_held_at_once() {
    let home = Home::new().await;
    let refused =
        json!({ "operation": "uploadOrderAttachment", "kind": "fail_before", "status": 422, "count": 1 });
    home.far.control("/fault", refused).await;
    let server = home.live().await;
    let order = home.far.order(&home.listing, "in_requirement").await;
    let view = held(&server, &order, "upload_failed").await;
    assert_eq!(view["card"]["hold"]["settle"], "retry");
    assert_eq!(view["card"]["hold"]["detail"]["attempts"], "1");
    assert_eq!(home.far.received("uploadOrderAttachment").await, 1);
    server.desk("orders.retry", json!({ "id": view["card"]["id"] })).await;
    until_paid(&home, &server, &order).await;
    assert_eq!(home.far.paid_pictures().await, 1, "the picture that was kept is sent");
}

const GOOD: usize = 20;

/// Places the good orders and waits until all are paid.
async fn serve(home: &Home, server: &Server) -> Duration {
    let begun = Instant::now();
    let mut orders = Vec::new();
    for _ in 0..GOOD {
        orders.push(home.far.order(&home.listing, "in_requirement").await);
    }
    for order in &orders {
        until_paid(home, server, order).await;
    }
    begun.elapsed()
}

#[tokio::test]
async fn orders_and_pictures_that_are_poison_do_not_slow_the_others() {
    let mut home = Home::with_stock(3 * GOOD).await;
    home.set("EVENT_POLL_SECONDS", "1");
    let server = home.live().await;
    // Places enough for those that wait and those that are made.
    let mut values = server.desk("settings.get", json!({})).await["values"].clone();
    values["max_running"] = json!(10);
    server.desk("settings.save", values).await;
    let usual = serve(&home, &server).await;

    // One whose picture the market never takes.
    let refused = home.far.order(&home.listing, "by_hand").await;
    let never = json!({ "operation": "uploadOrderAttachment", "order_id": refused, "kind": "fail_before", "status": 500, "count": 1_000_000 });
    home.far.control("/fault", never).await;
    home.far
        .control("/buyer/message", json!({ "order_id": refused, "text": "A fox in the snow, watercolour" }))
        .await;
    let uploads = async || home.far.received("uploadOrderAttachment").await;
    until("the poison picture to fail", async || uploads().await > GOOD as u64).await;

    // And one that the market is slow about: while its answer is awaited, another order is accepted.
    let slow = home.far.order(&home.listing, "by_hand").await;
    until("the slow order to wait for its buyer", async || {
        server.order(&slow).await.is_some_and(|view| view["card"]["next"] == "wait_brief")
    })
    .await;
    let hang = json!({ "operation": "getOrder", "order_id": slow, "kind": "slow", "slow_ms": 15_000, "count": 1_000_000 });
    home.far.control("/fault", hang).await;
    let read = async || {
        let calls = home.far.look(&format!("/calls?order_id={slow}")).await;
        calls["counters"]["getOrder"]["received"].as_u64().unwrap_or(0)
    };
    let read_before = read().await;
    home.far.control("/buyer/message", json!({ "order_id": slow, "text": "hello?" })).await;
    let meanwhile = home.far.order(&home.listing, "by_hand").await;
    until("the order beside it to be accepted", async || home.far.status(&meanwhile).await == "in_progress")
        .await;
    assert_eq!(read().await, read_before, "nobody waited for the slow answer");

    let with_poison = serve(&home, &server).await;
    assert!(
        with_poison < usual.mul_f64(1.5) + Duration::from_secs(5),
        "{GOOD} orders took {with_poison:?} beside poison, {usual:?} without"
    );
    assert_ne!(home.far.status(&refused).await, "completed");
    eprintln!("{GOOD} orders: {usual:?}, beside poison: {with_poison:?}");
}
