//! Keeps one tunnel open: opens it, watches it, opens it again, and asks its address from outside whether it leads
//! here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::error::TunnelError;
use super::open::{OpenTunnel, Tunnel, TunnelKind, TunnelNews};
use super::probe::{Probe, ProbeProblem};
use super::registration::{Registrar, Telling, Wanted, pause};
use super::view::{LastProbe, TunnelState, TunnelView};
use crate::clock::{Clock, Ids};

/// One try to open; every kind has shorter limits of its own.
const OPENING: Duration = Duration::from_secs(120);
/// How often our address is asked while it leads here.
const PROBE_EVERY: Duration = Duration::from_secs(60);
/// How soon it is asked again after it did not: 5, 10, 20, 40, 60 s.
const PROBE_AGAIN: Duration = Duration::from_secs(5);
/// A tunnel that was open for so long has proved itself: the next failure is a first one.
const STEADY: Duration = Duration::from_secs(60);
/// What only the seller can mend is looked at again now and then.
const FOR_THE_SELLER: Duration = Duration::from_secs(300);
/// How long closing waits for the markets to be told.
const FAREWELL: Duration = Duration::from_secs(4);

/// What the supervisor works with.
pub struct SupervisorParts {
    /// Without one there is no public address, and the markets are told so.
    pub tunnel: Option<Arc<dyn Tunnel>>,
    /// Where the hook door listens.
    pub to: SocketAddr,
    pub probe: Arc<dyn Probe>,
    pub registrar: Arc<dyn Registrar>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
}

/// A tunnel that is kept open. Dropped, it ends too, but the markets are not told.
pub struct Supervisor {
    view: watch::Receiver<TunnelView>,
    wanted: watch::Sender<Wanted>,
    told: watch::Receiver<Option<Wanted>>,
    now: Arc<Notify>,
    leaving: CancellationToken,
    stop: CancellationToken,
    keeping: JoinHandle<()>,
    telling: JoinHandle<()>,
}

