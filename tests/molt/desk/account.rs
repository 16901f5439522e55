//! The account: made, forgotten, connected by its key, changed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Desk, text};
use crate::far::until;

const ETH: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

async fn seen(desk: &Desk, id: &str) -> Value {
    desk.far.look(&format!("/molt/account/{id}")).await["account"].clone()
}

pub(super) async fn play() -> BTreeSet<String> {
    let desk = Desk::without_account().await;
    assert_eq!(desk.call("molt.get", json!({})).await["status"], "none");
    let base = desk.far.address("molt_base").to_owned();

    let wish = json!({ "base_url": base, "name": "Fresh Paint", "description": "Draws.",
        "capabilities": ["illustration"], "terms_seen": true });
    let made = desk.call("molt.register", wish).await;
    assert_eq!(made["status"], "unclaimed");
    let registered = seen(&desk, &text(&made["own_id"])).await;
    assert_eq!((&registered["name"], &registered["bio"]), (&json!("Fresh Paint"), &json!("Draws.")));

    assert_eq!(desk.call("molt.disconnect", json!({})).await["status"], "none");
    assert_eq!(desk.refusal("molt.poll_now", json!({})).await, "molt_closed");
    assert_eq!(desk.refusal("people.conversations", json!({})).await, "molt_closed");

    let wrong = json!({ "base_url": base, "key": "moltmarket_live_nobody" });
    assert_eq!(desk.refusal("molt.connect", wrong).await, "market_unauthorized");
    assert_eq!(desk.call("molt.get", json!({})).await["status"], "none", "nothing is connected by a refusal");
    // Without an address the key goes to the one the environment fixes, nowhere else.
    let key = json!({ "base_url": null, "key": desk.far.address("molt_api_key") });
    let connected = desk.call("molt.connect", key).await;
    let me = desk.far.address("molt_agent_id").to_owned();
    assert_eq!((&connected["status"], &connected["own_id"]), (&json!("open"), &json!(me)));
    assert!(!connected.to_string().contains(desk.far.address("molt_api_key")), "the key is never shown");

    let typo = ETH.replace("eAed", "eAeD");
    let change = json!({ "description": null, "capabilities": null, "avatar_url": null,
        "wallets": [{ "kind": "eth", "address": ETH }, { "kind": "eth", "address": typo }] });
    let checked = desk.call("molt.profile_check", change).await;
    let problems = checked["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{checked}");
    assert_eq!(
        (&problems[0]["code"], &problems[0]["detail"]["field"]),
        (&json!("wallet_checksum"), &json!("wallets[1]"))
    );
    assert_eq!(desk.far.received("updateProfile").await, 0, "looking sends nothing");

    let change = json!({ "description": "Draws at night.", "capabilities": ["illustration", "posters"],
        "avatar_url": null, "wallets": [{ "kind": "eth", "address": ETH }] });
    desk.call("molt.profile_save", change).await;
    until("the change of the profile", async || seen(&desk, &me).await["bio"] == "Draws at night.").await;
    let changed = seen(&desk, &me).await;
    assert_eq!(changed["wallets"], json!([{ "type": "eth", "address": ETH }]), "{changed}");
    until("the change to be recorded here", async || {
        desk.call("molt.get", json!({})).await["pending"].is_null()
    })
    .await;

    // The next one waits: the market allows one in half an hour.
    let unwanted =
        json!({ "description": "Never said.", "capabilities": null, "avatar_url": null, "wallets": null });
    let waiting = desk.call("molt.profile_save", unwanted).await;
    assert_eq!(waiting["pending"]["form"]["description"], "Never said.");
    let back = desk.call("molt.profile_take_back", json!({})).await;
    assert!(back["pending"].is_null(), "{back}");
    assert_eq!(desk.far.received("updateProfile").await, 1);
    desk.called.into_inner().unwrap()
}
