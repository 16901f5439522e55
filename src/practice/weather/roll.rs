//! Decides what strikes. The n-th call of one kind about the m-th order meets the same fate whenever the seed is the
//! same, in whatever order calls come in: nothing is drawn from a common sequence.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::dial::Dial;
use super::fault::{Fault, FaultKind};
use super::slider::Slider;
use crate::practice::artist::chance::{Chance, hash};

/// The seed of a dial nobody gave one.
const DEFAULT_SEED: u64 = 1;
/// Strikes remembered one by one; older ones only count.
const REMEMBERED: usize = 5_000;

/// A call the weather may strike.
pub(crate) struct Hit<'a> {
    pub(crate) operation: &'static str,
    pub(crate) order_id: Option<&'a str>,
    /// The how-manieth order of the market it is.
    pub(crate) order_number: Option<usize>,
    /// Whether a picture is asked for.
    pub(crate) draws: bool,
}

/// A push the weather may strike.
pub(crate) struct PushSeen<'a> {
    pub(crate) event_type: &'a str,
    pub(crate) order_id: Option<&'a str>,
    pub(crate) order_number: Option<usize>,
}

/// What strikes one call.
#[derive(Debug, Default)]
pub(crate) struct Struck {
    pub(crate) slow_ms: u64,
    pub(crate) fault: Option<Fault>,
}

/// What strikes the deliveries of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PushFate {
    pub(crate) is_lost: bool,
    /// How long each copy waits before it is sent, in milliseconds; one entry a copy.
    pub(crate) copies: Vec<u64>,
    /// Waits this long for another push to go first.
    pub(crate) overtaken_ms: Option<u64>,
}

/// Something that was struck.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Strike {
    pub(crate) at: Timestamp,
    /// The slider, or the kind of a fault asked for once.
    pub(crate) by: &'static str,
    /// The operation, or `push`.
    pub(crate) hit: String,
    pub(crate) order_id: Option<String>,
}

/// The weather: faults waiting to strike once, and the dial.
#[derive(Debug)]
pub(crate) struct Weather {
    waiting: Vec<Fault>,
    dial: Dial,
    seed: u64,
    seen: HashMap<String, u64>,
    latest: VecDeque<Strike>,
    counts: BTreeMap<&'static str, u64>,
}

impl Default for Weather {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            dial: Dial::default(),
            seed: DEFAULT_SEED,
            seen: HashMap::new(),
            latest: VecDeque::new(),
            counts: BTreeMap::new(),
        }
    }
}

impl Weather {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn dial(&self) -> &Dial {
        &self.dial
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Turns the dial. A seed begins the sequence anew.
    pub(crate) fn turn(&mut self, dial: Dial, seed: Option<u64>) {
        self.dial = dial;
        if let Some(seed) = seed {
            self.seed = seed;
            self.seen.clear();
        }
    }

