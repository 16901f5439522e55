//! How an order is walked: [`plan`] says the one next step, a file in `steps/` does it, the [`Runner`] writes the
//! intent down before and the outcome after. Recovery is the same walk at start.
//!
//! Nothing here decides from a model's or a buyer's words what call to make: they only fill in what is drawn and said.

mod drafts;
mod journal;
mod linked;
mod outcome;
mod plan;
#[cfg(test)]
mod plan_tests;
mod rules;
mod runner;
mod scheduler;
mod situation;
mod step;
pub mod steps;

pub use journal::{Journal, Reading, Round};
pub use outcome::{Effects, Outcome};
pub use plan::{HoldReason, Next, Waiting, changes_made, plan, rounds, stage};
pub use rules::{AcceptRules, Caps, ModelChain, ModelState, OrderRules, StallRules};
pub use runner::{ActError, Parts, Runner, SellerAct};
pub use scheduler::{Gate, Scheduler};
pub use situation::{Situation, ThreadLine};
pub use step::{Step, place_key};
pub use steps::SellersFile;
