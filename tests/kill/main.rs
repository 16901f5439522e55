//! The real server killed at every named point of its walk, started again and run to the end. What must hold then is
//! looked up on the far side, in the data folder and in the journal.

#![cfg(all(unix, debug_assertions))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where its surroundings fail")]

#[expect(dead_code, reason = "shared with the other scenarios")]
#[path = "../orders/far.rs"]
mod far;
mod holds;
mod home;
mod invariants;
mod matrix;
mod scene;
#[expect(dead_code, reason = "shared with the other scenarios")]
#[path = "../orders/server.rs"]
mod server;
mod storm;
mod twice;
mod unknown;
