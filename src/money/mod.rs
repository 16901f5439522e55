//! What the stall earned and spent. `span`: which weeks; `book`: what moved in them, a book a market; `sheet`: the same
//! as a table for a spreadsheet.
//!
//! Credits, dollars and what posters pay by hand are three things. Only the seller's own worth of a credit brings the
//! first two together, and nothing brings in the third.

mod balance;
mod book;
mod sheet;
mod span;
mod words;

pub use balance::is_low;
pub use book::{Book, Books, SourceSums, Sums};
pub use sheet::{Sheet, SheetError, harmless};
pub use span::{Part, Span, parts};
pub use words::SheetWords;
