//! One simulated night of a stall: the real inbox, feed, worker, runner, plan and database over simulated ports, driven one
//! move at a time by the seed, and started again wherever it died.

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::json;
use stallkeeper::clock::{Clock, CountingIds, Ids};
use stallkeeper::fulfilment::{Caps, Parts, Runner, SellerAct, StallRules};
use stallkeeper::images::PictureFiles;
use stallkeeper::intake::{Feed, FeedPace, Inbox, IncomingEvent, Pulse, Reconcile, Via, Worker};
use stallkeeper::links::{Links, OwnLinks};
use stallkeeper::listings::{ListingForm, Recipe};
use stallkeeper::marketplaces::{MarketStatus, Marketplace};
use stallkeeper::model::{AspectRatio, Model, PictureRoute};
use stallkeeper::orders::Notices;
use stallkeeper::settings::{AutomationMode, Templates};
use stallkeeper::signals::Signals;
use stallkeeper::store::{
    AccountKind, AccountRow, Actor, EntryOutcome, HidingRow, ListingRow, NewEntry, OrderRow, OrderSearch,
    Store,
};
use tokio::sync::Notify;

use super::Ready;
use super::given::Given;
use super::market::SimMarket;
use super::model::SimModel;
use super::molt::SimMolt;
use super::world::{FarOrder, WatchedClock, World};

pub const ACCOUNT: &str = "account-1";
/// Where jobs are given.
pub const JOBS: &str = "account-2";
/// What the stall means to do by itself.
const OWN: [&str; 5] = ["news", "walk", "job", "look", "remind"];
type Own = [Option<Timestamp>; OWN.len()];
const FEED_EVERY: i64 = 30;
const RECONCILE_EVERY: i64 = 300;

/// The parts of a stall that live as long as its process.
struct Engine {
    runner: Runner,
    inbox: Inbox,
    feed: Feed,
    reconcile: Reconcile,
    worker: Worker,
    feed_at: Timestamp,
    reconcile_at: Timestamp,
    whole: bool,
    /// There when one of the orders is a given job.
    given: Option<Given>,
}

pub fn account_of(order: &FarOrder) -> &'static str {
    if order.job.is_some() { JOBS } else { ACCOUNT }
}

pub struct Night {
    pub world: Arc<World>,
    pub store: Store,
    pub files: Arc<PictureFiles>,
    pub rules: StallRules,
    pub folder: std::path::PathBuf,
    pub deaths: u32,
    pub retries: u32,
    ids: Arc<dyn Ids>,
    engine: Engine,
    steps: u64,
    /// When the stall means to do something next, and which orders wait for the seller; none after a move.
    own: Option<Own>,
    held: Option<Vec<OrderRow>>,
    /// When the poster of the job was reminded.
    reminded: Vec<Timestamp>,
    /// Which orders the seller means to freeze: when, and for how long.
    freezes: Vec<(Timestamp, Timestamp, String, bool)>,
    jumps: Vec<(Timestamp, SignedDuration)>,
    seller_at: std::collections::BTreeMap<String, Timestamp>,
    tried: std::collections::BTreeMap<String, u32>,
}

/// Rules the seed chooses.
pub fn rules(world: &World) -> StallRules {
    let chance = world.chance;
    let automation = match chance.below("automation", 0, 8) {
        0 => AutomationMode::AskBeforeDelivering,
        1 => AutomationMode::ByHand,
        _ => AutomationMode::Automatic,
    };
    let caps = if chance.happens("caps", 0, 0.3) {
        Caps { per_order_usd: Some(Decimal::new(35, 2)), per_day_usd: Some(Decimal::new(90, 2)) }
    } else {
        Caps::default()
    };
    StallRules {
        automation,
        is_open: true,
        max_running: 1 + chance.below("running", 0, 4) as u32,
        text_models: vec!["google/gemini-3.1-flash-lite".to_owned()],
        picture_models: vec![
            "google/gemini-2.5-flash-image".to_owned(),
            "black-forest-labs/flux.2-pro".to_owned(),
        ],
        picture_route: PictureRoute::Chat,
        caps,
        revisions: chance.below("revisions", 0, 3) as u32,
        templates: Templates::default(),
        only_listings: Vec::new(),
    }
}

