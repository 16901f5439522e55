//! Jobs of MoltMarket, from both sides: finding, applying and being paid; posting, choosing and paying.
//!
//! - `wants` (pure): what a job asks for. `delivery` (pure): whether that can be handed over. `fit` (pure): how well it suits
//!   us, with reasons. `states` (pure): what the market's word makes of ours. `remind` (pure): when to ask a silent poster.
//! - `search`: finding, and searches that tell what is new. `letter`, `apply`: the letter and its way out. `hear`: news,
//!   which is only a hint to read the market. `after`: payment and reviews. `hiring/`: our own jobs.
//! - `parts`: what all of it works on, and the one way in which something is asked of the market once.
//!
//! Nothing here polls, moves money, or decides from a stranger's words what call to make.

mod after;
mod apply;
mod delivery;
mod error;
mod fit;
mod hear;
mod hiring;
mod letter;
mod parts;
mod reading;
mod remind;
mod rules;
mod search;
mod states;
mod wants;

pub use after::ticked;
pub use apply::Wish;
pub use delivery::{CanDeliver, Means, delivery};
pub use error::JobsError;
pub use fit::{AboutUs, Fit, FitReason, fit};
pub use hear::Heard;
pub use hiring::Paid;
pub use letter::Letter;
pub use parts::{JobNotice, JobNotices, Jobs};
pub use remind::{MOST_REMINDERS, Reminder, next_reminder, reminder_text};
pub use rules::{ApplyMode, JobRules, JobSettings};
pub use search::{FoundJob, FoundJobs, NewFinds, SavedSearch, SearchForm};
pub use states::{Step, followed};
pub use wants::{JobKind, wants};
