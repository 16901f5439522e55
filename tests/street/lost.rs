//! The network is gone, the market says nothing, the path of the news changes, the address leads to the other door: noticed,
//! told, and never waited for without end.

use std::time::{Duration, Instant};

use reqwest::Url;
use serde_json::json;
use stallkeeper::desk::contract::LightColour;

use super::far::{Far, until};
use super::home::{Home, publish};
use super::registered::{change, market_has, until_it_carries_news, until_market_has};
use super::road::Road;
use super::server::{Server, free_port};

/// The market behind a road of its own, which can be blocked.
async fn behind_a_road(far: &Far) -> (Road, String) {
    let base: Url = far.address("market_base").parse().unwrap();
    let road = Road::open(base.socket_addrs(|| None).unwrap()[0]).await;
    let address = format!("{}{}", road.address, base.path());
    (road, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_network_is_told_within_a_minute_and_closing_does_not_wait_for_it() {
    let far = Far::start();
    let (market, base) = behind_a_road(&far).await;
    let home = Home::open(&far, &[("AGENT_MARKET_BASE_URL", &base)]).await;
    let road = Road::open(home.stall.hook_address()).await;
    let address = road.address.clone();
    change(&home.stall, |settings| settings.public_base_url = Some(address.parse().unwrap())).await;
    until_it_carries_news(&home.stall).await;
    until("a green light", async || home.stall.light().colour == LightColour::Green).await;

    // Nothing is refused: nobody answers any more.
    market.block();
    road.block();
    let begun = Instant::now();
    until("the light to tell", async || home.stall.light().colour != LightColour::Green).await;
    assert!(begun.elapsed() < Duration::from_secs(61), "{:?}", begun.elapsed());
    let light = home.stall.light();
    assert!(["market_unreachable", "feed_stale"].contains(&light.reason), "{light:?}");

    let begun = Instant::now();
    home.stall.close().await;
    assert!(begun.elapsed() < Duration::from_secs(20), "closing took {:?}", begun.elapsed());
    drop(market);
    assert!(market_has(&far).await.is_some(), "the market could not be told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_path_is_told_the_market_and_news_comes_by_it() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("EVENT_POLL_SECONDS", "3600")]).await;
    let road = Road::open(home.stall.hook_address()).await;
    let address = road.address.clone();
    change(&home.stall, |settings| settings.public_base_url = Some(address.parse().unwrap())).await;
    until_it_carries_news(&home.stall).await;
    change(&home.stall, |settings| settings.webhook_path = "/another/path".parse().unwrap()).await;
    let whole = format!("{}/another/path", road.address);
    until("the market to have the path", async || market_has(&far).await.as_deref() == Some(&whole)).await;
    let before = home.stall.push_door().counters().received;
    let order = far.order(&listing, "in_requirement").await;
    until("a push", async || home.stall.push_door().counters().received > before).await;
    until("the order to be completed", async || far.status(&order).await == "completed").await;
    home.stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_chosen_by_http_leads_to_either_door() {
    let far = Far::start();
    let dir = tempfile::tempdir().unwrap();
    let (port, pass) = (free_port(), ("STALLKEEPER_PASSPHRASE", "a long enough passphrase"));
    let server = Server::start(&far, dir.path(), port, &[("WEBHOOK_PUBLIC_BASE_URL", ""), pass]);
    until("the stall", async || server.desk("connection.get", json!({})).await["market"].is_object()).await;
    let view = server.desk("connection.get", json!({})).await;
    let mut fields = view["tunnel"]["fields"].clone();
    let save =
        |kind: &str, fields: &serde_json::Value| json!({ "kind": kind, "fields": fields, "secret": null });
    let refused = server.try_desk("connection.tunnel_save", save("pigeon", &fields)).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["detail"]["field"]), (&json!("invalid"), &json!("kind")));
    fields["own_address"] = json!("http://stall.example");
    let refused = server.try_desk("connection.tunnel_save", save("own", &fields)).await.unwrap_err();
    assert_eq!(refused["detail"]["field"], "own_address");

    // The seller's road leads to the door of the screens.
    let road = Road::open(server.address.trim_start_matches("http://").parse().unwrap()).await;
    fields["own_address"] = json!(road.address);
    let saved = server.desk("connection.tunnel_save", save("own", &fields)).await;
    assert_eq!(saved["tunnel"]["kind"], "own");
    until_market_has(&far, &road.address).await;
    until("the address to lead here", async || {
        server.desk("connection.get", json!({})).await["tunnel"]["carries_news"] == json!(true)
    })
    .await;
    // That door knows files under secret links as well, and shows a stranger nothing else.
    let client = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
    let get = async |path: &str| {
        client.get(format!("{}{path}", road.address)).header("host", "stall.example").send().await.unwrap()
    };
    let unknown = get("/files/AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(
        (unknown.status().as_u16(), &unknown.headers()["x-robots-tag"]),
        (404, &"noindex".parse().unwrap())
    );
    for path in ["/", "/health", "/desk/pictures/full/00", "/files/../health"] {
        let answer = get(path).await;
        assert!(!answer.status().is_success(), "{path}: {}", answer.status());
    }
    let off = server.desk("connection.tunnel_save", save("off", &fields)).await;
    assert_eq!(off["tunnel"]["kind"], "off");
    until("the market to have none", async || market_has(&far).await.is_none()).await;
    server.close();
}
