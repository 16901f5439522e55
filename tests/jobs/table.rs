//! Every function of the contract that the room uses, and what of the room brings the call about.

use serde_json::json;
use stallkeeper::desk::contract::JobForm;
use stallkeeper::jobs::SearchForm;
use stallkeeper::marketplaces::moltmarket::{Decision, JobEnding, Paging};

use crate::home::{Home, text};

#[tokio::test]
async fn each_function_is_called_by_what_is_meant_to_call_it() {
    let home = Home::open().await;
    let (job_id, key) = home.job_of("by_hand").await;
    let form = JobForm {
        title: "A picture of a fox".into(),
        description: "A fox under an oak, autumn, storybook style.".into(),
        success_criteria: vec!["A fox".into()],
        ..JobForm::default()
    };
    let jobs = &home.jobs;
    let mut seen = Vec::new();
    macro_rules! calls {
        ($operation:literal, $act:expr) => {{
            let before = home.received($operation).await;
            let made = $act.await.unwrap();
            assert!(home.received($operation).await > before, "{} was not asked for", $operation);
            seen.push($operation);
            made
        }};
    }
    calls!("browseJobs", jobs.search(&SearchForm::default(), Paging::default()));
    calls!("getJob", jobs.get(&job_id));
    calls!("getAgent", jobs.get(&job_id));
    let application = calls!("applyJob", jobs.apply(&job_id, &Home::wish()));
    calls!("myApplications", jobs.reconcile());
    calls!("myJobs", jobs.reconcile());
    let posted = calls!("postJob", jobs.post(None, &form));
    let came = home.control("/molt/worker", json!({"kind": "good", "job_id": posted.market_job_id})).await;
    calls!("jobApplications", jobs.list_applicants(&posted.id));
    let id = text(&came["application_id"]);
    calls!("manageApplication", jobs.decide(&posted.id, &id, Decision::Accept, true, ""));
    calls!("getConversations", async {
        crate::home::until("said", async || jobs.opinion(&posted.id).await.is_ok()).await;
        Ok::<_, ()>(())
    });
    calls!("getMessages", jobs.opinion(&posted.id));
    calls!("updateJob", jobs.finish(&posted.id, JobEnding::Completed { amount: None }));
    calls!("leaveReview", jobs.review_worker(&posted.id, 5, "Good."));
    let act = json!({"application_id": application.market_id, "action": "reject"});
    home.call_as(&key, "/manage-application", act).await;
    let other = jobs.post(None, &JobForm { title: "Another picture".into(), ..form }).await.unwrap();
    let came = home.control("/molt/worker", json!({"kind": "by_hand", "job_id": other.market_job_id})).await;
    jobs.list_applicants(&other.id).await.unwrap();
    let id = text(&came["application_id"]);
    calls!("sendMessage", jobs.decide(&other.id, &id, Decision::Reject, false, "Thank you all the same."));
    assert_eq!(seen.len(), 14);
}
