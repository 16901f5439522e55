//! Applying: once a job, whatever happens to the answer.

use rust_decimal::dec;
use stallkeeper::jobs::{JobSettings, JobsError, Means, Wish};
use stallkeeper::marketplaces::MarketError;
use stallkeeper::model::Caps;
use stallkeeper::store::ApplicationState;

use crate::home::{Home, LETTER};

#[tokio::test]
async fn applies_once_however_often_it_is_asked_for() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    let first = home.jobs.apply(&job_id, &Home::wish()).await.unwrap();
    assert_eq!((first.state, first.letter.as_str()), (ApplicationState::Pending, LETTER));
    let again = home.jobs.apply(&job_id, &Wish { letter: "Another".into(), ..Home::wish() }).await.unwrap();
    assert_eq!(again, first, "as it stands");
    assert_eq!((home.applications_for(&job_id).await, home.received("applyJob").await), (1, 1));
    let history = home.jobs.store.list_job_history(&first.id).await.unwrap();
    let kinds: Vec<&str> = history.iter().map(|line| line.kind.as_str()).collect();
    assert_eq!(kinds, ["draft", "sending", "pending"]);
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_nothing_is_sent_twice() {
    for kind in ["drop", "half_answer", "fail_after"] {
        let home = Home::open().await;
        let (job_id, _) = home.job_of("by_hand").await;
        home.fault("applyJob", kind).await;
        let row = home.jobs.apply(&job_id, &Home::wish()).await.unwrap();
        assert_eq!(row.state, ApplicationState::Pending, "{kind}");
        assert!(row.market_id.is_some(), "{kind}");
        assert_eq!((home.applications_for(&job_id).await, home.received("applyJob").await), (1, 1), "{kind}");
    }
}

#[tokio::test]
async fn a_call_that_never_arrived_is_made_again_after_a_look() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    home.fault("applyJob", "drop_before").await;
    assert!(matches!(home.jobs.apply(&job_id, &Home::wish()).await, Err(JobsError::Unclear)));
    let row = home.jobs.store.lookup_application_for("molt", &job_id).await.unwrap().unwrap();
    assert_eq!((row.state, row.reason.as_str()), (ApplicationState::Sending, "unclear"));
    let looks = home.received("myApplications").await;
    let row = home.jobs.apply(&job_id, &Home::wish()).await.unwrap();
    assert_eq!(row.state, ApplicationState::Pending);
    assert!(home.received("myApplications").await > looks, "it looked first");
    assert_eq!((home.applications_for(&job_id).await, home.done("applyJob").await), (1, 1));
}

#[tokio::test]
async fn what_landed_while_no_look_was_possible_is_found_after_a_restart() {
    let mut home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    home.fault("applyJob", "drop").await;
    for _ in 0..3 {
        home.fault("myApplications", "drop_before").await;
    }
    assert!(matches!(home.jobs.apply(&job_id, &Home::wish()).await, Err(JobsError::Unclear)));
    home.reopen().await;
    home.control("/weather", serde_json::json!({"preset": "calm"})).await;
    let mut tries = 0;
    let row = loop {
        match home.jobs.apply(&job_id, &Home::wish()).await {
            Ok(row) => break row,
            Err(error) => assert!(tries < 4, "{error}"),
        }
        tries += 1;
    };
    assert_eq!(row.state, ApplicationState::Pending);
    assert_eq!((home.applications_for(&job_id).await, home.received("applyJob").await), (1, 1));
}

#[tokio::test]
async fn an_application_made_elsewhere_is_taken_up_and_not_repeated() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    let key = home.at.molt_api_key.clone();
    let letter = serde_json::json!({"job_id": job_id, "cover_letter": "From elsewhere"});
    home.call_as(&key, "/apply-job", letter).await;
    let row = home.jobs.apply(&job_id, &Home::wish()).await.unwrap();
    assert_eq!(row.state, ApplicationState::Pending);
    assert!(row.market_id.is_some(), "found in the list");
    let (other, _) = home.job_of("by_hand").await;
    home.call_as(&key, "/apply-job", serde_json::json!({"job_id": other, "cover_letter": "Elsewhere"})).await;
    home.jobs.reconcile().await.unwrap();
    let row = home.jobs.store.lookup_application_for("molt", &other).await.unwrap().unwrap();
    assert_eq!((row.state, row.letter.as_str()), (ApplicationState::Pending, "Elsewhere"));
}

