use secrecy::ExposeSecret;
use wiremock::matchers::{header, query_param};

use super::*;
use crate::marketplaces::agent_market::{Registration, register};
use crate::marketplaces::{Balance, MarketError, PushAddress};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn reads_the_own_profile_bare_and_wrapped() {
    let profile = json!({
        "id": "u1", "agent_id": "agent_bo", "name": "Bo", "balance": "120.50", "frozen": "20.00",
        "trust_score": "76.5", "is_online": true, "webhook_url": null, "api_key": null,
    });
    for answer in [profile.clone(), json!({"agent": profile}), json!({"success": true, "data": profile})] {
        let market = Market::open().await;
        let call = on("GET", "/agents/me").and(header("Authorization", format!("Bearer {KEY}").as_str()));
        market.mount(call, ResponseTemplate::new(200).set_body_json(answer)).await;
        let me = market.client.me().await.unwrap();
        assert_eq!((me.id.as_str(), me.handle.as_deref(), me.name.as_str()), ("u1", Some("agent_bo"), "Bo"));
        let balance = Balance { total: "120.5".parse().unwrap(), frozen: 20.into() };
        assert_eq!((me.balance, me.trust_score, me.push_url), (Some(balance), Some(76.5), None));
    }
}

#[tokio::test]
async fn beats_once_and_never_in_a_burst() {
    let market = Market::open().await;
    market.answers("POST", "/agents/heartbeat", 503, json!({})).await;
    assert!(matches!(market.client.heartbeat().await, Err(MarketError::Server { status: 503 })));
    assert_eq!(market.calls().await.len(), 1);

    let market = Market::open().await;
    market.mount(on("POST", "/agents/heartbeat"), ResponseTemplate::new(200).set_body_string("ok")).await;
    market.client.heartbeat().await.unwrap();
}

#[tokio::test]
async fn sets_the_push_address_with_its_secret_and_reads_it_back() {
    let market = Market::open().await;
    market.mount(on("PATCH", "/agents/me"), ResponseTemplate::new(204)).await;
    market
        .answers("GET", "/agents/me", 200, json!({"id": "u1", "webhook_url": "https://stall.example/hook"}))
        .await;
    let push = PushAddress { url: "https://stall.example/hook", secret: SECRET };
    let me = market.client.set_push_address(Some(push)).await.unwrap();
    assert_eq!(me.push_url.as_deref(), Some("https://stall.example/hook"));
    market.client.set_push_address(None).await.unwrap();
    let calls = market.calls().await;
    let bodies: Vec<Value> =
        calls.iter().filter(|call| call.method == "PATCH").map(|call| call.body_json().unwrap()).collect();
    assert_eq!(bodies[0], json!({"webhook_url": "https://stall.example/hook", "webhook_secret": SECRET}));
    assert_eq!(bodies[1], json!({"webhook_url": null}));
}

#[tokio::test]
async fn sends_no_push_address_that_would_be_unsafe() {
    let market = Market::open().await;
    for (url, secret) in [
        ("http://stall.example/hook", SECRET),
        ("not an address", SECRET),
        ("https://stall.example/hook", "short"),
        ("https://stall.example/hook", &"s".repeat(65)),
    ] {
        let answer = market.client.set_push_address(Some(PushAddress { url, secret })).await;
        assert!(matches!(answer, Err(MarketError::Refused { .. })), "{url} {secret}");
    }
    assert!(market.calls().await.is_empty());
}

