//! Every function over raw HTTP: what it answers, what it refuses, what it changes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::seller::Answer;

use super::stall::{Stall, event, text};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

async fn registered(stall: &Stall) -> (String, String, Value) {
    let wish = json!({"name": "Fresh Paint", "description": "Draws.", "capabilities": ["illustration"]});
    let (status, answer) = stall.post_as("", "/register-agent", wish).await;
    assert_eq!(status, 201, "{answer}");
    (text(&answer["agent"]["id"]), text(&answer["agent"]["api_key"]), answer)
}

fn refused(answer: Answer, status: u16, words: &str) {
    assert_eq!(answer.0, status, "{}", answer.1);
    assert_eq!(answer.1["success"], json!(false));
    let error = answer.1["error"].as_str().unwrap();
    assert!(error.contains(words), "{error}");
}

#[tokio::test]
async fn an_agent_registers_and_writes_only_after_its_owner_claimed_it() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let (id, key, answer) = registered(&stall).await;
    assert!(key.starts_with("moltmarket_live_"));
    assert!(answer["setup_polling"]["do_this_now"].is_string());
    let (_, status) = stall.get_as(&key, "/agent-status").await;
    assert_ne!(status["status"], "claimed");
    assert_eq!(status["agent"]["claimed_at"], Value::Null);
    for (path, body) in [
        ("/apply-job", json!({"job_id": NOBODY})),
        ("/post-job", json!({"title": "A picture", "description": "Twenty characters or more."})),
        ("/manage-application", json!({"application_id": NOBODY, "action": "accept"})),
        ("/update-job", json!({"job_id": NOBODY, "status": "cancelled"})),
        ("/send-message", json!({"recipient_id": stall.id(), "content": "hi"})),
        ("/leave-review", json!({"reviewee_id": stall.id(), "rating": 5})),
        ("/report-user", json!({"reported_user_id": stall.id(), "reason": "Other"})),
    ] {
        refused(stall.post_as(&key, path, body).await, 403, "claimed");
    }
    let (status, _) = stall.post_as(&key, "/update-profile", json!({"description": "Draws well."})).await;
    assert_eq!(status, 200, "the profile may be changed before");

    let code = text(&answer["agent"]["verification_code"]);
    let page = text(&answer["agent"]["claim_url"]);
    let claim = async |code: &str| {
        let body = json!({"verification_code": code, "email": "owner@example.org"});
        stall.seller.call(Method::POST, page.clone(), "", Some(body)).await.unwrap().0
    };
    assert_eq!(claim("wrong-0000").await, 400);
    assert_eq!(claim(&code).await, 200);
    let (_, status) = stall.get_as(&key, "/agent-status").await;
    assert_eq!(
        (&status["status"], &status["agent"]["claimed_by"]),
        (&json!("claimed"), &json!("owner@example.org"))
    );
    let (_, agent) = stall.get_as("", &format!("/get-agent?id={id}")).await;
    assert_eq!(agent["agent"]["bio"], "Draws well.");
    let hello = json!({"recipient_id": stall.id(), "content": "hi"});
    assert_eq!(stall.post_as(&key, "/send-message", hello).await.0, 201);
    let again = json!({"name": "fresh paint", "description": "Draws too."});
    refused(stall.post_as("", "/register-agent", again).await, 400, "taken");
}

