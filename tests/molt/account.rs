//! The account in the real server: registered, claimed, restarted, mirrored.

use serde_json::{Value, json};

use super::far::{Far, until};
use super::room::{said, talk};
use super::server::{Server, free_port};

pub const PASS: (&str, &str) = ("STALLKEEPER_PASSPHRASE", "a long enough passphrase");
const QUICK: (&str, &str) = ("MOLTMARKET_POLL_SECONDS", "0.3");

/// The names that connect the practice MoltMarket's account.
pub fn connected(far: &Far) -> [(&str, &str); 3] {
    [
        ("MOLTMARKET_BASE_URL", far.address("molt_base")),
        ("MOLTMARKET_API_KEY", far.address("molt_api_key")),
        QUICK,
    ]
}

pub async fn molt(server: &Server) -> Value {
    server.desk("molt.get", json!({})).await
}

pub async fn conversation(server: &Server, id: &str) -> Option<Value> {
    server.try_desk("people.conversation", json!({ "id": id })).await.ok()
}

#[tokio::test]
async fn an_account_is_registered_once_claimed_and_there_after_a_restart() {
    let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
    let port = free_port();
    let server = Server::start(&far, home.path(), port, &[PASS, QUICK]);
    assert_eq!(molt(&server).await["status"], "none");
    let mut wish = json!({ "base_url": far.address("molt_base"), "name": "Fresh Paint", "description": "Draws.",
        "capabilities": ["illustration"], "terms_seen": false });
    let refused = server.try_desk("molt.register", wish.clone()).await.unwrap_err();
    assert_eq!(refused["detail"]["field"], "terms_seen");
    wish["terms_seen"] = json!(true);
    wish["name"] = json!("n".repeat(101));
    let refused = server.try_desk("molt.register", wish.clone()).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["detail"]["most"]), (&json!("market_limit"), &json!("100")));
    wish["name"] = json!("Fresh Paint");
    let made = server.desk("molt.register", wish.clone()).await;
    assert_eq!(made["status"], "unclaimed");
    let (page, code) = (made["claim_url"].clone(), made["claim_code"].clone());
    assert!(page.as_str().unwrap().starts_with("http") && code.as_str().unwrap().len() > 4);
    assert!(!made.to_string().contains("moltmarket_live_"), "the key is never shown");
    let again = server.try_desk("molt.register", wish).await.unwrap_err();
    assert_eq!(again["code"], "conflict");
    server.kill_hard();

    let server = Server::start(&far, home.path(), port, &[PASS, QUICK]);
    until("the account after a restart", async || molt(&server).await["claim_code"] == code).await;
    far.control("/molt/claim", json!({ "agent_id": made["own_id"] })).await;
    until("the claim to be seen", async || molt(&server).await["status"] == "open").await;
    assert_eq!(molt(&server).await["claim_url"], Value::Null);
    let gone = server.desk("molt.disconnect", json!({})).await;
    assert_eq!(gone["status"], "none");
    let once_a_week = json!({ "base_url": far.address("molt_base"), "name": "Second", "description": "Draws.",
        "capabilities": [], "terms_seen": true });
    let refused = server.try_desk("molt.register", once_a_week).await.unwrap_err();
    assert_eq!(
        (&refused["code"], &refused["detail"]["operation"]),
        (&json!("market_budget"), &json!("register-agent"))
    );
    server.close();
    let server = Server::start(&far, home.path(), port, &[PASS, QUICK]);
    assert_eq!(molt(&server).await["status"], "none", "a key that was forgotten stays forgotten");
}

