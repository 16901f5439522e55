//! Files the seller puts on an order with their own hands.

use serde_json::{Value, json};

use super::far::{Far, until};
use super::server::{Server, free_port};

pub async fn names(far: &Far, order: &str) -> Vec<String> {
    let listed =
        far.as_seller(reqwest::Method::GET, &format!("/orders/{order}/attachments"), json!(null)).await;
    let files = listed.as_array().or(listed["files"].as_array()).or(listed["attachments"].as_array());
    let name = |file: &Value| {
        let known = ["filename", "original_filename"].into_iter().find_map(|field| file[field].as_str());
        known.unwrap().to_owned()
    };
    files.unwrap().iter().map(name).collect()
}

async fn until_seen(server: &Server, order: &str, name: &str) -> Value {
    let seen = async || {
        let view = server.order(order).await?;
        view["files"].as_array()?.iter().any(|file| file["name"] == name).then_some(view)
    };
    until(&format!("{name} to be seen"), async || seen().await.is_some()).await;
    seen().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_the_seller_drops_is_on_the_order_once_and_the_order_is_handed_over_with_it() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    let order = far.order(&listing, "by_hand").await;
    until("the guidance", async || far.sellers_words(&order).await.len() == 1).await;
    let view = server.order(&order).await.unwrap();
    let id = view["card"]["id"].as_str().unwrap().to_owned();
    assert_eq!(view["takes_files"]["most_files"], 10);
    server.desk("orders.take_over", json!({ "id": id })).await;

    let sent = server.send_file(&id, "雪中的狐狸 final.psd", b"layers").await.unwrap();
    assert_eq!(
        (&sent["name"], &sent["size"], &sent["from"]),
        (&json!("雪中的狐狸 final.psd"), &json!(6), &json!("seller"))
    );
    assert_eq!(names(&far, &order).await, ["雪中的狐狸 final.psd"]);
    // The same again is the same file; another one of that name is refused, and so is what the market never takes.
    server.send_file(&id, "雪中的狐狸 final.psd", b"layers").await.unwrap();
    let taken = server.send_file(&id, "雪中的狐狸 final.psd", b"other layers").await.unwrap_err();
    assert_eq!(taken["code"], "file_name_taken");
    let refused = server.send_file(&id, "setup.exe", b"MZ").await.unwrap_err();
    assert_eq!(
        (&refused["code"], &refused["detail"]["problem"]),
        (&json!("invalid"), &json!("refused_kind"))
    );
    assert_eq!(far.done(&order, "uploadOrderAttachment").await, 1);

    // It arrives, and the answer is lost: looked at, never sent twice.
    let lost = json!({ "operation": "uploadOrderAttachment", "kind": "drop_after", "count": 1 });
    far.control("/fault", lost).await;
    let unclear = server.send_file(&id, "second.png", b"picture").await.unwrap_err();
    assert_eq!(unclear["code"], "unclear");
    server.desk("orders.retry", json!({ "id": id })).await;
    until_seen(&server, &order, "second.png").await;
    assert_eq!(far.done(&order, "uploadOrderAttachment").await, 2);

    // It never arrives: the seller is told, and nothing is sent behind their back.
    let down =
        json!({ "operation": "uploadOrderAttachment", "kind": "fail_before", "status": 400, "count": 1 });
    far.control("/fault", down).await;
    server.send_file(&id, "third.png", b"picture").await.unwrap_err();
    server.send_file(&id, "third.png", b"picture").await.unwrap();
    assert_eq!(names(&far, &order).await.len(), 3);

    server.desk("orders.complete", json!({ "order_id": id, "note": "All layers are in the file." })).await;
    far.until_status(&order, "pending_confirmation").await;
    assert_eq!(far.paid_pictures().await, 0, "nothing was drawn");
    let view = server.order(&order).await.unwrap();
    let by_seller = view["files"].as_array().unwrap().iter().filter(|file| file["from"] == "seller").count();
    assert!(by_seller >= 3, "{}", view["files"]);
}