    pub(crate) fn strikes(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The strikes as the control calls show them.
    pub(crate) fn view(&self, order_id: Option<&str>, limit: usize) -> Value {
        let fitting = self.latest.iter().rev();
        let mut latest: Vec<_> = fitting
            .filter(|strike| order_id.is_none() || strike.order_id.as_deref() == order_id)
            .take(limit)
            .collect();
        latest.reverse();
        json!({"latest": latest, "counts": self.counts})
    }

    /// What strikes this call: a fault asked for once, else what the dial says.
    pub(crate) fn strike(&mut self, hit: &Hit<'_>, now: Timestamp) -> Struck {
        if let Some(fault) = self.once(hit.operation, hit.order_id) {
            self.record(fault.kind.name(), hit.operation, hit.order_id, now);
            return Struck { slow_ms: fault.slow_ms, fault: Some(fault) };
        }
        if self.dial.is_calm() {
            return Struck::default();
        }
        let mut dice = self.dice(hit.operation, hit.order_number);
        let mut struck = Struck::default();
        let slow = if hit.draws { &[Slider::CallSlow, Slider::PictureSlow][..] } else { &[Slider::CallSlow] };
        for slider in slow {
            if dice.strikes(&self.dial, *slider) {
                self.record(slider.name(), hit.operation, hit.order_id, now);
                struck.slow_ms += dice.up_to(&self.dial, *slider);
            }
        }
        let paid = hit.operation == "chatCompletion" || hit.operation == "createImage";
        let fitting = Slider::ALL.into_iter().filter(|slider| match slider {
            Slider::PictureNoCredit => paid,
            Slider::PictureRefused | Slider::PictureMissing | Slider::PictureBroken => hit.draws,
            Slider::CallTooMany
            | Slider::CallFailedBefore
            | Slider::CallFailedAfter
            | Slider::CallCutBefore
            | Slider::CallCutAfter
            | Slider::CallHalfAnswer => true,
            _ => false,
        });
        for slider in fitting {
            if dice.strikes(&self.dial, slider) {
                self.record(slider.name(), hit.operation, hit.order_id, now);
                struck.fault = Some(self.fault(slider, hit, &mut dice));
                break;
            }
        }
        struck
    }

    /// What strikes the deliveries of an event.
    pub(crate) fn strike_event(&mut self, push: &PushSeen<'_>, now: Timestamp) -> PushFate {
        let mut fate = PushFate { is_lost: false, copies: vec![0], overtaken_ms: None };
        if self.dial.is_calm() {
            return fate;
        }
        let mut dice = self.dice(push.event_type, push.order_number);
        if dice.strikes(&self.dial, Slider::PushLost) {
            self.record(Slider::PushLost.name(), "push", push.order_id, now);
            fate.is_lost = true;
            return fate;
        }
        if dice.strikes(&self.dial, Slider::PushRepeated) {
            self.record(Slider::PushRepeated.name(), "push", push.order_id, now);
            let most = usize::try_from(self.dial.amount(Slider::PushRepeated)).unwrap_or(2).max(2);
            fate.copies = vec![0; 2 + dice.below(most - 1)];
        }
        if dice.strikes(&self.dial, Slider::PushLate) {
            self.record(Slider::PushLate.name(), "push", push.order_id, now);
            for copy in &mut fate.copies {
                *copy = dice.up_to(&self.dial, Slider::PushLate);
            }
        }
        if dice.strikes(&self.dial, Slider::PushOvertaken) {
            self.record(Slider::PushOvertaken.name(), "push", push.order_id, now);
            fate.overtaken_ms = u64::try_from(self.dial.amount(Slider::PushOvertaken)).ok();
        }
        fate
    }

    /// Whether this try to deliver an event is signed wrongly.
    pub(crate) fn strike_signature(&mut self, push: &PushSeen<'_>, now: Timestamp) -> bool {
        if self.dial.chance(Slider::PushBadlySigned) == 0.0 {
            return false;
        }
        let mut dice = self.dice(&format!("sign {}", push.event_type), push.order_number);
        let struck = dice.strikes(&self.dial, Slider::PushBadlySigned);
        if struck {
            self.record(Slider::PushBadlySigned.name(), "push", push.order_id, now);
        }
        struck
    }

    /// Uses up one strike of the first fault asked for that fits a push.
    pub(crate) fn strike_push_once(&mut self, push: &PushSeen<'_>, now: Timestamp) -> Option<Fault> {
        let fault = self.once("push", push.order_id)?;
        self.record(fault.kind.name(), "push", push.order_id, now);
        Some(fault)
    }

    /// Uses up one strike of the first fault that fits.
    fn once(&mut self, operation: &str, order_id: Option<&str>) -> Option<Fault> {
        let at = self.waiting.iter().position(|fault| {
            (fault.operation == operation || fault.operation == "*")
                && fault.order_id.as_deref().is_none_or(|wanted| Some(wanted) == order_id)
        })?;
        let fault = self.waiting.get_mut(at)?;
        fault.count = fault.count.saturating_sub(1);
        let struck = fault.clone();
        if struck.count == 0 {
            self.waiting.remove(at);
        }
        Some(struck)
    }

    fn record(&mut self, by: &'static str, hit: &str, order_id: Option<&str>, at: Timestamp) {
        *self.counts.entry(by).or_default() += 1;
        if self.latest.len() == REMEMBERED {
            self.latest.pop_front();
        }
        let order_id = order_id.map(str::to_owned);
        self.latest.push_back(Strike { at, by, hit: hit.to_owned(), order_id });
    }

    /// The dice for the next event of this kind about this order.
    fn dice(&mut self, what: &str, order_number: Option<usize>) -> Dice {
        let order = order_number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let kind = format!("{what} {order}");
        let nth = self.seen.entry(kind.clone()).or_default();
        *nth += 1;
        Dice { event: format!("{} {kind} {nth}", self.seed) }
    }

    fn fault(&self, slider: Slider, hit: &Hit<'_>, dice: &mut Dice) -> Fault {
        let failed = |kind, dice: &mut Dice| {
            let status = [500, 502, 503].get(dice.below(3)).copied();
            Fault { status, ..Fault::of(kind) }
        };
        match slider {
            Slider::CallTooMany => Fault {
                status: Some(429),
                retry_after: u64::try_from(self.dial.amount(slider)).ok(),
                ..Fault::of(FaultKind::FailBefore)
            },
            Slider::CallFailedAfter => failed(FaultKind::FailAfter, dice),
            Slider::CallCutBefore => Fault::of(FaultKind::DropBefore),
            Slider::CallCutAfter => Fault::of(FaultKind::DropAfter),
            Slider::CallHalfAnswer => Fault::of(FaultKind::HalfAnswer),
            Slider::PictureBroken => Fault::of(FaultKind::BrokenPicture),
            Slider::PictureNoCredit => Fault { status: Some(402), ..Fault::of(FaultKind::FailBefore) },
            Slider::PictureRefused => Fault {
                status: Some(403),
                body: Some(json!({"error": {"code": 403, "message": "Input was flagged by moderation.",
                    "metadata": {"error_type": "content_policy_violation", "reasons": ["weather"], "flagged_input": ""}}})),
                ..Fault::of(FaultKind::FailBefore)
            },
            Slider::PictureMissing => Fault {
                status: Some(200),
                body: Some(words_only(hit.operation)),
                ..Fault::of(FaultKind::FailBefore)
            },
            _ => failed(FaultKind::FailBefore, dice),
        }
    }
}

/// An answer without a picture, for which nothing is charged.
fn words_only(operation: &str) -> Value {
    if operation == "createImage" {
        return json!({"created": 0, "data": [], "usage": {"cost": 0}});
    }
    json!({"id": "gen-none", "object": "chat.completion", "created": 0, "provider": "Practice",
        "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "I would rather describe this than draw it."}}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cost": 0}})
}

/// The dice of one event: each slider has throws of its own.
struct Dice {
    event: String,
}

impl Dice {
    fn throw(&self, what: &str) -> Chance {
        Chance::new(hash(&format!("{} {what}", self.event)))
    }