impl Night {
    /// Opens a stall on a fresh copy of an empty database.
    pub async fn open(world: Arc<World>, folder: &Path, ready: &Ready, rules: StallRules) -> Self {
        let path = folder.join("stall.db");
        std::fs::copy(&ready.database, &path).unwrap();
        let store = Store::open(&path).await.unwrap();
        let root = folder.join("files");
        #[cfg(unix)]
        {
            std::fs::create_dir_all(&root).unwrap();
            std::os::unix::fs::symlink(&ready.thumbnails, root.join("thumbs")).unwrap();
        }
        let files = Arc::new(PictureFiles::open(root).unwrap());
        let mut write = store.write().await.unwrap();
        write.upsert_account(&account(ACCOUNT, AccountKind::AgentMarket, world.now())).await.unwrap();
        if world.job_night.get().is_some() {
            write.upsert_account(&account(JOBS, AccountKind::MoltMarket, world.now())).await.unwrap();
        }
        if world.drafts {
            write.put_listing(&listing(world.now())).await.unwrap();
        }
        write.commit().await.unwrap();
        let ids: Arc<dyn Ids> = Arc::new(CountingIds::default());
        let engine = engine(&world, &store, &files, &rules, &ids);
        Self {
            world,
            store,
            files,
            rules,
            folder: folder.to_owned(),
            deaths: 0,
            retries: 0,
            ids,
            engine,
            steps: 0,
            own: None,
            held: None,
            reminded: Vec::new(),
            freezes: Vec::new(),
            jumps: Vec::new(),
            seller_at: Default::default(),
            tried: Default::default(),
        }
    }

    /// Plans what the seller and the computer do beside the orders.
    pub fn plan_trouble(&mut self, orders: &[String]) {
        let chance = self.world.chance;
        for (number, order) in orders.iter().enumerate() {
            if chance.happens("freeze", number as u64, 0.12) {
                let from = self.world.after(chance.below("freeze at", number as u64, 600) as i64);
                let until = from
                    .saturating_add(SignedDuration::from_secs(
                        30 + chance.below("freeze for", number as u64, 1_200) as i64,
                    ))
                    .unwrap();
                self.freezes.push((
                    from,
                    until,
                    order.clone(),
                    chance.happens("takes over", number as u64, 0.5),
                ));
            }
        }
        if chance.happens("jump", 0, 0.2) {
            let at = self.world.after(60 + chance.below("jump at", 0, 1_200) as i64);
            self.jumps.push((at, SignedDuration::from_mins(5 + chance.below("jump for", 0, 600) as i64)));
        }
    }

    /// Runs until nothing is due any more or too much was done.
    pub async fn run(&mut self) {
        loop {
            self.steps += 1;
            if self.steps > 6_000 {
                self.world.wrong("the night does not end".to_owned());
                return;
            }
            // Asked anew only after something was done: on its own the clock changes nothing.
            let own = match self.own {
                Some(own) => own,
                None => *self.own.insert(self.own_at().await),
            };
            if self.move_once(own).await {
                (self.own, self.held) = (None, None);
                continue;
            }
            if self.all_over().await {
                return;
            }
            let Some(at) = self.next_at(own) else {
                let open = self.tell_open().await;
                self.world.wrong(format!("nothing is due and orders are open: {open}"));
                return;
            };
            let by = at.duration_since(self.world.now()).max(SignedDuration::from_millis(1));
            self.world.clock.advance(by);
        }
    }

    /// When the stall itself means to do something next: about news, about an order, about the job.
    async fn own_at(&self) -> Own {
        let news = self.store.list_orders_in_the_news(ACCOUNT, 1).await.unwrap();
        let mut own = [None; OWN.len()];
        own[0] = news.first().map(|(_, at)| *at);
        own[1] = self.store.next_due_at(ACCOUNT).await.unwrap();
        if let Some(given) = &self.engine.given {
            own[2] = self.store.next_due_at(JOBS).await.unwrap();
            own[3] = given.looks_at(&self.world);
            own[4] = given.remind_at;
        }
        own
    }

