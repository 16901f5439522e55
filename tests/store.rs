//! The store on a real SQLite file: its pragmas, its promises about news, leases and wakes.

#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

use jiff::{SignedDuration, Timestamp};
use stallkeeper::orders::fresh_task;
use stallkeeper::store::{
    AccountKind, AccountRow, MessageState, NewBudgetUse, NewEvent, NewMessage, OrderKind, Speaker, Store,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

async fn store(dir: &tempfile::TempDir) -> Store {
    let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
    let account = AccountRow {
        id: "account".into(),
        kind: AccountKind::AgentMarket,
        base_url: "https://market.example".into(),
        practice: false,
        name: "Lin".into(),
        own_id: "seller".into(),
        handle: String::new(),
        feed_cursor: 0,
        checked_at: None,
        check_code: String::new(),
        balance: None,
        created_at: at(0),
    };
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account).await.unwrap();
    let mut order = fresh_task("order".into(), "account", "a fox", None, at(0));
    order.kind = OrderKind::Order;
    write.put_order(&order).await.unwrap();
    write.commit().await.unwrap();
    store
}

fn event(id: &str) -> NewEvent {
    NewEvent {
        event_id: id.into(),
        kind: "order.received".into(),
        via: "push",
        market_order_id: Some("order".into()),
        body: "{}".into(),
    }
}

#[tokio::test]
async fn the_same_news_twice_is_one_row_and_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let mut write = store.write().await.unwrap();
    let seven = event("7");
    assert_eq!(write.insert_events("account", &[&seven], at(1)).await.unwrap(), [true]);
    assert_eq!(write.insert_events("account", &[&seven, &seven], at(2)).await.unwrap(), [false, false]);
    write.commit().await.unwrap();
    store.close().await;
    let again = Store::open(&dir.path().join("stall.db")).await.unwrap();
    let waiting = again.list_due_news("account", 0, at(3), 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].received_at, at(1));
    assert_eq!(again.list_unacked("account", 10).await.unwrap(), [7]);
}

#[tokio::test]
async fn much_news_at_once_is_stored_in_its_order_and_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let events: Vec<NewEvent> = (0..150).map(|number| event(&(number / 2 * 2).to_string())).collect();
    let mut write = store.write().await.unwrap();
    let fresh = write.insert_events("account", &events.iter().collect::<Vec<_>>(), at(1)).await.unwrap();
    write.commit().await.unwrap();
    assert!(fresh.iter().enumerate().all(|(number, fresh)| *fresh == (number % 2 == 0)));
    let kept = store.list_due_news("account", 0, at(3), 200).await.unwrap();
    let ids: Vec<String> = kept.iter().map(|row| row.event_id.clone()).collect();
    assert_eq!(ids, (0..75).map(|number| (2 * number).to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn orders_in_the_news_stand_by_when_they_are_due_and_their_news_by_kind_and_way() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let named =
        |id: &str, order: Option<&str>| NewEvent { market_order_id: order.map(str::to_owned), ..event(id) };
    let by_feed = NewEvent { via: "feed", ..named("5", Some("b")) };
    let events =
        [named("1", Some("b")), named("2", Some("a")), named("3", None), named("4", Some("b")), by_feed];
    let mut write = store.write().await.unwrap();
    write.insert_events("account", &events.iter().collect::<Vec<_>>(), at(1)).await.unwrap();
    write.postpone_news(&[2], "market_server", at(50)).await.unwrap();
    write.commit().await.unwrap();
    let orders = async |most| store.list_orders_in_the_news("account", most).await.unwrap();
    let (a, b) = (Some("a".to_owned()), Some("b".to_owned()));
    let at_once = Timestamp::UNIX_EPOCH;
    assert_eq!(orders(10).await, [(b.clone(), at_once), (None, at_once), (a.clone(), at(50))]);
    assert_eq!(orders(1).await, [(b, at_once)]);
    assert!(store.list_orders_in_the_news("another", 10).await.unwrap().is_empty());

    let news = async |order, now| store.list_unhandled("account", order, at(now), 10).await.unwrap();
    let of_b = news(Some("b"), 3).await;
    let told: Vec<_> = of_b.iter().map(|alike| (&*alike.ids, &*alike.event_id, &*alike.via)).collect();
    assert_eq!(told, [(&[1, 4][..], "1", "push"), (&[5][..], "5", "feed")]);
    assert_eq!(store.list_unhandled("account", Some("b"), at(3), 1).await.unwrap()[0].ids, [1]);
    assert!(news(Some("a"), 49).await.is_empty());
    assert_eq!((news(Some("a"), 50).await[0].attempts, news(None, 3).await[0].ids.clone()), (1, vec![3]));

    let mut write = store.write().await.unwrap();
    write.record_handled(&[1, 3, 4, 5], "order_read", at(4)).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(orders(10).await, [(a, at(50))]);
}

#[tokio::test]
async fn what_is_not_committed_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let mut write = store.write().await.unwrap();
    write.insert_events("account", &[&event("8")], at(1)).await.unwrap();
    drop(write);
    assert!(store.list_unhandled("account", Some("order"), at(3), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_order_is_walked_by_one_at_a_time_until_its_lease_ends() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let claim = async |who: &str, now: i64| {
        let mut write = store.write().await.unwrap();
        let claimed = write.claim_order("order", who, at(now), at(now + 60)).await.unwrap();
        write.commit().await.unwrap();
        claimed
    };
    assert!(claim("one", 0).await);
    assert!(!claim("two", 30).await, "held by another");
    assert!(claim("one", 30).await, "the holder may go on");
    assert!(claim("two", 91).await, "the lease has ended");
}

#[tokio::test]
async fn a_wake_during_a_walk_is_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let loaded = store.get_order("order").await.unwrap().wake;
    let mut write = store.write().await.unwrap();
    assert!(write.claim_order("order", "one", at(0), at(60)).await.unwrap());
    write.wake_order("order", at(5)).await.unwrap();
    // The walker knew nothing of it and would sleep for an hour.
    let later = at(0).checked_add(SignedDuration::from_hours(1)).unwrap();
    write.release_order("order", "one", loaded, Some(later), at(6)).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(store.get_order("order").await.unwrap().next_at, Some(at(6)));
    assert_eq!(store.list_due_orders("account", at(6), 10).await.unwrap(), ["order"]);
}

#[tokio::test]
async fn an_own_message_read_back_from_the_thread_is_the_same_message() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let mut write = store.write().await.unwrap();
    write.put_outgoing("order", "guide:start", Speaker::Robot, "What would you like?", at(1)).await.unwrap();
    let read_back = NewMessage {
        market_message_id: Some("m1".into()),
        who: Speaker::Seller,
        name: None,
        body: "What would you like?".into(),
        state: MessageState::Sent,
        key: None,
        at: at(2),
    };
    assert!(!write.insert_thread_message("order", &read_back).await.unwrap(), "known already");
    assert!(!write.insert_thread_message("order", &read_back).await.unwrap(), "and again");
    write.record_outgoing("order", "guide:start", "m1").await.unwrap();
    write.commit().await.unwrap();
    let thread = store.list_messages("order").await.unwrap();
    assert_eq!(thread.len(), 1);
    assert_eq!(thread[0].who, Speaker::Robot, "the robot wrote it, whatever key sent it");
}