#[tokio::test]
async fn the_filter_holds_and_only_the_seller_lets_go() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    for (letter, leak) in [
        ("Please pay a deposit first, then I start.", "payment"),
        ("See my work at https://lin.example", "link"),
        ("Write to me on Telegram", "contact"),
        ("My key is sk-or-v1-0123456789abcdef0123456789abcdef", "key"),
    ] {
        let wish = Wish { letter: letter.into(), ..Home::wish() };
        let error = home.jobs.apply(&job_id, &wish).await.unwrap_err();
        assert!(matches!(&error, JobsError::Blocked(found) if found.code() == leak), "{letter}: {error}");
    }
    assert_eq!(home.received("applyJob").await, 0);
    let held = home.jobs.store.lookup_application_for("molt", &job_id).await.unwrap().unwrap();
    assert_eq!((held.state, held.reason.as_str()), (ApplicationState::Held, "key"));
    let error = home.jobs.send_held(&held.id, false).await.unwrap_err();
    assert!(matches!(error, JobsError::Blocked(_)), "a key never goes: {error}");
    let wish = Wish { letter: "See my work at https://lin.example".into(), ..Home::wish() };
    home.jobs.apply(&job_id, &wish).await.unwrap_err();
    let sent = home.jobs.send_held(&held.id, false).await.unwrap();
    assert_eq!(sent.state, ApplicationState::Pending);
    assert!(matches!(home.jobs.send_held(&held.id, false).await, Err(JobsError::NotNow("not_held"))));
    assert_eq!(home.received("applyJob").await, 1);
}

#[tokio::test]
async fn a_picture_job_without_a_public_address_wants_the_sellers_yes() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    home.with_rules(|rules| rules.means = Means::default());
    assert_eq!(home.jobs.get(&job_id).await.unwrap().delivery.code(), "needs_public_address");
    let error = home.jobs.apply(&job_id, &Home::wish()).await.unwrap_err();
    assert!(matches!(error, JobsError::NeedsYes("needs_public_address")), "{error}");
    assert_eq!(home.received("applyJob").await, 0);
    let row = home.jobs.apply(&job_id, &Wish { yes: true, ..Home::wish() }).await.unwrap();
    assert_eq!(row.state, ApplicationState::Pending);
}

#[tokio::test]
async fn our_own_limit_is_gentler_than_the_markets_and_ends_after_a_day() {
    let home = Home::open().await;
    home.jobs.save_settings(JobSettings { most_a_day: 2, ..JobSettings::default() }).await.unwrap();
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(home.job_of("by_hand").await.0);
    }
    home.jobs.apply(&jobs[0], &Home::wish()).await.unwrap();
    home.pass(1);
    home.jobs.apply(&jobs[1], &Home::wish()).await.unwrap();
    let error = home.jobs.apply(&jobs[2], &Home::wish()).await.unwrap_err();
    assert!(matches!(error, JobsError::OwnLimit { limit: 2, .. }), "{error}");
    assert_eq!((home.received("applyJob").await, home.jobs.sent_today().await.unwrap()), (2, 2));
    home.pass(23);
    let row = home.jobs.apply(&jobs[2], &Home::wish()).await.unwrap();
    assert_eq!(row.state, ApplicationState::Pending);
    for most_a_day in [0, 21] {
        let settings = JobSettings { most_a_day, ..JobSettings::default() };
        assert!(matches!(home.jobs.save_settings(settings).await, Err(JobsError::Field { .. })));
    }
}

