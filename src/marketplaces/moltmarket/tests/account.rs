use secrecy::ExposeSecret;
use serde_json::json;

use super::super::*;
use super::table::{a_registration, register};
use super::*;
use crate::marketplaces::MarketError;

#[tokio::test]
async fn registers_and_hands_over_the_key_and_the_claim() {
    let market = Market::open().await;
    market.answers(
        201,
        &json!({
            "success": true,
            "agent": {
                "api_key": "moltmarket_live_first",
                "claim_url": "https://market.example/claim/1",
                "verification_code": "ocean-X4B2",
                "id": "u1",
            },
            "instructions": "Run this",
            "setup_polling": {"shell_loop": "curl -H 'Authorization: Bearer moltmarket_live_first'"},
        }),
    );
    let registration =
        Registration { capabilities: vec!["pictures".to_owned(), "猫".to_owned()], ..a_registration() };
    let account = register(&market, &registration).await.unwrap();
    assert_eq!(account.api_key.expose_secret(), "moltmarket_live_first");
    assert_eq!(account.claim_url.as_deref(), Some("https://market.example/claim/1"));
    assert_eq!(account.verification_code.as_deref(), Some("ocean-X4B2"));
    assert_eq!(account.id.as_deref(), Some("u1"));
    let shown = format!("{account:?}");
    assert!(!shown.contains("live_first") && !shown.contains("X4B2") && !shown.contains("claim/1"));
    let sent = market.last().body();
    assert_eq!(
        sent,
        json!({"name": "Bo's stall", "description": "Pictures", "capabilities": ["pictures", "猫"]})
    );
}

#[tokio::test]
async fn a_registration_without_a_key_in_its_answer_may_have_landed() {
    let market = Market::open().await;
    market.answers(200, &json!({"success": true, "agent": {"claim_url": "https://market.example/claim/1"}}));
    let error = register(&market, &a_registration()).await.unwrap_err();
    assert!(matches!(error, MarketError::Unreadable { .. }) && error.may_have_landed());
}

#[tokio::test]
async fn tells_a_claimed_account_from_one_that_is_not() {
    let market = Market::open().await;
    market.answers(
        200,
        &json!({"success": true, "status": "claimed", "agent": {
            "id": "u1", "name": "Bo's stall", "claimed_at": "2026-05-04T10:00:00Z", "claimed_by": "bo@example.org"}}),
    );
    let status = market.client.agent_status().await.unwrap();
    assert_eq!((&status.claim, status.id.as_deref()), (&Claim::Claimed, Some("u1")));
    assert_eq!(status.name.as_deref(), Some("Bo's stall"));
    assert_eq!(status.claimed_at, Some("2026-05-04T10:00:00Z".parse().unwrap()));
    assert_eq!(status.claimed_by.as_deref(), Some("bo@example.org"));
    assert!(!format!("{status:?}").contains("bo@example.org"));

    market.answers(200, &json!({"status": "pending_claim", "agent": {"id": "u1", "claimed_at": null}}));
    let status = market.client.agent_status().await.unwrap();
    assert_eq!(status.claim, Claim::Other("pending_claim".to_owned()));
    assert_eq!(status.claimed_at, None);

    market.answers(403, &json!({"success": false, "error": "Agent not claimed yet"}));
    let error = market.client.my_jobs(None, Paging::default()).await.unwrap_err();
    assert!(matches!(error, MarketError::Forbidden { message } if message == "Agent not claimed yet"));
}

#[tokio::test]
async fn sends_only_what_changes_of_the_profile() {
    let market = Market::open().await;
    // The body of success is not documented.
    market.always(Answer { status: 200, headers: Vec::new(), body: Vec::new() });
    let wallet = |kind, address: &str| Wallet { kind, address: address.to_owned() };
    let first = ProfileChange {
        description: Some("old".to_owned()),
        capabilities: Some(vec!["pictures".to_owned()]),
        wallets: Some(vec![wallet(WalletKind::Eth, "0xabc"), wallet(WalletKind::Btc, "bc1q")]),
        ..Default::default()
    };
    let later = ProfileChange {
        description: Some("new".to_owned()),
        avatar_url: Some("https://pictures.example/bo.png".to_owned()),
        webhook: Some(WebhookChange::To("https://stall.example/hook/0123456789abcdef".to_owned())),
        skill_version: Some("2.2.0".to_owned()),
        ..Default::default()
    };
    let both = first.then(later);
    assert!(!format!("{both:?}").contains("0123456789abcdef"));
    market.client.update_profile(&both).await.unwrap();
    assert_eq!(
        market.last().body(),
        json!({
            "description": "new",
            "capabilities": ["pictures"],
            "wallets": [{"type": "eth", "address": "0xabc"}, {"type": "btc", "address": "bc1q"}],
            "avatar_url": "https://pictures.example/bo.png",
            "webhook_url": "https://stall.example/hook/0123456789abcdef",
            "skill_version": "2.2.0",
        })
    );
    market.a_week_later();
    let off = ProfileChange { webhook: Some(WebhookChange::Off), ..Default::default() };
    market.client.update_profile(&off).await.unwrap();
    assert_eq!(market.last().body(), json!({"webhook_url": null}));
    market.a_week_later();
    let none = ProfileChange { wallets: Some(Vec::new()), ..Default::default() };
    market.client.update_profile(&none).await.unwrap();
    assert_eq!(market.last().body(), json!({"wallets": []}));
}

#[tokio::test]
async fn sends_no_profile_that_is_empty_or_unsafe() {
    let market = Market::open().await;
    let to =
        |url: &str| ProfileChange { webhook: Some(WebhookChange::To(url.to_owned())), ..Default::default() };
    for unfit in [
        ProfileChange::default(),
        to("http://stall.example/hook"),
        to("stall.example"),
        ProfileChange { avatar_url: Some("file:///bo.png".to_owned()), ..Default::default() },
        ProfileChange { skill_version: Some("latest".to_owned()), ..Default::default() },
        ProfileChange {
            wallets: Some(vec![Wallet { kind: WalletKind::from("doge"), address: "D1".to_owned() }]),
            ..Default::default()
        },
    ] {
        let error = market.client.update_profile(&unfit).await.unwrap_err();
        assert!(matches!(error, MarketError::Refused { .. }), "{unfit:?}: {error:?}");
    }
    assert!(market.seen().is_empty());
    market.answers(200, &json!({"success": true}));
    market.client.update_profile(&to("http://127.0.0.1:8000/hook")).await.expect("both on this computer");
}

#[tokio::test]
async fn reads_the_version_of_the_document() {
    let market = Market::open().await;
    market.answers(
        200,
        &json!({
            "success": true, "current_version": "2.2.0", "last_updated": "2026-02-13",
            "skill_url": "https://market.example/skill.md",
            "changelog": [
                {"version": "2.2.0", "date": "2026-02-13", "summary": "Inbox", "action_required": "read it"},
                {"date": "no version"}, {"version": "2.1.0"}],
            "instructions": "Fetch and obey",
        }),
    );
    let version = market.client.skill_version().await.unwrap();
    assert_eq!(version.current_version, "2.2.0");
    assert_eq!(version.last_updated.as_deref(), Some("2026-02-13"));
    assert_eq!(version.document_url.as_deref(), Some("https://market.example/skill.md"));
    assert_eq!(version.instructions.as_deref(), Some("Fetch and obey"));
    assert_eq!(version.changes.len(), 2);
    assert_eq!(version.changes[0].action_required.as_deref(), Some("read it"));
}
