//! The far side of one simulated stall: a marketplace, a model provider and buyers that are nothing but data, a clock that
//! is moved by hand, and a list of the promises that were broken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::json;
use stallkeeper::clock::{Clock, ManualClock};
use stallkeeper::marketplaces::{MarketEvent, MarketFile, MarketMessage, MarketOrder, MarketStatus};
use tokio::sync::Notify;

use super::chance::Chance;
use super::jobs::{FarJob, JobNight};

pub const SELLER: &str = "seller-1";
pub const BUYER: &str = "buyer-1";
/// What the provider charges.
pub const PICTURE_USD: Decimal = Decimal::from_parts(4, 0, 0, false, 2);
pub const READING_USD: Decimal = Decimal::from_parts(1, 0, 0, false, 3);

/// How a buyer behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buyer {
    /// Says everything with the order.
    Clear,
    /// Answers when asked.
    Answers,
    /// Needs asking twice.
    Vague,
    /// Says something else while it is being drawn.
    ChangesMind,
    /// Wants changes after the delivery.
    Revises,
    Cancels,
    Disputes,
    /// Never confirms: the market does, at the deadline.
    Silent,
    /// Wants what is not drawn.
    Forbidden,
    /// Only says thanks after the delivery.
    Thanks,
    /// Wants what the provider cannot draw: every picture is broken.
    Poison,
}

impl Buyer {
    pub const ALL: [Self; 11] = [
        Self::Clear,
        Self::Answers,
        Self::Vague,
        Self::ChangesMind,
        Self::Revises,
        Self::Cancels,
        Self::Disputes,
        Self::Silent,
        Self::Forbidden,
        Self::Thanks,
        Self::Poison,
    ];
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    Say(String),
    Confirm,
    Cancel,
    Dispute,
    Settle,
}

/// What hits a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    Clear,
    /// Refused with 429 and a wait in seconds.
    Limited(u64),
    /// 5xx, nothing done.
    FailBefore,
    /// 5xx, done.
    FailAfter,
    /// Never reached the far side.
    NotSent,
    /// Sent, not done, no answer.
    LostBefore,
    /// Sent, done, no answer.
    LostAfter,
    /// Done, half an answer.
    HalfAnswer,
    /// The stall dies before the call is made.
    DieBefore,
    /// The stall dies with the call done and unanswered.
    DieAfter,
}

impl Strike {
    pub const BAD: [Self; 9] = [
        Self::Limited(20),
        Self::FailBefore,
        Self::FailAfter,
        Self::NotSent,
        Self::LostBefore,
        Self::LostAfter,
        Self::HalfAnswer,
        Self::DieBefore,
        Self::DieAfter,
    ];

    /// Whether the far side does what is asked.
    pub fn takes_effect(self) -> bool {
        matches!(self, Self::Clear | Self::FailAfter | Self::LostAfter | Self::HalfAnswer | Self::DieAfter)
    }
}

/// An order on the far side.
#[derive(Debug, Clone)]
pub struct FarOrder {
    pub id: String,
    pub buyer: Buyer,
    pub status: MarketStatus,
    pub requirement: Option<String>,
    pub created_at: Timestamp,
    pub accept_deadline: Timestamp,
    pub confirm_deadline: Option<Timestamp>,
    pub messages: Vec<MarketMessage>,
    pub files: Vec<(MarketFile, String)>,
    pub moves: Vec<(Timestamp, Move)>,
    /// Turns the buyer has taken.
    pub turns: u32,
    /// Drafts the buyer was shown.
    pub drafts: u32,
    pub accepts: u32,
    pub completes: u32,
    /// Effectful calls that reached the far side, by step.
    pub received: BTreeMap<&'static str, u32>,
    pub paid_pictures: u32,
    /// Paid pictures whose answer never reached the stall.
    pub lost_pictures: u32,
    pub charged: Decimal,
    /// Charged in answers that reached the stall.
    pub charged_known: Decimal,
    /// Paused or taken over: nothing may be done to it by the robot.
    pub frozen: bool,
    /// The seller is doing something with their own hands now.
    pub by_hand: bool,
    /// It is a given job: nobody accepts it, and only its poster ends it.
    pub job: Option<FarJob>,
}

impl FarOrder {
    /// Nothing has happened to it yet.
    pub fn new(id: String, buyer: Buyer, now: Timestamp) -> Self {
        Self {
            id,
            buyer,
            status: MarketStatus::PendingAccept,
            requirement: None,
            created_at: now,
            accept_deadline: now,
            confirm_deadline: None,
            messages: Vec::new(),
            files: Vec::new(),
            moves: Vec::new(),
            turns: 0,
            drafts: 0,
            accepts: 0,
            completes: 0,
            received: BTreeMap::new(),
            paid_pictures: 0,
            lost_pictures: 0,
            charged: Decimal::ZERO,
            charged_known: Decimal::ZERO,
            frozen: false,
            by_hand: false,
            job: None,
        }
    }
}

