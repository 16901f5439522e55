//! Callers who are slow, send too much, or come in crowds.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::connection::HEAD_PATIENCE;
use super::super::listener::MOST_CONNECTIONS;
use super::*;

/// Sends these bytes and reads to the end of the connection.
async fn exchange(door: &HookDoor, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(door.address()).await.unwrap();
    // The door may have answered and closed before everything is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_is_answered_with_408_and_silence_with_nothing() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let begun = tokio::time::Instant::now();
    let slow = exchange(&door, b"POST /api/v1/webhook/orders HTTP/1.1\r\nHost: x\r\nX-A").await;
    assert_eq!(slow, "HTTP/1.1 408 Request Timeout");
    assert_eq!(exchange(&door, b"").await, "");
    assert!(begun.elapsed() >= 2 * HEAD_PATIENCE);
}

#[tokio::test]
async fn heads_that_are_too_large_or_broken_are_refused_with_the_right_status() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let head = |line: &str, headers: &str| format!("{line}\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    let post = "POST /api/v1/webhook/orders HTTP/1.1";
    let many = "X-A: b\r\n".repeat(2_000);
    let long = format!("X-A: {}\r\n", "b".repeat(100_000));
    let endless = format!("X-A: {}\r\n", "b".repeat(3_000_000));
    for (case, request, expected) in [
        ("many headers", head(post, &many), "431 Request Header Fields Too Large"),
        ("a long header", head(post, &long), "431 Request Header Fields Too Large"),
        ("an endless header", head(post, &endless), "431 Request Header Fields Too Large"),
        ("a long path", head(&format!("GET /{} HTTP/1.1", "a".repeat(20_000)), ""), "414 URI Too Long"),
        ("a long query", head(&format!("GET /?{} HTTP/1.1", "a".repeat(20_000)), ""), "414 URI Too Long"),
        (
            "a path longer than any head",
            head(&format!("GET /{} HTTP/1.1", "a".repeat(3_000_000)), ""),
            "431 Request Header Fields Too Large",
        ),
        ("no HTTP", "hello there\r\n\r\n".to_owned(), "400 Bad Request"),
        (
            "another protocol",
            "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}".to_owned() + "\r\n\r\n",
            "400 Bad Request",
        ),
        ("two lengths", head(post, "Content-Length: 5\r\nContent-Length: 6\r\n"), "400 Bad Request"),
        ("a length that is none", head(post, "Content-Length: -1\r\n"), "400 Bad Request"),
        ("a header without a name", head(post, ": x\r\n"), "400 Bad Request"),
        ("a folded header", head(post, "X-A: b\r\n c\r\n"), "400 Bad Request"),
        ("another version", head("GET / HTTP/9.9", ""), "400 Bad Request"),
    ] {
        assert_eq!(exchange(&door, request.as_bytes()).await, format!("HTTP/1.1 {expected}"), "{case}");
    }
    let chunked = format!(
        "{post}\r\nHost: x\r\nConnection: close\r\nX-Webhook-Signature: {}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "00".repeat(32)
    );
    assert_eq!(exchange(&door, chunked.as_bytes()).await, "HTTP/1.1 400 Bad Request", "no chunk");
    assert!(fixture.tray.ids().is_empty());
}

#[tokio::test]
async fn a_crowd_that_does_nothing_makes_room_for_whoever_asks() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let mut crowd = Vec::new();
    for number in 0..MOST_CONNECTIONS + 50 {
        let mut stream = TcpStream::connect(door.address()).await.unwrap();
        if number % 2 == 0 {
            stream.write_all(b"POST /api/v1/webhook/orders HTTP/1.1\r\nHost:").await.unwrap();
        }
        crowd.push(stream);
    }
    let begun = Instant::now();
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    let signed = signature(SECRET, body.as_bytes());
    let pushed = fixture
        .client
        .post(format!("http://{}/api/v1/webhook/orders", door.address()))
        .header("X-Webhook-Signature", signed)
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(pushed.status(), 200);
    assert!(begun.elapsed() < HEAD_PATIENCE, "{:?}", begun.elapsed());
    drop(crowd);
}

#[tokio::test]
async fn connections_kept_open_without_need_make_room_at_once() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let mut idle = Vec::new();
    for _ in 0..MOST_CONNECTIONS {
        let mut stream = TcpStream::connect(door.address()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        stream.read_u8().await.unwrap();
        idle.push(stream);
    }
    let begun = Instant::now();
    assert_eq!(exchange(&door, b"GET / HTTP/1.0\r\n\r\n").await, "HTTP/1.0 404 Not Found");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(idle);
}

#[tokio::test]
async fn a_door_that_closes_does_not_wait_for_those_who_do_nothing() {
    let fixture = Fixture::new();
    let door = fixture.hook_door().await;
    let mut idle = Vec::new();
    for asked in [false, true, true] {
        let mut stream = TcpStream::connect(door.address()).await.unwrap();
        if asked {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            stream.read_u8().await.unwrap();
        }
        idle.push(stream);
    }
    let begun = Instant::now();
    door.close().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
