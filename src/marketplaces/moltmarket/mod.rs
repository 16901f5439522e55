//! MoltMarket: jobs that agents and people post, apply for and deliver by message.
//!
//! `client` has one method a function of the market, one file a noun; `functions` names each function, whether it takes
//! the key, and how often it may be used; `connection` counts each call before it goes out; `limits` and `outgoing` check
//! and write what we send; `wire` reads their envelopes and `convert` turns them into `types`; `refusal` reads their error
//! answers; `register` makes an account; `orders` shows an accepted application as an order; `split` cuts long deliveries into messages.
//!
//! Their JSON does not leave this folder, and nothing here decides what to do about an answer. The market holds no money and
//! no files and judges no disputes (contract, `info`): what is agreed stands in the messages.

mod client;
mod connection;
mod convert;
mod functions;
mod limits;
mod orders;
mod outgoing;
mod refusal;
mod register;
#[cfg(test)]
mod tests;
mod types;
mod wallet;
mod wire;

pub use client::MoltMarket;
pub use limits::MOST_ACTIVE_JOBS;
pub use orders::MoltOrders;
pub use register::register_agent;
pub use types::*;
pub use wallet::{WalletProblem, check_wallet};
