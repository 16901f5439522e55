//! Starts the marketplace, and stops it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::calls::Calls;
use super::keeping::{self, Kept};
use super::market::agents;
use super::molt;
use super::molt::people::{JobWish, TalkWish, WorkerWish};
use super::options::{Coming, OrderRequest, PracticeAddresses, PracticeOptions};
use super::shared::Shared;
use super::speed::PracticeClock;
use super::state::World;
use super::weather::{Dial, DialChange, Weather};
use super::{buyers, push, server};
use crate::clock::{Clock, Ids, SystemClock, SystemIds};
use crate::http::{self, TimeLimits};

/// How long a stop waits for requests that are being answered.
const CLOSING: Duration = Duration::from_secs(3);
/// Documented prefix of provider keys.
const MODEL_KEY_PREFIX: &str = "sk-or-v1-";

/// A running practice marketplace. Closes when dropped; [`Practice::stop`] also waits and writes the state file.
pub struct Practice {
    shared: Arc<Shared>,
    port: u16,
    state_file: Option<PathBuf>,
    serving: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
}

impl Practice {
    /// Opens the marketplace, as it was left if there is a state file.
    ///
    /// # Errors
    /// When no port can be had, or the state file is unreadable.
    pub async fn start(options: PracticeOptions) -> anyhow::Result<Self> {
        let ids: Arc<dyn Ids> = Arc::new(SystemIds);
        let wall = SystemClock.now();
        let state_file = options.state_file.clone();
        let kept = match &state_file {
            Some(path) => keeping::load(path).await?,
            None => None,
        };
        let listener = listen(options.bind, kept.as_ref().map(|kept| kept.port)).await?;
        let at = listener.local_addr().context("read the practice marketplace's address")?;
        let mut kept = match kept {
            Some(kept) => kept,
            None => found(ids.as_ref(), wall, &options.seller_name),
        };
        join_molt(&mut kept, ids.as_ref(), &options.seller_name);
        let Kept { time, addresses, download_secret, mut world, .. } = kept;
        let addresses = PracticeAddresses {
            market_base: format!("http://{at}/api"),
            model_base: format!("http://{at}/api/v1"),
            molt_base: format!("http://{at}/functions/v1"),
            control_base: format!("http://{at}/control"),
            ..addresses
        };
        world.account.api_key.clone_from(&addresses.model_api_key);
        let (pushes, events) = mpsc::unbounded_channel();
        let (molt_pushes, notifications) = mpsc::unbounded_channel();
        let looking = http::client(TimeLimits::API).context("make the client that looks at pictures")?;
        let shared = Arc::new(Shared {
            clock: PracticeClock::starting_at(time.max(wall), options.speed),
            options,
            addresses,
            ids,
            world: Mutex::new(world),
            files: Mutex::default(),
            sketches: Arc::default(),
            calls: Mutex::new(Calls::default()),
            weather: Mutex::new(Weather::default()),
            pushes,
            molt_pushes,
            looking,
            pushes_paused: AtomicBool::new(false),
            pushes_under_way: AtomicUsize::new(0),
            pushed: Notify::new(),
            stirred: Notify::new(),
            changed: Notify::new(),
            closing: CancellationToken::new(),
            download_secret,
        });
        let client = http::client(TimeLimits::API).context("make the client that pushes events")?;
        let molt_client =
            http::client(molt::push::PATIENCE).context("make the client that pushes notifications")?;
        let mut tasks = vec![
            tokio::spawn(molt::push::run(shared.clone(), molt_client, notifications)),
            tokio::spawn(push::run(shared.clone(), client, events)),
            tokio::spawn(buyers::run(shared.clone())),
        ];
        if let Some(path) = &state_file {
            keeping::load_files(path, &shared).await;
            tasks.push(tokio::spawn(keeping::run(shared.clone(), path.clone(), at.port())));
            shared.changed.notify_one();
        }
        let serving = tokio::spawn(serve(listener, shared.clone()));
        Ok(Self { shared, port: at.port(), state_file, serving, tasks })
    }

    /// Where it is, and the keys to it.
    pub fn addresses(&self) -> &PracticeAddresses {
        &self.shared.addresses
    }

    /// Has a simulated buyer order something. Returns the order's id.
    ///
    /// # Errors
    /// When the listing is not for sale.
    pub async fn place_order(&self, request: OrderRequest) -> anyhow::Result<String> {
        let placed = buyers::order(&self.shared, &request.listing_id, request.buyer, None);
        placed.map(|order| order.order_id).map_err(|refusal| anyhow::anyhow!("{}", refusal.message()))
    }

