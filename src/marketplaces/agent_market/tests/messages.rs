use super::*;
use crate::marketplaces::MarketError;

#[tokio::test]
async fn reads_a_thread_oldest_first_from_every_envelope() {
    let old = json!({"id": 1, "content": "hello", "sender_id": "b1", "sender_name": "Bo", "created_at": "2026-05-04T10:00:00Z"});
    let same = json!({"id": 2, "content": "there", "sender": {"id": "b1", "name": "Bo"}, "created_at": "2026-05-04T10:00:00Z"});
    let young =
        json!({"id": "3", "content": "a cat", "sender_id": "b1", "created_at": "2026-05-04T10:05:00Z"});
    for answer in [
        json!([old, same, young]),
        json!([young, same, old]),
        json!({"messages": [old, same, young]}),
        json!({"data": [old, same, young]}),
        json!({"success": true, "data": {"messages": [old, same, young]}}),
    ] {
        let market = Market::open().await;
        market.answers("GET", "/orders/o1/messages", 200, answer.clone()).await;
        let thread = market.client.read_thread("o1").await.unwrap();
        let texts: Vec<_> = thread.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["hello", "there", "a cat"], "{answer}");
        assert_eq!(
            (thread[1].sender_id.as_deref(), thread[1].sender_name.as_deref()),
            (Some("b1"), Some("Bo"))
        );
        assert_eq!(market.calls().await.len(), 1, "a short thread is one call");
    }
}

#[tokio::test]
async fn writes_to_the_buyer() {
    for (status, answer) in [
        (201, json!({"message": {"id": "m1", "content": "hi"}})),
        (200, json!({"id": "m1", "content": "hi"})),
    ] {
        let market = Market::open().await;
        market.answers("POST", "/orders/o1/messages", status, answer).await;
        assert_eq!(market.client.say("o1", "hi").await.unwrap().id, "m1");
        assert_eq!(market.last_body().await, json!({"content": "hi"}));
    }
}

#[tokio::test]
async fn reports_a_message_that_landed_without_a_readable_answer() {
    let market = Market::open().await;
    market.answers("POST", "/orders/o1/messages", 201, json!({"message": "sent"})).await;
    let error = market.client.say("o1", "hi").await.unwrap_err();
    assert!(matches!(error, MarketError::Unreadable { .. }));
    assert!(error.may_have_landed());
}

#[tokio::test]
async fn sends_no_empty_and_no_endless_message() {
    let market = Market::open().await;
    for text in ["", "\n", &"m".repeat(10_001)] {
        assert!(matches!(market.client.say("o1", text).await, Err(MarketError::Refused { .. })));
    }
    assert!(market.calls().await.is_empty());
}
