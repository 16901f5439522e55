//! An open account: the market's client with everything that keeps its orders moving.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, Weak};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Stall;
use super::news::PushedNews;
use crate::clock::JumpWatch;
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::fulfilment::{Parts, Runner, Scheduler};
use crate::intake::{CannotServe, Doorbell, Feed, FeedPace, Heartbeat, Inbox, Pulse, Reconcile, Worker};
use crate::listings::Listings;
use crate::marketplaces::Marketplace;
use crate::model::{Model, ModelHealth, Watched};
use crate::store::{AccountRow, StoreResult};

/// Orders are compared with the market this often (contract 1.4).
const RECONCILE_EVERY: Duration = Duration::from_secs(300);

/// A market account that is being served.
pub struct OpenAccount {
    pub row: AccountRow,
    pub market: Arc<dyn Marketplace>,
    pub runner: Arc<Runner>,
    pub scheduler: Arc<Scheduler>,
    pub listings: Listings,
    pub feed: Pulse,
    pub heartbeat: Pulse,
    pub reconcile: Pulse,
    pub push: Pulse,
    /// What calls showed about the model's key and credit.
    pub model_health: ModelHealth,
    /// What the latest look whether we can serve showed.
    pub could_serve: Mutex<Result<(), CannotServe>>,
    /// The address the market pushes to, as it confirmed it.
    pub registered: Arc<Mutex<Option<String>>>,
    /// Signalled to read the feed now.
    pub read_feed: Arc<Notify>,
    /// Signalled to compare orders now.
    pub compare: Arc<Notify>,
    /// Signalled when there is news to handle.
    pub arrived: Arc<Notify>,
    /// Signalled to look whether the stall can serve, and beat.
    pub beat: Arc<Notify>,
    /// Signalled to tell the market what buyers should see, also what it could not be told before.
    pub show_listings: Notify,
    pub opened_at: Timestamp,
    /// Set while the market is asked what happened during a sleep; no order is walked then.
    pub catching_up: AtomicBool,
    pub jumps: JumpWatch,
    stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl OpenAccount {
    /// Has waiting orders looked at again: a rule changed.
    pub async fn wake_waiting(&self) -> StoreResult<()> {
        let parts = &self.runner.parts;
        let mut write = parts.store.write().await?;
        write.wake_open_orders(&parts.account_id, parts.clock.now()).await?;
        write.commit().await?;
        self.scheduler.wake();
        Ok(())
    }

    /// Has one order looked at now.
    pub async fn wake_order(&self, id: &str) -> StoreResult<()> {
        let parts = &self.runner.parts;
        let mut write = parts.store.write().await?;
        write.wake_order(id, parts.clock.now()).await?;
        write.commit().await?;
        self.scheduler.wake();
        Ok(())
    }

    /// The model in use now.
    pub fn model(&self) -> Option<Arc<dyn Model>> {
        self.runner.parts.model()
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Cancelled when the account is closed.
    pub(super) fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops serving; steps under way are finished first, for at most `patience`.
    pub(super) async fn close(&self, patience: Duration) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(patience, self.tasks.wait()).await.is_err() {
            tracing::info!("a step is still under way; what came of it is looked up at the next start");
        }
    }
}

/// What an account is opened with.
pub(super) struct Opening {
    pub row: AccountRow,
    pub market: Arc<dyn Marketplace>,
    pub model: Option<Arc<dyn Model>>,
    /// Where the market pushes news to before it is told.
    pub market_has: Option<String>,
    pub allow_loopback: bool,
}

impl Stall {
    /// Starts serving an account: recovery first, then everything that repeats.
    pub(super) async fn serve(&self, opening: Opening) -> anyhow::Result<()> {
        let Opening { row, market, model, market_has, allow_loopback } = opening;
        let inner = &self.inner;
        let now = inner.clock.now();
        let mut write = inner.store.write().await?;
        write.release_all_orders(&row.id, now).await?;
        write.doubt_publishing().await?;
        write.commit().await?;
        crash::point(Point::OrdersReleased);
        let notices = self.notices();
        let model_health = ModelHealth::default();
        let model = model.map(|model| self.watch(model, &model_health));
        let parts = Parts {
            store: inner.store.clone(),
            market: Arc::clone(&market),
            model: RwLock::new(model),
            files: Arc::clone(&inner.files),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            signals: inner.signals.clone(),
            rules: RwLock::new(self.stall_rules()),
            account_id: row.id.clone(),
            own_id: row.own_id.clone(),
            allow_loopback,
            drawers: RwLock::default(),
            links: Arc::clone(&inner.links),
            notices: Arc::clone(&notices),
        };
        let runner = Arc::new(Runner::new(parts));
        let this: Arc<OnceLock<Weak<OpenAccount>>> = Arc::default();
        let gate = {
            let (stall, this) = (self.clone(), Arc::clone(&this));
            Arc::new(move || {
                this.get().and_then(Weak::upgrade).is_none_or(|account| stall.may_walk(&account))
            })
        };
        let scheduler = Arc::new(Scheduler::new(Arc::clone(&runner)).behind(gate));
        let inbox = Inbox::open(inner.store.clone(), row.id.clone(), Arc::clone(&inner.clock));
        let arrived = inbox.arrived();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let listings = Listings {
            store: inner.store.clone(),
            market: Arc::clone(&market),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            account_id: row.id.clone(),
            max_running: {
                let runner = Arc::clone(&runner);
                Arc::new(move || runner.parts.stall_rules().max_running)
            },
            turn: tokio::sync::Mutex::default(),
        };
        let account = Arc::new(OpenAccount {
            row: row.clone(),
            market: Arc::clone(&market),
            runner,
            scheduler: Arc::clone(&scheduler),
            listings,
            feed: Pulse::default(),
            heartbeat: Pulse::default(),
            reconcile: Pulse::default(),
            push: Pulse::default(),
            model_health,
            could_serve: Mutex::new(Ok(())),
            registered: Arc::new(Mutex::new(market_has)),
            read_feed: Arc::default(),
            compare: Arc::default(),
            arrived: Arc::clone(&arrived),
            beat: Arc::default(),
            show_listings: Notify::new(),
            opened_at: now,
            catching_up: AtomicBool::new(false),
            jumps: JumpWatch::new(Arc::clone(&inner.clock)),
            stop: stop.clone(),
            tasks: tasks.clone(),
        });
        let _ = this.set(Arc::downgrade(&account));
        let secret = self.webhook_secret(&row.id).await?;
        let bell = Doorbell::default();
        if market.abilities().signs_pushes {
            let news = PushedNews {
                inbox: inbox.clone(),
                pulse: account.push.clone(),
                clock: Arc::clone(&inner.clock),
            };
            inner.push.connect(Arc::new(news), secret.clone());
            if let Some(before) = self.replaced_webhook_secret(&row.id).await? {
                inner.push.accept_previous_secret(before);
            }
        } else {
            inner.push.connect_bell(bell.clone());
        }
        *inner.account.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&account));

