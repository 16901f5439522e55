//! What is said to buyers: which words, in which language, and the finding of own words in a thread.

mod closed_links;
mod criteria;
mod language;
pub mod suggested;
mod words;

pub use closed_links::{asks_how_met, new_links, says_link_is_closed};
pub use criteria::criteria_met;
pub use language::{buyer_language, has_chinese};
pub use words::{Filling, fill};
