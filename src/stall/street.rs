//! The stall's public address: one supervisor at a time, opened with the mode and anew when its settings change.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::registrar::MarketRegistrar;
use super::{OpenAccount, Stall};
use crate::clock::Clock;
use crate::desk::contract::{DeskEvent, StallMode};
use crate::settings::{StallSettings, TunnelChoice, TunnelSettings};
use crate::store::ConnectionSubject;
use crate::tunnel::{Prober, Registration, Supervisor, SupervisorParts, Tunnel, TunnelState, TunnelView};

/// The longest a question about the address is waited for: opening takes a minute at most.
const ANSWERING: Duration = Duration::from_secs(75);
/// How long a link waits for the answer: the question itself gives up before.
const PROVING: Duration = Duration::from_secs(15);
/// How long saving waits for the market to be told.
const TELLING: Duration = Duration::from_secs(15);

/// What the public address is kept with.
pub(super) struct Street {
    pub(super) prober: Arc<Prober>,
    pub(super) registrar: Arc<MarketRegistrar>,
    supervisor: Mutex<Option<Supervisor>>,
    /// One change at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Street {
    pub(super) fn new(prober: Prober, registrar: MarketRegistrar) -> Self {
        Self {
            prober: Arc::new(prober),
            registrar: Arc::new(registrar),
            supervisor: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    fn with<T>(&self, ask: impl FnOnce(&Supervisor) -> T) -> Option<T> {
        self.supervisor.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(ask)
    }

    /// Where the outside reaches us, without a path; none while the address was not seen to lead here.
    pub(super) fn address(&self) -> Option<Url> {
        self.view()?.borrow().proved_address().cloned()
    }

    /// Asks the address now and says whether it leads here. A failure shows in the view before this returns.
    pub(super) async fn leads_here(&self, clock: &dyn Clock) -> bool {
        let Some(mut view) = self.view() else { return false };
        let begun = clock.now();
        self.try_now();
        let answered = view.wait_for(|view| {
            view.address().is_none() || view.last_probe.is_some_and(|probe| probe.at >= begun)
        });
        match tokio::time::timeout(PROVING, answered).await {
            Ok(Ok(view)) => view.proved_address().is_some(),
            _ => false,
        }
    }

    fn view(&self) -> Option<watch::Receiver<TunnelView>> {
        self.with(Supervisor::view)
    }

    pub(super) fn try_now(&self) {
        self.with(Supervisor::try_now);
    }

    /// Has the market told once more: an account was opened, or the path of the news changed.
    pub(super) fn register_again(&self) {
        self.with(Supervisor::register_again);
    }

    /// Tells the market that there is no address any more and closes it; gives up after `patience`.
    pub(super) async fn close(&self, patience: Duration) {
        let _turn = self.turn.lock().await;
        self.end(patience).await;
    }

    async fn end(&self, patience: Duration) {
        let supervisor = self.supervisor.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(supervisor) = supervisor
            && tokio::time::timeout(patience, supervisor.close()).await.is_err()
        {
            tracing::warn!("the public address is left as it is: closing it took too long");
        }
    }
}

impl Stall {
    /// Where the outside reaches us now, without a path; none while there is no address that leads here.
    pub fn public_address(&self) -> Option<Url> {
        self.tunnel_view().address().cloned()
    }

    /// The public address as it stands.
    pub fn tunnel_view(&self) -> TunnelView {
        self.inner.street.view().map_or_else(TunnelView::off, |view| view.borrow().clone())
    }

    /// Whether pushed news can be expected now.
    pub(super) fn expects_pushes(&self) -> bool {
        self.inner.street.view().is_some_and(|view| view.borrow().carries_news())
    }

    /// Opens what the settings say, or what the practice marketplace reaches us at.
    pub(super) async fn open_street(&self, mode: StallMode) {
        let street = &self.inner.street;
        let _turn = street.turn.lock().await;
        street.end(Duration::MAX).await;
        if self.inner.stop.is_cancelled() || mode == StallMode::Welcome {
            return;
        }
        let tunnel = match mode {
            StallMode::Practice => Some(self.loopback()),
            _ => self.chosen_tunnel().await,
        };
        let supervisor = Supervisor::start(SupervisorParts {
            tunnel,
            to: self.hook_address(),
            probe: Arc::clone(&street.prober) as Arc<dyn crate::tunnel::Probe>,
            registrar: Arc::clone(&street.registrar) as Arc<dyn crate::tunnel::Registrar>,
            clock: Arc::clone(self.clock()),
            ids: Arc::clone(self.ids()),
        });
        self.spawn(self.clone().watch_street(supervisor.view()));
        *street.supervisor.lock().unwrap_or_else(PoisonError::into_inner) = Some(supervisor);
        self.signals().send(DeskEvent::ConnectionChanged);
    }

    /// Opens the public address anew, as the settings are now.
    pub(crate) async fn renew_street(&self) {
        if self.mode() == StallMode::Live {
            self.open_street(StallMode::Live).await;
        }
    }

    /// The account whose market is told from now on.
    pub(super) fn tell_market_of(&self, account: &OpenAccount, secret: secrecy::SecretString) {
        self.inner.street.registrar.connect(
            Arc::clone(&account.market),
            secret,
            Arc::clone(&account.registered),
        );
        self.inner.street.register_again();
    }

    /// Follows one supervisor to its end: writes down what changes, and has the feed take over as soon as no push can be
    /// expected.
    async fn watch_street(self, mut view: watch::Receiver<TunnelView>) {
        let mut before: Option<TunnelView> = None;
        loop {
            let now = view.borrow_and_update().clone();
            self.follow(before.as_ref(), &now).await;
            before = Some(now);
            if view.changed().await.is_err() {
                return;
            }
        }
    }

    async fn follow(&self, before: Option<&TunnelView>, now: &TunnelView) {
        let could = before.is_some_and(TunnelView::carries_news);
        if could != now.carries_news()
            && let Some(account) = self.account()
        {
            // On every change of the way in, orders are compared (contract 1.4).
            account.read_feed.notify_one();
            account.compare.notify_one();
        }
        let said = said(now);
        if before.map(self::said).as_ref() != Some(&said) {
            self.write_down(ConnectionSubject::Tunnel, said.0, said.1).await;
        }
        if before.map(TunnelView::proved_address) != Some(now.proved_address()) {
            self.links_changed().await;
        }
        if before != Some(now) {
            self.signals().send(DeskEvent::ConnectionChanged);
        }
    }

    /// Keeps a change of what is said of the connection.
    pub(super) async fn write_down(&self, subject: ConnectionSubject, state: &str, reason: &str) {
        if self.store().disk().trouble().is_some() {
            return;
        }
        let written = async {
            let mut write = self.store().write().await?;
            write.insert_connection_change(subject, state, reason, self.clock().now()).await?;
            write.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, "a change of the connection is not written down");
        }
    }

    /// Asks the public address at once, opening it first where it is not open, and waits for the answer, a minute at most.
    pub(crate) async fn ask_street(&self) {
        let Some(mut view) = self.inner.street.view() else { return };
        let begun = self.clock().now();
        self.inner.street.try_now();
        let answered = view.wait_for(|view| match &view.state {
            TunnelState::Off => true,
            TunnelState::Opening => false,
            TunnelState::Trouble { since, .. } if view.last_probe.is_none() => *since >= begun,
            _ => {
                view.last_probe.is_some_and(|probe| probe.at >= begun)
                    && matches!(view.registration, Registration::Told { .. } | Registration::Failed { .. })
            }
        });
        // No answer is an answer: the screen shows what is known.
        let _ = tokio::time::timeout(ANSWERING, answered).await;
    }

    /// Waits until the market was told, or could not be; a few seconds at most.
    pub(crate) async fn until_told(&self) -> Registration {
        let Some(mut view) = self.inner.street.view() else { return Registration::Untold };
        let is_told = |view: &TunnelView| {
            matches!(view.registration, Registration::Told { .. } | Registration::Failed { .. })
        };
        let _ = tokio::time::timeout(TELLING, view.wait_for(is_told)).await;
        view.borrow().registration.clone()
    }
}

/// What the history says of it: state and reason.
fn said(view: &TunnelView) -> (&'static str, &'static str) {
    let reason = match (&view.state, &view.registration) {
        (TunnelState::Trouble { reason, .. }, _) => reason.code(),
        (TunnelState::Open { .. }, Registration::Failed { code }) => code,
        (TunnelState::Open { .. }, Registration::Told { address: Some(_), .. }) => "told",
        _ => "",
    };
    (view.state.as_str(), reason)
}

/// Whether the public address has to be opened anew.
pub(super) fn is_other_street(before: &StallSettings, after: &StallSettings) -> bool {
    fn wanted(settings: &StallSettings) -> (&TunnelSettings, Option<&str>) {
        let own = settings.public_base_url.as_ref().filter(|_| settings.tunnel.kind == TunnelChoice::Own);
        (&settings.tunnel, own.map(crate::settings::PublicAddress::as_str))
    }
    wanted(before) != wanted(after)
}

impl Stall {
    fn loopback(&self) -> Arc<dyn Tunnel> {
        super::ways::own(&format!("http://{}", self.hook_address()))
    }
}
