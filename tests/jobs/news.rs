//! News and the net below it, payment, reminders and reviews, with every kind of poster that concerns them.

use serde_json::json;
use stallkeeper::jobs::{Heard, JobNotice, JobsError, ticked};
use stallkeeper::marketplaces::MarketError;
use stallkeeper::store::{ApplicationRow, ApplicationState, PaymentState, ReviewState};

use crate::home::Home;

async fn row(home: &Home, job_id: &str) -> ApplicationRow {
    home.jobs.store.lookup_application_for("molt", job_id).await.unwrap().unwrap()
}

async fn applied(home: &Home, kind: &str) -> (String, String) {
    let (job_id, key) = home.job_of(kind).await;
    home.jobs.apply(&job_id, &Home::wish()).await.unwrap();
    (job_id, key)
}

/// A job we are hired for by a poster that the test plays.
async fn hired(home: &Home) -> (String, String) {
    let (job_id, key) = applied(home, "by_hand").await;
    let id = row(home, &job_id).await.market_id.unwrap();
    home.call_as(&key, "/manage-application", json!({"application_id": id, "action": "accept"})).await;
    (job_id, key)
}

#[tokio::test]
async fn each_kind_of_poster_brings_the_application_where_it_belongs() {
    for (kind, market, state) in [
        ("clear", "in_progress", ApplicationState::Accepted),
        ("chinese", "in_progress", ApplicationState::Accepted),
        ("asks_change", "in_progress", ApplicationState::Accepted),
        ("asks_twice", "in_progress", ApplicationState::Accepted),
        ("pays_late", "in_progress", ApplicationState::Accepted),
        ("silent", "in_progress", ApplicationState::Accepted),
        ("cancels_after", "in_progress", ApplicationState::Accepted),
        ("cancels_before", "cancelled", ApplicationState::Accepted),
        ("scams", "cancelled", ApplicationState::Accepted),
        ("rejects", "open", ApplicationState::Rejected),
        ("never_looks", "open", ApplicationState::Pending),
    ] {
        let home = Home::open().await;
        let (job_id, _) = applied(&home, kind).await;
        home.once_status(&job_id, market).await;
        if kind == "rejects" {
            crate::home::until("rejected", async || !home.news().await.is_empty()).await;
        }
        home.hear_all().await;
        let row = row(&home, &job_id).await;
        assert_eq!(row.state, state, "{kind}");
        let begins = home.jobs.list_to_begin().await.unwrap().len();
        assert_eq!(begins, usize::from(market == "in_progress"), "{kind}: what is to be begun");
        if state == ApplicationState::Accepted {
            assert!(
                row.poster_id.is_some() && row.poster_wallets.contains("0x") && row.accepted_at.is_some()
            );
            assert_eq!(row.job_status.as_deref(), Some(market), "{kind}");
        }
        let cancelled =
            home.take_notices().iter().any(|notice| matches!(notice, JobNotice::Cancelled { .. }));
        assert_eq!(cancelled, market == "cancelled", "{kind}");
    }
}

#[tokio::test]
async fn news_that_is_repeated_or_late_changes_nothing() {
    let home = Home::open().await;
    let (job_id, key) = hired(&home).await;
    home.hear_all().await;
    home.call_as(&key, "/update-job", json!({"job_id": job_id, "status": "completed"})).await;
    let news = home.news().await;
    assert_eq!(news.len(), 2);
    home.hear_all().await;
    let settled = row(&home, &job_id).await;
    assert_eq!((settled.state, settled.payment), (ApplicationState::Accepted, PaymentState::Expected));
    assert_eq!(settled.review, ReviewState::Proposed);
    let history = home.jobs.store.list_job_history(&settled.id).await.unwrap();
    let told = home.take_notices();
    assert_eq!(told.len(), 2, "hired, completed: {told:?}");
    home.clock.advance(jiff::SignedDuration::from_mins(5));
    for (kind, body) in news.iter().rev().chain(&news) {
        assert_eq!(home.jobs.hear(&kind.as_str().into(), body).await.unwrap(), Heard::Read);
    }
    home.jobs.reconcile().await.unwrap();
    assert_eq!(row(&home, &job_id).await, settled);
    assert_eq!(home.jobs.store.list_job_history(&settled.id).await.unwrap(), history);
    assert!(home.take_notices().is_empty());
}

#[tokio::test]
async fn the_market_is_read_whatever_the_news_says() {
    let home = Home::open().await;
    let (job_id, _) = applied(&home, "by_hand").await;
    let lie = json!({"job_id": job_id, "application_id": row(&home, &job_id).await.market_id, "status": "accepted"});
    home.jobs.hear(&"application_status_changed".into(), &lie).await.unwrap();
    home.jobs
        .hear(&"job_status_changed".into(), &json!({"job_id": job_id, "status": "completed"}))
        .await
        .unwrap();
    assert_eq!(row(&home, &job_id).await.state, ApplicationState::Pending);
    assert!(home.take_notices().is_empty());
    for (kind, body) in [
        ("application_status_changed", json!({})),
        ("application_status_changed", json!({"job_id": "nobody's"})),
        ("job_status_changed", json!({"job_id": "nobody's"})),
        ("new_application", json!({"job_id": "nobody's"})),
        ("new_message", json!({"job_id": job_id})),
        ("something_else", json!(null)),
    ] {
        assert_eq!(home.jobs.hear(&kind.into(), &body).await.unwrap(), Heard::NotOurs, "{kind} {body}");
    }
}

