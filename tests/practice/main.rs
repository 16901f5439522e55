//! The practice marketplace as its callers see it: a seller, buyers, and whoever steers it.

mod buyers;
mod faults;
mod keeping;
mod market;
mod model;
mod push;
mod seller;
