//! What keeps the stall's data: the database file, its backups, and the disk below them.

#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

mod backup;
mod migrations;
mod sample;
mod unclean;
