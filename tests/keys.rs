//! Keys through every flow and every error of the real server: nothing of them is left anywhere afterwards.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

#[path = "orders/far.rs"]
#[expect(dead_code, reason = "made for the walks of orders")]
mod far;
#[path = "orders/server.rs"]
#[expect(dead_code, reason = "made for the walks of orders")]
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use far::{Far, until};
use regex::bytes::RegexSet;
use serde_json::json;
use server::{Server, free_port};

/// Secrets that nobody could write by chance.
const ADMIN: &str = "canary-admin-7f3a91c2-do-not-leak";
const WEBHOOK: &str = "canary-webhook-5e88d0b7-do-not-leak-it";
const PASSPHRASE: &str = "canary passphrase 9b1d/2c+44 do not leak";
const WRONG_MARKET: &str = "canary-wrong-market-key-c41e77aa";
const WRONG_MODEL: &str = "sk-or-v1-canarywrongmodelkey00d1f2";

/// A secret in every writing it might be found in.
fn writings(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let hex = hex::encode(secret);
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut found = vec![
        ("plain", secret.as_bytes().to_vec()),
        ("reversed", secret.chars().rev().collect::<String>().into_bytes()),
        ("hex", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
        ("percent-encoded", percent.into_bytes()),
        ("form-encoded", form.into_bytes()),
        ("UTF-16", secret.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ];
    // Base64 depends on where in the text the secret begins: the middle of each of the three is looked for.
    for lead in ["", "x", "xx"] {
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(format!("{lead}{secret}"));
            found.push(("base64", text.as_bytes()[4..text.len() - 4].to_vec()));
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Places the secrets are found in, such as `logs/stallkeeper.log holds the model key (hex)`.
fn leaks(secrets: &BTreeMap<&str, String>, places: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let needles: Vec<_> = secrets
        .iter()
        .flat_map(|(name, secret)| {
            writings(secret).into_iter().map(move |(writing, needle)| (name, writing, needle))
        })
        .collect();
    let exactly = |needle: &[u8]| {
        let bytes: String = needle.iter().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("(?-u){bytes}")
    };
    let search = RegexSet::new(needles.iter().map(|(_, _, needle)| exactly(needle))).unwrap();
    let mut found = Vec::new();
    for (place, bytes) in places {
        for nth in search.matches(bytes) {
            let (name, writing, _) = &needles[nth];
            found.push(format!("{place} holds the {name} ({writing})"));
        }
    }
    found
}

fn in_folder(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files(folder).into_iter().map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

/// The environments of all processes below this one.
fn environments_below(parent: u32) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let of = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse::<u32>().ok());
        if of == Some(parent) {
            let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
            found.insert(format!("the environment of process {id}"), environment);
            found.extend(environments_below(id));
        }
    }
    found
}

/// The server with everything it says kept.
struct Heard {
    child: std::process::Child,
    said: Arc<Mutex<Vec<u8>>>,
    address: String,
    token: String,
}

impl Heard {
    fn start(far: &Far, home: &Path, listing: &str) -> Self {
        let script = home.join("heard");
        // Its errors come the same way as its words.
        let text = format!("#!/bin/sh\nexec \"{}\" 2>&1\n", env!("CARGO_BIN_EXE_stallkeeper-server"));
        fs::write(&script, text).unwrap();
        let mut child = Server::command(Path::new("sh"), far, home, free_port())
            .arg(&script)
            .env("TMPDIR", home.join("tmp"))
            .env("RUST_LOG", "trace")
            .env("WEBHOOK_SECRET", WEBHOOK)
            .env("ADMIN_SECRET", ADMIN)
            .env("STALLKEEPER_PASSPHRASE", PASSPHRASE)
            .env("SERVICE_SKU_ID", listing)
            .env("EVENT_POLL_SECONDS", "1")
            .env("HEARTBEAT_SECONDS", "1")
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let mut output = child.stdout.take().unwrap();
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = std::io::Read::read(&mut output, &mut buffer) {
                heard.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
        });
        let begun = std::time::Instant::now();
        let (address, token) = loop {
            let text = String::from_utf8_lossy(&said.lock().unwrap()).into_owned();
            let opened = text.lines().find_map(|line| line.strip_prefix("Open ")?.split_once("/#token="));
            if let Some((address, token)) = opened.filter(|_| text.ends_with('\n')) {
                break (address.to_owned(), token.trim().to_owned());
            }
            assert!(begun.elapsed() < far::PATIENCE, "the server never said where it is: {text}");
            std::thread::yield_now();
        };
        Self { child, said, address, token }
    }

    async fn desk(&self, command: &str, request: serde_json::Value) -> (u16, serde_json::Value) {
        let client = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
        let asked =
            client.post(format!("{}/desk/{command}", self.address)).bearer_auth(&self.token).json(&request);
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Everything it said but the one line that is meant to hold the token.
    fn said(&self) -> Vec<u8> {
        let said = self.said.lock().unwrap().clone();
        let text = String::from_utf8_lossy(&said);
        let lines = text.lines().filter(|line| !line.starts_with("Open "));
        lines.collect::<Vec<_>>().join("\n").into_bytes()
    }

    fn end(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_any_key_is_left_anywhere_after_every_flow_and_every_error() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("tmp")).unwrap();
    let listing = far.publish().await;
    let mut server = Heard::start(&far, home.path(), &listing);
    let open = async || server.desk("stall.get", json!({})).await.1["light"]["reason"] == "serving";
    until("the stall to serve", open).await;

    // A whole order, with the far side failing in every way on the way.
    // Some far sides repeat the key they were given when they complain.
    let echo = |key: &str| json!({ "error": { "code": "oops", "message": format!("bad key {key}"), "metadata": { "raw": key } }, "message": key });
    let (market, model) = (far.address("seller_api_key"), far.address("model_api_key"));
    for fault in [
        json!({ "operation": "acceptOrder", "kind": "fail_before", "status": 500, "body": echo(market) }),
        json!({ "operation": "sendOrderMessage", "kind": "drop_before" }),
        json!({ "operation": "chatCompletion", "kind": "fail_before", "status": 500, "body": echo(model) }),
        json!({ "operation": "chatCompletion", "kind": "fail_before", "status": 200, "body": echo(model) }),
        json!({ "operation": "uploadOrderAttachment", "kind": "fail_after", "status": 502, "body": echo(market) }),
        json!({ "operation": "completeOrder", "kind": "drop_after" }),
        json!({ "operation": "heartbeat", "kind": "fail_before", "status": 401, "body": echo(market) }),
        json!({ "operation": "pollEvents", "kind": "fail_before", "status": 200, "body": echo(market) }),
        json!({ "operation": "pollEvents", "kind": "fail_before", "status": 422, "body": echo(market) }),
    ] {
        far.control("/fault", fault).await;
    }
    let order = far.order(&listing, "in_requirement").await;
    until("the order to be delivered", async || {
        matches!(far.status(&order).await.as_str(), "pending_confirmation" | "completed")
    })
    .await;

    // An order that ends with the seller: both sides refuse the keys, and say them.
    far.control("/fault", json!({ "operation": "chatCompletion", "kind": "fail_before", "status": 401, "count": 9, "body": echo(model) })).await;
    let held = far.order(&listing, "in_requirement").await;
    until("the order to wait for the seller", async || {
        let list = server.desk("orders.list", json!({ "search": held, "stage": null, "held_only": true, "archived": false, "after": null, "limit": null })).await.1;
        list["orders"].as_array().is_some_and(|orders| !orders.is_empty())
    })
    .await;
    far.control("/fault/clear", json!({})).await;

    // Keys given on the screens: wrong ones, right ones, and a file of them.
    let market = json!({ "base_url": far.address("market_base"), "key": WRONG_MARKET });
    assert_eq!(server.desk("welcome.check_market", market.clone()).await.1["code"], "key_refused");
    assert_eq!(server.desk("welcome.connect_market", market).await.1["code"], "key_refused");
    let model = json!({ "base_url": far.address("model_base"), "key": WRONG_MODEL });
    assert_eq!(server.desk("welcome.check_model", model).await.1["code"], "key_refused");
    let model = json!({ "base_url": far.address("model_base"), "key": far.address("model_api_key") });
    assert_eq!(server.desk("welcome.connect_model", model).await.1["code"], "key_works");
    let unreachable = json!({ "base_url": format!("http://127.0.0.1:{}", free_port()), "key": WRONG_MARKET });
    assert_eq!(server.desk("welcome.check_market", unreachable).await.1["code"], "unreachable");
    let odd = json!({ "base_url": format!("https://{WRONG_MARKET}@market.example"), "key": WRONG_MARKET });
    server.desk("welcome.check_market", odd).await;
    let file = format!(
        "AGENT_MARKET_BASE_URL={}\nOPENROUTER_BASE_URL={}\nOPENROUTER_API_KEY={WRONG_MODEL}\nSOMETHING_ELSE={WRONG_MARKET}\n",
        far.address("market_base"),
        far.address("model_base")
    );
    server.desk("welcome.import", json!({ "text": file })).await;
    server
        .desk("welcome.import", json!({ "text": format!("{{\"api_key\": \"{WRONG_MARKET}\", broken") }))
        .await;
    server.desk("no.such.command", json!({ "key": WRONG_MARKET })).await;
    server.desk("orders.get", json!({ "id": 7, "key": WRONG_MARKET })).await;

    // Strangers and tools at the doors, with right and wrong secrets.
    let http = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
    for secret in [ADMIN, WRONG_MARKET] {
        let address = format!("{}/api/v1/image/generate", server.address);
        let asked =
            http.post(address).header("X-Admin-Secret", secret).json(&json!({ "input": "a red door" }));
        asked.send().await.unwrap();
    }
    let push = format!("{}/api/v1/webhook/orders", server.address);
    http.post(push).header("X-Webhook-Signature", WEBHOOK).body(WEBHOOK).send().await.unwrap();
    let token = http.post(format!("{}/desk/stall.get", server.address)).bearer_auth(WRONG_MARKET).body("{}");
    assert_eq!(token.send().await.unwrap().status(), 401);

    // Everything that is written on request.
    assert_eq!(server.desk("data.back_up", json!({})).await.0, 200);
    server.desk("connection.test", json!({})).await;
    let (status, help) = server.desk("help.make", json!({})).await;
    assert_eq!(status, 200, "{help}");

    let secrets: BTreeMap<&str, String> = [
        ("market key", far.address("seller_api_key")),
        ("model key", far.address("model_api_key")),
        ("webhook secret", WEBHOOK),
        ("admin secret", ADMIN),
        ("passphrase", PASSPHRASE),
        ("refused market key", WRONG_MARKET),
        ("refused model key", WRONG_MODEL),
        ("local token", server.token.as_str()),
    ]
    .map(|(name, secret)| (name, secret.to_owned()))
    .into();
    let mut places = environments_below(server.child.id());
    places.insert("the help file as answered".to_owned(), help["text"].to_string().into_bytes());
    places.extend(in_folder(&home.path().join("data")));
    assert!(places.keys().any(|place| place.ends_with("stall.db-wal")), "the open database is looked at too");
    assert_eq!(leaks(&secrets, &places), [""; 0], "while it runs");

    server.end();
    let mut places = in_folder(&home.path().join("data"));
    places.extend(in_folder(&home.path().join("tmp")));
    places.insert("what it said".to_owned(), server.said());
    for wanted in [
        "stall.db",
        "stallkeeper.log",
        "secrets.sealed",
        "-hand.db",
        "-daily.db",
        "image_tasks.jsonl",
        "stallkeeper-help-",
    ] {
        assert!(places.keys().any(|place| place.contains(wanted)), "{wanted} was never looked at");
    }
    assert!(places["what it said"].len() > 1000, "at this level it says a lot");
    assert_eq!(leaks(&secrets, &places), [""; 0], "after it ended");
    help_file_tells_enough_and_nothing_of_buyers(&far, &order, help["text"].as_str().unwrap()).await;
}

async fn help_file_tells_enough_and_nothing_of_buyers(far: &Far, order: &str, help: &str) {
    for wanted in [
        "version: ",
        "system: linux",
        "== Settings",
        "== Connection",
        "light: ",
        "feed: worked",
        "tables: version",
        "check: ok",
        "orders: 3",
        "backup: stall-",
        "== Last lines of the log",
    ] {
        assert!(help.contains(wanted), "{wanted} is missing in:\n{help}");
    }
    let view = far.buyers_view(order).await;
    let mut words: Vec<String> = view["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["content"].as_str().unwrap().chars().take(40).collect())
        .collect();
    words.extend(view["buyer_name"].as_str().or(view["order"]["buyer_name"].as_str()).map(str::to_owned));
    words.push("AI Social Media Visual".to_owned());
    for said in words.iter().filter(|said| said.chars().count() > 3) {
        assert!(!help.contains(said.as_str()), "a buyer's or an order's words are in the help file: {said}");
    }
}

#[test]
fn the_search_finds_a_secret_in_every_writing() {
    let secret = "canary/secret+1";
    let secrets = BTreeMap::from([("secret", secret.to_owned())]);
    let hide_in = |text: String| BTreeMap::from([("place".to_owned(), text.into_bytes())]);
    for text in [
        format!("a {secret} b"),
        STANDARD.encode(format!("{{\"key\":\"{secret}\"}}")),
        STANDARD.encode(format!("ab{secret}cd")),
        hex::encode(secret),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        secret.chars().rev().collect(),
    ] {
        assert!(!leaks(&secrets, &hide_in(text.clone())).is_empty(), "{text}");
    }
    assert!(leaks(&secrets, &hide_in("canary/secret-1".into())).is_empty());
}
