//! Heartbeats: only while an order that came now could be served.

use serde_json::json;
use stallkeeper::desk::contract::LightColour;

use super::far::{Far, until};
use super::home::{Home, publish};

/// Two more looks of the heart have passed: none of them may have beaten unseen.
async fn two_looks(far: &Far) {
    let asked = far.received("getKey").await;
    until("two more looks", async || far.received("getKey").await >= asked + 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_heartbeat_is_sent_while_the_models_key_is_refused_and_they_return_when_it_is_mended() {
    let far = Far::start();
    publish(&far).await;
    let home = Home::open(&far, &[("HEARTBEAT_SECONDS", "0.2")]).await;
    until("a heartbeat", async || far.received("heartbeat").await > 0).await;
    until("the green light", async || home.stall.light().colour == LightColour::Green).await;

    for (status, reason) in [(401, "model_key_refused"), (402, "out_of_credit")] {
        // The seller's key stops working: the next order shows it.
        for operation in ["chatCompletion", "getKey"] {
            let refused = json!({ "operation": operation, "kind": "fail_before", "status": status, "count": 1_000_000 });
            far.control("/fault", refused).await;
        }
        home.stall.account().unwrap().model().unwrap().check_key().await.unwrap_err();
        assert_eq!(home.stall.light().reason, reason);
        two_looks(&far).await;
        let beats = far.received("heartbeat").await;
        two_looks(&far).await;
        assert_eq!(far.received("heartbeat").await, beats, "no heartbeat with {reason}");

        far.control("/fault/clear", json!({})).await;
        until("the heartbeat to return", async || far.received("heartbeat").await > beats).await;
        until("the green light", async || home.stall.light().colour == LightColour::Green).await;
    }
    home.stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_stall_and_one_that_cannot_store_do_not_beat() {
    let far = Far::start();
    publish(&far).await;
    let home = Home::open(&far, &[("HEARTBEAT_SECONDS", "0.1")]).await;
    until("a heartbeat", async || far.received("heartbeat").await > 0).await;
    home.stall.set_open(false).await.unwrap();
    assert_eq!(home.stall.light().reason, "closed");
    let closed = far.received("heartbeat").await;
    home.stall.account().unwrap().beat.notify_one();
    home.stall.set_open(true).await.unwrap();
    until("the heartbeat to return", async || far.received("heartbeat").await > closed).await;

    // A file where the folder of kept answers was: nothing can be written there, whoever runs the test.
    let spool = home.pictures().join("answers");
    let aside = home.pictures().join("aside");
    std::fs::rename(&spool, &aside).unwrap();
    std::fs::write(&spool, b"").unwrap();
    until("the light to say so", async || home.stall.light().reason == "storage").await;
    assert_eq!(home.stall.light().colour, LightColour::Red);
    let beats = far.received("heartbeat").await;
    std::fs::remove_file(&spool).unwrap();
    std::fs::rename(&aside, &spool).unwrap();
    until("the heartbeat to return", async || far.received("heartbeat").await > beats).await;
    home.stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_comes_while_the_model_refuses_us_is_accepted_once_it_is_mended_and_not_before() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("HEARTBEAT_SECONDS", "0.1"), ("SERVICE_SKU_ID", &listing)]).await;
    until("a heartbeat", async || far.received("heartbeat").await > 0).await;
    for operation in ["chatCompletion", "getKey"] {
        let empty =
            json!({ "operation": operation, "kind": "fail_before", "status": 402, "count": 1_000_000 });
        far.control("/fault", empty).await;
    }
    home.stall.account().unwrap().model().unwrap().check_key().await.unwrap_err();
    let order = far.order(&listing, "in_requirement").await;
    home.read_feed();
    until("the hold", async || home.is_held(&order, "out_of_credit").await).await;
    assert_eq!(far.received("acceptOrder").await, 0);

    far.control("/fault/clear", json!({})).await;
    until("the order to be accepted", async || far.received("acceptOrder").await == 1).await;
    home.stall.close().await;
}
