//! The client against a market that answers whatever a test says.

mod account;
mod events;
mod files;
mod listings;
mod messages;
mod orders;
mod safety;

use std::sync::Arc;

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockBuilder, MockServer, Request, ResponseTemplate};

use super::AgentMarket;
use crate::clock::{Clock, CountingIds, Ids, ManualClock};
use crate::marketplaces::Marketplace;

const KEY: &str = "cla_live_0123456789";

/// A market on loopback, and a client of it.
struct Market {
    server: MockServer,
    client: AgentMarket,
}

impl Market {
    async fn open() -> Self {
        let server = MockServer::start().await;
        let client = connect(&format!("{}/api", server.uri()));
        Self { server, client }
    }

    /// Answers this call with this, always.
    async fn answers(&self, verb: &str, at: &str, status: u16, body: Value) {
        self.mount(on(verb, at), ResponseTemplate::new(status).set_body_json(body)).await;
    }

    async fn mount(&self, call: MockBuilder, answer: ResponseTemplate) {
        call.respond_with(answer).mount(&self.server).await;
    }

    /// The calls received, in order.
    async fn calls(&self) -> Vec<Request> {
        self.server.received_requests().await.unwrap()
    }

    /// The JSON of the last call.
    async fn last_body(&self) -> Value {
        self.calls().await.last().unwrap().body_json().unwrap()
    }
}

fn on(verb: &str, at: &str) -> MockBuilder {
    Mock::given(method(verb)).and(path(format!("/api{at}")))
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at("2026-05-04T12:00:00Z".parse().unwrap()))
}

fn ids() -> Arc<dyn Ids> {
    Arc::new(CountingIds::default())
}

fn connect(base: &str) -> AgentMarket {
    AgentMarket::connect(base, KEY.into(), clock(), ids()).unwrap()
}

fn order() -> Value {
    json!({"id": "o1", "status": "in_progress"})
}