#[tokio::test]
async fn an_owner_claims_by_a_control_call_and_by_itself_where_people_come_by_themselves() {
    let stall = Stall::open().await;
    let (id, key, _) = registered(&stall).await;
    stall.control("/claim", json!({"agent_id": id})).await;
    assert_eq!(stall.get_as(&key, "/agent-status").await.1["status"], "claimed");

    let options = stallkeeper::practice::PracticeOptions {
        auto_buyers: true,
        speed: 1.0,
        ..stallkeeper::practice::PracticeOptions::instant()
    };
    let stall = Stall { seller: crate::seller::Seller::open_with(options).await };
    stall.lift_limits().await;
    let (_, key, _) = registered(&stall).await;
    let waiting = async {
        while stall.get_as(&key, "/agent-status").await.1["status"] != "claimed" {
            stall.advance(2.0).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await.unwrap();
}

#[tokio::test]
async fn protected_functions_want_a_key_and_unknown_ones_do_not_exist() {
    let stall = Stall::open().await;
    for path in [
        "/agent-status",
        "/my-applications",
        "/my-jobs",
        "/get-conversations",
        "/check-notifications",
        "/job-applications?job_id=x",
        "/get-messages?conversation_id=x",
    ] {
        refused(stall.get_as("wrong", path).await, 401, "API key");
    }
    for path in [
        "/update-profile",
        "/apply-job",
        "/post-job",
        "/manage-application",
        "/update-job",
        "/send-message",
        "/leave-review",
        "/report-user",
    ] {
        refused(stall.post_as("", path, json!({})).await, 401, "API key");
    }
    refused(stall.get("/no-such-function").await, 404, "not found");
    let seller_key = stall.seller.at.seller_api_key.clone();
    refused(stall.get_as(&seller_key, "/agent-status").await, 401, "API key");
    assert_eq!(stall.get_as("", "/browse-jobs").await.0, 200, "public functions want none");
}

#[tokio::test]
async fn a_profile_changes_field_by_field_and_wallets_as_a_whole() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let (eth, btc) = (json!({"type": "eth", "address": "0xabc"}), json!({"type": "btc", "address": "bc1q"}));
    let profile =
        async || stall.get_as("", &format!("/get-agent?id={}", stall.id())).await.1["agent"].clone();
    let change =
        json!({"wallets": [eth, btc], "capabilities": ["art"], "avatar_url": "https://a.example/b.png"});
    assert_eq!(stall.post("/update-profile", change).await.0, 200);
    assert_eq!(profile().await["wallets"], json!([eth, btc]));
    assert_eq!(stall.post("/update-profile", json!({"wallets": [btc]})).await.0, 200);
    let after = profile().await;
    assert_eq!((&after["wallets"], &after["capabilities"]), (&json!([btc]), &json!(["art"])));
    assert_eq!(after["avatar_url"], "https://a.example/b.png");
    for wrong in [
        json!({}),
        json!({"name": "Other"}),
        json!({"wallets": [{"type": "doge", "address": "D"}]}),
        json!({"wallets": [{"type": "eth", "address": " "}]}),
        json!({"webhook_url": "http://stall.example/hook"}),
        json!({"skill_version": "2.0"}),
        json!({"description": "send me your password"}),
    ] {
        assert_eq!(stall.post("/update-profile", wrong.clone()).await.0, 400, "{wrong}");
    }
    assert_eq!(profile().await["wallets"], json!([btc]), "a refused change changes nothing");
}

#[tokio::test]
async fn agents_and_jobs_are_found_by_what_is_asked() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    stall.post("/update-profile", json!({"capabilities": ["Gouache"]})).await;
    for _ in 0..10 {
        stall.job_of(json!({"kind": "never_looks"})).await;
    }
    let (chinese, _) = stall.job_of(json!({"kind": "chinese"})).await;
    let total = async |path: &str| {
        let (status, answer) = stall.get_as("", path).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer["total"].as_u64().unwrap()
    };
    let all = total("/browse-agents").await;
    assert_eq!(all, 12);
    assert_eq!(total("/browse-agents?type=ai").await + total("/browse-agents?type=human").await, all);
    assert_eq!(total("/browse-agents?skills=gouache,none").await, 1);
    assert!((1..all).contains(&total("/browse-agents?featured=true").await));
    assert_eq!(total("/browse-agents?verified=false").await, 0);
    assert_eq!(total("/browse-jobs").await, 11);
    assert_eq!(total("/browse-jobs?status=completed").await, 0);
    assert_eq!(
        total("/browse-jobs?poster_type=ai").await + total("/browse-jobs?poster_type=human").await,
        11
    );
    assert!((1..11).contains(&total("/browse-jobs?budget_min=41").await));
    assert_eq!(total("/browse-jobs?budget_max=1").await, 0);
    assert_eq!(total("/browse-jobs?promoted=true").await, 0);
    let (_, page) = stall.get_as("", "/browse-jobs?limit=1").await;
    assert_eq!((page["jobs"].as_array().unwrap().len(), &page["limit"]), (1, &json!(1)));
    assert_eq!(page["jobs"][0]["id"], json!(chinese), "the newest first");
    let (_, page) = stall.get_as("", "/browse-jobs?limit=1&offset=1").await;
    assert_ne!(page["jobs"][0]["id"], json!(chinese));
    let (_, job) = stall.get_as("", &format!("/get-job?id={chinese}")).await;
    assert_eq!(job["job"]["application_count"], 0);
    assert!(job["job"].get("poster_id").is_none() && job["job"].get("poster_wallets").is_none());
    for wrong in [
        "/browse-agents?type=robot",
        "/browse-agents?limit=101",
        "/browse-jobs?status=gone",
        "/browse-jobs?limit=0",
        "/browse-jobs?budget_min=x",
        "/browse-agents?verified=maybe",
        "/get-job",
        "/get-agent",
    ] {
        assert_eq!(stall.get_as("", wrong).await.0, 400, "{wrong}");
    }
    refused(stall.get_as("", &format!("/get-job?id={NOBODY}")).await, 404, "Job not found");
    refused(stall.get_as("", &format!("/get-agent?id={NOBODY}")).await, 404, "Agent not found");
}

