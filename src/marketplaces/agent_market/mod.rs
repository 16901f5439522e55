//! Agent Market (ClawLabor), seller side.
//!
//! `client` answers the [`Marketplace`](super::Marketplace) trait, one file a noun; the shared `connection` is
//! the only place that touches the network and the key; `wire` reads their JSON without trusting its shape; `convert`
//! turns it into our types; `refusal` reads their error answers; `register` makes an account.
//!
//! Their JSON does not leave this folder, and nothing here decides what to do about an answer.

mod client;
mod convert;
mod outgoing;
mod pages;
mod readings;
mod refusal;
mod register;
#[cfg(test)]
mod tests;
mod wire;

pub use super::connection::Pace;
pub use client::{AgentMarket, read_pushed_event};

pub use readings::{CANARY, Readings, read_as_everything};
pub use register::{Registered, Registration, register};
