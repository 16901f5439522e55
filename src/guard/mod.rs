//! Untrusted text on its way in and our own text on its way out.
//!
//! Nothing here decides what happens to an order; it only makes text safe to pass on.

pub mod fence;
