//! Everything as one archive: whole, without keys, given up without a trace, and told of when the disk refuses.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

use serde_json::{Value, json};
use stallkeeper::export::{Export, ExportError};
use stallkeeper::images::PictureFiles;
use stallkeeper::settings::Language;
use stallkeeper::store::{ExportTable, Store};

use super::far::{Far, until};
use super::server::{Server, free_port};
use crate::gallery::drawn;
use crate::sample::{at, database};

const FORMULA: &str = "=HYPERLINK(\"https://evil.example\") a fox, gouache, square";
const KEY: &str = "sk-or-v1-0123456789abcdef0123456789abcdef";

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|nth| {
            let mut entry = archive.by_index(nth).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().to_owned(), content)
        })
        .collect()
}

fn table(entries: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<BTreeMap<String, String>> {
    // Spreadsheets know by the mark that it is UTF-8.
    let bytes = entries[name].strip_prefix(b"\xEF\xBB\xBF").unwrap();
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

fn unfinished(dir: &Path) -> usize {
    let entries = std::fs::read_dir(dir.join("exports")).unwrap();
    entries
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "part"))
        .count()
}

async fn ended(server: &Server) -> Value {
    let state = async || server.desk("data.get", json!({})).await["export"].clone();
    until("the export to end", async || state().await["state"] != "running").await;
    state().await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_in_the_archive_and_no_key_is() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", listing.as_str())]);
    let wish = json!({ "listing_id": listing, "buyer": "in_requirement", "text": FORMULA });
    let order = far.control("/order", wish).await["order_id"].as_str().unwrap().to_owned();
    until("the payment", async || far.status(&order).await == "completed").await;
    until("the books", async || {
        server.order(&order).await.is_some_and(|view| view["card"]["stage"] == "paid")
    })
    .await;
    far.control(
        "/buyer/message",
        json!({ "order_id": order, "text": format!("my key is {KEY}, is that safe?") }),
    )
    .await;
    until("what the buyer said", async || {
        let view = server.order(&order).await.unwrap_or_default();
        view["thread"]
            .as_array()
            .is_some_and(|said| said.iter().any(|said| said["text"].to_string().contains("my key")))
    })
    .await;

    // Where the archive should go stands something else.
    std::fs::write(data.join("exports"), b"not a folder").unwrap();
    server.desk("data.export", json!({})).await;
    assert_eq!(ended(&server).await["state"], "storage");
    std::fs::remove_file(data.join("exports")).unwrap();

    let begun = server.desk("data.export", json!({})).await["export"].clone();
    assert!(begun["path"].as_str().unwrap().ends_with(".zip"), "{begun}");
    let made = ended(&server).await;
    assert_eq!((&made["state"], &made["pictures"], &made["missing"]), (&json!("made"), &json!(1), &json!(0)));
    assert_eq!(made["done"], made["total"]);
    let bytes = std::fs::read(made["path"].as_str().unwrap()).unwrap();
    assert_eq!(made["bytes"], json!(bytes.len().to_string()));
    assert_eq!(unfinished(&data), 0);

    let entries = unpacked(&bytes);
    let orders = table(&entries, "orders.csv");
    assert_eq!((orders.len(), &orders[0]["order"], &orders[0]["stage"]), (1, &order, &"paid".to_owned()));
    let pictures = table(&entries, "pictures.csv");
    let sha256 = &pictures[0]["sha256"];
    let kept = PictureFiles::open(data.join("pictures")).unwrap().read(sha256).unwrap();
    let packed = entries.iter().find(|(name, _)| name.starts_with(&format!("pictures/{sha256}."))).unwrap();
    assert!(*packed.1 == kept, "the very bytes");
    let messages = table(&entries, "messages.csv");
    assert!(
        messages.iter().any(|said| said["who"] == "robot")
            && messages.iter().any(|said| said["who"] == "buyer")
    );
    assert!(table(&entries, "money.csv").iter().any(|line| line["kind"] == "earned"));
    assert!(!table(&entries, "history.csv").is_empty());
    assert!(entries.contains_key("README.txt") && entries.contains_key("applications.csv"));
    let listings: Value = serde_json::from_slice(&entries["listings.json"]).unwrap();
    assert!(listings.is_array());
    assert_eq!(serde_json::from_slice::<Value>(&entries["posted_jobs.json"]).unwrap(), json!([]));

    for (name, content) in &entries {
        let text = String::from_utf8_lossy(content);
        for key in [far.address("model_api_key"), far.address("seller_api_key"), KEY] {
            assert!(!text.contains(key), "{name} holds a key");
        }
        if name.ends_with(".csv") {
            let is_formula = |cell: &str| cell.starts_with('=');
            assert!(
                table(&entries, name).iter().all(|row| !row.values().any(|cell| is_formula(cell))),
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_in_pages_stops_when_told_and_names_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, drawn) = drawn(&dir).await;
    let files = PictureFiles::open(dir.path().join("pictures")).unwrap();
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let written = |goes_on: &dyn Fn(u64, u64) -> bool| {
            let mut out = Cursor::new(Vec::new());
            let export = Export {
                store: &store,
                files: &files,
                language: Language::Chinese,
                runtime: runtime.clone(),
                goes_on,
            };
            export.write(&mut out).map(|what| (what, out.into_inner()))
        };
        let (what, bytes) = written(&|done, total| done <= total).unwrap();
        assert_eq!((what.pictures, what.missing), (0, drawn.len() as u64), "no file was kept for these rows");
        let entries = unpacked(&bytes);
        assert!(entries.contains_key("说明.txt"));
        let titles: Vec<String> =
            table(&entries, "orders.csv").iter().map(|row| row["title"].clone()).collect();
        assert_eq!(titles, ["Fox in snow", "雪中的狐狸", "Owl by night", "Foxglove", "Harbour"]);
        assert!(matches!(written(&|done, _| done < 3), Err(ExportError::Stopped)));
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_page_begins_where_the_last_one_ended() {
    let dir = tempfile::tempdir().unwrap();
    drop(drawn(&dir).await);
    let store = Store::open_at(&database(&dir), at(9)).await.unwrap();
    for table in ExportTable::ALL {
        let many = store.count_export(table).await.unwrap();
        let (mut seen, mut after) = (0, 0);
        while let Some(last) = store.read_export(table, after, 2).await.unwrap().last() {
            assert!(last.at > after && last.cells.len() == table.heads().count(), "{table:?}");
            after = last.at;
            seen += 1;
            assert!(seen <= many, "{table:?} is read without end");
        }
        assert_eq!(seen, many.div_ceil(2), "{table:?}");
    }
}
