//! A poster who says nothing to a delivery, in the running stall with a clock that jumps: asked twice at most, each time after
//! two days.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use stallkeeper::clock::{ShiftedClock, SystemIds};
use stallkeeper::desk::dispatch;
use stallkeeper::host::{Host, Notice, TraySummary};
use stallkeeper::settings::{Environment, UserFolders};
use stallkeeper::stall::{Stall, StallConfig};

use super::account::connected;
use super::far::{Far, until};
use super::street::Street;

struct Quiet;

impl Host for Quiet {
    fn notify(&self, _: Notice) {}

    fn show_summary(&self, _: TraySummary) {}
}

async fn open(far: &Far, street: &Street, dir: &tempfile::TempDir) -> (Stall, ShiftedClock) {
    let [base, key, _] = connected(far);
    let names = [
        base,
        key,
        ("MOLTMARKET_POLL_SECONDS", "2.1"),
        ("WEBHOOK_PUBLIC_BASE_URL", street.base.as_str()),
        ("OPENROUTER_BASE_URL", far.address("model_base")),
        ("OPENROUTER_API_KEY", far.address("model_api_key")),
        ("STALLKEEPER_PASSPHRASE", "only for the test"),
    ];
    let environment = Environment::read(names, &UserFolders::default()).unwrap();
    let config = StallConfig::for_server(dir.path().join("data"), environment, UserFolders::default(), false);
    let clock = ShiftedClock::default();
    let stall = Stall::open_with(config, Arc::new(Quiet), Arc::new(clock.clone()), Arc::new(SystemIds));
    (stall.await.unwrap(), clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_poster_is_asked_politely_twice_and_never_again() {
    let far = Far::start_with(&["--speed", "0", "--picture-seconds", "0", "--picture-side", "256"]);
    far.control("/molt/limits", json!({ "limits": "off" })).await;
    let (street, dir) = (Street::of_this_process(), tempfile::tempdir().unwrap());
    let (stall, clock) = open(&far, &street, &dir).await;
    let posted = far.control(
        "/molt/job",
        json!({ "kind": "silent", "title": "A poster of a fox", "pictures": 1,
        "description": "A fox under an oak in autumn, gouache.", "criteria": ["Square format"] }),
    );
    let job_id = posted.await["job_id"].as_str().unwrap().to_owned();
    let me = far.address("molt_agent_id").to_owned();
    let said = async || -> Vec<String> {
        let job = far.look(&format!("/molt/job/{job_id}")).await;
        let talks = job["conversations"].as_array().unwrap().clone();
        let messages = talks.iter().flat_map(|talk| talk["messages"].as_array().unwrap().clone());
        let ours = messages.filter(|message| message["sender_id"] == json!(me));
        ours.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
    };
    let application = async || {
        let list = dispatch(&stall, "jobs.applications", json!({})).await.unwrap();
        list["applications"][0].clone()
    };
    until("the account", async || stall.is_open()).await;
    let wish = json!({ "job_id": job_id, "letter": "I would draw this.", "rate": null, "yes": true, "draft": false });
    dispatch(&stall, "jobs.apply", wish).await.unwrap();
    until("the delivery to be noted", async || application().await["delivered_at"].is_string()).await;
    assert_eq!(said().await.len(), 2, "a greeting and a delivery");

    // Looks at the whole market until one has begun and ended after now.
    let look = async || {
        let beats = stall.molt().unwrap().inbox.view().beats;
        until("two more looks", async || {
            stall.molt().unwrap().poll_now.notify_one();
            stall.molt().unwrap().inbox.view().beats >= beats + 2
        })
        .await;
    };
    clock.jump(SignedDuration::from_hours(47));
    look().await;
    assert_eq!(said().await.len(), 2, "not before two days");
    for number in [1, 2] {
        clock.jump(SignedDuration::from_hours(if number == 1 { 2 } else { 49 }));
        until(&format!("reminder {number}"), async || application().await["reminders"] == json!(number))
            .await;
        let words = said().await;
        assert_eq!(words.len(), 2 + number, "{words:#?}");
        assert!(words.last().unwrap().contains("\"A poster of a fox\""), "{words:#?}");
        look().await;
        assert_eq!(said().await.len(), 2 + number, "once each");
    }
    clock.jump(SignedDuration::from_hours(200));
    look().await;
    assert_eq!(said().await.len(), 4, "never a third time");
    let order = application().await["order_id"].clone();
    let order = dispatch(&stall, "orders.get", json!({ "id": order })).await.unwrap();
    let thread = order["thread"].as_array().unwrap();
    assert!(
        thread.iter().all(|line| line["who"] != "seller"),
        "the robot asked, not the seller: {thread:#?}"
    );
    stall.close().await;
}