    /// One move of the seed's choice among those that are due; false when none is.
    async fn move_once(&mut self, own: Own) -> bool {
        if self.world.turn() || self.trouble().await {
            return true;
        }
        let now = self.world.now();
        let mut due: Vec<&str> = Vec::new();
        if self.world.state().pushes.iter().any(|(at, _)| *at <= now) {
            due.push("push");
        }
        if self.engine.feed_at <= now {
            due.push("feed");
        }
        if self.engine.reconcile_at <= now {
            due.push("reconcile");
        }
        due.extend(
            OWN.iter().zip(own).filter(|(_, at)| at.is_some_and(|at| at <= now)).map(|(name, _)| *name),
        );
        if due.is_empty() {
            return self.seller().await;
        }
        let which = due[self.world.chance.below("move", self.steps, due.len() as u64) as usize];
        self.world.trace(which);
        let world = Arc::clone(&self.world);
        let (engine, store, steps, reminded) =
            (&mut self.engine, &self.store, self.steps, &mut self.reminded);
        let doing = async {
            match which {
                "push" => push(&world, engine).await,
                "feed" => {
                    let read = engine.feed.read(engine.whole).await;
                    engine.whole &= read.is_err();
                    let usual = if world.stormy() { FEED_EVERY } else { 4 * FEED_EVERY };
                    let waits = if read.is_ok() { usual } else { 2 };
                    engine.feed_at = world.after(waits);
                }
                "reconcile" => {
                    let read = engine.reconcile.compare().await;
                    engine.reconcile_at = world.after(if read.is_ok() { RECONCILE_EVERY } else { 4 });
                }
                "news" => {
                    engine.worker.handle_due().await.unwrap();
                }
                "job" | "look" | "remind" => {
                    let Some(given) = &mut engine.given else { return };
                    match which {
                        "job" => given.walk(store, &world, reminded).await,
                        "look" => given.look(store, &world, reminded).await,
                        _ => given.remind(store, &world, reminded).await,
                    }
                }
                _ => {
                    let walks = store.list_due_orders(ACCOUNT, now, 16).await.unwrap();
                    let chosen = world.chance.below("walk", steps, walks.len() as u64) as usize;
                    engine.runner.walk(&walks[chosen]).await.unwrap();
                }
            }
        };
        let died = tokio::select! {
            biased;
            () = doing => false,
            () = world.died.notified() => true,
        };
        if died {
            self.start_again().await;
        }
        true
    }

    /// A new process on the same data, as after a power cut.
    pub async fn start_again(&mut self) {
        let _ = self.world.died.notified().now_or_never();
        self.world.trace("died; started again");
        self.deaths += 1;
        self.engine = engine(&self.world, &self.store, &self.files, &self.rules, &self.ids);
        let mut write = self.store.write().await.unwrap();
        write.release_all_orders(ACCOUNT, self.world.now()).await.unwrap();
        if self.engine.given.is_some() {
            write.release_all_orders(JOBS, self.world.now()).await.unwrap();
        }
        write.commit().await.unwrap();
    }

    /// Lets go of an order then that was paused.
    pub fn resume_at(&mut self, at: Timestamp, order: &str) {
        self.freezes.push((at, at, order.to_owned(), false));
    }

    async fn trouble(&mut self) -> bool {
        let now = self.world.now();
        if let Some(at) = self.jumps.iter().position(|(at, _)| *at <= now) {
            let (_, by) = self.jumps.remove(at);
            self.world.trace(format!("the computer sleeps for {by}"));
            self.world.clock.advance(by);
            return true;
        }
        let Some(at) = self.freezes.iter().position(|(from, ..)| *from <= now) else { return false };
        let (from, until, order, takes_over) = self.freezes.remove(at);
        let thaws = from == until;
        let Some(mut row) = self.row_of(&order).await else { return true };
        self.world.trace(format!("{order}: the seller {} it", if thaws { "lets go of" } else { "freezes" }));
        self.world.with(&order, |far, _| far.frozen = !thaws);
        if takes_over {
            row.taken_over = !thaws
        } else {
            row.paused = !thaws
        }
        self.put(row).await;
        if !thaws {
            self.freezes.push((until, until, order, takes_over));
        }
        true
    }

    async fn row_of(&self, order: &str) -> Option<OrderRow> {
        let account = self.world.with(order, |far, _| account_of(far))?;
        self.store.lookup_market_order(account, order).await.unwrap()
    }

    async fn put(&self, row: OrderRow) {
        let mut write = self.store.write().await.unwrap();
        write.put_order(&row).await.unwrap();
        write.wake_order(&row.id, self.world.now()).await.unwrap();
        write.commit().await.unwrap();
    }