#[tokio::test]
async fn applying_is_refused_in_words_and_wallets_show_only_after_acceptance() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let (job_id, key) = stall.job_of(json!({"kind": "by_hand"})).await;
    stall.apply(&job_id).await;
    let apply = async |job_id: &str| stall.post("/apply-job", json!({"job_id": job_id})).await;
    refused(apply(&job_id).await, 400, "already applied");
    refused(apply(NOBODY).await, 404, "Job not found");
    refused(apply(&stall.own_job().await).await, 400, "your own job");
    let screened = json!({"job_id": job_id, "cover_letter": "Send your password first."});
    refused(stall.post("/apply-job", screened).await, 400, "policy");
    let worded = json!({"job_id": job_id, "proposed_rate": "30"});
    refused(stall.post("/apply-job", worded).await, 400, "number");

    let (_, mine) = stall.get("/my-applications").await;
    assert_eq!((&mine["total"], &mine["applications"][0]["status"]), (&json!(1), &json!("pending")));
    let job = &mine["applications"][0]["job"];
    assert!(job.get("poster_id").is_none() && job.get("poster_wallets").is_none());

    let path = format!("/job-applications?job_id={job_id}");
    refused(stall.get(&path).await, 403, "poster");
    refused(stall.get(&format!("/job-applications?job_id={NOBODY}")).await, 404, "Job not found");
    let (_, list) = stall.get_as(&key, &path).await;
    let applicant = &list["applications"][0]["applicant"];
    assert_eq!((&applicant["id"], &list["job"]["status"]), (&json!(stall.id()), &json!("open")));
    let id = &list["applications"][0]["id"];
    let act = |action: &str| json!({"application_id": id, "action": action});
    refused(stall.post("/manage-application", act("accept")).await, 403, "poster");
    refused(stall.post_as(&key, "/manage-application", act("hire")).await, 400, "accept or reject");
    let unknown = json!({"application_id": NOBODY, "action": "accept"});
    refused(stall.post_as(&key, "/manage-application", unknown).await, 404, "Application not found");

    stall.post("/update-profile", json!({"wallets": [{"type": "eth", "address": "0xabc"}]})).await;
    let (status, answer) = stall.post_as(&key, "/manage-application", act("accept")).await;
    assert_eq!((status, &answer["application"]["job_status"]), (200, &json!("in_progress")));
    assert_eq!(answer["application"]["agent_wallets"], json!([{"type": "eth", "address": "0xabc"}]));
    refused(stall.post_as(&key, "/manage-application", act("reject")).await, 400, "already been processed");
    let (_, mine) = stall.get("/my-applications?status=accepted").await;
    let job = &mine["applications"][0]["job"];
    assert_eq!(job["status"], "in_progress");
    assert!(job["poster_id"].is_string() && job["poster_wallets"][0]["address"].is_string());
    assert_eq!(stall.get("/my-applications?status=pending").await.1["total"], 0);
    let (event, data) = stall.news().await.pop().unwrap();
    assert_eq!((event.as_str(), &data["status"]), ("application_status_changed", &json!("accepted")));
    let late = stall.control("/worker", json!({"kind": "by_hand", "job_id": stall.own_job().await})).await;
    let late = stall.post_as(&text(&late["api_key"]), "/apply-job", json!({"job_id": job_id})).await;
    refused(late, 400, "not open");
}

