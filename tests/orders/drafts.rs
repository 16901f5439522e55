//! A draft first: one cheap picture, the buyer's word on it, then the pictures that were ordered.

use serde_json::{Value, json};
use stallkeeper::images::Look;

use super::far::until;
use super::recipe::{Scene, scene};

const CHEAP: &str = "google/gemini-2.5-flash-image";
const DEAR: &str = "google/gemini-3-pro-image-preview";

impl Scene {
    async fn drafts(&self) {
        self.recipe(json!({ "draft_first": true, "draft_model": CHEAP, "picture_models": [DEAR] })).await;
    }

    async fn waits_for_the_yes(&self, order: &str) {
        until("the draft to be sent", async || {
            self.server.order(order).await.is_some_and(|view| view["card"]["next"] == "wait_draft")
        })
        .await;
    }

    async fn files(&self, order: &str) -> Vec<String> {
        let view = self.far.buyers_view(order).await;
        let files = view["attachments"].as_array().unwrap();
        files.iter().map(|file| file["filename"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buyer_sees_a_cheap_draft_and_the_picture_is_drawn_after_their_yes() {
    let s = scene().await;
    s.drafts().await;
    let order = s.guided("by_hand").await;
    s.buyer_says(&order, "A green door in an old wall").await;
    s.waits_for_the_yes(&order).await;
    assert_eq!(s.files(&order).await, ["draft.png"]);
    let view = s.server.order(&order).await.unwrap();
    assert_eq!(view["card"]["stage"], "asking");
    assert_eq!(
        (&view["pictures"][0]["model"], &view["pictures"][0]["is_draft"]),
        (&json!(CHEAP), &json!(true))
    );
    let asked = s.far.sellers_words(&order).await.pop().unwrap();
    assert!(asked.contains("draft.png") && asked.contains("Shall I go on"), "{asked}");
    // A friendly word is no yes; what should be different is another draft.
    s.buyer_says(&order, "How long will it take?").await;
    until("the question to be read", async || {
        let view = s.server.order(&order).await.unwrap();
        let read = |line: &&Value| line["kind"] == "step_done" && line["step"] == "read_brief";
        view["recorder"].as_array().unwrap().iter().filter(read).count() == 2
    })
    .await;
    s.waits_for_the_yes(&order).await;
    s.buyer_says(&order, "Could the door be blue instead?").await;
    until("another draft", async || s.files(&order).await.len() == 2).await;
    s.waits_for_the_yes(&order).await;
    assert_eq!(s.far.status(&order).await, "in_progress");
    s.buyer_says(&order, "Yes, just like that, please go on!").await;
    s.far.until_status(&order, "pending_confirmation").await;
    assert_eq!(s.files(&order).await, ["draft.png", "draft-v2.png", "picture-1.png"]);
    let view = s.server.order(&order).await.unwrap();
    assert_eq!(view["pictures"][2]["model"], DEAR, "{}", view["pictures"]);
    // It is the draft worked out, and no other picture of the same words.
    let [first, second, finished] = [0, 1, 2].map(|nth| Look::of(&s.opened(&view["pictures"][nth])));
    assert!(second.distance(finished) <= Look::NEAR, "{second:?} {finished:?}");
    assert!(first.distance(finished) > Look::NEAR, "{first:?} {finished:?}");
    let details = s.server.desk("gallery.get", json!({ "id": view["pictures"][2]["id"] })).await;
    assert_eq!(details["sends_as"], "picture-1-2.png", "beside the one that is there");
    assert_eq!(view["revisions_used"], 1, "the wish for another draft, and not the yes");
    let note = s.far.buyers_view(&order).await["delivery_note"].to_string();
    assert!(!note.contains("draft"), "{note}");
    assert_eq!(s.far.paid_pictures().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sellers_yes_goes_for_the_buyers() {
    let s = scene().await;
    s.drafts().await;
    let order = s.guided("by_hand").await;
    s.buyer_says(&order, "A green door in an old wall").await;
    s.waits_for_the_yes(&order).await;
    let view = s.server.order(&order).await.unwrap();
    assert!(view["actions"].as_array().unwrap().contains(&json!("approve")), "{}", view["actions"]);
    s.server.desk("orders.approve", json!({ "id": view["card"]["id"] })).await;
    // The buyer's own comes late, and is no wish.
    s.buyer_says(&order, "Yes, just like that. Please go on!").await;
    s.far.until_status(&order, "pending_confirmation").await;
    until("the yes to be read", async || {
        let view = s.server.order(&order).await.unwrap();
        let read = |line: &&Value| line["kind"] == "step_done" && line["step"] == "read_brief";
        view["recorder"].as_array().unwrap().iter().filter(read).count() == 2
    })
    .await;
    assert_eq!(s.files(&order).await, ["draft.png", "picture-1.png"]);
    assert_eq!(s.far.paid_pictures().await, 2);
    let again = s.server.try_desk("orders.approve", json!({ "id": view["card"]["id"] })).await.unwrap_err();
    assert_eq!(again["code"], "not_now");
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_of_every_kind_answer_a_draft() {
    let s = scene().await;
    s.drafts().await;
    for (buyer, drafts) in
        [("clear", 1), ("vague", 1), ("chinese", 1), ("changes_mind", 2), ("in_requirement", 1)]
    {
        let order = s.far.order(&s.listing, buyer).await;
        s.far.until_status(&order, "completed").await;
        let files = s.files(&order).await;
        let drawn = files.iter().filter(|name| name.starts_with("draft")).count();
        assert_eq!((drawn, files.len() - drawn), (drafts, 1), "{buyer}: {files:?}");
    }
}
