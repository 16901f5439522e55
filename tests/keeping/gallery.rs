//! The gallery over a real database: searched, tagged, compared, deleted and brought back.

use stallkeeper::clock::CountingIds;
use stallkeeper::orders::fresh_task;
use stallkeeper::store::{
    AccountKind, AccountRow, LinkToken, NewFileLink, NewPicture, OrderKind, PictureSearch, PictureState,
    Stage, Store,
};

use crate::sample::{ACCOUNT, at, database};

/// (order, title, buyer, prompt)
const DRAWN: [(&str, &str, &str, &str); 5] = [
    ("o1", "Fox in snow", "Bo", "a fox in deep snow"),
    ("o2", "雪中的狐狸", "小林", "雪地里的一只狐狸，水墨"),
    ("o3", "Owl by night", "Ann", "an owl on 100% black, 50_50 split"),
    ("o4", "Foxglove", "Bo", "foxgloves in a \"cottage\" garden"),
    ("o5", "Harbour", "Cy", "boats at dusk"),
];

fn hash(n: usize) -> String {
    format!("{n:064x}")
}

pub(super) async fn drawn(dir: &tempfile::TempDir) -> (Store, Vec<i64>) {
    let store = Store::open_at(&database(dir), at(0)).await.unwrap();
    let account = AccountRow {
        id: ACCOUNT.into(),
        kind: AccountKind::AgentMarket,
        base_url: "https://market.example/".into(),
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
    let mut ids = Vec::new();
    for (n, (id, title, buyer, prompt)) in DRAWN.into_iter().enumerate() {
        let mut order = fresh_task(id.into(), ACCOUNT, "", None, at(1));
        order.kind = OrderKind::Order;
        order.title = title.into();
        order.buyer_name = Some(buyer.into());
        order.stage = Stage::Paid;
        write.put_order(&order).await.unwrap();
        let picture = NewPicture {
            round: 1,
            n: 1,
            is_draft: false,
            sha256: hash(n),
            media_type: "image/png".into(),
            width: 640,
            height: 480,
            bytes: 1000,
            prompt: prompt.into(),
            model: "example/draws".into(),
            cost_usd: None,
        };
        ids.push(write.insert_picture(id, &picture, at(2)).await.unwrap());
        write.record_picture_state(id, &hash(n), PictureState::Delivered, Some("f")).await.unwrap();
    }
    write.commit().await.unwrap();
    (store, ids)
}

async fn found(store: &Store, search: PictureSearch) -> Vec<String> {
    let search = PictureSearch { limit: 10, ..search };
    let rows = store.list_gallery(ACCOUNT, &search).await.unwrap();
    let many = store.count_gallery(ACCOUNT, &search, 100).await.unwrap();
    assert_eq!(rows.len(), many as usize, "the count says what the list shows: {search:?}");
    rows.into_iter().map(|row| row.order_id.unwrap()).collect()
}

async fn by_words(store: &Store, words: &str) -> Vec<String> {
    found(store, PictureSearch { words: Some(words.into()), ..PictureSearch::default() }).await
}

#[tokio::test]
async fn words_are_found_in_prompt_title_and_buyer_in_both_scripts_however_short() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = drawn(&dir).await;
    assert_eq!(by_words(&store, "").await, ["o5", "o4", "o3", "o2", "o1"], "newest first");
    assert_eq!(by_words(&store, "FOX").await, ["o4", "o1"]);
    assert_eq!(by_words(&store, "snow fox").await, ["o1"], "every word, in any order");
    assert_eq!(by_words(&store, "狐狸").await, ["o2"], "two signs are a word");
    assert_eq!(by_words(&store, "雪").await, ["o2"]);
    assert_eq!(by_words(&store, "雪地里的 小林").await, ["o2"], "long and short together");
    assert_eq!(by_words(&store, "Bo").await, ["o5", "o4", "o1"], "boats, and Bo twice");
    assert_eq!(by_words(&store, "Bo snow").await, ["o1"]);
    assert_eq!(by_words(&store, "y").await, ["o5", "o3"], "the last letter of all is a word's beginning too");
    assert_eq!(by_words(&store, "\"cottage\"").await, ["o4"], "quotes are signs like others");
    assert_eq!(by_words(&store, "0%").await, ["o3"], "no wildcards");
    assert_eq!(by_words(&store, "0_").await, ["o3"]);
    assert_eq!(by_words(&store, "owl* OR fox").await, Vec::<String>::new(), "no operators");
}

