//! The seller pauses at any moment of an order's walk: nothing is begun from then on, and once resumed the order ends as usual.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use stallkeeper::marketplaces::MarketStatus;
use stallkeeper::store::{Actor, Entry};

use super::stall::{self, ACCOUNT, Night};
use super::world::{Buyer, World};
use super::{checks, ready, runtime, scratch};

/// The seller resumes so long after the order came, in seconds.
const RESUMES: i64 = 600;
/// Steps that nobody outside sees or pays for; they end what is begun.
const SILENT: [&str; 5] = ["check_files", "keep", "check", "link", "settle"];

/// Pauses the order from beside the stall, as another window would; answers the last thing the robot had begun. None while
/// there is no order, or the stall is writing just now.
fn pause(database: &Path) -> Option<i64> {
    let paused = async {
        let options = SqliteConnectOptions::new().filename(database).busy_timeout(std::time::Duration::ZERO);
        let mut connection = options.connect().await.ok()?;
        let all = sqlx::query("UPDATE orders SET paused = 1").execute(&mut connection).await.ok()?;
        if all.rows_affected() == 0 {
            return None;
        }
        let begun: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM journal")
            .fetch_one(&mut connection)
            .await
            .ok()?;
        Some(begun)
    };
    // The stall's own runtime stands still meanwhile.
    std::thread::scope(|scope| scope.spawn(|| runtime().block_on(paused)).join().unwrap())
}

/// The seller's pause at the first possible look at the clock from this one on.
struct Pause {
    database: PathBuf,
    at_look: u64,
    looks: AtomicU64,
    /// The last thing the robot had begun.
    begun: Mutex<Option<i64>>,
}

impl Pause {
    fn look(&self) {
        let mut begun = self.begun.lock().unwrap();
        if self.looks.fetch_add(1, Ordering::Relaxed) + 1 >= self.at_look && begun.is_none() {
            *begun = pause(&self.database);
        }
    }
}

/// Plays one order that is paused at this look at the clock; false when it was over before.
fn paused_at(at_look: u64, buyer: Buyer) -> bool {
    let scratch = scratch();
    let ready = ready(scratch.path());
    runtime().block_on(async {
        let world = Arc::new(World::new(1, 0.0));
        let mut rules = stall::rules(&world);
        rules.automation = stallkeeper::settings::AutomationMode::Automatic;
        rules.caps = stallkeeper::fulfilment::Caps::default();
        rules.revisions = 1;
        let mut night = Night::open(Arc::clone(&world), scratch.path(), &ready, rules).await;
        let order = world.place(1, buyer);
        let pause = Arc::new(Pause {
            database: scratch.path().join("stall.db"),
            at_look,
            looks: AtomicU64::new(0),
            begun: Mutex::default(),
        });
        let watching = Arc::clone(&pause);
        assert!(world.on_look.set(Box::new(move || watching.look())).is_ok());
        let resumed = world.after(RESUMES);
        night.resume_at(resumed, &order);
        night.run().await;
        checks::check(&night).await;
        let begun = *pause.begun.lock().unwrap();
        let row = night.store.lookup_market_order(ACCOUNT, &order).await.unwrap().unwrap();
        let journal = night.store.list_journal(&row.id).await.unwrap();
        {
            let state = world.state();
            let far = &state.orders[&order];
            assert!(state.wrong.is_empty(), "look {at_look}: {:#?}\n{}", state.wrong, state.trace.join("\n"));
            assert_eq!(far.status, MarketStatus::Completed, "look {at_look}");
            assert_eq!((far.accepts, far.completes), (1, 1), "look {at_look}");
        }
        night.store.close().await;
        let Some(begun) = begun else { return false };
        let is_wrong = |entry: &&Entry| {
            entry.actor == Actor::Robot
                && entry.id > begun
                && entry.intent_at < resumed
                && !SILENT.contains(&entry.step.as_str())
        };
        let wrong: Vec<Entry> = journal.iter().filter(is_wrong).cloned().collect();
        assert!(wrong.is_empty(), "paused at look {at_look}, and the robot went on: {wrong:#?}");
        true
    })
}

/// Every look at the clock is tried; the walk is long enough that the seller was there in the middle of each step.
fn at_every_look(buyer: Buyer) {
    let paused = (1..).take_while(|at_look| paused_at(*at_look, buyer)).count();
    assert!(paused > 30, "the order was over after {paused} looks at the clock");
}

#[test]
fn an_order_paused_at_any_moment_gets_no_robot_action_until_it_is_resumed() {
    at_every_look(Buyer::Clear);
}

#[test]
fn an_order_paused_while_its_buyer_is_asked_gets_no_robot_action_until_it_is_resumed() {
    at_every_look(Buyer::Answers);
}
