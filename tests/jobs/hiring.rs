//! Hiring: posting, choosing among workers of every kind, a second opinion, payment by hand, the end.

use rust_decimal::dec;
use serde_json::json;
use stallkeeper::desk::contract::JobForm;
use stallkeeper::jobs::{JobNotice, JobsError};
use stallkeeper::marketplaces::MarketError;
use stallkeeper::marketplaces::moltmarket::{Decision, JobEnding, WalletKind};
use stallkeeper::store::{PostedJobRow, PostedState, ReviewState};

use crate::home::{Home, text, until};

fn form() -> JobForm {
    JobForm {
        title: "A picture of a fox".into(),
        description: "A fox under an oak, autumn, storybook style.".into(),
        skills: vec!["illustration".into()],
        budget_min: "10".into(),
        budget_max: "20".into(),
        success_criteria: vec!["A fox under an oak".into(), "Storybook style".into()],
        ..JobForm::default()
    }
}

async fn worker(home: &Home, row: &PostedJobRow, kind: &str) -> (String, String) {
    let wish = json!({"kind": kind, "job_id": row.market_job_id});
    let came = home.control("/molt/worker", wish).await;
    (text(&came["application_id"]), text(&came["account_id"]))
}

#[tokio::test]
async fn a_job_is_posted_once_whatever_happens_to_the_answer() {
    for kind in ["drop", "half_answer", "fail_after"] {
        let home = Home::open().await;
        home.fault("postJob", kind).await;
        let row = home.jobs.post(None, &form()).await.unwrap();
        assert_eq!(row.state, PostedState::Open, "{kind}");
        let again = home.jobs.post(Some(&row.id), &form()).await.unwrap();
        assert_eq!(again.market_job_id, row.market_job_id);
        assert_eq!(
            (home.look("/molt/state").await["jobs"].clone(), home.received("postJob").await),
            (json!(1), 1)
        );
    }
    let home = Home::open().await;
    home.fault("postJob", "drop_before").await;
    assert!(matches!(home.jobs.post(None, &form()).await, Err(JobsError::Unclear)));
    let row = home.jobs.store.list_posted_jobs("molt").await.unwrap().remove(0);
    assert_eq!((row.state, row.problem.as_str()), (PostedState::Posting, "unclear"));
    let row = home.jobs.post(Some(&row.id), &form()).await.unwrap();
    assert_eq!((row.state, home.done("postJob").await), (PostedState::Open, 1));
    assert_eq!(home.look("/molt/state").await["jobs"], json!(1));
}

#[tokio::test]
async fn each_field_is_checked_and_the_draft_stays() {
    let home = Home::open().await;
    type Spoil = fn(&mut JobForm);
    let wrong: [(&str, Spoil); 4] = [
        ("title", |form| form.title = "Fox".into()),
        ("description", |form| form.description = "Short".into()),
        ("skills", |form| form.skills = vec!["ink".into(); 21]),
        ("success_criteria[0]", |form| form.success_criteria = vec!["x".repeat(501)]),
    ];
    for (field, spoil) in wrong {
        let mut form = form();
        spoil(&mut form);
        let error = home.jobs.post(None, &form).await.unwrap_err();
        let named = match &error {
            JobsError::Market(MarketError::Limit(limit)) => limit.field.clone(),
            other => panic!("{field}: {other}"),
        };
        assert_eq!(named, field);
    }
    let rows = home.jobs.store.list_posted_jobs("molt").await.unwrap();
    assert!(rows.len() == 4 && rows.iter().all(|row| row.state == PostedState::Draft));
    assert_eq!(home.received("postJob").await, 0);
    for _ in 0..7 {
        home.jobs.post(None, &form()).await.unwrap();
    }
    assert!(matches!(home.jobs.post(None, &form()).await, Err(JobsError::NotNow("too_many_jobs"))));
}

#[tokio::test]
async fn an_open_job_is_edited_and_a_lost_answer_is_looked_up() {
    let home = Home::open().await;
    let row = home.jobs.post(None, &form()).await.unwrap();
    let dearer = JobForm { budget_max: "25".into(), ..form() };
    home.fault("postJob", "drop").await;
    let edited = home.jobs.edit(&row.id, &dearer).await.unwrap();
    assert!(edited.form.contains("25"));
    let seen = home.look(&format!("/molt/job/{}", row.market_job_id.clone().unwrap())).await;
    assert_eq!(seen["job"]["posting"]["budget_max"], json!(25.0));
    home.jobs.edit(&row.id, &dearer).await.unwrap();
    assert_eq!(home.done("postJob").await, 2, "nothing differs, nothing is sent");
    let error = home.jobs.edit(&row.id, &form()).await.unwrap_err();
    assert!(matches!(error, JobsError::Market(MarketError::Spent { .. })), "once in 20 minutes: {error}");
    home.jobs.finish(&row.id, JobEnding::Cancelled).await.unwrap();
    assert!(matches!(home.jobs.edit(&row.id, &form()).await, Err(JobsError::NotNow("not_open"))));
}

