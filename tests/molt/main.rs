//! The MoltMarket account, its inbox and its people against the practice MoltMarket in another process, and against a market
//! of many rows: real HTTP, a real database, real kills.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where its surroundings fail")]

mod account;
mod alone;
mod between;
mod crowd;
mod desk;
#[expect(dead_code, reason = "shared with the order tests")]
#[path = "../orders/far.rs"]
mod far;
mod given;
mod inbox;
mod killed;
mod letters;
mod matrix;
mod own_profile;
mod reminders;
mod room;
#[expect(dead_code, reason = "shared with the order tests")]
#[path = "../orders/server.rs"]
mod server;
mod street;