#[tokio::test]
async fn the_markets_limits_and_refusals_leave_the_letter() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    let long = Wish { letter: "x".repeat(5001), ..Home::wish() };
    let error = home.jobs.apply(&job_id, &long).await.unwrap_err();
    assert!(matches!(error, JobsError::Market(MarketError::Limit(_))), "{error}");
    home.control(
        "/fault",
        serde_json::json!({"operation": "applyJob", "kind": "status", "status": 429, "retry_after": 60}),
    )
    .await;
    let error = home.jobs.apply(&job_id, &Home::wish()).await.unwrap_err();
    assert!(matches!(error, JobsError::Market(MarketError::RateLimited { .. })), "{error}");
    let error = home.jobs.apply(&job_id, &Home::wish()).await.unwrap_err();
    assert!(matches!(error, JobsError::Market(MarketError::Spent { .. })), "closed until then: {error}");
    let row = home.jobs.store.lookup_application_for("molt", &job_id).await.unwrap().unwrap();
    assert_eq!((row.state, row.letter.as_str()), (ApplicationState::Draft, LETTER));
    home.pass(1);
    assert_eq!(home.jobs.apply(&job_id, &Home::wish()).await.unwrap().state, ApplicationState::Pending);

    let (taken, key) = home.job_of("by_hand").await;
    home.call_as(&key, "/update-job", serde_json::json!({"job_id": taken, "status": "cancelled"})).await;
    let error = home.jobs.apply(&taken, &Home::wish()).await.unwrap_err();
    assert!(matches!(error, JobsError::Market(MarketError::Conflict { .. })), "{error}");
    assert!(matches!(home.jobs.apply(&taken, &Home::wish()).await, Err(JobsError::NotNow("job_gone"))));
    let error = home.jobs.apply("nothing-there", &Home::wish()).await.unwrap_err();
    assert!(matches!(error, JobsError::Market(MarketError::NotFound)), "{error}");
}

#[tokio::test]
async fn a_letter_is_drafted_by_the_model_within_the_caps_or_made_from_the_template() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    let letter = home.jobs.draft_letter(&job_id).await.unwrap();
    assert!(letter.by_model && letter.text.contains("Square format"), "{letter:?}");
    home.with_rules(|rules| rules.caps = Caps { per_order_usd: None, per_day_usd: Some(dec!(0.001)) });
    let letter = home.jobs.draft_letter(&job_id).await.unwrap();
    assert_eq!((letter.by_model, letter.reason.as_deref()), (false, Some("over_cap")));
    assert!(letter.text.contains("Square format"), "{letter:?}");
    let mut write = home.jobs.store.write().await.unwrap();
    let (job, day) = write.job_spent_usd(&job_id, home.jobs.clock.now()).await.unwrap();
    assert!(job > dec!(0) && day == job, "what it cost counts: {job} {day}");
    drop(write);
    *home.jobs.model.write().unwrap() = None;
    let letter = home.jobs.draft_letter(&job_id).await.unwrap();
    assert_eq!((letter.by_model, letter.reason.as_deref()), (false, Some("model_missing")));
    let kept = home.jobs.save_letter(&job_id, &Wish { letter: letter.text, ..Home::wish() }).await.unwrap();
    assert_eq!((kept.state, home.received("applyJob").await), (ApplicationState::Draft, 0));
}

#[tokio::test]
async fn only_a_letter_that_did_not_go_out_can_be_thrown_away() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    let wish = Wish { letter: "See my work at https://lin.example".into(), ..Home::wish() };
    home.jobs.apply(&job_id, &wish).await.unwrap_err();
    let held = home.jobs.store.lookup_application_for("molt", &job_id).await.unwrap().unwrap();
    home.jobs.discard(&held.id).await.unwrap();
    assert_eq!(home.jobs.store.lookup_application_for("molt", &job_id).await.unwrap(), None);
    assert!(home.jobs.store.list_job_history(&held.id).await.unwrap().is_empty());
    let sent = home.jobs.apply(&job_id, &Home::wish()).await.unwrap();
    let error = home.jobs.discard(&sent.id).await.unwrap_err();
    assert!(matches!(error, JobsError::NotNow("applied_before")), "{error}");
    assert!(home.jobs.get(&job_id).await.unwrap().application.is_some());
}
