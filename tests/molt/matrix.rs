//! A given job, with the real server killed at every point it passes: from the application to the last word.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnectOptions;
use stallkeeper::crash::Point;
use stallkeeper::store::{AccountKind, Store};
use tokio::sync::Semaphore;

use super::account::molt;
use super::far::until;
use super::given::{Home, deliveries};
use super::server::Server;

/// Stalls played at the same time, however many tests run.
static PLACES: Semaphore = Semaphore::const_new(2);
/// Rooms whose points these tests pass and the kill matrix of the other market does not.
const OURS: [&str; 5] = ["greet", "link", "job", "given", "remind"];
/// As often as the market lets own jobs be listed.
const PACE: (&str, &str) = ("MOLTMARKET_POLL_SECONDS", "2.1");
const TITLE: &str = "A poster of a fox";
const WISH: &str = "A fox under an oak in autumn, gouache. Please deliver as a public link.";
const FORTY_NINE_HOURS_MS: i64 = 49 * 3_600_000;

/// Which job is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Clear,
    /// A second round.
    AsksChange,
    /// Never says a word; two days pass.
    Silent,
}

#[derive(Debug)]
struct Case {
    job: Job,
    deaths: Vec<String>,
}

fn case(job: Job, point: &str) -> Case {
    Case { job, deaths: vec![point.to_owned()] }
}

fn cases(job: Job, points: &[&str]) -> Vec<Case> {
    points.iter().map(|point| case(job, point)).collect()
}

#[test]
fn killed_around_applying_and_the_acceptance_it_is_applied_and_begun_once() {
    play(&cases(
        Job::Clear,
        &[
            "job.before_call",
            "job.after_call",
            "job.recorded",
            "given.read",
            "given.recorded",
            "greet.before_call",
            "greet.after_call",
        ],
    ));
}

#[test]
fn killed_while_news_of_a_given_job_comes_in_none_is_lost() {
    let points = [
        "notifications.read",
        "notifications.stored",
        "notifications.before_mark",
        "notifications.marked",
        "inbox.committed:2",
        "worker.read",
        "worker.recorded",
    ];
    play(&cases(Job::Clear, &points));
}

#[test]
fn killed_around_the_picture_of_a_given_job_it_is_paid_once() {
    let points = [
        "read_brief.before_call",
        "read_brief.after_call",
        "draw.before_call",
        "draw.after_call",
        "draw.answer_kept",
        "keep.before_put",
        "keep.put",
        "check.thumbnailed",
        "check.answer_dropped",
        "file.written",
        "file.in_place:2",
    ];
    play(&cases(Job::Clear, &points));
}

#[test]
fn killed_around_link_and_delivery_the_poster_is_told_once_a_round() {
    let mut all = cases(
        Job::AsksChange,
        &[
            "link.before_kept",
            "link.kept",
            "link.kept:2",
            "tell.before_call",
            "tell.after_call",
            "tell.before_call:2",
            "tell.after_call:2",
        ],
    );
    for then in ["runner.before_look", "runner.looked", "runner.look_recorded"] {
        all.push(Case { job: Job::Clear, deaths: vec!["tell.after_call".to_owned(), then.to_owned()] });
    }
    play(&all);
}

#[test]
fn killed_between_the_steps_of_a_given_job_everything_happens_once() {
    let points = [
        "runner.claimed",
        "runner.before_intent:2",
        "runner.intent_written:1",
        "runner.intent_written:3",
        "runner.effect_done:5",
        "runner.recorded:2",
        "runner.recorded:6",
        "runner.before_rest",
        "runner.rested",
        "store.committed:20",
        "store.before_commit:32",
        "store.committed:45",
    ];
    play(&cases(Job::AsksChange, &points));
}

#[test]
fn killed_around_a_reminder_it_is_said_once() {
    play(&cases(Job::Silent, &["remind.before_call", "remind.after_call", "act.recorded", "remind.said"]));
}

#[test]
fn no_point_of_a_given_job_is_left_out() {
    let text = include_str!("matrix.rs");
    for point in Point::ALL {
        let room = point.name().split_once('.').unwrap().0;
        let is_played = text.contains(&format!("\"{}\"", point.name()));
        assert!(is_played || !OURS.contains(&room), "{}", point.name());
    }
}

