//! The stall in this process, with a clock that jumps and a host that remembers what the seller was told.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use stallkeeper::clock::{ShiftedClock, SystemIds};
use stallkeeper::host::{Host, Notice, TraySummary};
use stallkeeper::settings::{Environment, UserFolders};
use stallkeeper::stall::{Stall, StallConfig};
use stallkeeper::store::{HistoryRow, OrderRow};

use super::far::{Far, until};

/// Publishes a listing that many can buy.
pub async fn publish(far: &Far) -> String {
    let form = json!({
        "name": "Pictures to order", "description": "Tell me what you want after ordering; I draw it for you.",
        "price": 20, "inventory": 500, "category": "tech", "tags": ["image"],
    });
    let answer = far.as_seller(reqwest::Method::POST, "/listings", form).await;
    let listing = answer.get("listing").unwrap_or(&answer);
    listing["id"].as_str().unwrap().to_owned()
}

/// Every effect on an order that the far side saw: what was done how often.
pub async fn effects(far: &Far, order_id: &str) -> Vec<(&'static str, u64)> {
    let mut effects = Vec::new();
    for operation in [
        "acceptOrder",
        "rejectOrder",
        "cancelOrder",
        "sendOrderMessage",
        "uploadOrderAttachment",
        "deleteOrderAttachment",
        "completeOrder",
    ] {
        effects.push((operation, far.done(order_id, operation).await));
    }
    effects
}

#[derive(Default)]
pub struct Told(Mutex<Vec<Notice>>);

impl Told {
    pub fn all(&self) -> Vec<Notice> {
        self.0.lock().unwrap().clone()
    }
}

impl Host for Told {
    fn notify(&self, notice: Notice) {
        self.0.lock().unwrap().push(notice);
    }

    fn show_summary(&self, _: TraySummary) {}
}

pub struct Home {
    pub stall: Stall,
    pub clock: ShiftedClock,
    pub told: Arc<Told>,
    dir: tempfile::TempDir,
}

impl Home {
    /// Opens a stall without a public address: news comes from the feed and by comparing orders. `extra` names win.
    pub async fn open(far: &Far, extra: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let credentials = dir.path().join("credentials.json");
        let keys =
            json!({ "api_key": far.address("seller_api_key"), "agent_id": far.address("seller_agent_id") });
        std::fs::write(&credentials, keys.to_string()).unwrap();
        let usual = [
            ("AGENT_MARKET_BASE_URL", far.address("market_base")),
            ("CREDENTIALS_FILE", credentials.to_str().unwrap()),
            ("OPENROUTER_BASE_URL", far.address("model_base")),
            ("OPENROUTER_API_KEY", far.address("model_api_key")),
            ("STALLKEEPER_PASSPHRASE", "only for the test"),
        ];
        let pairs = usual.into_iter().filter(|(name, _)| !extra.iter().any(|(other, _)| other == name));
        let environment =
            Environment::read(pairs.chain(extra.iter().copied()), &UserFolders::default()).unwrap();
        let config =
            StallConfig::for_server(dir.path().join("data"), environment, UserFolders::default(), false);
        let (clock, told) = (ShiftedClock::default(), Arc::new(Told::default()));
        let host = Arc::clone(&told) as Arc<dyn Host>;
        let stall =
            Stall::open_with(config, host, Arc::new(clock.clone()), Arc::new(SystemIds)).await.unwrap();
        let home = Self { stall, clock, told, dir };
        until("the stall to be open", async || home.stall.is_open()).await;
        home
    }

    pub fn pictures(&self) -> std::path::PathBuf {
        self.dir.path().join("data/pictures")
    }

    pub fn account_id(&self) -> String {
        self.stall.account().unwrap().row.id.clone()
    }

    pub async fn order(&self, market_order_id: &str) -> Option<OrderRow> {
        self.stall.store().lookup_market_order(&self.account_id(), market_order_id).await.unwrap()
    }

    pub async fn history(&self, market_order_id: &str) -> Vec<HistoryRow> {
        match self.order(market_order_id).await {
            Some(order) => self.stall.store().list_history(&order.id).await.unwrap(),
            None => Vec::new(),
        }
    }

    pub async fn is_held(&self, market_order_id: &str, code: &str) -> bool {
        let hold = self.order(market_order_id).await.and_then(|order| order.hold);
        hold.is_some_and(|hold| hold.code == code)
    }

    /// Reads the feed now, as its time comes.
    pub fn read_feed(&self) {
        self.stall.account().unwrap().read_feed.notify_one();
    }

    /// Waits until no read of the feed that was asked for is under way or still to come.
    pub async fn at_rest(&self, far: &Far) {
        let asked = async || (far.received("pollEvents").await, far.received("listOrders").await);
        until("the stall to be at rest", async || {
            let before = asked().await;
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            asked().await == before
        })
        .await;
    }

    /// Compares orders now, as every five minutes.
    pub fn compare(&self) {
        self.stall.account().unwrap().compare.notify_one();
    }
}

/// Sets the weather: calm but for these chances and amounts.
pub async fn weather(far: &Far, seed: u64, chances: Value, amounts: Value) {
    let wish = json!({ "preset": "calm", "seed": seed, "chances": chances, "amounts": amounts });
    far.control("/weather", wish).await;
}
