//! Talk, the inbox, the version of the rules, reviews and reports over raw HTTP.

use serde_json::{Value, json};

use super::functions::{NOBODY, refused};
use super::stall::{Stall, event, text};

#[tokio::test]
async fn messages_go_into_one_thread_are_paged_and_counted_as_unread() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let came = stall.control("/talk", json!({"kind": "by_hand"})).await;
    let (id, key) = (text(&came["conversation_id"]), text(&came["api_key"]));
    for number in 0..5 {
        let said = json!({"recipient_id": stall.id(), "content": format!("number {number}")});
        let (status, answer) = stall.post_as(&key, "/send-message", said).await;
        assert_eq!((status, &answer["message"]["conversation_id"]), (201, &json!(id)), "the same thread");
    }
    let (_, list) = stall.get("/get-conversations").await;
    let thread = &list["conversations"][0];
    assert_eq!((&list["total"], &thread["unread_count"]), (&json!(1), &json!(6)));
    assert_eq!(thread["other_participant"]["id"], came["account_id"]);

    let mut seen: Vec<Value> = Vec::new();
    let mut before = String::new();
    loop {
        let (_, page) = stall.get(&format!("/get-messages?conversation_id={id}&limit=4{before}")).await;
        let mut piece = page["messages"].as_array().unwrap().clone();
        piece.sort_by_key(|message| text(&message["created_at"]));
        before = format!("&before={}", text(&piece[0]["id"]));
        seen.splice(0..0, piece);
        if page["has_more"] == json!(false) {
            break;
        }
    }
    assert_eq!(seen.len(), 6);
    assert_eq!((&seen[5]["content"], &seen[5]["is_own"]), (&json!("number 4"), &json!(false)));
    assert_eq!(
        stall.get("/get-conversations").await.1["conversations"][0]["unread_count"],
        0,
        "read by reading"
    );

    let picture = json!({"conversation_id": id, "content": "see", "message_type": "image", "image_url": "https://a.example/b.png"});
    assert_eq!(stall.post("/send-message", picture).await.0, 201);
    for (wrong, status) in [
        (json!({"content": "to whom?"}), 400),
        (json!({"conversation_id": id, "content": "  "}), 400),
        (json!({"conversation_id": id, "content": "x", "message_type": "image"}), 400),
        (json!({"conversation_id": id, "content": "x", "message_type": "video"}), 400),
        (json!({"conversation_id": id, "content": "x", "image_url": "picture"}), 400),
        (json!({"recipient_id": stall.id(), "content": "x"}), 400),
        (json!({"recipient_id": NOBODY, "content": "x"}), 404),
        (json!({"recipient_id": came["account_id"], "job_id": NOBODY, "content": "x"}), 404),
        (json!({"conversation_id": NOBODY, "content": "x"}), 404),
        (json!({"conversation_id": id, "content": "what is your seed phrase?"}), 400),
    ] {
        assert_eq!(stall.post("/send-message", wrong.clone()).await.0, status, "{wrong}");
    }
    let other = stall.control("/talk", json!({"kind": "by_hand"})).await;
    let other = text(&other["api_key"]);
    refused(stall.get_as(&other, &format!("/get-messages?conversation_id={id}")).await, 403, "participant");
    let meddling = json!({"conversation_id": id, "content": "x"});
    refused(stall.post_as(&other, "/send-message", meddling).await, 403, "participant");
    refused(stall.get(&format!("/get-messages?conversation_id={NOBODY}")).await, 404, "Conversation");
    assert_eq!(stall.get(&format!("/get-messages?conversation_id={id}&limit=101")).await.0, 400);
}

#[tokio::test]
async fn addresses_are_refused_for_ai_recipients_only_where_that_is_turned_on() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let came = [
        stall.control("/talk", json!({"kind": "by_hand"})).await,
        stall.control("/talk", json!({"kind": "by_hand"})).await,
    ];
    let sent = async |came: &Value| {
        let said =
            json!({"conversation_id": came["conversation_id"], "content": "see https://a.example/b.png"});
        stall.post("/send-message", said).await.0
    };
    assert_eq!((sent(&came[0]).await, sent(&came[1]).await), (201, 201));
    stall.control("/screening", json!({"addresses": true})).await;
    let mut answers = [sent(&came[0]).await, sent(&came[1]).await];
    answers.sort_unstable();
    assert_eq!(answers, [201, 400], "one of the two is an AI");
}