        let settings = self.settings();
        let worker = Worker {
            market: Arc::clone(&market),
            store: inner.store.clone(),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            signals: inner.signals.clone(),
            account_id: row.id.clone(),
            own_id: row.own_id.clone(),
            arrived,
            walk: {
                let scheduler = Arc::clone(&scheduler);
                Arc::new(move || scheduler.wake())
            },
            notices,
        };
        let feed = Feed {
            market: Arc::clone(&market),
            store: inner.store.clone(),
            inbox: inbox.clone(),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            account_id: row.id.clone(),
            pace: FeedPace {
                every: settings.feed_seconds.duration(),
                every_with_push: settings.feed_seconds_with_push.duration(),
            },
            pulse: account.feed.clone(),
            expects_pushes: {
                let stall = self.clone();
                Arc::new(move || stall.expects_pushes())
            },
            now: Arc::clone(&account.read_feed),
        };
        let reconcile = Reconcile {
            market: Arc::clone(&market),
            store: inner.store.clone(),
            inbox,
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            account_id: row.id.clone(),
            every: RECONCILE_EVERY,
            pulse: account.reconcile.clone(),
            feed: account.feed.clone(),
            now: Arc::clone(&account.compare),
        };
        let heartbeat = Heartbeat {
            market: Arc::clone(&market),
            clock: Arc::clone(&inner.clock),
            every: settings.heartbeat_seconds.duration(),
            pulse: account.heartbeat.clone(),
            look: {
                let (stall, account) = (self.clone(), Arc::downgrade(&account));
                Arc::new(move || {
                    let (stall, account) = (stall.clone(), account.clone());
                    Box::pin(async move {
                        match account.upgrade() {
                            Some(account) => stall.look_whether_we_can_serve(&account).await,
                            None => Err(CannotServe::Closed),
                        }
                    })
                })
            },
            now: Arc::clone(&account.beat),
        };
        let spawn = |task: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| tasks.spawn(task);
        let token = stop.clone();
        spawn(Box::pin(Arc::new(worker).run(token)));
        let token = stop.clone();
        spawn(Box::pin(async move { feed.run(token).await }));
        let token = stop.clone();
        spawn(Box::pin(async move { reconcile.run(token).await }));
        let token = stop.clone();
        spawn(Box::pin(async move { heartbeat.run(token).await }));
        let token = stop.clone();
        spawn(Box::pin(async move { scheduler.run(token).await }));
        let (token, feed) = (stop.clone(), Arc::clone(&account.read_feed));
        spawn(Box::pin(async move { bell.answer(&feed, token).await }));
        let (stall, watched, token) = (self.clone(), Arc::clone(&account), stop.clone());
        spawn(Box::pin(async move {
            let _ = token.run_until_cancelled(stall.watch_clock(&watched)).await;
        }));
        let (stall, shown, token) = (self.clone(), Arc::clone(&account), stop.clone());
        spawn(Box::pin(async move {
            let _ = token.run_until_cancelled(stall.keep_listings_shown(&shown)).await;
        }));
        self.tell_market_of(&account, secret);
        // Known before the first drawing asks.
        let runner = Arc::clone(&account.runner);
        spawn(Box::pin(async move {
            let _ = stop.run_until_cancelled(runner.parts.know_drawers()).await;
        }));
        self.signals().send(DeskEvent::ConnectionChanged);
        Ok(())
    }

    /// The model with an eye on what its calls show.
    pub(super) fn watch(&self, model: Arc<dyn Model>, health: &ModelHealth) -> Arc<dyn Model> {
        Arc::new(Watched::new(model, health.clone(), Arc::clone(self.clock())))
    }
}
