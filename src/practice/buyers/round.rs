//! Carries out what the buyers plan, each after a human delay, and what happens when time runs out.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::kinds::{BuyerKind, Script};
use super::plan::{Act, next_act};
use super::visits;
use super::{briefs, people};
use crate::practice::deadlines;
use crate::practice::market::{agents, disputes, messages, orders};
use crate::practice::molt::people::{self as people_of_molt, Plans};
use crate::practice::refusal::Refusal;
use crate::practice::shared::{Shared, Turn};
use crate::practice::speed::after;
use crate::practice::state::{Agent, Order};
use crate::practice::uat::Uat;

/// What a buyer comes with, and more if the listing is dearer.
const PURSE: Uat = Uat::whole(1_000);

/// An order made by a simulated buyer.
pub(in crate::practice) struct Placed {
    pub(in crate::practice) order_id: String,
    pub(in crate::practice) buyer_id: String,
    pub(in crate::practice) buyer_api_key: String,
}

/// A new buyer comes and buys.
pub(in crate::practice) fn order(
    shared: &Shared,
    listing_id: &str,
    kind: BuyerKind,
    own_words: Option<String>,
) -> Result<Placed, Refusal> {
    let mut turn = shared.turn();
    order_in(&mut turn, listing_id, kind, own_words)
}

fn order_in(
    turn: &mut Turn<'_>,
    listing_id: &str,
    kind: BuyerKind,
    own_words: Option<String>,
) -> Result<Placed, Refusal> {
    let (number, seed) = (turn.buyers_made, turn.shared.options.seed);
    turn.buyers_made += 1;
    // A stride that shares no factor with the number of briefs visits them all before any comes again.
    let brief = (seed as usize).wrapping_mul(5).wrapping_add(number as usize * 7) % briefs::count(kind);
    let name = people::name(kind == BuyerKind::Chinese, number, seed);
    let price = turn.lookup_listing(listing_id).ok_or(Refusal::NotFound("Listing"))?.price;
    let account = agents::open_account(turn.shared.ids.as_ref(), turn.now, &name, "buyer@practice.example");
    let buyer = Agent { balance: Uat(PURSE.0.max(price.0)), ..account };
    turn.insert_agent(buyer.clone());
    let script = Script::new(kind, brief, own_words);
    let requirement = match kind {
        BuyerKind::InRequirement => json!({"free_text": wish(&script)}),
        _ => Value::Null,
    };
    let order_id = orders::purchase(turn, &buyer.id, listing_id, requirement, Some(script))?;
    Ok(Placed { order_id, buyer_id: buyer.id, buyer_api_key: buyer.api_key })
}

fn wish(script: &Script) -> String {
    script.own_words.clone().unwrap_or_else(|| briefs::wish(script.kind, script.brief).to_owned())
}

/// What is planned for one order.
#[derive(Debug, Clone, Copy)]
struct Planned {
    act: Act,
    due: Timestamp,
}

/// Lets the buyers, and the people of the second market, live until the marketplace closes.
pub(in crate::practice) async fn run(shared: Arc<Shared>) {
    let mut plans = HashMap::new();
    let mut molt_plans = Plans::default();
    loop {
        deadlines::run(&shared);
        let next_visit = visit(&shared);
        let next_act = live(&shared, &mut plans);
        let next_on_molt = people_of_molt::live(&shared, &mut molt_plans);
        let next = [next_visit, next_act, next_on_molt, deadlines::next(&shared)].into_iter().flatten().min();
        let wait = next.map(|due| shared.clock.real_time_until(due));
        tokio::select! {
            () = shared.closing.cancelled() => return,
            () = shared.stirred.notified() => {}
            () = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            } => {}
        }
    }
}

/// Lets a visitor in if one is due; says when the next one is.
fn visit(shared: &Shared) -> Option<Timestamp> {
    let visit = visits::next(shared)?;
    if visit.due > shared.clock.now() {
        return Some(visit.due);
    }
    let mut turn = shared.turn();
    turn.visits.made += 1;
    turn.visits.last_at = Some(turn.now);
    if let Err(refusal) = order_in(&mut turn, &visit.listing_id, visit.kind, None) {
        tracing::debug!(refusal = refusal.message(), "a practice buyer left without buying");
    }
    None
}