    fn strikes(&mut self, dial: &Dial, slider: Slider) -> bool {
        f64::from(self.throw(slider.name()).unit()) < dial.chance(slider)
    }

    /// A number up to the slider's amount, another one at each call.
    fn up_to(&mut self, dial: &Dial, slider: Slider) -> u64 {
        self.event.push('+');
        let most = usize::try_from(dial.amount(slider)).unwrap_or_default();
        self.throw("amount").below(most + 1) as u64
    }

    fn below(&mut self, count: usize) -> usize {
        self.throw("which").below(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::dial::{DialChange, Preset};
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn hit(operation: &'static str, order_id: Option<&'static str>, number: Option<usize>) -> Hit<'static> {
        Hit { operation, order_id, order_number: number, draws: operation == "createImage" }
    }

    fn stormy(seed: u64) -> Weather {
        let mut weather = Weather::default();
        weather.turn(Dial::of(Preset::Storm), Some(seed));
        weather
    }

    fn fate(weather: &mut Weather, number: usize) -> String {
        let struck = weather.strike(&hit("createImage", None, Some(number)), now());
        format!("{} {:?}", struck.slow_ms, struck.fault)
    }

    #[test]
    fn a_fault_asked_for_strikes_as_often_as_asked_and_only_what_fits() {
        let mut weather = Weather::default();
        let fault = |operation: &str, count, order_id: Option<&str>| Fault {
            operation: operation.into(),
            count,
            order_id: order_id.map(str::to_owned),
            ..Fault::of(FaultKind::FailBefore)
        };
        weather.add(fault("getMe", 2, None));
        weather.add(fault("acceptOrder", 1, Some("a")));
        let mut struck =
            |operation, order_id| weather.strike(&hit(operation, order_id, None), now()).fault.is_some();
        assert!(!struck("getOrder", None));
        assert!(!struck("acceptOrder", Some("b")));
        assert!(struck("acceptOrder", Some("a")));
        assert!(struck("getMe", None));
        assert!(struck("getMe", None));
        assert!(!struck("getMe", None));
        assert_eq!(weather.waiting(), 0);
        assert_eq!(weather.strikes(), 3, "each strike is on record");
    }

    #[test]
    fn the_same_seed_strikes_the_same_whatever_comes_first() {
        let (mut one, mut other) = (stormy(7), stormy(7));
        let forward: Vec<String> = (0..50).map(|number| fate(&mut one, number)).collect();
        let mut backward: Vec<String> = (0..50).rev().map(|number| fate(&mut other, number)).collect();
        backward.reverse();
        assert_eq!(forward, backward);
        let another: Vec<String> = (0..50).map(|number| fate(&mut stormy(8), number)).collect();
        assert_ne!(forward, another);
    }

    #[test]
    fn a_seed_begins_the_sequence_anew() {
        let mut weather = stormy(7);
        let first: Vec<String> = (0..20).map(|_| fate(&mut weather, 1)).collect();
        weather.turn(Dial::of(Preset::Storm), Some(7));
        let again: Vec<String> = (0..20).map(|_| fate(&mut weather, 1)).collect();
        assert_eq!(first, again);
        assert!(first.iter().any(|fate| *fate != first[0]), "one call is not like the next");
    }

    #[test]
    fn a_slider_strikes_as_often_as_it_says() {
        let change = DialChange { chances: [(Slider::CallCutAfter, 0.25)].into(), ..DialChange::default() };
        let mut weather = Weather::default();
        weather.turn(Dial::default().changed(&change).unwrap(), Some(3));
        let struck = (0..4_000)
            .filter(|_| weather.strike(&hit("getOrder", None, None), now()).fault.is_some())
            .count();
        assert!((900..1_100).contains(&struck), "{struck} of 4000 at a quarter");
    }

    #[test]
    fn sliders_at_one_always_strike_and_at_zero_never() {
        let change = |text: &str| serde_json::from_str::<DialChange>(text).unwrap();
        let mut weather = Weather::default();
        let wish = change(
            r#"{"chances":{"push_repeated":1,"push_late":1},"amounts":{"push_repeated":20,"push_late":100}}"#,
        );
        weather.turn(Dial::default().changed(&wish).unwrap(), None);
        let push = PushSeen { event_type: "order.received", order_id: None, order_number: Some(0) };
        let fates: Vec<PushFate> = (0..200).map(|_| weather.strike_event(&push, now())).collect();
        assert!(fates.iter().all(|fate| (2..=20).contains(&fate.copies.len()) && !fate.is_lost));
        assert!(
            fates.iter().any(|fate| fate.copies.len() == 20)
                && fates.iter().any(|fate| fate.copies.len() == 2)
        );
        assert!(fates.iter().flat_map(|fate| &fate.copies).all(|late| *late <= 100));
        assert!(weather.strike(&hit("getOrder", None, None), now()).fault.is_none());
    }
}