    /// What the seller does about orders that wait for them, a while after they began to.
    async fn seller(&mut self) -> bool {
        let now = self.world.now();
        let held = match self.held.take() {
            Some(held) => held,
            None => self.list_held().await,
        };
        let held = self.held.insert(held);
        for row in held {
            let Some(hold) = &row.hold else { continue };
            let name = format!("{} {} {}", row.id, hold.code, hold.since);
            let waits = 20 + self.world.chance.below(&name, 0, 400) as i64;
            let at = *self
                .seller_at
                .entry(name)
                .or_insert(hold.since.saturating_add(SignedDuration::from_secs(waits)).unwrap());
            if at > now {
                continue;
            }
            self.world
                .trace(format!("{}: the seller sees {} {:?}", row.market_order_id, hold.code, hold.detail));
            let (row, code) = (row.clone(), hold.code.clone());
            return self.settle(row, &code).await;
        }
        false
    }

    async fn list_held(&self) -> Vec<OrderRow> {
        let search = OrderSearch { held_only: true, limit: 50, ..OrderSearch::default() };
        let mut held = self.store.search_orders(ACCOUNT, &search).await.unwrap();
        if self.engine.given.is_some() {
            held.extend(self.store.search_orders(JOBS, &search).await.unwrap());
        }
        held
    }

    async fn settle(&mut self, mut row: OrderRow, code: &str) -> bool {
        let now = self.world.now();
        let hold = row.hold.clone().unwrap();
        let detail = |name: &str| hold.detail.get(name).cloned().unwrap_or_default();
        let is_job = row.account_id == JOBS;
        match code {
            "approve" => self.approve(&row, format!("round:{}", detail("round"))).await,
            "draft_unanswered" => self.approve(&row, format!("draft:{}", detail("round"))).await,
            "by_hand" => self.approve(&row, "accept".to_owned()).await,
            "unsafe_file" => self.approve(&row, "files".to_owned()).await,
            "revision_limit" => self.approve(&row, format!("turn:{}", detail("turn"))).await,
            "buyer_asks" => {
                self.act(&row, SellerAct::Say { text: format!("Let us keep it as it is ({now}).") }).await
            }
            "cancelled_midway" => {
                row.archived = true;
                row.hold = None;
                self.put(row).await;
            }
            "disputed" => return false,
            "link_not_opened" => {
                self.act(&row, SellerAct::Say { text: format!("I cannot send it otherwise ({now}).") }).await
            }
            // Only the poster ends a job: they are told, and do.
            "refused_brief" | "over_cap" if is_job => {
                self.act(&row, SellerAct::Say { text: format!("I cannot make this ({now}).") }).await
            }
            "refused_brief" => {
                self.act(&row, SellerAct::Cancel { reason: "not drawn here".to_owned() }).await
            }
            _ => {
                let tried = self.tried.entry(row.id.clone()).or_default();
                *tried += 1;
                if *tried > 4 && !is_job && row.market_status == "in_progress" {
                    self.act(&row, SellerAct::Cancel { reason: "cannot be made".to_owned() }).await;
                    return true;
                }
                if *tried > 40 {
                    self.world.wrong(format!("{} is never settled: {code}", row.market_order_id));
                    return false;
                }
                if *tried > 4 && is_job {
                    self.act(&row, SellerAct::Say { text: format!("I cannot make this ({now}).") }).await;
                    return true;
                }
                if code == "over_cap" {
                    if row.market_status == "pending_accept" {
                        self.act(&row, SellerAct::Decline { reason: "too dear".to_owned() }).await;
                    } else {
                        self.act(&row, SellerAct::Cancel { reason: "too dear".to_owned() }).await;
                    }
                    return true;
                }
                self.retries += 1;
                row.retry_base = now;
                self.put(row).await;
            }
        }
        true
    }

    async fn approve(&self, row: &OrderRow, what: String) {
        let now = self.world.now();
        let key = format!("approve:{what}");
        let attempt =
            self.store.list_journal(&row.id).await.unwrap().iter().filter(|entry| entry.key == key).count()
                as u32
                + 1;
        let entry = NewEntry {
            step: "approve",
            key,
            attempt,
            actor: Actor::Seller,
            intent: json!({ "what": what }),
            input_sha256: None,
            reserved_usd: None,
        };
        let mut write = self.store.write().await.unwrap();
        let id = write.begin_entry(&row.id, &entry, now).await.unwrap();
        write.end_entry(id, EntryOutcome::Done, &json!({}), None, None, None, now).await.unwrap();
        write.wake_order(&row.id, now).await.unwrap();
        write.commit().await.unwrap();
    }

