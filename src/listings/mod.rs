//! Listings: the seller's form, what the market is told of it, and the coach that reads it first.

mod blame;
mod coach;
mod form;
mod hiding;
mod publish;
mod recipe;
mod review;
mod showing;

pub use coach::{Advice, Costs, Weight, coach, is_ready};
pub use form::ListingForm;
pub use publish::{ListingError, Listings, Problem};
pub use recipe::Recipe;
pub use showing::Look;
