//! The jobs room against the practice marketplace: the real client over real HTTP, a real database file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where its surroundings fail")]

mod applying;
mod finding;
mod hiring;
mod home;
mod kept;
mod news;
mod table;
