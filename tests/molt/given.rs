//! Jobs given on MoltMarket, by the real server: greeted, drawn, told with a link that the poster fetches, changed, completed;
//! also when answers get lost. Where the server dies is in `matrix`.

use std::process::ExitStatus;

use serde_json::{Value, json};

use super::account::{connected, molt};
use super::far::{Far, until};
use super::server::{Server, free_port};
use super::street::Street;

pub(super) struct Home {
    pub(super) far: Far,
    pub(super) street: Street,
    pub(super) dir: tempfile::TempDir,
}

impl Home {
    pub(super) async fn open() -> Self {
        // Small pictures: what is drawn does not matter here, and the machine has more to do.
        let far = Far::start_with(&["--speed", "0", "--picture-seconds", "0", "--picture-side", "256"]);
        far.control("/molt/limits", json!({ "limits": "off" })).await;
        let dir = tempfile::tempdir().unwrap();
        Self { far, street: Street::open(dir.path()), dir }
    }

    pub(super) async fn serve(&self, extra: &[(&str, &str)]) -> Server {
        self.launch(extra).unwrap_or_else(|ended| panic!("the server ended at its start: {ended}"))
    }

    /// The same where it may end before it is open; then how it ended.
    pub(super) fn launch(&self, extra: &[(&str, &str)]) -> Result<Server, ExitStatus> {
        let mut names = connected(&self.far).to_vec();
        names.push(("WEBHOOK_PUBLIC_BASE_URL", self.street.base.as_str()));
        names.extend(extra);
        Server::launch(&self.far, self.dir.path(), free_port(), &names)
    }

    pub(super) async fn post(&self, kind: &str) -> String {
        self.post_as(json!({ "kind": kind, "pictures": 1 })).await
    }

    /// A job for one picture, in words of our own.
    pub(super) async fn post_fox(&self, kind: &str) -> String {
        let wish = json!({ "kind": kind, "title": "A poster of a fox", "criteria": ["Square format"], "pictures": 1,
            "description": "A fox under an oak in autumn, gouache. Please deliver as a public link." });
        self.post_as(wish).await
    }

    pub(super) async fn post_as(&self, wish: Value) -> String {
        let posted = self.far.control("/molt/job", wish).await;
        posted.get("job_id").or(posted.get("id")).unwrap().as_str().unwrap().to_owned()
    }

    pub(super) async fn job(&self, id: &str) -> Value {
        self.far.look(&format!("/molt/job/{id}")).await
    }

    /// What we said to the poster, oldest first.
    pub(super) async fn said(&self, id: &str) -> Vec<String> {
        let job = self.job(id).await;
        let talks = job["conversations"].as_array().unwrap().clone();
        let messages = talks.iter().flat_map(|talk| talk["messages"].as_array().unwrap().clone());
        let ours = messages.filter(|message| message["sender_id"] == self.far.address("molt_agent_id"));
        ours.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
    }

    pub(super) async fn until_status(&self, id: &str, status: &str) {
        until(&format!("the job to be {status}"), async || self.job(id).await["status"] == status).await;
    }
}

pub(super) async fn apply(server: &Server, job_id: &str) {
    until("the account", async || molt(server).await["status"] == "open").await;
    let wish = json!({ "job_id": job_id, "letter": "I would like to draw this for you.", "rate": null,
        "yes": true, "draft": false });
    server.desk_while_it_lives("jobs.apply", wish).await;
}

pub(super) fn deliveries<'a>(said: &'a [String], street: &Street) -> Vec<&'a String> {
    said.iter().filter(|text| text.contains(&street.base)).collect()
}

/// What stands on our side in the only thread.
async fn own_letters(server: &Server) -> Vec<Value> {
    server.desk("molt.poll_now", json!({})).await;
    let wish = json!({ "only": null, "search": null, "after": null, "limit": null });
    let list = server.desk("messages.list", wish).await;
    let Some(id) = list["threads"].as_array().unwrap().iter().find(|thread| thread["kind"] == "conversation")
    else {
        return Vec::new();
    };
    let talk = server.desk("people.conversation", json!({ "id": id["id"] })).await;
    let letters = talk["letters"].as_array().unwrap().iter();
    letters.filter(|letter| letter["who"] != "them").cloned().collect()
}

