//! The gallery through the desk: what a drawn picture is found by, what may be done with it, and what may not.

use std::path::Path;

use serde_json::{Value, json};

use super::far::{Far, until};
use super::server::{Server, free_port};

async fn list(server: &Server, filter: Value) -> Value {
    let mut asked = json!({ "search": null, "min_rating": null, "tag": null, "after": null, "limit": 50 });
    for (key, value) in filter.as_object().unwrap() {
        asked[key] = value.clone();
    }
    server.desk("gallery.list", asked).await
}

async fn refusal(server: &Server, command: &str, request: Value) -> Value {
    let (status, error) = server.desk_while_it_lives(command, request).await.unwrap();
    assert_ne!(status, 200, "{command}: {error}");
    error
}

fn files(folder: &Path, sha256: &str) -> usize {
    let shelf = folder.join("data/pictures/pictures").join(&sha256[..2]);
    let count = |folder: &Path| {
        let names = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        names.filter(|entry| entry.file_name().to_string_lossy().starts_with(sha256)).count()
    };
    count(&shelf) + count(&folder.join("data/pictures/thumbs"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_found_tagged_sent_again_and_deleted_only_when_its_order_is_over() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    let order = far.order(&listing, "by_hand").await;
    until("the guidance", async || far.sellers_words(&order).await.len() == 1).await;
    let wish = json!({ "order_id": order, "text": "A red bicycle against a white wall" });
    far.control("/buyer/message", wish).await;
    far.until_status(&order, "pending_confirmation").await;
    until("the picture", async || list(&server, json!({})).await["total"] == 1).await;
    let page = list(&server, json!({})).await;
    let tile = &page["pictures"][0];
    let (id, sha256) = (tile["id"].as_str().unwrap().to_owned(), tile["sha256"].as_str().unwrap().to_owned());
    assert_eq!((&page["next"], &page["total_is_least"]), (&json!(null), &json!(false)));

    let details = server.desk("gallery.get", json!({ "id": id })).await;
    assert_eq!(details["compared"], true, "its look is kept with its check");
    assert_eq!(details["look_alikes"], json!([]));
    let prompt = details["picture"]["prompt"].as_str().unwrap();
    let word = prompt.split_whitespace().max_by_key(|word| word.len()).unwrap();
    assert_eq!(list(&server, json!({ "search": word })).await["total"], 1);
    assert_eq!(list(&server, json!({ "search": "zeppelin" })).await["pictures"], json!([]));

    // Tags: plain words, once each, few and short.
    let tagged = server.desk("gallery.tag", json!({ "id": id, "tag": "  in   snow ", "on": true })).await;
    assert_eq!(tagged["tags"], json!(["in snow"]));
    assert_eq!(list(&server, json!({ "tag": "In Snow" })).await["total"], 1);
    let tags = server.desk("gallery.tags", json!({})).await;
    assert_eq!(tags["tags"], json!([{ "tag": "in snow", "pictures": 1 }]));
    for (tag, problem) in [(" ", "empty"), (&*"x".repeat(41), "too_long")] {
        let refused = refusal(&server, "gallery.tag", json!({ "id": id, "tag": tag, "on": true })).await;
        assert_eq!(refused["detail"], json!({ "field": "tag", "problem": problem }));
    }
    server.desk("gallery.tag", json!({ "id": id, "tag": "IN SNOW", "on": false })).await;
    assert_eq!(server.desk("gallery.tags", json!({})).await["tags"], json!([]));

    // Sent again under a name that is free.
    let name = details["sends_as"].as_str().unwrap().to_owned();
    assert!(name.starts_with("picture-1-2."), "{name}");
    let uploads = far.done(&order, "uploadOrderAttachment").await;
    let sent = server.desk("gallery.send", json!({ "id": id, "name": name })).await;
    assert_eq!((&sent["name"], &sent["from"]), (&json!(name), &json!("seller")));
    assert_eq!(far.done(&order, "uploadOrderAttachment").await, uploads + 1);
    let next = server.desk("gallery.get", json!({ "id": id })).await;
    assert!(next["sends_as"].as_str().unwrap().starts_with("picture-1-3."), "{}", next["sends_as"]);

    // The buyer has not confirmed: it may be disputed yet.
    let refused = refusal(&server, "gallery.delete", json!({ "id": id })).await;
    assert_eq!(
        (&refused["code"], &refused["detail"]["reason"]),
        (&json!("picture_needed"), &json!("open_order"))
    );
    assert_eq!(list(&server, json!({})).await["total"], 1);

    // Once it is paid, it goes and comes back; its file stays meanwhile.
    far.control("/buyer/confirm", json!({ "order_id": order })).await;
    until("the payment", async || {
        server.order(&order).await.is_some_and(|view| view["card"]["stage"] == "paid")
    })
    .await;
    let there = files(home.path(), &sha256);
    assert!(there >= 1);
    server.desk("gallery.delete", json!({ "id": id })).await;
    assert_eq!(list(&server, json!({})).await["pictures"], json!([]));
    assert_eq!(refusal(&server, "gallery.get", json!({ "id": id })).await["code"], "not_found");
    assert_eq!(refusal(&server, "gallery.delete", json!({ "id": id })).await["code"], "not_found");
    assert_eq!(files(home.path(), &sha256), there);
    server.desk("gallery.undelete", json!({ "id": id })).await;
    assert_eq!(list(&server, json!({ "search": word })).await["total"], 1);

    // A week later the file is gone for good.
    server.desk("gallery.delete", json!({ "id": id })).await;
    server.close();
    aged(&home.path().join("data/stall.db")).await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    until("the file to go", async || files(home.path(), &sha256) == 0).await;
    assert_eq!(refusal(&server, "gallery.undelete", json!({ "id": id })).await["code"], "not_found");
}

async fn execute(database: &Path, sql: &'static str) {
    use sqlx::{ConnectOptions, Connection, Executor};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database);
    let mut connection = options.connect().await.unwrap();
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}

async fn aged(database: &Path) {
    execute(
        database,
        "UPDATE pictures SET deleted_at = deleted_at - 8 * 86400000 WHERE deleted_at IS NOT NULL",
    )
    .await;
}
