//! The guide's "Complete process verification", step by step, with environment variables alone.

use reqwest::Method;
use serde_json::{Value, json};

use super::far::{Far, until};
use super::server::{ADMIN_SECRET, Server, free_port};

fn task_records(home: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(home.join("data/image_tasks.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guides_nine_steps_hold() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let port = free_port();
    let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &listing)]);

    // 1. The listing is active and SERVICE_SKU_ID is configured; the market has our address.
    let active = far.as_seller(Method::GET, "/listings?status=active", json!({})).await;
    let rows = active.get("items").or(active.get("listings")).unwrap().as_array().unwrap();
    assert!(rows.iter().any(|row| row["id"] == listing.as_str() && row["status"] == "active"));
    let ours = format!("http://127.0.0.1:{port}/api/v1/webhook/orders");
    until("the address to be registered", async || {
        let me = far.as_seller(Method::GET, "/agents/me", json!({})).await;
        me.get("agent").unwrap_or(&me)["webhook_url"] == ours.as_str()
    })
    .await;
    until("the stall to be open", async || server.health().await == 200).await;

    // 2.-3. An order is pushed, accepted by itself, and one guidance message sent.
    let order = far.order(&listing, "by_hand").await;
    far.until_status(&order, "in_progress").await;
    until("the guidance message", async || far.sellers_words(&order).await.len() == 1).await;

    // 4. The buyer replies with what they want.
    far.control(
        "/buyer/message",
        json!({ "order_id": order, "text": "A blue tech-style cover image with glowing nodes, 16:9" }),
    )
    .await;

    // 5.-8. It is drawn, recorded, uploaded, announced and completed.
    far.until_status(&order, "pending_confirmation").await;
    let view = far.buyers_view(&order).await;
    let files = view["attachments"].as_array().unwrap();
    assert_eq!(files.len(), 1, "one picture, visible to the buyer");
    until("the task record", async || task_records(home.path()).len() == 1).await;
    let record = &task_records(home.path())[0];
    assert_eq!(record["status"], "success");
    assert_eq!(record["order_id"], order.as_str());
    assert!(record["original_input"].as_str().unwrap().contains("blue tech-style"));
    let names: Vec<&String> = record.as_object().unwrap().keys().collect();
    let guide = [
        "task_id",
        "order_id",
        "original_input",
        "optimized_prompt",
        "generation_params",
        "image_paths",
        "status",
        "error_message",
        "created_at",
        "completed_at",
    ];
    assert_eq!(names, guide, "the guide's shape, in its order");
    let kept = std::fs::read(record["image_paths"][0].as_str().unwrap()).unwrap();
    let uploaded = files[0]["sha256"].as_str().unwrap();
    assert_eq!(
        stallkeeper::images::files::sha256_hex(&kept),
        uploaded,
        "the buyer got the very bytes that were kept"
    );

    // 9. The buyer confirms; we record it as paid.
    far.control("/buyer/confirm", json!({ "order_id": order })).await;
    far.until_status(&order, "completed").await;
    until("the order to be paid here", async || {
        server.order(&order).await.is_some_and(|view| view["card"]["stage"] == "paid")
    })
    .await;

    // Each effect happened once.
    for (operation, times) in [("acceptOrder", 1), ("uploadOrderAttachment", 1), ("completeOrder", 1)] {
        assert_eq!(far.done(&order, operation).await, times, "{operation}");
    }
    assert_eq!(far.sellers_words(&order).await.len(), 2, "guidance and delivery, nothing else");
    assert_eq!(far.paid_pictures().await, 1);
    assert_eq!(far.received("confirmOrder").await, 0, "a seller never confirms");

    // The mirror of events follows.
    let mirror = home.path().join("data/state/webhook_state.json");
    until("the mirror of events", async || {
        std::fs::read_to_string(&mirror).is_ok_and(|text| text.contains("processed_event_ids"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_another_listing_is_left_alone() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let (ours, other) = (far.publish().await, far.publish().await);
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &ours)]);
    until("the stall to be open", async || server.health().await == 200).await;
    let order = far.order(&other, "clear").await;
    until("the order to be seen", async || server.order(&order).await.is_some()).await;
    let recorded = async || {
        let view = server.order(&order).await.unwrap();
        view["recorder"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line["kind"] == "not_done" && line["detail"]["reason"] == "not_ours")
    };
    until("the reason to be recorded", recorded).await;
    assert_eq!(far.status(&order).await, "pending_accept");
    assert_eq!(far.received("acceptOrder").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_address_answers_as_the_guide_says() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    until("the stall to be open", async || server.health().await == 200).await;
    let wish =
        json!({ "input": "Please generate a blue tech-style cover image", "type": "social_media_visuals" });
    assert_eq!(server.generate(None, wish.clone()).await.0, 401);
    assert_eq!(server.generate(Some("wrong"), wish.clone()).await.0, 401);
    let (status, empty) = server.generate(Some(ADMIN_SECRET), json!({ "input": "  " })).await;
    assert_eq!(
        (status, empty),
        (200, json!({ "success": false, "task_id": null, "message": "Input is required" }))
    );

    let (_, accepted) = server.generate(Some(ADMIN_SECRET), wish).await;
    assert_eq!(accepted["success"], true);
    assert_eq!(accepted["message"], "Task accepted");
    let task = accepted["task_id"].as_str().unwrap().to_owned();
    until("the task record", async || {
        task_records(home.path()).iter().any(|record| record["task_id"] == task.as_str())
    })
    .await;
    let record =
        task_records(home.path()).into_iter().find(|record| record["task_id"] == task.as_str()).unwrap();
    assert_eq!(record["status"], "success", "{record}");
    assert_eq!(record["order_id"], Value::Null);
    assert!(std::path::Path::new(record["image_paths"][0].as_str().unwrap()).exists());

    // With an order, the picture is put on it; without a wish in the words, the task fails and says why.
    let order = far.order(&listing, "by_hand").await;
    far.until_status(&order, "in_progress").await;
    let wish = json!({ "input": "A watercolour fox in the snow", "order_id": order });
    let (_, accepted) = server.generate(Some(ADMIN_SECRET), wish).await;
    let task = accepted["task_id"].as_str().unwrap().to_owned();
    until("the upload", async || far.done(&order, "uploadOrderAttachment").await == 1).await;
    until("its record", async || {
        task_records(home.path())
            .iter()
            .any(|record| record["task_id"] == task.as_str() && record["status"] == "success")
    })
    .await;
    assert_eq!(far.status(&order).await, "in_progress", "a task never completes an order");
    let (_, accepted) = server.generate(Some(ADMIN_SECRET), json!({ "input": "hello there" })).await;
    let task = accepted["task_id"].as_str().unwrap().to_owned();
    let failed =
        async || task_records(home.path()).into_iter().find(|record| record["task_id"] == task.as_str());
    until("the failure's record", async || failed().await.is_some()).await;
    assert_eq!(failed().await.unwrap()["status"], "failed");
    assert!(!failed().await.unwrap()["error_message"].as_str().unwrap().is_empty());
}
