//! Orders walked by the real server against the practice marketplace in another process: real HTTP, a real database,
//! real kills.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

mod far;
mod nine_steps;
mod rules;
mod server;
