//! Conversations and people, with the inbox read only when it is asked for; and the market's rules.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Desk, text};
use crate::far::until;
use crate::room::{said, talk, waiting};

/// Longer than any test: what comes in was asked for.
const NEVER: &str = "86400";

fn letter(conversation: &str, text: &str, key: &str) -> Value {
    json!({ "conversation_id": conversation, "text": text, "image_url": null, "key": key })
}

pub(super) async fn play() -> BTreeSet<String> {
    let desk = Desk::open(NEVER).await;
    until("the first look", async || desk.call("molt.get", json!({})).await["inbox"]["last_at"].is_string())
        .await;
    letters(&desk).await;
    strangers(&desk).await;
    rules(&desk).await;
    desk.called.into_inner().unwrap()
}

async fn letters(desk: &Desk) {
    let (id, person) = talk(&desk.far).await;
    assert_eq!(desk.call("people.conversations", json!({})).await["total"], 0, "nobody has looked yet");
    desk.call("molt.poll_now", json!({})).await;
    until("the news to be read and marked", async || waiting(&desk.far).await == (0, 1)).await;
    until("the letter", async || {
        let list = desk.call("people.conversations", json!({})).await;
        list["unread"] == 1 && list["conversations"][0]["person_id"] == json!(person)
    })
    .await;
    let seen = desk.call("people.conversation", json!({ "id": id })).await;
    assert_eq!(seen["letters"].as_array().unwrap().len(), 1);
    assert_eq!(desk.call("people.conversations", json!({})).await["unread"], 0, "what was opened is seen");

    desk.call("people.send", letter(&id, "Good morning", "a")).await;
    desk.call("people.send", letter(&id, "Good morning", "a")).await;
    until("the letter on the market", async || said(&desk.far, &id).await == ["Good morning"]).await;
    let outside = "Please send the payment before I start";
    let first = desk.call("people.send", letter(&id, outside, "b")).await;
    let second = desk.call("people.send", letter(&id, outside, "c")).await;
    assert_eq!((&first["state"], &second["state"]), (&json!("held"), &json!("held")));
    desk.call("people.discard_held", json!({ "id": second["id"] })).await;
    desk.call("people.send_held", json!({ "id": first["id"] })).await;
    until("the held letter", async || said(&desk.far, &id).await == ["Good morning", outside]).await;
    assert_eq!(desk.refusal("people.send_held", json!({ "id": second["id"] })).await, "conflict");
    let third = desk.call("people.send", letter(&id, outside, "e")).await;
    let back = desk.call("people.take_back", json!({ "id": third["id"] })).await;
    assert_eq!(back["text"], outside, "to be changed");
    let list = desk.call("people.conversations", json!({})).await;
    assert_eq!(list["outbox"], json!([]), "nothing waits any more");
    let seen = desk.call("people.conversation", json!({ "id": id })).await;
    let oldest = json!({ "conversation_id": id, "before": seen["letters"][0]["id"] });
    assert_eq!(desk.call("people.older", oldest).await, json!({ "letters": [], "has_older": false }));
    let all = json!({ "only": null, "search": "Good morning", "after": null, "limit": null });
    let found = desk.call("messages.list", all).await;
    assert_eq!(
        (&found["threads"][0]["id"], &found["threads"][0]["kind"]),
        (&json!(id), &json!("conversation"))
    );

    let none = desk.refusal("people.picture_address", json!({ "id": "1" })).await;
    assert_eq!(none, "no_links", "nothing leads here from outside");

    suggested(desk, &id).await;

    let replies = json!({ "replies": [{ "name": "Hello", "text": "Hello {name}!" }] });
    desk.call("replies.save", replies.clone()).await;
    assert_eq!(desk.call("replies.list", json!({})).await, replies);
}

