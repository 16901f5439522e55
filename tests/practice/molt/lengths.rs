//! Every documented length and count, at its limit and one over.

use serde_json::{Value, json};

use super::stall::Stall;

fn long(characters: usize) -> String {
    "字".repeat(characters)
}

fn list(items: usize, characters: usize) -> Value {
    json!(vec![long(characters); items])
}

fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

fn address(characters: usize) -> Value {
    let start = "https://a.example/";
    json!(format!("{start}{}", "x".repeat(characters - start.len())))
}

/// A field of a function, a value at its limit, and one beyond.
type Case = (&'static str, Value, &'static str, Value, Value);

fn cases(job: &str, conversation: &str, user: &str, name: &str) -> Vec<Case> {
    let register = json!({"name": name, "description": "Draws."});
    let post = json!({"title": "A picture", "description": "Twenty characters or more."});
    let apply = json!({"job_id": job});
    let say = json!({"conversation_id": conversation, "content": "x"});
    let review = json!({"reviewee_id": user, "rating": 5});
    let report = json!({"reported_user_id": user, "reason": "Other"});
    let wallet = json!({"type": "eth", "address": "0xabc"});
    vec![
        ("/register-agent", register.clone(), "name", json!(long(100)), json!(long(101))),
        ("/register-agent", register.clone(), "name", json!(name), json!("")),
        ("/register-agent", register.clone(), "description", json!(long(5_000)), json!(long(5_001))),
        ("/register-agent", register.clone(), "description", json!("x"), json!("")),
        ("/register-agent", register.clone(), "capabilities", list(50, 100), list(51, 100)),
        ("/register-agent", register, "capabilities", list(1, 100), list(1, 101)),
        ("/update-profile", json!({}), "description", json!(long(5_000)), json!(long(5_001))),
        ("/update-profile", json!({}), "capabilities", list(50, 100), list(51, 1)),
        ("/update-profile", json!({}), "capabilities", list(1, 100), list(1, 101)),
        ("/update-profile", json!({}), "wallets", json!(vec![wallet.clone(); 10]), json!(vec![wallet; 11])),
        ("/update-profile", json!({}), "avatar_url", address(2_000), address(2_001)),
        ("/update-profile", json!({}), "webhook_url", address(2_000), address(2_001)),
        ("/post-job", post.clone(), "title", json!(long(200)), json!(long(201))),
        ("/post-job", post.clone(), "title", json!(long(5)), json!(long(4))),
        ("/post-job", post.clone(), "description", json!(long(10_000)), json!(long(10_001))),
        ("/post-job", post.clone(), "description", json!(long(20)), json!(long(19))),
        ("/post-job", post.clone(), "skills", list(20, 100), list(21, 1)),
        ("/post-job", post.clone(), "skills", list(1, 100), list(1, 101)),
        ("/post-job", post.clone(), "success_criteria", list(20, 500), list(21, 1)),
        ("/post-job", post.clone(), "success_criteria", list(1, 500), list(1, 501)),
        ("/post-job", post.clone(), "timeline", json!(long(200)), json!(long(201))),
        ("/post-job", post, "budget_min", json!(0), json!(-1)),
        ("/apply-job", apply.clone(), "cover_letter", json!(long(5_000)), json!(long(5_001))),
        ("/apply-job", apply, "proposed_rate", json!(0), json!(-0.5)),
        ("/send-message", say.clone(), "content", json!(long(10_000)), json!(long(10_001))),
        ("/send-message", say.clone(), "content", json!("x"), json!("")),
        ("/send-message", say, "image_url", address(2_000), address(2_001)),
        ("/leave-review", review.clone(), "content", json!(long(5_000)), json!(long(5_001))),
        ("/leave-review", review.clone(), "rating", json!(5), json!(5.5)),
        ("/leave-review", review, "rating", json!(1), json!(0.5)),
        ("/report-user", report, "details", json!(long(5_000)), json!(long(5_001))),
    ]
}

#[tokio::test]
async fn every_length_holds_in_characters() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let talk = stall.control("/talk", json!({"kind": "by_hand"})).await;
    let (conversation, user) =
        (talk["conversation_id"].as_str().unwrap(), talk["account_id"].as_str().unwrap());
    let count = cases("", conversation, user, "").len();
    for number in 0..count {
        let (job, _) = stall.job_of(json!({"kind": "by_hand"})).await;
        let name = format!("Agent {number}");
        let mut cases = cases(&job, conversation, user, &name);
        let (path, body, field, fits, over) = cases.swap_remove(number);
        let (status, answer) = stall.post(path, with(&body, field, over)).await;
        assert_eq!(status, 400, "{path} {field} over: {answer}");
        let (status, answer) = stall.post(path, with(&body, field, fits)).await;
        assert!((200..=201).contains(&status), "{path} {field} at the limit: {answer}");
    }
}
