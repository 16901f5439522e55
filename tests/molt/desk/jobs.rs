//! Jobs of others: found, applied for, won, paid and reviewed. The test plays the poster.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Desk, text};
use crate::far::until;

const LETTER: &str = "I would like to draw this for you.";

fn wish(job_id: &str, letter: &str, draft: bool) -> Value {
    json!({ "job_id": job_id, "letter": letter, "rate": "30", "yes": true, "draft": draft })
}

async fn posted(desk: &Desk, title: &str) -> (String, String) {
    let wish = json!({ "kind": "by_hand", "title": title, "pictures": 0, "criteria": ["Twenty words"],
        "description": "Twenty words about smoked tea, nothing else." });
    let posted = desk.far.control("/molt/job", wish).await;
    (text(&posted["job_id"]), text(&posted["api_key"]))
}

async fn applications(desk: &Desk, job_id: &str) -> Vec<Value> {
    let job = desk.far.look(&format!("/molt/job/{job_id}")).await;
    job["applications"].as_array().unwrap().clone()
}

pub(super) async fn play() -> BTreeSet<String> {
    let desk = Desk::open("0.3").await;
    let (job_id, key) = posted(&desk, "A short text about tea").await;
    settings(&desk).await;
    found(&desk, &job_id).await;
    let id = applied(&desk, &job_id).await;
    held(&desk).await;
    won(&desk, &job_id, &id, &key).await;
    desk.called.into_inner().unwrap()
}

async fn settings(desk: &Desk) {
    let before = desk.call("jobs.settings", json!({})).await;
    assert_eq!(before["mode"], "by_hand", "nothing is sent by itself at first");
    let form = json!({ "mode": "draft_letters", "most_a_day": 3, "least_fit": 100 });
    assert_eq!(desk.call("jobs.set_settings", form.clone()).await, form);
    assert_eq!(desk.call("jobs.settings", json!({})).await, form);
    let wrong = json!({ "mode": "by_hand", "most_a_day": 21, "least_fit": 0 });
    assert_eq!(desk.refusal("jobs.set_settings", wrong).await, "invalid");
}

async fn found(desk: &Desk, job_id: &str) {
    let all = json!({ "filter": { "skills": [] }, "offset": 0 });
    let found = desk.call("jobs.search", all).await;
    assert_eq!((&found["total"], &found["jobs"][0]["id"]), (&json!(1), &json!(job_id)));
    assert_eq!((&found["own_limit"], &found["sent_today"]), (&json!(3), &json!(0)));
    let one = desk.call("jobs.get", json!({ "id": job_id })).await;
    assert_eq!(one["success_criteria"], json!(["Twenty words"]));

    let search = json!({ "id": null, "name": "Tea", "filter": { "skills": [], "budget_min": "1" } });
    let saved = desk.call("jobs.saved_save", search).await;
    let looks = desk.far.received("browseJobs").await;
    until("the saved search to be looked at", async || {
        let list = desk.call("jobs.saved_list", json!({})).await;
        list["searches"][0]["looked_at"].is_string()
    })
    .await;
    assert!(desk.far.received("browseJobs").await > looks, "the market was asked");
    desk.call("jobs.saved_delete", json!({ "id": saved["id"] })).await;
    assert_eq!(desk.call("jobs.saved_list", json!({})).await["searches"], json!([]));
}

async fn applied(desk: &Desk, job_id: &str) -> String {
    let written = desk.call("jobs.draft_letter", json!({ "id": job_id })).await;
    assert_eq!(written["by_model"], true, "{written}");
    assert!(text(&written["text"]).contains("Twenty words"), "{written}");
    let draft = desk.call("jobs.apply", wish(job_id, LETTER, true)).await;
    assert_eq!(draft["state"], "draft");
    assert!(applications(desk, job_id).await.is_empty(), "a draft stays here");
    let sent = desk.call("jobs.apply", wish(job_id, LETTER, false)).await;
    desk.call("jobs.apply", wish(job_id, "Another letter", false)).await;
    assert_eq!((&sent["state"], &sent["id"]), (&json!("pending"), &draft["id"]));
    let there = applications(desk, job_id).await;
    assert_eq!(there.len(), 1, "{there:?}");
    assert_eq!((&there[0]["cover_letter"], &there[0]["proposed_rate"]), (&json!(LETTER), &json!(30.0)));
    text(&sent["id"])
}

