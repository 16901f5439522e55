//! Every order state, refunds and calls that led to nothing, payments by hand: each counted once, in its own currency.

use jiff::tz::TimeZone;
use stallkeeper::money::{Book, Books, Span};
use stallkeeper::store::{AccountKind, LedgerKind, MoneySource, PaymentState, Stage, Store};

use super::home::{
    MARKET, MOLT, account, application, apply, at, book, dec, letter_cost, listing, open, order, put,
};

const NOW: &str = "2026-11-18T12:00:00Z";

/// Two markets with one of everything.
pub async fn lived(dir: &tempfile::TempDir) -> Store {
    let store = open(dir).await;
    listing(&store, "l1", "sku1", "Pets in watercolour").await;
    let states = [
        ("paid", "completed", Stage::Paid),
        ("paid2", "completed", Stage::Paid),
        ("asked", "in_progress", Stage::Asking),
        ("delivered", "pending_confirmation", Stage::Delivered),
        ("disputed", "in_dispute", Stage::Delivered),
        ("waiting", "pending_acceptance", Stage::Waiting),
        ("cancelled", "cancelled", Stage::Closed),
        ("refunded", "refunded", Stage::Closed),
    ];
    for (id, status, stage) in states {
        let mut row = order(id, MARKET, status, stage, "2026-11-16T09:00:00Z");
        row.listing_id = Some(if id == "paid2" { "gone" } else { "sku1" }.into());
        put(&store, &row).await;
    }
    let earned = LedgerKind::Earned;
    book(&store, MARKET, "paid", earned, "19.00", "2026-11-16T10:00:00Z").await;
    book(&store, MARKET, "paid", LedgerKind::Fee, "1.00", "2026-11-16T10:00:00Z").await;
    book(&store, MARKET, "paid", LedgerKind::Model, "0.0391", "2026-11-16T09:30:00Z").await;
    book(&store, MARKET, "paid2", earned, "0.1", "2026-11-17T10:00:00Z").await;
    book(&store, MARKET, "paid2", LedgerKind::Fee, "0.2", "2026-11-17T10:00:00Z").await;
    // Cancelled halfway: what was drawn is paid for.
    book(&store, MARKET, "cancelled", LedgerKind::Model, "0.0391", "2026-11-16T09:40:00Z").await;
    book(&store, MARKET, "refunded", earned, "19.00", "2026-10-01T10:00:00Z").await;
    book(&store, MARKET, "refunded", LedgerKind::Refund, "19.00", "2026-11-17T11:00:00Z").await;
    // Last week, and long ago.
    book(&store, MARKET, "paid", LedgerKind::Model, "0.5", "2026-11-15T23:59:59.999Z").await;
    book(&store, MARKET, "paid", LedgerKind::Model, "0.25", "2026-08-05T10:00:00Z").await;

    let job = order("job", MOLT, "completed", Stage::Closed, "2026-11-16T08:00:00Z");
    put(&store, &job).await;
    book(&store, MOLT, "job", LedgerKind::Model, "0.07", "2026-11-16T08:30:00Z").await;
    letter_cost(&store, "a1", "0.0003", "2026-11-16T07:00:00Z").await;
    letter_cost(&store, "a2", "0.0003", "2026-11-16T07:10:00Z").await;
    let mut paid = application("a1", PaymentState::Received, Some("120"));
    paid.payment_amount = Some(dec("110.5"));
    paid.order_id = Some("job".into());
    apply(&store, &paid, "2026-11-17T20:00:00Z").await;
    apply(&store, &application("a2", PaymentState::Received, Some("40")), "2026-11-17T21:00:00Z").await;
    apply(&store, &application("free", PaymentState::Received, None), "2026-11-17T22:00:00Z").await;
    apply(&store, &application("due", PaymentState::Expected, Some("30")), "").await;
    apply(&store, &application("lost", PaymentState::Missing, Some("25")), "").await;
    let mut called_off = application("off", PaymentState::None, Some("500"));
    called_off.job_status = Some("cancelled".into());
    apply(&store, &called_off, "").await;
    store
}

async fn read(store: &Store, span: Span, now: &str, zone: &str) -> Books {
    let accounts = store.list_accounts().await.unwrap();
    Books::read(store, &accounts, span, at(now), &TimeZone::get(zone).unwrap()).await.unwrap()
}

fn of(books: &Books, market: AccountKind) -> &Book {
    books.books.iter().find(|book| book.market == market).unwrap()
}

#[tokio::test]
async fn a_week_has_what_moved_in_it_and_markets_are_never_added_up() {
    let dir = tempfile::tempdir().unwrap();
    let store = lived(&dir).await;
    let books = read(&store, Span::Week, NOW, "UTC").await;
    let market = of(&books, AccountKind::AgentMarket);
    assert_eq!(market.currency, Some("UAT"));
    assert_eq!(market.total.earned, dec("19.1"));
    assert_eq!(market.total.fees, dec("1.2"));
    assert_eq!(market.total.refunded, dec("19"));
    assert_eq!(market.total.spent_usd, dec("0.0782"), "exact, both of the same amount counted");
    assert_eq!(market.total.profit_usd(dec("0.10")), dec("-0.0682"));
    assert_eq!(market.awaited, dec("60"), "in progress, delivered and disputed");
    assert_eq!(market.parts.len(), 7);
    assert_eq!(market.parts[0].1.earned, dec("19"));
    assert_eq!(market.parts[1].1.refunded, dec("19"));
    assert!(market.parts[2..].iter().all(|(_, sums)| sums.is_empty()), "days without anything are there");

    let molt = of(&books, AccountKind::MoltMarket);
    assert_eq!(molt.currency, None);
    assert_eq!(molt.total.earned, dec("150.5"), "the amount noted, else the one agreed");
    assert_eq!(molt.unknown, 1);
    assert_eq!((molt.awaited, molt.missing), (dec("30"), dec("25")), "a job called off owes nothing");
    assert_eq!(molt.total.spent_usd, dec("0.0706"));
    assert_eq!(molt.total.fees, dec("0"));
}

