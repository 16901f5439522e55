//! What keeps the stall's data: the database file, its backups, and the disk below them.

#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

#[path = "../orders/far.rs"]
#[expect(dead_code, reason = "made for the walks of orders")]
mod far;
#[path = "../orders/server.rs"]
#[expect(dead_code, reason = "made for the walks of orders")]
mod server;

mod backup;
mod disk;
mod export;
mod gallery;
mod jobs;
mod migrations;
mod sample;
mod unclean;
