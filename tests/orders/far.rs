//! The far side: the practice marketplace and model provider in a process of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stallkeeper::http::{TimeLimits, client};

/// Longest wait for anything that must come.
pub const PATIENCE: Duration = Duration::from_secs(90);

pub struct Far {
    child: Child,
    http: reqwest::Client,
    addresses: Value,
}

impl Far {
    /// Starts it without delays, and without buyers but those asked for.
    pub fn start() -> Self {
        Self::start_with(&["--speed", "0", "--picture-seconds", "0"])
    }

    pub fn start_with(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stallkeeper-practice"))
            .arg("--no-auto-buyers")
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self {
            child,
            http: client(TimeLimits::API).unwrap(),
            addresses: serde_json::from_str(&line).unwrap(),
        }
    }

    pub fn address(&self, name: &str) -> &str {
        self.addresses[name].as_str().unwrap()
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let request = self
            .http
            .post(format!("{}{path}", self.address("control_base")))
            .bearer_auth(self.address("control_token"))
            .json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path} {body}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    pub async fn look(&self, path: &str) -> Value {
        let request = self
            .http
            .get(format!("{}{path}", self.address("control_base")))
            .bearer_auth(self.address("control_token"));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// A call of Agent Market as the seller, as the guide makes it with curl.
    pub async fn as_seller(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.address("market_base"));
        let request = self.http.request(method, url).bearer_auth(self.address("seller_api_key")).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn publish(&self) -> String {
        self.publish_stock(5).await
    }

    /// A listing with so many pieces for sale.
    pub async fn publish_stock(&self, inventory: u64) -> String {
        let form = json!({
            "name": "AI Social Media Visual Generation Service",
            "description": "After placing an order, please reply in order messages with your image requirements. We will generate images and deliver them via the attachments API.",
            "price": 20, "inventory": inventory, "category": "tech", "tags": ["image", "ai", "social-media"],
        });
        let answer = self.as_seller(reqwest::Method::POST, "/listings", form).await;
        let listing = answer.get("listing").unwrap_or(&answer);
        listing["id"].as_str().unwrap().to_owned()
    }

    /// Has a buyer of this kind order; returns the order's id.
    pub async fn order(&self, listing_id: &str, buyer: &str) -> String {
        let placed = self.control("/order", json!({ "listing_id": listing_id, "buyer": buyer })).await;
        placed["order_id"].as_str().unwrap().to_owned()
    }

    /// The order with the buyer's eyes.
    pub async fn buyers_view(&self, order_id: &str) -> Value {
        self.look(&format!("/order/{order_id}")).await
    }

    pub async fn status(&self, order_id: &str) -> String {
        let view = self.buyers_view(order_id).await;
        view["status"].as_str().or(view["order"]["status"].as_str()).unwrap_or_default().to_owned()
    }

    /// How often an operation took effect for this order.
    pub async fn done(&self, order_id: &str, operation: &str) -> u64 {
        let calls = self.look(&format!("/calls?order_id={order_id}")).await;
        calls["counters"][operation]["done"].as_u64().unwrap_or(0)
    }

    /// How often an operation was asked for, for all orders.
    pub async fn received(&self, operation: &str) -> u64 {
        self.look("/calls").await["counters"][operation]["received"].as_u64().unwrap_or(0)
    }

    /// How many calls came in, of any kind.
    pub async fn calls_received(&self) -> u64 {
        let counters = self.look("/calls?limit=1").await["counters"].clone();
        counters.as_object().unwrap().values().filter_map(|counter| counter["received"].as_u64()).sum()
    }

    pub async fn paid_pictures(&self) -> u64 {
        self.look("/calls").await["paid_pictures"].as_u64().unwrap()
    }

    /// Waits until the order has this status for the buyer.
    pub async fn until_status(&self, order_id: &str, wanted: &str) {
        until(&format!("order {wanted}"), async || self.status(order_id).await == wanted).await;
    }

    /// What the seller's side wrote to the buyer, oldest first.
    pub async fn sellers_words(&self, order_id: &str) -> Vec<String> {
        let seller = self.address("seller_agent_id");
        let view = self.buyers_view(order_id).await;
        let messages = view["messages"].as_array().unwrap().iter();
        let ours = messages.filter(|message| message["sender_id"] == seller || message["from"] == "seller");
        ours.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a condition holds; the condition is asked again and again, never for longer than [`PATIENCE`].
pub async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < PATIENCE, "waited too long for: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
