//! A database with accounts of both markets, and short ways to put things into it.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::json;
use stallkeeper::orders::fresh_task;
use stallkeeper::store::{
    AccountKind, AccountRow, Actor, ApplicationRow, ApplicationState, EntryOutcome, HidingRow, LedgerKind,
    ListingRow, MessageState, NewLedgerEntry, NewMessage, OrderKind, OrderRow, PaymentState, ReviewState,
    Speaker, Stage, Store,
};

pub const MARKET: &str = "market";
pub const MOLT: &str = "molt";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn account(id: &str, kind: AccountKind, practice: bool) -> AccountRow {
    AccountRow {
        id: id.into(),
        kind,
        base_url: format!("https://{id}.example/"),
        practice,
        name: "Lin".into(),
        own_id: id.into(),
        handle: String::new(),
        feed_cursor: 0,
        checked_at: None,
        check_code: "key_works".into(),
        balance: None,
        created_at: at("2026-08-01T00:00:00Z"),
    }
}

pub async fn open(dir: &tempfile::TempDir) -> Store {
    let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account(MARKET, AccountKind::AgentMarket, false)).await.unwrap();
    write.upsert_account(&account(MOLT, AccountKind::MoltMarket, false)).await.unwrap();
    write.commit().await.unwrap();
    store
}

/// An order in a state of the market.
pub fn order(id: &str, account: &str, status: &str, stage: Stage, placed: &str) -> OrderRow {
    let mut order = fresh_task(id.into(), account, "x", None, at(placed));
    order.kind = OrderKind::Order;
    order.market_order_id = format!("ord_{id}");
    order.title = format!("Order {id}");
    order.buyer_name = Some("Bo".into());
    order.price = Some(20.into());
    order.market_status = status.into();
    order.stage = stage;
    order.market_created_at = Some(at(placed));
    order.requirement = None;
    order
}

pub async fn put(store: &Store, order: &OrderRow) {
    let mut write = store.write().await.unwrap();
    write.put_order(order).await.unwrap();
    write.commit().await.unwrap();
}

pub async fn book(store: &Store, account: &str, order: &str, kind: LedgerKind, amount: &str, when: &str) {
    let entry = NewLedgerEntry {
        kind,
        amount: dec(amount),
        currency: if kind == LedgerKind::Model { "USD" } else { "UAT" },
        reference: format!("{}:{order}:{when}", kind.as_str()),
    };
    let mut write = store.write().await.unwrap();
    write.insert_ledger(account, Some(order), &entry, at(when)).await.unwrap();
    // The same thing a second time is not a second entry.
    write.insert_ledger(account, Some(order), &entry, at(when)).await.unwrap();
    write.commit().await.unwrap();
}

pub async fn letter_cost(store: &Store, subject: &str, cost: &str, when: &str) {
    let mut write = store.write().await.unwrap();
    let id = write.begin_job_entry(MOLT, subject, "letter", &json!({}), None, at(when)).await.unwrap();
    write.end_job_entry(id, EntryOutcome::Done, "", Some(dec(cost)), at(when)).await.unwrap();
    write.commit().await.unwrap();
}

pub fn application(id: &str, payment: PaymentState, rate: Option<&str>) -> ApplicationRow {
    ApplicationRow {
        id: id.into(),
        account_id: MOLT.into(),
        job_id: format!("job_{id}"),
        title: format!("Poster {id}"),
        job: json!({ "description": "a lighthouse in a storm" }).to_string(),
        letter: "I would draw it".into(),
        rate: rate.map(dec),
        state: ApplicationState::Accepted,
        reason: String::new(),
        market_id: None,
        job_status: Some("completed".into()),
        poster_id: None,
        poster_wallets: "[]".into(),
        accepted_at: Some(at("2026-11-02T10:00:00Z")),
        delivered_at: None,
        poster_spoke_at: None,
        reminded: Vec::new(),
        order_id: None,
        payment,
        payment_amount: None,
        payment_note: String::new(),
        review: ReviewState::None,
        review_rating: None,
        review_text: String::new(),
        created_at: at("2026-11-02T10:00:00Z"),
        updated_at: at("2026-11-02T10:00:00Z"),
    }
}

/// Keeps an application; one that was paid was noted so at `when`.
pub async fn apply(store: &Store, application: &ApplicationRow, when: &str) {
    let mut write = store.write().await.unwrap();
    write.put_application(application).await.unwrap();
    if application.payment == PaymentState::Received {
        let (id, at) = (&application.id, at(when));
        write.insert_job_history(id, Actor::Seller, "payment", "received", at).await.unwrap();
    }
    write.commit().await.unwrap();
}

pub async fn listing(store: &Store, id: &str, market_id: &str, name: &str) {
    let row = ListingRow {
        id: id.into(),
        account_id: MARKET.into(),
        market_listing_id: Some(market_id.into()),
        form: json!({ "name": name, "description": "Watercolour pictures of your pet", "tags": ["cat", "小狗"] })
            .to_string(),
        status: "active".into(),
        market_status: None,
        sold: None,
        views: None,
        problem: None,
        publish_key: id.into(),
        hiding: HidingRow::default(),
        created_at: at("2026-08-01T00:00:00Z"),
        updated_at: at("2026-08-01T00:00:00Z"),
    };
    let mut write = store.write().await.unwrap();
    write.put_listing(&row).await.unwrap();
    write.commit().await.unwrap();
}

pub async fn say(store: &Store, order: &str, id: &str, body: &str, when: &str) {
    let message = NewMessage {
        market_message_id: Some(id.into()),
        who: Speaker::Buyer,
        name: Some("Bo".into()),
        body: body.into(),
        state: MessageState::Received,
        key: None,
        at: at(when),
    };
    let mut write = store.write().await.unwrap();
    write.insert_thread_message(order, &message).await.unwrap();
    write.commit().await.unwrap();
}
