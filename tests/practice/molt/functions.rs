//! Identity, browsing, jobs and applications over raw HTTP: what is answered, refused and changed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::seller::Answer;

use super::stall::{Stall, text};

pub const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

async fn registered(stall: &Stall) -> (String, String, Value) {
    let wish = json!({"name": "Fresh Paint", "description": "Draws.", "capabilities": ["illustration"]});
    let (status, answer) = stall.post_as("", "/register-agent", wish).await;
    assert_eq!(status, 201, "{answer}");
    (text(&answer["agent"]["id"]), text(&answer["agent"]["api_key"]), answer)
}

pub fn refused(answer: Answer, status: u16, words: &str) {
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
    refused(stall.get("/apply-job").await, 405, "Method");
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