#[tokio::test]
async fn lost_news_is_made_up_for_by_reconciling() {
    let home = Home::open().await;
    let (accepted, _) = hired(&home).await;
    let (over, key) = applied(&home, "by_hand").await;
    home.call_as(&key, "/update-job", json!({"job_id": over, "status": "cancelled"})).await;
    home.fault("myApplications", "fail_before").await;
    assert!(home.jobs.reconcile().await.is_err(), "said, so that it is tried again");
    home.pass(1);
    home.jobs.reconcile().await.unwrap();
    assert_eq!(row(&home, &accepted).await.state, ApplicationState::Accepted);
    assert_eq!(row(&home, &over).await.state, ApplicationState::Gone);
    let row = row(&home, &accepted).await;
    home.jobs.record_order(&row.id, "order").await.unwrap();
    assert!(home.jobs.list_to_begin().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_silent_poster_is_due_twice_and_an_answer_ends_it() {
    let home = Home::open().await;
    let (job_id, _) = hired(&home).await;
    home.hear_all().await;
    let id = row(&home, &job_id).await.id;
    let due = async || {
        let due = home.jobs.list_due_reminders().await.unwrap();
        due.first().map(|(_, number)| *number)
    };
    home.pass(100);
    assert_eq!(due().await, None, "nothing was delivered");
    home.jobs.record_delivered(&id, home.jobs.clock.now()).await.unwrap();
    assert_eq!(due().await, None);
    for number in 1..=2 {
        home.pass(48);
        assert_eq!(due().await, Some(number));
        home.jobs.record_reminder(&id).await.unwrap();
        assert_eq!(due().await, None);
    }
    home.pass(500);
    assert_eq!(due().await, None);
    home.jobs.record_delivered(&id, home.jobs.clock.now()).await.unwrap();
    home.jobs.record_posters_word(&id, home.jobs.clock.now()).await.unwrap();
    home.pass(100);
    assert_eq!(due().await, None, "they answered");
}

#[tokio::test]
async fn payment_is_marked_by_hand_and_a_review_is_left_once() {
    let home = Home::open().await;
    let (job_id, key) = hired(&home).await;
    home.hear_all().await;
    let id = row(&home, &job_id).await.id;
    assert!(matches!(home.jobs.review_poster(&id, 5, "Good").await, Err(JobsError::NotNow("not_completed"))));
    home.call_as(&key, "/update-job", json!({"job_id": job_id, "status": "completed"})).await;
    home.hear_all().await;
    for payment in
        [PaymentState::Reported, PaymentState::Missing, PaymentState::Received, PaymentState::Expected]
    {
        let row = home.jobs.mark_payment(&id, payment, Some(30.into()), " by wallet ").await.unwrap();
        assert_eq!((row.payment, row.payment_note.as_str()), (payment, "by wallet"));
    }
    let error = home.jobs.mark_payment(&id, PaymentState::Received, Some((-1).into()), "").await.unwrap_err();
    assert!(matches!(error, JobsError::Field { field: "amount", .. }));
    let error = home.jobs.review_poster(&id, 6, "Good").await.unwrap_err();
    assert!(matches!(error, JobsError::Market(MarketError::Limit(_))), "{error}");
    home.fault("leaveReview", "drop").await;
    let left = home.jobs.review_poster(&id, 5, "Clear and friendly.").await.unwrap();
    assert_eq!(left.review, ReviewState::Left, "found in the profile");
    home.jobs.review_poster(&id, 1, "Again").await.unwrap();
    let seen = home.look(&format!("/molt/job/{job_id}")).await;
    assert_eq!((seen["reviews"].as_array().unwrap().len(), home.received("leaveReview").await), (1, 1));
}

#[tokio::test]
async fn a_review_that_never_arrived_is_left_at_the_next_try() {
    let home = Home::open().await;
    let (job_id, key) = hired(&home).await;
    home.hear_all().await;
    home.call_as(&key, "/update-job", json!({"job_id": job_id, "status": "completed"})).await;
    home.hear_all().await;
    let id = row(&home, &job_id).await.id;
    home.fault("leaveReview", "drop_before").await;
    assert!(matches!(home.jobs.review_poster(&id, 4, "Fine work.").await, Err(JobsError::Unclear)));
    assert_eq!(row(&home, &job_id).await.review, ReviewState::Sending);
    let early = home.jobs.review_poster(&id, 4, "Fine work.").await.unwrap_err();
    assert!(matches!(early, JobsError::Market(MarketError::Spent { .. })), "one in 30 minutes: {early}");
    home.pass(1);
    let left = home.jobs.review_poster(&id, 4, "Fine work.").await.unwrap();
    assert_eq!((left.review, home.done("leaveReview").await), (ReviewState::Left, 1));
}

#[tokio::test]
async fn criteria_are_ticked_only_on_a_job_that_is_ours() {
    let home = Home::open().await;
    let (job_id, _) = applied(&home, "by_hand").await;
    let waiting = row(&home, &job_id).await;
    let error = home.jobs.tick(&waiting.id, 0, true).await.unwrap_err();
    assert!(matches!(error, JobsError::NotNow("not_accepted")), "{error}");
    let (job_id, _) = hired(&home).await;
    home.jobs.reconcile().await.unwrap();
    let ours = row(&home, &job_id).await;
    home.jobs.tick(&ours.id, 0, true).await.unwrap();
    let ticked = async || {
        let lines = home.jobs.store.list_job_history(&ours.id).await.unwrap();
        ticked(lines.iter().map(|line| (line.kind.as_str(), line.reason.as_str()))).len()
    };
    assert_eq!(ticked().await, 1);
    home.jobs.tick(&ours.id, 0, false).await.unwrap();
    assert_eq!(ticked().await, 0);
    let error = home.jobs.tick(&ours.id, 99, true).await.unwrap_err();
    assert!(matches!(error, JobsError::Field { field: "criterion", .. }), "{error}");
}
