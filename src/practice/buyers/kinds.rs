//! The kinds of buyers, and what one remembers of its own order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a simulated buyer behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuyerKind {
    /// Says precisely what it wants when asked, confirms soon.
    #[default]
    Clear,
    /// Starts with "can you make something nice?", is clear when asked again, says thanks and confirms.
    Vague,
    /// Clear, in Chinese.
    Chinese,
    /// Clear, then asks for one change of the delivered picture and confirms the changed one.
    ChangesMind,
    /// Has written what it wants into the order.
    InRequirement,
    /// Says what it wants, then cancels while the work is in progress.
    Cancels,
    /// Disputes what it gets; agrees when a fair refund is proposed.
    Disputes,
    /// Tries to talk the seller into giving away secrets, then leaves.
    Hostile,
    /// Does nothing by itself: a test or a person plays it.
    ByHand,
}

/// What a simulated buyer knows and has done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Script {
    pub(crate) kind: BuyerKind,
    /// Which of the briefs it wants.
    pub(crate) brief: usize,
    /// Said instead of the brief.
    pub(crate) own_words: Option<String>,
    /// It has said hello without saying what it wants.
    pub(crate) has_greeted: bool,
    /// How often it has said what it wants.
    pub(crate) told: u32,
    /// Messages of the seller it has answered.
    pub(crate) answered: usize,
    pub(crate) change_asked_at: Option<Timestamp>,
    pub(crate) has_thanked: bool,
}

impl Script {
    pub(crate) fn new(kind: BuyerKind, brief: usize, own_words: Option<String>) -> Self {
        Self {
            kind,
            brief,
            own_words,
            has_greeted: false,
            told: 0,
            answered: 0,
            change_asked_at: None,
            has_thanked: false,
        }
    }
}
