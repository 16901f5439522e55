//! Words found wherever they stand, in both scripts, and no longer found once they are gone.

use serde_json::json;
use stallkeeper::store::{
    AccountKind, ApplicantRow, ConversationRow, Found, FoundKind, NewPicture, PaymentState, PostedJobRow,
    PostedState, ReviewState, SearchWords, Stage, Store, ThreadLetter,
};

use super::home::{MARKET, MOLT, account, application, apply, at, listing, open, order, put, say};

const NOW: &str = "2026-11-18T12:00:00Z";

async fn find(store: &Store, typed: &str) -> Vec<Found> {
    let accounts = [MARKET.to_owned(), MOLT.to_owned()];
    let Some(words) = SearchWords::read(typed) else { return Vec::new() };
    let mut found = store.find_named(&accounts, &words, 5).await.unwrap();
    found.extend(store.find_said(&accounts, &words, 5).await.unwrap());
    found.extend(store.find_pictures(&accounts, &words, 5).await.unwrap());
    found
}

async fn shown(store: &Store, typed: &str) -> Vec<String> {
    find(store, typed).await.iter().map(|hit| format!("{} {}", hit.kind.as_str(), hit.id)).collect()
}

async fn filled(dir: &tempfile::TempDir) -> Store {
    let store = open(dir).await;
    let mut row = order("o1", MARKET, "in_progress", Stage::Making, NOW);
    row.title = "雪地狐狸 Fox portrait".into();
    row.buyer_name = Some("王小明".into());
    row.market_order_id = "ord_7f3a".into();
    row.requirement =
        Some(json!({ "prompt": "a quiet harbour", "size": 3, "notes": ["ünïcode"] }).to_string());
    put(&store, &row).await;
    say(&store, "o1", "m1", "Could the fox look to the left? 谢谢，要快", NOW).await;
    say(&store, "o1", "m2", "100% sure_thing \"quoted\" AND (x OR y)*", NOW).await;
    listing(&store, "l1", "sku_99", "Pets in watercolour").await;
    apply(&store, &application("a1", PaymentState::None, None), "").await;
    let mut write = store.write().await.unwrap();
    let talk = ConversationRow {
        id: "c1".into(),
        other_name: Some("Ada Zebra".into()),
        newest_at: at(NOW),
        ..ConversationRow::default()
    };
    write.put_conversation(MOLT, &talk).await.unwrap();
    let letter = ThreadLetter {
        market_id: "x1",
        is_own: false,
        name: Some("Ada Zebra"),
        body: "the walrus is ready 海象",
        image_url: None,
        at: at(NOW),
    };
    write.insert_thread_letter(MOLT, ("c1", None), &letter).await.unwrap();
    let posted = PostedJobRow {
        id: "p1".into(),
        account_id: MOLT.into(),
        market_job_id: Some("mj".into()),
        form: json!({ "title": "Translate my sign", "description": "into Portuguese" }).to_string(),
        state: PostedState::Open,
        market_status: None,
        problem: String::new(),
        worker_id: None,
        worker_name: None,
        worker_wallets: "[]".into(),
        rate: None,
        opinion: None,
        paid: None,
        review: ReviewState::None,
        review_rating: None,
        review_text: String::new(),
        created_at: at(NOW),
        updated_at: at(NOW),
    };
    write.put_posted_job(&posted).await.unwrap();
    let applicant = ApplicantRow {
        id: "ap1".into(),
        posted_id: "p1".into(),
        person: json!({ "id": "agent_9", "name": "Quentin Okapi" }).to_string(),
        profile: None,
        letter: String::new(),
        rate: None,
        status: "pending".into(),
        applied_at: None,
        seen_at: at(NOW),
    };
    write.put_applicant(&applicant).await.unwrap();
    let picture = NewPicture {
        round: 1,
        n: 1,
        is_draft: false,
        sha256: "ab".repeat(32),
        media_type: "image/png".into(),
        width: 8,
        height: 8,
        bytes: 8,
        prompt: "an ultramarine heron, 水墨画".into(),
        model: "m".into(),
        cost_usd: None,
    };
    write.insert_picture("o1", &picture, at(NOW)).await.unwrap();
    write.commit().await.unwrap();
    store
}

#[tokio::test]
async fn everything_with_words_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir).await;
    for (typed, wanted) in [
        ("portrait", "order o1"),
        ("7f3a", "order o1"),
        ("harbour", "order o1"),
        ("ÜNÏC", "order o1"),
        ("look to", "message o1"),
        ("walrus", "letter c1"),
        ("watercol", "listing l1"),
        ("sku_99", "listing l1"),
        ("lighthouse", "application a1"),
        ("Poster a1", "application a1"),
        ("Portuguese", "posted p1"),
        ("zebra", "conversation c1"),
        ("okapi", "person agent_9"),
        ("ultramarine", "picture 1"),
    ] {
        let found = shown(&store, typed).await;
        assert!(found.contains(&wanted.to_owned()), "{typed}: {found:?}");
    }
    assert!(shown(&store, "prompt").await.is_empty(), "names of fields are no words of the buyer");
    assert!(shown(&store, "nowhere").await.is_empty());
    assert!(shown(&store, "fox nowhere").await.is_empty(), "every word must be there");
    assert!(shown(&store, "   ").await.is_empty());
}

