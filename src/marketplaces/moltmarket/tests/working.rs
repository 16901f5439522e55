//! The worker's side: finding, applying, following up.

use serde_json::{Value, json};

use super::super::*;
use super::table::an_application;
use super::*;
use crate::marketplaces::MarketError;

fn job() -> Value {
    json!({
        "id": "j1", "title": "A fox", "description": "Paint a fox", "skills": ["painting", "猫"],
        "budget_min": 10, "budget_max": "25.50", "timeline": "a week", "is_promoted": true,
        "status": "in_progress", "deadline_at": "2026-06-01T00:00:00+08:00", "deadline_timezone": "Asia/Shanghai",
        "success_criteria": ["a fox", "snow"],
        "poster": {"id": "u2", "name": "Lin", "is_ai": false, "avatar_url": null},
        "poster_id": "u2", "poster_wallets": [{"type": "eth", "address": "0xabc"}, {"type": "sol", "address": "S1"}, {"type": "btc"}],
        "application_count": "3", "created_at": "2026-05-04T10:00:00Z", "detail_url": "https://market.example/j1",
        "something": {"new": true},
    })
}

#[tokio::test]
async fn reads_a_job_whole() {
    let market = Market::open().await;
    market.answers(200, &json!({"success": true, "job": job()}));
    let read = market.client.get_job("j1").await.unwrap();
    assert_eq!((read.id.as_str(), read.title.as_deref()), ("j1", Some("A fox")));
    assert_eq!(read.description.as_deref(), Some("Paint a fox"));
    assert_eq!(read.skills, ["painting", "猫"]);
    assert_eq!((read.budget_min, read.budget_max), (Some(10.into()), Some("25.5".parse().unwrap())));
    assert_eq!((read.timeline.as_deref(), read.is_promoted), (Some("a week"), true));
    assert_eq!(read.status, Some(JobStatus::InProgress));
    assert_eq!(read.deadline_at, Some("2026-05-31T16:00:00Z".parse().unwrap()));
    assert_eq!(read.deadline_timezone.as_deref(), Some("Asia/Shanghai"));
    assert_eq!(read.success_criteria, ["a fox", "snow"]);
    let poster = read.poster.unwrap();
    assert_eq!((poster.id.as_str(), poster.name.as_deref(), poster.is_ai), ("u2", Some("Lin"), Some(false)));
    assert_eq!(read.poster_id.as_deref(), Some("u2"));
    let wallets: Vec<_> =
        read.poster_wallets.iter().map(|wallet| (wallet.kind.as_str(), wallet.address.as_str())).collect();
    assert_eq!(wallets, [("eth", "0xabc"), ("sol", "S1")], "an unknown chain is kept, no address is none");
    assert_eq!(read.application_count, Some(3));
    assert_eq!(read.url.as_deref(), Some("https://market.example/j1"));

    let mut text = job();
    text["success_criteria"] = json!("a fox\r\n\n  snow \n");
    text["status"] = json!("paused");
    market.answers(200, &json!({"job": text}));
    let read = market.client.get_job("j1").await.unwrap();
    assert_eq!(read.success_criteria, ["a fox", "snow"]);
    assert_eq!(read.status, Some(JobStatus::Other("paused".to_owned())));

    market.answers(
        200,
        &json!({"job": {"id": "j1", "skills": null, "success_criteria": null, "budget_min": null}}),
    );
    let bare = market.client.get_job("j1").await.unwrap();
    assert!(bare.skills.is_empty() && bare.success_criteria.is_empty() && bare.status.is_none());
}

#[tokio::test]
async fn looks_for_jobs_by_everything_there_is() {
    let market = Market::open().await;
    market
        .answers(200, &json!({"jobs": [job(), {"title": "no id"}], "total": 250, "limit": 2, "offset": 40}));
    let query = JobQuery {
        status: None,
        poster: WhoseKind::People,
        promoted: Some(false),
        skills: vec!["oil painting".to_owned(), "猫".to_owned()],
        budget_min: Some("10.00".parse().unwrap()),
        budget_max: Some("99.5".parse().unwrap()),
        paging: Paging { limit: 2, offset: 40 },
    };
    let page = market.client.browse_jobs(&query).await.unwrap();
    assert_eq!((page.rows.len(), page.total, page.next_offset), (1, Some(250), Some(42)));
    let seen = market.last();
    let sent: Vec<_> = seen.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        sent,
        [
            ("status", "all"),
            ("poster_type", "human"),
            ("promoted", "false"),
            ("skills", "oil painting,猫"),
            ("budget_min", "10"),
            ("budget_max", "99.5"),
            ("limit", "2"),
            ("offset", "40"),
        ]
    );
    for unfit in [
        JobQuery { skills: vec!["oil,painting".to_owned()], ..Default::default() },
        JobQuery { status: Some(JobStatus::from("paused")), ..Default::default() },
    ] {
        assert!(matches!(market.client.browse_jobs(&unfit).await, Err(MarketError::Refused { .. })));
    }
    assert_eq!(market.seen().len(), 1);
}

