//! What the stall earned and spent, and what is found in it, on a real database and through the desk.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where its surroundings fail")]

mod desk;
mod home;
mod money;
mod search;
mod sheet;
#[expect(clippy::print_stdout, reason = "a measurement is read on standard output")]
mod speed;
