//! Callers who send too much, too slowly or nonsense: the right answer, memory that stays flat, and others served.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::far::Far;
use super::stall::{HOOK, SECRET, Stall, signature};

const MIB: u64 = 1 << 20;
/// What the program may have grown by once a flood is over. Allocators keep some of what they once held.
const LEFT_OVER: u64 = 64 * MIB;
/// What it may grow by while floods go on: 256 connections with 64 KiB each and sixteen large bodies, at both doors.
const AT_MOST: u64 = 96 * MIB;
/// The longest an honest push waits while strangers do their worst.
const HONEST_WAIT: Duration = Duration::from_secs(5);

/// Sends these bytes, then reads to the end: the status, 0 when the door closed without a word.
async fn status(port: u16, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // The door may have answered and closed before everything is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let line = String::from_utf8_lossy(&answer);
    line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

fn post(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn signed(body: &[u8]) -> Vec<u8> {
    post(HOOK, &format!("X-Webhook-Signature: {}\r\n", signature(SECRET, body)), body)
}

/// Floods a port with one request, 32 at a time, and wants this answer every time.
async fn flood(port: u16, times: usize, request: Vec<u8>, wanted: u16) {
    let mut answers = Vec::new();
    for _ in 0..times.div_ceil(32) {
        answers.extend(join_all((0..32).map(|_| status(port, &request))).await);
    }
    let wrong: Vec<&u16> = answers.iter().filter(|status| **status != wanted).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} were not answered with {wanted}: {wrong:?}",
        wrong.len(),
        answers.len()
    );
}

