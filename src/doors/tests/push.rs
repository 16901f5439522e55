//! Pushed news.

use jiff::SignedDuration;
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const PATH: &str = "/api/v1/webhook/orders";

#[tokio::test]
async fn stores_a_signed_push_before_answering_as_the_guide_says() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let event = json!({ "event_id": 7, "event_type": "order.received", "payload": { "order_id": "o-1" } });
    let (status, answer) = fixture.push(&door, &event.to_string()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer, json!({ "success": true, "event_type": "order.received", "event_id": 7 }));
    let stored = fixture.tray.events.lock().unwrap()["7"].clone();
    assert_eq!((stored.kind.as_str(), stored.body), ("order.received", event));
}

#[tokio::test]
async fn the_same_event_twice_is_one_and_is_answered_as_a_duplicate() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let (_, first) = fixture.push(&door, r#"{"event_id":"007","event_type":"message.received"}"#).await;
    assert_eq!(first, json!({ "success": true, "event_type": "message.received", "event_id": "007" }));
    let (status, again) = fixture.push(&door, r#"{"event_id":7,"event_type":"message.received"}"#).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(again["duplicate"], true);
    assert_eq!(fixture.tray.ids(), ["7"]);
    assert_eq!(fixture.push.counters().received, 2);
}

#[tokio::test]
async fn refuses_what_is_not_an_event_of_ours_and_stores_nothing() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    for (body, problem) in [
        ("{", "The body is not JSON"),
        ("[]", "event_id is missing or not a number"),
        (r#"{"event_type":"x"}"#, "event_id is missing or not a number"),
        (r#"{"event_type":"x","event_id":1.5}"#, "event_id is missing or not a number"),
        (r#"{"event_type":"x","event_id":-1}"#, "event_id is missing or not a number"),
        (r#"{"event_type":"x","event_id":"1; DROP"}"#, "event_id is missing or not a number"),
        (r#"{"event_type":"x","event_id":""}"#, "event_id is missing or not a number"),
        (r#"{"event_id":1}"#, "event_type is missing"),
        (r#"{"event_id":1,"event_type":" "}"#, "event_type is missing"),
    ] {
        let (status, answer) = fixture.push(&door, body).await;
        assert_eq!((status, answer), (StatusCode::BAD_REQUEST, json!({ "detail": problem })), "{body}");
    }
    assert!(fixture.tray.ids().is_empty());
    assert_eq!(fixture.push.counters().refused, 9);
    assert_eq!(fixture.push.counters().last_at, None);
}

#[tokio::test]
async fn wants_the_signature_before_it_looks_at_the_body() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    for (body, signature) in [
        (r#"{"event_id":1,"event_type":"x"}"#, None),
        (r#"{"event_id":1,"event_type":"x"}"#, Some(String::new())),
        (r#"{"event_id":1,"event_type":"x"}"#, Some("zz".to_owned())),
        (r#"{"event_id":1,"event_type":"x"}"#, Some(super::signature(SECRET, b"another body"))),
        (r#"{"event_id":1,"event_type":"x"}"#, Some(super::signature("another secret", b"x"))),
        ("not even JSON", Some("00".repeat(32))),
    ] {
        let (status, answer) = fixture.send(&door, PATH, body, signature).await;
        assert_eq!(
            (status, answer),
            (StatusCode::UNAUTHORIZED, json!({ "detail": "Unauthorized" })),
            "{body}"
        );
    }
    assert!(fixture.tray.ids().is_empty());
}

#[tokio::test]
async fn refuses_everything_while_no_account_is_connected() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    fixture.push.disconnect();
    let empty_key = super::signature("", body.as_bytes());
    assert_eq!(fixture.send(&door, PATH, body, Some(empty_key)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_unsigned_push_of_a_market_that_cannot_sign_only_rings() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let bell = Doorbell::default();
    fixture.push.connect_bell(bell.clone());
    let looks = Arc::new(tokio::sync::Notify::new());
    let answering = {
        let (looks, stop) = (Arc::clone(&looks), tokio_util::sync::CancellationToken::new());
        tokio::spawn(async move { bell.answer(&looks, stop).await })
    };
    for body in [r#"{"event_id":1,"event_type":"x"}"#, "not even JSON", ""] {
        for signature in [None, Some(super::signature(SECRET, body.as_bytes()))] {
            let answer = fixture.send(&door, PATH, body, signature).await;
            assert_eq!(answer, (StatusCode::OK, json!({ "success": true })), "{body}");
        }
    }
    looks.notified().await;
    assert!(fixture.tray.ids().is_empty(), "nothing of it is kept");
    let counters = fixture.push.counters();
    assert_eq!((counters.rung, counters.received, counters.last_at), (6, 0, None));
    let large = "a".repeat(1024 * 1024 + 1);
    assert_eq!(fixture.send(&door, PATH, &large, None).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    answering.abort();
}

#[tokio::test]
async fn slow_strangers_never_keep_small_news_waiting() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let mut slow = Vec::new();
    for size in [100, 20_000] {
        for _ in 0..50 {
            let mut stream = TcpStream::connect(door.address()).await.unwrap();
            let head = format!(
                "POST {PATH} HTTP/1.1\r\nHost: x\r\nX-Webhook-Signature: {}\r\nContent-Length: 1000000\r\n\r\n",
                "00".repeat(32)
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(&vec![b' '; size]).await.unwrap();
            slow.push(stream);
        }
    }
    let begun = std::time::Instant::now();
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::OK);
    // The slow ones are given up only after this.
    assert!(begun.elapsed() < super::super::body::PATIENCE / 2, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn news_of_the_account_before_is_refused_at_once() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    let other = Arc::new(Tray::default());
    fixture.push.connect(other.clone(), "another account's secret, thirty-two".into());
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::UNAUTHORIZED);
    let signed = super::signature("another account's secret, thirty-two", body.as_bytes());
    assert_eq!(fixture.send(&door, PATH, body, Some(signed)).await.0, StatusCode::OK);
    assert_eq!((fixture.tray.ids(), other.ids()), (vec![], vec!["1".to_owned()]));
}

#[tokio::test]
async fn the_secret_before_is_accepted_for_five_minutes() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    fixture.push.change_secret("another secret of thirty-two characters".into());
    fixture.clock.advance(SignedDuration::from_secs(299));
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::OK);
    fixture.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::UNAUTHORIZED);
    fixture.push.accept_previous_secret(SECRET.into());
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::OK, "after a restart with another secret");
    fixture.clock.advance(SignedDuration::from_secs(300));
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn asks_for_another_try_when_the_event_could_not_be_stored() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    fixture.tray.broken.store(true, Ordering::Relaxed);
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(fixture.push.counters(), PushCounters::default());
    fixture.tray.broken.store(false, Ordering::Relaxed);
    assert_eq!(fixture.push(&door, body).await.0, StatusCode::OK);
    assert_eq!(fixture.push.counters().last_at, Some("2026-05-01T12:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn takes_a_mebibyte_and_not_a_byte_more_declared_or_not() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let frame = r#"{"event_id":1,"event_type":"x","payload":""}"#;
    let body = |size: usize| frame.replace("\"\"", &format!("\"{}\"", "a".repeat(size - frame.len())));
    let (largest, larger) = (body(1024 * 1024), body(1024 * 1024 + 1));
    assert_eq!(fixture.push(&door, &larger).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let chunks = larger
        .clone()
        .into_bytes()
        .chunks(1000)
        .map(|c| Ok::<_, std::io::Error>(c.to_vec()))
        .collect::<Vec<_>>();
    let undeclared = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let answer = fixture
        .client
        .post(format!("http://{}{PATH}", door.address()))
        .header("X-Webhook-Signature", super::signature(SECRET, larger.as_bytes()))
        .body(undeclared)
        .send()
        .await;
    // The door may close the connection before the rest is sent.
    assert!(answer.map_or(true, |answer| answer.status() == StatusCode::PAYLOAD_TOO_LARGE));
    assert!(fixture.tray.ids().is_empty());
    assert_eq!(fixture.push(&door, &largest).await.0, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn gives_up_a_body_that_never_ends() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let mut stream = TcpStream::connect(door.address()).await.unwrap();
    let signature = "00".repeat(32);
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nX-Webhook-Signature: {signature}\r\nContent-Length: 100\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn the_hook_door_knows_one_path_and_one_method() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    let signed = || Some(super::signature(SECRET, body.as_bytes()));
    for path in
        ["/", "/health", "/desk/stall.get", "/api/v1/webhook/orders/", "//api/v1/webhook/orders", "/docs"]
    {
        assert_eq!(fixture.send(&door, path, body, signed()).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    for method in [reqwest::Method::GET, reqwest::Method::PUT, reqwest::Method::OPTIONS] {
        let url = format!("http://{}{PATH}", door.address());
        let answer = fixture.client.request(method.clone(), url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method}");
    }
    fixture.push.set_path("/elsewhere".parse().unwrap());
    assert_eq!(fixture.send(&door, PATH, body, signed()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(fixture.send(&door, "/elsewhere", body, signed()).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_hook_door_knows_nothing_of_the_local_door() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let path_of = |path: &str| {
        path.replace("{command}", "stall.get").replace("{size}", "card").replace("{sha256}", PICTURE)
    };
    let table = super::super::local::routes();
    let screens =
        [("GET", "/".to_owned()), ("GET", "/index.html".to_owned()), ("GET", "/assets/x.js".to_owned())];
    for (method, path) in table.iter().map(|route| (route.method, path_of(route.path))).chain(screens) {
        let answer = fixture
            .client
            .request(method.parse().unwrap(), format!("http://{}{path}", door.address()))
            .bearer_auth(TOKEN)
            .header("X-Admin-Secret", "open sesame")
            .body("{}")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {path}");
    }
    assert!(fixture.stall.commands.lock().unwrap().is_empty());
}

impl Fixture {
    async fn push(&self, door: &HookDoor, body: &str) -> (StatusCode, Value) {
        self.send(door, PATH, body, Some(super::signature(SECRET, body.as_bytes()))).await
    }

    async fn send(
        &self,
        door: &HookDoor,
        path: &str,
        body: &str,
        signature: Option<String>,
    ) -> (StatusCode, Value) {
        let url = format!("http://{}{path}", door.address());
        // A tunnel passes on the name it is known by outside.
        let mut request = self.client.post(url).header("Host", "stall.example").body(body.to_owned());
        if let Some(signature) = signature {
            request = request.header("X-Webhook-Signature", signature);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}
