//! The real server, killed at every point of the second market: news is handled once, a letter is sent once, a change of the
//! profile arrives.

use serde_json::json;

use super::account::{connected, conversation, molt};
use super::far::{Far, until};
use super::room::{said, talk, waiting};
use super::server::{Server, free_port};

/// Runs a server that dies at this point, doing `act` while it lives, and then one that lives on.
async fn killed(far: &Far, home: &std::path::Path, point: &str, act: impl AsyncFn(&Server)) -> Server {
    let port = free_port();
    let mut names = connected(far).to_vec();
    names.push(("STALLKEEPER_CRASH_AT", point));
    if let Ok(mut server) = Server::launch(far, home, port, &names) {
        act(&server).await;
        let ended = std::cell::Cell::new(false);
        let server = std::cell::RefCell::new(&mut server);
        until(&format!("a death at {point}"), async || {
            ended.set(server.borrow_mut().ended().is_some());
            ended.get()
        })
        .await;
    }
    Server::start(far, home, free_port(), &connected(far))
}

#[tokio::test]
async fn killed_while_news_comes_in_each_is_handled_once() {
    for point in [
        "notifications.read",
        "notifications.stored",
        "notifications.before_mark",
        "notifications.marked",
        "notifications.before_handled",
        "inbox.before_commit",
        "inbox.committed",
    ] {
        let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
        far.control("/molt/limits", json!({ "limits": "off" })).await;
        let (id, _) = talk(&far).await;
        let server = killed(&far, home.path(), point, async |_| {}).await;
        until(&format!("the letter after {point}"), async || {
            waiting(&far).await == (0, 1)
                && conversation(&server, &id)
                    .await
                    .is_some_and(|seen| seen["letters"].as_array().unwrap().len() == 1)
        })
        .await;
        let news = molt(&server).await["news"].clone();
        assert_eq!(news.as_array().unwrap().len(), 1, "{point}");
        until(&format!("it to be handled after {point}"), async || {
            molt(&server).await["news"][0]["outcome"] == "thread_to_read"
        })
        .await;
    }
}

#[tokio::test]
async fn killed_around_a_letter_it_is_sent_once() {
    for point in ["letter.before_call", "letter.after_call", "letter.recorded"] {
        let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
        far.control("/molt/limits", json!({ "limits": "off" })).await;
        let (id, _) = talk(&far).await;
        let server = killed(&far, home.path(), point, async |server| {
            until("the conversation", async || conversation(server, &id).await.is_some()).await;
            let letter =
                json!({ "conversation_id": id, "text": "Good morning", "image_url": null, "key": "one" });
            let _ = server.desk_while_it_lives("people.send", letter).await;
        })
        .await;
        until(&format!("the letter after {point}"), async || {
            let seen = conversation(&server, &id).await;
            seen.is_some_and(|seen| {
                seen["letters"].as_array().unwrap().iter().any(|letter| letter["state"] == "sent")
            })
        })
        .await;
        let _ = server.desk("molt.poll_now", json!({})).await;
        assert_eq!(said(&far, &id).await, ["Good morning"], "{point}");
        let seen = conversation(&server, &id).await.unwrap();
        assert_eq!(seen["letters"].as_array().unwrap().len(), 2, "{point}: {seen}");
    }
}

#[tokio::test]
async fn killed_around_a_change_of_the_profile_it_arrives() {
    for point in ["profile.before_call", "profile.after_call", "profile.recorded"] {
        let (far, home) = (Far::start(), tempfile::tempdir().unwrap());
        far.control("/molt/limits", json!({ "limits": "off" })).await;
        let server = killed(&far, home.path(), point, async |server| {
            until("the account", async || molt(server).await["status"] == "open").await;
            let change = json!({ "description": "Draws at night.", "capabilities": null, "avatar_url": null, "wallets": null });
            let _ = server.desk_while_it_lives("molt.profile_save", change).await;
        })
        .await;
        let account = format!("/molt/account/{}", far.address("molt_agent_id"));
        until("the account", async || molt(&server).await["status"] == "open").await;
        let kept = molt(&server).await;
        let is_there = far.look(&account).await["account"]["bio"] == "Draws at night.";
        // A use is counted before the call goes out, so that the change may have to wait; it is never lost.
        let waits = kept["pending"]["form"]["description"] == "Draws at night."
            && kept["pending"]["next_at"].is_string();
        assert!(is_there || waits, "{point}: {kept}");
    }
}
