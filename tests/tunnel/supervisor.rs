//! The supervisor, with a tunnel, a market and an outside that do as they are told, and with time that does too.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use stallkeeper::clock::{Clock, CountingIds, ManualClock};
use stallkeeper::tunnel::{
    Keeping, LastProbe, NotRegistered, OpenTunnel, Probe, ProbeProblem, Registrar, Registration, Supervisor,
    SupervisorParts, Tunnel, TunnelError, TunnelKind, TunnelState, TunnelView,
};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

use crate::hook::{shown_within, until_within};

const A: &str = "https://a.example/";
const B: &str = "https://b.example/";

/// Of the time that passes at once while all wait.
const PATIENCE: Duration = Duration::from_secs(3600);

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

async fn shown(supervisor: &Supervisor, what: &str, is_so: impl FnMut(&TunnelView) -> bool) -> TunnelView {
    shown_within(PATIENCE, supervisor, what, is_so).await
}

async fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, look).await
}

/// A tunnel, the markets and the outside.
struct World {
    /// What the next tries come to; the last one repeats.
    tries: Mutex<VecDeque<Result<&'static str, TunnelError>>>,
    tried_at: Mutex<Vec<Instant>>,
    /// What the open tunnel does next.
    orders: Mutex<Vec<Order>>,
    ordered: Semaphore,
    /// What the markets were told, and what was open when they were.
    told: Mutex<Vec<Option<String>>>,
    /// How often they fail before they take it; a market that hangs never answers.
    failing: Mutex<u32>,
    hangs: Mutex<bool>,
    /// Whether the outside reaches us, and when it was asked.
    reachable: Mutex<bool>,
    asked_at: Mutex<Vec<Instant>>,
    is_open: Mutex<bool>,
    clock: ManualClock,
}

enum Order {
    Move(&'static str),
    End(TunnelError),
}

impl World {
    fn new(tries: impl IntoIterator<Item = Result<&'static str, TunnelError>>) -> Arc<Self> {
        Arc::new(Self {
            tries: Mutex::new(tries.into_iter().collect()),
            tried_at: Mutex::default(),
            orders: Mutex::default(),
            ordered: Semaphore::new(0),
            told: Mutex::default(),
            failing: Mutex::new(0),
            hangs: Mutex::new(false),
            reachable: Mutex::new(true),
            asked_at: Mutex::default(),
            is_open: Mutex::new(false),
            clock: ManualClock::at("2026-05-01T12:00:00Z".parse().unwrap()),
        })
    }

    fn supervise(self: &Arc<Self>) -> Supervisor {
        self.start(Some(Arc::new(Fake(Arc::clone(self)))))
    }

    fn start(self: &Arc<Self>, tunnel: Option<Arc<dyn Tunnel>>) -> Supervisor {
        let fake = || Arc::new(Fake(Arc::clone(self)));
        Supervisor::start(SupervisorParts {
            tunnel,
            to: SocketAddr::from(([127, 0, 0, 1], 1)),
            probe: fake(),
            registrar: fake(),
            clock: Arc::new(self.clock.clone()),
            ids: Arc::new(CountingIds::default()),
        })
    }

    fn order(&self, order: Order) {
        self.orders.lock().unwrap().push(order);
        self.ordered.add_permits(1);
    }

    fn told(&self) -> Vec<Option<String>> {
        self.told.lock().unwrap().clone()
    }

    async fn until_told(&self, expected: &[Option<&str>]) {
        let expected: Vec<_> = expected.iter().map(|told| told.map(str::to_owned)).collect();
        until(&format!("{expected:?}"), || (self.told() == expected).then_some(())).await;
    }

    /// The pauses between the tries, in whole seconds.
    fn pauses(&self) -> Vec<u64> {
        pauses(&self.tried_at.lock().unwrap())
    }
}

fn pauses(at: &[Instant]) -> Vec<u64> {
    at.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect()
}

struct Fake(Arc<World>);

#[async_trait]
impl Tunnel for Fake {
    fn kind(&self) -> TunnelKind {
        TunnelKind::Ngrok
    }

