use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::marketplaces::{MarketError, MarketFile, OnSent, OutgoingFile, Recall};

fn picture() -> OutgoingFile {
    OutgoingFile {
        name: "../小猫.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: Bytes::from_static(b"\x89PNG not really"),
        description: Some("the cat".to_owned()),
        on_sent: OnSent::default(),
        recall: Recall::default(),
    }
}

fn stored_at(address: &str) -> MarketFile {
    MarketFile {
        id: "f1".to_owned(),
        name: "cat.png".to_owned(),
        media_type: None,
        size: None,
        sha256: None,
        uploader_id: None,
        download_url: Some(address.to_owned()),
        is_high_risk: false,
    }
}

#[tokio::test]
async fn reads_both_families_of_file_names() {
    let market = Market::open().await;
    let rows = json!([
        {"file_id": "f1", "filename": "cat.png", "content_type": "image/png", "size": 5, "uploader_agent_id": "b1", "download_url": "https://files.example/f1?sig=1"},
        {"file_id": 2, "original_filename": "page.HTML", "mime_type": "text/plain", "size": "7"},
        {"id": "f3", "filename": "drawing", "content_type": "image/svg+xml", "high_risk_input": null},
        {"id": "f4", "filename": "odd.bin", "high_risk_input": true},
        {"filename": "no id.svg"},
    ]);
    market.answers("GET", "/orders/o1/attachments", 200, json!({"files": rows, "file_count": 5})).await;
    let files = market.client.list_files("o1").await.unwrap();
    let read: Vec<_> =
        files.iter().map(|f| (f.id.as_str(), f.name.as_str(), f.size, f.is_high_risk)).collect();
    let expected = [
        ("f1", "cat.png", Some(5), false),
        ("2", "page.HTML", Some(7), true),
        ("f3", "drawing", None, true),
        ("f4", "odd.bin", None, true),
        ("no id.svg", "no id.svg", None, true),
    ];
    assert_eq!(read, expected);
}

#[tokio::test]
async fn an_answer_without_a_list_is_not_an_order_without_files() {
    let market = Market::open().await;
    market.answers("GET", "/orders/o1/attachments", 200, json!({"total_size": 0})).await;
    assert!(matches!(market.client.list_files("o1").await, Err(MarketError::Unreadable { .. })));
}

#[tokio::test]
async fn uploads_a_file_under_a_safe_name() {
    for (status, answer) in [
        (201, json!({"file_id": "f1", "filename": "小猫.png"})),
        (200, json!({"attachment": {"file_id": "f1"}})),
    ] {
        let market = Market::open().await;
        market.answers("POST", "/orders/o1/attachments", status, answer).await;
        assert_eq!(market.client.upload("o1", picture()).await.unwrap().id, "f1");
        let calls = market.calls().await;
        assert_eq!(calls[0].headers["Authorization"], format!("Bearer {KEY}").as_str());
        let body = String::from_utf8_lossy(&calls[0].body).into_owned();
        assert!(body.contains("name=\"file\"; filename=\"小猫.png\""), "{body}");
        assert!(body.contains("Content-Type: image/png") && body.contains("PNG not really"), "{body}");
        assert!(body.contains("name=\"description\"") && body.contains("the cat"), "{body}");
    }
}

#[tokio::test]
async fn uploads_nothing_the_market_would_refuse() {
    let market = Market::open().await;
    for unfit in [
        OutgoingFile { name: "run.exe".to_owned(), ..picture() },
        OutgoingFile { bytes: Bytes::new(), ..picture() },
        OutgoingFile { media_type: "no type".to_owned(), ..picture() },
    ] {
        assert!(matches!(market.client.upload("o1", unfit).await, Err(MarketError::Refused { .. })));
    }
    assert!(market.calls().await.is_empty());
}

#[tokio::test]
async fn uploads_once_even_when_the_market_fails() {
    let market = Market::open().await;
    market.answers("POST", "/orders/o1/attachments", 502, json!({})).await;
    assert!(market.client.upload("o1", picture()).await.unwrap_err().may_have_landed());
    assert_eq!(market.calls().await.len(), 1);
}

