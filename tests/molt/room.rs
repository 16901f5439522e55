//! The rooms around the inbox, opened on a real database with a clock the test moves.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use stallkeeper::clock::{Clock, ManualClock, SystemClock, SystemIds};
use stallkeeper::intake::{Inbox, NotificationFeed, Pulse};
use stallkeeper::marketplaces::budget::{Budgets, MemoryBook};
use stallkeeper::marketplaces::moltmarket::MoltMarket;
use stallkeeper::people::{JobsSlot, LetterDraft, People, Profile, To};
use stallkeeper::signals::Signals;
use stallkeeper::store::{AccountKind, AccountRow, LetterRow, LetterWriter, Store};

use super::far::Far;

pub const ACCOUNT: &str = "ours";

pub struct Room {
    pub store: Store,
    pub people: Arc<People>,
    pub profile: Arc<Profile>,
    pub feed: NotificationFeed,
    pub clock: ManualClock,
    /// How often the seller was told that somebody wrote.
    pub told: Arc<AtomicUsize>,
}

impl Room {
    /// Opens the rooms in this folder for an account that is claimed.
    pub async fn open(dir: &Path, base: &str, key: &str, own_id: &str) -> Self {
        let store = Store::open(&dir.join("stall.db")).await.unwrap();
        let clock = ManualClock::at(SystemClock.now());
        let row = AccountRow {
            id: ACCOUNT.to_owned(),
            kind: AccountKind::MoltMarket,
            base_url: "molt".to_owned(),
            practice: true,
            name: "Stall".to_owned(),
            own_id: own_id.to_owned(),
            handle: String::new(),
            feed_cursor: 0,
            checked_at: None,
            check_code: "key_works".to_owned(),
            balance: None,
            created_at: clock.now(),
        };
        let mut write = store.write().await.unwrap();
        write.upsert_account(&row).await.unwrap();
        write.record_claimed(ACCOUNT, true).await.unwrap();
        write.commit().await.unwrap();
        // In memory, so that what is counted is not taken for what is written.
        let budgets = Arc::new(Budgets::new(
            Arc::new(MemoryBook::default()),
            Arc::new(clock.clone()) as Arc<dyn Clock>,
        ));
        let market = MoltMarket::connect(
            base,
            ACCOUNT,
            key.into(),
            budgets,
            Arc::new(clock.clone()),
            Arc::new(SystemIds),
        );
        let market = Arc::new(market.unwrap());
        let told = Arc::new(AtomicUsize::new(0));
        let people = Arc::new(People {
            market: Arc::clone(&market),
            store: store.clone(),
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SystemIds),
            signals: Signals::default(),
            account_id: ACCOUNT.to_owned(),
            own_id: own_id.to_owned(),
            tell: {
                let told = Arc::clone(&told);
                Arc::new(move |_| {
                    told.fetch_add(1, Ordering::SeqCst);
                })
            },
            send_now: Arc::default(),
            sending: tokio::sync::Mutex::default(),
        });
        let profile = Arc::new(Profile {
            market: Arc::clone(&market),
            store: store.clone(),
            clock: Arc::new(clock.clone()),
            signals: Signals::default(),
            account_id: ACCOUNT.to_owned(),
            own_id: own_id.to_owned(),
            send_now: Arc::default(),
            sending: tokio::sync::Mutex::default(),
        });
        let feed = NotificationFeed {
            market,
            store: store.clone(),
            inbox: Inbox::open(store.clone(), ACCOUNT.to_owned(), Arc::new(clock.clone())),
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SystemIds),
            signals: Signals::default(),
            account_id: ACCOUNT.to_owned(),
            people: Arc::clone(&people),
            profile: Arc::clone(&profile),
            jobs: JobsSlot::default(),
            every: Arc::new(|| Duration::from_secs(600)),
            pulse: Pulse::default(),
            now: Arc::default(),
            whole_at: Mutex::default(),
        };
        Self { store, people, profile, feed, clock, told }
    }

    /// The same for the practice market's account, with the limits off there.
    pub async fn of(far: &Far, dir: &Path) -> Self {
        far.control("/molt/limits", json!({ "limits": "off" })).await;
        Self::open(dir, far.address("molt_base"), far.address("molt_api_key"), far.address("molt_agent_id"))
            .await
    }

    pub fn told(&self) -> usize {
        self.told.load(Ordering::SeqCst)
    }

    pub fn wait(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    /// Polls until nothing is left, waiting as long as the market's allowance asks.
    pub async fn poll_on(&self) {
        let mut whole = true;
        for _ in 0..1_000 {
            match self.feed.poll(whole).await {
                Ok(None) => return,
                Ok(Some(_)) => whole = false,
                Err(error) if error.code() == "market_budget" => {}
                Err(error) => panic!("{error}"),
            }
            self.wait(1);
        }
        panic!("it never ended");
    }

    pub async fn write(&self, to: To, text: &str, key: &str) -> i64 {
        let draft = LetterDraft {
            to,
            who: LetterWriter::Seller,
            text: text.to_owned(),
            image_url: None,
            key: key.to_owned(),
        };
        self.people.write_letter(&draft).await.unwrap().letter_id
    }

    pub async fn letter(&self, id: i64) -> LetterRow {
        self.store.lookup_letter(ACCOUNT, id).await.unwrap().unwrap()
    }

    pub async fn news(&self) -> usize {
        self.store.list_recent_news(ACCOUNT, 100_000).await.unwrap().len()
    }

    /// Every letter of a conversation as kept.
    pub async fn letters(&self, conversation_id: &str) -> Vec<LetterRow> {
        self.store.list_letters(ACCOUNT, conversation_id, 10_000).await.unwrap()
    }
}

/// Somebody begins a conversation with the stall; its id, and who.
pub async fn talk(far: &Far) -> (String, String) {
    let to = far.address("molt_agent_id");
    let came = far.control("/molt/talk", json!({ "kind": "by_hand", "to": to })).await;
    let text = |name: &str| came[name].as_str().unwrap().to_owned();
    (text("conversation_id"), text("account_id"))
}

/// What the stall said in a conversation, as the market has it, oldest first.
pub async fn said(far: &Far, conversation_id: &str) -> Vec<String> {
    let seen = far.look(&format!("/molt/conversation/{conversation_id}")).await;
    let ours = |message: &&Value| message["sender_id"] == far.address("molt_agent_id");
    let messages = seen["messages"].as_array().unwrap().iter().filter(ours);
    messages.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

/// How many of the stall's notifications are unread there, and how many there are.
pub async fn waiting(far: &Far) -> (usize, usize) {
    let seen = far.look(&format!("/molt/account/{}", far.address("molt_agent_id"))).await;
    let all = seen["notifications"].as_array().unwrap();
    (all.iter().filter(|news| news["is_read"] == json!(false)).count(), all.len())
}

/// The bytes of the database, its log with them.
pub fn bytes(dir: &Path) -> Vec<Vec<u8>> {
    ["stall.db", "stall.db-wal"].map(|name| std::fs::read(dir.join(name)).unwrap_or_default()).into()
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}