#[tokio::test]
async fn a_short_word_that_begins_very_many_is_found_letter_by_letter() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = drawn(&dir).await;
    let many: Vec<String> = (0..450)
        .map(|n| format!("qz{}", char::from_u32(0x4e00 + n).unwrap()))
        .chain(["otter".into()])
        .collect();
    let mut write = store.write().await.unwrap();
    let picture = NewPicture {
        round: 2,
        n: 1,
        is_draft: false,
        sha256: hash(9),
        media_type: "image/png".into(),
        width: 640,
        height: 480,
        bytes: 1000,
        prompt: many.join(" "),
        model: "example/draws".into(),
        cost_usd: None,
    };
    write.insert_picture("o3", &picture, at(3)).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(by_words(&store, "qz").await, ["o3"]);
    assert_eq!(by_words(&store, "QZ otter").await, ["o3"]);
    assert_eq!(by_words(&store, "qz fox").await, Vec::<String>::new());
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_under_every_narrowing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ids) = drawn(&dir).await;
    let mut write = store.write().await.unwrap();
    for id in &ids {
        write.put_picture_tag(*id, "Series").await.unwrap();
        write.rate_picture(*id, 4).await.unwrap();
    }
    write.commit().await.unwrap();
    let words = || Some("o".to_owned());
    for search in [
        PictureSearch::default(),
        PictureSearch { min_rating: 4, ..PictureSearch::default() },
        PictureSearch { tag: Some("series".into()), ..PictureSearch::default() },
        PictureSearch { words: words(), tag: Some("series".into()), ..PictureSearch::default() },
    ] {
        let all = found(&store, search.clone()).await;
        assert!(all.len() >= 4, "{search:?}");
        let (mut read, mut before) = (Vec::new(), None);
        loop {
            let page = PictureSearch { before, limit: 2, ..search.clone() };
            let rows = store.list_gallery(ACCOUNT, &page).await.unwrap();
            let Some(last) = rows.last() else { break };
            before = Some(last.id);
            read.extend(rows.into_iter().map(|row| row.order_id.unwrap()));
        }
        assert_eq!(read, all, "{search:?}");
    }
}