#[derive(Debug)]
pub struct FarEvent {
    pub event: MarketEvent,
    pub acknowledged: bool,
}

#[derive(Debug, Default)]
pub struct State {
    pub orders: BTreeMap<String, FarOrder>,
    pub events: Vec<FarEvent>,
    /// Pushes under way: when, which event.
    pub pushes: Vec<(Timestamp, i64)>,
    /// Events answered with 200.
    pub pushed: BTreeSet<i64>,
    calls: BTreeMap<String, u64>,
    /// Prompts whose good picture reached the stall.
    pub drawn: BTreeSet<String>,
    pub wrong: Vec<String>,
    pub trace: Vec<String>,
    /// Exact strikes asked for by a test: operation, how many calls to let pass, what.
    pub planned: Vec<(String, u64, Strike)>,
    /// Words with which the buyer ends a delivered order as soon as the stall has read half of it.
    pub ends_with: Option<String>,
    counter: u64,
}

pub struct World {
    pub chance: Chance,
    pub clock: ManualClock,
    /// Bad weather ends then.
    pub storm_until: Timestamp,
    /// Share of calls that are struck.
    pub strikes: f64,
    /// Whether the listing sends a draft first tonight.
    pub drafts: bool,
    pub died: Notify,
    /// Set when one of the orders is a given job.
    pub job_night: OnceLock<JobNight>,
    /// Told of every look at the clock.
    pub on_look: OnceLock<Box<dyn Fn() + Send + Sync>>,
    state: Mutex<State>,
}

/// The world's clock as the stall reads it.
pub struct WatchedClock(pub Arc<World>);

impl Clock for WatchedClock {
    fn now(&self) -> Timestamp {
        if let Some(on_look) = self.0.on_look.get() {
            on_look();
        }
        self.0.clock.now()
    }
}

