//! Hiring: jobs we post, who applies, whom we choose, and what we owe then.

mod applicants;
mod finish;
mod form;
mod opinion;
mod post;

pub use finish::Paid;
pub use form::JobForm;
pub use opinion::{CriterionVerdict, Opinion};
