//! How news reaches the stall when it is lost, repeated, late or slept through, and when the stall says that it is
//! there. The far side is the practice marketplace in a process of its own, its weather set by the same dial a seller
//! turns; the stall is the real server, or the same stall in this process where its clock must jump.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

#[path = "../orders/far.rs"]
#[expect(dead_code, reason = "shared with the order scenarios, which use all of it")]
mod far;
#[path = "../orders/server.rs"]
#[expect(dead_code, reason = "shared with the order scenarios, which use all of it")]
mod server;

mod asleep;
mod beating;
mod checked;
mod deadlines;
mod home;
mod hours;
mod late;
mod lost;
mod repeated;
mod storm;
