//! Threads in pages: each once, the newest first, and narrowed by what the seller asks for.

#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

use jiff::Timestamp;
use stallkeeper::orders::fresh_task;
use stallkeeper::store::{
    AccountKind, AccountRow, ConversationRow, LetterState, LetterWriter, MessageState, NewLetter, NewMessage,
    OrderKind, Speaker, Store, ThreadLetter, ThreadSearch, WantedThreads,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

async fn store(dir: &tempfile::TempDir) -> Store {
    let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
    let account = |id: &str| AccountRow {
        id: id.into(),
        kind: AccountKind::MoltMarket,
        base_url: "https://market.example".into(),
        practice: false,
        name: "Lin".into(),
        own_id: format!("seller of {id}"),
        handle: String::new(),
        feed_cursor: 0,
        checked_at: None,
        check_code: String::new(),
        balance: None,
        created_at: at(0),
    };
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account("ours")).await.unwrap();
    write.upsert_account(&account("theirs")).await.unwrap();
    write.commit().await.unwrap();
    store
}

fn search(wanted: WantedThreads, words: Option<&str>, after: Option<(i64, String)>) -> ThreadSearch {
    ThreadSearch { wanted, words: words.map(str::to_owned), after, limit: 7 }
}

/// Twenty conversations, three at the same moment each; in every fourth we had the last word.
async fn talked(store: &Store) {
    let mut write = store.write().await.unwrap();
    for number in 0..20 {
        let id = format!("c{number:02}");
        let row = ConversationRow {
            id: id.clone(),
            other_name: Some(format!("Person {number}")),
            newest_at: at(number / 3),
            ..ConversationRow::default()
        };
        write.put_conversation("ours", &row).await.unwrap();
        for (said, is_own) in [("a", false), ("b", number % 4 == 0)] {
            let letter = ThreadLetter {
                market_id: &format!("{id}{said}"),
                is_own,
                name: None,
                body: if number == 13 { "a hundred% sure_" } else { "hello" },
                image_url: None,
                at: at(number / 3),
            };
            write.insert_thread_letter("ours", (&id, None), &letter).await.unwrap();
        }
        write.record_read("ours", &row, u32::from(number == 5)).await.unwrap();
    }
    let held = NewLetter {
        conversation_id: Some("c07"),
        to_id: None,
        to_job_id: None,
        who: LetterWriter::Seller,
        body: "see www.example.org",
        image_url: None,
        state: LetterState::Held,
        key: "k/0",
        problem: Some("link"),
    };
    write.insert_letter("ours", &held, at(9)).await.unwrap();
    write.commit().await.unwrap();
}

#[tokio::test]
async fn every_conversation_stands_on_one_page() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    talked(&store).await;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page =
            store.search_conversations("ours", &search(WantedThreads::All, None, after)).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.newest_at.as_millisecond(), last.id.clone()));
        all.extend(page.into_iter().map(|row| (row.newest_at, row.id)));
    }
    assert_eq!(all.len(), 20);
    assert!(all.is_sorted_by(|one, next| one > next), "{all:?}");
}

#[tokio::test]
async fn conversations_are_narrowed() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    talked(&store).await;
    let ids = async |wanted, words| {
        let rows = store.search_conversations("ours", &search(wanted, words, None)).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(WantedThreads::Unread, None).await, ["c05"]);
    assert_eq!(store.count_unread_conversations("ours").await.unwrap(), 1);
    assert_eq!(ids(WantedThreads::NeedsYou, None).await, ["c07"]);
    let unanswered = ids(WantedThreads::Unanswered, None).await;
    assert_eq!(unanswered, ["c19", "c18", "c17", "c15", "c14", "c13", "c11"]);
    assert_eq!(ids(WantedThreads::All, Some("person 12")).await, ["c12"]);
    assert_eq!(ids(WantedThreads::All, Some("hundred% sure_")).await, ["c13"]);
    assert_eq!(ids(WantedThreads::All, Some("hundred_")).await, Vec::<String>::new(), "no wildcard");
    assert_eq!(ids(WantedThreads::All, Some("www.example")).await, ["c07"]);
}

