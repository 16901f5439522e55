//! What the store keeps of jobs, on a real file: money counted once, histories, searches.

use rust_decimal::dec;
use serde_json::json;
use stallkeeper::store::{Actor, EntryOutcome};

use crate::home::Home;

#[tokio::test]
async fn what_models_cost_for_jobs_counts_with_everything_else_of_the_day() {
    let mut home = Home::open().await;
    let now = home.jobs.clock.now();
    let mut write = home.jobs.store.write().await.unwrap();
    let reserve = Some(dec!(0.02));
    let first = write.begin_job_entry("molt", "a", "read", &json!({}), reserve, now).await.unwrap();
    let second = write.begin_job_entry("molt", "b", "read", &json!({}), reserve, now).await.unwrap();
    assert_eq!(write.job_spent_usd("a", now).await.unwrap(), (dec!(0.02), dec!(0.04)));
    write.end_job_entry(first, EntryOutcome::Done, "", Some(dec!(0.003)), now).await.unwrap();
    write.end_job_entry(second, EntryOutcome::Unclear, "lost", None, now).await.unwrap();
    assert_eq!(
        write.job_spent_usd("a", now).await.unwrap(),
        (dec!(0.003), dec!(0.023)),
        "unclear stays reserved"
    );
    write.commit().await.unwrap();
    home.reopen().await;
    let (_, day) = home.jobs.store.spent_usd("", now).await.unwrap();
    assert_eq!(day, dec!(0.023), "orders see it too");
    let entry = home.jobs.store.lookup_job_entry("b", "read").await.unwrap().unwrap();
    assert_eq!((entry.outcome, entry.result.as_str()), (EntryOutcome::Unclear, "lost"));
}

#[tokio::test]
async fn steps_that_may_have_been_done_count_and_refused_ones_do_not() {
    let home = Home::open().await;
    let now = home.jobs.clock.now();
    let mut write = home.jobs.store.write().await.unwrap();
    for outcome in [
        EntryOutcome::Open,
        EntryOutcome::Done,
        EntryOutcome::Unclear,
        EntryOutcome::Failed,
        EntryOutcome::Retry,
    ] {
        let id = write.begin_job_entry("molt", "a", "apply", &json!({}), None, now).await.unwrap();
        write.end_job_entry(id, outcome, "", None, now).await.unwrap();
    }
    write.insert_job_history("a", Actor::Seller, "draft", "", now).await.unwrap();
    write.commit().await.unwrap();
    let since = now - jiff::SignedDuration::from_hours(1);
    assert_eq!(home.jobs.store.list_job_steps("molt", "apply", since).await.unwrap().len(), 3);
    assert_eq!(home.jobs.store.list_job_steps("molt", "apply", now).await.unwrap().len(), 0);
    assert_eq!(home.jobs.store.list_job_history("a").await.unwrap().len(), 1);
    assert!(home.jobs.store.get_application("molt", "nothing").await.is_err());
}
