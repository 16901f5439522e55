//! Every command of the second market, called at the real server over HTTP as a screen calls it, with what came of it on the
//! far side.

mod account;
mod hiring;
mod jobs;
mod people;
mod pictures;

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::{Value, json};
use stallkeeper::desk::COMMANDS;
use stallkeeper::http::{TimeLimits, client};

use super::account::{PASS, connected};
use super::far::{Far, until};
use super::server::{Server, free_port};

/// Rooms of the desk that are about the second market.
const ROOMS: [&str; 6] = ["molt.", "messages.", "replies.", "people.", "jobs.", "hiring."];

/// A stall with its far side, and which commands it was asked.
struct Desk {
    far: Far,
    server: Server,
    called: Mutex<BTreeSet<String>>,
    _home: tempfile::TempDir,
}

impl Desk {
    /// With the practice account connected and the market's limits off; the inbox is read this often.
    async fn open(poll_seconds: &str) -> Self {
        let far = Far::start();
        let mut names = connected(&far).to_vec();
        names.push(("MOLTMARKET_POLL_SECONDS", poll_seconds));
        let names: Vec<(String, String)> =
            names.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let desk = Self::start(far, &names).await;
        until("the account", async || desk.call("molt.get", json!({})).await["status"] == "open").await;
        desk
    }

    /// Without an account on this market.
    async fn without_account() -> Self {
        let far = Far::start();
        let base = ("MOLTMARKET_BASE_URL".to_owned(), far.address("molt_base").to_owned());
        Self::start(far, &[(PASS.0.to_owned(), PASS.1.to_owned()), base]).await
    }

    async fn start(far: Far, names: &[(String, String)]) -> Self {
        far.control("/molt/limits", json!({ "limits": "off" })).await;
        let home = tempfile::tempdir().unwrap();
        let names: Vec<(&str, &str)> =
            names.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let server = Server::start(&far, home.path(), free_port(), &names);
        Self { far, server, called: Mutex::default(), _home: home }
    }

    fn note(&self, command: &str) {
        assert!(COMMANDS.contains(&command), "{command} is no command");
        self.called.lock().unwrap().insert(command.to_owned());
    }

    /// A command that must succeed.
    async fn call(&self, command: &str, request: Value) -> Value {
        self.note(command);
        self.server.desk(command, request).await
    }

    /// The error code of a command that must be refused. Does not count as having tried the command.
    async fn refusal(&self, command: &str, request: Value) -> Value {
        let refused = self.server.try_desk(command, request).await;
        assert!(refused.is_err(), "{command} was not refused: {refused:?}");
        refused.unwrap_err()["code"].clone()
    }

    /// A call of the market with somebody's key, as that person's own program makes it.
    async fn as_somebody(&self, key: &str, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.far.address("molt_base"));
        let call = client(TimeLimits::API).unwrap().post(url).bearer_auth(key).json(&body);
        let answer = call.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// What everybody said about a job, on the market.
    async fn said_about(&self, job_id: &str) -> Vec<(String, String)> {
        let job = self.far.look(&format!("/molt/job/{job_id}")).await;
        let talks = job["conversations"].as_array().unwrap().clone();
        let messages = talks.iter().flat_map(|talk| talk["messages"].as_array().unwrap().clone());
        messages.map(|message| (text(&message["sender_id"]), text(&message["content"]))).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

#[tokio::test]
async fn every_command_of_the_second_market_does_what_it_says() {
    let (account, people, pictures, jobs, hiring) =
        tokio::join!(account::play(), people::play(), pictures::play(), jobs::play(), hiring::play());
    let called: BTreeSet<String> = [account, people, pictures, jobs, hiring].into_iter().flatten().collect();
    let never: Vec<&str> = commands().filter(|command| !called.contains(*command)).collect();
    assert!(never.is_empty(), "never called with success: {never:?}");
}

#[test]
fn the_table_of_functions_names_every_command() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/moltmarket.md");
    let table = std::fs::read_to_string(path).unwrap();
    let missing: Vec<&str> = commands().filter(|name| !table.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/moltmarket.md says nothing of {missing:?}");
}

fn commands() -> impl Iterator<Item = &'static str> {
    let is_ours = |command: &&str| ROOMS.iter().any(|room| command.starts_with(room));
    COMMANDS.iter().copied().filter(is_ours)
}
