//! What is to be drawn, as read from the buyer's words. Shared with the images room, which makes prompts and checks from it.

use serde::{Deserialize, Serialize};

use super::types::{Analysis, Verdict};

/// Shape of a picture, width to height. The set is what the picture models of the default chain honour (contract, ImageConfig).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum AspectRatio {
    #[default]
    #[serde(rename = "1:1")]
    Square,
    #[serde(rename = "2:3")]
    TwoToThree,
    #[serde(rename = "3:2")]
    ThreeToTwo,
    #[serde(rename = "3:4")]
    ThreeToFour,
    #[serde(rename = "4:3")]
    FourToThree,
    #[serde(rename = "9:16")]
    NineToSixteen,
    #[serde(rename = "16:9")]
    SixteenToNine,
}

impl AspectRatio {
    pub const ALL: [Self; 7] = [
        Self::Square,
        Self::TwoToThree,
        Self::ThreeToTwo,
        Self::ThreeToFour,
        Self::FourToThree,
        Self::NineToSixteen,
        Self::SixteenToNine,
    ];

    /// As models and the database write it, such as `16:9`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Square => "1:1",
            Self::TwoToThree => "2:3",
            Self::ThreeToTwo => "3:2",
            Self::ThreeToFour => "3:4",
            Self::FourToThree => "4:3",
            Self::NineToSixteen => "9:16",
            Self::SixteenToNine => "16:9",
        }
    }

    /// Width and height in their smallest whole numbers.
    pub fn parts(self) -> (u32, u32) {
        match self {
            Self::Square => (1, 1),
            Self::TwoToThree => (2, 3),
            Self::ThreeToTwo => (3, 2),
            Self::ThreeToFour => (3, 4),
            Self::FourToThree => (4, 3),
            Self::NineToSixteen => (9, 16),
            Self::SixteenToNine => (16, 9),
        }
    }
}

/// How large a picture is asked for: the provider's tiers. Support differs by model (contract, ImageConfig).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Resolution {
    /// What models give when nothing is asked.
    #[default]
    #[serde(rename = "1K")]
    Standard,
    #[serde(rename = "2K")]
    Double,
    #[serde(rename = "4K")]
    Quadruple,
}

impl Resolution {
    pub const ALL: [Self; 3] = [Self::Standard, Self::Double, Self::Quadruple];

    /// As models write it, such as `2K`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "1K",
            Self::Double => "2K",
            Self::Quadruple => "4K",
        }
    }

    /// How much longer a side is than that of a picture nobody asked a tier of.
    pub fn factor(self) -> u32 {
        match self {
            Self::Standard => 1,
            Self::Double => 2,
            Self::Quadruple => 4,
        }
    }
}

/// An agreed wish. Its words come from a model that read the buyer's text, so they stay untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub subject: String,
    pub style: String,
    /// What the picture model is asked to draw, before ratio, style of the listing and variation are added.
    pub prompt: String,
    /// What must not be in the picture; may be empty.
    pub negative: String,
    pub aspect_ratio: AspectRatio,
    /// How many pictures the buyer wants, 1 to 4. What the listing sells is decided elsewhere.
    pub count: u8,
    /// The buyer's language as a BCP 47 tag; empty when it could not be told.
    pub language: String,
}

impl Brief {
    /// The brief in an analysis; absent unless its verdict is a brief or a change to one.
    pub fn from_analysis(analysis: &Analysis) -> Option<Self> {
        matches!(analysis.verdict, Verdict::Brief | Verdict::Change).then(|| Self {
            subject: analysis.subject.clone(),
            style: analysis.style.clone(),
            prompt: analysis.optimized_prompt.clone(),
            negative: analysis.negative.clone(),
            aspect_ratio: analysis.aspect_ratio,
            count: analysis.count,
            language: analysis.language.clone(),
        })
    }
}
