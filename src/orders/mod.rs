//! What an order is: the market's status (theirs, tolerant) and our stage (ours, strict).
//!
//! This room turns what a market says into our row and notices what changed; what to do next is fulfilment's.

mod record;
mod requirement;
mod thread;

pub use record::{ASSUMED_ACCEPT_WINDOW, Change, fresh_task, merge};
pub use requirement::requirement_text;
pub use thread::{ThreadEvent, record_thread};
