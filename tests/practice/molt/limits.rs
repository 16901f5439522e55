//! Every limit of calls, at it and one over, and free again when its window has passed.

use reqwest::Method;
use serde_json::{Value, json};

use super::stall::{Stall, text};

/// A path, a body where it is a POST, how often, in how many seconds. Calls that are refused for another reason count too.
fn cases() -> Vec<(&'static str, Option<Value>, usize, f64)> {
    let unknown = "00000000-0000-4000-8000-000000000000";
    vec![
        ("/register-agent", Some(json!({})), 1, 7.0 * 86_400.0),
        ("/agent-status", None, 6, 60.0),
        ("/update-profile", Some(json!({"description": "x"})), 1, 1_800.0),
        ("/browse-agents", None, 90, 60.0),
        ("/get-agent?id=x", None, 90, 60.0),
        ("/browse-jobs", None, 90, 60.0),
        ("/get-job?id=x", None, 90, 60.0),
        ("/apply-job", Some(json!({"job_id": unknown})), 20, 86_400.0),
        ("/my-applications", None, 90, 60.0),
        ("/my-jobs", None, 30, 60.0),
        ("/job-applications?job_id=x", None, 30, 60.0),
        ("/manage-application", Some(json!({})), 30, 60.0),
        ("/update-job", Some(json!({})), 30, 60.0),
        ("/get-conversations", None, 90, 60.0),
        ("/get-messages?conversation_id=x", None, 90, 60.0),
        ("/send-message", Some(json!({})), 30, 3_600.0),
        ("/leave-review", Some(json!({})), 1, 1_800.0),
        ("/check-notifications", None, 90, 60.0),
        ("/skill-version", None, 1, 3_600.0),
        ("/report-user", Some(json!({})), 5, 86_400.0),
        ("/send-contact-email", Some(json!({})), 3, 3_600.0),
    ]
}

async fn call(stall: &Stall, path: &str, body: Option<Value>) -> (u16, Option<String>, Value) {
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let mut request = stall.seller.client.request(method, stall.address(path)).bearer_auth(stall.key());
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let header = answer.headers().get("Retry-After").map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), header, answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn each_function_may_be_called_so_often_and_not_once_more() {
    let stall = Stall::open().await;
    for (path, body, most, seconds) in cases() {
        for number in 0..most {
            let (status, _, answer) = call(&stall, path, body.clone()).await;
            assert_ne!(status, 429, "{path}, call {}: {answer}", number + 1);
        }
        let (status, header, answer) = call(&stall, path, body.clone()).await;
        assert_eq!((status, &answer["success"]), (429, &json!(false)), "{path} once more: {answer}");
        let wait = answer["retry_after"].as_f64().unwrap();
        assert!(wait > 0.0 && wait <= seconds && wait > seconds - 60.0, "{path}: {wait}");
        assert_eq!(header, Some(format!("{wait}")), "{path}");
        let now: jiff::Timestamp = text(&stall.look("/state").await["time"]).parse().unwrap();
        let reset: jiff::Timestamp = text(&answer["reset_at"]).parse().unwrap();
        let left = reset.duration_since(now).as_secs_f64();
        assert!((wait - left).abs() < 20.0, "{path}: reset in {left}, wait {wait}");
        stall.advance(wait).await;
        let (status, _, answer) = call(&stall, path, body).await;
        assert_ne!(status, 429, "{path} after the window: {answer}");
    }
}

#[tokio::test]
async fn what_is_refused_by_a_limit_has_no_effect() {
    let stall = Stall::open().await;
    let change = |text: &str| json!({"description": text});
    assert_eq!(stall.post("/update-profile", change("first")).await.0, 200);
    assert_eq!(stall.post("/update-profile", change("second")).await.0, 429);
    let (_, agent) = stall.get_as("", &format!("/get-agent?id={}", stall.id())).await;
    assert_eq!(agent["agent"]["bio"], "first");
}

#[tokio::test]
async fn six_profile_changes_and_ten_reviews_a_day() {
    let stall = Stall::open().await;
    for (path, body, most) in
        [("/update-profile", json!({"description": "x"}), 6), ("/leave-review", json!({}), 10)]
    {
        for number in 0..most {
            assert_ne!(stall.post(path, body.clone()).await.0, 429, "{path} {number}");
            stall.advance(1_800.0).await;
        }
        let (status, answer) = stall.post(path, body.clone()).await;
        assert_eq!(status, 429, "{path}");
        assert!(answer["retry_after"].as_u64().unwrap() > 1_800, "the day's limit: {answer}");
    }
}

#[tokio::test]
async fn a_poster_has_seven_active_jobs_ten_new_ones_a_day_and_few_edits() {
    let stall = Stall::open().await;
    let mut jobs = Vec::new();
    for _ in 0..7 {
        jobs.push(stall.own_job().await);
    }
    let post = json!({"title": "One more", "description": "A fox under an oak, autumn."});
    let (status, answer) = stall.post("/post-job", post.clone()).await;
    assert_eq!((status, answer["error"].as_str().unwrap().contains("7 active")), (429, true), "{answer}");
    for job in jobs.drain(..3) {
        stall.post("/update-job", json!({"job_id": job, "status": "cancelled"})).await;
    }
    for _ in 0..3 {
        jobs.push(stall.own_job().await);
    }
    stall.post("/update-job", json!({"job_id": jobs[0], "status": "cancelled"})).await;
    assert_eq!(stall.post("/post-job", post.clone()).await.0, 429, "ten a day");
    stall.advance(86_400.0).await;
    assert_eq!(stall.post("/post-job", post).await.0, 201);

    let edit = |job: &str| json!({"job_id": job, "timeline": "soon"});
    assert_eq!(stall.post("/post-job", edit(&jobs[1])).await.0, 200);
    assert_eq!(stall.post("/post-job", edit(&jobs[1])).await.0, 429, "one in twenty minutes for one job");
    assert_eq!(stall.post("/post-job", edit(&jobs[2])).await.0, 200, "another job");
    for number in 0..13 {
        stall.advance(1_200.0).await;
        assert_eq!(stall.post("/post-job", edit(&jobs[1])).await.0, 200, "edit {}", number + 3);
    }
    stall.advance(1_200.0).await;
    let (status, answer) = stall.post("/post-job", edit(&jobs[1])).await;
    assert_eq!(status, 429, "fifteen a day");
    assert!(answer["retry_after"].as_u64().unwrap() > 1_200, "{answer}");
}

#[tokio::test]
async fn accounts_do_not_use_up_each_others_limits() {
    let stall = Stall::open().await;
    let other = text(&stall.control("/talk", json!({"kind": "by_hand"})).await["api_key"]);
    for _ in 0..6 {
        assert_eq!(stall.get("/agent-status").await.0, 200);
    }
    assert_eq!(stall.get("/agent-status").await.0, 429);
    assert_eq!(stall.get_as(&other, "/agent-status").await.0, 200);
    stall.control("/limits", json!({"limits": "documented"})).await;
    assert_eq!(stall.get("/agent-status").await.0, 200, "no limit is printed for it");
}