    async fn act(&mut self, row: &OrderRow, act: SellerAct) {
        let order = row.market_order_id.clone();
        self.world.with(&order, |far, _| far.by_hand = true);
        let world = Arc::clone(&self.world);
        let runner = match &self.engine.given {
            Some(given) if row.account_id == JOBS => &given.runner,
            _ => &self.engine.runner,
        };
        let died = tokio::select! {
            biased;
            done = runner.act(&row.id, act) => {
                world.trace(format!("{order}: the seller's act: {done:?}"));
                false
            }
            () = world.died.notified() => true,
        };
        self.world.with(&order, |far, _| far.by_hand = false);
        // Whoever could not do it now comes back later.
        self.seller_at.retain(|name, _| !name.starts_with(&row.id));
        self.world.clock.advance(SignedDuration::from_secs(30));
        if died {
            self.start_again().await;
        }
        let mut write = self.store.write().await.unwrap();
        write.wake_order(&row.id, self.world.now()).await.unwrap();
        write.commit().await.unwrap();
    }

    fn next_at(&self, own: Own) -> Option<Timestamp> {
        let others = [
            self.world.next_at(),
            self.freezes.iter().map(|(at, ..)| *at).min(),
            self.jumps.iter().map(|(at, _)| *at).min(),
            // A look that can find nothing is left out: most of a quiet night is such looks.
            self.world.has_unread_news().then_some(self.engine.feed_at),
            self.world.stormy().then_some(self.engine.reconcile_at),
        ];
        let seller = self.seller_at.values().copied().filter(|at| *at > self.world.now()).min();
        own.into_iter().chain(others).chain([seller]).flatten().min()
    }

    /// Where each order stands that is not over, on both sides.
    async fn tell_open(&self) -> String {
        let far: Vec<_> = {
            let state = self.world.state();
            let open = state
                .orders
                .values()
                .filter(|order| !matches!(order.status, MarketStatus::Completed | MarketStatus::Cancelled));
            open.map(|order| (order.id.clone(), account_of(order), order.status.clone())).collect()
        };
        let mut told = Vec::new();
        for (id, account, status) in far {
            let row = self.store.lookup_market_order(account, &id).await.unwrap();
            let here = row.map(|row| (row.market_status, row.next_step, row.hold.map(|hold| hold.code)));
            told.push(format!("{id} is {status:?} there and here {here:?}"));
        }
        told.join("; ")
    }

    async fn all_over(&self) -> bool {
        let far: Vec<_> = self
            .world
            .state()
            .orders
            .values()
            .map(|order| (order.id.clone(), account_of(order), order.status.clone()))
            .collect();
        for (id, account, status) in far {
            if !matches!(status, MarketStatus::Completed | MarketStatus::Cancelled) {
                return false;
            }
            let Some(row) = self.store.lookup_market_order(account, &id).await.unwrap() else { return false };
            if row.hold.is_some() || row.next_step != "none" || row.market_status != status.as_str() {
                return false;
            }
        }
        self.world.state().events.iter().all(|known| known.acknowledged)
    }
}

async fn push(world: &World, engine: &Engine) {
    let now = world.now();
    let event = {
        let mut state = world.state();
        let Some(at) = state.pushes.iter().position(|(at, _)| *at <= now) else { return };
        let (_, id) = state.pushes.remove(at);
        state.events.iter().find(|known| known.event.id == id).map(|known| known.event.clone())
    };
    let Some(event) = event else { return };
    let body = json!({ "event_id": event.id, "event_type": event.kind, "payload": event.payload });
    let news = IncomingEvent { event_id: event.id.to_string(), kind: event.kind, body, via: Via::Push };
    if engine.inbox.insert(news).await.is_ok() {
        world.state().pushed.insert(event.id);
    }
}