#[tokio::test]
async fn tags_are_put_once_whatever_their_case_and_counted_on_what_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ids) = drawn(&dir).await;
    let mut write = store.write().await.unwrap();
    write.put_picture_tag(ids[0], "Winter").await.unwrap();
    write.put_picture_tag(ids[0], "winter").await.unwrap();
    write.put_picture_tag(ids[1], "winter").await.unwrap();
    write.put_picture_tag(ids[1], "水墨").await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(store.list_picture_tags(ids[0]).await.unwrap(), ["Winter"]);
    assert_eq!(store.list_tags(ACCOUNT, 10).await.unwrap()[0].1, 2);
    let tagged = PictureSearch { tag: Some("WINTER".into()), ..PictureSearch::default() };
    assert_eq!(found(&store, tagged.clone()).await, ["o2", "o1"]);
    let both = PictureSearch { words: Some("fox".into()), ..tagged.clone() };
    assert_eq!(found(&store, both).await, ["o1"]);

    let mut write = store.write().await.unwrap();
    write.remove_picture_tag(ids[0], "WINTER").await.unwrap();
    write.delete_picture(ids[1], at(9)).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(store.list_tags(ACCOUNT, 10).await.unwrap(), []);
    assert_eq!(found(&store, tagged).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_deleted_picture_is_nowhere_until_it_is_brought_back_and_never_after_its_file_went() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ids) = drawn(&dir).await;
    let mut write = store.write().await.unwrap();
    write.delete_picture(ids[0], at(10)).await.unwrap();
    assert!(write.delete_picture(ids[0], at(11)).await.is_err(), "once");
    write.commit().await.unwrap();
    assert_eq!(by_words(&store, "fox").await, ["o4"]);
    assert_eq!(by_words(&store, "").await.len(), 4);
    assert!(store.lookup_picture(ids[0]).await.unwrap().is_none());
    assert_eq!(store.newest_pictures(&["o1".into()]).await.unwrap(), []);
    assert_eq!(store.lookup_beside(ACCOUNT, ids[1]).await.unwrap(), (Some(ids[2]), None));
    assert_eq!(store.list_deleted_pictures(at(10), 9).await.unwrap(), [], "not yet");
    assert_eq!(store.list_deleted_pictures(at(11), 9).await.unwrap(), [(ids[0], hash(0))]);

    let mut write = store.write().await.unwrap();
    write.undelete_picture(ids[0]).await.unwrap();
    assert!(write.undelete_picture(ids[0]).await.is_err(), "once");
    write.commit().await.unwrap();
    assert_eq!(by_words(&store, "fox").await, ["o4", "o1"]);

    let mut write = store.write().await.unwrap();
    write.delete_picture(ids[0], at(12)).await.unwrap();
    write.record_file_gone(&hash(0), at(13)).await.unwrap();
    assert!(write.undelete_picture(ids[0]).await.is_err());
    write.commit().await.unwrap();
    assert_eq!(store.list_deleted_pictures(at(99), 9).await.unwrap(), []);
}

#[tokio::test]
async fn what_a_picture_is_used_for_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ids) = drawn(&dir).await;
    let link = NewFileLink {
        token: LinkToken::draw(&CountingIds::default()),
        picture_sha256: hash(0),
        file_name: "fox.png".into(),
        order_id: "o1".into(),
        expires_at: at(100),
    };
    let mut write = store.write().await.unwrap();
    write.insert_file_link(&link, at(1)).await.unwrap();
    let listing = stallkeeper::store::ListingRow {
        id: "l".into(),
        account_id: ACCOUNT.into(),
        market_listing_id: None,
        form: format!(r#"{{"name":"Foxes","example":"{}"}}"#, hash(1)),
        status: "draft".into(),
        market_status: None,
        sold: None,
        views: None,
        problem: None,
        publish_key: "p".into(),
        hiding: stallkeeper::store::HidingRow::default(),
        created_at: at(0),
        updated_at: at(0),
    };
    write.put_listing(&listing).await.unwrap();
    write.commit().await.unwrap();
    let used = store.lookup_picture_use(ids[0], at(50)).await.unwrap().unwrap();
    assert_eq!((used.linked_until, used.listing, used.stage), (Some(at(100)), None, Some(Stage::Paid)));
    let later = store.lookup_picture_use(ids[0], at(100)).await.unwrap().unwrap();
    assert_eq!(later.linked_until, None);
    let shown = store.lookup_picture_use(ids[1], at(50)).await.unwrap().unwrap();
    assert_eq!(shown.listing.as_deref(), Some("Foxes"));
}

#[tokio::test]
async fn every_look_within_seven_bits_is_found_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = drawn(&dir).await;
    let own = 0x8123_4567_89ab_cdef_u64;
    // The worst case for the bands: two bits in three of them and one in the last.
    let spread = (3 << 48) | (3 << 32) | (3 << 16) | 1u64;
    let flips = [0, 1, 1 << 63, 0b111_1111 << 20, spread, spread | (1 << 60), 0xff << 8, u64::MAX];
    let mut write = store.write().await.unwrap();
    for (n, flip) in flips.into_iter().enumerate() {
        write.put_look(&hash(100 + n), own ^ flip).await.unwrap();
    }
    write.commit().await.unwrap();
    let mut near = store.list_near_looks(own, 7).await.unwrap();
    near.sort();
    let wanted = [(100, 0), (101, 1), (102, 1), (103, 7), (104, 7)];
    assert_eq!(near, wanted.map(|(n, distance)| (hash(n), distance)));
    assert_eq!(store.lookup_look(&hash(102)).await.unwrap(), Some(own ^ (1 << 63)));
}