#[tokio::test]
async fn removes_an_own_file() {
    let market = Market::open().await;
    market.mount(on("DELETE", "/orders/o1/attachments/f1"), ResponseTemplate::new(200)).await;
    market.client.delete_file("o1", "f1").await.unwrap();
}

#[tokio::test]
async fn downloads_from_another_host_without_the_key() {
    let market = Market::open().await;
    let storage = MockServer::start().await;
    Mock::given(path("/f1"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(b"cat".to_vec()))
        .mount(&storage)
        .await;
    let file = stored_at(&format!("{}/f1?sig=1", storage.uri()));
    assert_eq!(market.client.download(&file, 3).await.unwrap(), Bytes::from_static(b"cat"));
    let calls = storage.received_requests().await.unwrap();
    assert_eq!(calls.len(), 1);
    assert!(!calls[0].headers.contains_key("Authorization"));
    assert!(!format!("{:?}", calls[0]).contains(KEY));
}

#[tokio::test]
async fn a_storage_refusal_says_nothing_about_our_key() {
    let storage = MockServer::start().await;
    let market = Market::open().await;
    for (status, expected) in [
        (401, "market_forbidden"),
        (403, "market_forbidden"),
        (404, "market_not_found"),
        (402, "market_unreadable"),
        (503, "market_server"),
        (302, "market_unreadable"),
    ] {
        storage.reset().await;
        let answer = ResponseTemplate::new(status)
            .insert_header("Location", format!("{}/stolen", market.server.uri()));
        Mock::given(path("/f1")).respond_with(answer).mount(&storage).await;
        let error =
            market.client.download(&stored_at(&format!("{}/f1", storage.uri())), 100).await.unwrap_err();
        assert_eq!(error.code(), expected, "{status}");
    }
    assert!(market.calls().await.is_empty(), "a redirect is not followed");
}

#[tokio::test]
async fn downloads_only_over_https_or_on_this_computer() {
    let market = Market::open().await;
    for address in [
        "http://files.example/f1",
        "ftp://127.0.0.1/f1",
        "file:///etc/passwd",
        "https://user:word@files.example/f1",
        "http://",
    ] {
        let answer = market.client.download(&stored_at(address), 100).await;
        assert!(matches!(answer, Err(MarketError::Refused { .. })), "{address}");
    }
    let elsewhere = connect("https://market.example/api");
    let answer = elsewhere.download(&stored_at(&market.server.uri()), 100).await;
    assert!(
        matches!(answer, Err(MarketError::Refused { .. })),
        "a market elsewhere has no files on this computer"
    );
    let nowhere = MarketFile { download_url: None, ..stored_at("") };
    assert!(matches!(market.client.download(&nowhere, 100).await, Err(MarketError::Refused { .. })));
    assert!(market.calls().await.is_empty());
}

#[tokio::test]
async fn stops_a_download_without_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/f1", listener.local_addr().unwrap());
    let sender = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let market = Market::open().await;
    let answer = market.client.download(&stored_at(&address), 10_000).await;
    assert!(matches!(answer, Err(MarketError::Refused { .. })), "{answer:?}");
    sender.await.unwrap();

    let announced = MarketFile { size: Some(10_001), ..stored_at("http://127.0.0.1:1/f1") };
    assert!(matches!(market.client.download(&announced, 10_000).await, Err(MarketError::Refused { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_called_back_never_goes_out_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = connect(&format!("http://{}/api", listener.local_addr().unwrap()));
    let recall = Recall::default();
    let (begun, is_begun) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(Some((begun, may_go_on)));
    let on_sent = OnSent::new(move |_| {
        if let Some((begun, may_go_on)) = held.lock().unwrap().take() {
            begun.send(()).unwrap();
            may_go_on.recv().unwrap();
        }
    });
    let file =
        OutgoingFile { bytes: vec![b'x'; 100_000].into(), on_sent, recall: recall.clone(), ..picture() };
    let sending = tokio::spawn(async move { client.upload("o1", file).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    // The connection is about to take the first piece when it is called back.
    is_begun.await.unwrap();
    assert!(recall.call_back());
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    go_on.send(()).unwrap();
    let mut got = Vec::new();
    let _ = stream.read_to_end(&mut got).await;
    let arrived = got.iter().filter(|byte| **byte == b'x').count();
    assert!(arrived < 100_000, "all of it went out");
}
