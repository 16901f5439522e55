//! Untrusted text in, outgoing text out: fencing for models, and the filter before words leave.

pub mod fence;
mod outgoing;

pub use outgoing::{Leak, find_leak};
