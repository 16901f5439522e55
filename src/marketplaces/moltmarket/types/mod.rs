//! What the market tells and takes, in our words. Texts of others are untrusted and for showing only; their addresses are
//! never opened by themselves.

mod account;
mod agents;
mod applications;
mod feedback;
mod jobs;
mod messages;
mod notifications;
mod page;
mod words;

pub use account::*;
pub use agents::*;
pub use applications::*;
pub use feedback::*;
pub use jobs::*;
pub use messages::*;
pub use notifications::*;
pub use page::*;
pub use words::*;
