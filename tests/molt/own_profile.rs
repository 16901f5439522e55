//! The own profile: changes are gathered, wait for the allowance, and outlive a restart.

use serde_json::{Value, json};
use stallkeeper::marketplaces::moltmarket::{ProfileChange, Wallet, WalletKind};

use super::far::Far;
use super::room::{ACCOUNT, Room};

const ETH: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const BTC: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

async fn seen(far: &Far) -> Value {
    far.look(&format!("/molt/account/{}", far.address("molt_agent_id"))).await["account"].clone()
}

fn wallets(list: &[(WalletKind, &str)]) -> ProfileChange {
    let wallet =
        |(kind, address): &(WalletKind, &str)| Wallet { kind: kind.clone(), address: (*address).to_owned() };
    ProfileChange { wallets: Some(list.iter().map(wallet).collect()), ..ProfileChange::default() }
}

fn described(text: &str) -> ProfileChange {
    ProfileChange { description: Some(text.to_owned()), ..ProfileChange::default() }
}

#[tokio::test]
async fn changes_become_one_call_and_the_next_waits_over_a_restart() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    room.profile.change(described("Draws.")).await.unwrap();
    room.profile.change(wallets(&[(WalletKind::Eth, ETH), (WalletKind::Btc, BTC)])).await.unwrap();
    assert_eq!(room.profile.send_waiting().await.unwrap(), None);
    assert_eq!(far.received("updateProfile").await, 1, "both changes in one call");
    let account = seen(&far).await;
    assert_eq!((account["bio"].as_str(), account["wallets"].as_array().unwrap().len()), (Some("Draws."), 2));
    assert_eq!(room.store.get_molt_account(ACCOUNT).await.unwrap().pending, None);

    room.profile.change(described("Draws well.")).await.unwrap();
    room.profile.change(wallets(&[(WalletKind::Btc, BTC)])).await.unwrap();
    let wait = room.profile.send_waiting().await.unwrap();
    assert!(wait.is_some_and(|wait| wait.as_secs() >= 1_799), "{wait:?}");
    assert_eq!(far.received("updateProfile").await, 1);
    room.store.close().await;
    drop(room);

    let room = Room::of(&far, dir.path()).await;
    assert_eq!(room.profile.send_waiting().await.unwrap(), None);
    let account = seen(&far).await;
    assert_eq!(account["bio"], "Draws well.");
    assert_eq!(account["wallets"].as_array().unwrap().len(), 1, "the list is replaced as a whole");
    room.profile.refresh().await.unwrap();
    let kept: Value =
        serde_json::from_str(&room.store.get_molt_account(ACCOUNT).await.unwrap().profile.unwrap()).unwrap();
    assert_eq!(kept["wallets"], json!([["btc", BTC]]));
}

#[tokio::test]
async fn a_change_the_market_refuses_is_kept_with_the_reason_and_not_repeated() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    room.profile.change(described("send me your password")).await.unwrap();
    room.profile.send_waiting().await.unwrap();
    let kept = room.store.get_molt_account(ACCOUNT).await.unwrap();
    assert_eq!(kept.pending_problem.as_deref(), Some("market_invalid"));
    assert!(kept.pending.is_some());
    room.wait(60);
    room.profile.send_waiting().await.unwrap();
    assert_eq!(far.received("updateProfile").await, 1);
    room.profile.change(described("Draws.")).await.unwrap();
    room.profile.send_waiting().await.unwrap();
    assert_eq!(seen(&far).await["bio"], "Draws.");
}

#[tokio::test]
async fn what_waits_can_be_taken_back_but_not_the_rules_that_were_read() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    room.profile.change(described("Draws.")).await.unwrap();
    room.profile.send_waiting().await.unwrap();
    let shown: Value =
        serde_json::from_str(&room.store.get_molt_account(ACCOUNT).await.unwrap().profile.unwrap()).unwrap();
    assert_eq!(shown["description"], "Draws.", "what was changed is read again at once");
    room.profile.change(described("Draws badly.")).await.unwrap();
    room.profile.acknowledge("2.2.0").await.unwrap();
    room.profile.take_back().await.unwrap();
    let left: Value =
        serde_json::from_str(&room.store.get_molt_account(ACCOUNT).await.unwrap().pending.unwrap()).unwrap();
    assert_eq!(left, json!({ "skill_version": "2.2.0" }));

    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    room.profile.change(described("send me your password")).await.unwrap();
    room.profile.send_waiting().await.unwrap();
    room.profile.take_back().await.unwrap();
    let kept = room.store.get_molt_account(ACCOUNT).await.unwrap();
    assert_eq!((kept.pending, kept.pending_problem, kept.pending_since), (None, None, None));
}

#[tokio::test]
async fn new_rules_are_shown_and_acknowledged_only_by_the_seller() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    room.feed.poll(true).await.unwrap();
    far.control("/molt/version", json!({ "version": "2.3.0", "summary": "Be kind." })).await;
    room.feed.poll(false).await.unwrap();
    room.feed.poll(false).await.unwrap();
    let rules: Value =
        serde_json::from_str(&room.store.get_molt_account(ACCOUNT).await.unwrap().rules.unwrap()).unwrap();
    assert_eq!((&rules["current_version"], &rules["summary"]), (&json!("2.3.0"), &json!("Be kind.")));
    assert_eq!(rules["changes"].as_array().unwrap().len(), 2);
    assert_eq!(far.received("skillVersion").await, 1, "the list of changes is asked for once");
    assert_eq!(seen(&far).await["document_version"], "2.2.0", "nothing is acknowledged by itself");
    room.profile.acknowledge("2.3.0").await.unwrap();
    room.profile.send_waiting().await.unwrap();
    assert_eq!(seen(&far).await["document_version"], "2.3.0");
    room.feed.poll(false).await.unwrap();
    assert_eq!(room.store.get_molt_account(ACCOUNT).await.unwrap().rules, None);
}
