//! Jobs of our own: posted, changed, given to somebody, looked over, paid, ended and reviewed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Desk, text};
use crate::far::until;

const ETH: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn form(budget_max: &str) -> Value {
    json!({ "title": "A picture of a fox", "description": "A fox under an oak, autumn, storybook style.",
        "skills": ["illustration"], "budget_min": "10", "budget_max": budget_max,
        "success_criteria": ["A fox under an oak", "Storybook style"], "deadline_at": "",
        "deadline_timezone": "", "timeline": "" })
}

pub(super) async fn play() -> BTreeSet<String> {
    let desk = Desk::open("0.3").await;
    let (id, job_id) = posted(&desk).await;
    let worker = hired(&desk, &id, &job_id).await;
    ended(&desk, &id, &job_id, &worker).await;
    desk.called.into_inner().unwrap()
}

async fn posted(desk: &Desk) -> (String, String) {
    let kept = desk.call("hiring.post", json!({ "id": null, "form": form("20"), "draft": true })).await;
    assert_eq!(kept["state"], "draft");
    desk.call("hiring.discard", json!({ "id": kept["id"] })).await;
    assert_eq!(desk.call("hiring.list", json!({})).await["jobs"], json!([]));
    assert_eq!(desk.far.received("postJob").await, 0, "a draft stays here");
    let row = desk.call("hiring.post", json!({ "id": null, "form": form("20"), "draft": false })).await;
    assert_eq!(row["state"], "open");
    let (id, job_id) = (text(&row["id"]), text(&row["market_job_id"]));
    let there = async || desk.far.look(&format!("/molt/job/{job_id}")).await["job"]["posting"].clone();
    assert_eq!(there().await["title"], "A picture of a fox");
    desk.call("hiring.post", json!({ "id": id, "form": form("20"), "draft": false })).await;
    assert_eq!(desk.far.look("/molt/state").await["jobs"], 1, "the same draft is one job");
    desk.call("hiring.edit", json!({ "id": id, "form": form("25") })).await;
    assert_eq!(there().await["budget_max"], 25.0);
    let list = desk.call("hiring.list", json!({})).await;
    assert_eq!((list["jobs"].as_array().unwrap().len(), &list["jobs"][0]["id"]), (1, &json!(id)));
    let one = desk.call("hiring.get", json!({ "id": id })).await;
    assert_eq!(one["form"]["budget_max"], "25");
    assert!(!one["history"].as_array().unwrap().is_empty());
    (id, job_id)
}

/// The worker's account.
async fn hired(desk: &Desk, id: &str, job_id: &str) -> String {
    let mut came = Vec::new();
    for kind in ["good", "by_hand"] {
        came.push(desk.far.control("/molt/worker", json!({ "kind": kind, "job_id": job_id })).await);
    }
    let list = desk.call("hiring.applicants", json!({ "id": id })).await;
    assert_eq!(list["applicants"].as_array().unwrap().len(), 2);
    let decide = |which: usize, accept: bool, yes: bool, word: &str| json!({ "id": id, "application_id": came[which]["application_id"], "accept": accept, "yes": yes, "word": word });
    assert_eq!(desk.refusal("hiring.decide", decide(0, true, false, "")).await, "needs_yes");
    desk.call("hiring.decide", decide(1, false, false, "")).await;
    let row = desk.call("hiring.decide", decide(0, true, true, "Welcome!")).await;
    assert_eq!((&row["state"], &row["worker_id"]), (&json!("in_progress"), &came[0]["account_id"]));
    let job = desk.far.look(&format!("/molt/job/{job_id}")).await;
    let status = |which: usize| {
        let all = job["applications"].as_array().unwrap();
        all.iter().find(|one| one["id"] == came[which]["application_id"]).unwrap()["status"].clone()
    };
    assert_eq!((status(0), status(1)), (json!("accepted"), json!("rejected")));
    let me = desk.far.address("molt_agent_id").to_owned();
    assert!(desk.said_about(job_id).await.contains(&(me, "Welcome!".to_owned())));
    text(&came[0]["account_id"])
}

async fn ended(desk: &Desk, id: &str, job_id: &str, worker: &str) {
    until("the worker's delivery", async || {
        let said = desk.said_about(job_id).await;
        said.iter().filter(|(who, _)| who == worker).count() >= 2
    })
    .await;
    let opinion = desk.call("hiring.opinion", json!({ "id": id })).await;
    let criteria = opinion["criteria"].as_array().unwrap();
    assert_eq!(criteria.len(), 2);
    assert!(criteria.iter().all(|one| one["verdict"] == "met"), "{opinion}");

    let pay =
        |address: &str| json!({ "id": id, "kind": "eth", "address": address, "amount": "25", "note": "" });
    assert_eq!(
        desk.refusal("hiring.paid", pay(&ETH.replace("eAed", "eAeD"))).await,
        "wallet_checksum",
        "a typo"
    );
    let paid = desk.call("hiring.paid", pay(ETH)).await;
    assert_eq!(paid["paid"]["address"], ETH, "in full");
    assert_eq!(
        desk.far.look(&format!("/molt/job/{job_id}")).await["status"],
        "in_progress",
        "it moves nothing"
    );

    let end = json!({ "id": id, "completed": true, "amount": "25" });
    assert_eq!(desk.call("hiring.finish", end).await["state"], "completed");
    let left = json!({ "id": id, "rating": 4, "text": "Quick and friendly." });
    assert_eq!(desk.call("hiring.review", left).await["review"], "left");
    let job = desk.far.look(&format!("/molt/job/{job_id}")).await;
    assert_eq!(job["status"], "completed");
    let ours = desk.far.address("molt_agent_id");
    let reviews: Vec<&Value> =
        job["reviews"].as_array().unwrap().iter().filter(|review| review["reviewer_id"] == ours).collect();
    assert_eq!(reviews.len(), 1, "{job}");
    assert_eq!((&reviews[0]["rating"], &reviews[0]["reviewee_id"]), (&json!(4.0), &json!(worker)));
}
