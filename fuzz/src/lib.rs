//! The places where the engine reads what strangers send. See `entries.rs`.

mod entries;

pub use entries::*;
