//! The hook door behind every tunnel, and what asks it from outside.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use stallkeeper::clock::{SystemClock, SystemIds};
use stallkeeper::doors::{HookDoor, HookDoorConfig, PushDoor};
use stallkeeper::settings::WebhookPath;
use stallkeeper::tunnel::{
    NotRegistered, OpenTunnel, Probe, ProbeKey, ProbeProblem, Prober, Registrar, Supervisor, SupervisorParts,
    Tunnel, TunnelNews, TunnelView,
};
use url::Url;

pub use super::port::free_port;

pub struct Hook {
    pub door: HookDoor,
    pub prober: Arc<Prober>,
    pub registrar: Arc<Told>,
}

impl Hook {
    pub async fn open() -> Self {
        let key = ProbeKey::draw(&SystemIds);
        let push = PushDoor::new(Arc::new(SystemClock), WebhookPath::default());
        let config = HookDoorConfig { probe: Some(key.clone()), files: None };
        let prober = Prober::new(key, WebhookPath::default(), Arc::new(SystemIds)).unwrap();
        Self {
            door: HookDoor::open_with(push, config).await.unwrap(),
            prober: Arc::new(prober),
            registrar: Arc::default(),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.door.address()
    }

    /// Asks an address from outside whether it leads here.
    pub async fn is_behind(&self, address: &Url) -> Result<(), ProbeProblem> {
        self.prober.probe(address).await
    }

    pub fn supervise(&self, tunnel: impl Tunnel + 'static) -> Supervisor {
        Supervisor::start(SupervisorParts {
            tunnel: Some(Arc::new(tunnel)),
            to: self.address(),
            probe: self.prober.clone(),
            registrar: self.registrar.clone(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
        })
    }
}

/// What the markets were told.
#[derive(Default)]
pub struct Told(Mutex<Vec<Option<String>>>);

impl Told {
    pub fn all(&self) -> Vec<Option<String>> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Registrar for Told {
    async fn register(&self, address: Option<&Url>) -> Result<(), NotRegistered> {
        self.0.lock().unwrap().push(address.map(Url::to_string));
        Ok(())
    }
}

/// How long the tests wait for what takes real time.
const PATIENCE: Duration = Duration::from_secs(40);
const STEP: Duration = Duration::from_millis(10);

/// Waits until the supervisor shows something.
pub async fn shown(
    supervisor: &Supervisor,
    what: &str,
    is_so: impl FnMut(&TunnelView) -> bool,
) -> TunnelView {
    shown_within(PATIENCE, supervisor, what, is_so).await
}

/// The same, as long as this.
pub async fn shown_within(
    patience: Duration,
    supervisor: &Supervisor,
    what: &str,
    is_so: impl FnMut(&TunnelView) -> bool,
) -> TunnelView {
    let mut view = supervisor.view();
    let shown = tokio::time::timeout(patience, view.wait_for(is_so)).await;
    match shown {
        Ok(view) => view.unwrap().clone(),
        Err(_) => panic!("never: {what}; it is {:?}", supervisor.view().borrow()),
    }
}

/// The next thing that happens to an open tunnel.
pub async fn next(open: &mut OpenTunnel) -> TunnelNews {
    tokio::time::timeout(PATIENCE, open.next()).await.unwrap()
}

/// Waits until something is so.
pub async fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, look).await
}

/// The same, as long as this.
pub async fn until_within<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < patience {
        if let Some(found) = look() {
            return found;
        }
        tokio::time::sleep(STEP).await;
    }
    panic!("never: {what}");
}