impl Supervisor {
    /// Starts opening; returns at once.
    pub fn start(parts: SupervisorParts) -> Self {
        let kind = parts.tunnel.as_ref().map_or(TunnelKind::Off, |tunnel| tunnel.kind());
        let (show, view) = watch::channel(TunnelView::new(kind));
        let (wanted, wanted_seen) = watch::channel(Wanted::default());
        let (told, told_seen) = watch::channel(None);
        let now = Arc::new(Notify::new());
        let (leaving, stop) = (CancellationToken::new(), CancellationToken::new());
        let telling = Telling {
            wanted: wanted_seen,
            told,
            registrar: parts.registrar,
            view: show.clone(),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let keeper = Keeper {
            to: parts.to,
            probe: parts.probe,
            clock: parts.clock,
            ids: parts.ids,
            view: show,
            wanted: wanted.clone(),
            now: Arc::clone(&now),
            leaving: leaving.clone(),
            stop: stop.clone(),
        };
        let keeping = tokio::spawn(async move {
            match parts.tunnel {
                Some(tunnel) => keeper.run(&*tunnel).await,
                None => keeper.want(None),
            }
        });
        let telling = tokio::spawn(telling.run());
        Self { view, wanted, told: told_seen, now, leaving, stop, keeping, telling }
    }

    /// The tunnel as it is, and word of every change.
    pub fn view(&self) -> watch::Receiver<TunnelView> {
        self.view.clone()
    }

    /// Tries at once what would be tried later: after waking, or when the seller asks.
    pub fn try_now(&self) {
        self.now.notify_one();
    }

    /// Tells the markets once more: an account was connected, or the path of the news changed.
    pub fn register_again(&self) {
        self.wanted.send_modify(|wanted| wanted.turn += 1);
    }

    /// Tells the markets that there is no address any more, then closes the tunnel. Takes a few seconds at most for
    /// each, whether they answer or not.
    pub async fn close(mut self) {
        self.leaving.cancel();
        let was_told = self.wanted.send_if_modified(|wanted| {
            let has_address = matches!(wanted.address, Some(Some(_)));
            if has_address {
                wanted.address = Some(None);
            }
            has_address
        });
        if was_told {
            let wanted = self.wanted.borrow().clone();
            let told = self.told.wait_for(|told| told.as_ref() == Some(&wanted));
            if tokio::time::timeout(FAREWELL, told).await.is_err() {
                tracing::warn!("the markets could not be told that our address is gone");
            }
        }
        self.telling.abort();
        // Until now the tunnel stood, for what was pushed meanwhile. It closes within a limit of its own.
        self.stop.cancel();
        if let Err(error) = (&mut self.keeping).await {
            tracing::error!(%error, "the keeper of the tunnel ended badly");
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.stop.cancel();
        self.telling.abort();
    }
}

struct Keeper {
    to: SocketAddr,
    probe: Arc<dyn Probe>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    view: watch::Sender<TunnelView>,
    wanted: watch::Sender<Wanted>,
    now: Arc<Notify>,
    /// Closing has begun: the markets are told by whoever closes.
    leaving: CancellationToken,
    stop: CancellationToken,
}

impl Keeper {
    async fn run(&self, tunnel: &dyn Tunnel) {
        self.keep_open(tunnel).await;
        self.show(TunnelState::Off);
    }

    /// Returns when it is told to stop, and then only once the tunnel is closed.
    async fn keep_open(&self, tunnel: &dyn Tunnel) -> Option<()> {
        let mut failures = 0;
        loop {
            self.show(TunnelState::Opening);
            let opening = tokio::time::timeout(OPENING, tunnel.open(self.to));
            let opened = self.stop.run_until_cancelled(opening).await?;
            let reason = match opened.unwrap_or(Err(TunnelError::NetworkDown)) {
                Ok(mut open) => {
                    let opened_at = Instant::now();
                    let reason = self.stop.run_until_cancelled(self.watch(&mut open)).await;
                    open.close().await;
                    if opened_at.elapsed() >= STEADY {
                        failures = 0;
                    }
                    reason?
                }
                Err(reason) => reason,
            };
            failures += 1;
            tracing::warn!(kind = tunnel.kind().as_str(), reason = reason.code(), failures, "no tunnel");
            let wait =
                if reason.needs_seller() { FOR_THE_SELLER } else { pause(failures, self.ids.fraction()) };
            self.show(self.trouble(reason, self.clock.now(), wait));
            // Either the time comes, or somebody asks.
            let waiting = tokio::time::timeout(wait, self.now.notified());
            let _ = self.stop.run_until_cancelled(waiting).await?;
        }
    }

    /// Watches an open tunnel to its end.
    async fn watch(&self, open: &mut OpenTunnel) -> TunnelError {
        let mut standing = Standing::new(open.address().clone(), self.clock.now());
        self.begin(&standing);
        loop {
            let asked = async {
                tokio::select! {
                    () = tokio::time::sleep_until(standing.ask_at) => {}
                    () = self.now.notified() => {}
                }
                self.probe.probe(&standing.address).await
            };
            tokio::select! {
                answer = asked => self.judge(&mut standing, answer),
                news = open.next() => match news {
                    TunnelNews::Moved(address) => {
                        standing = Standing::new(address, self.clock.now());
                        self.begin(&standing);
                    }
                    TunnelNews::Ended(reason) => return reason,
                },
            }
        }
    }

    fn begin(&self, standing: &Standing) {
        tracing::info!("the tunnel is open");
        let Standing { address, since, .. } = standing;
        self.view.send_modify(|view| {
            view.last_probe = None;
            view.state = TunnelState::Open { address: address.clone(), since: *since };
        });
        self.want(Some(address.clone()));
    }

    fn judge(&self, standing: &mut Standing, answer: Result<(), ProbeProblem>) {
        let now = self.clock.now();
        let wait = match answer {
            Ok(()) => {
                standing.failed_since = None;
                standing.failures = 0;
                PROBE_EVERY
            }
            Err(problem) => {
                if standing.failures == 0 {
                    tracing::warn!(%problem, "our address does not lead here");
                }
                standing.failed_since.get_or_insert(now);
                standing.failures += 1;
                PROBE_AGAIN.saturating_mul(1 << standing.failures.saturating_sub(1).min(4)).min(PROBE_EVERY)
            }
        };
        standing.ask_at = Instant::now() + wait;
        let state = match standing.failed_since {
            None => TunnelState::Open { address: standing.address.clone(), since: standing.since },
            Some(since) => self.trouble(TunnelError::NotReachable, since, wait),
        };
        self.view.send_modify(|view| {
            view.last_probe = Some(LastProbe { at: now, right: answer.is_ok() });
            view.state = state;
        });
    }

    fn trouble(&self, reason: TunnelError, since: Timestamp, wait: Duration) -> TunnelState {
        let now = self.clock.now();
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        TunnelState::Trouble { reason, since, next_try: now.saturating_add(wait).unwrap_or(now) }
    }

    fn show(&self, state: TunnelState) {
        self.view.send_modify(|view| {
            view.last_probe = None;
            view.state = state;
        });
    }

    /// The markets are to know this.
    fn want(&self, address: Option<Url>) {
        self.wanted.send_if_modified(|wanted| {
            let address = Some(address);
            // The last word, that there is none any more, is the closing one's.
            let is_other = !self.leaving.is_cancelled() && wanted.address != address;
            if is_other {
                wanted.address = address;
            }
            is_other
        });
    }
}

/// An open tunnel while it keeps its address.
struct Standing {
    address: Url,
    since: Timestamp,
    ask_at: Instant,
    failures: u32,
    failed_since: Option<Timestamp>,
}

impl Standing {
    fn new(address: Url, since: Timestamp) -> Self {
        Self { address, since, ask_at: Instant::now(), failures: 0, failed_since: None }
    }
}
