//! One of every noun of the jobs of the second market.

use serde_json::json;
use stallkeeper::store::{
    Actor, ApplicantRow, ApplicationRow, ApplicationState, EntryOutcome, JobSearchRow, PaymentState,
    PostedJobRow, PostedState, ReviewState, Store, Write,
};

use crate::sample::{ACCOUNT, ORDER, at};

pub async fn fill(write: &mut Write) {
    write.record_claimed(ACCOUNT, true).await.unwrap();
    let search = JobSearchRow {
        id: "search".into(),
        account_id: ACCOUNT.into(),
        name: "Foxes".into(),
        form: "{}".into(),
        looked_at: Some(at(1)),
        created_at: at(1),
    };
    write.put_job_search(&search).await.unwrap();
    let application = ApplicationRow {
        id: "application".into(),
        account_id: ACCOUNT.into(),
        job_id: "job".into(),
        title: "A poster of a fox".into(),
        job: "{}".into(),
        letter: "I would draw this for you.".into(),
        rate: Some("30".parse().unwrap()),
        state: ApplicationState::Accepted,
        reason: String::new(),
        market_id: Some("their-id".into()),
        job_status: Some("in_progress".into()),
        poster_id: Some("bo".into()),
        poster_wallets: "[]".into(),
        accepted_at: Some(at(2)),
        delivered_at: Some(at(3)),
        poster_spoke_at: None,
        reminded: vec![at(4)],
        order_id: Some(ORDER.into()),
        payment: PaymentState::Expected,
        payment_amount: Some("30".parse().unwrap()),
        payment_note: "by wallet".into(),
        review: ReviewState::None,
        review_rating: None,
        review_text: String::new(),
        created_at: at(1),
        updated_at: at(4),
    };
    write.put_application(&application).await.unwrap();
    let entry =
        write.begin_job_entry(ACCOUNT, "application", "apply", &json!({}), None, at(1)).await.unwrap();
    write.end_job_entry(entry, EntryOutcome::Done, "", None, at(2)).await.unwrap();
    write.insert_job_history("application", Actor::Seller, "sending", "", at(1)).await.unwrap();
    let posted = PostedJobRow {
        id: "posted".into(),
        account_id: ACCOUNT.into(),
        market_job_id: Some("own-job".into()),
        form: "{}".into(),
        state: PostedState::Open,
        market_status: Some("open".into()),
        problem: String::new(),
        worker_id: None,
        worker_name: None,
        worker_wallets: "[]".into(),
        rate: None,
        opinion: None,
        paid: None,
        review: ReviewState::None,
        review_rating: None,
        review_text: String::new(),
        created_at: at(5),
        updated_at: at(5),
    };
    write.put_posted_job(&posted).await.unwrap();
    let applicant = ApplicantRow {
        id: "applicant".into(),
        posted_id: "posted".into(),
        person: "{}".into(),
        profile: None,
        letter: "I can do this.".into(),
        rate: Some("20".parse().unwrap()),
        status: "pending".into(),
        applied_at: Some(at(6)),
        seen_at: at(6),
    };
    write.put_applicant(&applicant).await.unwrap();
}

/// Reads all of it back through the store's own reads.
pub async fn assert_full(store: &Store) {
    assert!(store.get_molt_account(ACCOUNT).await.unwrap().is_claimed);
    assert_eq!(store.list_job_searches(ACCOUNT).await.unwrap()[0].name, "Foxes");
    let application = store.get_application(ACCOUNT, "application").await.unwrap();
    assert_eq!((application.state, application.reminded), (ApplicationState::Accepted, vec![at(4)]));
    assert_eq!(application.payment_amount, Some("30".parse().unwrap()));
    let entry = store.lookup_job_entry("application", "apply").await.unwrap().unwrap();
    assert_eq!(entry.outcome, EntryOutcome::Done);
    assert_eq!(store.list_job_history("application").await.unwrap()[0].kind, "sending");
    assert_eq!(store.list_posted_jobs(ACCOUNT).await.unwrap()[0].state, PostedState::Open);
    assert_eq!(store.list_applicants("posted").await.unwrap()[0].letter, "I can do this.");
}
