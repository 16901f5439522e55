//! Pushes that are not what they say.

use serde_json::json;

use super::far::Far;
use super::stall::{SECRET, Stall, signature};

fn news(event_id: u64) -> Vec<u8> {
    json!({ "event_id": event_id, "event_type": "message.received", "payload": { "order_id": "no-such-order" } })
        .to_string()
        .into_bytes()
}

#[tokio::test]
async fn unsigned_and_wrongly_signed_pushes_leave_the_database_as_it_was() {
    let far = Far::start();
    let stall = Stall::start(&far).await;
    let before = stall.settled_database().await;
    let body = news(9_000_001);
    let right = signature(SECRET, &body);
    let prefixed = format!("sha256={right}");
    let forged = [
        None,
        Some(String::new()),
        Some("00".repeat(32)),
        Some(right[..62].to_owned()),
        Some(format!("{right}00")),
        Some(prefixed),
        Some(signature(SECRET, &news(9_000_002))),
        Some(signature("another secret of thirty-two char", &body)),
        Some(signature("", &body)),
    ];
    for port in [stall.hook, stall.local] {
        for signature in &forged {
            let headers: Vec<(&str, &str)> =
                signature.iter().map(|signature| ("X-Webhook-Signature", signature.as_str())).collect();
            let (status, answer) = stall.push(port, &body, &headers).await;
            assert_eq!((status, answer), (401, json!({ "detail": "Unauthorized" })), "{signature:?}");
        }
        let misnamed = stall.push(port, &body, &[("X-Signature", &right), ("Authorization", &right)]).await;
        assert_eq!(misnamed.0, 401);
    }
    assert_eq!(stall.settled_database().await, before);
    assert_eq!(stall.push(stall.hook, &body, &[("X-Webhook-Signature", &right)]).await.0, 200);
    assert_ne!(stall.database().await, before, "a signed one is stored");
}

#[tokio::test]
async fn an_old_signed_push_sent_again_has_no_effect() {
    let far = Far::start();
    let stall = Stall::start(&far).await;
    let listing = far.publish().await;
    let order = far.order(&listing, "in_requirement").await;
    let body =
        json!({ "event_id": 9_000_001, "event_type": "order.received", "payload": { "order_id": order } })
            .to_string()
            .into_bytes();
    let right = signature(SECRET, &body);
    let headers = [("X-Webhook-Signature", right.as_str())];
    assert_eq!(stall.push(stall.hook, &body, &headers).await.0, 200);
    far.until_status(&order, "completed").await;
    let before = stall.settled_database().await;
    let reads = far.received("getOrder").await;
    for port in [stall.hook, stall.local] {
        for _ in 0..20 {
            let (status, answer) = stall.push(port, &body, &headers).await;
            assert_eq!((status, &answer["duplicate"]), (200, &json!(true)), "{answer}");
        }
    }
    assert_eq!(stall.settled_database().await, before);
    assert_eq!(far.received("getOrder").await, reads, "nor is the market asked again");
    assert_eq!(far.done(&order, "acceptOrder").await, 1);
}

#[tokio::test]
async fn after_a_restart_with_another_secret_the_one_before_is_still_good_for_a_while() {
    const OTHER: &str = "another secret of thirty-two chars";
    let far = Far::start();
    let stall = Stall::start(&far).await;
    let push = async |stall: &Stall, id, secret| {
        let body = news(id);
        stall.push(stall.hook, &body, &[("X-Webhook-Signature", &signature(secret, &body))]).await.0
    };
    assert_eq!(push(&stall, 9_000_001, SECRET).await, 200);
    assert_eq!(push(&stall, 9_000_002, OTHER).await, 401);
    let stall = stall.start_again(&far, OTHER).await;
    assert_eq!(push(&stall, 9_000_002, OTHER).await, 200);
    assert_eq!(push(&stall, 9_000_003, SECRET).await, 200, "already under way when the secret was changed");
    assert_eq!(push(&stall, 9_000_004, "neither of the two, also 32 chars").await, 401);
    let stall = stall.start_again(&far, OTHER).await;
    assert_eq!(push(&stall, 9_000_005, SECRET).await, 401, "nothing was changed at this start");
}