/// Plays them, some at the same time, and names all that failed, so that one does not hide the others.
fn play(cases: &[Case]) {
    let failed: Vec<_> = std::thread::scope(|scope| {
        let playing: Vec<_> = cases.iter().map(|case| scope.spawn(|| case.play())).collect();
        let ended = playing.into_iter().map(|case| case.join());
        ended.zip(cases).filter(|(end, _)| end.is_err()).map(|(_, case)| case).collect()
    });
    assert!(failed.is_empty(), "{} of {} failed, see above: {failed:#?}", failed.len(), cases.len());
}

impl Case {
    fn play(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let _place = PLACES.acquire().await.unwrap();
            self.killed().await;
        });
    }

    async fn killed(&self) {
        let home = Home::open().await;
        let job_id = home.post_as(self.job.wish()).await;
        if self.job == Job::Silent {
            self.deliver_two_days_ago(&home, &job_id).await;
        }
        for death in &self.deaths {
            // It may die before it is open.
            let Ok(server) = home.launch(&[PACE, ("STALLKEEPER_CRASH_AT", death)]) else { continue };
            if self.job != Job::Silent {
                apply(&server, &job_id).await;
            }
            let dying = std::cell::RefCell::new(server);
            until(&format!("a death at {death}"), async || dying.borrow_mut().ended().is_some()).await;
        }
        let server = home.serve(&[PACE]).await;
        if self.job != Job::Silent {
            // The seller saw no answer, and presses again.
            apply(&server, &job_id).await;
        }
        self.until_rest(&home, &server, &job_id).await;
        server.close();
        self.check(&home, &job_id).await;
    }

    async fn deliver_two_days_ago(&self, home: &Home, job_id: &str) {
        let server = home.serve(&[PACE]).await;
        apply(&server, job_id).await;
        until("the delivery to be noted", async || {
            let list = server.desk("jobs.applications", json!({})).await;
            list["applications"][0]["delivered_at"].is_string()
        })
        .await;
        server.close();
        let database = database(home).await;
        for change in [
            "UPDATE journal SET result_at = result_at - ? WHERE step = 'tell'",
            "UPDATE applications SET delivered_at = delivered_at - ?",
        ] {
            let done = sqlx::query(change).bind(FORTY_NINE_HOURS_MS).execute(&database).await.unwrap();
            assert_eq!(done.rows_affected(), 1, "{change}");
        }
        database.close().await;
    }

    /// Waits until the story is over on both sides.
    async fn until_rest(&self, home: &Home, server: &Server, job_id: &str) {
        let what = format!("{self:?}");
        if self.job == Job::Silent {
            until(&format!("{what}: the reminder to be known"), async || {
                let list = server.desk("jobs.applications", json!({})).await;
                list["applications"][0]["reminders"] == 1
            })
            .await;
        } else {
            home.until_status(job_id, "completed").await;
        }
        until(&format!("{what}: everything to be handled"), async || {
            let order = server.order(job_id).await.unwrap_or_default();
            let is_over = order["card"]["market_status"] == "completed" && order["card"]["next"] == "none";
            let news = molt(server).await["news"].clone();
            (is_over || self.job == Job::Silent)
                && order["card"]["progress"].is_null()
                && news.as_array().unwrap().iter().all(|one| one["handled_at"].is_string())
                && super::room::waiting(&home.far).await.0 == 0
        })
        .await;
    }

    async fn check(&self, home: &Home, job_id: &str) {
        let what = format!("{self:?}");
        let said = home.said(job_id).await;
        let told = deliveries(&said, &home.street);
        assert_eq!(told.len(), self.job.rounds(), "{what}: one delivery a round: {said:#?}");
        assert_eq!(said.len(), self.job.words(), "{what}: {said:#?}");
        assert_eq!(said.iter().collect::<BTreeSet<_>>().len(), said.len(), "{what}: said twice: {said:#?}");
        let job = home.job(job_id).await;
        assert_eq!(job["applications"].as_array().unwrap().len(), 1, "{what}");
        assert!(self.job == Job::Silent || home.street.fetched() >= self.job.rounds(), "{what}");

        let database = database(home).await;
        let count = async |from: &str| -> u64 {
            let row = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT count(*) AS many FROM {from}")));
            row.fetch_one(&database).await.unwrap().get::<i64, _>("many").unsigned_abs()
        };
        assert_eq!(count("journal WHERE outcome = 'open'").await, 0, "{what}: left open");
        assert_eq!(count("job_journal WHERE outcome = 'open'").await, 0, "{what}: left open");
        let words = count("journal WHERE step IN ('greet', 'guide', 'tell', 'apologise', 'say')").await;
        let asked = home.far.received("sendMessage").await;
        assert!(asked <= words, "{what}: {asked} messages, and the journal knows of {words}");
        let applied = count("job_journal WHERE step = 'apply'").await;
        let asked = home.far.received("applyJob").await;
        assert!(asked <= applied, "{what}: {asked} applications, and the journal knows of {applied}");
        let twice = count(
            "(SELECT key FROM journal WHERE outcome = 'done' AND step IN ('greet', 'guide', 'tell', 'say')
              GROUP BY order_id, key HAVING count(*) > 1)",
        );
        assert_eq!(twice.await, 0, "{what}: done twice");
        let drawn = count("journal WHERE step = 'draw' AND outcome = 'done'").await;
        let unclear = count("journal WHERE step = 'draw' AND outcome = 'unclear'").await;
        let paid = home.far.paid_pictures().await;
        assert!(unclear <= u64::from(self.may_be_unclear()), "{what}: {unclear} unclear drawings");
        assert!(
            paid >= drawn && paid <= drawn + unclear,
            "{what}: {paid} paid, {drawn} drawn, {unclear} unclear"
        );
        let rows = sqlx::query("SELECT key || ' ' || outcome AS line FROM journal ORDER BY id");
        let rows = rows.fetch_all(&database).await.unwrap();
        let journal: Vec<String> = rows.into_iter().map(|row| row.get("line")).collect();
        assert_eq!(drawn, self.job.rounds() as u64, "{what}: {journal:#?}");
        database.close().await;
        check_news(home, &what).await;
    }

    /// Whether a death there may leave it unknown whether a picture was paid for.
    fn may_be_unclear(&self) -> bool {
        let points =
            ["draw.before_call", "draw.after_call", "file.written", "runner.intent_written:3", "store."];
        self.deaths.iter().any(|death| points.iter().any(|point| death.starts_with(point)))
    }
}

