//! Each step of a given job's walk, failed in every way, in two ways one after the other, and killed on both sides: the poster
//! hears each word once, and gets the picture all the same.

use std::sync::Arc;

use stallkeeper::marketplaces::MarketStatus;

use super::jobs::Poster;
use super::stall::{self, Night};
use super::world::{Strike, World};
use super::{Ready, checks, ready, runtime, scratch};

/// Plays one job in clear weather but for what is planned, `later` calls after the first of its kind.
fn job_with(ready: &Ready, operation: &str, later: u64, poster: Poster, strikes: &[Strike]) {
    let scratch = scratch();
    runtime().block_on(async {
        let world = Arc::new(World::new(1, 0.0));
        let mut rules = stall::rules(&world);
        rules.automation = stallkeeper::settings::AutomationMode::Automatic;
        rules.caps = stallkeeper::fulfilment::Caps::default();
        rules.revisions = 1;
        let job = world.place_job(1, poster);
        let mut night = Night::open(Arc::clone(&world), scratch.path(), ready, rules).await;
        for (number, strike) in strikes.iter().enumerate() {
            let waits = if number == 0 { later } else { 0 };
            world.state().planned.push((operation.to_owned(), waits, *strike));
        }
        night.run().await;
        let tried = strikes.len() - world.state().planned.len();
        assert!(tried > 0, "{operation} was never called: nothing was tried");
        world.state().planned.clear();
        checks::check(&night).await;
        let received = world.state().orders[&job].received.clone();
        night.start_again().await;
        night.run().await;
        checks::check(&night).await;
        let tried = format!("{operation} {strikes:?}");
        {
            let state = world.state();
            let far = &state.orders[&job];
            assert!(state.wrong.is_empty(), "{tried}: {:#?}\n{}", state.wrong, state.trace.join("\n"));
            assert_eq!(far.received, received, "{tried}: walking again called again");
            assert_eq!(far.status, MarketStatus::Completed, "{tried}");
            let told = far.job.clone().unwrap();
            assert_eq!((told.greetings, told.deliveries), (1, 1), "{tried}");
        }
        night.store.close().await;
    });
}

/// Once each way.
fn every_way(operation: &str, later: u64, poster: Poster) {
    let scratch = scratch();
    let ready = ready(scratch.path());
    for strike in Strike::BAD {
        job_with(&ready, operation, later, poster, &[strike]);
    }
}

/// Every two ways one after the other; where the first has the effect, the second is for the next call of the kind.
fn every_two_ways(operation: &str, later: u64, poster: Poster) {
    let scratch = scratch();
    let ready = ready(scratch.path());
    for first in Strike::BAD {
        for second in Strike::BAD {
            job_with(&ready, operation, later, poster, &[first, second]);
        }
    }
}

#[test]
fn greeting_happens_once_however_it_fails() {
    every_way("say", 0, Poster::Clear);
    every_two_ways("say", 0, Poster::Clear);
}

#[test]
fn asking_the_poster_happens_once_however_it_fails() {
    every_way("say", 1, Poster::Answers);
}

#[test]
fn delivering_by_link_happens_once_however_it_fails() {
    every_way("say", 1, Poster::Clear);
    every_two_ways("say", 1, Poster::Clear);
}

#[test]
fn sending_a_new_link_happens_once_however_it_fails() {
    every_way("say", 2, Poster::CannotOpen);
}

#[test]
fn reminding_happens_once_however_it_fails() {
    every_way("say", 2, Poster::Silent);
}

#[test]
fn reading_a_job_may_fail_and_be_repeated() {
    for operation in ["look", "read_order", "read_thread"] {
        every_way(operation, 0, Poster::Answers);
    }
}