fn engine(
    world: &Arc<World>,
    store: &Store,
    files: &Arc<PictureFiles>,
    rules: &StallRules,
    ids: &Arc<dyn Ids>,
) -> Engine {
    let clock: Arc<dyn Clock> = Arc::new(WatchedClock(Arc::clone(world)));
    let market: Arc<dyn Marketplace> = Arc::new(SimMarket(Arc::clone(world)));
    let model: Arc<dyn Model> = Arc::new(SimModel(Arc::clone(world)));
    let notices: Notices = Arc::new(|_, _, _| {});
    let signals = Signals::default();
    let runner_of = |account: &str, market: &Arc<dyn Marketplace>| {
        let world = Arc::clone(world);
        Runner::new(Parts {
            store: store.clone(),
            market: Arc::clone(market),
            model: RwLock::new(Some(Arc::clone(&model))),
            files: Arc::clone(files),
            clock: Arc::clone(&clock),
            ids: Arc::clone(ids),
            signals: signals.clone(),
            rules: RwLock::new(rules.clone()),
            account_id: account.to_owned(),
            own_id: super::world::SELLER.to_owned(),
            allow_loopback: true,
            drawers: RwLock::default(),
            links: Arc::new(Links::new(
                OwnLinks { store: store.clone(), ids: Arc::clone(ids) },
                Box::new(move || world.public_address()),
            )),
            notices: Arc::clone(&notices),
        })
    };
    let worker_of = |account: &str, market: &Arc<dyn Marketplace>, arrived: Arc<Notify>| Worker {
        market: Arc::clone(market),
        store: store.clone(),
        clock: Arc::clone(&clock),
        ids: Arc::clone(ids),
        signals: signals.clone(),
        account_id: account.to_owned(),
        own_id: super::world::SELLER.to_owned(),
        arrived,
        walk: Arc::new(|| {}),
        notices: Arc::clone(&notices),
    };
    let runner = runner_of(ACCOUNT, &market);
    let given = world.job_night.get().map(|_| {
        let molt = Arc::new(SimMolt::new(Arc::clone(world), store.clone()));
        let market: Arc<dyn Marketplace> = Arc::clone(&molt) as Arc<dyn Marketplace>;
        let worker = worker_of(JOBS, &market, Arc::new(Notify::new()));
        Given::new(molt, runner_of(JOBS, &market), worker, world)
    });
    let inbox = Inbox::open(store.clone(), ACCOUNT.to_owned(), Arc::clone(&clock));
    let now = world.now();
    Engine {
        worker: worker_of(ACCOUNT, &market, inbox.arrived()),
        given,
        feed: Feed {
            market: Arc::clone(&market),
            store: store.clone(),
            inbox: inbox.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(ids),
            account_id: ACCOUNT.to_owned(),
            pace: FeedPace { every: Duration::from_secs(30), every_with_push: Duration::from_secs(60) },
            pulse: Pulse::default(),
            expects_pushes: Arc::new(|| false),
            now: Arc::new(Notify::new()),
        },
        reconcile: Reconcile {
            market,
            store: store.clone(),
            inbox: inbox.clone(),
            clock,
            ids: Arc::clone(ids),
            account_id: ACCOUNT.to_owned(),
            every: Duration::from_secs(300),
            pulse: Pulse::default(),
            feed: Pulse::default(),
            now: Arc::new(Notify::new()),
        },
        runner,
        inbox,
        feed_at: now,
        reconcile_at: now,
        whole: true,
    }
}

/// The listing of a night with drafts.
fn listing(now: Timestamp) -> ListingRow {
    let form = ListingForm {
        name: "Pictures".to_owned(),
        description: String::new(),
        price: "20".to_owned(),
        category: String::new(),
        tags: Vec::new(),
        inventory: None,
        style: String::new(),
        aspect_ratio: AspectRatio::Square,
        count: 1,
        revisions: 2,
        automation: None,
        example: None,
        recipe: Recipe { draft_first: true, ..Recipe::default() },
    };
    ListingRow {
        id: "kept-1".to_owned(),
        account_id: ACCOUNT.to_owned(),
        market_listing_id: Some("listing-1".to_owned()),
        form: json!(form).to_string(),
        status: "active".to_owned(),
        market_status: None,
        sold: None,
        views: None,
        problem: None,
        publish_key: "key-1".to_owned(),
        hiding: HidingRow::default(),
        created_at: now,
        updated_at: now,
    }
}

fn account(id: &str, kind: AccountKind, now: Timestamp) -> AccountRow {
    AccountRow {
        id: id.to_owned(),
        kind,
        base_url: "http://simulated".to_owned(),
        practice: true,
        name: "Simulated".to_owned(),
        own_id: super::world::SELLER.to_owned(),
        handle: String::new(),
        feed_cursor: 0,
        checked_at: None,
        check_code: String::new(),
        balance: None,
        created_at: now,
    }
}
