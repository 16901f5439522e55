//! Untrusted text in, outgoing text out: fencing for models, signs of a scam for the seller, and the filter before
//! words leave.

pub mod fence;
mod outgoing;
mod place;
mod plain;
mod signs;

pub use outgoing::{Leak, find_leak, find_secret};
pub use place::find_place;
pub use plain::is_invisible;
pub use signs::{Sign, signs};
