//! OpenRouter (contract, `openrouter.openapi.yaml`; behaviour, section 3). Its JSON does not leave this folder.
//!
//! `client` sends and receives, `refusal` reads what went wrong, `analysis` asks for and checks a brief, `drawing`
//! asks for a picture and finds it in the answer, `catalogue` reads models and the key's state.

mod analysis;
mod catalogue;
mod client;
mod drawing;
mod readings;
mod refusal;

#[cfg(test)]
mod tests;

pub use client::OpenRouter;
pub use drawing::read_draw_answer;
pub use readings::{Readings, read_as_everything};

pub(super) use analysis::MAX_TOKENS as ANALYSIS_MAX_TOKENS;
