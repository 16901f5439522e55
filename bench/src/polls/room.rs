//! The stall's rooms around that inbox, on a database of their own, with a clock that can be moved.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail};
use jiff::SignedDuration;
use stallkeeper::clock::{Clock, ManualClock, SystemClock, SystemIds};
use stallkeeper::intake::{Inbox, NotificationFeed, Pulse};
use stallkeeper::marketplaces::budget::{Budgets, MemoryBook};
use stallkeeper::marketplaces::moltmarket::MoltMarket;
use stallkeeper::people::{JobsSlot, People, Profile};
use stallkeeper::signals::Signals;
use stallkeeper::store::{AccountKind, AccountRow, Store};

const ACCOUNT: &str = "ours";
/// Readings after which something must be wrong.
const MOST_READINGS: usize = 10_000;

pub struct Room {
    feed: NotificationFeed,
    clock: ManualClock,
}

impl Room {
    /// Opens them in this folder for a claimed account.
    pub async fn open(home: &Path, base: &str) -> Result<Self> {
        let store = Store::open(&home.join("stall.db")).await?;
        let clock = ManualClock::at(SystemClock.now());
        let row = AccountRow {
            id: ACCOUNT.to_owned(),
            kind: AccountKind::MoltMarket,
            base_url: "molt".to_owned(),
            practice: true,
            name: "Stall".to_owned(),
            own_id: "me".to_owned(),
            handle: String::new(),
            feed_cursor: 0,
            checked_at: None,
            check_code: "key_works".to_owned(),
            balance: None,
            created_at: clock.now(),
        };
        let mut write = store.write().await?;
        write.upsert_account(&row).await?;
        write.record_claimed(ACCOUNT, true).await?;
        write.commit().await?;
        // In memory: allowances are counted at each request, and are not what is looked at here.
        let (book, time) = (Arc::new(MemoryBook::default()), Arc::new(clock.clone()) as Arc<dyn Clock>);
        let budgets = Arc::new(Budgets::new(book, Arc::clone(&time)));
        let market = Arc::new(MoltMarket::connect(
            base,
            ACCOUNT,
            "key".to_owned().into(),
            budgets,
            Arc::clone(&time),
            Arc::new(SystemIds),
        )?);
        let signals = Signals::default();
        let people = Arc::new(People {
            market: Arc::clone(&market),
            store: store.clone(),
            clock: Arc::clone(&time),
            ids: Arc::new(SystemIds),
            signals: signals.clone(),
            account_id: ACCOUNT.to_owned(),
            own_id: "me".to_owned(),
            tell: Arc::new(|_| {}),
            send_now: Arc::default(),
            sending: tokio::sync::Mutex::default(),
        });
        let profile = Arc::new(Profile {
            market: Arc::clone(&market),
            store: store.clone(),
            clock: Arc::clone(&time),
            signals: signals.clone(),
            account_id: ACCOUNT.to_owned(),
            own_id: "me".to_owned(),
            send_now: Arc::default(),
            sending: tokio::sync::Mutex::default(),
        });
        let feed = NotificationFeed {
            market,
            store: store.clone(),
            inbox: Inbox::open(store.clone(), ACCOUNT.to_owned(), Arc::clone(&time)),
            clock: time,
            ids: Arc::new(SystemIds),
            signals,
            account_id: ACCOUNT.to_owned(),
            people,
            profile,
            jobs: JobsSlot::default(),
            every: Arc::new(|| Duration::from_secs(600)),
            pulse: Pulse::default(),
            now: Arc::default(),
            whole_at: Mutex::default(),
        };
        Ok(Self { feed, clock })
    }

    /// Reads until nothing is left; where the market's allowance asks for a wait, the clock jumps over it.
    pub async fn poll_on(&self) -> Result<()> {
        let mut whole = true;
        for _ in 0..MOST_READINGS {
            match self.feed.poll(whole).await {
                Ok(None) => return Ok(()),
                Ok(Some(_)) => whole = false,
                Err(error) if error.code() == "market_budget" => {}
                Err(error) => return Err(error.into()),
            }
            self.clock.advance(SignedDuration::from_mins(1));
        }
        bail!("it never ended")
    }

    /// One reading ten minutes later.
    pub async fn look(&self) -> Result<()> {
        self.clock.advance(SignedDuration::from_mins(10));
        self.feed.poll(false).await?;
        Ok(())
    }
}
