use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::any;

use super::*;
use crate::marketplaces::agent_market::Pace;
use crate::marketplaces::{MarketError, MarketStatus};

/// A market that reads the request, says `answer` and hangs up.
async fn hangs_up_after(answer: &'static [u8]) -> AgentMarket {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
        }
    });
    connect(&base)
}

#[tokio::test]
async fn never_follows_a_redirect_with_the_key() {
    let market = Market::open().await;
    let elsewhere = MockServer::start().await;
    for status in [301, 302, 303, 307, 308] {
        market.server.reset().await;
        let answer = ResponseTemplate::new(status)
            .insert_header("Location", format!("{}/api/agents/me", elsewhere.uri()));
        market.mount(Mock::given(any()), answer).await;
        assert!(matches!(market.client.me().await, Err(MarketError::Unreadable { .. })), "{status}");
        assert!(market.client.accept("o1", None).await.is_err());
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn shows_the_key_nowhere() {
    let market = Market::open().await;
    assert!(!format!("{:?}", market.client).contains(KEY));
    let echo = json!({"error": format!("Bearer {KEY} is not allowed"), "details": {"categories": [KEY]}});
    for status in [400, 403, 409, 422] {
        market.server.reset().await;
        market.answers("GET", "/agents/me", status, echo.clone()).await;
        let error = market.client.me().await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY), "{status}");
    }
}

#[tokio::test]
async fn refuses_a_key_that_cannot_be_one_and_trims_one_that_can() {
    for key in ["", "  ", "two\nlines"] {
        let client = AgentMarket::connect("https://market.example", key.into(), clock(), ids());
        assert!(matches!(client, Err(MarketError::Refused { .. })), "{key:?}");
    }
    let market = Market::open().await;
    market.answers("GET", "/agents/me", 200, json!({"id": "u1"})).await;
    let pasted = AgentMarket::connect(
        &format!("{}/api", market.server.uri()),
        format!(" {KEY}\n").into(),
        clock(),
        ids(),
    );
    pasted.unwrap().me().await.unwrap();
    assert_eq!(market.calls().await[0].headers["Authorization"], format!("Bearer {KEY}").as_str());
}

#[tokio::test]
async fn keeps_a_hostile_id_within_its_segment() {
    let market = Market::open().await;
    for (id, segment) in [
        ("../agents/me", "..%2Fagents%2Fme"),
        ("..\\agents", "..%5Cagents"),
        ("o1?role=buyer", "o1%3Frole=buyer"),
        ("o1#top", "o1%23top"),
        ("%2e%2e", "%252e%252e"),
        ("//evil.example", "%2F%2Fevil.example"),
        ("猫 1", "%E7%8C%AB%201"),
        ("https://evil.example/", "https:%2F%2Fevil.example%2F"),
    ] {
        market.server.reset().await;
        market.mount(Mock::given(any()), ResponseTemplate::new(404)).await;
        assert!(matches!(market.client.read_order(id).await, Err(MarketError::NotFound)), "{id}");
        let calls = market.calls().await;
        assert_eq!(calls[0].url.path(), format!("/api/orders/{segment}"), "{id}");
        assert_eq!(calls[0].url.query(), None, "{id}");
    }
    market.server.reset().await;
    for id in ["", ".", "..", "o\t1", "o\n1", "o\u{0}", &"o".repeat(257)] {
        assert!(matches!(market.client.accept(id, None).await, Err(MarketError::Refused { .. })), "{id:?}");
    }
    assert!(market.calls().await.is_empty());
}

#[tokio::test]
async fn a_hostile_status_stays_one_query_value() {
    let market = Market::open().await;
    market.answers("GET", "/orders", 200, json!([])).await;
    market.client.list_orders(&MarketStatus::Other("x&role=buyer".to_owned())).await.unwrap();
    let calls = market.calls().await;
    let roles = calls[0].url.query_pairs().filter(|(name, _)| name == "role").count();
    assert_eq!(roles, 1);
}

