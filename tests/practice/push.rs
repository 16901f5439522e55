//! Pushed events.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::mpsc;

use crate::seller::Seller;

pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What was pushed: whether its signature was right, and the event.
pub type Pushed = (bool, Value);

/// A webhook that answers the first `failures` pushes with 500.
async fn webhook(failures: usize) -> (String, mpsc::UnboundedReceiver<Pushed>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let failures = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(failures));
    let receive =
        async move |State(sender): State<mpsc::UnboundedSender<Pushed>>, headers: HeaderMap, body: Bytes| {
            let given = headers.get("X-Webhook-Signature").map(|value| value.to_str().unwrap().to_owned());
            let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            mac.update(&body);
            let is_right = given == Some(hex::encode(mac.finalize().into_bytes()));
            sender.send((is_right, serde_json::from_slice(&body).unwrap())).unwrap();
            let left = failures.load(std::sync::atomic::Ordering::SeqCst);
            failures.store(left.saturating_sub(1), std::sync::atomic::Ordering::SeqCst);
            if left > 0 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
        };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        axum::serve(listener, Router::new().route("/hook", post(receive)).with_state(sender)).await.unwrap();
    });
    (address, receiver)
}

pub async fn opened(failures: usize) -> (Seller, mpsc::UnboundedReceiver<Pushed>) {
    let seller = Seller::open().await;
    let (address, pushes) = webhook(failures).await;
    let (status, me) =
        seller.patch("/agents/me", json!({"webhook_url": address, "webhook_secret": SECRET})).await;
    assert_eq!((status, &me["webhook_url"]), (200, &json!(address)));
    seller.publish(20).await;
    (seller, pushes)
}

#[tokio::test]
async fn pushes_each_event_signed_and_keeps_it_in_the_feed() {
    let (seller, mut pushes) = opened(0).await;
    let (order_id, _) = seller.ordered_by("by_hand").await;
    let (is_right, event) = pushes.recv().await.unwrap();
    assert!(is_right, "signature of {event}");
    assert_eq!(event["event_type"], "order.received");
    assert_eq!(event["payload"]["order_id"], json!(order_id));
    assert_eq!(seller.get("/events/me/events").await.1[0], event, "the feed lists the very same event");
}

#[tokio::test]
async fn pushes_again_until_the_receiver_takes_it() {
    let (seller, mut pushes) = opened(2).await;
    seller.ordered_by("by_hand").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(pushes.recv().await.unwrap().1["event_id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "the same event each time: {ids:?}");
}

#[tokio::test]
async fn refuses_secrets_of_the_wrong_length_and_bad_addresses() {
    let seller = Seller::open().await;
    for body in [
        json!({"webhook_secret": "short"}),
        json!({"webhook_secret": "x".repeat(65)}),
        json!({"webhook_url": "not an address"}),
        json!({}),
    ] {
        assert_eq!(seller.patch("/agents/me", body.clone()).await.0, 422, "{body}");
    }
    assert_eq!(seller.patch("/agents/me", json!({"webhook_url": null})).await.1["webhook_url"], Value::Null);
}

#[tokio::test]
async fn loses_doubles_and_missigns_pushes_when_told_to() {
    let (seller, mut pushes) = opened(0).await;
    seller.control("/fault", json!({"operation": "push", "kind": "lost"})).await;
    seller.ordered_by("by_hand").await;
    seller.once_waiting_faults(0).await;
    seller.control("/fault", json!({"operation": "push", "kind": "twice"})).await;
    seller.ordered_by("by_hand").await;
    let (first, second) = (pushes.recv().await.unwrap().1, pushes.recv().await.unwrap().1);
    assert_eq!(first, second);
    assert_eq!(first["event_id"], 2, "the first event was lost");
    seller.control("/fault", json!({"operation": "push", "kind": "bad_signature"})).await;
    seller.ordered_by("by_hand").await;
    assert!(!pushes.recv().await.unwrap().0);
    assert_eq!(seller.news().await.len(), 3, "the feed has them all");
}

#[tokio::test]
async fn pushes_nothing_while_paused() {
    let (seller, mut pushes) = opened(0).await;
    seller.control("/push/pause", json!({"paused": true})).await;
    seller.ordered_by("by_hand").await;
    seller.control("/push/pause", json!({"paused": false})).await;
    seller.ordered_by("by_hand").await;
    assert_eq!(pushes.recv().await.unwrap().1["event_id"], 2);
    assert_eq!(seller.news().await.len(), 2);
}

impl Seller {
    /// Waits until so many faults are left to strike.
    async fn once_waiting_faults(&self, left: u64) {
        let waiting = async {
            while self.look("/state").await["faults_waiting"] != left {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await.unwrap();
    }
}
