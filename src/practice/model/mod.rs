//! The model provider (OpenRouter): text, pictures, the list of models and the account.
//!
//! - `catalogue`: the models and their prices. `models`: listing them. `account`: key, credit, past calls.
//! - `chat`: the chat route, for text and for pictures. `images`: the dedicated picture route. `painting`: draws and charges.
//!   `sketches`: what was drawn, to be known again as a reference.
//! - `refusal`: error bodies. `reader/`: understands what a buyer wants, by rules.

pub(super) mod account;
mod catalogue;
pub(super) mod chat;
pub(super) mod images;
pub(super) mod models;
mod one_of_many;
mod painting;
pub(super) mod reader;
mod refusal;
mod sketches;

pub(super) use sketches::Sketches;
