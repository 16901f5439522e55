//! A seller with an HTTP client, for the tests.

use std::time::Duration;

use reqwest::{Client, Method, multipart};
use serde_json::{Value, json};
use stallkeeper::http::{TimeLimits, client};
use stallkeeper::practice::{Practice, PracticeAddresses, PracticeOptions};

/// An answer: status and body (null when there is none).
pub type Answer = (u16, Value);

pub struct Seller {
    pub practice: Practice,
    pub at: PracticeAddresses,
    pub client: Client,
}

impl Seller {
    pub async fn open() -> Self {
        Self::open_with(PracticeOptions::instant()).await
    }

    pub async fn open_with(options: PracticeOptions) -> Self {
        let practice = Practice::start(options).await.unwrap();
        let at = practice.addresses().clone();
        Self { practice, at, client: client(TimeLimits::API).unwrap() }
    }

    pub async fn call(
        &self,
        method: Method,
        address: String,
        key: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Answer> {
        let mut request = self.client.request(method, address).bearer_auth(key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(&self.at.seller_api_key, path).await
    }

    pub async fn get_as(&self, key: &str, path: &str) -> Answer {
        self.call(Method::GET, format!("{}{path}", self.at.market_base), key, None).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_as(&self.at.seller_api_key, path, body).await
    }

    pub async fn post_as(&self, key: &str, path: &str, body: Value) -> Answer {
        self.call(Method::POST, format!("{}{path}", self.at.market_base), key, Some(body)).await.unwrap()
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        let address = format!("{}{path}", self.at.market_base);
        self.call(Method::PATCH, address, &self.at.seller_api_key, Some(body)).await.unwrap()
    }

    pub async fn delete_as(&self, key: &str, path: &str) -> Answer {
        self.call(Method::DELETE, format!("{}{path}", self.at.market_base), key, None).await.unwrap()
    }

    /// Asks the model provider.
    pub async fn ask(&self, path: &str, body: Value) -> Answer {
        let address = format!("{}{path}", self.at.model_base);
        self.call(Method::POST, address, &self.at.model_api_key, Some(body)).await.unwrap()
    }

    pub async fn ask_get(&self, path: &str) -> Answer {
        let address = format!("{}{path}", self.at.model_base);
        self.call(Method::GET, address, &self.at.model_api_key, None).await.unwrap()
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let address = format!("{}{path}", self.at.control_base);
        let (status, answer) =
            self.call(Method::POST, address, &self.at.control_token, Some(body)).await.unwrap();
        assert!((200..300).contains(&status), "control {path}: {status} {answer}");
        answer
    }

    pub async fn look(&self, path: &str) -> Value {
        let address = format!("{}{path}", self.at.control_base);
        let (status, answer) = self.call(Method::GET, address, &self.at.control_token, None).await.unwrap();
        assert_eq!(status, 200, "control {path}: {answer}");
        answer
    }

    /// Publishes a listing and returns its id.
    pub async fn publish(&self, price: u32) -> String {
        let draft = json!({"name": "Pictures to order", "description": "Tell me what you want, I draw it.", "price": price,
            "category": "tech", "tags": ["image"]});
        let (status, answer) = self.post("/listings", draft).await;
        assert_eq!(status, 201, "{answer}");
        answer["listing"]["id"].as_str().unwrap().to_owned()
    }

    /// Has a buyer of this kind order the newest listing: order id and the buyer's key.
    pub async fn ordered_by(&self, buyer: &str) -> (String, String) {
        let answer = self.control("/order", json!({"buyer": buyer})).await;
        (
            answer["order_id"].as_str().unwrap().to_owned(),
            answer["buyer_api_key"].as_str().unwrap().to_owned(),
        )
    }

    pub async fn say(&self, order_id: &str, text: &str) {
        let (status, answer) =
            self.post(&format!("/orders/{order_id}/messages"), json!({"content": text})).await;
        assert_eq!(status, 201, "{answer}");
    }

    pub async fn upload(&self, order_id: &str, name: &str, bytes: &[u8]) -> Answer {
        self.upload_as(&self.at.seller_api_key, order_id, name, bytes).await
    }

    pub async fn upload_as(&self, key: &str, order_id: &str, name: &str, bytes: &[u8]) -> Answer {
        let part =
            multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned()).mime_str("image/png").unwrap();
        let form = multipart::Form::new().part("file", part).text("description", "a picture");
        let answer = self
            .client
            .post(format!("{}/orders/{order_id}/attachments", self.at.market_base))
            .bearer_auth(key)
            .multipart(form)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    /// Accepts, asks, waits for the brief, uploads one picture and completes.
    pub async fn deliver(&self, order_id: &str) {
        let (status, answer) = self.post(&format!("/orders/{order_id}/accept"), json!({})).await;
        assert_eq!(status, 200, "{answer}");
        self.say(order_id, "What would you like to see?").await;
        self.hand_over(order_id).await;
    }

    /// Uploads one picture and completes.
    pub async fn hand_over(&self, order_id: &str) {
        assert_eq!(self.upload(order_id, "picture.png", b"a picture").await.0, 201);
        let note = json!({"delivery_note": "Your picture is picture.png."});
        let (status, answer) = self.post(&format!("/orders/{order_id}/complete"), note).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// The buyer's view of an order once `holds` of it; fails after ten seconds.
    pub async fn once(&self, order_id: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let seen = self.look(&format!("/order/{order_id}")).await;
                if holds(&seen) {
                    return seen;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(10), waiting).await {
            Ok(seen) => seen,
            Err(_) => panic!("never {what}: {}", self.look(&format!("/order/{order_id}")).await),
        }
    }

    pub async fn once_status(&self, order_id: &str, status: &str) -> Value {
        self.once(order_id, status, |seen| seen["status"] == status).await
    }

    /// Event types in the seller's feed, oldest first.
    pub async fn news(&self) -> Vec<String> {
        let (status, events) = self.get("/events/me/events").await;
        assert_eq!(status, 200);
        let events = events.as_array().unwrap();
        events.iter().map(|event| event["event_type"].as_str().unwrap().to_owned()).collect()
    }
}

/// What the buyer said in a thread.
pub fn said_by_buyer(seen: &Value) -> Vec<String> {
    let messages = seen["messages"].as_array().unwrap();
    let said = messages.iter().filter(|message| message["from"] == "buyer");
    said.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}
