//! Bad weather on the second market's functions.

use reqwest::Method;
use serde_json::{Value, json};

use super::stall::Stall;

async fn check(stall: &Stall) -> reqwest::Result<(u16, Value)> {
    let address = stall.address("/check-notifications?mark_read=true");
    stall.seller.call(Method::GET, address, stall.key(), None).await
}

async fn unread(stall: &Stall) -> Value {
    stall.get("/check-notifications").await.1["unread_count"].clone()
}

#[tokio::test]
async fn the_reply_of_a_marking_check_can_be_lost_before_or_after_it_marked() {
    for (kind, left) in
        [("drop_before", 1), ("drop", 0), ("fail_before", 1), ("fail_after", 0), ("half_answer", 0)]
    {
        let stall = Stall::open().await;
        stall.control("/talk", json!({"kind": "by_hand"})).await;
        stall.seller.control("/fault", json!({"operation": "checkNotifications", "kind": kind})).await;
        let answer = check(&stall).await;
        let is_lost = answer.as_ref().map_or(true, |(_, body)| body.get("notifications").is_none());
        assert!(is_lost, "{kind}: {answer:?}");
        assert_eq!(unread(&stall).await, json!(left), "{kind}");
        let every = stall.get("/check-notifications?unread_only=false").await.1;
        assert_eq!(every["notifications"].as_array().unwrap().len(), 1, "{kind}: a full read still shows it");
    }
}

#[tokio::test]
async fn the_dial_strikes_here_too_in_this_markets_words() {
    let stall = Stall::open().await;
    stall.control("/talk", json!({"kind": "by_hand"})).await;
    let turned = async |slider: &str| {
        stall.seller.control("/weather", json!({"preset": "calm", "seed": 1, "chances": {slider: 1}})).await;
    };
    turned("call_too_many").await;
    let (status, answer) = check(&stall).await.unwrap();
    assert_eq!((status, &answer["success"], &answer["retry_after"]), (429, &json!(false), &json!(2)));
    assert!(answer["error"].is_string() && answer["reset_at"].is_string());
    turned("call_failed_before").await;
    let (status, answer) = check(&stall).await.unwrap();
    assert!(status >= 500 && answer["error"].is_string() && answer["success"] == json!(false), "{answer}");
    turned("call_cut_after").await;
    assert!(check(&stall).await.is_err());
    turned("call_slow").await;
    assert_eq!(unread(&stall).await, json!(0), "the cut reply had marked it");
    let calls = stall.seller.look("/calls?operation=checkNotifications").await;
    assert_eq!(calls["calls"][0]["agent_id"], json!(stall.id()));
    assert_eq!(calls["counters"]["checkNotifications"], json!({"received": 4, "done": 2}));
}
