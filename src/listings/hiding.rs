//! Whether buyers should see a listing: the seller's word first, then the pause, then the places that are left.

use crate::store::{HiddenWhy, HidingRow};

/// Places for orders, as a listing follows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// All are taken.
    Full,
    /// One is free, and an order is about to take it: what is hidden stays hidden, what is shown stays shown.
    BeingTaken,
    Free,
}

/// Why a listing should be hidden now; None when buyers should see it.
pub fn should_be_hidden(hiding: &HidingRow, follows_places: bool, places: Places) -> Option<HiddenWhy> {
    if hiding.by_seller {
        return Some(HiddenWhy::Seller);
    }
    if hiding.paused {
        return Some(HiddenWhy::Pause);
    }
    let is_full = match places {
        Places::Full => true,
        Places::BeingTaken => hiding.why.is_some(),
        Places::Free => false,
    };
    (follows_places && is_full).then_some(HiddenWhy::Full)
}

/// Notes what a look at the market shows. What changed there without us is the seller's doing, elsewhere.
pub fn note_seen(hiding: &mut HidingRow, is_hidden: bool) {
    match hiding.there {
        Some(before) if before != is_hidden => {
            hiding.by_seller = is_hidden;
            hiding.why = is_hidden.then_some(HiddenWhy::Seller);
        }
        _ => {}
    }
    hiding.there = Some(is_hidden);
}

#[cfg(test)]
mod tests {
    use super::HiddenWhy::{Full, Pause, Seller};
    use super::Places::{BeingTaken, Free};
    use super::*;

    fn hiding(by_seller: bool, paused: bool, why: Option<HiddenWhy>) -> HidingRow {
        HidingRow { by_seller, paused, why, there: Some(why.is_some()), problem: None }
    }

    #[test]
    fn the_sellers_word_comes_before_the_pause_and_the_pause_before_the_places() {
        for (by_seller, paused, why, follows, places, wanted) in [
            (false, false, None, false, Free, None),
            (false, false, None, false, Places::Full, None),
            (false, false, None, true, Free, None),
            (false, false, None, true, Places::Full, Some(Full)),
            (false, true, None, false, Free, Some(Pause)),
            (false, true, None, true, Places::Full, Some(Pause)),
            (true, false, None, false, Free, Some(Seller)),
            (true, true, Some(Pause), true, Places::Full, Some(Seller)),
            // A place is free again.
            (false, false, Some(Full), true, Free, None),
            (false, true, Some(Full), true, Free, Some(Pause)),
            (true, false, Some(Full), true, Free, Some(Seller)),
            // The choice was turned off.
            (false, false, Some(Full), false, Places::Full, None),
            // A place is free and about to be taken: nothing is told.
            (false, false, Some(Full), true, BeingTaken, Some(Full)),
            (false, false, None, true, BeingTaken, None),
            (false, false, Some(Full), false, BeingTaken, None),
            // Resumed.
            (false, false, Some(Pause), false, Free, None),
            (false, false, Some(Pause), true, Places::Full, Some(Full)),
            (false, false, Some(Pause), true, BeingTaken, Some(Full)),
        ] {
            let hiding = hiding(by_seller, paused, why);
            assert_eq!(should_be_hidden(&hiding, follows, places), wanted, "{hiding:?} {follows} {places:?}");
        }
    }

    #[test]
    fn what_changed_at_the_market_without_us_is_the_sellers_doing() {
        for (before, is_hidden, by_seller, why) in [
            (hiding(false, false, None), true, true, Some(Seller)),
            (hiding(true, false, Some(Seller)), false, false, None),
            (hiding(false, false, Some(Full)), true, false, Some(Full)),
            (hiding(false, false, Some(Full)), false, false, None),
            (hiding(false, false, None), false, false, None),
            // We were telling it when we were stopped: whatever is there is our own doing.
            (HidingRow { there: None, ..hiding(false, true, Some(Pause)) }, true, false, Some(Pause)),
            (HidingRow { there: None, ..hiding(false, false, Some(Full)) }, true, false, Some(Full)),
            (HidingRow { there: None, ..hiding(true, false, Some(Seller)) }, false, true, Some(Seller)),
        ] {
            let mut seen = before.clone();
            note_seen(&mut seen, is_hidden);
            assert_eq!((seen.by_seller, seen.why), (by_seller, why), "{before:?} seen {is_hidden}");
            assert_eq!((seen.there, seen.paused), (Some(is_hidden), before.paused));
        }
    }
}