/// A suggestion is paid for, and sends nothing.
async fn suggested(desk: &Desk, id: &str) {
    let said_before = said(&desk.far, id).await;
    let read = desk.far.received("chatCompletion").await;
    let wish = json!({ "kind": "conversation", "id": id });
    let reply = desk.call("replies.suggest", wish.clone()).await;
    assert!(text(&reply["text"]).starts_with("Thank you"), "{reply}");
    assert_eq!(desk.far.received("chatCompletion").await, read + 1, "one question to the model");
    assert_eq!(said(&desk.far, id).await, said_before, "nothing is sent by itself");
    let unknown = json!({ "kind": "conversation", "id": "nobody" });
    assert_eq!(desk.refusal("replies.suggest", unknown).await, "not_found");
    assert_eq!(desk.refusal("replies.suggest", json!({ "kind": "x", "id": id })).await, "invalid");
    let mut settings = desk.call("settings.get", json!({})).await["values"].clone();
    let cap = settings["cap_per_order_usd"].take();
    settings["cap_per_order_usd"] = json!("0.001");
    desk.call("settings.save", settings.clone()).await;
    assert_eq!(desk.refusal("replies.suggest", wish).await, "over_cap");
    settings["cap_per_order_usd"] = cap;
    desk.call("settings.save", settings).await;
}

async fn strangers(desk: &Desk) {
    let job = desk.far.control("/molt/job", json!({ "kind": "by_hand" })).await;
    let (job_id, poster) = (text(&job["job_id"]), text(&job["account_id"]));
    let question = "May I ask about the size?";
    let first =
        json!({ "person_id": poster, "job_id": job_id, "text": question, "image_url": null, "key": "d" });
    desk.call("people.start", first).await;
    let me = desk.far.address("molt_agent_id").to_owned();
    until("the first letter to somebody", async || {
        desk.said_about(&job_id).await == [(me.clone(), question.to_owned())]
    })
    .await;

    let found = desk.call("people.agents", json!({ "skills": [], "limit": 100 })).await;
    assert!(found["agents"].as_array().unwrap().iter().any(|agent| agent["id"] == json!(poster)), "{found}");
    let one = desk.call("people.agent", json!({ "id": poster })).await;
    let there = desk.far.look(&format!("/molt/account/{poster}")).await["account"].clone();
    assert_eq!((&one["id"], &one["name"]), (&json!(poster), &there["name"]));
    assert_eq!(one["wallets"][0]["address"], there["wallets"][0]["address"], "in full");

    let report = json!({ "person_id": poster, "reason": "scam", "details": "Wants a fee." });
    desk.call("people.report", report).await;
    let reports = desk.far.look("/molt/state").await["reports"].clone();
    assert_eq!(reports.as_array().unwrap().len(), 1, "{reports}");
    assert!(reports.to_string().contains(&poster), "{reports}");
    let budgets = desk.call("people.budgets", json!({})).await;
    let of = |operation: &str| {
        let all = budgets["budgets"].as_array().unwrap();
        all.iter().find(|budget| budget["operation"] == operation).map(|budget| budget["used"].clone())
    };
    assert_eq!((of("send-message"), of("report-user")), (Some(json!(3)), Some(json!(1))), "{budgets}");
    assert_eq!(desk.far.received("sendMessage").await, 3, "what is counted is what went out");
}

async fn rules(desk: &Desk) {
    desk.far.control("/molt/version", json!({ "version": "2.3.0", "summary": "Be kind." })).await;
    let early = json!({ "version": "2.3.0" });
    assert_eq!(
        desk.refusal("molt.acknowledge_rules", early.clone()).await,
        "conflict",
        "nobody has seen them"
    );
    desk.call("molt.poll_now", json!({})).await;
    until("the new rules", async || {
        let molt = desk.call("molt.get", json!({})).await;
        molt["rules"]["current_version"] == "2.3.0" && molt["rules"]["summary"] == "Be kind."
    })
    .await;
    let account = format!("/molt/account/{}", desk.far.address("molt_agent_id"));
    let told = async || desk.far.look(&account).await["account"]["document_version"].clone();
    assert_eq!(told().await, "2.2.0", "nothing is acknowledged by itself");
    desk.call("molt.acknowledge_rules", early).await;
    until("the market to know", async || told().await == "2.3.0").await;
}