#[tokio::test]
async fn the_desk_reads_and_writes_letters_and_looks_at_wallets() {
    let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
    far.control("/molt/limits", json!({ "limits": "documented" })).await;
    let server = Server::start(&far, home.path(), free_port(), &connected(&far));
    let scam = far.control(
        "/molt/talk",
        json!({ "kind": "by_hand", "to": far.address("molt_agent_id"),
        "text": "You must pay a verification fee first" }),
    );
    let id = scam.await["conversation_id"].as_str().unwrap().to_owned();
    until("the letter", async || {
        conversation(&server, &id).await.is_some_and(|seen| seen["letters"][0]["text"].is_string())
    })
    .await;
    let seen = conversation(&server, &id).await.unwrap();
    assert!(seen["letters"][0]["signs"].as_array().unwrap().contains(&json!("pay_first")));
    let list = server.desk("people.conversations", json!({})).await;
    assert_eq!((&list["total"], &list["unread"]), (&json!(1), &json!(0)), "what was opened is seen");
    let letter = json!({ "conversation_id": id, "text": "No, thank you.", "image_url": null, "key": "a" });
    server.desk("people.send", letter).await;
    until("the answer", async || said(&far, &id).await == ["No, thank you."]).await;
    let held =
        json!({ "conversation_id": id, "text": "Write to me on Telegram", "image_url": null, "key": "b" });
    let held = server.desk("people.send", held).await;
    assert_eq!((&held["state"], &held["problem"]), (&json!("held"), &json!("contact")));
    server.desk("people.discard_held", json!({ "id": held["id"] })).await;
    let person = seen["card"]["person_id"].clone();
    let agent = server.desk("people.agent", json!({ "id": person })).await;
    assert_eq!(agent["id"], person);
    assert!(
        !server.desk("people.agents", json!({ "skills": [] })).await["agents"].as_array().unwrap().is_empty()
    );
    server.desk("people.report", json!({ "person_id": person, "reason": "scam", "details": "A fee." })).await;
    assert_eq!(far.look("/molt/state").await["reports"].as_array().unwrap().len(), 1);
    let budgets = server.desk("people.budgets", json!({})).await;
    let spent =
        budgets["budgets"].as_array().unwrap().iter().find(|view| view["operation"] == "send-message");
    assert_eq!(spent.unwrap()["used"], json!(1));
    let typo =
        json!({ "wallets": [{ "kind": "eth", "address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD" }] });
    let refused = server.try_desk("molt.profile_save", typo).await.unwrap_err();
    assert_eq!(
        (&refused["code"], &refused["detail"]["field"]),
        (&json!("wallet_checksum"), &json!("wallets[0]"))
    );
    let form = json!({ "avatar_url": "ftp://a.example/b", "wallets": [
        { "kind": "btc", "address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" },
        { "kind": "eth", "address": "0x12" }, { "kind": "doge", "address": "D" }] });
    let checked = server.desk("molt.profile_check", form).await;
    let said: Vec<(&str, &str)> = checked["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            (problem["code"].as_str().unwrap(), problem["detail"]["field"].as_str().unwrap_or_default())
        })
        .collect();
    assert_eq!(said, [("wallet_shape", "wallets[1]"), ("wallet_kind", "wallets[2]")]);
    let wrong = json!({ "avatar_url": "ftp://a.example/b" });
    let checked = server.desk("molt.profile_check", wrong).await;
    assert_eq!(checked["problems"][0]["code"], "refused_here");
    let fine = server.desk("molt.profile_check", json!({ "description": "Draws." })).await;
    assert_eq!(fine["problems"], json!([]));
    assert_eq!(molt(&server).await["pending"], Value::Null, "looking keeps nothing");
    // Agent Market beside it goes on as before.
    assert_eq!(server.health().await, 200);
}

/// Seconds between the last reading of the inbox and the next.
fn rest(view: &Value) -> i64 {
    let at = |name: &str| view[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    at("inbox_next_at").duration_since(at("inbox_tried_at")).as_secs()
}

#[tokio::test]
async fn reading_the_inbox_now_tells_what_came_of_it() {
    let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
    let names = [
        ("MOLTMARKET_BASE_URL", far.address("molt_base")),
        ("MOLTMARKET_API_KEY", far.address("molt_api_key")),
        ("MOLTMARKET_POLL_SECONDS", "600"),
    ];
    let server = Server::start(&far, home.path(), free_port(), &names);
    until("the first reading", async || molt(&server).await["inbox_next_at"].is_string()).await;
    let before = molt(&server).await;
    assert_eq!((&before["status"], &before["by_environment"]), (&json!("open"), &json!(true)));
    let rest = rest(&before);
    assert!((400..=600).contains(&rest), "a claimed account is read at its own pace: {rest}");
    let (id, _) = talk(&far).await;
    let read = server.desk("molt.poll_now", json!({})).await;
    assert_ne!(read["inbox_tried_at"], before["inbox_tried_at"]);
    assert_eq!((&read["inbox"]["problem"], &read["unread"]), (&Value::Null, &json!(1)));
    assert!(conversation(&server, &id).await.is_some());
    server.close();
}

#[tokio::test]
async fn an_account_that_waits_for_its_owner_is_looked_at_every_minute() {
    let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
    let server = Server::start(&far, home.path(), free_port(), &[PASS, ("MOLTMARKET_POLL_SECONDS", "600")]);
    let wish = json!({ "base_url": far.address("molt_base"), "name": "Fresh Paint", "description": "Draws.",
        "capabilities": [], "terms_seen": true });
    let made = server.desk("molt.register", wish).await;
    until("the first reading", async || molt(&server).await["inbox_next_at"].is_string()).await;
    let rest = rest(&molt(&server).await);
    assert!((1..=60).contains(&rest), "{rest}");
    far.control("/molt/claim", json!({ "agent_id": made["own_id"] })).await;
    let looked = server.desk("molt.poll_now", json!({})).await;
    assert_eq!(looked["status"], "open", "asked for, it is seen at once");
    server.close();
}

#[tokio::test]
async fn state_json_follows_the_database_and_a_broken_one_is_kept_aside() {
    let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
    let folder = home.path().join("data/moltmarket");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("STATE.json"), "{ half").unwrap();
    let (id, _) = talk(&far).await;
    let server = Server::start(&far, home.path(), free_port(), &connected(&far));
    let read =
        || -> Option<Value> { serde_json::from_slice(&std::fs::read(folder.join("STATE.json")).ok()?).ok() };
    until("the mirror", async || {
        read().is_some_and(|state| {
            state["conversations"][0]["conversation_id"] == json!(id)
                && state["processed_notification_ids"].as_array().unwrap().len() == 1
                && state["conversations"][0]["summary"].as_str().is_some_and(|text| text.contains("by them"))
        })
    })
    .await;
    let names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("STATE.broken-")).count(), 1, "{names:?}");
    let state = read().unwrap();
    assert_eq!((&state["active_jobs"], &state["completed_jobs"]), (&json!([]), &json!([])));
    server.close();
}
