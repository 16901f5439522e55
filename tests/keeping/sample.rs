//! A database with one of everything, written by this program.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;
use stallkeeper::clock::CountingIds;
use stallkeeper::orders::fresh_task;
use stallkeeper::store::{
    AccountKind, AccountRow, Actor, ConnectionSubject, EntryOutcome, HidingRow, LedgerKind, LinkToken,
    ListingRow, MessageState, NewEntry, NewEvent, NewFileLink, NewLedgerEntry, NewMessage, NewPicture,
    OrderKind, OrderSearch, Speaker, Store, TaskRow, TaskStatus, ThreadLetter,
};

pub const ACCOUNT: &str = "account";
pub const ORDER: &str = "order";

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

pub fn database(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("stall.db")
}

/// Opens the database and puts one of every noun into it.
pub async fn full(path: &Path) -> Store {
    let store = Store::open_at(path, at(0)).await.unwrap();
    fill(&store).await;
    store
}

async fn fill(store: &Store) {
    let account = AccountRow {
        id: ACCOUNT.into(),
        kind: AccountKind::AgentMarket,
        base_url: "https://market.example/".into(),
        practice: false,
        name: "Lin".into(),
        own_id: "seller".into(),
        handle: String::new(),
        feed_cursor: 7,
        checked_at: Some(at(0)),
        check_code: "key_works".into(),
        balance: Some("12.5".parse().unwrap()),
        created_at: at(0),
    };
    let mut order = fresh_task(ORDER.into(), ACCOUNT, "a fox in snow", None, at(1));
    order.kind = OrderKind::Order;
    order.title = "Pictures 小店".into();
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account).await.unwrap();
    write.put_order(&order).await.unwrap();
    write.insert_events(ACCOUNT, &[&event("7")], at(2)).await.unwrap();
    let entry = NewEntry {
        step: "accept",
        key: "accept".into(),
        attempt: 1,
        actor: Actor::Robot,
        intent: json!({}),
        input_sha256: None,
        reserved_usd: None,
    };
    let id = write.begin_entry(ORDER, &entry, at(3)).await.unwrap();
    write.end_entry(id, EntryOutcome::Done, &json!({ "ok": true }), None, None, None, at(4)).await.unwrap();
    write.insert_history(ORDER, Actor::Market, "order_seen", None, &[], None, at(4)).await.unwrap();
    let message = NewMessage {
        market_message_id: Some("m1".into()),
        who: Speaker::Buyer,
        name: Some("Bo".into()),
        body: "A fox, please".into(),
        state: MessageState::Received,
        key: None,
        at: at(5),
    };
    write.insert_thread_message(ORDER, &message).await.unwrap();
    write.note_letter(ACCOUNT, "thread", Some("l1"), (Some("bo"), Some("Bo"))).await.unwrap();
    let letter = ThreadLetter {
        market_id: "l1",
        is_own: false,
        name: Some("Bo"),
        body: "Do you draw foxes?",
        image_url: None,
        at: at(5),
    };
    write.insert_thread_letter(ACCOUNT, ("thread", Some("bo")), &letter).await.unwrap();
    let picture = NewPicture {
        round: 1,
        n: 1,
        is_draft: false,
        sha256: "ab".repeat(32),
        media_type: "image/png".into(),
        width: 64,
        height: 64,
        bytes: 1234,
        prompt: "a fox in deep snow".into(),
        model: "example/draws".into(),
        cost_usd: Some("0.04".parse().unwrap()),
    };
    let picture_id = write.insert_picture(ORDER, &picture, at(6)).await.unwrap();
    write.put_picture_tag(picture_id, "winter").await.unwrap();
    write.put_look(&picture.sha256, 0xf0f0).await.unwrap();
    let task = TaskRow {
        id: "task".into(),
        order_id: ORDER.into(),
        round: 1,
        market_order_id: None,
        original_input: "a fox".into(),
        optimized_prompt: "a fox in snow".into(),
        model: "example/draws".into(),
        count: 1,
        status: TaskStatus::Running,
        error_message: None,
        image_paths: Vec::new(),
        created_at: at(6),
        completed_at: None,
    };
    write.begin_task(&task).await.unwrap();
    write.end_task(ORDER, 1, TaskStatus::Success, None, &["a.png".into()], at(7)).await.unwrap();
    let listing = ListingRow {
        id: "listing".into(),
        account_id: ACCOUNT.into(),
        market_listing_id: Some("sku".into()),
        form: "{}".into(),
        status: "active".into(),
        market_status: Some("active".into()),
        sold: Some(3),
        views: None,
        problem: None,
        publish_key: "publish".into(),
        hiding: HidingRow::default(),
        created_at: at(0),
        updated_at: at(8),
    };
    write.put_listing(&listing).await.unwrap();
    let earned = NewLedgerEntry {
        kind: LedgerKind::Earned,
        amount: "19".parse().unwrap(),
        currency: "UAT",
        reference: "earned:order".into(),
    };
    write.insert_ledger(ACCOUNT, Some(ORDER), &earned, at(9)).await.unwrap();
    let link = NewFileLink {
        token: LinkToken::draw(&CountingIds::default()),
        picture_sha256: "ab".repeat(32),
        file_name: "fox.png".into(),
        order_id: ORDER.into(),
        expires_at: at(3600),
    };
    write.insert_file_link(&link, at(9)).await.unwrap();
    write.insert_connection_change(ConnectionSubject::Light, "green", "serving", at(9)).await.unwrap();
    super::jobs::fill(&mut write).await;
    write.put_setting("stall", r#"{"stall_name":"Lin's"}"#, at(9)).await.unwrap();
    write.commit().await.unwrap();
}

