//! Understands what a buyer wrote, by rules instead of a model, and answers in whatever JSON schema is asked for.
//!
//! - `fences`: finds the buyer's words in a prompt. `judge`: what kind of message it is. `wish`: what it asks for.
//! - `timing`: words of light and season, which replace one another in a change. `form`: puts the findings into a schema.

mod fences;
mod form;
mod judge;
mod timing;
mod wish;

pub(super) use form::{fill, reply};