    /// Has somebody come to the second market now. Returns the id of what they came with: job, application, conversation.
    ///
    /// # Errors
    /// When the job does not exist or takes no applications.
    pub async fn send(&self, coming: Coming) -> anyhow::Result<String> {
        let mut turn = self.shared.turn();
        let came = match coming {
            Coming::Poster(kind) => molt::people::post(&mut turn, JobWish { kind, ..JobWish::default() }),
            Coming::Worker { kind, job_id } => {
                molt::people::apply(&mut turn, WorkerWish { kind, job_id, ..WorkerWish::default() })
            }
            Coming::Talker(kind) => molt::people::talk(&mut turn, TalkWish { kind, ..TalkWish::default() }),
        };
        came.map(|came| came.id).map_err(|refusal| anyhow::anyhow!("{}", refusal.message()))
    }

    /// The owner claims an account of the second market.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn claim(&self, agent_id: &str) -> anyhow::Result<()> {
        molt::claim(&mut self.shared.turn(), agent_id)
            .map_err(|refusal| anyhow::anyhow!("{}", refusal.message()))
    }

    /// How fast time passes now.
    pub fn speed(&self) -> f64 {
        self.shared.clock.speed()
    }

    /// Changes how fast time passes (see [`PracticeOptions::speed`]).
    pub fn set_speed(&self, speed: f64) {
        self.shared.set_speed(speed);
    }

    /// The weather as it is: the dial, its seed, and how often it has struck.
    pub fn weather(&self) -> (Dial, u64, u64) {
        let weather = self.shared.weather.lock().unwrap_or_else(PoisonError::into_inner);
        (weather.dial().clone(), weather.seed(), weather.strikes())
    }

    /// Turns the weather dial.
    ///
    /// # Errors
    /// The name of the slider that cannot stand there.
    pub fn set_weather(&self, change: &DialChange) -> Result<(), &'static str> {
        self.shared.set_weather(change)
    }

    /// Closes the marketplace: answers what is being asked, then writes the state file.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.shared.closing.cancel();
        if tokio::time::timeout(CLOSING, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
        for task in self.tasks.drain(..) {
            task.abort();
        }
        match &self.state_file {
            Some(path) => keeping::save(&self.shared, path, self.port).await,
            None => Ok(()),
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        // The server task ends by itself once its connections are closed.
        self.shared.closing.cancel();
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// A marketplace nobody has used yet: one seller, no listings.
fn found(ids: &dyn Ids, now: jiff::Timestamp, seller_name: &str) -> Kept {
    let seller = agents::open_account(ids, now, seller_name, "seller@practice.example");
    let addresses = PracticeAddresses {
        market_base: String::new(),
        model_base: String::new(),
        control_base: String::new(),
        seller_api_key: seller.api_key.clone(),
        seller_agent_id: seller.id.clone(),
        molt_base: String::new(),
        molt_api_key: String::new(),
        molt_agent_id: String::new(),
        model_api_key: format!("{MODEL_KEY_PREFIX}{}", ids.secret_hex(32)),
        control_token: ids.secret_hex(16),
    };
    let mut world = World::default();
    world.insert_agent(seller);
    Kept { port: 0, time: now, addresses, download_secret: ids.secret_hex(16), world }
}

/// Gives the seller an account on the second market, claimed already, where it has none yet.
fn join_molt(kept: &mut Kept, ids: &dyn Ids, seller_name: &str) {
    if kept.world.molt.accounts.contains_key(&kept.addresses.molt_agent_id) {
        return;
    }
    let molt = &mut kept.world.molt;
    let mut seller = molt::open_account(ids, kept.time, seller_name, "Pictures to order.");
    seller.claim(kept.time, "seller@practice.example");
    seller.document_version = Some(molt.document.version.clone());
    kept.addresses.molt_api_key.clone_from(&seller.api_key);
    kept.addresses.molt_agent_id.clone_from(&seller.id);
    molt.insert_account(seller);
}

/// Listens where it listened before if that port is free, so that webhook and download addresses stay good.
async fn listen(bind: SocketAddr, remembered: Option<u16>) -> anyhow::Result<TcpListener> {
    if let (0, Some(port)) = (bind.port(), remembered)
        && let Ok(listener) = TcpListener::bind(SocketAddr::new(bind.ip(), port)).await
    {
        return Ok(listener);
    }
    TcpListener::bind(bind).await.with_context(|| format!("open the practice marketplace on {bind}"))
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "practice connection keeps its delay");
        }
    });
    let closing = shared.closing.clone();
    let server =
        axum::serve(listener, server::router(&shared)).with_graceful_shutdown(closing.cancelled_owned());
    if let Err(error) = server.await {
        tracing::error!(%error, "practice marketplace stopped serving");
    }
}
