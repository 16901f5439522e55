//! Each step of the walk, run again after it was done, failed once in every way, and killed on both sides: the far side sees
//! its effect once, and the order is delivered all the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use stallkeeper::marketplaces::MarketStatus;

use super::stall::{self, Night};
use super::world::{Buyer, Strike, World};
use super::{checks, ready, runtime, scratch};

/// Plays one order in clear weather but for what is planned, and looks whether everything happened once.
fn order_with(operation: &str, buyer: Buyer, drafts: bool, strikes: &[Strike]) {
    let scratch = scratch();
    let ready = ready(scratch.path());
    runtime().block_on(async {
        let mut world = World::new(1, 0.0);
        world.drafts = drafts;
        let world = Arc::new(world);
        let mut rules = stall::rules(&world);
        rules.automation = stallkeeper::settings::AutomationMode::Automatic;
        rules.caps = stallkeeper::fulfilment::Caps::default();
        rules.revisions = 1;
        let mut night = Night::open(Arc::clone(&world), scratch.path(), &ready, rules).await;
        let order = world.place(1, buyer);
        for strike in strikes {
            world.state().planned.push((operation.to_owned(), 0, *strike));
        }
        night.run().await;
        let tried = strikes.len() - world.state().planned.len();
        assert!(tried > 0, "{operation} was never called: nothing was tried");
        world.state().planned.clear();
        checks::check(&night).await;
        // Everything is done; to walk again does nothing.
        let received = world.state().orders[&order].received.clone();
        night.start_again().await;
        night.run().await;
        checks::check(&night).await;
        assert_once(&world, &order, &received, &format!("{operation} {strikes:?}"));
        night.store.close().await;
    });
}

/// The order was made once, and walking it again called nobody.
fn assert_once(world: &World, order: &str, received: &BTreeMap<&'static str, u32>, tried: &str) {
    let state = world.state();
    let far = &state.orders[order];
    assert!(state.wrong.is_empty(), "{tried}: {:#?}\n{}", state.wrong, state.trace.join("\n"));
    assert_eq!(&far.received, received, "{tried}: walking again called again");
    assert_eq!(far.status, MarketStatus::Completed, "{tried}");
    assert_eq!((far.accepts, far.completes), (1, 1), "{tried}");
}

/// Once each way, and every two ways one after the other where the call has an effect.
fn every_way(operation: &str, buyer: Buyer) {
    for strike in Strike::BAD {
        order_with(operation, buyer, false, &[strike]);
    }
}

fn every_two_ways(operation: &str, buyer: Buyer) {
    every_way(operation, buyer);
    for first in Strike::BAD {
        for second in Strike::BAD {
            order_with(operation, buyer, false, &[first, second]);
        }
    }
}

/// The same with a draft first, which the buyer changes once and then agrees to.
#[test]
fn every_step_of_a_draft_happens_once_however_it_fails() {
    for operation in ["analyse", "draw", "upload", "say", "complete"] {
        for strike in Strike::BAD {
            order_with(operation, Buyer::Revises, true, &[strike]);
        }
    }
}

#[test]
fn checking_the_buyers_files_may_fail_and_be_repeated() {
    every_way("list_files", Buyer::Clear);
}

#[test]
fn accepting_happens_once_however_it_fails() {
    every_two_ways("accept", Buyer::Clear);
}

#[test]
fn asking_for_the_brief_happens_once_however_it_fails() {
    every_two_ways("say", Buyer::Answers);
}

#[test]
fn reading_the_brief_may_fail_and_be_repeated() {
    every_way("analyse", Buyer::Clear);
}

#[test]
fn a_picture_is_paid_for_again_only_when_its_answer_was_lost() {
    every_way("draw", Buyer::Clear);
}

#[test]
fn uploading_happens_once_however_it_fails() {
    every_two_ways("upload", Buyer::Clear);
}

#[test]
fn telling_the_buyer_happens_once_however_it_fails() {
    every_two_ways("say", Buyer::Clear);
}

#[test]
fn completing_happens_once_however_it_fails() {
    every_two_ways("complete", Buyer::Clear);
}

#[test]
fn reading_the_order_and_its_thread_may_fail_and_be_repeated() {
    every_way("read_order", Buyer::Answers);
    every_way("read_thread", Buyer::Answers);
}

#[test]
fn reading_and_acknowledging_the_feed_may_fail_and_be_repeated() {
    every_way("events_after", Buyer::Clear);
    every_way("acknowledge", Buyer::Clear);
    every_way("list_orders", Buyer::Clear);
}

/// A buyer who ends the order with words that alone would be a wish, between the two reads of one look at it.
#[test]
fn words_that_come_with_the_end_of_an_order_are_never_read_without_it() {
    let scratch = scratch();
    let ready = ready(scratch.path());
    runtime().block_on(async {
        let world = Arc::new(World::new(1, 0.0));
        let mut rules = stall::rules(&world);
        rules.automation = stallkeeper::settings::AutomationMode::Automatic;
        rules.caps = stallkeeper::fulfilment::Caps::default();
        rules.revisions = 1;
        let mut night = Night::open(Arc::clone(&world), scratch.path(), &ready, rules).await;
        let order = world.place(1, Buyer::Thanks);
        world.state().ends_with = Some(format!("change: {order} t8"));
        night.run().await;
        checks::check(&night).await;
        {
            let state = world.state();
            let far = &state.orders[&order];
            assert_eq!(state.ends_with, None, "the buyer never got to say it");
            assert!(state.wrong.is_empty(), "{:#?}", state.wrong);
            assert_eq!(far.status, MarketStatus::Completed);
            assert_eq!(far.received.get("draw"), Some(&1), "drawn for a buyer who had ended the order");
        }
        night.store.close().await;
    });
}
