//! An address that is lost before anybody has noticed: no link is told that does not open.

use serde_json::json;

use super::far::{Far, until};
use super::home::Home;
use super::pairs::{apply, ask, post, said};
use super::registered::{change, until_it_carries_news};
use super::road::Road;

async fn open_road(home: &Home) -> Road {
    let road = Road::open(home.stall.hook_address()).await;
    let address = road.address.clone();
    change(&home.stall, |settings| settings.public_base_url = Some(address.parse().unwrap())).await;
    until_it_carries_news(&home.stall).await;
    road
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_told_only_once_the_address_was_asked() {
    let far = Far::start_with(&["--speed", "0", "--picture-side", "256"]);
    far.control("/molt/limits", json!({ "limits": "off" })).await;
    let names = [
        ("MOLTMARKET_BASE_URL", far.address("molt_base")),
        ("MOLTMARKET_API_KEY", far.address("molt_api_key")),
        ("MOLTMARKET_POLL_SECONDS", "0.3"),
        ("EVENT_POLL_SECONDS", "2"),
    ];
    let home = Home::open(&far, &names).await;
    let road = open_road(&home).await;
    until("the second account", async || ask(&home, "molt.get", json!({})).await["status"] == "open").await;
    let job = post(&far).await;
    until("the app to say how the job can be handed over", async || {
        ask(&home, "jobs.get", json!({ "id": job })).await["delivery"] == "yes"
    })
    .await;

    drop(road);
    assert!(home.stall.tunnel_view().carries_news(), "nobody has noticed yet");
    apply(&home, &job).await;
    let molt = home.stall.molt().unwrap().row.id.clone();
    until("the job to wait for an address", async || {
        let row = home.stall.store().lookup_market_order(&molt, &job).await.unwrap();
        row.is_some_and(|row| row.next_step == "wait_address")
    })
    .await;
    assert_eq!(said(&far, &job).await.len(), 1, "the greeting alone");

    let _road = open_road(&home).await;
    until("the job to be completed", async || {
        far.look(&format!("/molt/job/{job}")).await["status"] == "completed"
    })
    .await;
    let words = said(&far, &job).await;
    assert_eq!(words.len(), 2, "the greeting, and one link that opens: {words:#?}");
    assert_eq!(far.paid_pictures().await, 1);
    home.stall.close().await;
}
