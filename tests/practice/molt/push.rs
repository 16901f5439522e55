//! The optional push: unsigned, once, and the inbox keeps everything either way.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::stall::{Stall, event, text};

/// A stall with a webhook that answers with this status, and what comes in there.
async fn opened(status: StatusCode) -> (Stall, mpsc::UnboundedReceiver<(HeaderMap, Value)>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receive =
        async move |State(sender): State<mpsc::UnboundedSender<_>>, headers: HeaderMap, body: String| {
            sender.send((headers, serde_json::from_str(&body).unwrap())).unwrap();
            status
        };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook/secret", listener.local_addr().unwrap());
    let app = Router::new().route("/hook/secret", post(receive)).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let stall = Stall::open().await;
    stall.lift_limits().await;
    assert_eq!(stall.post("/update-profile", json!({"webhook_url": address})).await.0, 200);
    (stall, receiver)
}

async fn pushes_ended(stall: &Stall) {
    let waiting = async {
        while stall.seller.look("/state").await["pushes_under_way"] != 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await.unwrap();
}

#[tokio::test]
async fn a_notification_is_pushed_as_the_inbox_lists_it_without_signature() {
    let (stall, mut pushes) = opened(StatusCode::OK).await;
    let came = stall.control("/talk", json!({"kind": "curious"})).await;
    let (headers, pushed) = pushes.recv().await.unwrap();
    assert!(!headers.contains_key("X-Webhook-Signature") && !headers.contains_key("Authorization"));
    assert_eq!(event(&pushed).1["sender_id"], came["account_id"]);
    assert_eq!(stall.get("/check-notifications").await.1["notifications"][0], pushed);
    assert_eq!(stall.post("/update-profile", json!({"webhook_url": null})).await.0, 200);
    stall.control("/talk", json!({"kind": "curious"})).await;
    pushes_ended(&stall).await;
    assert!(pushes.try_recv().is_err(), "switched off");
}

#[tokio::test]
async fn a_push_is_tried_once() {
    let (stall, mut pushes) = opened(StatusCode::INTERNAL_SERVER_ERROR).await;
    stall.control("/talk", json!({"kind": "by_hand"})).await;
    pushes.recv().await.unwrap();
    pushes_ended(&stall).await;
    stall.advance(3_600.0).await;
    assert!(pushes.try_recv().is_err());
    assert_eq!(stall.get("/check-notifications").await.1["unread_count"], 1, "the inbox has it");
}

#[tokio::test]
async fn the_weather_loses_and_repeats_pushes() {
    let (stall, mut pushes) = opened(StatusCode::OK).await;
    stall.seller.control("/fault", json!({"operation": "push", "kind": "lost"})).await;
    stall.control("/talk", json!({"kind": "by_hand", "text": "lost"})).await;
    pushes_ended(&stall).await;
    stall.seller.control("/weather", json!({"seed": 1, "chances": {"push_repeated": 1}})).await;
    stall.control("/talk", json!({"kind": "by_hand", "text": "twice"})).await;
    let (_, first) = pushes.recv().await.unwrap();
    let (_, second) = pushes.recv().await.unwrap();
    assert_eq!(text(&first["id"]), text(&second["id"]));
    assert_eq!(event(&first).1["content_preview"], "twice");
}
