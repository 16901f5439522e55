//! A stall that serves this market alone, run by the real server: what it says of itself is true.

use serde_json::{Value, json};

use super::account::molt;
use super::far::until;
use super::given::{Home, apply};
use super::server::Server;

/// As often as the market lets own jobs be listed.
const PACE: (&str, &str) = ("MOLTMARKET_POLL_SECONDS", "2.1");
/// No key of the other market.
const ALONE: [(&str, &str); 2] = [("CREDENTIALS_FILE", ""), ("AGENT_MARKET_BASE_URL", "")];

async fn light(server: &Server) -> (String, String) {
    let light = server.desk("stall.get", json!({})).await["light"].clone();
    (light["colour"].as_str().unwrap().to_owned(), light["reason"].as_str().unwrap().to_owned())
}

async fn until_light(server: &Server, colour: &str, reason: &str) {
    let wanted = (colour.to_owned(), reason.to_owned());
    until(&format!("the light to be {wanted:?}"), async || light(server).await == wanted).await;
}

#[tokio::test]
async fn a_stall_of_this_market_alone_says_what_is_true() {
    let home = Home::open().await;
    let server = home.serve(&[ALONE[0], ALONE[1], PACE]).await;
    until("the account", async || molt(&server).await["status"] == "open").await;
    until_light(&server, "green", "serving").await;
    assert_eq!(server.health().await, 200);
    let job_id = home.post_fox("silent").await;
    apply(&server, &job_id).await;
    let today = async || server.desk("today.get", json!({})).await;
    until("the delivered job on the first screen", async || {
        today().await["latest"]
            .as_array()
            .unwrap()
            .iter()
            .any(|card| card["market_order_id"] == json!(job_id))
    })
    .await;
    let seen = today().await;
    assert_eq!(seen["pictures"].as_array().unwrap().len(), 1, "{seen}");
    assert!(seen["spent_today_usd"].as_str().unwrap().parse::<f64>().unwrap() > 0.0, "{seen}");
    assert_eq!((&seen["earned_today"], &seen["in_escrow"]), (&json!("0"), &json!("0")), "it holds no money");
    assert_eq!((&seen["orders_missed"], &seen["missed_since"]), (&json!(0), &Value::Null));
    let stall = server.desk("stall.get", json!({})).await;
    assert_eq!((&stall["mode"], &stall["first_order_done"]), (&json!("live"), &json!(true)));
    let models = server.desk("settings.models", json!({})).await;
    assert!(!models["picture"].as_array().unwrap().is_empty(), "{models}");

    server.desk("stall.set_open", json!({ "open": false })).await;
    until_light(&server, "grey", "closed").await;
    assert_eq!(server.health().await, 503);
    server.desk("stall.set_open", json!({ "open": true })).await;
    until_light(&server, "green", "serving").await;

    let away =
        json!({ "operation": "checkNotifications", "kind": "fail_before", "status": 503, "count": 1000 });
    home.far.control("/fault", away).await;
    until_light(&server, "red", "market_unreachable").await;
    home.far.control("/fault/clear", json!({})).await;
    until_light(&server, "green", "serving").await;
}

#[tokio::test]
async fn a_stall_alone_whose_model_refuses_its_key_is_not_green() {
    let home = Home::open().await;
    let server = home.serve(&[ALONE[0], ALONE[1], PACE, ("OPENROUTER_API_KEY", "sk-or-v1-nobodys")]).await;
    let job_id = home.post_fox("silent").await;
    apply(&server, &job_id).await;
    until_light(&server, "red", "model_key_refused").await;
    let order = server.order(&job_id).await.unwrap();
    assert_eq!(home.far.paid_pictures().await, 0, "{order}");
}

#[tokio::test]
async fn state_json_lists_a_given_job_until_it_is_done_and_how_it_was_paid() {
    let home = Home::open().await;
    let server = home.serve(&[ALONE[0], ALONE[1], PACE]).await;
    let file = home.dir.path().join("data/moltmarket/STATE.json");
    let state = || -> Value {
        std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    };
    let silent = home.post_fox("silent").await;
    apply(&server, &silent).await;
    until("the active job", async || state()["active_jobs"][0]["job_id"] == json!(silent)).await;
    let active = state()["active_jobs"][0].clone();
    assert_eq!(active["status"], "in_progress", "{active}");
    assert!(!active["success_criteria"].as_array().unwrap().is_empty(), "{active}");
    let clear = home.post_fox("clear").await;
    apply(&server, &clear).await;
    home.until_status(&clear, "completed").await;
    until("the completed job", async || state()["completed_jobs"][0]["job_id"] == json!(clear)).await;
    let list = server.desk("jobs.applications", json!({})).await;
    let id = list["applications"].as_array().unwrap().iter().find(|one| one["job_id"] == json!(clear));
    let paid = json!({ "id": id.unwrap()["id"], "payment": "received", "amount": null, "note": "" });
    server.desk("jobs.payment", paid).await;
    until("the payment", async || state()["completed_jobs"][0]["payment_status"] == "received").await;
    let state = state();
    assert_eq!(state["completed_jobs"][0]["review_left"], false, "{state}");
    let active = state["active_jobs"].as_array().unwrap();
    assert_eq!(active.len(), 1, "{state}");
}

#[tokio::test]
async fn the_sellers_acts_on_a_given_job_do_what_they_say() {
    let home = Home::open().await;
    let server = home.serve(&[ALONE[0], ALONE[1], PACE]).await;
    let job_id = home.post_fox("silent").await;
    apply(&server, &job_id).await;
    let card = async || server.order(&job_id).await.unwrap_or_default()["card"].clone();
    until("the delivery", async || card().await["next"] == "wait_confirm").await;
    let view = server.order(&job_id).await.unwrap();
    let actions = view["actions"].as_array().unwrap();
    for impossible in ["decline", "cancel", "complete"] {
        assert!(!actions.contains(&json!(impossible)), "only the poster ends a job: {actions:?}");
    }
    let id = view["card"]["id"].clone();

    server.desk("orders.message", json!({ "order_id": id, "text": "I chose a darker green." })).await;
    assert_eq!(home.said(&job_id).await.last().unwrap(), "I chose a darker green.");
    server.desk("orders.pause", json!({ "id": id })).await;
    server.desk("orders.redraw", json!({ "order_id": id, "prompt": "A fox under an oak, darker" })).await;
    until("the pause to hold", async || card().await["next"] == "wait_seller").await;
    assert_eq!(home.far.paid_pictures().await, 1, "nothing is drawn while it is paused");
    server.desk("orders.resume", json!({ "id": id })).await;
    until("the second delivery", async || {
        super::given::deliveries(&home.said(&job_id).await, &home.street).len() == 2
    })
    .await;
    assert_eq!(home.far.paid_pictures().await, 2);

    server.desk("orders.take_over", json!({ "id": id })).await;
    until("the take-over", async || card().await["next"] == "wait_seller").await;
    let refused = server.try_desk("orders.cancel", json!({ "order_id": id, "reason": "No time" })).await;
    assert!(refused.is_err(), "the market knows no such thing: {refused:?}");
    assert_eq!(home.job(&job_id).await["status"], "in_progress");
    server.desk("orders.hand_back", json!({ "id": id })).await;
    until("it to be the robot's again", async || card().await["next"] == "wait_confirm").await;
    assert_eq!(home.said(&job_id).await.len(), 4, "a greeting, two deliveries, one word of the seller's");
}