    async fn open(&self, _to: SocketAddr) -> Result<OpenTunnel, TunnelError> {
        let world = Arc::clone(&self.0);
        world.tried_at.lock().unwrap().push(Instant::now());
        let address = {
            let mut tries = world.tries.lock().unwrap();
            let next = tries.front().cloned().unwrap();
            if tries.len() > 1 {
                tries.pop_front();
            }
            next?
        };
        *world.is_open.lock().unwrap() = true;
        Ok(OpenTunnel::kept(url(address), move |side| keep(world, side)))
    }
}

async fn keep(world: Arc<World>, side: Keeping) -> TunnelError {
    let reason = loop {
        tokio::select! {
            () = side.stop.cancelled() => break TunnelError::Ended,
            permit = world.ordered.acquire() => permit.unwrap().forget(),
        }
        let order = world.orders.lock().unwrap().remove(0);
        match order {
            Order::Move(address) => side.moved(url(address)),
            Order::End(reason) => break reason,
        }
    };
    *world.is_open.lock().unwrap() = false;
    reason
}

#[async_trait]
impl Registrar for Fake {
    async fn register(&self, address: Option<&Url>) -> Result<(), NotRegistered> {
        if *self.0.hangs.lock().unwrap() {
            std::future::pending::<()>().await;
        }
        let mut failing = self.0.failing.lock().unwrap();
        if *failing > 0 {
            *failing -= 1;
            return Err(NotRegistered { code: "market_server" });
        }
        if address.is_none() && !self.0.tried_at.lock().unwrap().is_empty() {
            assert!(*self.0.is_open.lock().unwrap(), "the tunnel stands until the markets know");
        }
        self.0.told.lock().unwrap().push(address.map(Url::to_string));
        Ok(())
    }
}

#[async_trait]
impl Probe for Fake {
    async fn probe(&self, _address: &Url) -> Result<(), ProbeProblem> {
        self.0.asked_at.lock().unwrap().push(Instant::now());
        if *self.0.reachable.lock().unwrap() { Ok(()) } else { Err(ProbeProblem::NotUs(530)) }
    }
}

#[tokio::test(start_paused = true)]
async fn failures_are_spaced_out_and_the_next_try_is_told() {
    let world = World::new([Err(TunnelError::NetworkDown)]);
    let supervisor = world.supervise();
    let view = shown(&supervisor, "trouble", |view| matches!(view.state, TunnelState::Trouble { .. })).await;
    let TunnelState::Trouble { reason, since, next_try } = view.state else { unreachable!() };
    let now: Timestamp = world.clock.now();
    assert_eq!((reason, since), (TunnelError::NetworkDown, now));
    let wait = next_try.duration_since(now);
    assert!((SignedDuration::from_secs(1)..SignedDuration::from_millis(1101)).contains(&wait), "{wait:?}");
    until("ten tries", || (world.tried_at.lock().unwrap().len() >= 10).then_some(())).await;
    let pauses = world.pauses();
    for (pause, least) in pauses.iter().zip([1, 2, 4, 8, 16, 32, 60, 60, 60]) {
        assert!((least..=least + least / 10 + 1).contains(pause), "{pauses:?}");
    }
    assert_eq!(world.told(), [], "the markets are told nothing they need not know");
    supervisor.close().await;
    assert_eq!(world.told(), []);
}

#[tokio::test(start_paused = true)]
async fn what_only_the_seller_can_mend_is_tried_rarely_or_when_asked() {
    let world = World::new([Err(TunnelError::BadToken), Err(TunnelError::BadToken), Ok(A)]);
    let supervisor = world.supervise();
    until("two tries", || (world.tried_at.lock().unwrap().len() == 2).then_some(())).await;
    assert_eq!(world.pauses(), [300]);
    let asked = Instant::now();
    supervisor.try_now();
    shown(&supervisor, "open", |view| view.address() == Some(&url(A))).await;
    assert!(asked.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_tunnel_that_proved_itself_begins_anew_and_one_that_flaps_does_not() {
    let world = World::new([Ok(A)]);
    let supervisor = world.supervise();
    for _ in 0..3 {
        shown(&supervisor, "open", |view| view.address().is_some()).await;
        world.order(Order::End(TunnelError::Ended));
        shown(&supervisor, "trouble", |view| view.address().is_none()).await;
    }
    shown(&supervisor, "open", |view| view.address().is_some()).await;
    assert_eq!(world.pauses(), [1, 2, 4]);
    tokio::time::sleep(Duration::from_secs(90)).await;
    world.order(Order::End(TunnelError::NetworkDown));
    until("it is opened again", || (world.tried_at.lock().unwrap().len() == 5).then_some(())).await;
    assert_eq!(world.pauses()[3], 91);
    world.until_told(&[Some(A)]).await;
}

#[tokio::test(start_paused = true)]
async fn every_other_address_is_told_at_once_and_none_at_the_end() {
    let world = World::new([Ok(A), Err(TunnelError::NetworkDown), Ok(A), Ok(B)]);
    let supervisor = world.supervise();
    world.until_told(&[Some(A)]).await;
    world.order(Order::Move(B));
    world.until_told(&[Some(A), Some(B)]).await;
    let view = shown(&supervisor, "it is right", |view| view.carries_news()).await;
    assert_eq!(view.address(), Some(&url(B)));
    world.order(Order::End(TunnelError::Ended));
    world.until_told(&[Some(A), Some(B), Some(A)]).await;
    world.order(Order::End(TunnelError::Ended));
    world.until_told(&[Some(A), Some(B), Some(A), Some(B)]).await;
    supervisor.register_again();
    world.until_told(&[Some(A), Some(B), Some(A), Some(B), Some(B)]).await;
    let view = supervisor.view();
    supervisor.close().await;
    world.until_told(&[Some(A), Some(B), Some(A), Some(B), Some(B), None]).await;
    assert_eq!(view.borrow().state, TunnelState::Off);
    assert!(!*world.is_open.lock().unwrap());
}

#[tokio::test(start_paused = true)]
async fn the_markets_are_told_until_they_know_and_a_change_does_not_wait() {
    let world = World::new([Ok(A)]);
    *world.failing.lock().unwrap() = 4;
    let supervisor = world.supervise();
    let begun = Instant::now();
    let failed = |view: &TunnelView| view.registration == Registration::Failed { code: "market_server" };
    let view = shown(&supervisor, "it failed", failed).await;
    assert!(!view.carries_news());
    world.until_told(&[Some(A)]).await;
    let waited = begun.elapsed().as_secs();
    assert!((15..=17).contains(&waited), "1, 2, 4 and 8 seconds, not {waited}");

    *world.failing.lock().unwrap() = 8;
    world.order(Order::Move(B));
    until("they fail often", || (*world.failing.lock().unwrap() == 1).then_some(())).await;
    *world.failing.lock().unwrap() = 0;
    let moved = Instant::now();
    world.order(Order::Move("https://c.example/"));
    world.until_told(&[Some(A), Some("https://c.example/")]).await;
    assert!(moved.elapsed() < Duration::from_secs(1), "{:?}", moved.elapsed());
}

#[tokio::test(start_paused = true)]
async fn closing_waits_for_the_markets_but_not_long() {
    let world = World::new([Ok(A)]);
    let supervisor = world.supervise();
    world.until_told(&[Some(A)]).await;
    *world.hangs.lock().unwrap() = true;
    let begun = Instant::now();
    supervisor.close().await;
    assert!((3..=8).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    assert!(!*world.is_open.lock().unwrap(), "the tunnel is closed all the same");
}

#[tokio::test(start_paused = true)]
async fn an_address_that_does_not_lead_here_is_trouble_until_it_does() {
    let world = World::new([Ok(A)]);
    let supervisor = world.supervise();
    let begun = world.clock.now();
    let view = shown(&supervisor, "news is carried", |view| view.carries_news()).await;
    assert_eq!(view.last_probe, Some(LastProbe { at: begun, right: true }));
    until("it is asked four times", || (world.asked_at.lock().unwrap().len() == 4).then_some(())).await;
    assert_eq!(pauses(&world.asked_at.lock().unwrap()), [60, 60, 60]);

    world.clock.advance(SignedDuration::from_mins(3));
    *world.reachable.lock().unwrap() = false;
    world.asked_at.lock().unwrap().clear();
    let view = shown(&supervisor, "trouble", |view| view.address().is_none()).await;
    let now = world.clock.now();
    let next_try = now + SignedDuration::from_secs(5);
    assert_eq!(view.state, TunnelState::Trouble { reason: TunnelError::NotReachable, since: now, next_try });
    assert!(!view.carries_news());
    until("it is asked often", || (world.asked_at.lock().unwrap().len() == 7).then_some(())).await;
    assert_eq!(pauses(&world.asked_at.lock().unwrap()), [5, 10, 20, 40, 60, 60]);

    *world.reachable.lock().unwrap() = true;
    let view = shown(&supervisor, "it returned", |view| view.carries_news()).await;
    assert_eq!(view.state, TunnelState::Open { address: url(A), since: begun });
    assert!(world.pauses().is_empty(), "the tunnel itself stood all the time");
    assert_eq!(world.told(), [Some(A.to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_tunnel_that_ends_while_it_is_unreachable_is_opened_again() {
    let world = World::new([Ok(A), Ok(B)]);
    *world.reachable.lock().unwrap() = false;
    let supervisor = world.supervise();
    shown(&supervisor, "trouble", |view| matches!(view.state, TunnelState::Trouble { .. })).await;
    world.order(Order::End(TunnelError::NetworkDown));
    until("it is opened again", || (world.tried_at.lock().unwrap().len() == 2).then_some(())).await;
    *world.reachable.lock().unwrap() = true;
    supervisor.try_now();
    let view = shown(&supervisor, "news is carried", |view| view.carries_news()).await;
    assert_eq!(view.address(), Some(&url(B)));
}

#[tokio::test(start_paused = true)]
async fn without_a_tunnel_the_markets_are_told_that_there_is_no_address() {
    let world = World::new([Ok(A)]);
    *world.failing.lock().unwrap() = 2;
    let supervisor = world.start(None);
    world.until_told(&[None]).await;
    let view =
        shown(&supervisor, "told", |view| matches!(view.registration, Registration::Told { .. })).await;
    assert_eq!((view.kind, view.state.clone()), (TunnelKind::Off, TunnelState::Off));
    assert!(!view.carries_news());
    supervisor.close().await;
    assert_eq!(world.told(), [None]);
}
