//! Understands what a buyer wrote, by rules instead of a model, and answers in whatever JSON schema is asked for.
//!
//! - `fences`: finds the buyer's words in a prompt. `judge`: what kind of message it is.
//! - `wish`: what it asks for. `shape`: how the picture is to be. `merge`: works a change into an earlier wish; `timing`: words
//!   of light and season, which replace one another in a change.
//! - `job`: letters for jobs, replies, and what it thinks of a delivery.
//! - `form`: puts the findings into a schema. `vocabulary`: the words all this goes by.

mod fences;
mod form;
mod job;
mod judge;
mod merge;
mod shape;
mod timing;
mod vocabulary;
mod wish;

pub(in crate::practice) use form::{fill, reply};
