//! The commands as a screen asks them, of a practice stall in this process.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use stallkeeper::clock::{ShiftedClock, SystemIds};
use stallkeeper::desk::dispatch;
use stallkeeper::host::{Host, Notice, TraySummary};
use stallkeeper::settings::{Environment, UserFolders};
use stallkeeper::stall::{Stall, StallConfig};
use stallkeeper::store::{AccountKind, LedgerKind, Stage};

use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::home::{account, book, order, put, say};

struct Quiet;

impl Host for Quiet {
    fn notify(&self, _: Notice) {}

    fn show_summary(&self, _: TraySummary) {}
}

async fn open(dir: &Path, practice: bool) -> Stall {
    open_by(dir, practice, Arc::new(ShiftedClock::default())).await
}

async fn open_by(dir: &Path, practice: bool, clock: Arc<ShiftedClock>) -> Stall {
    let names = [("STALLKEEPER_PASSPHRASE", "only for the test")];
    let environment = Environment::read(names, &UserFolders::default()).unwrap();
    let config = StallConfig::for_server(dir.join("data"), environment, UserFolders::default(), practice);
    Stall::open_with(config, Arc::new(Quiet), clock, Arc::new(SystemIds)).await.unwrap()
}

/// A practice stall with one paid order of twenty credits, and a real account with money of its own.
async fn lived(dir: &Path) -> Stall {
    let stall = open(dir, true).await;
    let id = stall.account().unwrap().row.id.clone();
    let now = stall.clock().now().to_string();
    let store = stall.store();
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account("real", AccountKind::AgentMarket, false)).await.unwrap();
    write.commit().await.unwrap();
    let mut mine = order("mine", &id, "completed", Stage::Paid, &now);
    mine.archived = true;
    mine.title = "狐狸 <b>portrait</b>".into();
    put(store, &mine).await;
    put(store, &order("theirs", "real", "completed", Stage::Paid, &now)).await;
    book(store, &id, "mine", LedgerKind::Earned, "19.00", &now).await;
    book(store, &id, "mine", LedgerKind::Fee, "1", &now).await;
    book(store, &id, "mine", LedgerKind::Model, "0.04", &now).await;
    book(store, "real", "theirs", LedgerKind::Earned, "777", &now).await;
    say(store, "mine", "m1", "Could the fox look to the left?", &now).await;
    stall
}

async fn call(stall: &Stall, command: &str, request: Value) -> Value {
    dispatch(stall, command, request).await.unwrap_or_else(|error| panic!("{command}: {error:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_the_practice_stall_says_so_and_has_nothing_of_the_real_one() {
    let dir = tempfile::tempdir().unwrap();
    let stall = lived(dir.path()).await;
    for (span, step) in [("week", "day"), ("month", "week"), ("weeks12", "week"), ("all", "week")] {
        let money = call(&stall, "money.get", json!({ "span": span })).await;
        assert_eq!((&money["practice"], &money["step"]), (&json!(true), &json!(step)));
        assert!(money["first_at"].is_string());
        let market = money["books"].as_array().unwrap().iter().find(|book| book["market"] == "agent_market");
        let market = market.unwrap();
        assert_eq!((&market["total"]["earned"], &market["total"]["fees"]), (&json!("19"), &json!("1")));
        assert_eq!(market["total"]["profit_usd"], "1.86", "at ten cents a credit");
        assert_eq!(market["listings"][0]["paid"], 1);
        assert_eq!((&money["spent_usd"], &money["model"]), (&json!("0.04"), &Value::Null));
        assert_eq!((&money["caps"]["day"], &money["caps"]["order"]), (&json!("5"), &json!("0.5")));
    }
    let refused = dispatch(&stall, "money.get", json!({ "span": "ever" })).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.detail["field"].as_str()), ("invalid", "span"));
    stall.close().await;
}

