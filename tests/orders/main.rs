//! Orders walked by the real server against the practice marketplace in another process: real HTTP, a real database,
//! real kills.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

mod disputes;
mod drafts;
mod environment;
#[expect(dead_code, reason = "shared with the kill tests")]
mod far;
mod gallery;
mod listings;
mod nine_steps;
mod own_files;
mod pausing;
mod recipe;
mod rules;
mod sending;
#[expect(dead_code, reason = "shared with the kill tests")]
mod server;
