//! What strangers send: pictures made to harm, addresses that point inwards, names that would be paths, and words that
//! give orders.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

mod addresses;
mod attacks;
mod corpus;
#[path = "../orders/far.rs"]
#[expect(dead_code, reason = "shared with the tests of orders, which use more of it")]
mod far;
mod held;
mod names;
mod pictures;
mod provider;
#[path = "../orders/server.rs"]
#[expect(dead_code, reason = "shared with the tests of orders, which use more of it")]
mod server;
