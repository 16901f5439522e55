//! Workers who apply to the stall's own jobs, with the stall as poster over raw HTTP.

use serde_json::{Value, json};

use super::stall::{Stall, said_by, text};

/// A job of the stall with this worker hired: job id, worker's account id.
async fn hired(stall: &Stall, kind: &str) -> (String, Value) {
    stall.lift_limits().await;
    let job_id = stall.own_job().await;
    let came = stall.control("/worker", json!({"kind": kind, "job_id": job_id})).await;
    let act = json!({"application_id": came["application_id"], "action": "accept"});
    let (status, answer) = stall.post("/manage-application", act).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer["application"]["agent_wallets"][0]["address"].is_string());
    (job_id, came["account_id"].clone())
}

/// What the worker said once it is `count` messages, with the address of each picture.
async fn once_said(stall: &Stall, job_id: &str, worker: &Value, count: usize) -> Vec<(String, Value)> {
    let seen =
        stall.once(job_id, &format!("{count} messages"), |seen| said_by(seen, worker).len() >= count).await;
    let messages = seen["conversations"][0]["messages"].as_array().unwrap();
    let own = messages.iter().filter(|message| message["sender_id"] == *worker);
    own.map(|message| (text(&message["content"]), message["image_url"].clone())).collect()
}

async fn is_picture(stall: &Stall, address: &Value) -> bool {
    let answer = stall.seller.client.get(text(address)).send().await.unwrap();
    answer.status().is_success() && answer.bytes().await.unwrap().starts_with(b"\x89PNG")
}

async fn ask_again(stall: &Stall, job_id: &str, worker: &Value) {
    let said = json!({"recipient_id": worker, "job_id": job_id, "content": "Please mend this."});
    assert_eq!(stall.post("/send-message", said).await.0, 201);
}

#[tokio::test]
async fn letters_differ_in_quality_and_the_stall_hears_of_each() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let job_id = stall.own_job().await;
    for kind in ["good", "terse", "wants_money_first", "chinese"] {
        stall.control("/worker", json!({"kind": kind})).await;
    }
    let (_, list) = stall.get(&format!("/job-applications?job_id={job_id}")).await;
    let letters: Vec<String> =
        list["applications"].as_array().unwrap().iter().map(|one| text(&one["cover_letter"])).collect();
    assert!(letters[0].len() > 100 && letters[1].len() < 20, "{letters:?}");
    assert!(letters[2].contains("half of the price") && !letters[3].is_ascii());
    let news = stall.news().await;
    assert!(news.iter().all(|(event, data)| event == "new_application" && data["job_id"] == json!(job_id)));
    assert_eq!(news.len(), 4);
}

#[tokio::test]
async fn a_good_worker_delivers_a_picture_and_each_criterion_and_mends_when_told() {
    let stall = Stall::open_slowly().await;
    let (job_id, worker) = hired(&stall, "good").await;
    let said = once_said(&stall, &job_id, &worker, 2).await;
    assert!(said[1].0.contains("A fox under an oak") && said[1].0.contains("Storybook style"), "{said:?}");
    assert!(is_picture(&stall, &said[1].1).await);
    ask_again(&stall, &job_id, &worker).await;
    let said = once_said(&stall, &job_id, &worker, 3).await;
    assert_ne!(said[2].1, said[1].1, "another picture");
    stall.post("/update-job", json!({"job_id": job_id, "status": "completed"})).await;
    let said = once_said(&stall, &job_id, &worker, 4).await;
    assert!(said[3].0.contains("pleasure"), "{said:?}");
}

#[tokio::test]
async fn poor_first_deliveries_are_mended_when_told() {
    let stall = Stall::open_slowly().await;
    for (kind, has_criteria, has_picture) in [("misses_criteria", false, true), ("no_picture", true, false)] {
        let (job_id, worker) = hired(&stall, kind).await;
        let said = once_said(&stall, &job_id, &worker, 2).await;
        assert_eq!(
            (said[1].0.contains("Storybook style"), said[1].1.is_string()),
            (has_criteria, has_picture),
            "{kind}"
        );
        ask_again(&stall, &job_id, &worker).await;
        let said = once_said(&stall, &job_id, &worker, 3).await;
        assert!(
            said[2].0.contains("Storybook style") && is_picture(&stall, &said[2].1).await,
            "{kind}: {said:?}"
        );
    }
}

#[tokio::test]
async fn some_vanish_and_the_rejected_do_nothing() {
    let stall = Stall::open_slowly().await;
    stall.lift_limits().await;
    let job_id = stall.own_job().await;
    let worker = stall.control("/worker", json!({"kind": "vanishes", "job_id": job_id})).await;
    let passed_over =
        stall.control("/worker", json!({"kind": "good", "job_id": job_id})).await["account_id"].clone();
    let act = json!({"application_id": worker["application_id"], "action": "accept"});
    assert_eq!(stall.post("/manage-application", act).await.0, 200);
    let worker = worker["account_id"].clone();
    once_said(&stall, &job_id, &worker, 1).await;
    let other = stall.own_job().await;
    let came = stall.control("/worker", json!({"kind": "good", "job_id": other})).await;
    let act = json!({"application_id": came["application_id"], "action": "reject"});
    assert_eq!(stall.post("/manage-application", act).await.0, 200);
    for _ in 0..20 {
        stall.advance(3_600.0).await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let seen = stall.look(&format!("/job/{job_id}")).await;
    assert_eq!((said_by(&seen, &worker).len(), said_by(&seen, &passed_over).len()), (1, 0));
    assert_eq!(stall.look(&format!("/job/{other}")).await["conversations"], json!([]));
}
