//! The marketplace between runs.

use serde_json::json;
use stallkeeper::practice::PracticeOptions;

use crate::seller::Seller;

#[tokio::test]
async fn comes_back_as_it_was_left_on_the_same_address() {
    let folder = tempfile::tempdir().unwrap();
    let options = PracticeOptions {
        state_file: Some(folder.path().join("practice.json")),
        ..PracticeOptions::instant()
    };
    let first = Seller::open_with(options.clone()).await;
    first.publish(20).await;
    let (order_id, _) = first.ordered_by("clear").await;
    first.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    first.upload(&order_id, "picture.png", b"a picture").await;
    first.control("/advance", json!({"seconds": 100_000})).await;
    let before = first.look(&format!("/order/{order_id}")).await;
    let events = first.get("/events/me/events").await;
    let at = first.at.clone();
    first.practice.stop().await.unwrap();

    let second = Seller::open_with(options).await;
    assert_eq!(json!(second.at), json!(at), "same port, same keys");
    assert_eq!(second.look(&format!("/order/{order_id}")).await, before);
    assert_eq!(second.get("/events/me/events").await, events);
    let files = second.get(&format!("/orders/{order_id}/attachments")).await.1;
    let address = files["files"][0]["download_url"].as_str().unwrap();
    let fetched = second.client.get(address).send().await.unwrap();
    assert_eq!(fetched.bytes().await.unwrap().as_ref(), b"a picture");
    second.say(&order_id, "What would you like to see?").await;
    second
        .once(&order_id, "a brief from the same buyer", |seen| {
            seen["messages"].as_array().unwrap().len() == 2
        })
        .await;
}

#[tokio::test]
async fn takes_another_port_when_its_own_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let options = PracticeOptions {
        state_file: Some(folder.path().join("practice.json")),
        ..PracticeOptions::instant()
    };
    let first = Seller::open_with(options.clone()).await;
    let port = url::Url::parse(&first.at.market_base).unwrap().port().unwrap();
    first.practice.stop().await.unwrap();
    let taken = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let second = Seller::open_with(options).await;
    assert_ne!(second.at.market_base, first.at.market_base);
    assert_eq!(second.at.seller_api_key, first.at.seller_api_key);
    assert_eq!(second.get("/agents/me").await.0, 200);
    drop(taken);
}

#[tokio::test]
async fn is_written_soon_after_a_change_without_being_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.json");
    let options = PracticeOptions { state_file: Some(path.clone()), ..PracticeOptions::instant() };
    let seller = Seller::open_with(options).await;
    let listing = seller.publish(20).await;
    let waiting = async {
        while !std::fs::read_to_string(&path).is_ok_and(|text| text.contains(&listing)) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await.unwrap();
}

#[tokio::test]
async fn a_broken_file_is_an_error_and_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.json");
    std::fs::write(&path, "{").unwrap();
    let options = PracticeOptions { state_file: Some(path.clone()), ..PracticeOptions::instant() };
    assert!(stallkeeper::practice::Practice::start(options).await.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
}