#[tokio::test]
async fn applicants_are_compared_and_only_one_is_hired() {
    let home = Home::open().await;
    let row = home.jobs.post(None, &form()).await.unwrap();
    let mut came = Vec::new();
    for kind in ["good", "chinese", "terse", "wants_money_first"] {
        came.push(worker(&home, &row, kind).await);
    }
    home.hear_all().await;
    home.hear_all().await;
    let told = home.take_notices();
    assert_eq!(
        told.iter().filter(|notice| matches!(notice, JobNotice::Applied { .. })).count(),
        4,
        "{told:?}"
    );
    let applicants = home.jobs.list_applicants(&row.id).await.unwrap();
    assert_eq!(applicants.len(), 4);
    assert!(applicants.iter().all(|one| one.profile.is_some() && one.rate == Some(dec!(20))));
    let (first, second, third) = (&came[0].0, &came[1].0, &came[2].0);
    let decide =
        async |id: &str, decision, yes, word: &str| home.jobs.decide(&row.id, id, decision, yes, word).await;
    let error = decide(first, Decision::Accept, false, "").await.unwrap_err();
    assert!(matches!(error, JobsError::NeedsYes("payment_owed")), "{error}");
    let error = decide(first, Decision::Accept, true, "Write me on Telegram").await.unwrap_err();
    assert!(matches!(error, JobsError::Blocked(_)), "{error}");
    assert_eq!(home.received("manageApplication").await, 0);
    home.fault("manageApplication", "drop").await;
    let hired = decide(first, Decision::Accept, true, "Welcome, I look forward to your work.").await.unwrap();
    assert_eq!((hired.state, hired.worker_id.as_ref()), (PostedState::InProgress, Some(&came[0].1)));
    assert!(hired.worker_wallets.contains("0x"), "{}", hired.worker_wallets);
    decide(first, Decision::Accept, true, "Welcome again").await.unwrap();
    assert_eq!((home.received("manageApplication").await, home.received("sendMessage").await), (1, 1));
    assert!(matches!(
        decide(second, Decision::Accept, true, "").await,
        Err(JobsError::NotNow("somebody_hired"))
    ));
    assert!(matches!(
        decide(first, Decision::Reject, true, "").await,
        Err(JobsError::NotNow("decided_before"))
    ));
    home.fault("manageApplication", "drop_before").await;
    assert!(matches!(decide(third, Decision::Reject, false, "").await, Err(JobsError::Unclear)));
    decide(third, Decision::Reject, false, "Thank you, we chose somebody else.").await.unwrap();
    let statuses: Vec<String> =
        home.jobs.list_applicants(&row.id).await.unwrap().into_iter().map(|one| one.status).collect();
    assert_eq!(statuses.iter().filter(|status| *status == "accepted").count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| *status == "rejected").count(), 1, "{statuses:?}");
}