#[tokio::test]
async fn chinese_words_of_any_length_are_found_also_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir).await;
    for (typed, wanted) in [
        ("雪地狐狸", "order o1"),
        ("狐狸", "order o1"),
        ("狐", "order o1"),
        ("小明", "order o1"),
        ("要快", "message o1"),
        ("快", "message o1"),
        ("海象", "letter c1"),
        ("小狗", "listing l1"),
        ("水墨", "picture 1"),
        ("fo", "order o1"),
        ("狐狸 fox", "order o1"),
        ("fox 王", "order o1"),
    ] {
        let found = shown(&store, typed).await;
        assert!(found.contains(&wanted.to_owned()), "{typed}: {found:?}");
    }
    assert!(shown(&store, "狸狐").await.is_empty());
}

#[tokio::test]
async fn a_short_word_far_behind_the_newest_is_found_by_the_index() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir).await;
    let mut write = store.write().await.unwrap();
    for number in 0..5_200 {
        let message = stallkeeper::store::NewMessage {
            market_message_id: Some(format!("later{number}")),
            who: stallkeeper::store::Speaker::Buyer,
            name: None,
            body: format!("later {number}"),
            state: stallkeeper::store::MessageState::Received,
            key: None,
            at: at(NOW),
        };
        write.insert_thread_message("o1", &message).await.unwrap();
    }
    write.commit().await.unwrap();
    let found = shown(&store, "要快").await;
    assert_eq!(found, ["message o1"]);
    let newest = find(&store, "er").await;
    let said: Vec<_> = newest.iter().filter(|hit| hit.kind == FoundKind::Message).collect();
    assert_eq!((said.len(), said[0].text.as_str()), (5, "later 5199"), "a few, the newest first");
}

#[tokio::test]
async fn words_of_the_index_language_are_plain_words() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir).await;
    for typed in ["100%", "sure_thing", "\"quoted\"", "AND (x", "y)*", "%", "_"] {
        let found = shown(&store, typed).await;
        assert!(found.contains(&"message o1".to_owned()), "{typed}: {found:?}");
    }
    for typed in ["NEAR(fox, 2)", "words:fox", "^fox", "\0", "\"", "'; DROP TABLE orders; --", "*"] {
        shown(&store, typed).await;
    }
    assert!(shown(&store, "s%e").await.is_empty() && shown(&store, "f_x").await.is_empty());
}

#[tokio::test]
async fn what_changes_is_found_as_it_is_now() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir).await;
    let mut row = store.get_order("o1").await.unwrap();
    row.title = "A badger".into();
    put(&store, &row).await;
    assert!(shown(&store, "badger").await.contains(&"order o1".to_owned()));
    assert!(!shown(&store, "portrait").await.contains(&"order o1".to_owned()));
    listing(&store, "l1", "sku_99", "Birds in ink").await;
    assert_eq!(shown(&store, "birds").await, ["listing l1"]);
    let mut write = store.write().await.unwrap();
    write.delete_listing("l1", at(NOW)).await.unwrap();
    write.delete_application("a1").await.unwrap();
    write.commit().await.unwrap();
    assert!(shown(&store, "birds").await.is_empty());
    assert!(shown(&store, "lighthouse").await.is_empty());
    let mut write = store.write().await.unwrap();
    write
        .put_outgoing("o1", "say:1", stallkeeper::store::Speaker::Robot, "first draft", at(NOW))
        .await
        .unwrap();
    write
        .put_outgoing("o1", "say:1", stallkeeper::store::Speaker::Robot, "second text", at(NOW))
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert!(shown(&store, "first draft").await.is_empty());
    assert_eq!(shown(&store, "second").await, ["message o1"]);
}

#[tokio::test]
async fn other_accounts_are_not_searched() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir).await;
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account("practice", AccountKind::AgentMarket, true)).await.unwrap();
    write.commit().await.unwrap();
    let mut row = order("o2", "practice", "in_progress", Stage::Making, NOW);
    row.title = "Fox of the practice stall".into();
    put(&store, &row).await;
    say(&store, "o2", "m9", "a practice fox", NOW).await;
    let found = shown(&store, "fox").await;
    assert!(!found.is_empty() && !found.iter().any(|hit| hit.ends_with("o2")), "{found:?}");
    let practice = ["practice".to_owned()];
    let words = SearchWords::read("fox").unwrap();
    let named = store.find_named(&practice, &words, 5).await.unwrap();
    let said = store.find_said(&practice, &words, 5).await.unwrap();
    assert_eq!((named.len(), said.len(), said[0].id.as_str()), (1, 1, "o2"));
}
