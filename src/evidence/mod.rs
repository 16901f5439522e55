//! What a seller can show of one order when it is argued about: one zip with the whole story, for people and for
//! programs, and the very pictures that were delivered.
//!
//! `case`: what there is to show. `pack`: the archive. `story`: the pages for people. `words`: their words.
//!
//! The same data gives the same bytes. Nothing is in it but this order's: no keys, no folders of this computer, no link
//! that opens anything.

mod case;
mod pack;
mod story;
mod words;

pub use case::{Case, Delivered, delivered};
pub use pack::{PackError, Packed, write};
