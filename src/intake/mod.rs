//! How news comes in: pushed, read from the feed, or found by listing the orders. All three end in the durable
//! inbox; the order itself is always read again.

mod inbox;

pub use inbox::{Inbox, IncomingEvent, Inserted, Via};
