//! What comes in: nothing is lost, nothing is handled twice, and nothing is asked or written without need.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use stallkeeper::marketplaces::MarketResult;
use stallkeeper::people::{ActiveJob, CompletedJob, Heard, JobsRoom};
use stallkeeper::store::{InboxRow, StoreResult};

use super::between::Between;
use super::far::Far;
use super::room::{ACCOUNT, Room, bytes, talk, waiting};

async fn behind(far: &Far, between: &Between, dir: &std::path::Path) -> Room {
    far.control("/molt/limits", json!({ "limits": "off" })).await;
    Room::open(dir, &between.base, far.address("molt_api_key"), far.address("molt_agent_id")).await
}

#[tokio::test]
async fn a_lost_answer_to_marking_loses_no_news() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let between = Between::open(&far).await;
    let room = behind(&far, &between, dir.path()).await;
    room.feed.poll(true).await.unwrap();
    talk(&far).await;
    // News that the unmarked reading has not seen is marked by an answer that never comes.
    between.lose_marked(1, 3);
    assert!(room.feed.poll(false).await.is_err());
    assert_eq!(waiting(&far).await, (0, 4), "the market believes that we know");
    assert_eq!(room.news().await, 1, "and we do not");
    room.feed.poll(false).await.unwrap();
    assert_eq!(room.news().await, 4);
    let unknown = room.store.list_recent_news(ACCOUNT, 10).await.unwrap();
    assert_eq!(unknown.iter().filter(|news| news.outcome.as_deref() == Some("unknown_kind")).count(), 3);
}

#[tokio::test]
async fn news_that_comes_between_the_two_readings_is_kept() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let between = Between::open(&far).await;
    let room = behind(&far, &between, dir.path()).await;
    talk(&far).await;
    between.lose_marked(0, 2);
    room.feed.poll(true).await.unwrap();
    assert_eq!(room.news().await, 3);
    assert_eq!(waiting(&far).await, (0, 3));
}

#[tokio::test]
async fn a_look_at_nothing_new_asks_once_each_and_writes_nothing() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let between = Between::open(&far).await;
    let room = behind(&far, &between, dir.path()).await;
    for _ in 0..3 {
        talk(&far).await;
    }
    room.feed.poll(true).await.unwrap();
    room.feed.poll(false).await.unwrap();
    let before = bytes(dir.path());
    between.calls();
    room.feed.poll(false).await.unwrap();
    let expected = [("check-notifications", 1), ("get-conversations", 1)];
    assert_eq!(between.calls(), BTreeMap::from(expected.map(|(name, many)| (name.to_owned(), many))));
    assert!(bytes(dir.path()) == before, "something was written");
    talk(&far).await;
    room.feed.poll(false).await.unwrap();
    assert_eq!(between.calls()["get-messages"], 1, "only what changed is read");
    assert!(bytes(dir.path()) != before);
}

#[tokio::test]
async fn news_told_twice_is_handled_once() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let (conversation, _) = talk(&far).await;
    for _ in 0..3 {
        room.feed.poll(true).await.unwrap();
    }
    assert_eq!((room.news().await, room.letters(&conversation).await.len(), room.told()), (1, 1, 1));
    assert!(room.store.list_due_news(ACCOUNT, 0, Timestamp::MAX, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_letter_without_news_is_found_by_the_list_of_conversations() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    room.feed.poll(true).await.unwrap();
    let (conversation, _) = talk(&far).await;
    room.people.look_over(false).await.unwrap();
    room.people.read_due().await.unwrap();
    let letters = room.letters(&conversation).await;
    assert_eq!(letters.len(), 1);
    let row = room.store.lookup_conversation(ACCOUNT, &conversation).await.unwrap().unwrap();
    assert_eq!((row.unread, row.needs_reading), (1, false));
    assert!(row.other_name.is_some());
}

#[tokio::test]
async fn the_inbox_asks_again_when_the_market_says() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    far.control(
        "/fault",
        json!({ "operation": "checkNotifications", "kind": "status", "status": 429, "retry_after": 90 }),
    )
    .await;
    let refused = room.feed.poll(true).await.unwrap_err();
    assert_eq!(refused.code(), "rate_limited");
    let before = far.received("checkNotifications").await;
    assert_eq!(room.feed.poll(true).await.unwrap_err().code(), "market_budget", "the wait is obeyed");
    assert_eq!(far.received("checkNotifications").await, before);
    room.wait(2);
    room.feed.poll(true).await.unwrap();
}

/// A jobs room that writes down what it hears.
#[derive(Default)]
struct Listening {
    heard: Mutex<Vec<(String, Option<String>)>>,
    reconciled: Mutex<usize>,
}

#[async_trait]
impl JobsRoom for Listening {
    async fn hear(&self, news: &InboxRow) -> StoreResult<Heard> {
        let mut heard = self.heard.lock().unwrap();
        heard.push((news.kind.clone(), news.market_order_id.clone()));
        Ok(if heard.len() == 1 {
            Heard::Later("busy", Duration::from_secs(60))
        } else {
            Heard::Done("job_read")
        })
    }
    async fn reconcile(&self) -> MarketResult<()> {
        *self.reconciled.lock().unwrap() += 1;
        Ok(())
    }
    async fn active_jobs(&self) -> StoreResult<Vec<ActiveJob>> {
        Ok(Vec::new())
    }
    async fn completed_jobs(&self, _: Timestamp) -> StoreResult<Vec<CompletedJob>> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn news_about_jobs_waits_for_the_jobs_room_and_is_told_until_it_is_done() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let me = far.address("molt_agent_id");
    let news = json!({ "event": "job_status_changed", "to": me, "data": { "job_id": "job-1", "new_status": "completed" } });
    far.control("/molt/notify", news).await;
    room.feed.poll(true).await.unwrap();
    let due = async || room.store.list_due_news(ACCOUNT, 0, Timestamp::MAX, 10).await.unwrap().len();
    assert_eq!(due().await, 1, "nobody has taken it");
    let jobs = Arc::new(Listening::default());
    room.feed.jobs.fill(jobs.clone());
    room.feed.poll(false).await.unwrap();
    room.feed.poll(false).await.unwrap();
    assert_eq!(due().await, 1, "put off");
    assert_eq!(jobs.heard.lock().unwrap().len(), 1);
    room.wait(2);
    room.feed.poll(false).await.unwrap();
    room.feed.poll(false).await.unwrap();
    let about = ("job_status_changed".to_owned(), Some("job-1".to_owned()));
    assert_eq!(*jobs.heard.lock().unwrap(), [about.clone(), about]);
    assert_eq!(due().await, 0);
    assert_eq!(*jobs.reconciled.lock().unwrap(), 4);
}
