//! The seller's own door.

use reqwest::{Method, RequestBuilder, StatusCode};
use tokio_stream::StreamExt;

use super::super::guards::Access;
use super::super::local::routes;
use super::*;

#[tokio::test]
async fn every_operation_refuses_a_foreign_host_and_a_foreign_origin() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let port = door.address().port();
    for (method, path) in every_operation() {
        let request = || fixture.complete(&door, method, path);
        let allowed = request().send().await.unwrap().status();
        assert!(
            !matches!(allowed, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED),
            "{method} {path}: the seller is let in, not {allowed}"
        );
        for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1:1".to_owned()] {
            let status = request().header("Host", &host).send().await.unwrap().status();
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path} as {host}");
        }
        for origin in
            ["https://evil.example", "null", "http://127.0.0.1:1", &format!("http://localhost:{port}")]
        {
            let status = request().header("Origin", origin).send().await.unwrap().status();
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path} from {origin}");
        }
        for site in ["cross-site", "same-site", "something new"] {
            let status = request().header("Sec-Fetch-Site", site).send().await.unwrap().status();
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path} caused by a {site} page");
        }
        for site in ["same-origin", "none"] {
            let status = request().header("Sec-Fetch-Site", site).send().await.unwrap().status();
            assert_eq!(status, allowed, "{method} {path} caused by the seller");
        }
        let ours = request().header("Origin", format!("http://127.0.0.1:{port}")).send().await.unwrap();
        assert_eq!(ours.status(), allowed, "{method} {path} from our own page");
        assert!(
            ours.headers().keys().all(|name| !name.as_str().starts_with("access-control-")),
            "{method} {path}: no other origin is ever let in"
        );
    }
}

#[tokio::test]
async fn no_method_of_any_operation_goes_round_the_guard() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"];
    for (_, path) in every_operation() {
        for method in methods {
            let foreign = fixture.complete(&door, method, path).header("Origin", "https://evil.example");
            let status = foreign.send().await.unwrap().status();
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
    fixture.assert_untouched();
}

#[tokio::test]
async fn nothing_changes_on_get_even_for_the_seller() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let push = fixture.push.path();
    for path in every_operation().map(|(_, path)| path).chain([push.as_str()]) {
        for method in ["GET", "HEAD"] {
            let asked = fixture.complete(&door, method, path).send().await.unwrap();
            assert!(!asked.status().is_server_error(), "{method} {path}: {}", asked.status());
        }
    }
    fixture.assert_untouched();
}

#[tokio::test]
async fn no_page_of_another_origin_pushes_news() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    let push = || fixture.request(&door, "POST", "/api/v1/webhook/orders").body(body);
    for (name, value) in
        [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]
    {
        let page = push().header(name, value).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        let guessed = push().header(name, value).header("X-Webhook-Signature", "00".repeat(32)).send().await;
        assert_eq!(guessed.unwrap().status(), StatusCode::UNAUTHORIZED, "{name}: {value}");
    }
    let bell = Doorbell::default();
    fixture.push.connect_bell(bell);
    let page = push().header("Origin", "https://evil.example").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::FORBIDDEN, "nor does it ring");
    fixture.assert_untouched();
}

#[tokio::test]
async fn a_body_that_says_it_is_no_json_is_refused_before_it_is_read() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    for (method, path) in [("POST", "/desk/stall.get"), ("POST", "/api/v1/image/generate")] {
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"]
        {
            let asked = fixture.complete(&door, method, path).header("Content-Type", kind);
            let status = asked.send().await.unwrap().status();
            assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} as {kind}");
        }
        fixture.assert_untouched();
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            let asked = fixture.complete(&door, method, path).header("Content-Type", kind);
            assert_eq!(asked.send().await.unwrap().status(), StatusCode::OK, "{path} as {kind}");
        }
        fixture.stall.commands.lock().unwrap().clear();
    }
}

