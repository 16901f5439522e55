use wiremock::matchers::query_param;

use super::*;
use crate::marketplaces::MarketError;
use crate::marketplaces::agent_market::read_pushed_event;

#[tokio::test]
async fn reads_news_sorted_from_every_envelope() {
    let rows = json!([
        {"event_id": "12", "event_type": "message.received", "order_id": "o1", "created_at": "2026-05-04T10:00:00Z"},
        {"event_id": 11, "event_type": "order.received", "payload": {"order_id": "o1"}},
        {"event_id": 11, "event_type": "order.received", "payload": {"order_id": "o1"}},
        {"event_id": "x", "event_type": "order.received"},
        {"event_id": -1, "event_type": "order.received"},
    ]);
    for answer in [rows.clone(), json!({"events": rows}), json!({"items": rows}), json!({"data": rows})] {
        let market = Market::open().await;
        let call = on("GET", "/events/me/events")
            .and(query_param("last_event_id", "10"))
            .and(query_param("limit", "50"));
        market.mount(call, ResponseTemplate::new(200).set_body_json(answer)).await;
        let events = market.client.events_after(10, 50).await.unwrap();
        let read: Vec<_> =
            events.iter().map(|event| (event.id, event.kind.as_str(), &event.payload["order_id"])).collect();
        assert_eq!(read, [(11, "order.received", &json!("o1")), (12, "message.received", &json!("o1"))]);
        assert!(events[1].payload.get("event_id").is_none(), "only the payload's own keys");
    }
}

#[tokio::test]
async fn an_answer_without_a_list_is_not_an_empty_feed() {
    let market = Market::open().await;
    market.answers("GET", "/events/me/events", 200, json!({"success": false, "error": "odd"})).await;
    assert!(matches!(market.client.events_after(0, 50).await, Err(MarketError::Unreadable { .. })));
}

#[tokio::test]
async fn acknowledges_ids_and_says_nothing_about_none() {
    let market = Market::open().await;
    market.mount(on("POST", "/events/me/events/ack"), ResponseTemplate::new(204)).await;
    market.client.acknowledge(&[]).await.unwrap();
    market.client.acknowledge(&[11, 12]).await.unwrap();
    assert_eq!(market.calls().await.len(), 1);
    assert_eq!(market.last_body().await, json!({"event_ids": [11, 12]}));
}

#[tokio::test]
async fn counts_what_waits() {
    let market = Market::open().await;
    market.answers("GET", "/events/me/events/pending", 200, json!({"pending_count": 4})).await;
    assert_eq!(market.client.pending_events().await.unwrap(), 4);
}

#[test]
fn reads_a_push_as_it_reads_the_feed() {
    let pushed = br#"{"event_id": 7, "event_type": "order.received", "payload": {"order_id": "o1"}, "created_at": "2026-05-04T10:00:00Z"}"#;
    let event = read_pushed_event(pushed).unwrap();
    assert_eq!(
        (event.id, event.kind.as_str(), &event.payload),
        (7, "order.received", &json!({"order_id": "o1"}))
    );
    assert!(event.created_at.is_some());
    for broken in
        [&b"{}"[..], b"[]", b"", b"\xff", br#"{"event_id": 1.5, "event_type": "x"}"#, br#"{"event_id": 1}"#]
    {
        assert!(matches!(read_pushed_event(broken), Err(MarketError::Unreadable { .. })));
    }
}
