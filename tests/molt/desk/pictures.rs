//! A picture of the gallery in a letter: made public when the seller asks for it, and sent as an address the other one can open.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stallkeeper::http::{TimeLimits, client};
use stallkeeper::images::files::sha256_hex;

use super::text;
use crate::far::until;
use crate::given::{Home, apply};

pub(super) async fn play() -> BTreeSet<String> {
    let home = Home::open().await;
    let server = home.serve(&[]).await;
    let job_id = home.post("clear").await;
    apply(&server, &job_id).await;
    home.until_status(&job_id, "completed").await;
    let everything = json!({ "search": null, "min_rating": null, "tag": null, "after": null, "limit": null });
    let picture = server.desk("gallery.list", everything).await["pictures"][0].clone();

    let made = server.desk("people.picture_address", json!({ "id": picture["id"] })).await;
    let address = text(&made["address"]);
    assert!(address.starts_with(&home.street.base), "{made}");
    assert_eq!(made["way"], "own_address");
    let fetched = client(TimeLimits::API).unwrap().get(&address).send().await.unwrap();
    assert_eq!(fetched.status(), 200);
    assert_eq!(sha256_hex(&fetched.bytes().await.unwrap()), text(&picture["sha256"]));
    let unknown = server.try_desk("people.picture_address", json!({ "id": "999999" })).await;
    assert_eq!(unknown.unwrap_err()["code"], "not_found");

    let list = server.desk("people.conversations", json!({})).await;
    let letter = json!({ "conversation_id": list["conversations"][0]["id"], "text": "Here is another one of mine.",
        "image_url": address, "key": "picture" });
    server.desk("people.send", letter).await;
    until("the picture on the market", async || {
        let job = home.job(&job_id).await;
        let talks = job["conversations"].as_array().unwrap().clone();
        let messages: Vec<Value> =
            talks.iter().flat_map(|talk| talk["messages"].as_array().unwrap().clone()).collect();
        messages.iter().any(|message| message["image_url"] == json!(address))
    })
    .await;
    BTreeSet::from(["people.picture_address".to_owned()])
}
