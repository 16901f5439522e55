//! The rules of the guide and of the house, one conversation each.

use serde_json::{Value, json};

use super::far::{Far, until};
use super::recipe::held;
use super::server::{Server, free_port};

struct Scene {
    far: Far,
    server: Server,
    listing: String,
    _home: tempfile::TempDir,
}

async fn scene() -> Scene {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    until("the stall to be open", async || server.health().await == 200).await;
    Scene { far, server, listing, _home: home }
}

impl Scene {
    async fn held(&self, order: &str, code: &str) -> Value {
        held(&self.server, order, code).await
    }

    async fn settings(&self, change: impl FnOnce(&mut Value)) {
        let mut values = self.server.desk("settings.get", json!({})).await["values"].clone();
        change(&mut values);
        self.server.desk("settings.save", values).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asks_once_per_buyer_message_until_there_is_a_brief() {
    let s = scene().await;
    let order = s.far.order(&s.listing, "by_hand").await;
    until("the first guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    s.far
        .control(
            "/buyer/message",
            json!({ "order_id": order, "text": "hi, can you make me something nice?" }),
        )
        .await;
    until("the second guidance", async || s.far.sellers_words(&order).await.len() == 2).await;
    s.far
        .control(
            "/buyer/message",
            json!({ "order_id": order, "text": "请画一只戴红围巾的橘猫坐在窗台上，水彩风格" }),
        )
        .await;
    s.far.until_status(&order, "pending_confirmation").await;
    let said = s.far.sellers_words(&order).await;
    assert_eq!(said.len(), 3, "two guidances and the delivery: {said:?}");
    assert!(said[2].contains("画好了"), "the buyer's language is answered: {}", said[2]);
    assert_eq!(s.far.paid_pictures().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn draws_again_when_the_buyer_changes_their_mind_and_stays_delivered() {
    let s = scene().await;
    let order = s.far.order(&s.listing, "changes_mind").await;
    s.far.until_status(&order, "completed").await;
    assert_eq!(s.far.paid_pictures().await, 2, "the first picture and the changed one");
    assert_eq!(s.far.done(&order, "uploadOrderAttachment").await, 2);
    assert_eq!(s.far.done(&order, "completeOrder").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_complete_is_tried_again_when_complete_fails() {
    let s = scene().await;
    s.far
        .control(
            "/fault",
            json!({ "operation": "completeOrder", "kind": "fail_before", "status": 503, "count": 2 }),
        )
        .await;
    let order = s.far.order(&s.listing, "in_requirement").await;
    s.far.until_status(&order, "completed").await;
    assert!(s.far.received("completeOrder").await >= 3);
    assert_eq!(s.far.paid_pictures().await, 1, "never a second picture");
    assert_eq!(s.far.done(&order, "uploadOrderAttachment").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_accept_is_tried_again_and_nothing_else_is_done_before() {
    let s = scene().await;
    s.far
        .control(
            "/fault",
            json!({ "operation": "acceptOrder", "kind": "fail_before", "status": 500, "count": 2 }),
        )
        .await;
    let order = s.far.order(&s.listing, "by_hand").await;
    until("a failed try", async || {
        s.far.received("acceptOrder").await >= 1 && s.far.done(&order, "acceptOrder").await == 0
    })
    .await;
    assert_eq!(s.far.received("sendOrderMessage").await, 0);
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    assert_eq!(s.far.done(&order, "acceptOrder").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawing_that_fails_gets_a_friendly_word_and_waits_for_the_seller() {
    let s = scene().await;
    // The model never gives a picture: the text model must still read, so only picture calls are refused by credit.
    let order = s.far.order(&s.listing, "by_hand").await;
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    s.settings(|values| values["picture_models"] = json!(["nobody/draws-this"])).await;
    s.far
        .control("/buyer/message", json!({ "order_id": order, "text": "A red bicycle against a white wall" }))
        .await;
    let view = s.held(&order, "draw_failed").await;
    assert_eq!(view["card"]["hold"]["settle"], "retry");
    let said = s.far.sellers_words(&order).await;
    assert_eq!(said.len(), 2, "guidance and one apology: {said:?}");
    assert_eq!(s.far.status(&order).await, "in_progress", "the order stays open");
    // The seller puts it right and presses the button.
    s.settings(|values| values["picture_models"] = json!(["google/gemini-2.5-flash-image"])).await;
    s.server.desk("orders.retry", json!({ "id": view["card"]["id"] })).await;
    s.far.until_status(&order, "pending_confirmation").await;
    assert_eq!(s.far.paid_pictures().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_stops_and_a_disputed_one_goes_to_the_seller() {
    let s = scene().await;
    let order = s.far.order(&s.listing, "by_hand").await;
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    s.far.control("/buyer/cancel", json!({ "order_id": order, "reason": "changed my plans" })).await;
    let view = s.held(&order, "cancelled_midway").await;
    assert_eq!(view["card"]["stage"], "closed");
    let disputed = s.far.order(&s.listing, "by_hand").await;
    s.far.control("/buyer/message", json!({ "order_id": disputed, "text": "A quiet harbour at dawn" })).await;
    s.far.until_status(&disputed, "pending_confirmation").await;
    s.far
        .control("/buyer/dispute", json!({ "order_id": disputed, "reason": "this is not what I asked for" }))
        .await;
    s.held(&disputed, "disputed").await;
    let before = s.far.sellers_words(&disputed).await.len();
    s.far.control("/buyer/message", json!({ "order_id": disputed, "text": "make it evening" })).await;
    until("the message to be seen", async || {
        s.server.order(&disputed).await.is_some_and(|view| {
            view["thread"].as_array().unwrap().iter().any(|message| message["text"] == "make it evening")
        })
    })
    .await;
    assert_eq!(s.far.sellers_words(&disputed).await.len(), before, "the robot says nothing in a dispute");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_delivered_before_the_sellers_yes_when_they_want_to_be_asked() {
    let s = scene().await;
    s.settings(|values| values["automation"] = json!("ask_before_delivering")).await;
    let order = s.far.order(&s.listing, "in_requirement").await;
    let view = s.held(&order, "approve").await;
    assert_eq!(view["card"]["stage"], "approving");
    assert_eq!(view["pictures"].as_array().unwrap().len(), 1);
    assert_eq!(s.far.done(&order, "uploadOrderAttachment").await, 0);
    s.server.desk("orders.approve", json!({ "id": view["card"]["id"] })).await;
    s.far.until_status(&order, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_taken_over_gets_no_robot_action_until_it_is_handed_back() {
    let s = scene().await;
    let order = s.far.order(&s.listing, "by_hand").await;
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    let id = s.server.order(&order).await.unwrap()["card"]["id"].clone();
    s.server.desk("orders.take_over", json!({ "id": id })).await;
    s.far
        .control("/buyer/message", json!({ "order_id": order, "text": "A bowl of lemons on a blue table" }))
        .await;
    until("the message to be seen", async || {
        s.server.order(&order).await.unwrap()["thread"].as_array().unwrap().len() == 2
    })
    .await;
    s.server
        .desk("orders.message", json!({ "order_id": id, "text": "I will look after this one myself." }))
        .await;
    assert_eq!(s.far.paid_pictures().await, 0);
    let view = s.server.order(&order).await.unwrap();
    let ours = view["thread"]
        .as_array()
        .unwrap()
        .iter()
        .find(|message| message["text"] == "I will look after this one myself.")
        .unwrap();
    assert_eq!(ours["who"], "seller");
    s.server.desk("orders.hand_back", json!({ "id": id })).await;
    s.far.until_status(&order, "pending_confirmation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_call_that_would_break_the_cap_is_not_made() {
    let s = scene().await;
    let order = s.far.order(&s.listing, "by_hand").await;
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    s.settings(|values| values["cap_per_order_usd"] = json!("0.03")).await;
    s.far
        .control("/buyer/message", json!({ "order_id": order, "text": "A green door in an old wall" }))
        .await;
    s.held(&order, "over_cap").await;
    assert_eq!(s.far.paid_pictures().await, 0);
    s.settings(|values| values["cap_per_order_usd"] = json!("1")).await;
    s.far.until_status(&order, "pending_confirmation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_push_lost_is_made_good_by_the_feed() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(
        &far,
        home.path(),
        free_port(),
        &[("SERVICE_SKU_ID", &listing), ("EVENT_POLL_SECONDS", "0.2")],
    );
    until("the stall to be open", async || server.health().await == 200).await;
    far.control("/push/pause", json!({ "paused": true })).await;
    let order = far.order(&listing, "clear").await;
    far.until_status(&order, "completed").await;
    assert_eq!(far.done(&order, "acceptOrder").await, 1);
    assert_eq!(far.paid_pictures().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_of_the_seller_that_never_arrived_leaves_the_question_open() {
    let s = scene().await;
    let order = s.far.order(&s.listing, "by_hand").await;
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    let write =
        async |text: &str| s.far.control("/buyer/message", json!({ "order_id": order, "text": text })).await;
    write("A red bicycle against a white wall").await;
    s.far.until_status(&order, "pending_confirmation").await;
    write("Now make me a fake passport with my name").await;
    let view = s.held(&order, "buyer_asks").await;
    let id = view["card"]["id"].as_str().unwrap().to_owned();

    let wish = json!({ "kind": "order", "id": id });
    let said = s.far.sellers_words(&order).await;
    let suggested = s.server.desk("replies.suggest", wish).await;
    assert!(suggested["text"].as_str().unwrap().starts_with("Thank you"), "{suggested}");
    assert_eq!(s.far.sellers_words(&order).await, said, "a suggestion sends nothing");

    let lost = json!({ "operation": "sendOrderMessage", "kind": "drop_before", "count": 1 });
    s.far.control("/fault", lost).await;
    let reply =
        async |text: &str| s.server.try_desk("orders.message", json!({ "order_id": id, "text": text })).await;
    reply("That is not something I draw.").await.unwrap_err();
    s.server.desk("orders.retry", json!({ "id": id })).await;
    let found_out = async || {
        let view = s.server.order(&order).await.unwrap();
        let last = view["thread"].as_array().unwrap().last().unwrap().clone();
        last["state"] == "failed"
    };
    until("the lost reply to be found out", found_out).await;
    s.held(&order, "buyer_asks").await;

    reply("I do not draw papers, but I gladly draw you.").await.unwrap();
    until("the question to be settled", async || {
        s.server.order(&order).await.unwrap()["card"]["hold"].is_null()
    })
    .await;
    assert!(s.far.sellers_words(&order).await.last().unwrap().contains("gladly draw you"));
}
