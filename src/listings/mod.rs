//! Listings: the seller's form, what the market is told of it, and the coach that reads it first.

mod form;

pub use form::ListingForm;
