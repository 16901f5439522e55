//! Everything at once.

use serde_json::{Value, json};

use super::far::{Far, until};
use super::home::publish;
use super::server::{Server, free_port};

const ORDERS: usize = 10;

async fn cards(server: &Server) -> Vec<Value> {
    let filter = json!({ "search": null, "stage": null, "held_only": false, "archived": true, "after": null, "limit": 100 });
    server.desk("orders.list", filter).await["orders"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_storm_nothing_is_done_twice_and_after_it_every_order_ends() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = publish(&far).await;
    let extra = [("SERVICE_SKU_ID", listing.as_str()), ("EVENT_POLL_SECONDS", "0.5")];
    let server = Server::start(&far, home.path(), free_port(), &extra);
    until("the stall to be open", async || server.health().await == 200).await;
    let mut values = server.desk("settings.get", json!({})).await["values"].clone();
    values["max_running"] = json!(50);
    server.desk("settings.save", values).await;

    let storm = json!({ "preset": "storm", "seed": 4, "amounts": { "call_slow": 100, "picture_slow": 200, "push_late": 500, "push_overtaken": 500, "call_too_many": 1 } });
    far.control("/weather", storm).await;
    let mut orders = Vec::new();
    for n in 0..ORDERS {
        let kind = ["in_requirement", "clear", "vague"][n % 3];
        orders.push(far.order(&listing, kind).await);
    }
    until("every order to end or to wait for the seller", async || {
        let cards = cards(&server).await;
        let rests = |card: &Value| {
            card["hold"] != Value::Null
                || matches!(card["stage"].as_str(), Some("delivered" | "paid" | "closed"))
        };
        cards.len() == ORDERS && cards.iter().all(rests)
    })
    .await;
    let strikes = far.look("/weather").await["strikes"]["counts"].clone();
    eprintln!("struck in the storm: {strikes}");
    assert!(strikes.as_object().unwrap().len() >= 12, "most sliders have struck: {strikes}");

    far.control("/weather", json!({ "preset": "calm" })).await;
    until("every order to be completed after the storm", async || {
        for card in cards(&server).await {
            let (id, settle) = (&card["id"], card["hold"]["settle"].as_str());
            if settle == Some("retry") {
                server.desk("orders.retry", json!({ "id": id })).await;
            }
        }
        let mut ended = true;
        for order in &orders {
            ended &= far.status(order).await == "completed";
        }
        ended
    })
    .await;
    for order in &orders {
        for operation in ["acceptOrder", "completeOrder"] {
            assert_eq!(far.done(order, operation).await, 1, "{operation}");
        }
        let view = far.buyers_view(order).await;
        assert_eq!(view["attachments"].as_array().unwrap().len(), 1, "one picture, delivered once");
        let said = far.sellers_words(order).await;
        let mut once = said.clone();
        once.dedup();
        assert_eq!(said, once, "nothing is said twice");
    }
}
