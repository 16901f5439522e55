//! A night of kills over many orders, each at a random moment of a seed.

use std::time::Instant;

use serde_json::{Value, json};
use stallkeeper::clock::Ids;

use super::far::PATIENCE;
use super::home::{Doomed, Home};
use super::invariants;
use super::scene::raise_caps;
use super::server::Server;

const BUYERS: [&str; 6] = ["clear", "changes_mind", "in_requirement", "vague", "chinese", "cancels"];
/// Marks passed between two deaths, on average.
const ONE_IN: u64 = 90;

/// Numbers of a seed.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self, below: u64) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hash = DefaultHasher::new();
        self.0.hash(&mut hash);
        self.0 = hash.finish();
        self.0 % below
    }
}

#[tokio::test]
async fn a_storm_of_kills_over_many_orders_loses_and_repeats_nothing() {
    storm(20_261_122, 18, 12).await;
}

/// `STALLKEEPER_STORM_KILLS` says how many kills, `STALLKEEPER_STORM_SEED` which ones; without a seed others each time.
#[tokio::test]
#[ignore = "long: part of the soak"]
async fn a_long_storm_of_kills_loses_and_repeats_nothing() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("STALLKEEPER_STORM_SEED").unwrap_or_else(|| {
        let mut bytes = [0; 8];
        stallkeeper::clock::SystemIds.fill(&mut bytes);
        u64::from_le_bytes(bytes) / 1_000
    });
    let kills = usize::try_from(number("STALLKEEPER_STORM_KILLS").unwrap_or(200)).unwrap();
    storm(seed, kills, kills / 2).await;
}

async fn storm(seed: u64, kills: usize, many: usize) {
    let what = format!("storm of seed {seed}");
    eprintln!("{what}: {kills} kills over {many} orders");
    let mut chance = Seeded(seed);
    let home = Home::with_stock(many).await;
    let mut orders: Vec<String> = Vec::new();
    for _ in 0..kills {
        let mut doomed = home.live_in_danger(chance.next(1 << 40), ONE_IN);
        // Two with each life until all are placed, so that a kill falls on several orders.
        for _ in 0..2.min(many - orders.len()) {
            orders.push(home.far.order(&home.listing, BUYERS[orders.len() % BUYERS.len()]).await);
        }
        // A life without a fatal mark ends all the same, after so many calls.
        let end = home.far.calls_received().await + 60 + chance.next(60);
        let begun = Instant::now();
        while !doomed.is_dead() {
            assert!(begun.elapsed() < PATIENCE, "{what}: nothing happens");
            if home.far.calls_received().await > end {
                std::mem::replace(&mut doomed, Doomed::Dead).kill_hard();
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
    while orders.len() < many {
        orders.push(home.far.order(&home.listing, BUYERS[orders.len() % BUYERS.len()]).await);
    }
    let server = home.live().await;
    raise_caps(&server).await;
    for order in &orders {
        let begun = Instant::now();
        while !over(&home, &server, order).await {
            if begun.elapsed() > PATIENCE {
                let view = server.order(order).await.unwrap_or_default();
                panic!(
                    "{what}: {} never ends: {} {}",
                    home.far.status(order).await,
                    view["card"],
                    view["recorder"]
                );
            }
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
    }
    invariants::close_at_rest(server).await;
    let found = invariants::check(&home, &orders, &what).await;
    eprintln!("{what}: {found:?}");
}

/// Whether an order has come to its end; where the seller is asked, they press the button.
async fn over(home: &Home, server: &Server, order: &str) -> bool {
    let status = home.far.status(order).await;
    let Some(view) = server.order(order).await else { return false };
    let card = &view["card"];
    if card["hold"]["settle"] == "retry" {
        server.desk("orders.retry", json!({ "id": card["id"] })).await;
    }
    let rests = card["next"] == "none" && card["progress"] == Value::Null;
    match status.as_str() {
        "completed" => rests && card["stage"] == "paid",
        "cancelled" => rests && card["stage"] == "closed",
        _ => false,
    }
}