#[tokio::test]
async fn the_desk_wants_the_token() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    for route in
        routes().into_iter().filter(|route| matches!(route.access, Access::Token | Access::TokenOrCookie))
    {
        for token in [None, Some("Bearer wrong"), Some("Bearer "), Some("the-token"), Some("Basic the-token")]
        {
            let mut request = fixture.request(&door, route.method, route.path).body("{}");
            if let Some(token) = token {
                request = request.header("Authorization", token);
            }
            let status = request.send().await.unwrap().status();
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{} {} with {token:?}", route.method, route.path);
        }
    }
    assert!(fixture.stall.commands.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_cookie_opens_pictures_and_nothing_else() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let session = fixture.complete(&door, "POST", "/desk/session").send().await.unwrap();
    assert_eq!(session.status(), StatusCode::NO_CONTENT);
    let set = session.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (cookie, rest) = set.split_once(';').unwrap();
    assert_eq!(rest, " Path=/desk/pictures; HttpOnly; SameSite=Strict");
    assert!(!set.contains(TOKEN));

    let picture = format!("/desk/pictures/card/{PICTURE}");
    let with_cookie = |method: &str, path: &str| {
        fixture.request(&door, method, path).header("Cookie", format!("a=b; {cookie}"))
    };
    let shown = with_cookie("GET", &picture).send().await.unwrap();
    assert_eq!(shown.status(), StatusCode::OK);
    assert_eq!(shown.headers()["content-type"], "image/png");
    assert_eq!(shown.headers()["cache-control"], "private, max-age=31536000, immutable");
    assert_eq!(shown.headers()["x-content-type-options"], "nosniff");
    assert_eq!(shown.bytes().await.unwrap(), "hello");
    for (method, path) in [("POST", "/desk/stall.get"), ("POST", "/desk/session"), ("GET", "/desk/events")] {
        let status = with_cookie(method, path).body("{}").send().await.unwrap().status();
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    let forged = fixture.request(&door, "GET", &picture).header("Cookie", format!("{cookie}0"));
    assert_eq!(forged.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn bytes_that_are_no_picture_are_not_shown_as_anything() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let picture = |path: String| fixture.complete(&door, "GET", &path).send();
    let page = picture(format!("/desk/pictures/full/{PICTURE}")).await.unwrap();
    assert_eq!(page.headers()["content-type"], "application/octet-stream");
    assert_eq!(page.headers()["content-security-policy"], "default-src 'none'; sandbox");
    for path in [
        format!("/desk/pictures/huge/{PICTURE}"),
        "/desk/pictures/card/..%2F..%2Fsecrets.key".to_owned(),
        format!("/desk/pictures/card/{}", PICTURE.to_uppercase()),
        format!("/desk/pictures/row/{PICTURE}"),
    ] {
        assert_eq!(picture(path.clone()).await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_file_is_carried_whole_with_its_name_and_not_beyond_the_markets_limit() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let send = |name: Option<&'static str>, body: Vec<u8>| {
        let mut request = fixture.request(&door, "POST", "/desk/files/o1").bearer_auth(TOKEN).body(body);
        if let Some(name) = name {
            request = request.header("X-File-Name", name);
        }
        async move {
            let answer = request.send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        }
    };
    // More than a command may bring.
    let (status, sent) = send(Some("%E7%8C%AB%20final.psd"), vec![7; 3 << 20]).await;
    assert_eq!(
        (status, &sent["name"], &sent["from"]),
        (StatusCode::OK, &json!("猫 final.psd"), &json!("seller"))
    );
    let taken = fixture.stall.files.lock().unwrap().clone();
    assert_eq!(taken, [("o1".to_owned(), "猫 final.psd".to_owned(), 3 << 20)]);

    let (status, error) = send(None, vec![7]).await;
    assert_eq!((status, &error["detail"]["problem"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("name")));
    let (status, error) = send(Some("film.mp4"), vec![7; (100 << 20) + 1]).await;
    assert_eq!((status, &error["detail"]["problem"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
    assert_eq!(fixture.stall.files.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn carries_commands_and_their_errors() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let send = |command: &'static str, body: &'static str| {
        let request = fixture.request(&door, "POST", command).bearer_auth(TOKEN).body(body);
        async move {
            let answer = request.send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        }
    };
    assert_eq!(send("/desk/orders.get", r#"{"id":"1"}"#).await, (StatusCode::OK, json!({ "done": true })));
    assert_eq!(fixture.stall.commands.lock().unwrap()[0], ("orders.get".to_owned(), json!({ "id": "1" })));
    let (status, error) = send("/desk/key.refused", "{}").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY, "401 would tell the page that its own token has expired");
    assert_eq!(error, json!({ "code": "key_refused", "message": "no", "detail": { "market": "a" } }));
    assert_eq!(send("/desk/no.such", "{}").await.0, StatusCode::NOT_FOUND);
    assert_eq!(send("/desk/orders.get", "{").await.1["code"], "invalid");
}

#[tokio::test]
async fn tells_what_happens_until_the_door_closes() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let answer = fixture.complete(&door, "GET", "/desk/events").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut chunks = answer.bytes_stream();
    fixture.stall.events.send(DeskEvent::OrderChanged { id: "o-1".into() }).unwrap();
    let chunk = chunks.next().await.unwrap().unwrap();
    assert_eq!(chunk, "data: {\"kind\":\"order_changed\",\"id\":\"o-1\"}\n\n");
    let address = door.address();
    door.close().await;
    assert!(chunks.next().await.is_none(), "the stream ends");
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_reader_that_falls_behind_is_cut_off() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let answer = fixture.complete(&door, "GET", "/desk/events").send().await.unwrap();
    // More at once than the channel holds, before the stream is polled again.
    for _ in 0..10 {
        fixture.stall.events.send(DeskEvent::StallChanged).unwrap();
    }
    let rest = answer.text().await.unwrap();
    assert!(rest.matches("stall_changed").count() < 10, "{rest}");
}

#[tokio::test]
async fn draws_for_the_guide_when_the_secret_matches() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let accepted = fixture
        .generate(&door, Some("open sesame"), r#"{"input":"A blue cover","type":"social_media_visuals"}"#)
        .await;
    assert_eq!(
        accepted,
        (StatusCode::OK, json!({ "success": true, "task_id": "task-1", "message": "Task accepted" }))
    );
    let asked = fixture.stall.generated.lock().unwrap().clone();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].input.as_str(), asked[0].order_id.as_deref()), ("A blue cover", None));
    assert_eq!(asked[0].kind.as_deref(), Some("social_media_visuals"));

    for secret in [None, Some(""), Some("open sesam"), Some("open sesame!")] {
        let refused = fixture.generate(&door, secret, r#"{"input":"A blue cover"}"#).await;
        assert_eq!(refused, (StatusCode::UNAUTHORIZED, json!({ "detail": "Unauthorized" })), "{secret:?}");
    }
    for body in [r#"{"input":""}"#, r#"{"input":" \n"}"#, "{}", r#"{"input":null}"#] {
        let answer = fixture.generate(&door, Some("open sesame"), body).await;
        let expected = json!({ "success": false, "task_id": null, "message": "Input is required" });
        assert_eq!(answer, (StatusCode::OK, expected), "{body}");
    }
    for body in ["{", "[]", r#"{"input":7}"#] {
        let (status, answer) = fixture.generate(&door, Some("open sesame"), body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(answer["detail"].is_string());
    }
    let (status, answer) = fixture.generate(&door, Some("open sesame"), r#"{"input":"now"}"#).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer["message"], "no model is connected");
    assert_eq!(fixture.stall.generated.lock().unwrap().len(), 1, "only the first was handed on");
}

#[tokio::test]
async fn without_an_admin_secret_nobody_asks_for_pictures() {
    let fixture = Fixture::new();
    let config = LocalDoorConfig { port: 0, token: TOKEN.into(), admin_secret: None };
    let door = LocalDoor::open(fixture.stall.clone(), fixture.push.clone(), config).await.unwrap();
    for secret in [None, Some("")] {
        let (status, _) = fixture.generate(&door, secret, r#"{"input":"A blue cover"}"#).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn takes_pushed_news_under_any_host() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let body = r#"{"event_id":1,"event_type":"x"}"#;
    let answer = fixture
        .request(&door, "POST", "/api/v1/webhook/orders")
        .header("Host", "stall.example")
        .header("Origin", "https://market.example")
        .header("X-Webhook-Signature", signature(SECRET, body.as_bytes()))
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(fixture.tray.ids(), ["1"]);
}

#[tokio::test]
async fn health_follows_the_stall() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let health = || async {
        let answer = fixture.request(&door, "GET", "/health").send().await.unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap()["status"].clone())
    };
    assert_eq!(health().await, (StatusCode::OK, json!("ok")));
    fixture.stall.open.store(false, Ordering::Relaxed);
    assert_eq!(health().await, (StatusCode::SERVICE_UNAVAILABLE, json!("closed")));
}

#[tokio::test]
async fn pages_may_run_only_what_is_bundled() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    for path in ["/", "/docs"] {
        let answer = fixture.request(&door, "GET", path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("script-src"), "scripts follow default-src");
        assert_eq!(answer.headers()["x-frame-options"], "DENY");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let page = answer.text().await.unwrap();
        assert!(!page.contains("://"), "{path} fetches nothing from elsewhere: {page}");
    }
    let docs = fixture.request(&door, "GET", "/docs").send().await.unwrap().text().await.unwrap();
    for route in routes() {
        assert!(docs.contains(route.path), "{}", route.path);
    }
    for path in ["/assets/..%2f..%2fCargo.toml", "/../Cargo.toml", "/absent.js"] {
        let answer = fixture.request(&door, "GET", path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_named_with_its_setting() {
    let fixture = Fixture::new();
    let door = fixture.local_door().await;
    let port = door.address().port();
    let config = LocalDoorConfig { port, token: TOKEN.into(), admin_secret: None };
    let error = LocalDoor::open(fixture.stall.clone(), fixture.push.clone(), config).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        format!(
            "port {port} (APP_PORT) is used by another program; set APP_PORT to another port, or to 0 for any free one"
        )
    );
}

/// Method and path of every operation the door has: its own table, which builds the router, and the screens.
fn every_operation() -> impl Iterator<Item = (&'static str, &'static str)> {
    let screens = [("GET", "/"), ("GET", "/index.html"), ("POST", "/x")];
    routes().into_iter().map(|route| (route.method, route.path)).chain(screens)
}

impl Fixture {
    /// Nothing was done, asked for or stored.
    fn assert_untouched(&self) {
        assert!(self.stall.commands.lock().unwrap().is_empty());
        assert!(self.stall.generated.lock().unwrap().is_empty());
        assert!(self.tray.ids().is_empty());
    }

    /// A request to an operation of the table.
    fn request(&self, door: &LocalDoor, method: &str, path: &str) -> RequestBuilder {
        let path =
            path.replace("{command}", "stall.get").replace("{size}", "card").replace("{sha256}", PICTURE);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("http://{}{path}", door.address()))
    }

    /// The same with everything it wants.
    fn complete(&self, door: &LocalDoor, method: &str, path: &str) -> RequestBuilder {
        let request =
            self.request(door, method, path).bearer_auth(TOKEN).header("X-Admin-Secret", "open sesame");
        if method == "POST" { request.body("{}") } else { request }
    }

    async fn generate(&self, door: &LocalDoor, secret: Option<&str>, body: &str) -> (StatusCode, Value) {
        let mut request =
            self.request(door, "POST", "/api/v1/image/generate").header("Content-Type", "application/json");
        if let Some(secret) = secret {
            request = request.header("X-Admin-Secret", secret);
        }
        let answer = request.body(body.to_owned()).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}
