//! The check of everything an order needs: what it says of a real stall, and that its buttons mend it.

use serde_json::{Value, json};

use super::far::{Far, until};
use super::home::{Home, publish};

async fn found(home: &Home, need: &str) -> Value {
    let looked = stallkeeper::desk::dispatch(&home.stall, "connection.check_up", json!({})).await.unwrap();
    let findings = looked["findings"].as_array().unwrap();
    findings.iter().find(|found| found["need"] == need).unwrap().clone()
}

async fn stands(home: &Home, need: &str) -> (String, String, Option<String>) {
    let found = found(home, need).await;
    let text = |name: &str| found[name].as_str().map(str::to_owned);
    (text("standing").unwrap(), text("why").unwrap(), text("fix"))
}

fn is(standing: &str, why: &str, fix: Option<&str>) -> (String, String, Option<String>) {
    (standing.to_owned(), why.to_owned(), fix.map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_says_what_is_wrong_with_a_real_stall_and_sees_it_mended() {
    let far = Far::start();
    let home = Home::open(&far, &[("HEARTBEAT_SECONDS", "0.1")]).await;
    until("a heartbeat", async || far.received("heartbeat").await > 0).await;
    until("news", async || stands(&home, "news").await.0 == "fine").await;
    for need in ["disk", "open", "market", "model", "caps", "seller"] {
        assert_eq!(stands(&home, need).await.0, "fine", "{need}");
    }

    assert_eq!(stands(&home, "listings").await, is("heed", "nothing_listed", Some("listings")));
    publish(&far).await;
    stallkeeper::desk::dispatch(&home.stall, "listings.refresh", json!({})).await.unwrap();
    assert_eq!(stands(&home, "listings").await, is("fine", "listed", None));

    home.stall.set_open(false).await.unwrap();
    assert_eq!(stands(&home, "open").await, is("wrong", "is_closed", Some("open_stall")));
    stallkeeper::desk::dispatch(&home.stall, "stall.set_open", json!({ "open": true })).await.unwrap();
    assert_eq!(stands(&home, "open").await, is("fine", "is_open", None));

    let fail = async |operation: &str, status: u16| {
        let refused =
            json!({ "operation": operation, "kind": "fail_before", "status": status, "count": 1_000_000 });
        far.control("/fault", refused).await;
    };
    fail("getKey", 401).await;
    assert_eq!(stands(&home, "model").await, is("wrong", "model_key_refused", Some("accounts")));
    far.control("/fault/clear", json!({})).await;
    assert_eq!(stands(&home, "model").await.0, "fine");

    fail("getMe", 401).await;
    assert_eq!(stands(&home, "market").await, is("wrong", "market_key_refused", Some("accounts")));
    far.control("/fault/clear", json!({})).await;
    fail("getMe", 500).await;
    assert_eq!(stands(&home, "market").await, is("wrong", "market_failed", Some("again")));
    far.control("/fault/clear", json!({})).await;
    assert_eq!(stands(&home, "market").await, is("fine", "market_answers", None));
    home.stall.close().await;
}
