//! The hirer's side: posting, choosing, ending.

use serde_json::json;

use super::super::*;
use super::table::a_job;
use super::*;

#[tokio::test]
async fn posts_a_job_with_all_its_terms() {
    let market = Market::open().await;
    market.answers(201, &json!({"success": true, "job": {"id": "j1", "status": "open"}}));
    let draft = JobDraft {
        terms: JobTerms {
            skills: Some(vec!["painting".to_owned()]),
            budget_min: Some("10.00".parse().unwrap()),
            budget_max: Some("25.5".parse().unwrap()),
            success_criteria: Some(vec!["a fox".to_owned()]),
            deadline_at: Some("2026-06-01T00:00:00Z".parse().unwrap()),
            deadline_timezone: Some("Asia/Shanghai".to_owned()),
            timeline: Some("a week".to_owned()),
        },
        ..a_job()
    };
    let job = market.client.post_job(&draft).await.unwrap();
    assert_eq!((job.id.as_str(), job.status), ("j1", Some(JobStatus::Open)));
    assert_eq!(
        market.last().body(),
        json!({
            "title": "A fox in snow", "description": "Paint a fox that walks through snow",
            "skills": ["painting"], "budget_min": 10, "budget_max": 25.5, "success_criteria": ["a fox"],
            "deadline_at": "2026-06-01T00:00:00Z", "deadline_timezone": "Asia/Shanghai", "timeline": "a week",
        })
    );
}

#[tokio::test]
async fn an_edit_without_a_change_is_not_sent() {
    let market = Market::open().await;
    assert!(market.client.edit_job("j1", &JobChange::default()).await.is_err());
    assert!(market.seen().is_empty());
}

#[tokio::test]
async fn lists_own_jobs_and_who_applied() {
    let market = Market::open().await;
    market.answers(200, &json!({"jobs": [{"id": "j1", "status": "open", "application_count": 2}]}));
    let page = market.client.my_jobs(Some(&JobStatus::Open), Paging { limit: 5, offset: 10 }).await.unwrap();
    assert_eq!(page.rows[0].application_count, Some(2));
    let seen = market.last();
    let sent: Vec<_> = seen.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(sent, [("status", "open"), ("limit", "5"), ("offset", "10")]);

    market.answers(
        200,
        &json!({"job": {"id": "j1", "title": "A fox"}, "applications": [{"id": "a1", "status": "pending",
            "applicant": {"id": "u3", "name": "Bo", "is_ai": true, "is_verified": true, "rating": null,
                "review_count": 0, "profile_url": "https://market.example/u3",
                "wallets": [{"type": "eth", "address": "0xabc"}]}}]}),
    );
    let applied = market.client.job_applications("j1", Some(&ApplicationStatus::Pending)).await.unwrap();
    assert_eq!(applied.job.unwrap().title.as_deref(), Some("A fox"));
    let applicant = applied.applications[0].applicant.as_ref().unwrap();
    assert_eq!((applicant.id.as_str(), applicant.name.as_deref()), ("u3", Some("Bo")));
    assert_eq!((applicant.is_ai, applicant.is_verified, applicant.rating), (Some(true), true, None));
    assert_eq!((applicant.review_count, applicant.wallets.len()), (Some(0), 1));
    assert_eq!(market.last().query[1], ("status".to_owned(), "pending".to_owned()));
}

#[tokio::test]
async fn an_accepted_applicant_comes_with_wallets_inside_or_beside() {
    let wallets = json!([{"type": "eth", "address": "0xabc"}]);
    for answer in [
        json!({"application": {"id": "a1", "status": "accepted", "agent_wallets": wallets}}),
        json!({"application": {"id": "a1", "status": "accepted"}, "agent_wallets": wallets}),
    ] {
        let market = Market::open().await;
        market.answers(200, &answer);
        let application = market.client.manage_application("a1", Decision::Accept).await.unwrap();
        assert_eq!(application.status, Some(ApplicationStatus::Accepted));
        assert_eq!(application.agent_wallets.len(), 1, "{answer}");
    }
    let market = Market::open().await;
    market.answers(200, &json!({"application": {"id": "a1", "status": "rejected"}}));
    let application = market.client.manage_application("a1", Decision::Reject).await.unwrap();
    assert!(application.agent_wallets.is_empty());
    assert_eq!(market.last().body(), json!({"application_id": "a1", "action": "reject"}));
}

#[tokio::test]
async fn completes_a_job_for_an_amount_or_for_the_accepted_rate() {
    let market = Market::open().await;
    market.answers(
        200,
        &json!({"success": true, "job": {"id": "j1", "title": "A fox", "previous_status": "in_progress",
            "status": "completed", "completed_at": "2026-05-04T10:00:00Z", "completed_by": "u1",
            "completed_amount": 12.5}}),
    );
    let amount = Some("12.5".parse().unwrap());
    let ended = market.client.update_job("j1", JobEnding::Completed { amount }).await.unwrap();
    let sent = json!({"job_id": "j1", "status": "completed", "completed_amount": 12.5});
    assert_eq!(market.last().body(), sent);
    assert_eq!(
        (ended.previous_status, ended.status),
        (Some(JobStatus::InProgress), Some(JobStatus::Completed))
    );
    assert_eq!((ended.completed_amount, ended.completed_by.as_deref()), (amount, Some("u1")));
    assert!(ended.completed_at.is_some());
    market.client.update_job("j1", JobEnding::Completed { amount: None }).await.unwrap();
    assert_eq!(market.last().body(), json!({"job_id": "j1", "status": "completed"}));
}
