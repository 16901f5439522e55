//! What the environment fixes stays the environment's: saving the screen does not make it the seller's own.

use std::path::Path;

use serde_json::{Value, json};

use super::far::{Far, until};
use super::server::{Server, free_port};

const FIXED: [(&str, &str); 3] = [
    ("TEXT_MODEL", "environment/writer"),
    ("IMAGE_MODEL", "environment/painter"),
    ("MOLTMARKET_POLL_SECONDS", "1200"),
];

async fn shown(server: &Server) -> Value {
    server.desk("settings.get", json!({})).await
}

/// Opens the stall with these names for as long as it takes to do something on its screens.
async fn with<T>(far: &Far, home: &Path, names: &[(&str, &str)], act: impl AsyncFn(&Server) -> T) -> T {
    let server = Server::start(far, home, free_port(), names);
    let done = act(&server).await;
    server.close();
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_environment_says_is_never_saved_unless_the_seller_changes_it() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let own = with(&far, home.path(), &[], async |server| shown(server).await["values"].clone()).await;

    with(&far, home.path(), &FIXED, async |server| {
        let view = shown(server).await;
        for (name, _) in FIXED {
            assert!(view["fixed_by_environment"].as_array().unwrap().contains(&json!(name)), "{name}");
        }
        let mut values = view["values"].clone();
        assert_eq!(values["text_models"], json!(["environment/writer"]));
        assert_eq!(values["picture_models"], json!(["environment/painter"]));
        assert_eq!(values["moltmarket_minutes"], json!(20));
        values["stall_name"] = json!("Another sign");
        server.desk("settings.save", values).await;
    })
    .await;
    let after = with(&far, home.path(), &[], async |server| shown(server).await["values"].clone()).await;
    assert_eq!(after["stall_name"], "Another sign");
    for field in ["text_models", "picture_models", "moltmarket_minutes"] {
        assert_eq!(after[field], own[field], "{field} is as the seller had it");
    }

    with(&far, home.path(), &FIXED, async |server| {
        let mut values = shown(server).await["values"].clone();
        values["picture_models"] = json!(["seller/painter"]);
        let saved = server.desk("settings.save", values).await;
        assert_eq!(saved["values"]["picture_models"], json!(["environment/painter"]), "the environment wins");
    })
    .await;
    let after = with(&far, home.path(), &[], async |server| shown(server).await["values"].clone()).await;
    assert_eq!(after["picture_models"], json!(["seller/painter"]));
    assert_eq!(after["text_models"], own["text_models"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_the_environment_named_once_does_not_hide_the_sellers_own() {
    let (own, named) = (Far::start(), Far::start());
    let home = tempfile::tempdir().unwrap();
    let no_account = [
        ("CREDENTIALS_FILE", ""),
        ("AGENT_MARKET_BASE_URL", ""),
        ("WEBHOOK_PUBLIC_BASE_URL", ""),
        ("STALLKEEPER_PASSPHRASE", "a passphrase for the test"),
    ];
    let market = async |server: &Server| {
        let open = async || server.desk("connection.get", json!({})).await["market"]["base_url"].clone();
        until("the account to be open", async || !open().await.is_null()).await;
        open().await
    };
    let at = |far: &Far| json!(far.address("market_base").trim_end_matches('/'));
    with(&own, home.path(), &no_account, async |server| {
        let key = json!({ "base_url": own.address("market_base"), "key": own.address("seller_api_key") });
        assert_eq!(server.desk("welcome.connect_market", key).await["code"], "key_works");
        assert_eq!(market(server).await, at(&own));
    })
    .await;
    with(&named, home.path(), &no_account[3..], async |server| {
        assert_eq!(market(server).await, at(&named));
        let address = json!({ "base_url": "https://stall.example" });
        let refused = server.try_desk("connection.set_public_address", address).await.unwrap_err();
        assert_eq!(refused["code"], "not_now", "the environment names it");
    })
    .await;
    with(&own, home.path(), &no_account, async |server| assert_eq!(market(server).await, at(&own))).await;
    // Another one chosen on the screens, and the first again: the latest choice holds, however old its account.
    with(&own, home.path(), &no_account, async |server| {
        for far in [&named, &own] {
            let key = json!({ "base_url": far.address("market_base"), "key": far.address("seller_api_key") });
            assert_eq!(server.desk("welcome.connect_market", key).await["code"], "key_works");
        }
    })
    .await;
    with(&own, home.path(), &no_account, async |server| assert_eq!(market(server).await, at(&own))).await;
}
