//! The practice marketplace as its callers see it: a seller, buyers, and whoever steers it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it says")]

mod buyers;
mod faults;
mod keeping;
mod market;
mod model;
mod molt;
mod push;
mod seller;
mod weather;