/// The provider says this is left, once per expected question.
async fn provider_with(server: &MockServer, left: &str, questions: u64) {
    server.reset().await;
    let key = format!(r#"{{"data":{{"label":"stall","limit":20,"limit_remaining":{left},"usage":1}}}}"#);
    let answer = ResponseTemplate::new(200).set_body_raw(key, "application/json");
    Mock::given(method("GET")).and(path("/key")).respond_with(answer).expect(questions).mount(server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_at_the_provider_is_asked_anew_for_whoever_looks_once_a_minute_at_most() {
    let (dir, server) = (tempfile::tempdir().unwrap(), MockServer::start().await);
    let clock = Arc::new(ShiftedClock::default());
    let stall = open_by(dir.path(), false, Arc::clone(&clock)).await;
    let nobody = call(&stall, "money.look", json!({})).await;
    assert_eq!(nobody, json!({ "asked": false }), "no provider is connected");
    provider_with(&server, "12.5", 1).await;
    let model = json!({ "base_url": server.uri(), "key": "sk-or-v1-of-the-test" });
    assert_eq!(call(&stall, "welcome.connect_model", model).await["code"], "key_works");
    assert_eq!(call(&stall, "money.look", json!({})).await, json!({ "asked": false }), "known from just now");
    server.verify().await;

    clock.jump(jiff::SignedDuration::from_secs(61));
    provider_with(&server, "3.25", 1).await;
    assert_eq!(call(&stall, "money.look", json!({})).await, json!({ "asked": true }));
    assert_eq!(call(&stall, "money.look", json!({})).await, json!({ "asked": false }));
    server.verify().await;
    let known = call(&stall, "money.get", json!({ "span": "week" })).await["model"].clone();
    assert_eq!((&known["balance"], &known["spent_since"]), (&json!("3.25"), &json!("0")), "{known}");

    // It cannot be asked: what was known stays, with its time.
    clock.jump(jiff::SignedDuration::from_secs(61));
    server.reset().await;
    assert!(dispatch(&stall, "money.look", json!({})).await.is_err());
    let still = call(&stall, "money.get", json!({ "span": "week" })).await["model"].clone();
    assert_eq!((&still["balance"], &still["seen_at"]), (&known["balance"], &known["seen_at"]));
    stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_written_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let stall = lived(dir.path()).await;
    let path = dir.path().join("money.CSV");
    std::fs::write(&path, "what lay there").unwrap();
    let saved = call(&stall, "money.save_csv", json!({ "span": "all", "path": path })).await;
    assert_eq!(saved, json!({ "lines": 1, "text": null }));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with('\u{FEFF}') && text.contains("ord_mine") && !text.contains("theirs"), "{text}");
    let handed = call(&stall, "money.save_csv", json!({ "span": "all", "path": null })).await;
    assert_eq!(handed["text"], json!(text));
    for wrong in ["money.csv", "/", "/tmp/money.txt", ""] {
        let refused = dispatch(&stall, "money.save_csv", json!({ "span": "all", "path": wrong })).await;
        let refused = refused.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.detail["field"].as_str()), ("invalid", "path"), "{wrong}");
    }
    let nowhere = dir.path().join("no such folder/money.csv");
    let failed = dispatch(&stall, "money.save_csv", json!({ "span": "all", "path": nowhere })).await;
    assert_eq!(failed.unwrap_err().code, "storage");
    // A folder stands where the file should: nothing half written stays.
    let folder = dir.path().join("taken.csv");
    std::fs::create_dir(&folder).unwrap();
    assert!(dispatch(&stall, "money.save_csv", json!({ "span": "all", "path": folder })).await.is_err());
    let left: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("part")), "{left:?}");
    stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_splits_the_text_where_the_words_are() {
    let dir = tempfile::tempdir().unwrap();
    let stall = lived(dir.path()).await;
    let found = call(&stall, "search.find", json!({ "words": "狐狸" })).await;
    let hits = found["hits"].as_array().unwrap();
    assert_eq!((hits.len(), &hits[0]["kind"], &hits[0]["id"]), (1, &json!("order"), &json!("mine")));
    let parts = json!([{ "text": "狐狸", "found": true }, { "text": " <b>portrait</b>", "found": false }]);
    assert_eq!(hits[0]["title"], parts);
    assert_eq!(hits[0]["excerpt"], json!([]), "the title says it all");
    let found = call(&stall, "search.find", json!({ "words": " FOX left", "limit": 99 })).await;
    let hit = &found["hits"][0];
    assert_eq!((&hit["kind"], &hit["id"], &hit["name"]), (&json!("message"), &json!("mine"), &json!("Bo")));
    assert_eq!(hit["excerpt"][1], json!({ "text": "fox", "found": true }));
    for nothing in ["", "   ", "zebra"] {
        let found = call(&stall, "search.find", json!({ "words": nothing })).await;
        assert_eq!(found["hits"], json!([]), "{nothing:?}");
    }
    stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_that_was_never_opened_has_no_money_and_finds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let stall = open(dir.path(), false).await;
    let money = call(&stall, "money.get", json!({ "span": "weeks12" })).await;
    assert_eq!((&money["books"], &money["practice"]), (&json!([]), &json!(false)));
    assert_eq!(money["first_at"], Value::Null);
    assert_eq!(call(&stall, "search.find", json!({ "words": "fox" })).await["hits"], json!([]));
    stall.close().await;
}
