//! The practice marketplace in a process of its own, without any delays, and the calls that steer it.

use std::path::Path;

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use stallkeeper::http::{TimeLimits, client};
use stallkeeper::practice::PracticeAddresses;
use tempfile::TempDir;

use crate::programs::{Running, built, furnished, until};

/// What every order asks for: the same words, so that the same picture is drawn.
pub const WISH: &str =
    "A red fox sleeping in fresh snow under pine trees, watercolour, soft morning light, square.";

pub struct FarSide {
    pub at: PracticeAddresses,
    pub client: Client,
    _program: Running,
    _home: TempDir,
}

impl FarSide {
    /// Opens it with one listing for sale.
    pub async fn open(scratch: &Path) -> Result<Self> {
        Self::open_with(scratch, &[]).await
    }

    /// The same, with one drawing for all: what is measured is everything around it.
    pub async fn without_drawing(scratch: &Path) -> Result<Self> {
        Self::open_with(scratch, &["--one-picture"]).await
    }

    async fn open_with(scratch: &Path, more: &[&str]) -> Result<Self> {
        let home = tempfile::tempdir_in(scratch)?;
        let mut command = furnished(&built("stallkeeper-practice")?, home.path());
        command.args(["--speed", "0", "--no-auto-buyers", "--picture-seconds", "0"]).args(more);
        let mut program = Running::start(&mut command, home.path().join("practice.log"))?;
        let at =
            program.line("the practice marketplace opens", |line| serde_json::from_str(line).ok()).await?;
        let far = Self { at, client: client(TimeLimits::API)?, _program: program, _home: home };
        let listing = json!({"name": "Pictures to order", "description": "Tell me what you want, I draw it.", "price": 5,
            "category": "tech", "tags": ["image"]});
        far.market(Method::POST, "/listings", Some(listing)).await?;
        Ok(far)
    }

    /// A call of the seller.
    pub async fn market(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        self.call(method, format!("{}{path}", self.at.market_base), &self.at.seller_api_key, body).await
    }

    /// A steering call; with a body it changes something.
    pub async fn control(&self, path: &str, body: Option<Value>) -> Result<Value> {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        self.call(method, format!("{}{path}", self.at.control_base), &self.at.control_token, body).await
    }

    /// Has a buyer order, with all that is wanted in the order itself. Returns the order's id.
    pub async fn place_order(&self) -> Result<String> {
        let placed = self.control("/order", Some(json!({"buyer": "in_requirement", "text": WISH}))).await?;
        Ok(placed["order_id"].as_str().context("the order has no id")?.to_owned())
    }

    /// Waits until the buyer has confirmed and the order is paid.
    pub async fn once_paid(&self, order_id: &str) -> Result<()> {
        let path = format!("/order/{order_id}");
        let paid = until("the order is paid", async || {
            Ok((self.control(&path, None).await?["status"] == "completed").then_some(()))
        });
        match paid.await {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(self.control(&path, None).await?.to_string())),
        }
    }

    /// How long the marketplace itself took for the picture it drew last, in milliseconds.
    pub async fn latest_drawing(&self) -> Result<f64> {
        // The reading of the wish comes just before and takes next to nothing.
        let calls = self.control("/calls?operation=chatCompletion&limit=2", None).await?;
        let took = |call: &Value| call["milliseconds"].as_f64();
        let longest = calls["calls"].as_array().into_iter().flatten().filter_map(took).max_by(f64::total_cmp);
        longest.context("nothing was drawn")
    }

    /// The received calls of one operation on an order, oldest first.
    pub async fn calls(&self, order_id: &str, operation: &str) -> Result<Vec<Value>> {
        let mut calls =
            self.control(&format!("/calls?order_id={order_id}&operation={operation}"), None).await?;
        match calls["calls"].take() {
            Value::Array(calls) => Ok(calls),
            other => bail!("not a list of calls: {other}"),
        }
    }

    async fn call(&self, method: Method, address: String, key: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.client.request(method, &address).bearer_auth(key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{address}: {status} {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{address} answered no JSON"))
    }
}