#[tokio::test]
async fn knows_where_the_next_piece_of_a_list_begins() {
    let market = Market::open().await;
    let rows = |count: usize| vec![json!({"id": "j"}); count];
    for (body, next) in [
        (json!({"jobs": rows(20), "total": 41}), Some(30)),
        (json!({"jobs": rows(20), "total": 30}), None),
        (json!({"jobs": rows(20)}), Some(30)),
        (json!({"jobs": rows(19)}), None),
        (json!({"jobs": rows(5), "total": 41}), Some(15)),
        (json!({"jobs": [], "total": 41}), None),
        (json!({"jobs": null}), None),
    ] {
        market.answers(200, &body);
        let paging = Paging { limit: 20, offset: 10 };
        let page = market.client.browse_jobs(&JobQuery { paging, ..Default::default() }).await.unwrap();
        assert_eq!(page.next_offset, next, "{body}");
    }
}

#[tokio::test]
async fn looks_for_agents_and_reads_one_whole() {
    let market = Market::open().await;
    let card = json!({
        "id": "u2", "agent_profile_id": "p2", "name": "Lin", "is_ai": true, "is_verified": true, "is_featured": false,
        "skills": ["painting"], "rating": 4.5, "review_count": 7, "hourly_rate": 12.5, "response_time": "an hour",
        "bio": "Hello", "avatar_url": "https://a.example/l.png", "profile_url": "https://market.example/p2",
    });
    market.answers(200, &json!({"agents": [card], "total": 1}));
    let query = AgentQuery {
        kind: WhoseKind::Agents,
        verified: Some(true),
        featured: Some(false),
        skills: vec!["painting".to_owned()],
        paging: Paging::default(),
    };
    let page = market.client.browse_agents(&query).await.unwrap();
    let seen = market.last();
    let sent: Vec<_> = seen.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let wanted = [
        ("type", "ai"),
        ("verified", "true"),
        ("featured", "false"),
        ("skills", "painting"),
        ("limit", "20"),
        ("offset", "0"),
    ];
    assert_eq!(sent, wanted);
    let agent = &page.rows[0];
    assert_eq!((agent.id.as_str(), agent.agent_profile_id.as_deref()), ("u2", Some("p2")));
    assert_eq!((agent.is_ai, agent.is_verified, agent.is_featured), (Some(true), true, false));
    assert_eq!((agent.rating, agent.review_count), (Some(4.5), Some(7)));
    assert_eq!(agent.hourly_rate, Some("12.5".parse().unwrap()));
    assert_eq!(agent.bio.as_deref(), Some("Hello"));
    assert!(agent.wallets.is_empty() && agent.reviews.is_empty());

    let mut whole = card;
    whole["capabilities"] = json!(["pictures"]);
    whole["wallets"] = json!([{"type": "btc", "address": "bc1q"}]);
    whole["portfolio_links"] = json!(["https://a.example", {"url": "https://b.example"}]);
    whole["reviews"] = json!([{"id": "r1", "rating": 5, "content": "Good", "reviewer_name": "Bo",
        "reviewer_is_ai": false, "created_at": "2026-05-04T10:00:00Z"}, {}]);
    market.answers(200, &json!({"agent": whole}));
    let agent = market.client.get_agent("u2").await.unwrap();
    assert_eq!(agent.capabilities, ["pictures"]);
    assert_eq!(agent.wallets, [Wallet { kind: WalletKind::Btc, address: "bc1q".to_owned() }]);
    assert_eq!((agent.portfolio_links.len(), agent.reviews.len()), (2, 2));
    let review = &agent.reviews[0];
    assert_eq!((review.rating, review.text.as_deref()), (Some(5.0), Some("Good")));
    assert_eq!((review.reviewer_name.as_deref(), review.reviewer_is_ai), (Some("Bo"), Some(false)));
}

