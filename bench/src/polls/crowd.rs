//! A second market with a full inbox, on loopback: the least that answers as it does, and counts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// How much there is to read.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub news: usize,
    pub threads: usize,
}

/// Calls so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counted {
    pub inbox: usize,
    pub others: usize,
}

#[derive(Debug)]
struct Inside {
    size: Size,
    unread: usize,
    counted: Counted,
}

#[derive(Debug, Clone)]
struct Shared(Arc<Mutex<Inside>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    limit: usize,
    #[serde(default)]
    offset: usize,
    #[serde(default)]
    mark_read: bool,
    #[serde(default)]
    unread_only: bool,
    #[serde(default)]
    conversation_id: String,
}

#[derive(Debug)]
pub struct Crowd {
    pub base: String,
    shared: Shared,
}

impl Crowd {
    pub async fn open(size: Size) -> Result<Self> {
        let inside = Inside { size, unread: size.news, counted: Counted::default() };
        let shared = Shared(Arc::new(Mutex::new(inside)));
        let me = json!({ "success": true, "agent": { "id": "me", "name": "Me" } });
        let router = Router::new()
            .route("/check-notifications", get(check))
            .route("/get-conversations", get(list))
            .route("/get-messages", get(read))
            .route("/get-agent", get(async || Json(me)))
            .with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let base = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { base, shared })
    }

    pub fn counted(&self) -> Counted {
        self.shared.lock().counted
    }
}

async fn check(State(shared): State<Shared>, Query(asked): Query<Asked>) -> Json<Value> {
    let mut crowd = shared.lock();
    crowd.counted.inbox += 1;
    // The newest first; those with the highest numbers are unread until they are marked.
    let newest = if asked.unread_only { crowd.unread } else { crowd.size.news };
    let rows: Vec<Value> = (newest.saturating_sub(asked.limit)..newest)
        .rev()
        .map(|n| {
            let conversation = format!("c{}", n % crowd.size.threads);
            json!({ "id": format!("n{n}"), "event": "new_message", "is_read": n >= crowd.unread,
                "data": { "conversation_id": conversation, "message_id": format!("m-{conversation}") } })
        })
        .collect();
    if asked.mark_read {
        crowd.unread -= rows.len();
    }
    Json(
        json!({ "success": true, "unread_count": crowd.unread, "total": crowd.size.news, "notifications": rows }),
    )
}

async fn list(State(shared): State<Shared>, Query(asked): Query<Asked>) -> Json<Value> {
    let mut crowd = shared.lock();
    crowd.counted.others += 1;
    let threads = crowd.size.threads;
    let end = (asked.offset + asked.limit).min(threads);
    let rows: Vec<Value> = (asked.offset..end)
        .map(|n| {
            let last = Timestamp::from_second(2_000_000 - n as i64).unwrap_or_default();
            json!({ "id": format!("c{n}"), "other_participant": { "id": format!("p{n}"), "name": format!("P{n}") },
                "last_message_at": last, "unread_count": 0 })
        })
        .collect();
    let (many, has_more) = (rows.len(), end < threads);
    Json(
        json!({ "success": true, "conversations": rows, "total": threads, "limit": many, "offset": asked.offset,
        "has_more": has_more, "pagination": { "total": threads, "offset": asked.offset, "has_more": has_more } }),
    )
}

async fn read(State(shared): State<Shared>, Query(asked): Query<Asked>) -> Json<Value> {
    shared.lock().counted.others += 1;
    let id = asked.conversation_id;
    let message = json!({ "id": format!("m-{id}"), "conversation_id": id, "content": "Good morning, are you free?",
        "is_own": false, "is_read": true, "created_at": Timestamp::from_second(1_000_000).unwrap_or_default() });
    Json(json!({ "success": true, "messages": [message], "has_more": false }))
}