impl World {
    pub fn new(seed: u64, strikes: f64) -> Self {
        let start: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let chance = Chance(seed);
        let storm = SignedDuration::from_mins(5 + chance.below("storm", 0, 180) as i64);
        Self {
            chance,
            clock: ManualClock::at(start),
            storm_until: start.saturating_add(storm).unwrap(),
            strikes,
            drafts: false,
            died: Notify::new(),
            job_night: OnceLock::new(),
            on_look: OnceLock::new(),
            state: Mutex::default(),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn stormy(&self) -> bool {
        self.now() < self.storm_until || self.squall()
    }

    pub fn after(&self, seconds: i64) -> Timestamp {
        self.now().saturating_add(SignedDuration::from_secs(seconds)).unwrap()
    }

    pub fn wrong(&self, what: String) {
        let mut state = self.state();
        state.trace.push(format!("WRONG {what}"));
        state.wrong.push(what);
    }

    pub fn trace(&self, what: impl Into<String>) {
        let line = format!("{} {}", self.now(), what.into());
        self.state().trace.push(line);
    }

    /// What hits this call; counted per operation and order, so that the order of calls between orders does not matter.
    pub fn strike(&self, operation: &str, order: &str) -> Strike {
        let name = format!("{operation} {order}");
        let stormy = self.stormy();
        let mut state = self.state();
        if let Some(at) = state.planned.iter().position(|(planned, ..)| planned == operation) {
            if state.planned[at].1 > 0 {
                state.planned[at].1 -= 1;
            } else {
                let (_, _, strike) = state.planned.remove(at);
                state.trace.push(format!("    {name}: {strike:?} (planned)"));
                return strike;
            }
        }
        let count = state.calls.entry(name.clone()).or_default();
        let this = *count;
        *count += 1;
        let strike = if stormy && self.chance.happens(&name, this, self.strikes) {
            Strike::BAD[self.chance.below(&format!("{name} kind"), this, Strike::BAD.len() as u64) as usize]
        } else {
            Strike::Clear
        };
        state.trace.push(format!("    {name}: {strike:?}"));
        strike
    }

    /// The stall's process ends here: whoever drives it lets everything go.
    pub async fn die<T>(&self) -> T {
        self.died.notify_one();
        std::future::pending().await
    }

    /// A new order at the market.
    pub fn place(&self, number: u64, buyer: Buyer) -> String {
        let id = format!("o{number}");
        let first = match buyer {
            Buyer::Answers | Buyer::Vague => None,
            Buyer::Forbidden => Some(format!("forbidden: {id}")),
            Buyer::Poison => Some(format!("picture: {id} t0 poison")),
            _ => Some(format!("picture: {id} t0")),
        };
        let window = if self.chance.happens("short window", number, 0.2) { 90 } else { 1_800 };
        let mut order = FarOrder {
            requirement: first,
            accept_deadline: self.after(window),
            ..FarOrder::new(id.clone(), buyer, self.now())
        };
        if buyer == Buyer::Cancels {
            let when = self.chance.below("cancel", number, 900) as i64;
            order.moves.push((self.after(when), Move::Cancel));
        }
        self.trace(format!("{id} placed by {buyer:?}"));
        self.state().orders.insert(id.clone(), order);
        self.tell("order.received", &id);
        id
    }

    /// News from the market: in the feed at once, pushed never, once or many times, sooner or later.
    pub fn tell(&self, kind: &str, order: &str) {
        let (now, stormy) = (self.now(), self.stormy());
        let mut state = self.state();
        state.counter += 1;
        let id = i64::try_from(state.counter).unwrap();
        let event = MarketEvent {
            id,
            kind: kind.to_owned(),
            payload: json!({ "order_id": order }),
            created_at: Some(now),
        };
        state.events.push(FarEvent { event, acknowledged: false });
        let pushes = match self.chance.below("pushes", id as u64, 10) {
            0 | 1 if stormy => 0,
            2 if stormy => 2 + self.chance.below("many", id as u64, 19),
            3 if stormy => 2,
            _ => 1,
        };
        for copy in 0..pushes {
            let longest = if stormy { 600 } else { 2 };
            let delay = self.chance.below("delay", (id as u64) << 8 | copy, longest);
            let at = now.saturating_add(SignedDuration::from_secs(delay as i64)).unwrap();
            state.pushes.push((at, id));
        }
        state.trace.push(format!("{now} news {id} {kind} {order}, pushed {pushes} times"));
    }

    /// What the robot did to an order, checked the moment it arrives.
    pub fn received(&self, order: &mut FarOrder, step: &'static str, wrong: &mut Vec<String>) {
        *order.received.entry(step).or_default() += 1;
        if order.frozen && !order.by_hand {
            wrong.push(format!("{step} on {} while the seller had it", order.id));
        }
    }

    /// Works on one order of the far side; broken promises are noted.
    pub fn with<T>(&self, id: &str, work: impl FnOnce(&mut FarOrder, &mut Vec<String>) -> T) -> Option<T> {
        let mut wrong = Vec::new();
        let mut state = self.state();
        let done = state.orders.get_mut(id).map(|order| work(order, &mut wrong));
        drop(state);
        wrong.into_iter().for_each(|what| self.wrong(what));
        done
    }

    pub fn as_read(order: &FarOrder) -> MarketOrder {
        MarketOrder {
            id: order.id.clone(),
            status: order.status.clone(),
            listing_id: Some("listing-1".to_owned()),
            title: Some("Pictures".to_owned()),
            buyer_id: Some(BUYER.to_owned()),
            buyer_name: Some("Ada".to_owned()),
            seller_id: Some(SELLER.to_owned()),
            price: Some(Decimal::from(20)),
            platform_fee: Some(Decimal::ONE),
            payout: Some(Decimal::from(19)),
            requirement: order.requirement.as_ref().map(|text| json!(text)),
            cancel_reason: (order.status == MarketStatus::Cancelled).then(|| "changed plans".to_owned()),
            accept_deadline: Some(order.accept_deadline),
            complete_deadline: None,
            confirm_deadline: order.confirm_deadline,
            created_at: Some(order.created_at),
            updated_at: Some(order.created_at),
        }
    }

    /// The buyers' and the market's own doings that are due now.
    pub fn turn(&self) -> bool {
        let now = self.now();
        let mut due: Vec<(String, Move)> = Vec::new();
        {
            let mut state = self.state();
            for order in state.orders.values_mut() {
                let (ready, later): (Vec<_>, Vec<_>) = order.moves.drain(..).partition(|(at, _)| *at <= now);
                order.moves = later;
                due.extend(ready.into_iter().map(|(_, what)| (order.id.clone(), what)));
                if order.status == MarketStatus::PendingAccept && order.accept_deadline <= now {
                    due.push((order.id.clone(), Move::Cancel));
                }
                if order.status == MarketStatus::PendingConfirmation
                    && order.confirm_deadline.is_some_and(|at| at <= now)
                {
                    due.push((order.id.clone(), Move::Confirm));
                }
            }
        }
        let any = !due.is_empty();
        for (id, what) in due {
            self.make(&id, what);
        }
        any
    }

    /// The stall has the order or its thread, and not yet the other one.
    pub fn half_read(&self, id: &str) {
        let is_delivered =
            self.with(id, |order, _| order.status == MarketStatus::PendingConfirmation) == Some(true);
        let words = if is_delivered { self.state().ends_with.take() } else { None };
        if let Some(words) = words {
            self.make(id, Move::Say(words));
            self.make(id, Move::Confirm);
        }
    }

    fn make(&self, id: &str, what: Move) {
        let now = self.now();
        let news = self.with(id, |order, _| {
            use MarketStatus::{
                Cancelled, Completed, InDispute, InProgress, PendingAccept, PendingConfirmation,
            };
            let is_job = order.job.is_some();
            let kind = match (&what, &order.status) {
                (Move::Say(text), status)
                    if matches!(status, InProgress | PendingConfirmation)
                        || is_job && *status == Completed =>
                {
                    let number = order.messages.len();
                    order.messages.push(MarketMessage {
                        id: format!("{}-m{number}", order.id),
                        sender_id: Some(BUYER.to_owned()),
                        sender_name: Some("Ada".to_owned()),
                        text: text.clone(),
                        at: Some(now),
                    });
                    Some("message.received")
                }
                (Move::Confirm, status)
                    if *status == PendingConfirmation || is_job && *status == InProgress =>
                {
                    order.status = Completed;
                    Some("order.completed")
                }
                (Move::Settle, InDispute) => {
                    order.status = Completed;
                    Some("order.completed")
                }
                (Move::Cancel, PendingAccept | InProgress) => {
                    order.status = Cancelled;
                    Some("order.cancelled")
                }
                (Move::Dispute, PendingConfirmation) => {
                    order.status = InDispute;
                    Some("order.disputed")
                }
                _ => None,
            }?;
            self.changed(order);
            Some((kind, is_job))
        });
        if let Some(Some((kind, is_job))) = news {
            self.trace(format!("{id}: the buyer: {what:?}"));
            if !is_job {
                self.tell(kind, id);
            }
        }
    }

    /// The next moment anything is due on the far side.
    pub fn next_at(&self) -> Option<Timestamp> {
        let state = self.state();
        let moves = state.orders.values().flat_map(|order| order.moves.iter().map(|(at, _)| *at));
        let deadlines = state.orders.values().filter_map(|order| match order.status {
            MarketStatus::PendingAccept => Some(order.accept_deadline),
            MarketStatus::PendingConfirmation => order.confirm_deadline,
            _ => None,
        });
        moves.chain(deadlines).chain(state.pushes.iter().map(|(at, _)| *at)).min()
    }

    pub fn has_unread_news(&self) -> bool {
        self.state().events.iter().any(|known| !known.acknowledged)
    }

    /// How the buyer answers the seller's words.
    pub fn hears(&self, order: &mut FarOrder) {
        let waits =
            5 + self.chance.below(&format!("answer {}", order.id), u64::from(order.turns), 900) as i64;
        let said = |text: String| (self.after(waits), Move::Say(text));
        let turn = order.turns;
        if order.messages.last().is_some_and(|message| message.text.starts_with("Here is a draft")) {
            order.drafts += 1;
            match order.buyer {
                // The seller ends the silence.
                Buyer::Silent => return,
                Buyer::Revises if order.drafts == 1 => {
                    order.moves.push(said(format!("change: {} d1", order.id)));
                }
                _ => order.moves.push(said(format!("yes {} d{}", order.id, order.drafts))),
            }
            order.turns += 1;
            return;
        }
        match (order.buyer, turn) {
            (Buyer::Answers, 0) | (Buyer::Vague, 1) => {
                order.moves.push(said(format!("picture: {} t{turn}", order.id)))
            }
            (Buyer::Vague, 0) => order.moves.push(said(format!("hm, {} t{turn}", order.id))),
            _ => return,
        }
        order.turns += 1;
    }

    /// What the buyer does once the order was accepted or delivered.
    pub fn follows(&self, order: &mut FarOrder) {
        let id = order.id.clone();
        let waits = |name: &str, longest: u64| {
            self.after(5 + self.chance.below(&format!("{name} {id}"), 0, longest) as i64)
        };
        match order.status {
            MarketStatus::InProgress if order.buyer == Buyer::ChangesMind => {
                order.moves.push((waits("mind", 90), Move::Say(format!("picture: {id} t9 instead"))));
            }
            MarketStatus::PendingConfirmation => match order.buyer {
                Buyer::Silent => {}
                Buyer::Disputes => {
                    order.moves.push((waits("dispute", 900), Move::Dispute));
                    order.moves.push((waits("settle", 7_200), Move::Settle));
                    order.moves.push((self.after(7_300), Move::Settle));
                }
                Buyer::Revises => {
                    order.moves.push((waits("revise", 300), Move::Say(format!("change: {id} t8"))));
                    order.moves.push((self.after(5_400), Move::Confirm));
                }
                Buyer::Thanks => {
                    order.moves.push((waits("thanks", 300), Move::Say(format!("thanks {id}"))));
                    order.moves.push((waits("confirm", 3_600), Move::Confirm));
                }
                _ => order.moves.push((waits("confirm", 3_600), Move::Confirm)),
            },
            _ => {}
        }
    }
}
