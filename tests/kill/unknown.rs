//! Sent without an answer, or with half of one: looked at before it is repeated.

use serde_json::{Value, json};

use super::far::until;
use super::home::Home;
use super::invariants;
use super::scene::until_paid;

const EFFECTS: [&str; 4] = ["acceptOrder", "sendOrderMessage", "uploadOrderAttachment", "completeOrder"];

/// One order after another, each with one of the faults at one of its effects; each is finished all the same. Gives the
/// effect, the fault's name, and the calls the market got.
async fn each_effect(faults: &[(&str, Value)], check: impl Fn(&str, &str, &Value)) {
    for operation in EFFECTS {
        for (name, fault) in faults {
            let what = format!("{operation}: {name}");
            let home = Home::new().await;
            let mut fault = fault.clone();
            fault["operation"] = json!(operation);
            home.far.control("/fault", fault).await;
            let server = home.live().await;
            let order = home.far.order(&home.listing, "in_requirement").await;
            until_paid(&home, &server, &order).await;
            invariants::close_at_rest(server).await;
            let found = invariants::check(&home, std::slice::from_ref(&order), &what).await;
            assert_eq!((found.paid, found.delivered), (1, 1), "{what}");
            check(operation, &what, &home.far.look(&format!("/calls?order_id={order}")).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_effect_whose_answer_was_lost_is_looked_up_and_never_repeated() {
    let faults = [
        ("a cut connection", json!({ "kind": "drop_after" })),
        ("an error after the effect", json!({ "kind": "fail_after", "status": 502 })),
        ("half an answer", json!({ "kind": "fail_after", "status": 200, "body": "{\"order\": {\"id\": \"" })),
    ];
    each_effect(&faults, |operation, what, calls| {
        let counter = &calls["counters"][operation];
        assert_eq!(
            (&counter["done"], &counter["received"]),
            (&json!(1), &json!(1)),
            "{what}: asked for once"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_effect_that_did_not_happen_is_done_after_a_look() {
    let faults = [
        ("a cut connection", json!({ "kind": "drop_before" })),
        ("an error instead of the effect", json!({ "kind": "fail_before", "status": 503 })),
    ];
    each_effect(&faults, |operation, what, calls| {
        let counter = &calls["counters"][operation];
        assert_eq!((&counter["done"], &counter["received"]), (&json!(1), &json!(2)), "{what}");
        let look = match operation {
            "sendOrderMessage" => "listOrderMessages",
            "uploadOrderAttachment" => "listOrderAttachments",
            _ => "getOrder",
        };
        // Between the two tries somebody looked.
        let all: Vec<&str> = calls["calls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| call["operation"].as_str().unwrap())
            .collect();
        let first = all.iter().position(|call| *call == operation).unwrap();
        let second = all.iter().rposition(|call| *call == operation).unwrap();
        assert!(all[first..second].contains(&look), "{what}: {all:?}");
    })
    .await;
}

#[tokio::test]
async fn a_paid_picture_whose_answer_was_lost_is_repeated_once_and_shown() {
    let home = Home::new().await;
    // The first call reads the brief, the second one draws.
    let read = json!({ "operation": "chatCompletion", "kind": "slow", "slow_ms": 0 });
    home.far.control("/fault", read).await;
    home.far.control("/fault", json!({ "operation": "chatCompletion", "kind": "drop_after" })).await;
    let server = home.live().await;
    let order = home.far.order(&home.listing, "in_requirement").await;
    until_paid(&home, &server, &order).await;
    assert_eq!(home.far.paid_pictures().await, 2, "the lost one and its one repeat");
    let view = server.order(&order).await.unwrap();
    let unclear: Vec<&Value> = view["recorder"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["kind"] == "step_unclear" && line["step"] == "draw")
        .collect();
    assert_eq!(unclear.len(), 1, "{unclear:?}");
    invariants::close_at_rest(server).await;
    let found = invariants::check(&home, std::slice::from_ref(&order), "a lost picture").await;
    assert_eq!((found.unclear, found.delivered), (1, 1));
}

#[tokio::test]
async fn a_paid_picture_lost_twice_waits_for_the_seller() {
    let home = Home::new().await;
    home.far.control("/fault", json!({ "operation": "chatCompletion", "kind": "slow", "slow_ms": 0 })).await;
    home.far
        .control("/fault", json!({ "operation": "chatCompletion", "kind": "drop_after", "count": 50 }))
        .await;
    let server = home.live().await;
    let order = home.far.order(&home.listing, "in_requirement").await;
    let held =
        async || server.order(&order).await.filter(|view| view["card"]["hold"]["code"] == "unclear_outcome");
    until("the seller to be asked", async || held().await.is_some()).await;
    assert_eq!(home.far.paid_pictures().await, 2, "never a third");
    assert_eq!(held().await.unwrap()["card"]["hold"]["settle"], "retry");
}