#[tokio::test]
async fn every_kind_of_worker_is_looked_at_and_the_end_is_ours() {
    for (kind, messages, verdict) in [
        ("good", 2, Some("met")),
        ("chinese", 2, Some("met")),
        ("terse", 2, Some("met")),
        ("wants_money_first", 2, Some("met")),
        ("misses_criteria", 2, Some("unclear")),
        ("no_picture", 2, Some("met")),
        ("vanishes", 1, Some("not_met")),
        ("by_hand", 0, None),
    ] {
        let home = Home::open().await;
        let row = home.jobs.post(None, &form()).await.unwrap();
        let (application, account) = worker(&home, &row, kind).await;
        home.jobs.list_applicants(&row.id).await.unwrap();
        home.jobs.decide(&row.id, &application, Decision::Accept, true, "").await.unwrap();
        let path = format!("/molt/job/{}", row.market_job_id.clone().unwrap());
        until(&format!("{kind}: {messages} messages"), async || {
            let seen = home.look(&path).await;
            let threads = seen["conversations"].as_array().unwrap().iter();
            let said = threads.flat_map(|thread| thread["messages"].as_array().unwrap());
            said.filter(|message| message["sender_id"] == account.as_str()).count() >= messages
        })
        .await;
        match verdict {
            Some(verdict) => {
                let opinion = home.jobs.opinion(&row.id).await.unwrap();
                assert_eq!(opinion.criteria.len(), 2, "{kind}");
                assert!(opinion.criteria.iter().all(|one| one.verdict == verdict), "{kind}: {opinion:?}");
            }
            None => {
                let error = home.jobs.opinion(&row.id).await.unwrap_err();
                assert!(matches!(error, JobsError::NotNow("nothing_delivered")), "{kind}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn paid_by_hand_completed_once_and_reviewed_once() {
    let home = Home::open().await;
    let row = home.jobs.post(None, &form()).await.unwrap();
    let (application, _) = worker(&home, &row, "by_hand").await;
    let good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let pay = async |kind: &str, address: &str, amount| {
        home.jobs.mark_paid(&row.id, WalletKind::from(kind), address, amount, "").await
    };
    assert!(matches!(pay("eth", good, dec!(5)).await, Err(JobsError::NotNow("nobody_hired"))));
    home.jobs.list_applicants(&row.id).await.unwrap();
    assert!(matches!(
        home.jobs.finish(&row.id, JobEnding::Completed { amount: None }).await,
        Err(JobsError::NotNow("cannot_end_so"))
    ));
    home.jobs.decide(&row.id, &application, Decision::Accept, true, "").await.unwrap();
    for (kind, address, amount, field) in [
        ("eth", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", dec!(5), "address"),
        ("btc", good, dec!(5), "address"),
        ("doge", good, dec!(5), "kind"),
        ("eth", good, dec!(0), "amount"),
    ] {
        let error = pay(kind, address, amount).await.unwrap_err();
        assert!(matches!(error, JobsError::Field { field: found, .. } if found == field), "{error}");
    }
    assert!(pay("eth", good, dec!(15)).await.unwrap().paid.unwrap().contains(good), "in full");
    home.fault("updateJob", "drop").await;
    let ended = home.jobs.finish(&row.id, JobEnding::Completed { amount: Some(dec!(15)) }).await.unwrap();
    assert_eq!((ended.state, ended.review), (PostedState::Completed, ReviewState::Proposed));
    home.jobs.finish(&row.id, JobEnding::Completed { amount: None }).await.unwrap();
    assert_eq!(home.received("updateJob").await, 1);
    assert!(matches!(home.jobs.finish(&row.id, JobEnding::Cancelled).await, Err(JobsError::NotNow(_))));
    let reviewed = home.jobs.review_worker(&row.id, 5, "Fine work, quick and friendly.").await.unwrap();
    assert_eq!(reviewed.review, ReviewState::Left);
    home.jobs.review_worker(&row.id, 1, "Again").await.unwrap();
    assert_eq!(home.received("leaveReview").await, 1);
}

#[tokio::test]
async fn ending_a_job_without_an_answer_is_tried_again_after_a_look() {
    let home = Home::open().await;
    let row = home.jobs.post(None, &form()).await.unwrap();
    home.fault("updateJob", "drop_before").await;
    assert!(matches!(home.jobs.finish(&row.id, JobEnding::Cancelled).await, Err(JobsError::Unclear)));
    let ended = home.jobs.finish(&row.id, JobEnding::Cancelled).await.unwrap();
    assert_eq!((ended.state, home.done("updateJob").await), (PostedState::Cancelled, 1));
}

#[tokio::test]
async fn reconciling_takes_up_what_was_posted_and_ended_elsewhere() {
    let home = Home::open().await;
    let key = home.at.molt_api_key.clone();
    let job =
        json!({"title": "A job from elsewhere", "description": "Made with another program, long enough."});
    let made = home.call_as(&key, "/post-job", job).await;
    let id = text(&made["job"]["id"]);
    home.jobs.reconcile().await.unwrap();
    let row = home.jobs.store.lookup_posted_job("molt", &id).await.unwrap().unwrap();
    assert!(row.state == PostedState::Open && row.form.contains("A job from elsewhere"));
    home.call_as(&key, "/update-job", json!({"job_id": id, "status": "cancelled"})).await;
    home.jobs.hear(&"job_status_changed".into(), &json!({"job_id": id})).await.unwrap();
    let row = home.jobs.store.lookup_posted_job("molt", &id).await.unwrap().unwrap();
    assert_eq!(row.state, PostedState::Cancelled);
}

#[tokio::test]
async fn a_draft_is_kept_as_it_was_typed_and_goes_only_before_it_is_posted() {
    let home = Home::open().await;
    let unfinished = JobForm { budget_min: "ten or so".into(), ..JobForm::default() };
    let draft = home.jobs.save_posted(None, &unfinished).await.unwrap();
    assert!(draft.form.contains("ten or so") && draft.state == PostedState::Draft);
    let same = home.jobs.save_posted(Some(&draft.id), &form()).await.unwrap();
    assert_eq!((same.id.as_str(), home.received("postJob").await), (draft.id.as_str(), 0));
    let posted = home.jobs.post(Some(&draft.id), &form()).await.unwrap();
    for error in [
        home.jobs.save_posted(Some(&posted.id), &form()).await.unwrap_err(),
        home.jobs.discard_posted(&posted.id).await.unwrap_err(),
    ] {
        assert!(matches!(error, JobsError::NotNow("posted_before")), "{error}");
    }
    let other = home.jobs.save_posted(None, &form()).await.unwrap();
    home.jobs.discard_posted(&other.id).await.unwrap();
    let rows = home.jobs.store.list_posted_jobs("molt").await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), [posted.id.as_str()]);
}