#[tokio::test]
async fn the_inbox_keeps_what_is_not_marked_and_marks_only_what_it_returned() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let came = stall.control("/talk", json!({"kind": "by_hand"})).await;
    for number in 0..4 {
        let said = json!({"recipient_id": stall.id(), "content": format!("number {number}")});
        stall.post_as(&text(&came["api_key"]), "/send-message", said).await;
    }
    let check = async |query: &str| stall.get(&format!("/check-notifications{query}")).await.1;
    let all = check("").await;
    assert_eq!((all["notifications"].as_array().unwrap().len(), &all["unread_count"]), (5, &json!(5)));
    assert_eq!(check("").await, all, "reading alone changes nothing");
    let (name, data) = event(&all["notifications"][0]);
    assert_eq!(
        (name.as_str(), &data["content_preview"]),
        ("new_message", &json!("number 3")),
        "the newest first"
    );
    let marked = check("?mark_read=true&limit=2").await;
    assert_eq!(marked["notifications"].as_array().unwrap().len(), 2);
    let rest = check("?mark_read=true").await;
    assert_eq!((rest["notifications"].as_array().unwrap().len(), &rest["total"]), (3, &json!(5)));
    assert_eq!(check("").await["notifications"], json!([]));
    let every = check("?unread_only=false&limit=100").await;
    assert_eq!(every["notifications"].as_array().unwrap().len(), 5);
    assert!(every["notifications"].as_array().unwrap().iter().all(|entry| entry["is_read"] == json!(true)));
    for wrong in ["?limit=0", "?limit=101", "?mark_read=1", "?unread_only=no"] {
        assert_eq!(stall.get(&format!("/check-notifications{wrong}")).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn an_event_nobody_knows_is_listed_like_any_other() {
    let stall = Stall::open().await;
    stall.control("/notify", json!({"event": "moon_changed", "data": {"phase": "full"}})).await;
    let all = stall.get("/check-notifications").await.1;
    assert_eq!(event(&all["notifications"][0]), ("moon_changed".to_owned(), json!({"phase": "full"})));
}

#[tokio::test]
async fn a_newer_version_of_the_rules_shows_until_it_is_acknowledged() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let update = async || stall.get("/check-notifications").await.1.get("skill_update").cloned();
    assert_eq!(update().await, None);
    stall.control("/version", json!({"version": "2.10.0", "summary": "New rules."})).await;
    let (_, version) = stall.get_as("", "/skill-version").await;
    assert_eq!(
        (&version["current_version"], &version["changelog"][0]["summary"]),
        (&json!("2.10.0"), &json!("New rules."))
    );
    let shown = update().await.unwrap();
    assert_eq!((&shown["your_version"], &shown["current_version"]), (&json!("2.2.0"), &json!("2.10.0")));
    stall.post("/update-profile", json!({"skill_version": "2.9.0"})).await;
    assert!(update().await.is_some(), "still behind");
    stall.post("/update-profile", json!({"skill_version": "2.10.0"})).await;
    assert_eq!(update().await, None);
}

#[tokio::test]
async fn reviews_reports_and_letters() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let (job_id, key) = stall.hired().await;
    let poster = text(&stall.look(&format!("/job/{job_id}")).await["job"]["poster_id"]);
    let review =
        json!({"reviewee_id": poster, "rating": 4, "job_id": job_id, "content": "Clear and friendly."});
    refused(stall.post("/leave-review", review.clone()).await, 400, "not completed");
    stall.post_as(&key, "/update-job", json!({"job_id": job_id, "status": "completed"})).await;
    let (status, answer) = stall.post("/leave-review", review.clone()).await;
    assert_eq!((status, &answer["review"]["rating"]), (201, &json!(4.0)));
    refused(stall.post("/leave-review", review).await, 400, "already reviewed");
    let (_, agent) = stall.get_as("", &format!("/get-agent?id={poster}")).await;
    assert_eq!((&agent["agent"]["rating"], &agent["agent"]["review_count"]), (&json!(4.0), &json!(1)));
    assert_eq!(agent["agent"]["reviews"][0]["content"], "Clear and friendly.");
    let other = stall.control("/talk", json!({"kind": "by_hand"})).await;
    let strange = json!({"reviewee_id": poster, "rating": 1, "job_id": job_id});
    refused(stall.post_as(&text(&other["api_key"]), "/leave-review", strange).await, 403, "take part");
    for (wrong, status) in [
        (json!({"reviewee_id": stall.id(), "rating": 5}), 400),
        (json!({"reviewee_id": NOBODY, "rating": 5}), 404),
        (json!({"reviewee_id": poster, "rating": 5, "job_id": NOBODY}), 404),
        (json!({"reviewee_id": poster}), 400),
    ] {
        assert_eq!(stall.post("/leave-review", wrong.clone()).await.0, status, "{wrong}");
    }

    let report = json!({"reported_user_id": poster, "reason": "Scam / Fraud", "details": "Wanted a fee."});
    assert_eq!(stall.post("/report-user", report).await.0, 201);
    for (wrong, status) in [
        (json!({"reported_user_id": stall.id(), "reason": "Other"}), 400),
        (json!({"reported_user_id": poster, "reason": "Rude"}), 400),
        (json!({"reported_user_id": NOBODY, "reason": "Other"}), 404),
    ] {
        assert_eq!(stall.post("/report-user", wrong.clone()).await.0, status, "{wrong}");
    }
    assert_eq!(stall.post_as("", "/send-contact-email", json!({"message": "hello"})).await.0, 200);
    let state = stall.look("/state").await;
    assert_eq!(
        (state["reports"].as_array().unwrap().len(), state["letters"].as_array().unwrap().len()),
        (1, 1)
    );
}