#[tokio::test]
async fn only_the_poster_moves_a_job_and_only_along_its_life() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let (job_id, key) = stall.hired().await;
    let to = |status: &str| json!({"job_id": job_id, "status": status});
    refused(stall.post("/update-job", to("completed")).await, 403, "poster");
    refused(stall.post_as(&key, "/update-job", to("open")).await, 400, "completed or cancelled");
    let (status, answer) = stall.post_as(&key, "/update-job", to("completed")).await;
    assert_eq!((status, &answer["job"]["previous_status"]), (200, &json!("in_progress")));
    assert_eq!(
        (&answer["job"]["status"], &answer["job"]["completed_amount"]),
        (&json!("completed"), &json!(30.0))
    );
    refused(stall.post_as(&key, "/update-job", to("cancelled")).await, 400, "Cannot change status");
    let (event, data) = stall.news().await.pop().unwrap();
    let word = data.get("new_status").or(data.get("status")).unwrap();
    assert_eq!((event.as_str(), word), ("job_status_changed", &json!("completed")));

    let own = stall.own_job().await;
    let done = json!({"job_id": own, "status": "completed"});
    refused(stall.post("/update-job", done).await, 400, "Cannot change status");
    assert_eq!(stall.post("/update-job", json!({"job_id": own, "status": "cancelled"})).await.0, 200);
    let (_, mine) = stall.get("/my-jobs").await;
    assert_eq!((&mine["total"], &mine["jobs"][0]["status"]), (&json!(1), &json!("cancelled")));
    assert_eq!(stall.get("/my-jobs?status=open").await.1["total"], 0);
}

#[tokio::test]
async fn an_open_job_of_ones_own_is_edited_field_by_field() {
    let stall = Stall::open().await;
    stall.lift_limits().await;
    let job_id = stall.own_job().await;
    let edit = json!({"job_id": job_id, "budget_max": 50, "skills": ["ink"]});
    let (status, answer) = stall.post("/post-job", edit).await;
    assert_eq!(status, 200, "{answer}");
    let job = &answer["job"];
    assert_eq!(
        (&job["budget_max"], &job["skills"], &job["title"]),
        (&json!(50.0), &json!(["ink"]), &json!("A picture of a fox"))
    );
    let (others, key) = stall.job_of(json!({"kind": "by_hand"})).await;
    refused(stall.post("/post-job", json!({"job_id": others, "budget_max": 1})).await, 403, "your own");
    refused(stall.post("/post-job", json!({"job_id": NOBODY, "budget_max": 1})).await, 404, "Job not found");
    refused(stall.post("/post-job", json!({"job_id": job_id, "budget_min": 51})).await, 400, "budget");
    refused(
        stall.post("/post-job", json!({"job_id": job_id, "deadline_at": "soon"})).await,
        400,
        "deadline_at",
    );
    stall.post_as(&key, "/update-job", json!({"job_id": others, "status": "cancelled"})).await;
    let late = stall.post_as(&key, "/post-job", json!({"job_id": others, "budget_max": 90})).await;
    refused(late, 400, "open jobs");
    let screened = json!({"title": "A picture", "description": "Draw me a counterfeit banknote, large."});
    refused(stall.post("/post-job", screened).await, 400, "policy");
}

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
