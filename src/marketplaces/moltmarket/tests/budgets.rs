use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use tokio::net::TcpListener;

use super::super::*;
use super::table::{a_message, a_registration, an_application, register};
use super::*;
use crate::clock::{Clock, CountingIds};
use crate::marketplaces::MarketError;
use crate::store::Store;

fn is_spent(error: &MarketError) -> bool {
    matches!(error, MarketError::Spent { .. })
}

fn change() -> ProfileChange {
    ProfileChange { description: Some("Pictures".to_owned()), ..Default::default() }
}

#[tokio::test]
async fn uses_and_blocks_are_remembered_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("stall.db");
    let first = Store::open(&path).await.unwrap();
    let market = Market::open_with(Arc::new(first.clone())).await;
    market.answers(200, &json!({"success": true}));
    market.client.update_profile(&change()).await.unwrap();
    market.next(Answer::json(429, &json!({"error": "slow down", "retry_after": 900})));
    assert!(market.client.send_message(&a_message()).await.is_err());
    let used = market.client.budgets().await.unwrap();
    first.close().await;

    let again = Market::open_with(Arc::new(Store::open(&path).await.unwrap())).await;
    assert!(is_spent(&again.client.update_profile(&change()).await.unwrap_err()));
    assert!(is_spent(&again.client.send_message(&a_message()).await.unwrap_err()));
    assert!(again.seen().is_empty());
    let shown = again.client.budgets().await.unwrap();
    assert_eq!(shown, used);
    again.clock.advance(SignedDuration::from_mins(30));
    again.answers(200, &json!({"message": {"id": "m1"}}));
    again.client.update_profile(&change()).await.unwrap();
    again.client.send_message(&a_message()).await.unwrap();
}

#[tokio::test]
async fn a_use_is_written_down_before_the_call_goes_out() {
    let market = Market::open().await;
    // Whoever waits for the answer goes away, as at a crash.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    let client = MoltMarket::connect(
        &base,
        "account",
        KEY.into(),
        Arc::clone(&market.budgets),
        Arc::new(market.clock.clone()),
        Arc::new(CountingIds::default()),
    )
    .unwrap();
    let change = change();
    tokio::select! {
        answer = client.update_profile(&change) => panic!("nobody answers: {answer:?}"),
        call = silent.accept() => drop(call.unwrap()),
    }
    assert!(is_spent(&client.update_profile(&change).await.unwrap_err()));
}

#[tokio::test]
async fn a_call_that_never_left_gives_its_use_back() {
    let market = Market::open().await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let (clock, ids) = (Arc::new(market.clock.clone()), Arc::new(CountingIds::default()));
    for _ in 0..3 {
        let budgets = Arc::clone(&market.budgets);
        let error =
            register_agent(&base, &a_registration(), budgets, clock.clone(), ids.clone()).await.unwrap_err();
        assert!(matches!(error, MarketError::Network { sent: false, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_registration_stays_counted() {
    let market = Market::open().await;
    market.answers(400, &json!({"error": "this name is taken"}));
    assert!(matches!(register(&market, &a_registration()).await, Err(MarketError::Invalid { .. })));
    assert!(is_spent(&register(&market, &a_registration()).await.unwrap_err()));
    assert_eq!(market.seen().len(), 1);
}

#[tokio::test]
async fn after_a_failure_of_the_market_the_function_rests_for_half_a_minute() {
    let market = Market::open().await;
    market.next(Answer::json(500, &json!({"error": "oh"})));
    market.answers(200, &json!({"job": {"id": "j1"}}));
    assert!(matches!(market.client.get_job("j1").await, Err(MarketError::Server { status: 500 })));
    let error = market.client.get_job("j1").await.unwrap_err();
    let rested = market.clock.now() + SignedDuration::from_secs(30);
    assert!(matches!(error, MarketError::Spent { next_at, .. } if next_at == rested), "{error:?}");
    market.clock.advance(SignedDuration::from_secs(30));
    market.client.get_job("j1").await.unwrap();
    assert_eq!(market.seen().len(), 2);
}

#[tokio::test]
async fn a_wait_beyond_all_reason_is_not_believed() {
    let market = Market::open().await;
    market.next(Answer::json(429, &json!({"error": "no", "reset_at": "2036-05-04T12:00:00Z"})));
    market.answers(200, &json!({"job": {"id": "j1"}}));
    assert!(market.client.get_job("j1").await.is_err());
    let error = market.client.get_job("j1").await.unwrap_err();
    let believed = market.clock.now() + SignedDuration::from_hours(1);
    assert!(matches!(error, MarketError::Spent { next_at, .. } if next_at == believed), "{error:?}");
}

#[tokio::test]
async fn accounts_have_their_own_budgets_and_share_those_of_the_address() {
    let market = Market::open().await;
    let other = market.client_of("another");
    market.answers(200, &json!({"success": true, "current_version": "2.2.0"}));
    market.client.update_profile(&change()).await.unwrap();
    other.update_profile(&change()).await.unwrap();
    assert!(is_spent(&other.update_profile(&change()).await.unwrap_err()));
    market.client.skill_version().await.unwrap();
    assert!(is_spent(&other.skill_version().await.unwrap_err()));
    assert!(is_spent(&market.visitor().skill_version().await.unwrap_err()));
}

#[tokio::test]
async fn each_job_is_edited_by_itself() {
    let market = Market::open().await;
    market.answers(200, &json!({"job": {"id": "j"}}));
    let change = JobChange { title: Some("A fox in rain".to_owned()), ..Default::default() };
    for job in ["j1", "j2"] {
        market.client.edit_job(job, &change).await.unwrap();
        assert!(is_spent(&market.client.edit_job(job, &change).await.unwrap_err()));
    }
    market.client.post_job(&table::a_job()).await.expect("posting counts for itself");
    let views = market.client.budgets().await.unwrap();
    let jobs: Vec<_> = views.iter().filter_map(|view| view.subject.as_deref()).collect();
    assert_eq!(jobs, ["j1", "j2"]);
}

#[tokio::test]
async fn the_view_names_every_function_and_is_empty_at_first() {
    let market = Market::open().await;
    let views = market.client.budgets().await.unwrap();
    assert!(views.iter().all(|view| view.used == 0 && view.free_again_at.is_none()));
    let shown: Vec<_> =
        views.iter().map(|view| (view.operation, view.limit, view.window.as_secs())).collect();
    let mut wanted: Vec<_> = table::all()
        .iter()
        .flat_map(|case| case.windows.iter().map(|(limit, secs)| (case.operation, *limit, *secs)))
        .collect();
    wanted.retain(|window| *window != ("edit-job", 1, 20 * 60));
    assert_eq!(shown, wanted, "windows of single jobs are shown once in use");
    let public = market.visitor().budgets().await.unwrap();
    assert!(public.iter().all(|view| view.operation != "apply-job") && !public.is_empty());
}

#[tokio::test]
async fn a_try_that_does_not_fit_uses_nothing() {
    let market = Market::open().await;
    market.answers(200, &json!({"application": {"id": "a1"}}));
    let unfit = ApplicationDraft { cover_letter: Some("c".repeat(5001)), ..an_application() };
    assert!(market.client.apply_job(&unfit).await.is_err());
    let views = market.client.budgets().await.unwrap();
    assert!(views.iter().all(|view| view.used == 0));
}
