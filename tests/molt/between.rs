//! Stands between the stall and the market: counts what is asked, and loses an answer after the market has acted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::stream;
use serde_json::json;
use stallkeeper::http::{TimeLimits, client};

use super::far::Far;

#[derive(Default)]
struct Seen {
    calls: BTreeMap<String, usize>,
    lose_marked: usize,
    /// Sent to the stall's inbox just before a marking call reaches the market.
    late_news: usize,
}

pub struct Between {
    pub base: String,
    seen: Arc<Mutex<Seen>>,
}

struct Line {
    http: reqwest::Client,
    molt_base: String,
    control: (String, String),
    seen: Arc<Mutex<Seen>>,
}

impl Between {
    pub async fn open(far: &Far) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let line = Arc::new(Line {
            http: client(TimeLimits::API).unwrap(),
            molt_base: far.address("molt_base").to_owned(),
            control: (far.address("control_base").to_owned(), far.address("control_token").to_owned()),
            seen: Arc::clone(&seen),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(line);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, seen }
    }

    /// The answers to this many marking calls get lost; before each this much news comes in.
    pub fn lose_marked(&self, answers: usize, late_news: usize) {
        let mut seen = self.seen.lock().unwrap();
        seen.lose_marked = answers;
        seen.late_news = late_news;
    }

    /// What was asked since the last time, by function.
    pub fn calls(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.seen.lock().unwrap().calls)
    }
}

async fn pass(State(line): State<Arc<Line>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().unwrap().as_str().to_owned();
    let is_marking = path.contains("mark_read=true");
    let (is_lost, late_news) = {
        let mut seen = line.seen.lock().unwrap();
        *seen.calls.entry(head.uri.path().trim_start_matches('/').to_owned()).or_default() += 1;
        let is_lost = is_marking && seen.lose_marked > 0;
        seen.lose_marked -= usize::from(is_lost);
        (is_lost, if is_marking { std::mem::take(&mut seen.late_news) } else { 0 })
    };
    for _ in 0..late_news {
        let call = line.http.post(format!("{}/molt/notify", line.control.0)).bearer_auth(&line.control.1);
        let news = json!({ "event": "a_kind_of_tomorrow", "data": { "word": "late" } });
        assert!(call.json(&news).send().await.unwrap().status().is_success());
    }
    let mut call = line.http.request(head.method, format!("{}{path}", line.molt_base));
    for (name, value) in head.headers.iter().filter(|(name, _)| *name != "host") {
        call = call.header(name, value);
    }
    let answer = call.body(to_bytes(body, usize::MAX).await.unwrap()).send().await.unwrap();
    let status = answer.status();
    let bytes = answer.bytes().await.unwrap();
    let body = if is_lost {
        Body::from_stream(stream::once(async { Err::<bytes::Bytes, _>(std::io::Error::other("lost")) }))
    } else {
        Body::from(bytes)
    };
    Response::builder().status(status).header("content-type", "application/json").body(body).unwrap()
}
