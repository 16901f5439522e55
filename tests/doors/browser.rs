//! Pages of other origins in a real Chromium, against every operation the stall's own door has.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::evil::{self, Evil, Target};
use super::far::{Far, until};
use super::stall::{ADMIN_SECRET, HOOK, Stall, signature};

/// Would close the stall, ask for a picture and be news, whichever operation takes it.
const BODY: &str = r#"{"open":false,"input":"a fox","event_id":9000001,"event_type":"message.received"}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_another_origin_gets_in() {
    let Some(program) = chromium() else { return };
    let far = Far::start();
    let stall = Stall::start(&far).await;
    let before = stall.settled_database().await;
    let mut target = target(&stall).await;
    for name in ["127.0.0.1", "localhost"] {
        target.origins.push(format!("http://{name}:{}", stall.local));
    }
    let evil = evil::open(&target).await;
    // As a page of the wide world, and as one of another program on this computer.
    for origin in [format!("http://evil.example:{}", evil.port), format!("http://localhost:{}", evil.port)] {
        let report = visit(&program, &origin, &evil).await;
        for line in &report {
            let got = line["got"].as_str().unwrap();
            // A beacon is told nothing but that it was sent.
            let is_out =
                matches!(got, "error" | "true" | "nothing" | "frame hidden") || got.starts_with("TypeError");
            assert!(is_out, "{origin}: {line}");
        }
        assert!(report.len() >= 12 * target.operations.len(), "{} attacks", report.len());
    }
    assert_untouched(&stall, &before, &target).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_rebound_to_this_computer_does_not_get_in_even_with_every_secret() {
    let Some(program) = chromium() else { return };
    let far = Far::start();
    let stall = Stall::start(&far).await;
    let before = stall.settled_database().await;
    let mut target = target(&stall).await;
    target.origins.push(String::new());
    // To the browser the page and the stall are one origin now: it hides nothing from the page. The page's own address
    // is the one path the stall cannot be asked for.
    target.operations.retain(|(_, path)| path != "/" && path != HOOK);
    let evil = evil::open(&target).await;
    let port = evil::rebind(evil.port, stall.local).await;
    let report = visit(&program, &format!("http://evil.example:{port}"), &evil).await;
    let mut refused = 0;
    for line in &report {
        let got = line["got"].as_str().unwrap();
        if line["how"].as_str().unwrap().starts_with("fetch") {
            assert_eq!(got, "403", "{line}");
            refused += 1;
        }
        assert!(!matches!(got, "open" | "200" | "204"), "{line}");
    }
    assert!(refused >= 4 * target.operations.len(), "{refused} of {} attacks", report.len());
    assert_untouched(&stall, &before, &target).await;
}

/// Every operation the stall says it has, with the screens and the address of news, in the words that would do most.
async fn target(stall: &Stall) -> Target {
    let url = format!("http://127.0.0.1:{}/openapi.json", stall.local);
    let described: Value = stall.http.get(url).send().await.unwrap().json().await.unwrap();
    let mut operations = vec![("GET".to_owned(), "/".to_owned()), ("GET".to_owned(), "/docs".to_owned())];
    for (path, methods) in described["paths"].as_object().unwrap() {
        let path = path
            .replace("{command}", "stall.set_open")
            .replace("{order_id}", "o1")
            .replace("{size}", "full")
            .replace("{sha256}", &"a".repeat(64));
        for method in methods.as_object().unwrap().keys().filter(|key| matches!(key.as_str(), "get" | "post"))
        {
            operations.push((method.to_uppercase(), path.clone()));
        }
    }
    assert!(operations.iter().any(|(_, path)| path == HOOK), "{operations:?}");
    assert!(operations.iter().any(|(_, path)| path == "/desk/stall.set_open"), "{operations:?}");
    Target {
        origins: Vec::new(),
        operations,
        token: stall.token.clone(),
        admin_secret: ADMIN_SECRET.to_owned(),
        // Nobody but the market can sign.
        signature: signature("not the secret, which no page knows", BODY.as_bytes()),
        body: BODY.to_owned(),
    }
}

/// Opens the page and waits for what it reports.
async fn visit(program: &PathBuf, origin: &str, evil: &Evil) -> Vec<Value> {
    *evil.report.lock().await = None;
    let profile = tempfile::tempdir().unwrap();
    let browser = Browser::open(program, profile.path(), origin);
    until("the page reports", async || evil.report.lock().await.is_some()).await;
    drop(browser);
    evil.report.lock().await.take().unwrap()
}

/// The database, the stall and its log: the attacks arrived, and nothing came of them.
async fn assert_untouched(stall: &Stall, before: &str, target: &Target) {
    let log = stall.log();
    for (method, path) in target.operations.iter().filter(|(_, path)| path != HOOK) {
        let refused = log.lines().any(|line| {
            line.contains("not let in")
                && line.contains("status=403")
                && line.contains(&format!("method={method}"))
                && line.contains(&format!("path=\"{path}\""))
        });
        assert!(refused, "{method} {path} was not attacked");
    }
    assert_eq!(stall.settled_database().await, before);
    assert_eq!(stall.desk("stall.get", json!({})).await["open"], true);
    assert!(stall.pushed().await.is_empty());
    // The same words of the seller do what they say.
    let closed = stall.desk("stall.set_open", serde_json::from_str(BODY).unwrap()).await;
    assert_eq!(closed["open"], false);
}

/// The browser to test with; without one on this computer there is nothing to see.
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|program| program.exists());
    if found.is_none() {
        eprintln!("no Chromium on this computer: not tested");
    }
    found
}

/// A browser that is ended with everything it started.
struct Browser(Child);

impl Browser {
    fn open(program: &PathBuf, profile: &std::path::Path, url: &str) -> Self {
        let child = Command::new(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--host-resolver-rules=MAP evil.example 127.0.0.1",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .env("HOME", profile)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}
