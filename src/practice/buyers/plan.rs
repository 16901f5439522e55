//! What a buyer does next, decided from the order alone, so that a restart changes nothing.

use super::kinds::{BuyerKind, Script};
use crate::practice::state::{Order, OrderStatus};

/// Something a buyer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Greet,
    TellWish,
    TellWishAgain,
    AskChange,
    AgreeToDraft,
    Thank,
    Confirm,
    /// Confirms although the change it asked for has not come.
    GiveIn,
    Cancel,
    Dispute,
    AgreeToRefund,
}

impl Act {
    /// How long a person takes, in seconds: at least, at most.
    pub(super) fn seconds(self) -> (f64, f64) {
        match self {
            Self::Greet | Self::TellWish | Self::TellWishAgain => (4.0, 9.0),
            Self::AskChange | Self::AgreeToDraft | Self::Thank | Self::Confirm => (6.0, 12.0),
            Self::GiveIn => (90.0, 120.0),
            Self::Cancel | Self::Dispute | Self::AgreeToRefund => (5.0, 8.0),
        }
    }
}

/// A buyer says what it wants at most so often.
const PATIENCE: u32 = 3;
/// The share a disputing buyer settles for, in percent.
const FAIR_REFUND: f64 = 30.0;

/// The next act, if there is one before the seller does something.
pub(super) fn next_act(order: &Order, script: &Script) -> Option<Act> {
    match order.status {
        OrderStatus::InProgress => in_progress(order, script),
        OrderStatus::PendingConfirmation => on_delivery(order, script),
        OrderStatus::InDispute => in_dispute(order, script),
        OrderStatus::PendingAccept | OrderStatus::Completed | OrderStatus::Cancelled => None,
    }
}

fn in_progress(order: &Order, script: &Script) -> Option<Act> {
    use BuyerKind::{ByHand, Cancels, ChangesMind, Chinese, Clear, Disputes, Hostile, InRequirement, Vague};
    let mut from_seller = order.messages.iter().filter(|message| message.sender_id == order.seller_id);
    let is_spoken_to = from_seller.clone().count() > script.answered;
    let is_draft =
        from_seller.clone().next_back().is_some_and(|message| speaks_of_draft(order, &message.content));
    let is_asked =
        is_spoken_to && from_seller.next_back().is_some_and(|message| is_question(&message.content));
    match script.kind {
        ByHand => None,
        ChangesMind if is_asked && is_draft && script.change_asked_at.is_none() => Some(Act::AskChange),
        Clear | Vague | Chinese | ChangesMind | InRequirement | Disputes if is_asked && is_draft => {
            Some(Act::AgreeToDraft)
        }
        Cancels if script.told > 0 => Some(Act::Cancel),
        Hostile if script.told > 0 => is_spoken_to.then_some(Act::Cancel),
        Vague if !script.has_greeted => is_spoken_to.then_some(Act::Greet),
        InRequirement => (is_asked && script.told < PATIENCE).then_some(Act::TellWishAgain),
        Clear | Vague | Chinese | ChangesMind | Cancels | Disputes | Hostile if script.told == 0 => {
            is_spoken_to.then_some(Act::TellWish)
        }
        Clear | Vague | Chinese | ChangesMind | Cancels | Disputes | Hostile => {
            (is_asked && script.told < PATIENCE).then_some(Act::TellWishAgain)
        }
    }
}

/// Whether a message names a draft that is on the order.
fn speaks_of_draft(order: &Order, text: &str) -> bool {
    let mut sellers = order.files.iter().filter(|file| file.uploader_id == order.seller_id);
    sellers.any(|file| file.filename.starts_with("draft") && text.contains(&file.filename))
}

fn on_delivery(order: &Order, script: &Script) -> Option<Act> {
    match script.kind {
        BuyerKind::ByHand => None,
        BuyerKind::Disputes => Some(Act::Dispute),
        BuyerKind::ChangesMind => {
            let Some(asked_at) = script.change_asked_at else { return Some(Act::AskChange) };
            let is_revised = order
                .files
                .iter()
                .any(|file| file.uploader_id == order.seller_id && file.uploaded_at > asked_at);
            let is_answered = order
                .messages
                .iter()
                .any(|message| message.sender_id == order.seller_id && message.created_at > asked_at);
            match (is_revised, is_answered) {
                (true, _) => Some(Act::Confirm),
                (false, true) => Some(Act::GiveIn),
                (false, false) => None,
            }
        }
        BuyerKind::Vague if !script.has_thanked => Some(Act::Thank),
        _ => Some(Act::Confirm),
    }
}

fn in_dispute(order: &Order, script: &Script) -> Option<Act> {
    let dispute = order.dispute.as_ref()?;
    let is_fair = dispute.seller_proposal.is_some_and(|share| share >= FAIR_REFUND);
    (script.kind == BuyerKind::Disputes && is_fair && dispute.buyer_proposal != dispute.seller_proposal)
        .then_some(Act::AgreeToRefund)
}

/// Whether a message wants an answer.
fn is_question(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains(['?', '？'])
        || [
            "please reply",
            "please tell",
            "please describe",
            "let me know",
            "请告诉",
            "请描述",
            "请回复",
            "请说",
        ]
        .iter()
        .any(|phrase| text.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_when_it_is_asked_something() {
        assert!(is_question("What should be in the picture?"));
        assert!(is_question("请告诉我画面里有什么。"));
        assert!(!is_question("Your picture is being drawn now."));
        assert!(!is_question("画好了，请查收。"));
    }
}
