//! What must hold once everything has come to rest, whatever was killed before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::json;
use stallkeeper::images::files::sha256_hex;
use stallkeeper::store::{AccountKind, Entry, EntryOutcome, MessageState, Store};

use super::far::until;
use super::home::Home;
use super::server::Server;

/// Counts over the orders of one stall.
#[derive(Debug, Default)]
pub struct Found {
    /// Pictures on the far side's orders.
    pub delivered: usize,
    /// Paid calls whose answer was never stored.
    pub unclear: usize,
    pub paid: usize,
}

/// Closes a server once it has handled all news: an order's next news rests for a moment.
pub async fn close_at_rest(server: Server) {
    until("all news to be handled", async || {
        let view = server.desk("connection.get", json!({})).await;
        view["events"].as_array().unwrap().iter().all(|news| !news["handled_at"].is_null())
    })
    .await;
    server.close();
}

/// Looks everything over; the server must be closed. `orders` are the market's ids of the orders that were made.
pub async fn check(home: &Home, orders: &[String], what: &str) -> Found {
    let store = Store::open(&home.data().join("stall.db")).await.unwrap();
    let account = store.lookup_account(AccountKind::AgentMarket, false).await.unwrap().unwrap();
    let mut found = Found::default();
    let mut drawn = 0;
    for order in orders {
        let row = store.lookup_market_order(&account.id, order).await.unwrap().unwrap();
        let journal = store.list_journal(&row.id).await.unwrap();
        check_effects(home, order, &journal, what).await;
        found.delivered += check_pictures(home, order, what).await;
        let draws = journal.iter().filter(|entry| entry.step == "draw");
        found.unclear += draws.clone().filter(|entry| entry.outcome == EntryOutcome::Unclear).count();
        drawn += draws.filter(|entry| entry.outcome == EntryOutcome::Done).count();
        for message in store.list_messages(&row.id).await.unwrap() {
            assert_ne!(
                message.state,
                MessageState::Sending,
                "{what}: a message is left half sent: {message:?}"
            );
        }
    }
    found.paid = usize::try_from(home.far.paid_pictures().await).unwrap();
    assert!(
        orders.is_empty() || found.paid >= drawn && found.paid <= drawn + found.unclear,
        "{what}: {} pictures paid, {drawn} stored, {} unclear",
        found.paid,
        found.unclear
    );
    check_news(home, &store, &account.id, what).await;
    store.close().await;
    check_files(&home.data(), what);
    found
}

/// At most once each, and nothing that the journal does not explain.
async fn check_effects(home: &Home, order: &str, journal: &[Entry], what: &str) {
    for once in ["acceptOrder", "completeOrder"] {
        assert!(home.far.done(order, once).await <= 1, "{what}: {once} happened twice");
    }
    for entry in journal {
        assert_ne!(entry.outcome, EntryOutcome::Open, "{what}: left open: {entry:?}");
    }
    let calls = home.far.look(&format!("/calls?order_id={order}")).await;
    for (operation, steps) in [
        ("acceptOrder", &["accept"][..]),
        ("sendOrderMessage", &["guide", "tell", "apologise", "say"]),
        ("uploadOrderAttachment", &["upload"]),
        ("completeOrder", &["complete"]),
        ("rejectOrder", &["decline"]),
        ("cancelOrder", &["cancel"]),
    ] {
        let received = calls["counters"][operation]["received"].as_u64().unwrap_or(0);
        let explained = journal.iter().filter(|entry| steps.contains(&entry.step.as_str())).count();
        assert!(
            received <= explained as u64,
            "{what}: {received} calls of {operation}, and the journal knows of {explained}"
        );
    }
    // Each effect has one entry that did it.
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in journal.iter().filter(|entry| entry.outcome == EntryOutcome::Done) {
        *done.entry(&entry.key).or_default() += 1;
    }
    let twice: Vec<_> = done
        .into_iter()
        .filter(|(key, times)| {
            *times > 1 && !key.starts_with("draw:") && !key.starts_with("keep:") && !key.starts_with("check:")
        })
        .collect();
    assert!(twice.is_empty(), "{what}: done twice: {twice:?}");
    check_words(home, order, what).await;
}

/// One word of ours for each of the buyer's, and nothing said twice in a row.
async fn check_words(home: &Home, order: &str, what: &str) {
    let view = home.far.buyers_view(order).await;
    let thread = view["messages"].as_array().unwrap();
    let mut last: Option<&str> = None;
    for message in thread {
        let text = message["content"].as_str().unwrap();
        if message["from"] == "seller" {
            assert_ne!(last, Some(text), "{what}: said twice: {text}");
            last = Some(text);
        } else {
            last = None;
        }
    }
}

/// The buyer holds the very bytes that are kept here, each once. Returns how many.
async fn check_pictures(home: &Home, order: &str, what: &str) -> usize {
    let view = home.far.buyers_view(order).await;
    let files = view["attachments"].as_array().unwrap();
    let names: BTreeSet<&str> = files.iter().map(|file| file["filename"].as_str().unwrap()).collect();
    assert_eq!(names.len(), files.len(), "{what}: a picture was uploaded twice");
    for file in files {
        let sha256 = file["sha256"].as_str().unwrap();
        let shelf = home.data().join("pictures/pictures").join(&sha256[..2]);
        let kept = all_files(&shelf).into_iter().find(|path| path.file_stem().unwrap() == sha256);
        let kept = kept.unwrap_or_else(|| panic!("{what}: the uploaded picture is not kept here"));
        assert_eq!(sha256_hex(&std::fs::read(kept).unwrap()), sha256, "{what}: other bytes are kept");
    }
    files.len()
}

/// What the market thinks we know is in the inbox, and all of it was handled.
async fn check_news(home: &Home, store: &Store, account: &str, what: &str) {
    let agent = home.far.address("seller_agent_id");
    let events = home.far.look(&format!("/events/{agent}")).await;
    let ids = |name: &str| -> BTreeSet<String> {
        events[name].as_array().unwrap().iter().map(ToString::to_string).collect()
    };
    let known = store.list_recent_news(account, 100_000).await.unwrap();
    let inbox: BTreeSet<String> = known.iter().map(|news| news.event_id.clone()).collect();
    let acknowledged: BTreeSet<String> = ids("recorded").difference(&ids("waiting")).cloned().collect();
    assert!(
        acknowledged.is_subset(&inbox),
        "{what}: acknowledged and lost: {:?}",
        acknowledged.difference(&inbox)
    );
    assert!(
        ids("taken").is_subset(&inbox),
        "{what}: answered 200 and lost: {:?}",
        ids("taken").difference(&inbox)
    );
    let unhandled: Vec<_> = known.iter().filter(|news| news.handled_at.is_none()).collect();
    assert!(unhandled.is_empty(), "{what}: never handled: {unhandled:?}");
}

/// Nothing half written is left, and no answer of a model whose picture is kept.
fn check_files(data: &Path, what: &str) {
    let stray: Vec<PathBuf> = all_files(data)
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.ends_with(".tmp") || name.ends_with(".new") || path.parent().unwrap().ends_with("answers")
        })
        .collect();
    assert!(stray.is_empty(), "{what}: left behind: {stray:?}");
    let records = std::fs::read_to_string(data.join("image_tasks.jsonl")).unwrap_or_default();
    let tasks: Vec<String> = records
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|record| format!("{} {}", record["task_id"], record["status"]))
        .collect();
    assert_eq!(tasks.iter().collect::<BTreeSet<_>>().len(), tasks.len(), "{what}: a task is recorded twice");
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(all_files(&path)) } else { files.push(path) }
    }
    files
}