#[tokio::test]
async fn a_thread_of_an_order_shows_what_was_said_last() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let mut write = store.write().await.unwrap();
    for number in 0..10 {
        let id = format!("o{number}");
        let mut order = fresh_task(id.clone(), "ours", "a fox", None, at(0));
        order.kind = OrderKind::Order;
        order.unread = number == 4;
        order.title = format!("Portrait {number}");
        write.put_order(&order).await.unwrap();
        for (said, who) in [("m1", Speaker::Buyer), ("m2", Speaker::Robot)] {
            if number == 9 || (number == 3 && who == Speaker::Robot) {
                continue;
            }
            let message = NewMessage {
                market_message_id: Some(format!("{id}{said}")),
                who,
                name: None,
                body: said.to_owned(),
                state: MessageState::Received,
                key: None,
                at: at(number / 2),
            };
            write.insert_thread_message(&id, &message).await.unwrap();
        }
    }
    write.commit().await.unwrap();
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page =
            store.search_order_threads("ours", &search(WantedThreads::All, None, after)).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.last_at.as_millisecond(), last.order_id.clone()));
        all.extend(page.into_iter().map(|row| (row.order_id, row.last_text)));
    }
    let ids: Vec<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["o8", "o7", "o6", "o5", "o4", "o3", "o2", "o1", "o0"], "nothing was said about o9");
    assert!(all.iter().all(|(id, last)| last == if id == "o3" { "m1" } else { "m2" }), "{all:?}");
    let ids = async |wanted, words| {
        let rows = store.search_order_threads("ours", &search(wanted, words, None)).await.unwrap();
        rows.into_iter().map(|row| row.order_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(WantedThreads::Unread, None).await, ["o4"]);
    assert_eq!(store.count_unread_order_threads("ours").await.unwrap(), 1);
    assert_eq!(ids(WantedThreads::Unanswered, None).await, ["o3"]);
    assert_eq!(ids(WantedThreads::All, Some("portrait 6")).await, ["o6"]);
}

#[tokio::test]
async fn words_said_often_and_words_said_once_are_found_in_the_threads_of_orders() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir).await;
    let mut write = store.write().await.unwrap();
    for (number, (account, said)) in
        [("ours", "a Unicorn"), ("ours", "一只狐狸。"), ("theirs", "a unicorn"), ("ours", "100% sure_")]
            .into_iter()
            .enumerate()
    {
        let id = format!("o{number}");
        let mut order = fresh_task(id.clone(), account, "a fox", None, at(0));
        order.kind = OrderKind::Order;
        order.title = format!("Portrait {number}");
        order.unread = number == 1;
        order.requirement = Some(r#"{"wish":"by the sea"}"#.to_owned());
        write.put_order(&order).await.unwrap();
        let often = (0..700).map(|_| "hello hello");
        for (place, body) in std::iter::once(said).chain(often).enumerate() {
            let message = NewMessage {
                market_message_id: Some(format!("{id}/{place}")),
                who: Speaker::Buyer,
                name: None,
                body: body.to_owned(),
                state: MessageState::Received,
                key: None,
                at: at(i64::try_from(number).unwrap()),
            };
            write.insert_thread_message(&id, &message).await.unwrap();
        }
    }
    write.commit().await.unwrap();
    let ids = async |wanted, words| {
        let rows = store.search_order_threads("ours", &search(wanted, Some(words), None)).await.unwrap();
        rows.into_iter().map(|row| row.order_id).collect::<Vec<_>>()
    };
    let all = WantedThreads::All;
    let table = [
        ("HELLO HELLO", &["o3", "o1", "o0"][..]),
        ("h", &["o3", "o1", "o0"]),
        ("unicorn", &["o0"]),
        ("狐狸", &["o1"]),
        ("。", &["o1"]),
        ("0% s", &["o3"]),
        ("sure_", &["o3"]),
        ("unicorn fox", &[]),
        ("熊猫", &[]),
        ("\"", &[]),
        ("portrait 1", &["o1"]),
        ("portrait", &["o3", "o1", "o0"]),
        // What the buyer wrote when ordering.
        ("the sea", &["o3", "o1", "o0"]),
    ];
    for (words, found) in table {
        assert_eq!(ids(all, words).await, found, "{words}");
    }
    assert_eq!(ids(WantedThreads::Unread, "hello").await, ["o1"]);
    assert_eq!(ids(WantedThreads::Unread, "unicorn").await, Vec::<String>::new());

    // Names in which a word stands become many; nothing was said about them.
    let mut write = store.write().await.unwrap();
    for number in 0..2_001 {
        let mut order = fresh_task(format!("p{number}"), "ours", "a fox", None, at(0));
        order.kind = OrderKind::Order;
        order.title = format!("Portrait by the sea {number}");
        write.put_order(&order).await.unwrap();
    }
    write.commit().await.unwrap();
    for (words, found) in table {
        assert_eq!(ids(all, words).await, found, "{words}, with many names");
    }
}
