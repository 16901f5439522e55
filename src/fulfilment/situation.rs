//! Everything the plan may look at, gathered before it decides.

use jiff::Timestamp;
use url::Url;

use super::journal::{Journal, Reading};
use super::rules::OrderRules;
use crate::links::LinkKind;
use crate::marketplaces::{Abilities, MarketStatus};
use crate::model::Spending;
use crate::orders::{requirement_text, success_criteria};
use crate::store::{OrderRow, Speaker};

/// One line of the thread with the buyer: theirs, or one of ours that arrived, may have, or is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadLine {
    /// The market's id; absent while an own message is on its way.
    pub id: Option<String>,
    pub who: Speaker,
    pub text: String,
    pub at: Timestamp,
}

/// An order with all that decides its next step.
#[derive(Debug, Clone)]
pub struct Situation {
    pub order: OrderRow,
    pub journal: Journal,
    pub thread: Vec<ThreadLine>,
    pub rules: OrderRules,
    pub spending: Spending,
    pub abilities: Abilities,
    /// Where links are reached from outside now, if anywhere.
    pub public_address: Option<Url>,
    /// How a picture would be made public now; none while nobody could open it.
    pub link_way: Option<LinkKind>,
    pub now: Timestamp,
}

/// The turn of a requirement given with the order.
pub const REQUIREMENT_TURN: &str = "order";

impl Situation {
    pub fn status(&self) -> MarketStatus {
        MarketStatus::from(self.order.market_status.as_str())
    }

    /// What the buyer wrote when ordering.
    pub fn requirement(&self) -> String {
        requirement_text(self.order.requirement.as_deref())
    }

    /// What the buyer will measure the delivery by, in their words. Untrusted.
    pub fn success_criteria(&self) -> Vec<String> {
        success_criteria(self.order.requirement.as_deref())
    }

    /// The newest turn of the buyer: their last message in this order's thread, else what they ordered with.
    pub fn newest_turn(&self) -> Option<String> {
        let message =
            self.thread.iter().rev().find(|line| line.who == Speaker::Buyer).and_then(|line| line.id.clone());
        message.or_else(|| (!self.requirement().is_empty()).then(|| REQUIREMENT_TURN.to_owned()))
    }

    /// What the buyer wrote since the last turn that was read, oldest first.
    pub fn unread_text(&self, turn: &str) -> String {
        if turn == REQUIREMENT_TURN {
            return self.requirement();
        }
        let read: Vec<String> =
            self.journal.readings().into_iter().map(|(_, reading)| reading.turn).collect();
        let mut texts: Vec<&str> = Vec::new();
        for line in self.thread.iter().filter(|line| line.who == Speaker::Buyer) {
            let Some(id) = &line.id else { continue };
            if read.contains(id) {
                texts.clear();
            } else {
                texts.push(&line.text);
            }
            if id == turn {
                break;
            }
        }
        texts.join("\n")
    }

    /// The latest reading, if any.
    pub fn last_reading(&self) -> Option<Reading> {
        self.journal.readings().pop().map(|(_, reading)| reading)
    }

    /// The language the buyer writes in, as far as it is known.
    pub fn language(&self) -> Option<String> {
        self.journal
            .readings()
            .into_iter()
            .rev()
            .map(|(_, reading)| reading.language)
            .find(|language| !language.is_empty())
    }
}