#[tokio::test]
async fn reads_balance_movements_and_dashboard() {
    for (answer, total, frozen) in [
        (json!({"balance": 100, "frozen": "20.00"}), 100, 20),
        (json!({"available": 80, "frozen": 20}), 100, 20),
        (json!({"balance": "100", "available": "80"}), 100, 20),
        (json!({"data": {"balance": 100}}), 100, 0),
    ] {
        let market = Market::open().await;
        market.answers("GET", "/credits/balance", 200, answer.clone()).await;
        let balance = market.client.balance().await.unwrap();
        assert_eq!(balance, Balance { total: total.into(), frozen: frozen.into() }, "{answer}");
    }
    let market = Market::open().await;
    let rows = json!([
        {"id": "t1", "amount": "-4.00", "type": "fee", "order_id": "o1", "created_at": "2026-05-04T10:00:00Z"},
        {"id": "t2", "amount": 76, "type": "payout", "description": "sale", "created_at": "2026-05-04T11:00:00Z"},
        {"id": "t3", "type": "odd"},
    ]);
    let call = on("GET", "/credits/transactions").and(query_param("page", "2"));
    market.mount(call, ResponseTemplate::new(200).set_body_json(json!({"transactions": rows}))).await;
    let movements = market.client.transactions(2).await.unwrap();
    let read: Vec<_> =
        movements.iter().map(|movement| (movement.id.as_str(), movement.amount.to_string())).collect();
    assert_eq!(read, [("t2", "76".to_owned()), ("t1", "-4.00".to_owned())], "newest first");
    market.answers("GET", "/agents/me/dashboard", 200, json!({"orders_as_seller": [1, 2]})).await;
    assert_eq!(market.client.dashboard().await.unwrap(), json!({"orders_as_seller": [1, 2]}));
}

#[tokio::test]
async fn replaces_the_key() {
    for answer in
        [json!({"api_key": "cla_next"}), json!({"success": true, "data": {"agent": {"api_key": "cla_next"}}})]
    {
        let market = Market::open().await;
        market.answers("POST", "/agents/me/regenerate-api-key", 200, answer).await;
        assert_eq!(market.client.regenerate_key().await.unwrap().expose_secret(), "cla_next");
    }
    let market = Market::open().await;
    market.answers("POST", "/agents/me/regenerate-api-key", 200, json!({"ok": true})).await;
    let error = market.client.regenerate_key().await.unwrap_err();
    assert!(error.may_have_landed(), "the old key may be dead");
}

fn registration() -> Registration {
    Registration {
        name: "Bo's stall".to_owned(),
        owner_email: "bo@example.org".to_owned(),
        description: Some("Pictures".to_owned()),
        skills: Vec::new(),
        invite_code: Some("FRIEND".to_owned()),
    }
}

#[tokio::test]
async fn registers_on_the_first_path_that_exists() {
    for (first_status, status) in [(404, 201), (405, 200)] {
        let market = Market::open().await;
        market.answers("POST", "/agents", first_status, json!({"detail": "no"})).await;
        let answer = json!({"agent": {"id": "u1", "agent_id": "agent_bo", "name": "Bo's stall"}, "api_key": "cla_first"});
        market.answers("POST", "/agents/register", status, answer).await;
        let base = format!("{}/api/", market.server.uri());
        let account = register(&base, &registration(), clock(), ids()).await.unwrap();
        assert_eq!((account.id.as_str(), account.handle.as_deref()), ("u1", Some("agent_bo")));
        assert_eq!(account.api_key.expose_secret(), "cla_first");
        assert!(!format!("{account:?}").contains("cla_first"));
    }
}

#[tokio::test]
async fn registers_with_what_was_filled_in_and_without_any_key() {
    let market = Market::open().await;
    market.answers("POST", "/agents", 201, json!({"id": "u1", "api_key": "cla_first"})).await;
    let base = format!("{}/api", market.server.uri());
    register(&base, &registration(), clock(), ids()).await.unwrap();
    let sent = json!({"name": "Bo's stall", "owner_email": "bo@example.org", "description": "Pictures", "invite_code": "FRIEND"});
    assert_eq!(market.last_body().await, sent);
    assert!(!market.calls().await[0].headers.contains_key("Authorization"));
    let unfit = Registration { owner_email: "bo".to_owned(), ..registration() };
    assert!(matches!(register(&base, &unfit, clock(), ids()).await, Err(MarketError::Refused { .. })));
    assert_eq!(market.calls().await.len(), 1);
}

#[tokio::test]
async fn passes_on_why_registering_was_refused() {
    let market = Market::open().await;
    market.answers("POST", "/agents", 409, json!({"error": "three agents use this address"})).await;
    let base = format!("{}/api", market.server.uri());
    let error = register(&base, &registration(), clock(), ids()).await.unwrap_err();
    assert!(matches!(error, MarketError::Conflict { ref message, .. } if message.contains("three agents")));
    assert_eq!(market.calls().await.len(), 1);
}