async fn check(home: &Home, job_id: &str, rounds: usize) {
    let said = home.said(job_id).await;
    let told = deliveries(&said, &home.street);
    assert_eq!(told.len(), rounds, "{said:#?}");
    assert_eq!(said.len(), rounds + 1, "one greeting, and nothing twice: {said:#?}");
    let job = home.job(job_id).await;
    let criteria = job["job"]["posting"]["success_criteria"].as_array().unwrap().clone();
    assert!(!criteria.is_empty());
    for criterion in &criteria {
        assert!(told.iter().all(|text| text.contains(criterion.as_str().unwrap())), "{criterion}: {told:#?}");
    }
    assert!(home.street.fetched() >= rounds, "the poster fetched each picture");
    assert_eq!(home.far.paid_pictures().await, rounds as u64, "nothing is drawn twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_given_job_is_walked_to_its_end_whoever_posts_it() {
    for (kind, rounds, end) in [
        ("clear", 1, "completed"),
        ("chinese", 1, "completed"),
        ("asks_change", 2, "completed"),
        ("pays_late", 1, "completed"),
        ("cancels_after", 1, "cancelled"),
    ] {
        let home = Home::open().await;
        let server = home.serve(&[]).await;
        let job_id = home.post(kind).await;
        apply(&server, &job_id).await;
        home.until_status(&job_id, end).await;
        check(&home, &job_id, rounds).await;
        until(&format!("{kind}: the order to be {end}"), async || {
            server.order(&job_id).await.is_some_and(|order| order["card"]["market_status"] == end)
        })
        .await;
        let order = server.order(&job_id).await.unwrap();
        assert_eq!(
            (&order["fee"], &order["payout"]),
            (&Value::Null, &Value::Null),
            "{kind}: the market holds no money"
        );
        assert_eq!(order["card"]["market"], "moltmarket", "{kind}");
        let pictures = order["pictures"].as_array().unwrap();
        let told = pictures.iter().filter(|picture| picture["state"] == "delivered").count();
        assert!(
            told >= rounds && told == pictures.len(),
            "{kind}: what was told is delivered: {pictures:#?}"
        );
        assert_eq!(server.desk("today.get", json!({})).await["earned_today"], "0", "{kind}");
        until(&format!("{kind}: the thread to name the robot"), async || {
            let own = own_letters(&server).await;
            own.len() == rounds + 1 && own.iter().all(|letter| letter["who"] == "robot")
        })
        .await;
        let applications = server.desk("jobs.applications", json!({})).await;
        assert!(applications["applications"][0]["delivered_at"].is_string(), "{kind}: {applications}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_message_says_nothing_twice() {
    for fault in ["drop_before", "drop"] {
        let home = Home::open().await;
        let server = home.serve(&[]).await;
        let job_id = home.post("clear").await;
        let lost = json!({ "operation": "sendMessage", "kind": fault });
        home.far.control("/fault", lost).await;
        apply(&server, &job_id).await;
        home.until_status(&job_id, "completed").await;
        check(&home, &job_id, 1).await;
    }
}

#[tokio::test]
async fn a_poster_who_cannot_open_the_link_gets_another_one_and_nothing_is_drawn_again() {
    for kind in ["clear", "chinese"] {
        let home = Home::open().await;
        home.street.close_the_next_file();
        let server = home.serve(&[]).await;
        let job_id = home.post(kind).await;
        apply(&server, &job_id).await;
        home.until_status(&job_id, "completed").await;
        let said = home.said(&job_id).await;
        let links: Vec<_> = said
            .iter()
            .flat_map(|text| text.split_whitespace())
            .filter(|word| word.starts_with(&home.street.base))
            .collect();
        assert_eq!(links.len(), 2, "{kind}: {said:#?}");
        assert_ne!(links[0], links[1], "{kind}");
        assert_eq!(said.len(), 3, "{kind}: a greeting, the delivery, and the new link: {said:#?}");
        assert_eq!(home.far.paid_pictures().await, 1, "{kind}: nothing is drawn twice");
        assert_eq!(home.street.fetched(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_delivery_too_long_for_one_message_goes_in_parts_in_order_each_once() {
    let home = Home::open().await;
    let server = home.serve(&[]).await;
    let criteria: Vec<String> = (0..20)
        .map(|n| format!("Criterion {n}: {}", "a quiet fox stands in the snow. ".repeat(15)))
        .collect();
    let wish = json!({ "kind": "clear", "pictures": 1, "criteria": criteria });
    let posted = home.far.control("/molt/job", wish).await;
    let job_id = posted["job_id"].as_str().unwrap().to_owned();
    apply(&server, &job_id).await;
    // On a slow machine the address was looked at before it led anywhere: it is looked at again.
    until("the delivery to be told", async || {
        server.desk_while_it_lives("connection.tunnel_test", json!({})).await;
        home.said(&job_id).await.len() >= 4
    })
    .await;
    let said = home.said(&job_id).await;
    assert_eq!(said.len(), 4, "one greeting and three parts: {said:#?}");
    let begins = ["(1/3)", "(2/3)", "(3/3)"];
    assert!(said[1..].iter().zip(begins).all(|(part, begin)| part.starts_with(begin)), "{said:#?}");
    let told = said[1..].concat();
    assert!(criteria.iter().all(|criterion| told.contains(criterion.trim())), "nothing is cut: {told}");
    assert_eq!(told.matches(&home.street.base).count(), 1, "{told}");
    until("our thread to show all parts as the robot's", async || {
        let Some(order) = server.order(&job_id).await else { return false };
        let thread = order["thread"].as_array().unwrap().clone();
        let robot = thread.iter().filter(|message| message["who"] == "robot" && message["state"] == "sent");
        let texts: Vec<&str> = robot.map(|message| message["text"].as_str().unwrap()).collect();
        assert!(thread.iter().all(|message| message["who"] != "seller"), "{thread:#?}");
        texts == said
    })
    .await;
}
