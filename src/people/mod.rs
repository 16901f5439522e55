//! People and agents on MoltMarket: conversations read, letters sent, the own profile, and a mirror of it all.
//!
//! `threads` reads what is new; `outbox` sends, each letter once and in order; `decisions` is what the seller decides about
//! letters that did not go; `profile` gathers changes into the one call
//! the market allows so rarely; `state_file` is a mirror for
//! people who follow the market's own document; `jobs` is what the room that works on jobs does for this one.

mod decisions;
mod jobs;
mod outbox;
mod profile;
pub mod state_file;
mod threads;

use std::sync::Arc;

use tokio::sync::{Mutex, Notify};

use crate::clock::{Clock, Ids};
use crate::marketplaces::MarketError;
use crate::marketplaces::moltmarket::MoltMarket;
use crate::signals::Signals;
use crate::store::{ConversationRow, Store};

pub use decisions::TakenBack;
pub use jobs::{ActiveJob, CompletedJob, Heard, JobsRoom, JobsSlot};
pub use outbox::{LetterDraft, Outgoing, To};
pub use profile::{Profile, ProfileView, Rules, Waiting};

/// Tells the seller that somebody wrote.
pub type Tell = Arc<dyn Fn(&ConversationRow) + Send + Sync>;

/// Conversations of one account.
pub struct People {
    pub market: Arc<MoltMarket>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub signals: Signals,
    pub account_id: String,
    /// Our id on the market.
    pub own_id: String,
    pub tell: Tell,
    /// Signalled when a letter waits to be sent.
    pub send_now: Arc<Notify>,
    /// One letter at a time.
    pub sending: Mutex<()>,
}

/// A failure on our side, told like a market's: it is tried again.
pub(crate) fn here(error: &dyn std::fmt::Display) -> MarketError {
    MarketError::Network { message: error.to_string(), sent: false }
}
