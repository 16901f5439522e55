//! The address changes again and again while orders come in.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::far::{Far, until};
use super::home::{Home, effects, publish};
use super::registered::{change, until_it_carries_news, until_market_has};
use super::road::Road;

const ORDERS: usize = 50;
const MOVES: usize = 5;

async fn market_time(far: &Far) -> Timestamp {
    far.look("/state").await["time"].as_str().unwrap().parse().unwrap()
}

/// When the market was last told an address, by its own clock.
async fn last_told(far: &Far) -> Timestamp {
    let calls = far.look("/calls?operation=updateMe&limit=50").await["calls"].as_array().unwrap().clone();
    calls.iter().map(|call| call["at"].as_str().unwrap().parse().unwrap()).max().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_orders_are_delivered_once_while_the_address_changes_five_times() {
    let far = Far::start_with(&["--speed", "0", "--picture-seconds", "0", "--picture-side", "256"]);
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("EVENT_POLL_SECONDS", "2")]).await;
    let mut road = Road::open(home.stall.hook_address()).await;
    let mut orders = Vec::new();
    for turn in 0..=MOVES {
        let address = road.address.clone();
        let begun = Instant::now();
        let market_begun = market_time(&far).await;
        change(&home.stall, |settings| {
            settings.max_running = 20;
            settings.public_base_url = Some(address.parse().unwrap());
        })
        .await;
        for _ in 0..(ORDERS - orders.len()) / (MOVES + 1 - turn) {
            orders.push(far.order(&listing, "in_requirement").await);
        }
        until_market_has(&far, &address).await;
        assert!(begun.elapsed() < Duration::from_secs(60), "the market was told too late");
        // By the market's own clock, too.
        let told = last_told(&far).await.duration_since(market_begun).as_secs();
        assert!((0..60).contains(&told), "the market was told after {told} s");
        until_it_carries_news(&home.stall).await;
        // The old one leads nowhere from now on.
        road = Road::open(home.stall.hook_address()).await;
    }
    assert_eq!(orders.len(), ORDERS);
    for order in &orders {
        until("every order to be completed", async || far.status(order).await == "completed").await;
        for (operation, times) in effects(&far, order).await {
            if ["acceptOrder", "uploadOrderAttachment", "completeOrder"].contains(&operation) {
                assert_eq!(times, 1, "{operation} of {order}");
            }
        }
    }
    assert!(home.stall.push_door().counters().received > 0, "something was pushed");
    home.stall.close().await;
}