/// Plans for every order that changed and does what is due; says when the next act is.
fn live(shared: &Shared, plans: &mut HashMap<usize, Planned>) -> Option<Timestamp> {
    let now = shared.clock.now();
    let is_instant = shared.clock.is_instant();
    {
        let mut world = shared.world();
        for at in std::mem::take(&mut world.touched) {
            match world.orders.get(at).and_then(|order| plan(shared, order, plans.get(&at), now)) {
                Some(planned) => plans.insert(at, planned),
                None => plans.remove(&at),
            };
        }
    }
    let mut due: Vec<(usize, Planned)> = plans
        .iter()
        .filter(|(_, planned)| is_instant || planned.due <= now)
        .map(|(at, planned)| (*at, *planned))
        .collect();
    due.sort_by_key(|(at, planned)| (planned.due, *at));
    for (at, planned) in due {
        plans.remove(&at);
        perform(shared, at, planned.act);
    }
    plans.values().map(|planned| planned.due).min()
}

/// The next act of an order's buyer; what is planned already keeps its time.
fn plan(shared: &Shared, order: &Order, before: Option<&Planned>, now: Timestamp) -> Option<Planned> {
    let act = order.script.as_ref().and_then(|script| next_act(order, script))?;
    // Without delays nobody would ever wait for a promised change, so nobody gives in.
    if act == Act::GiveIn && shared.clock.is_instant() {
        return None;
    }
    let due = || after(now, between(act.seconds(), shared.options.seed, order.ordinal, act as u64));
    Some(before.filter(|planned| planned.act == act).copied().unwrap_or_else(|| Planned { act, due: due() }))
}

/// Does it, if it still is what the buyer would do.
fn perform(shared: &Shared, at: usize, act: Act) {
    let mut turn = shared.turn();
    let Some(order) = turn.orders.get(at) else { return };
    let Some(mut script) = order.script.clone() else { return };
    if next_act(order, &script) != Some(act) {
        return;
    }
    let (order_id, buyer_id) = (order.id.clone(), order.buyer_id.clone());
    let seller_said = order.messages.iter().filter(|message| message.sender_id == order.seller_id).count();
    let proposal = order.dispute.as_ref().and_then(|dispute| dispute.seller_proposal).unwrap_or_default();
    let (kind, brief) = (script.kind, script.brief);
    let say = |turn: &mut Turn<'_>, text: &str| messages::say(turn, &buyer_id, &order_id, text).map(|_| ());
    let done = match act {
        Act::Greet => {
            script.has_greeted = true;
            script.answered = seller_said;
            say(&mut turn, briefs::greeting(brief))
        }
        Act::TellWish => {
            script.told += 1;
            script.answered = seller_said;
            say(&mut turn, &wish(&script))
        }
        Act::TellWishAgain => {
            script.told += 1;
            script.answered = seller_said;
            let text = script.own_words.clone().unwrap_or_else(|| briefs::wish_again(kind, brief));
            say(&mut turn, &text)
        }
        Act::AskChange => {
            script.change_asked_at = Some(turn.now);
            script.answered = seller_said;
            say(&mut turn, briefs::change(kind, brief))
        }
        Act::AgreeToDraft => {
            script.answered = seller_said;
            say(&mut turn, briefs::yes(kind, brief))
        }
        Act::Thank => {
            script.has_thanked = true;
            say(&mut turn, briefs::thanks(brief))
        }
        Act::Confirm | Act::GiveIn => orders::confirm(&mut turn, &buyer_id, &order_id),
        Act::Cancel => orders::cancel(&mut turn, &buyer_id, &order_id, "I do not need it any more, sorry."),
        Act::Dispute => {
            disputes::raise(&mut turn, &buyer_id, &order_id, "The picture does not show what I described.")
        }
        Act::AgreeToRefund => disputes::propose(&mut turn, &buyer_id, &order_id, proposal),
    };
    if let Err(refusal) = done {
        tracing::warn!(order_id, ?act, refusal = refusal.message(), "a practice buyer was refused");
    }
    if let Some(order) = turn.lookup_order_mut(&order_id) {
        order.script = Some(script);
    }
}

/// A number between the two, the same for the same seed and place.
pub(in crate::practice) fn between((least, most): (f64, f64), seed: u64, place: u64, salt: u64) -> f64 {
    let mut mixed = seed.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(salt << 17);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let fraction = (mixed >> 11) as f64 / (1u64 << 53) as f64;
    least + (most - least) * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_stay_between_and_differ_from_order_to_order() {
        let delays: Vec<f64> = (0..50).map(|place| between((4.0, 9.0), 1, place, 0)).collect();
        assert!(delays.iter().all(|delay| (4.0..9.0).contains(delay)));
        let first = delays[0];
        assert!(delays.iter().any(|delay| (delay - first).abs() > 1.0), "all delays alike: {delays:?}");
    }
}