/// Pushes honest news all the while; the longest any of it waited, and how much was taken.
async fn honest(stall: &Stall, until: &AtomicBool, next: &AtomicU64) -> (Duration, u64) {
    let (mut longest, mut taken) = (Duration::ZERO, 0);
    while !until.load(Ordering::Relaxed) {
        let id = next.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "event_id": id, "event_type": "message.received", "payload": {} }).to_string();
        let begun = Instant::now();
        let right = signature(SECRET, body.as_bytes());
        let (status, answer) =
            stall.push(stall.hook, body.as_bytes(), &[("X-Webhook-Signature", &right)]).await;
        assert_eq!(status, 200, "{answer}");
        longest = longest.max(begun.elapsed());
        taken += 1;
        assert_eq!(stall.health().await, 200);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (longest, taken)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_are_refused_with_the_right_status_in_flat_memory_while_others_are_served() {
    let far = Far::start();
    let stall = Arc::new(Stall::start(&far).await);
    let (done, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(9_000_000)));
    // Warm: what serving honest news takes is not the floods' doing.
    for _ in 0..2 {
        flood(stall.hook, 64, signed(br#"{"event_id":1,"event_type":"x"}"#), 200).await;
    }
    let (memory, peak) = (stall.memory(), stall.peak());
    let honest = {
        let (stall, done, next) = (Arc::clone(&stall), Arc::clone(&done), Arc::clone(&next));
        tokio::spawn(async move { honest(&stall, &done, &next).await })
    };

    let mebibyte = usize::try_from(MIB).unwrap();
    let nested = [b"[".repeat(mebibyte / 2), b"]".repeat(mebibyte / 2)].concat();
    let nested_object = [br#"{"a":"#.repeat(100_000), b"1".to_vec(), b"}".repeat(100_000)].concat();
    let wide = format!(r#"{{"event_id":1,"event_type":7,"payload":[{}1]}}"#, "1,".repeat(100_000));
    let forged = |body: &[u8]| post(HOOK, &format!("X-Webhook-Signature: {}\r\n", "00".repeat(32)), body);
    let headers = |count: usize| post(HOOK, &"X-A: b\r\n".repeat(count), b"");
    for port in [stall.hook, stall.local] {
        for (case, times, request, wanted) in [
            ("unsigned, a mebibyte", 128, post(HOOK, "", &vec![b' '; mebibyte]), 401),
            ("wrongly signed, a mebibyte", 128, forged(&vec![b' '; mebibyte]), 401),
            ("too large", 128, forged(&vec![b' '; 3 * mebibyte]), 413),
            ("signed, nested without end", 64, signed(&nested[..mebibyte]), 400),
            ("signed, nested objects", 64, signed(&nested_object), 400),
            ("signed, broken", 64, signed(br#"{"event_id":1,"#), 400),
            ("signed, no UTF-8", 64, signed(b"{\"event_id\":1,\"event_type\":\"\xff\xfe\"}"), 400),
            ("signed, wrong types", 64, signed(br#"{"event_id":{},"event_type":[]}"#), 400),
            ("signed, wrong types and wide", 32, signed(wide.as_bytes()), 400),
            (
                "signed, a number without end",
                32,
                signed(format!(r#"{{"event_id":{}}}"#, "9".repeat(100_000)).as_bytes()),
                400,
            ),
            ("2,000 headers", 128, headers(2_000), 431),
            ("300,000 headers", 32, headers(300_000), 431),
            ("a long address", 128, post(&format!("/{}", "a".repeat(20_000)), "", b""), 414),
            ("no HTTP", 128, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400),
        ] {
            let began = Instant::now();
            flood(port, times, request, wanted).await;
            println!("{case}: {:?}, {} MiB", began.elapsed(), stall.memory() / MIB);
        }
    }
    let guarded = |path: &str, body: &[u8]| {
        let head = format!("Authorization: Bearer {}\r\nX-Admin-Secret: x\r\n", stall.token);
        String::from_utf8(post(path, &head, body))
            .unwrap()
            .replacen("Host: x", &format!("Host: 127.0.0.1:{}", stall.local), 1)
            .into_bytes()
    };
    flood(stall.local, 64, guarded("/desk/stall.get", &nested[..mebibyte / 2]), 422).await;
    flood(stall.local, 64, guarded("/desk/stall.set_open", br#"{"open":"perhaps"}"#), 422).await;
    flood(stall.local, 64, guarded("/desk/stall.get", &vec![b' '; 2 * mebibyte]), 413).await;
    flood(stall.local, 64, guarded("/api/v1/image/generate", &nested[..mebibyte / 2]), 401).await;

    slow_callers(&stall).await;

    done.store(true, Ordering::Relaxed);
    let (longest, taken) = honest.await.unwrap();
    let (grown, grown_at_most) = (stall.memory().saturating_sub(memory), stall.peak() - peak);
    println!(
        "{taken} honest pushes, the slowest {longest:?}; memory {} MiB before, {} MiB after, at most {} MiB",
        memory / MIB,
        stall.memory() / MIB,
        stall.peak() / MIB
    );
    assert!(longest < HONEST_WAIT, "honest news waited {longest:?}");
    assert!(taken > 20, "only {taken} honest pushes were made");
    assert!(grown < LEFT_OVER, "{} MiB are left over", grown / MIB);
    assert!(grown_at_most < AT_MOST, "{} MiB more at the peak", grown_at_most / MIB);
    let stored = stall.pushed().await.len() as u64;
    assert_eq!(stored, taken + 1, "all honest news and nothing else");
    assert!(!stall.log().contains("panicked"), "{}", stall.log());
    assert!(!stall.log().contains("ended badly"), "{}", stall.log());
}

/// Heads and bodies that come a byte at a time, on more connections than a door has places.
async fn slow_callers(stall: &Stall) {
    let mut slow = Vec::new();
    for number in 0..400 {
        let mut stream = TcpStream::connect(("127.0.0.1", stall.hook)).await.unwrap();
        let begun = match number % 4 {
            0 => String::new(),
            1 => format!("POST {HOOK} HTTP/1.1\r\nHost: x\r\nX-A: {}", "b".repeat(30_000)),
            2 => format!(
                "POST {HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\nX-Webhook-Signature: {}\r\n\r\n{}",
                "00".repeat(32),
                " ".repeat(15_000)
            ),
            _ => format!(
                "POST {HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\nX-Webhook-Signature: {}\r\n\r\n{}",
                "00".repeat(32),
                " ".repeat(60_000)
            ),
        };
        let _ = stream.write_all(begun.as_bytes()).await;
        slow.push(stream);
    }
    let ended = join_all(slow.into_iter().enumerate().map(async |(number, mut stream)| {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        (number % 4, String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or_default().to_owned())
    }));
    let ended = tokio::time::timeout(Duration::from_secs(60), ended).await.unwrap();
    // Whoever was told anything was told that it took too long.
    assert!(ended.iter().all(|(_, status)| matches!(status.as_str(), "" | "408")), "{ended:?}");
    assert!(ended.iter().any(|(kind, status)| *kind == 3 && status == "408"), "{ended:?}");
}
