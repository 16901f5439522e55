//! The client against a market on loopback that answers whatever a test says.

mod account;
mod budgets;
mod calls;
mod hiring;
mod limits;
mod market;
mod safety;
mod table;
mod talking;
mod working;

use market::{Answer, KEY, Market};
