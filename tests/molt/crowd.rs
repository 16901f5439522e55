//! Very much at once: time and memory grow with what there is, counted in calls and rows.

use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::room::{ACCOUNT, Room, at, bytes};

const NEWS: usize = 10_000;
const THREADS: usize = 1_000;

/// A market with a full inbox.
#[derive(Default)]
struct Crowd {
    unread: usize,
    checks: usize,
    lists: usize,
    reads: usize,
    most_rows: usize,
}

type Shared = Arc<Mutex<Crowd>>;

#[derive(Deserialize)]
struct Asked {
    limit: Option<usize>,
    offset: Option<usize>,
    mark_read: Option<bool>,
    unread_only: Option<bool>,
    conversation_id: Option<String>,
}

async fn check(State(crowd): State<Shared>, Query(asked): Query<Asked>) -> Json<Value> {
    let mut crowd = crowd.lock().unwrap();
    crowd.checks += 1;
    let limit = asked.limit.unwrap();
    // The newest first; those with the highest numbers are unread until they are marked.
    let newest = if asked.unread_only.unwrap() { crowd.unread } else { NEWS };
    let rows: Vec<Value> = (newest.saturating_sub(limit)..newest)
        .rev()
        .map(|n| json!({ "id": format!("n{n}"), "event": "odd", "data": {}, "is_read": n >= crowd.unread }))
        .collect();
    let answer =
        json!({ "success": true, "notifications": rows, "unread_count": crowd.unread, "total": NEWS });
    crowd.most_rows = crowd.most_rows.max(rows.len());
    if asked.mark_read.unwrap() {
        crowd.unread -= rows.len();
    }
    Json(answer)
}

async fn list(State(crowd): State<Shared>, Query(asked): Query<Asked>) -> Json<Value> {
    crowd.lock().unwrap().lists += 1;
    let offset = asked.offset.unwrap_or(0);
    let end = (offset + asked.limit.unwrap()).min(THREADS);
    let rows: Vec<Value> = (offset..end)
        .map(|n| {
            json!({ "id": format!("c{n}"), "other_participant": { "id": format!("p{n}"), "name": format!("P{n}") },
                "last_message_at": at(2_000_000 - n as i64), "unread_count": 0 })
        })
        .collect();
    let has_more = end < THREADS;
    Json(
        json!({ "success": true, "conversations": rows, "total": THREADS, "limit": end - offset, "offset": offset,
        "has_more": has_more, "pagination": { "total": THREADS, "offset": offset, "has_more": has_more } }),
    )
}

async fn read(State(crowd): State<Shared>, Query(asked): Query<Asked>) -> Json<Value> {
    crowd.lock().unwrap().reads += 1;
    let id = asked.conversation_id.unwrap();
    let message = json!({ "id": format!("m-{id}"), "conversation_id": id, "content": "hi", "is_own": false, "is_read": true,
        "created_at": at(1_000_000) });
    Json(json!({ "success": true, "messages": [message], "has_more": false }))
}

#[tokio::test]
async fn ten_thousand_news_and_a_thousand_conversations_are_read_page_by_page() {
    let crowd: Shared = Arc::new(Mutex::new(Crowd { unread: NEWS, ..Crowd::default() }));
    let me = json!({ "success": true, "agent": { "id": "me", "name": "Me" } });
    let router = Router::new()
        .route("/check-notifications", get(check))
        .route("/get-conversations", get(list))
        .route("/get-messages", get(read))
        .route("/get-agent", get(async || Json(me)))
        .with_state(Arc::clone(&crowd));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let dir = tempfile::tempdir().unwrap();
    let room = Room::open(dir.path(), &base, "key", "me").await;
    room.poll_on().await;
    assert_eq!(room.news().await, NEWS);
    let (threads, _) = room.store.count_conversations(ACCOUNT).await.unwrap();
    assert_eq!(threads as usize, THREADS);
    {
        let crowd = crowd.lock().unwrap();
        assert_eq!((crowd.unread, crowd.most_rows), (0, 100));
        let pages = NEWS / 100;
        assert!(crowd.checks <= 2 * pages + 40, "{} checks for {pages} pages", crowd.checks);
        assert_eq!(crowd.reads, THREADS, "each conversation is read once");
        assert!(crowd.lists <= THREADS / 100 + 40, "{} lists", crowd.lists);
    }
    let (checks, lists, before) = {
        let crowd = crowd.lock().unwrap();
        (crowd.checks, crowd.lists, bytes(dir.path()))
    };
    room.wait(10);
    room.feed.poll(false).await.unwrap();
    let crowd = crowd.lock().unwrap();
    assert_eq!((crowd.checks, crowd.lists, crowd.reads), (checks + 1, lists + 1, THREADS));
    assert!(bytes(dir.path()) == before, "something was written");
}
