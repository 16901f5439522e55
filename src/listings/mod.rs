//! Listings: the seller's form, what the market is told of it, and the coach that reads it first.

mod coach;
mod form;
mod publish;

pub use coach::{Advice, Weight, coach, is_ready};
pub use form::ListingForm;
pub use publish::{ListingError, Listings, Problem};
