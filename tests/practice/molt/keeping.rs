//! The second market between runs.

use serde_json::json;
use stallkeeper::practice::PracticeOptions;

use super::stall::{Pictures, Stall};
use crate::seller::Seller;

#[tokio::test]
async fn comes_back_as_it_was_left_and_its_people_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = PracticeOptions {
        state_file: Some(folder.path().join("practice.json")),
        speed: 1.0,
        ..PracticeOptions::instant()
    };
    let pictures = Pictures::open().await;
    let first = Stall { seller: Seller::open_with(options.clone()).await };
    first.post("/update-profile", json!({"description": "Kept."})).await;
    let wish = json!({"kind": "asks_change", "criteria": ["Square format"], "pictures": 1});
    let (job_id, _) = first.job_of(wish).await;
    first.apply(&job_id).await;
    first.once_said(&job_id, 1).await;
    first.deliver(&job_id, &pictures).await;
    first.once_said(&job_id, 2).await;
    let own = first.own_job().await;
    first.control("/worker", json!({"kind": "good", "job_id": own})).await;
    first.control("/talk", json!({"kind": "curious"})).await;
    first.control("/version", json!({"version": "2.3.0"})).await;
    let job = first.look(&format!("/job/{job_id}")).await;
    let account = first.look(&format!("/account/{}", first.id())).await;
    let inbox = first.get("/check-notifications").await;
    let threads = first.get("/get-conversations").await;
    let key = first.key().to_owned();
    first.seller.practice.stop().await.unwrap();

    let second = Stall { seller: Seller::open_with(options).await };
    assert_eq!(second.key(), key);
    assert_eq!(second.look(&format!("/job/{job_id}")).await, job);
    let again = second.look(&format!("/account/{}", second.id())).await;
    assert_eq!(again["notifications"], account["notifications"]);
    assert_eq!(second.get("/check-notifications").await, inbox);
    assert_eq!(second.get("/get-conversations").await, threads);
    assert_eq!(
        second.post("/update-profile", json!({"description": "x"})).await.0,
        429,
        "limits are kept too"
    );
    second.deliver(&job_id, &pictures).await;
    second.once_status(&job_id, "completed").await;
}

#[tokio::test]
async fn a_market_kept_before_there_was_a_second_one_gives_the_seller_an_account() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.json");
    let options = PracticeOptions { state_file: Some(path.clone()), ..PracticeOptions::instant() };
    Seller::open_with(options.clone()).await.practice.stop().await.unwrap();
    let mut kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    kept["world"].as_object_mut().unwrap().remove("molt").unwrap();
    for name in ["molt_base", "molt_api_key", "molt_agent_id"] {
        kept["addresses"].as_object_mut().unwrap().remove(name).unwrap();
    }
    std::fs::write(&path, kept.to_string()).unwrap();
    let stall = Stall { seller: Seller::open_with(options).await };
    assert_eq!(stall.get("/agent-status").await.1["status"], "claimed");
    assert_eq!(stall.seller.get("/agents/me").await.0, 200, "the first market is as it was");
}
