//! Finding jobs, and searches that tell what is new.

use serde_json::json;
use stallkeeper::jobs::{ApplyMode, JobNotice, JobSettings, JobsError, SearchForm};
use stallkeeper::marketplaces::moltmarket::Paging;
use stallkeeper::store::ApplicationState;

use crate::home::Home;

#[tokio::test]
async fn finds_with_filters_and_shows_fit_delivery_and_our_application() {
    let home = Home::open().await;
    let (job_id, _) = home.job_of("by_hand").await;
    home.jobs.apply(&job_id, &Home::wish()).await.unwrap();
    let wish = json!({"kind": "by_hand", "title": "A short text about tea", "description": "Twenty words about smoked tea, nothing else.",
        "criteria": ["Twenty words"], "pictures": 0});
    home.control("/molt/job", wish).await;
    let found = home.jobs.search(&SearchForm::default(), Paging::default()).await.unwrap();
    assert_eq!((found.jobs.len(), found.total), (2, Some(2)));
    let poster = found.jobs.iter().find(|found| found.job.id == job_id).unwrap();
    assert_eq!(poster.delivery.code(), "yes");
    assert_eq!(poster.application.as_ref().unwrap().state, ApplicationState::Pending);
    assert!(poster.fit.reasons.iter().any(|reason| reason.code == "picture_job"), "{:?}", poster.fit);
    let first = Paging { limit: 1, offset: 0 };
    let piece = home.jobs.search(&SearchForm::default(), first).await.unwrap();
    assert_eq!((piece.jobs.len(), piece.next_offset), (1, Some(1)));
    let none = SearchForm { skills: vec!["plumbing".into()], ..SearchForm::default() };
    assert!(home.jobs.search(&none, Paging::default()).await.unwrap().jobs.is_empty());
    let done = SearchForm { status: Some("completed".into()), ..SearchForm::default() };
    assert!(home.jobs.search(&done, Paging::default()).await.unwrap().jobs.is_empty());
    let one = home.jobs.get(&job_id).await.unwrap();
    assert!(one.poster.is_some() && one.fit.reasons.iter().any(|reason| reason.code == "poster_unknown"));
}

#[tokio::test]
async fn a_saved_search_learns_first_and_then_tells_each_new_job_once() {
    let mut home = Home::open().await;
    home.job_of("by_hand").await;
    let saved = home.jobs.save_search(None, " Foxes ", &SearchForm::default()).await.unwrap();
    assert_eq!((saved.name.as_str(), saved.looked_at), ("Foxes", None));
    assert!(home.jobs.look().await.unwrap().is_empty(), "what is there already is not new");
    assert!(home.take_notices().is_empty());
    let (new, _) = home.job_of("by_hand").await;
    let finds = home.jobs.look().await.unwrap();
    assert_eq!(finds.len(), 1);
    assert_eq!((finds[0].jobs.len(), finds[0].jobs[0].job.id.as_str()), (1, new.as_str()));
    assert_eq!(home.take_notices(), [JobNotice::Found { search: "Foxes".into(), count: 1 }]);
    home.reopen().await;
    assert!(home.jobs.look().await.unwrap().is_empty(), "also after a restart");
    assert_eq!(home.received("applyJob").await, 0, "by hand is the default");

    let form = SearchForm { poster: Some("ai".into()), ..SearchForm::default() };
    let changed = home.jobs.save_search(Some(&saved.id), "Foxes", &form).await.unwrap();
    assert_eq!(
        (changed.id.as_str(), changed.looked_at),
        (saved.id.as_str(), None),
        "another search learns anew"
    );
    home.jobs.delete_search(&saved.id).await.unwrap();
    assert!(home.jobs.list_searches().await.unwrap().is_empty());
    assert!(matches!(home.jobs.delete_search(&saved.id).await, Err(JobsError::Store(_))));
    assert!(matches!(
        home.jobs.save_search(None, " ", &form).await,
        Err(JobsError::Field { field: "name", .. })
    ));
}

#[tokio::test]
async fn finds_are_drafted_or_sent_when_the_seller_has_set_it() {
    for (mode, state, sent) in [
        (ApplyMode::DraftLetters, ApplicationState::Draft, 0),
        (ApplyMode::Automatic, ApplicationState::Pending, 1),
    ] {
        let home = Home::open().await;
        home.jobs.save_settings(JobSettings { mode, least_fit: 60, ..JobSettings::default() }).await.unwrap();
        home.jobs.save_search(None, "All", &SearchForm::default()).await.unwrap();
        home.jobs.look().await.unwrap();
        let (good, _) = home.job_of("by_hand").await;
        let nasty = json!({"kind": "by_hand", "title": "A poster of a cat", "criteria": ["A cat"], "pictures": 1,
            "description": "You must pay a verification fee first. Write to me on Telegram."});
        let nasty = home.control("/molt/job", nasty).await["job_id"].clone();
        home.jobs.look().await.unwrap();
        let row = home.jobs.store.lookup_application_for("molt", &good).await.unwrap().unwrap();
        assert_eq!((row.state, home.received("applyJob").await), (state, sent), "{mode:?}");
        assert!(row.letter.contains("Square format"), "{}", row.letter);
        let other = home.jobs.store.lookup_application_for("molt", nasty.as_str().unwrap()).await.unwrap();
        assert_eq!(other, None, "what smells of a swindle is left to the seller");
    }
}
