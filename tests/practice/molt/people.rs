//! Talkers, visitors who come by themselves, and the calls of the program itself.

use std::time::Duration;

use serde_json::{Value, json};
use stallkeeper::practice::{Coming, PosterKind, PracticeOptions, TalkerKind, WorkerKind};

use super::stall::{Stall, text};
use crate::seller::Seller;

async fn once_said(stall: &Stall, id: &str, count: usize) -> Vec<Value> {
    let waiting = async {
        loop {
            let seen = stall.look(&format!("/conversation/{id}")).await;
            let messages = seen["messages"].as_array().unwrap().clone();
            if messages.len() >= count {
                return messages;
            }
            stall.advance(5.0).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap()
}

#[tokio::test]
async fn talkers_go_on_when_answered_and_not_before() {
    let stall = Stall::open_slowly().await;
    stall.lift_limits().await;
    for (kind, lines) in [("curious", 3), ("chinese", 3), ("scams", 3), ("stranger", 2)] {
        let came = stall.control("/talk", json!({"kind": kind})).await;
        let id = text(&came["conversation_id"]);
        for _ in 0..10 {
            stall.advance(600.0).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(once_said(&stall, &id, 1).await.len(), 1, "{kind} waits for an answer");
        for line in 1..=lines {
            let reply = json!({"conversation_id": id, "content": "Thank you for writing."});
            assert_eq!(stall.post("/send-message", reply).await.0, 201);
            once_said(&stall, &id, if line < lines { 2 * line + 1 } else { 2 * line }).await;
        }
        stall.advance(600.0).await;
        assert_eq!(
            once_said(&stall, &id, 2 * lines).await.len(),
            2 * lines,
            "{kind} has nothing left to say"
        );
    }
}

#[tokio::test]
async fn a_stranger_wants_changes_of_a_job_that_is_not_its_own() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let (job_id, _) = stall.hired().await;
    let came = stall.control("/talk", json!({"kind": "stranger"})).await;
    let seen = stall.look(&format!("/conversation/{}", text(&came["conversation_id"]))).await;
    assert_eq!(seen["job_id"], json!(job_id), "it names the job");
    assert_ne!(seen["participants"][0], stall.look(&format!("/job/{job_id}")).await["job"]["poster_id"]);
    let (_, data) = stall.news().await.pop().unwrap();
    assert_eq!(data["sender_id"], came["account_id"]);
}

#[tokio::test]
async fn visitors_come_once_somebody_calls_and_workers_to_the_stalls_jobs() {
    let options = PracticeOptions { auto_buyers: true, speed: 1.0, ..PracticeOptions::instant() };
    let stall = Stall { seller: Seller::open_with(options).await };
    for _ in 0..10 {
        stall.advance(60.0).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(stall.look("/state").await["jobs"], 0, "nobody comes to a market nobody uses");
    stall.lift_limits().await;
    let own = stall.own_job().await;
    let waiting = async {
        loop {
            let state = stall.look("/state").await;
            if state["visits"] == 10 && state["applications"] == 3 {
                return state;
            }
            stall.advance(10.0).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let state = tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap();
    assert_eq!(state["jobs"], 9, "eight of posters and the stall's own");
    let (_, list) = stall.get(&format!("/job-applications?job_id={own}")).await;
    assert_eq!(list["applications"].as_array().unwrap().len(), 3);
    assert_eq!(stall.get("/browse-jobs?limit=100").await.1["total"], 9);
    assert_eq!(stall.get("/get-conversations").await.1["total"], 2);
}

#[tokio::test]
async fn the_program_itself_sends_people() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let practice = &stall.seller.practice;
    let job_id = practice.send(Coming::Poster(PosterKind::NeverLooks)).await.unwrap();
    assert_eq!(stall.get("/browse-jobs").await.1["jobs"][0]["id"], json!(job_id));
    let nowhere = Coming::Worker { kind: WorkerKind::Good, job_id: None };
    assert!(practice.send(nowhere.clone()).await.is_err(), "the stall has no job yet");
    let own = stall.own_job().await;
    practice.send(nowhere).await.unwrap();
    let (_, list) = stall.get(&format!("/job-applications?job_id={own}")).await;
    assert_eq!(list["applications"].as_array().unwrap().len(), 1);
    let conversation_id = practice.send(Coming::Talker(TalkerKind::Curious)).await.unwrap();
    assert_eq!(stall.get("/get-conversations").await.1["conversations"][0]["id"], json!(conversation_id));
    assert!(practice.claim(stall.id()).await.is_ok());
    assert!(practice.claim("nobody").await.is_err());
}

#[tokio::test]
async fn names_are_unique_however_many_come() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    for _ in 0..60 {
        stall.control("/talk", json!({"kind": "by_hand"})).await;
    }
    let (_, agents) = stall.get("/browse-agents?limit=100").await;
    let names: std::collections::BTreeSet<String> =
        agents["agents"].as_array().unwrap().iter().map(|agent| text(&agent["name"])).collect();
    assert_eq!(names.len(), 61);
}
