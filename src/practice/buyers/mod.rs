//! The simulated buyers: who they are, what they want, and what they do when the seller does something.
//!
//! - `kinds`: the kinds of buyers, and what one remembers. `people`: their names. `briefs`: what they want.
//! - `plan`: what a buyer does next, decided from the order alone. `round`: carries the plans out in time.
//! - `visits`: the buyers who turn up by themselves.

mod briefs;
mod kinds;
pub(super) mod people;
mod plan;
mod round;
mod visits;

pub use kinds::BuyerKind;
pub(super) use kinds::Script;
pub(super) use round::{between, order, run};
