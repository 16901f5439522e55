//! Hiring: jobs we post, who applies, whom we choose, and what we owe then.

mod applicants;
mod finish;
mod form;
mod opinion;
mod post;

pub use finish::Paid;