#[tokio::test]
async fn only_what_another_buyer_got_is_a_look_alike() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ids) = drawn(&dir).await;
    let mut write = store.write().await.unwrap();
    // Bo, 小林, Ann, Bo, Cy; the last never got his.
    for (n, look) in [0u64, 0b111, 0b1, 0b11, 0].into_iter().enumerate() {
        write.put_look(&hash(n), look).await.unwrap();
    }
    write.commit().await.unwrap();
    sqlx_undelivered(&dir, "o5").await;
    let (_, own) = store.lookup_picture(ids[0]).await.unwrap().unwrap();
    let accounts = [ACCOUNT.to_owned()];
    let alike = store.list_alike_of_other_buyers(&own, &accounts, 7, 6).await.unwrap();
    let seen: Vec<_> =
        alike.iter().map(|row| (row.picture.order_id.as_deref().unwrap(), row.distance)).collect();
    assert_eq!(seen, [("o3", 1), ("o2", 3)], "not the same buyer's, not what was never delivered");
    assert_eq!(store.list_alike_of_other_buyers(&own, &accounts, 7, 1).await.unwrap().len(), 1);
    assert_eq!(store.list_alike_of_other_buyers(&own, &[], 7, 6).await.unwrap(), []);
    assert_eq!(store.list_without_look(0, 10).await.unwrap(), []);
}

async fn sqlx_undelivered(dir: &tempfile::TempDir, order: &str) {
    use sqlx::{ConnectOptions, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database(dir));
    let mut connection = options.connect().await.unwrap();
    sqlx::query("UPDATE pictures SET state = 'checked', market_file_id = NULL WHERE order_id = ?")
        .bind(order)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// A page, a count and a comparison are each led by an index: nothing is read from end to end but what the page shows.
#[tokio::test]
async fn no_page_reads_every_picture_or_every_order() {
    use sqlx::{ConnectOptions, Connection, Row};
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = drawn(&dir).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database(&dir));
    let mut connection = options.connect().await.unwrap();
    for (sql, wanted) in [
        (
            "SELECT p.id FROM pictures p LEFT JOIN orders o ON o.id = p.order_id WHERE p.account_id = 'a' AND p.state <> 'refused' AND p.deleted_at IS NULL AND p.id < 9 ORDER BY p.id DESC LIMIT 5",
            "INDEX pictures_shown",
        ),
        (
            "SELECT COUNT(*) FROM pictures p WHERE p.account_id = 'a' AND p.state <> 'refused' AND p.deleted_at IS NULL AND p.rating >= 3",
            "INDEX pictures_shown",
        ),
        (
            "SELECT p.id FROM picture_tags t CROSS JOIN pictures p ON p.id = t.picture_id WHERE t.tag = 'x' AND t.picture_id < 9 ORDER BY t.picture_id DESC LIMIT 5",
            "INDEX picture_tags_tag",
        ),
        (
            "SELECT sha256 FROM picture_looks WHERE band_a IN (1,2) OR band_b IN (1,2) OR band_c IN (1,2) OR band_d IN (1,2)",
            "INDEX picture_looks_d",
        ),
        (
            "SELECT id FROM pictures WHERE deleted_at IS NOT NULL AND file_gone_at IS NULL AND deleted_at < 9 ORDER BY deleted_at",
            "INDEX pictures_deleted",
        ),
    ] {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows = sqlx::query(explain).fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(plan.iter().any(|line| line.contains(wanted)), "{sql}: {plan:?}");
        assert!(
            !plan.iter().any(|line| line.starts_with("SCAN") || line.contains("TEMP B-TREE")),
            "{sql}: {plan:?}"
        );
    }
    connection.close().await.unwrap();
    drop(store);
}
