//! News that comes again and again, in any order.

use serde_json::{Value, json};

use super::far::{Far, until};
use super::home::{effects, publish};
use super::server::{Server, free_port};

/// How an order ended, and everything that was done to the outside world for it.
#[derive(Debug, PartialEq)]
struct End {
    status: String,
    effects: Vec<(&'static str, u64)>,
    files: usize,
    turns: Vec<String>,
}

async fn end(far: &Far, order: &str) -> End {
    let view = far.buyers_view(order).await;
    let messages = view["messages"].as_array().unwrap().iter();
    End {
        status: view["status"].as_str().unwrap().to_owned(),
        effects: effects(far, order).await,
        files: view["attachments"].as_array().unwrap().len(),
        turns: messages.map(|message| message["from"].as_str().unwrap().to_owned()).collect(),
    }
}

/// One order of each kind, walked to its end in this weather; what came of them and how many pictures were paid.
async fn walked(far: &Far, listing: &str, weather: Value) -> (Vec<End>, u64) {
    far.control("/weather", weather).await;
    let paid_before = far.paid_pictures().await;
    let mut orders = Vec::new();
    for kind in ["in_requirement", "vague", "changes_mind"] {
        orders.push(far.order(listing, kind).await);
    }
    for order in &orders {
        far.until_status(order, "completed").await;
    }
    until("the last copy to arrive", async || far.look("/state").await["pushes_under_way"] == 0).await;
    let mut ends = Vec::new();
    for order in &orders {
        ends.push(end(far, order).await);
    }
    (ends, far.paid_pictures().await - paid_before)
}

#[tokio::test(flavor = "multi_thread")]
async fn events_repeated_up_to_twenty_times_in_any_order_do_what_each_does_once_in_order() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = publish(&far).await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    until("the stall to be open", async || server.health().await == 200).await;

    let in_order = walked(&far, &listing, json!({ "preset": "calm" })).await;
    assert_eq!(in_order.1, 4, "one picture each, and one for the change of mind");
    for seed in [1, 2, 3] {
        let shuffled = json!({
            "preset": "calm", "seed": seed,
            "chances": { "push_repeated": 1, "push_late": 1, "push_overtaken": 0.5 },
            "amounts": { "push_repeated": 20, "push_late": 700, "push_overtaken": 400 },
        });
        let ended = walked(&far, &listing, shuffled).await;
        assert_eq!(ended, in_order, "seed {seed}");
        let repeated = far.look("/weather").await["strikes"]["counts"]["push_repeated"].as_u64().unwrap();
        assert!(repeated >= 9, "{repeated} events were repeated");
    }
    drop(server);
}