#[tokio::test]
async fn applies_with_a_letter_and_a_rate() {
    let market = Market::open().await;
    market.answers(
        201,
        &json!({"success": true, "message": "sent", "application": {
            "id": "a1", "job_id": "j1", "job_title": "A fox", "status": "pending",
            "cover_letter": "I paint", "proposed_rate": "12.50", "created_at": "2026-05-04T10:00:00Z"}}),
    );
    let draft = ApplicationDraft {
        cover_letter: Some("I paint".to_owned()),
        proposed_rate: Some("12.50".parse().unwrap()),
        ..an_application()
    };
    let Applied::Now(application) = market.client.apply_job(&draft).await.unwrap() else {
        panic!("applied just now")
    };
    assert_eq!(
        market.last().body().to_string(),
        r#"{"job_id":"j1","cover_letter":"I paint","proposed_rate":12.5}"#
    );
    assert_eq!((application.id.as_str(), application.job_id.as_deref()), ("a1", Some("j1")));
    assert_eq!(application.status, Some(ApplicationStatus::Pending));
    assert_eq!(application.proposed_rate, Some("12.5".parse().unwrap()));
}

#[tokio::test]
async fn goes_by_the_text_when_an_application_is_refused() {
    for status in [200, 400, 403, 409, 422] {
        let market = Market::open().await;
        let refused = async |text: &str| {
            market.answers(status, &json!({"success": false, "error": text}));
            market.client.apply_job(&an_application()).await
        };
        assert_eq!(
            refused("You have already applied to this job").await.unwrap(),
            Applied::Before,
            "{status}"
        );
        assert!(matches!(refused("Job not found").await, Err(MarketError::NotFound)), "{status}");
        assert!(
            matches!(
                refused("Job is not open for applications").await,
                Err(MarketError::Conflict { retry: false, .. })
            ),
            "{status}"
        );
        assert!(
            matches!(refused("Cannot apply to your own job").await, Err(MarketError::Forbidden { .. })),
            "{status}"
        );
    }
    let market = Market::open().await;
    market.answers(500, &json!({"error": "You have already applied to this job"}));
    let error = market.client.apply_job(&an_application()).await.unwrap_err();
    assert!(error.may_have_landed(), "a failure proves nothing");
}

#[tokio::test]
async fn reads_own_applications_with_the_poster_inside_or_beside() {
    let market = Market::open().await;
    market.answers(
        200,
        &json!({"applications": [
            {"id": "a1", "status": "accepted", "job": job()},
            {"id": "a2", "status": "accepted", "job_id": "j2", "job_title": "A hen", "job_status": "open",
                "poster_id": "u3", "poster_wallets": [{"type": "btc", "address": "bc1q"}]},
            {"id": "a3", "status": "in_progress", "proposed_rate": 5},
        ], "total": 3}),
    );
    let page = market
        .client
        .my_applications(Some(&ApplicationStatus::Accepted), Paging { limit: 100, offset: 0 })
        .await
        .unwrap();
    assert_eq!(market.last().query[0], ("status".to_owned(), "accepted".to_owned()));
    let [inside, beside, odd] = &page.rows[..] else { panic!("three rows expected") };
    assert_eq!(
        (inside.application.job_id.as_deref(), inside.application.job_title.as_deref()),
        (Some("j1"), Some("A fox"))
    );
    assert_eq!((inside.poster_id.as_deref(), inside.poster_wallets.len()), (Some("u2"), 2));
    assert_eq!(inside.job_status, Some(JobStatus::InProgress));
    assert_eq!((beside.poster_id.as_deref(), beside.poster_wallets.len()), (Some("u3"), 1));
    assert_eq!((&beside.job, &beside.job_status), (&None, &Some(JobStatus::Open)));
    assert_eq!(odd.application.status, Some(ApplicationStatus::Other("in_progress".to_owned())));
    assert_eq!(odd.application.proposed_rate, Some(5.into()));
    let paused = ApplicationStatus::from("paused");
    let unfit = market.client.my_applications(Some(&paused), Paging::default()).await;
    assert!(matches!(unfit, Err(MarketError::Refused { .. })));
}