#[tokio::test]
async fn listings_stand_by_name_also_those_that_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let store = lived(&dir).await;
    let books = read(&store, Span::Week, NOW, "UTC").await;
    let listings = &of(&books, AccountKind::AgentMarket).sources;
    assert_eq!(listings.len(), 2);
    let named: Vec<_> =
        listings.iter().map(|each| (each.name.as_str(), each.listing_id.as_deref(), each.paid)).collect();
    assert_eq!(named, [("Pets in watercolour", Some("l1"), 1), ("Order paid2", None, 1)]);
    assert_eq!(listings[0].sums.spent_usd, dec("0.0782"));
    let total: rust_decimal::Decimal = listings.iter().map(|each| each.sums.earned).sum();
    assert_eq!(total, of(&books, AccountKind::AgentMarket).total.earned);

    let mut write = store.write().await.unwrap();
    write.delete_listing("l1", at(NOW)).await.unwrap();
    write.commit().await.unwrap();
    let books = read(&store, Span::Week, NOW, "UTC").await;
    let first = &of(&books, AccountKind::AgentMarket).sources[0];
    assert_eq!((first.name.as_str(), first.listing_id.as_deref()), ("Pets in watercolour", None));

    let molt = &of(&books, AccountKind::MoltMarket).sources;
    let kinds: Vec<_> = molt.iter().map(|each| (each.source.clone(), each.paid)).collect();
    assert_eq!(kinds, [(MoneySource::Unlisted, 2), (MoneySource::Letters, 0)]);
}

#[tokio::test]
async fn spans_reach_as_far_as_they_say_in_the_sellers_zone() {
    let dir = tempfile::tempdir().unwrap();
    let store = lived(&dir).await;
    let spent = async |span, zone| {
        let books = read(&store, span, NOW, zone).await;
        let book = of(&books, AccountKind::AgentMarket);
        (book.total.spent_usd, book.parts.len())
    };
    assert_eq!(spent(Span::Week, "UTC").await, (dec("0.0782"), 7));
    // A millisecond before midnight in UTC is Monday morning in Shanghai.
    assert_eq!(spent(Span::Week, "Asia/Shanghai").await, (dec("0.5782"), 7));
    assert_eq!(spent(Span::Month, "UTC").await, (dec("0.5782"), 4));
    assert_eq!(spent(Span::Weeks12, "UTC").await, (dec("0.5782"), 12));
    assert_eq!(spent(Span::All, "UTC").await, (dec("0.8282"), 16));
    let books = read(&store, Span::All, NOW, "UTC").await;
    let book = of(&books, AccountKind::AgentMarket);
    let parts: rust_decimal::Decimal = book.parts.iter().map(|(_, sums)| sums.earned).sum();
    assert_eq!((parts, book.total.earned), (dec("38.1"), dec("38.1")), "the parts are the whole");
}

#[tokio::test]
async fn a_stall_that_earned_nothing_has_empty_books() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    for span in [Span::Week, Span::Month, Span::Weeks12, Span::All] {
        let books = read(&store, span, NOW, "UTC").await;
        assert_eq!(books.books.len(), 2);
        assert!(books.books.iter().all(|book| book.total.is_empty() && !book.parts.is_empty()));
    }
    let none = Books::read(&store, &[], Span::All, at(NOW), &TimeZone::UTC).await.unwrap();
    assert!(none.books.is_empty() && none.parts.len() == 1);
}

#[tokio::test]
async fn two_accounts_of_one_market_are_one_book() {
    let dir = tempfile::tempdir().unwrap();
    let store = lived(&dir).await;
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account("other", AccountKind::AgentMarket, false)).await.unwrap();
    write.commit().await.unwrap();
    put(&store, &order("o", "other", "completed", Stage::Paid, "2026-11-16T09:00:00Z")).await;
    book(&store, "other", "o", LedgerKind::Earned, "5", "2026-11-16T10:00:00Z").await;
    let books = read(&store, Span::Week, NOW, "UTC").await;
    assert_eq!(books.books.len(), 2);
    assert_eq!(of(&books, AccountKind::AgentMarket).total.earned, dec("24.1"));
}

#[tokio::test]
async fn the_costliest_order_at_work_counts_what_is_reserved() {
    let dir = tempfile::tempdir().unwrap();
    let store = lived(&dir).await;
    assert_eq!(store.lookup_costliest_order(MARKET).await.unwrap(), None);
    for (order, cost) in [("asked", "0.2"), ("delivered", "0.05"), ("paid", "9")] {
        let entry = stallkeeper::store::NewEntry {
            step: "draw",
            key: "draw".into(),
            attempt: 1,
            actor: stallkeeper::store::Actor::Robot,
            intent: serde_json::json!({}),
            input_sha256: None,
            reserved_usd: Some(dec(cost)),
        };
        let mut write = store.write().await.unwrap();
        write.begin_entry(order, &entry, at(NOW)).await.unwrap();
        write.commit().await.unwrap();
    }
    let found = store.lookup_costliest_order(MARKET).await.unwrap();
    assert_eq!(found, Some(("asked".into(), "Order asked".into(), dec("0.2"))), "what is paid is over");
}