#[tokio::test]
async fn an_answer_that_is_no_json_of_ours_is_an_error() {
    let deep = "[".repeat(100_000);
    let long = format!("\"{}\"", "x".repeat(17 * 1024 * 1024));
    for body in [
        "",
        "{",
        "<html>hello</html>",
        "null",
        "[]",
        "{}",
        "7",
        "{\"order\": []}",
        "{\"id\": \"o1\"}",
        "\u{feff}{}",
        &deep,
        &long,
    ] {
        let market = Market::open().await;
        market.mount(Mock::given(any()), ResponseTemplate::new(200).set_body_string(body)).await;
        let error = market.client.accept("o1", None).await.unwrap_err();
        let shown = body.chars().take(30).collect::<String>();
        assert!(matches!(error, MarketError::Unreadable { .. }), "{shown}: {error:?}");
        assert!(error.may_have_landed(), "{shown}");
    }
}

#[tokio::test]
async fn a_huge_refusal_is_cut() {
    let market = Market::open().await;
    market.mount(Mock::given(any()), ResponseTemplate::new(403).set_body_string("x".repeat(1 << 20))).await;
    let MarketError::Forbidden { message } = market.client.me().await.unwrap_err() else {
        panic!("forbidden expected")
    };
    assert_eq!(message.len(), 500);
}

#[tokio::test]
async fn reads_try_again_when_the_failure_passes() {
    let market = Market::open().await;
    on("GET", "/orders/o1")
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(2)
        .mount(&market.server)
        .await;
    market.answers("GET", "/orders/o1", 200, order()).await;
    assert_eq!(market.client.read_order("o1").await.unwrap().id, "o1");
    assert_eq!(market.calls().await.len(), 3);
}

#[tokio::test]
async fn reads_give_up_after_three_tries_and_at_once_when_trying_is_no_use() {
    for (answer, tries) in [
        (ResponseTemplate::new(503), 3),
        (ResponseTemplate::new(401), 1),
        (ResponseTemplate::new(404), 1),
        (ResponseTemplate::new(429).insert_header("Retry-After", "600"), 1),
    ] {
        let market = Market::open().await;
        market.mount(on("GET", "/orders/o1"), answer).await;
        assert!(market.client.read_order("o1").await.is_err());
        assert_eq!(market.calls().await.len(), tries);
    }
}

#[tokio::test]
async fn writes_are_made_once() {
    for status in [429, 500, 503] {
        let market = Market::open().await;
        market.mount(Mock::given(any()), ResponseTemplate::new(status)).await;
        assert!(market.client.accept("o1", None).await.is_err());
        assert!(market.client.say("o1", "hi").await.is_err());
        assert_eq!(market.calls().await.len(), 2);
    }
    let market = Market::open().await;
    let clash =
        json!({"error": "clash", "details": {"error_type": "conflict_error", "retry_recommended": true}});
    market.answers("POST", "/orders/o1/accept", 409, clash).await;
    assert!(matches!(market.client.accept("o1", None).await, Err(MarketError::Conflict { retry: true, .. })));
    assert_eq!(market.calls().await.len(), 1);
}

#[tokio::test]
async fn tells_a_call_that_never_left_from_one_that_may_have_landed() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let error = connect(&base).accept("o1", None).await.unwrap_err();
    assert!(matches!(error, MarketError::Network { sent: false, .. }), "{error:?}");
    assert!(!error.may_have_landed());

    for answer in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"id\": \"o1\"",
        b"not http at all\r\n\r\n",
    ] {
        let error = hangs_up_after(answer).await.accept("o1", None).await.unwrap_err();
        assert!(matches!(error, MarketError::Network { sent: true, .. }), "{error:?}");
        assert!(error.may_have_landed());
    }
}

#[tokio::test]
async fn keeps_the_pace_it_is_given() {
    let market = Market::open().await;
    market.answers("POST", "/agents/heartbeat", 200, json!({})).await;
    let twenty = NonZeroU32::new(20).unwrap();
    let pace = Pace { limit: Some((twenty, NonZeroU32::MIN)), ..Pace::LOOPBACK };
    let base = format!("{}/api", market.server.uri());
    let client = AgentMarket::connect_at(&base, KEY.into(), clock(), ids(), pace).unwrap();
    let start = Instant::now();
    for _ in 0..4 {
        client.heartbeat().await.unwrap();
    }
    assert!(
        start.elapsed() >= Duration::from_millis(140),
        "three calls wait 50 ms each: {:?}",
        start.elapsed()
    );
}
