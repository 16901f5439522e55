//! How long a search takes in a large stall. Takes minutes to fill: run by hand with `--run-ignored only`.

use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, Connection, Executor};
use stallkeeper::store::{SearchWords, Store};

use super::home::{MARKET, MOLT, open};

const ORDERS: u32 = 100_000;
const MESSAGES: u32 = 1_000_000;

/// Orders and messages of many words, English and Chinese; one message in a hundred thousand has a rare one.
async fn fill(path: &std::path::Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.unwrap();
    let words = "WITH w(i, t) AS (VALUES (0,'could the fox look left'), (1,'thank you for the picture'), (2,'请把狐狸画得大一点'),
        (3,'a quiet harbour at dawn'), (4,'谢谢，我很喜欢这张图'), (5,'please send it before friday'), (6,'更多的雪和月光'), (7,'no text in it'))";
    for statement in [
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ORDERS})
             INSERT INTO orders (id, account_id, market_order_id, title, buyer_name, price, market_status, requirement, read_at, stage, created_at, updated_at, market_created_at)
             SELECT 'o' || i, 'market', 'ord_' || (i * 7919), 'Portrait of a pet ' || (i % 977), 'Buyer ' || (i % 5003), '20', 'completed',
                 json_object('prompt', 'picture number ' || i), i, 'paid', i, i, 1700000000000 + i * 60000 FROM n"
        ),
        format!(
            "{words} INSERT INTO messages (order_id, market_message_id, who, body, state, at)
             SELECT 'o' || (1 + n.i % {ORDERS}), 'm' || n.i, 'buyer',
                 a.t || ' ' || n.i || ' ' || b.t || ' ' || (n.i * 31 % 9973) || CASE WHEN n.i % 100000 = 7 THEN ' wolverine 麒麟' ELSE '' END, 'received', n.i
             FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MESSAGES}) SELECT i FROM n) n
             JOIN w a ON a.i = n.i % 8 JOIN w b ON b.i = n.i / 8 % 8"
        ),
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ORDERS})
             INSERT INTO ledger (at, account_id, order_id, kind, amount, currency, reference)
             SELECT 1700000000000 + i * 60000, 'market', 'o' || i, k.kind, k.amount || (i % 97), k.currency, k.kind || i
             FROM n JOIN (SELECT 'earned' AS kind, '19.' AS amount, 'UAT' AS currency UNION ALL SELECT 'fee', '1.', 'UAT'
                 UNION ALL SELECT 'model', '0.03', 'USD') k"
        ),
    ] {
        let begun = Instant::now();
        connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
        println!("filled in {:?}", begun.elapsed());
    }
    connection.close().await.unwrap();
}

async fn longest(store: &Store, typed: &str) -> Duration {
    let accounts = [MARKET.to_owned(), MOLT.to_owned()];
    let words = SearchWords::read(typed).unwrap();
    let mut longest = Duration::ZERO;
    let mut hits = 0;
    for _ in 0..3 {
        let begun = Instant::now();
        let (named, said) =
            tokio::try_join!(store.find_named(&accounts, &words, 5), store.find_said(&accounts, &words, 5))
                .unwrap();
        longest = longest.max(begun.elapsed());
        hits = named.len() + said.len();
    }
    println!("{typed:24} {hits:3} hits {longest:?}");
    longest
}

#[tokio::test]
#[ignore = "fills a database of a million messages"]
async fn a_search_in_a_large_stall_is_quick() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("stall.db");
    open(&dir).await.close().await;
    fill(&path).await;
    println!("{} MB", std::fs::metadata(&path).unwrap().len() / 1_000_000);
    let store = Store::open(&path).await.unwrap();
    let mut slow = Vec::new();
    for typed in [
        "fox",
        "the",
        "wolverine",
        "麒麟",
        "狐狸",
        "狐",
        "th",
        "a",
        "e",
        "zq",
        "picture number 500",
        "ord_791900",
        "Buyer 77",
        "thank you for the picture 9",
        "quiet harbour fox",
        "nothing has this",
        "please the could 1234",
        "Portrait",
    ] {
        let took = longest(&store, typed).await;
        if took > Duration::from_millis(150) {
            slow.push((typed, took));
        }
    }
    let accounts = store.list_accounts().await.unwrap();
    for span in [stallkeeper::money::Span::Weeks12, stallkeeper::money::Span::All] {
        let begun = Instant::now();
        let now = "2024-01-22T00:00:00Z".parse().unwrap();
        let zone = jiff::tz::TimeZone::UTC;
        let books = stallkeeper::money::Books::read(&store, &accounts, span, now, &zone);
        println!("{span:?} {} {:?}", books.await.unwrap().books[0].total.earned, begun.elapsed());
    }
    assert!(slow.is_empty(), "{slow:?}");
}
