//! What an order is: the market's status (theirs, tolerant) and our stage (ours, strict).
//!
//! This room turns what a market says into our row and notices what changed; what to do next is fulfilment's.

use std::sync::Arc;

use crate::host::NoticeKind;
use crate::store::OrderRow;

mod record;
mod requirement;
mod thread;

pub use record::{ASSUMED_ACCEPT_WINDOW, Change, fresh_task, merge};
pub use requirement::{requirement_text, success_criteria};
pub use thread::{ThreadEvent, record_thread};

/// Tells the seller something about an order, with the code of a reason; subject to their switches.
pub type Notices = Arc<dyn Fn(NoticeKind, &OrderRow, &str) + Send + Sync>;