async fn held(desk: &Desk) {
    let (job_id, _) = posted(desk, "A text about rivers").await;
    let link = "See my work at https://lin.example";
    assert_eq!(desk.refusal("jobs.apply", wish(&job_id, link, false)).await, "outgoing_blocked");
    assert!(applications(desk, &job_id).await.is_empty());
    let list = desk.call("jobs.applications", json!({})).await;
    let held = list["applications"].as_array().unwrap().iter().find(|one| one["job_id"] == json!(job_id));
    let held = held.unwrap();
    assert_eq!(held["state"], "held");
    let sent = desk.call("jobs.send_held", json!({ "id": held["id"], "yes": true })).await;
    assert_eq!(sent["state"], "pending");
    assert_eq!(applications(desk, &job_id).await[0]["cover_letter"], link);

    let (job_id, _) = posted(desk, "A text about hills").await;
    assert_eq!(desk.refusal("jobs.apply", wish(&job_id, link, false)).await, "outgoing_blocked");
    let of_job = async || {
        let list = desk.call("jobs.applications", json!({})).await;
        list["applications"].as_array().unwrap().iter().find(|one| one["job_id"] == json!(job_id)).cloned()
    };
    let held = of_job().await.unwrap();
    desk.call("jobs.discard", json!({ "id": held["id"] })).await;
    assert_eq!(of_job().await, None);
    assert!(applications(desk, &job_id).await.is_empty());
}

async fn won(desk: &Desk, job_id: &str, id: &str, key: &str) {
    let application = applications(desk, job_id).await[0]["id"].clone();
    let accept = json!({ "application_id": application, "action": "accept" });
    desk.as_somebody(key, "/manage-application", accept).await;
    let one = async || desk.call("jobs.application", json!({ "id": id })).await;
    until("the acceptance and the order", async || {
        let one = one().await;
        one["state"] == "accepted" && one["order_id"].is_string()
    })
    .await;
    // The robot greets the poster about now; what is counted is what ticking brings.
    let order = json!({ "id": one().await["order_id"] });
    desk.call("orders.pause", order.clone()).await;
    until("what was begun before the pause", async || {
        let seen = desk.call("orders.get", order.clone()).await;
        seen["recorder"].as_array().unwrap().iter().all(|entry| entry["kind"] != "step_begun")
    })
    .await;
    let said = desk.far.received("sendMessage").await;
    let tick = json!({ "id": id, "criterion": 0, "ticked": true });
    assert_eq!(desk.call("jobs.tick", tick).await["criteria"][0]["ticked"], true);
    assert_eq!(one().await["criteria"][0]["ticked"], true, "it is kept");
    assert_eq!(desk.far.received("sendMessage").await, said, "the list is the seller's own");
    desk.call("orders.resume", order).await;
    let review = json!({ "id": id, "rating": 5, "text": "Clear and friendly." });
    assert_eq!(desk.refusal("jobs.review", review.clone()).await, "not_now");
    let end = json!({ "job_id": job_id, "status": "completed", "final_payout": 30 });
    desk.as_somebody(key, "/update-job", end).await;
    until("the end of the job", async || {
        let one = one().await;
        one["job_status"] == "completed" && one["payment"] == "expected"
    })
    .await;
    let paid = json!({ "id": id, "payment": "received", "amount": "30", "note": "By wallet." });
    let paid = desk.call("jobs.payment", paid).await;
    assert_eq!((&paid["payment"], &paid["payment_amount"]), (&json!("received"), &json!("30")));
    let left = desk.call("jobs.review", review.clone()).await;
    assert_eq!(left["review"], "left");
    desk.call("jobs.review", review).await;
    let job = desk.far.look(&format!("/molt/job/{job_id}")).await;
    let reviews = job["reviews"].as_array().unwrap();
    assert_eq!(reviews.len(), 1, "{reviews:?}");
    assert_eq!((&reviews[0]["rating"], &reviews[0]["content"]), (&json!(5.0), &json!("Clear and friendly.")));
}