async fn use_budget(store: &Store, holder: &str, operation: &str, second: i64, matters_for: i64) -> i64 {
    let used = NewBudgetUse {
        holder,
        operation,
        subject: "",
        at: at(second),
        matters_until: at(second + matters_for),
    };
    let mut write = store.write().await.unwrap();
    let id = write.insert_budget_use(&used).await.unwrap();
    write.commit().await.unwrap();
    id
}

async fn block_budget(store: &Store, operation: &str, until: i64, now: i64) {
    let mut write = store.write().await.unwrap();
    write.put_budget_block("bo", operation, at(until), at(now)).await.unwrap();
    write.commit().await.unwrap();
}

async fn budget_uses(store: &Store, holder: &str, operation: &str) -> Vec<Timestamp> {
    let uses = store.list_budget_uses(holder, operation, Timestamp::UNIX_EPOCH).await.unwrap();
    uses.into_iter().map(|used| used.at).collect()
}

#[tokio::test]
async fn uses_of_a_budget_go_when_they_no_longer_matter_whoever_made_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    use_budget(&store, "lin", "say", 0, 60).await;
    let struck = use_budget(&store, "bo", "say", 1, 60).await;
    use_budget(&store, "bo", "say", 2, 60).await;
    use_budget(&store, "bo", "apply", 3, 3600).await;
    assert_eq!(budget_uses(&store, "bo", "say").await, [at(1), at(2)]);
    assert_eq!(store.list_budget_uses("bo", "say", at(1)).await.unwrap().len(), 1, "after, not at");
    let mut write = store.write().await.unwrap();
    write.delete_budget_use(struck).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(budget_uses(&store, "bo", "say").await, [at(2)]);

    use_budget(&store, "bo", "apply", 61, 3600).await;
    assert_eq!(budget_uses(&store, "lin", "say").await, []);
    assert_eq!(budget_uses(&store, "bo", "say").await, [at(2)], "it matters until 62");
    use_budget(&store, "bo", "apply", 62, 3600).await;
    assert_eq!(budget_uses(&store, "bo", "say").await, []);
    assert_eq!(budget_uses(&store, "bo", "apply").await, [at(3), at(61), at(62)]);
}

#[tokio::test]
async fn the_longer_block_of_a_budget_stays_and_goes_when_it_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    assert_eq!(store.lookup_budget_block("bo", "say").await.unwrap(), None);
    block_budget(&store, "say", 90, 0).await;
    block_budget(&store, "say", 60, 1).await;
    assert_eq!(store.lookup_budget_block("bo", "say").await.unwrap(), Some(at(90)));
    assert_eq!(store.lookup_budget_block("lin", "say").await.unwrap(), None);
    block_budget(&store, "apply", 120, 90).await;
    assert_eq!(store.lookup_budget_block("bo", "say").await.unwrap(), None);
}

#[tokio::test]
async fn a_clock_set_back_moves_uses_and_blocks_of_budgets_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    for second in [100, 3600, 3700] {
        use_budget(&store, "bo", "say", second, 2 * 60 * 60).await;
    }
    block_budget(&store, "say", 3900, 3700).await;
    let mut write = store.write().await.unwrap();
    write.shift_waits(SignedDuration::from_hours(1), at(150)).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(budget_uses(&store, "bo", "say").await, [at(0), at(100), at(100)]);
    assert_eq!(store.lookup_budget_block("bo", "say").await.unwrap(), Some(at(300)));
}
