//! The sliders of the weather dial: what can go wrong all the time, each with a chance and, where it has one, an
//! amount.

use serde::{Deserialize, Serialize};

/// One thing that can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Slider {
    /// A push is never sent; the feed keeps the event.
    PushLost,
    /// A push is sent 2 to `amount` times.
    PushRepeated,
    /// A push, and each copy of it, waits up to `amount` milliseconds.
    PushLate,
    /// A push waits until another has gone out, for `amount` milliseconds at most.
    PushOvertaken,
    /// A push carries a wrong signature; the next try is rolled for again.
    PushBadlySigned,
    /// 429 before the effect, with `Retry-After: amount` seconds.
    CallTooMany,
    /// 500, 502 or 503 before the effect.
    CallFailedBefore,
    /// 500, 502 or 503 although it was done.
    CallFailedAfter,
    /// The connection ends before the effect.
    CallCutBefore,
    /// The connection ends although it was done.
    CallCutAfter,
    /// Done, but half of the answer's body is missing.
    CallHalfAnswer,
    /// The call waits up to `amount` milliseconds.
    CallSlow,
    /// The market's clock is `amount` seconds ahead (or behind, below zero). No chance: it is or it is not.
    MarketClock,
    /// The provider will not draw this: 403, content policy.
    PictureRefused,
    /// The provider answers with words only, and charges nothing.
    PictureMissing,
    /// The picture is drawn and charged, but its data is broken.
    PictureBroken,
    /// 402 for anything that is charged.
    PictureNoCredit,
    /// Drawing takes up to `amount` milliseconds longer.
    PictureSlow,
}

/// What a slider is about, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    News,
    Calls,
    Pictures,
}

impl Group {
    pub fn name(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Calls => "calls",
            Self::Pictures => "pictures",
        }
    }
}

/// How much of it: what it is unless set, and its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub usual: i64,
    pub least: i64,
    pub most: i64,
}

const fn amount(usual: i64, least: i64, most: i64) -> Option<Amount> {
    Some(Amount { usual, least, most })
}

impl Slider {
    pub const ALL: [Self; 18] = [
        Self::PushLost,
        Self::PushRepeated,
        Self::PushLate,
        Self::PushOvertaken,
        Self::PushBadlySigned,
        Self::CallTooMany,
        Self::CallFailedBefore,
        Self::CallFailedAfter,
        Self::CallCutBefore,
        Self::CallCutAfter,
        Self::CallHalfAnswer,
        Self::CallSlow,
        Self::MarketClock,
        Self::PictureRefused,
        Self::PictureMissing,
        Self::PictureBroken,
        Self::PictureNoCredit,
        Self::PictureSlow,
    ];

    /// Its name in control calls, strikes and screens.
    pub fn name(self) -> &'static str {
        match self {
            Self::PushLost => "push_lost",
            Self::PushRepeated => "push_repeated",
            Self::PushLate => "push_late",
            Self::PushOvertaken => "push_overtaken",
            Self::PushBadlySigned => "push_badly_signed",
            Self::CallTooMany => "call_too_many",
            Self::CallFailedBefore => "call_failed_before",
            Self::CallFailedAfter => "call_failed_after",
            Self::CallCutBefore => "call_cut_before",
            Self::CallCutAfter => "call_cut_after",
            Self::CallHalfAnswer => "call_half_answer",
            Self::CallSlow => "call_slow",
            Self::MarketClock => "market_clock",
            Self::PictureRefused => "picture_refused",
            Self::PictureMissing => "picture_missing",
            Self::PictureBroken => "picture_broken",
            Self::PictureNoCredit => "picture_no_credit",
            Self::PictureSlow => "picture_slow",
        }
    }

    pub fn group(self) -> Group {
        match self {
            Self::PushLost
            | Self::PushRepeated
            | Self::PushLate
            | Self::PushOvertaken
            | Self::PushBadlySigned => Group::News,
            Self::PictureRefused
            | Self::PictureMissing
            | Self::PictureBroken
            | Self::PictureNoCredit
            | Self::PictureSlow => Group::Pictures,
            _ => Group::Calls,
        }
    }

    /// Whether it strikes by chance; the others are set by their amount alone.
    pub fn has_chance(self) -> bool {
        self != Self::MarketClock
    }

    pub fn amount(self) -> Option<Amount> {
        match self {
            Self::PushRepeated => amount(3, 2, 20),
            Self::PushLate => amount(2_000, 0, 60_000),
            Self::PushOvertaken => amount(3_000, 0, 60_000),
            Self::CallTooMany => amount(2, 1, 60),
            Self::CallSlow => amount(1_500, 0, 60_000),
            Self::MarketClock => amount(0, -1_800, 1_800),
            Self::PictureSlow => amount(5_000, 0, 60_000),
            _ => None,
        }
    }
}

impl From<Slider> for &'static str {
    fn from(slider: Slider) -> Self {
        slider.name()
    }
}

impl TryFrom<String> for Slider {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|slider| slider.name() == name)
            .ok_or_else(|| format!("there is no slider {name}"))
    }
}
