//! Killed in the middle of an order and started again: everything happened once.

use serde_json::json;

use super::far::{Far, until};
use super::server::{Server, free_port};

/// Kills the server while this call is being answered, at each of its two bad moments, and lets a new one finish.
async fn killed_at(operation: &str, fault: &str) {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let port = free_port();
    let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &listing)]);
    until("the stall to be open", async || server.health().await == 200).await;

    // The call hangs at the far side, before or after its effect, long enough to be killed in.
    let hang = match fault {
        "before" => json!({ "operation": operation, "kind": "drop_before", "count": 1 }),
        _ => json!({ "operation": operation, "kind": "drop_after", "count": 1 }),
    };
    let asked_before = far.received(operation).await;
    far.control("/fault", hang).await;
    let order = far.order(&listing, "in_requirement").await;
    until("the call to be made", async || far.received(operation).await > asked_before).await;
    server.kill_hard();
    far.control("/fault/clear", json!({})).await;

    let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &listing)]);
    until("the order to be delivered", async || {
        matches!(far.status(&order).await.as_str(), "pending_confirmation" | "completed")
    })
    .await;
    for operation in ["acceptOrder", "uploadOrderAttachment", "completeOrder"] {
        assert_eq!(far.done(&order, operation).await, 1, "{operation} after a kill at {operation} {fault}");
    }
    let said = far.sellers_words(&order).await;
    let mut once = said.clone();
    once.dedup();
    assert_eq!(said, once, "nothing is said twice");
    let view = far.buyers_view(&order).await;
    assert_eq!(view["attachments"].as_array().unwrap().len(), 1);
    until("our own record", async || {
        server.order(&order).await.is_some_and(|view| view["card"]["stage"] != "making")
    })
    .await;
    // The answer of a paid call that was never seen may be paid once more, and only then.
    let most_paid = if operation == "chatCompletion" && fault == "after" { 2 } else { 1 };
    assert!(far.paid_pictures().await <= most_paid, "{} pictures were paid", far.paid_pictures().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn delivers_once_when_killed_at_accept() {
    killed_at("acceptOrder", "before").await;
    killed_at("acceptOrder", "after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delivers_once_when_killed_at_the_upload() {
    killed_at("uploadOrderAttachment", "before").await;
    killed_at("uploadOrderAttachment", "after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delivers_once_when_killed_while_telling_the_buyer() {
    killed_at("sendOrderMessage", "before").await;
    killed_at("sendOrderMessage", "after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delivers_once_when_killed_at_complete() {
    killed_at("completeOrder", "before").await;
    killed_at("completeOrder", "after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guides_once_and_pays_once_when_killed_between_guidance_and_drawing() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let port = free_port();
    let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &listing)]);
    until("the stall to be open", async || server.health().await == 200).await;
    let order = far.order(&listing, "by_hand").await;
    until("the guidance message", async || far.sellers_words(&order).await.len() == 1).await;
    server.kill_hard();
    // The buyer answers while nobody is there.
    far.control(
        "/buyer/message",
        json!({ "order_id": order, "text": "A lighthouse in a storm, oil painting" }),
    )
    .await;
    let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &listing)]);
    far.until_status(&order, "pending_confirmation").await;
    for operation in ["acceptOrder", "uploadOrderAttachment", "completeOrder"] {
        assert_eq!(far.done(&order, operation).await, 1, "{operation}");
    }
    assert_eq!(far.sellers_words(&order).await.len(), 2, "one guidance, one delivery");
    assert_eq!(far.paid_pictures().await, 1);
    drop(server);
}
