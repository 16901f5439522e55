//! A market on loopback, and a client of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::super::MoltMarket;
use crate::clock::{Clock, CountingIds, ManualClock};
use crate::marketplaces::budget::{BudgetBook, Budgets, MemoryBook};

pub(super) const KEY: &str = "moltmarket_live_0123456789";

/// What the market says to one call.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    pub(super) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }
}

/// A call as it came in.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) authorization: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) raw: Vec<u8>,
}

impl Seen {
    pub(super) fn body(&self) -> Value {
        serde_json::from_slice(&self.raw).unwrap()
    }
}

#[derive(Debug, Default)]
struct Far {
    seen: Vec<Seen>,
    /// Said once each, before what is always said.
    next: VecDeque<Answer>,
    always: Option<Answer>,
}

type Shared = Arc<Mutex<Far>>;

pub(super) struct Market {
    far: Shared,
    server: AbortHandle,
    pub(super) base: String,
    pub(super) clock: ManualClock,
    pub(super) budgets: Arc<Budgets>,
    pub(super) client: MoltMarket,
}

impl Drop for Market {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Market {
    pub(super) async fn open() -> Self {
        Self::open_with(Arc::new(MemoryBook::default())).await
    }

    pub(super) async fn open_with(book: Arc<dyn BudgetBook>) -> Self {
        let far = Shared::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/functions/v1", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&far));
        let server = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        let clock = ManualClock::at("2026-05-04T12:00:00Z".parse().unwrap());
        let budgets = Arc::new(Budgets::new(book, Arc::new(clock.clone())));
        let client = connect(&base, "account", &budgets, &clock);
        Self { far, server, base, clock, budgets, client }
    }

    /// Another account's client of the same market, on the same computer.
    pub(super) fn client_of(&self, account_id: &str) -> MoltMarket {
        connect(&self.base, account_id, &self.budgets, &self.clock)
    }

    pub(super) fn visitor(&self) -> MoltMarket {
        MoltMarket::connect_without_account(
            &self.base,
            Arc::clone(&self.budgets),
            Arc::new(self.clock.clone()),
            Arc::new(CountingIds::default()),
        )
        .unwrap()
    }

    pub(super) fn always(&self, answer: Answer) {
        self.far.lock().unwrap().always = Some(answer);
    }

    pub(super) fn answers(&self, status: u16, body: &Value) {
        self.always(Answer::json(status, body));
    }

    pub(super) fn next(&self, answer: Answer) {
        self.far.lock().unwrap().next.push_back(answer);
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.far.lock().unwrap().seen.clone()
    }

    pub(super) fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }

    /// Long enough for every budget to be free again.
    pub(super) fn a_week_later(&self) -> Timestamp {
        self.clock.advance(SignedDuration::from_hours(7 * 24));
        self.clock.now()
    }
}

fn connect(base: &str, account_id: &str, budgets: &Arc<Budgets>, clock: &ManualClock) -> MoltMarket {
    MoltMarket::connect(
        base,
        account_id,
        KEY.into(),
        Arc::clone(budgets),
        Arc::new(clock.clone()),
        Arc::new(CountingIds::default()),
    )
    .unwrap()
}

async fn answer(
    State(far): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    let seen = Seen {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: query.into_owned().collect(),
        authorization,
        headers,
        raw: body.to_vec(),
    };
    let answer = {
        let mut far = far.lock().unwrap();
        far.seen.push(seen);
        far.next.pop_front().or_else(|| far.always.clone()).expect("an answer to this call")
    };
    let mut response = (StatusCode::from_u16(answer.status).unwrap(), answer.body).into_response();
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
