//! Orders.
//!
//! - `life`: who may do what to an order when, and which events follow. `rights`: whose order it is.
//! - `requirement`: what a listing wants to be told. `view`: how an order is shown. `calls`: the HTTP handlers.

pub(in crate::practice) mod calls;
mod life;
mod requirement;
mod rights;
mod view;

pub(super) use life::{REOPENED_CONFIRM_SECONDS, call_off, finish, tell_both};
pub(in crate::practice) use life::{cancel, cancel_by_time, confirm, confirm_by_time, purchase};
pub(super) use rights::{in_status, party, readable};
pub(in crate::practice) use view::{buyers_view, view};
