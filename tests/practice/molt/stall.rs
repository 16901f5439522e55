//! A stall on the second market with an HTTP client, and a place that shows pictures.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use reqwest::Method;
use serde_json::{Value, json};
use stallkeeper::practice::PracticeOptions;

use crate::seller::{Answer, Seller};

/// The smallest picture there is: one transparent pixel.
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0,
    1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

pub struct Stall {
    pub seller: Seller,
}

impl Stall {
    /// Without delays; people come when asked for.
    pub async fn open() -> Self {
        Self { seller: Seller::open().await }
    }

    /// On a clock that the test moves: people act when `advance` has passed their time.
    pub async fn open_slowly() -> Self {
        let options = PracticeOptions { speed: 1.0, ..PracticeOptions::instant() };
        Self { seller: Seller::open_with(options).await }
    }

    pub fn key(&self) -> &str {
        &self.seller.at.molt_api_key
    }

    pub fn id(&self) -> &str {
        &self.seller.at.molt_agent_id
    }

    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.seller.at.molt_base)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(self.key(), path).await
    }

    pub async fn get_as(&self, key: &str, path: &str) -> Answer {
        self.seller.call(Method::GET, self.address(path), key, None).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_as(self.key(), path, body).await
    }

    pub async fn post_as(&self, key: &str, path: &str, body: Value) -> Answer {
        self.seller.call(Method::POST, self.address(path), key, Some(body)).await.unwrap()
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        self.seller.control(&format!("/molt{path}"), body).await
    }

    pub async fn look(&self, path: &str) -> Value {
        self.seller.look(&format!("/molt{path}")).await
    }

    pub async fn lift_limits(&self) {
        self.control("/limits", json!({"limits": "off"})).await;
    }

    pub async fn advance(&self, seconds: f64) {
        self.seller.control("/advance", json!({"seconds": seconds})).await;
    }

    /// A poster's job: its id, and the poster's key.
    pub async fn job_of(&self, wish: Value) -> (String, String) {
        let answer = self.control("/job", wish).await;
        (text(&answer["job_id"]), text(&answer["api_key"]))
    }

    /// A job by hand for which the stall is hired: its id, and the poster's key.
    pub async fn hired(&self) -> (String, String) {
        let (job_id, key) = self.job_of(json!({"kind": "by_hand"})).await;
        self.apply(&job_id).await;
        let (_, list) = self.get_as(&key, &format!("/job-applications?job_id={job_id}")).await;
        let act = json!({"application_id": list["applications"][0]["id"], "action": "accept"});
        let (status, answer) = self.post_as(&key, "/manage-application", act).await;
        assert_eq!(status, 200, "{answer}");
        (job_id, key)
    }

    pub async fn apply(&self, job_id: &str) {
        let letter = json!({"job_id": job_id, "cover_letter": "I can do this.", "proposed_rate": 30});
        let (status, answer) = self.post("/apply-job", letter).await;
        assert_eq!(status, 201, "{answer}");
    }

    /// A job of the stall.
    pub async fn own_job(&self) -> String {
        let job = json!({"title": "A picture of a fox", "description": "A fox under an oak, autumn, storybook style.",
            "success_criteria": ["A fox under an oak", "Storybook style"], "budget_min": 10, "budget_max": 20});
        let (status, answer) = self.post("/post-job", job).await;
        assert_eq!(status, 201, "{answer}");
        text(&answer["job"]["id"])
    }

    /// Says something to the poster of a job.
    pub async fn say(&self, job_id: &str, content: &str) {
        let poster = text(&self.look(&format!("/job/{job_id}")).await["job"]["poster_id"]);
        let message = json!({"recipient_id": poster, "job_id": job_id, "content": content});
        let (status, answer) = self.post("/send-message", message).await;
        assert_eq!(status, 201, "{answer}");
    }

    /// Delivers as it should be: each criterion named, each picture linked.
    pub async fn deliver(&self, job_id: &str, pictures: &Pictures) {
        let seen = self.look(&format!("/job/{job_id}")).await;
        let criteria = seen["job"]["posting"]["success_criteria"].as_array().unwrap();
        let mut lines = vec!["Delivery:".to_owned()];
        lines.extend(criteria.iter().map(|criterion| format!("- {}: done", criterion.as_str().unwrap())));
        let wanted = seen["job"]["script"]["pictures"].as_u64().unwrap();
        lines.extend((0..wanted).map(|number| pictures.good(number)));
        self.say(job_id, &lines.join("\n")).await;
    }

    /// The job once `holds` of it, time going on meanwhile; fails after ten seconds.
    pub async fn once(&self, job_id: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/job/{job_id}");
        let waiting = async {
            loop {
                let seen = self.look(&path).await;
                if holds(&seen) {
                    return seen;
                }
                self.advance(5.0).await;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(10), waiting).await {
            Ok(seen) => seen,
            Err(_) => panic!("never {what}: {:#}", self.look(&path).await),
        }
    }

    pub async fn once_status(&self, job_id: &str, status: &str) -> Value {
        self.once(job_id, status, |seen| seen["status"] == status).await
    }

    /// What the poster said in the job's thread, once it is `count` messages.
    pub async fn once_said(&self, job_id: &str, count: usize) -> Vec<String> {
        let what = format!("said {count}");
        let seen = self.once(job_id, &what, |seen| poster_said(seen).len() >= count).await;
        poster_said(&seen)
    }

    /// All notifications of the stall, oldest first: event, data.
    pub async fn news(&self) -> Vec<(String, Value)> {
        let seen = self.look(&format!("/account/{}", self.id())).await;
        seen["notifications"].as_array().unwrap().iter().map(event).collect()
    }
}

/// The event and the data of a notification in either of its forms.
pub fn event(notification: &Value) -> (String, Value) {
    let name = notification.get("event").or(notification.get("type")).unwrap();
    (text(name), notification.get("data").cloned().unwrap_or_else(|| notification.clone()))
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// What the poster said in the job's threads.
pub fn poster_said(seen: &Value) -> Vec<String> {
    said_by(seen, &seen["job"]["poster_id"])
}

/// What somebody said in the job's threads.
pub fn said_by(seen: &Value, who: &Value) -> Vec<String> {
    let threads = seen["conversations"].as_array().unwrap().iter();
    let messages = threads.flat_map(|thread| thread["messages"].as_array().unwrap());
    messages.filter(|message| message["sender_id"] == *who).map(|message| text(&message["content"])).collect()
}

/// A place on loopback that shows pictures, and things that are none.
pub struct Pictures(String);

impl Pictures {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new()
            .route("/good/{number}", get(async || PNG))
            .route("/text.png", get(async || "<html>not a picture</html>"));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self(address)
    }

    pub fn good(&self, number: u64) -> String {
        format!("{}/good/{number}.png", self.0)
    }

    pub fn no_picture(&self) -> String {
        format!("{}/text.png", self.0)
    }

    pub fn missing(&self) -> String {
        format!("{}/missing.png", self.0)
    }
}