pub fn event(id: &str) -> NewEvent {
    NewEvent {
        event_id: id.into(),
        kind: "order.received".into(),
        via: "push",
        market_order_id: Some(ORDER.into()),
        body: "{}".into(),
    }
}

/// Reads every noun back through the store's own reads.
pub async fn assert_full(store: &Store) {
    let accounts = store.list_accounts().await.unwrap();
    assert_eq!((accounts.len(), accounts[0].feed_cursor), (1, 7));
    assert_eq!(accounts[0].balance, Some("12.5".parse().unwrap()));
    let order = store.get_order(ORDER).await.unwrap();
    assert_eq!(order.title, "Pictures 小店");
    let search = OrderSearch { limit: 10, ..OrderSearch::default() };
    assert_eq!(store.search_orders(ACCOUNT, &search).await.unwrap().len(), 1);
    let news = store.list_unhandled(ACCOUNT, Some(ORDER), at(100), 10).await.unwrap();
    assert_eq!((news.len(), news[0].event_id.as_str()), (1, "7"));
    let journal = store.list_journal(ORDER).await.unwrap();
    assert_eq!((journal.len(), journal[0].outcome), (1, EntryOutcome::Done));
    assert_eq!(store.list_history(ORDER).await.unwrap().len(), 1);
    let thread = store.list_messages(ORDER).await.unwrap();
    assert_eq!((thread.len(), thread[0].body.as_str(), thread[0].who), (1, "A fox, please", Speaker::Buyer));
    let pictures = store.list_order_pictures(ORDER).await.unwrap();
    assert_eq!((pictures.len(), pictures[0].cost_usd), (1, Some("0.04".parse().unwrap())));
    let found = store.search_pictures(ACCOUNT, Some("fox"), 0, None, 10).await.unwrap();
    assert_eq!(found.len(), 1, "the index of words came along");
    let tasks = store.list_tasks_to_mirror().await.unwrap();
    assert_eq!((tasks.len(), tasks[0].status), (1, TaskStatus::Success));
    let listings = store.list_listings(ACCOUNT).await.unwrap();
    assert_eq!((listings.len(), listings[0].sold), (1, Some(3)));
    let earned = store.sum_ledger(ACCOUNT, LedgerKind::Earned, at(0)).await.unwrap();
    assert_eq!(earned, "19".parse().unwrap());
    assert_eq!(store.lookup_setting("stall").await.unwrap().unwrap(), r#"{"stall_name":"Lin's"}"#);
}
