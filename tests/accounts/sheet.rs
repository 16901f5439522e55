//! The table for a spreadsheet: a line for every order, columns that add up to the books, nothing that runs.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use stallkeeper::money::{Books, Sheet, SheetWords, Span};
use stallkeeper::settings::Language;
use stallkeeper::store::{AccountKind, Stage, Store};

use super::home::{MARKET, at, dec, open, order, put};
use super::money::lived;

const NOW: &str = "2026-11-18T12:00:00Z";

async fn table(store: &Store, span: Span, language: Language) -> (u32, Vec<u8>) {
    let (accounts, zone) = (store.list_accounts().await.unwrap(), TimeZone::UTC);
    let parts = Books::parts(store, &accounts, span, at(NOW), &zone).await.unwrap();
    let within = (parts[0].from, parts.last().unwrap().to);
    let words = SheetWords::of(language);
    let mut bytes = Vec::new();
    let sheet = Sheet { store, accounts: &accounts, within, zone: &zone, words };
    let lines = sheet.write(&mut bytes).await.unwrap();
    (lines, bytes)
}

fn read(bytes: &[u8]) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new()
        .from_reader(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap())
        .records()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test]
async fn the_columns_add_up_to_the_books() {
    let dir = tempfile::tempdir().unwrap();
    let store = lived(&dir).await;
    for span in [Span::Week, Span::Month, Span::All] {
        let (lines, bytes) = table(&store, span, Language::English).await;
        let records = read(&bytes);
        assert_eq!(records.len(), lines as usize);
        let accounts = store.list_accounts().await.unwrap();
        let books = Books::read(&store, &accounts, span, at(NOW), &TimeZone::UTC).await.unwrap();
        for book in &books.books {
            let market = if book.market == AccountKind::MoltMarket { "MoltMarket" } else { "Agent Market" };
            let column = |at: usize| -> Decimal {
                let ours = records.iter().filter(|line| &line[1] == market && !line[at].is_empty());
                ours.map(|line| dec(&line[at])).sum()
            };
            assert_eq!(column(11), book.total.earned, "{market} {span:?}");
            assert_eq!(column(12), book.total.fees);
            assert_eq!(column(13), book.total.refunded);
            assert_eq!(column(15), book.total.spent_usd);
        }
    }
    let (_, bytes) = table(&store, Span::Week, Language::English).await;
    let records = read(&bytes);
    let ids: Vec<&str> = records.iter().map(|line| &line[4]).filter(|id| !id.is_empty()).collect();
    assert_eq!(ids.len(), 9, "every order of the span once, also those that brought nothing: {ids:?}");
    let dates: Vec<&str> = records.iter().map(|line| &line[0]).collect();
    assert!(dates.contains(&"2026-11-16 09:00"));
}

#[tokio::test]
async fn what_a_buyer_wrote_never_runs_and_keeps_its_cell() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    let mut row = order("o", MARKET, "completed", Stage::Paid, "2026-11-16T09:00:00Z");
    row.title = "=HYPERLINK(\"http://evil.example\",\"猫, 小店\")".into();
    row.buyer_name = Some("@SUM(1)\r\nsecond \"line\"".into());
    row.market_order_id = "-1+1".into();
    put(&store, &row).await;
    let (lines, bytes) = table(&store, Span::Week, Language::Chinese).await;
    assert_eq!(lines, 1);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.starts_with("\u{FEFF}时间,市场,"), "{text}");
    assert!(!text.replace("\r\n", "").contains("\n\n"));
    let records = read(&bytes);
    assert_eq!(&records[0][4], "'-1+1");
    assert_eq!(&records[0][5], "'=HYPERLINK(\"http://evil.example\",\"猫, 小店\")");
    assert_eq!(&records[0][6], "'@SUM(1)\r\nsecond \"line\"");
    assert_eq!(&records[0][7], "已付款");
}

#[tokio::test]
async fn more_orders_than_a_page_are_all_there_in_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    let mut write = store.write().await.unwrap();
    for number in 0..450 {
        let mut row =
            order(&format!("o{number:03}"), MARKET, "cancelled", Stage::Closed, "2026-11-16T09:00:00Z");
        row.price = None;
        write.put_order(&row).await.unwrap();
    }
    write.commit().await.unwrap();
    let (lines, bytes) = table(&store, Span::Week, Language::English).await;
    assert_eq!(lines, 450);
    let ids: Vec<String> = read(&bytes).iter().map(|line| line[4].to_owned()).collect();
    assert!(ids.is_sorted() && ids[449] == "ord_o449");
}