impl Job {
    fn wish(self) -> serde_json::Value {
        let (kind, title, description, criteria) = match self {
            Self::Clear => ("clear", TITLE, WISH, &["Square format"][..]),
            Self::AsksChange => ("asks_change", TITLE, WISH, &["Square format"][..]),
            Self::Silent => ("silent", TITLE, WISH, &["Square format"][..]),
        };
        json!({ "kind": kind, "title": title, "description": description, "criteria": criteria, "pictures": 1 })
    }

    /// Deliveries.
    fn rounds(self) -> usize {
        if self == Self::AsksChange { 2 } else { 1 }
    }

    /// Everything we say: a greeting, each delivery, and a reminder.
    fn words(self) -> usize {
        1 + self.rounds() + usize::from(self == Self::Silent)
    }
}

/// Every notification of the market is stored here and was handled.
async fn check_news(home: &Home, what: &str) {
    let store = Store::open(&home.dir.path().join("data/stall.db")).await.unwrap();
    let account = store.lookup_account(AccountKind::MoltMarket, false).await.unwrap().unwrap();
    let known = store.list_recent_news(&account.id, 1_000).await.unwrap();
    store.close().await;
    assert!(known.iter().all(|news| news.handled_at.is_some()), "{what}: never handled: {known:?}");
    let known: BTreeSet<String> = known.into_iter().map(|news| news.event_id).collect();
    let us = home.far.look(&format!("/molt/account/{}", home.far.address("molt_agent_id"))).await;
    for news in us["notifications"].as_array().unwrap() {
        assert!(known.contains(news["id"].as_str().unwrap()), "{what}: marked and lost: {news}");
    }
}

async fn database(home: &Home) -> sqlx::SqlitePool {
    let options = SqliteConnectOptions::new().filename(home.dir.path().join("data/stall.db"));
    sqlx::SqlitePool::connect_with(options).await.unwrap()
}

/// Applies while it lives, however often it must be asked for; gives up with the server.
async fn apply(server: &Server, job_id: &str) {
    loop {
        let Some((_, seen)) = server.desk_while_it_lives("molt.get", json!({})).await else { return };
        if seen["status"] == "open" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let wish = json!({ "job_id": job_id, "letter": "I would like to draw this for you.", "rate": null,
        "yes": true, "draft": false });
    let answered = server.desk_while_it_lives("jobs.apply", wish).await;
    assert!(answered.as_ref().is_none_or(|(status, _)| *status == 200), "{answered:?}");
}
