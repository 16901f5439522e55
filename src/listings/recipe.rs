//! How the orders of one listing are made, where it differs from the stall.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::Resolution;
use crate::settings::Language;

/// Most models in a chain of one listing.
pub const MOST_MODELS: usize = 8;

/// What one listing does differently. Everything empty follows the stall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipe {
    /// Models that read the buyer's words, first choice first; empty as in the settings.
    pub text_models: Vec<String>,
    /// Models that draw, first choice first; empty as in the settings.
    pub picture_models: Vec<String>,
    /// Most US dollars one order may cost at the model provider, as typed; empty for the stall's cap alone.
    pub order_cap_usd: String,
    /// The language of the robot's words to the buyer; None follows the buyer.
    pub language: Option<Language>,
    /// Whether every order waits for the seller's yes before it is accepted.
    pub accept_by_hand: bool,
    /// Whether the buyer gets one cheap picture first, and the others after their yes.
    pub draft_first: bool,
    /// The model that draws it; empty for the one that draws the others.
    pub draft_model: String,
    /// How large the pictures are asked for.
    pub resolution: Resolution,
    /// Orders for less than this many credits wait for the seller's yes, as typed; empty for none.
    pub least_price: String,
    /// Whether buyers do not see the listing while all places are taken.
    pub hide_when_full: bool,
}

/// An amount as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    Nothing,
    Amount(Decimal),
    NoNumber,
    TooLow,
}

impl Typed {
    /// Reads what was typed.
    pub fn read(text: &str) -> Self {
        match text.trim() {
            "" => Self::Nothing,
            text => match Decimal::from_str(text) {
                Err(_) => Self::NoNumber,
                Ok(amount) if amount <= Decimal::ZERO => Self::TooLow,
                Ok(amount) => Self::Amount(amount),
            },
        }
    }

    /// The limit this sets. What cannot be read allows nothing where a limit was meant: `strictest`.
    fn limit(self, strictest: Decimal) -> Option<Decimal> {
        match self {
            Self::Nothing => None,
            Self::Amount(amount) => Some(amount),
            Self::NoNumber | Self::TooLow => Some(strictest),
        }
    }
}

impl Recipe {
    /// The listing's own cap in US dollars, where it is smaller than the stall's. One that cannot be read allows nothing.
    pub fn cap_under(&self, stalls: Option<Decimal>) -> Option<Decimal> {
        Typed::read(&self.order_cap_usd)
            .limit(Decimal::ZERO)
            .filter(|own| stalls.is_none_or(|stalls| *own < stalls))
    }

    /// Credits below which an order waits for the seller. One that cannot be read has every order wait.
    pub fn least_price(&self) -> Option<Decimal> {
        Typed::read(&self.least_price).limit(Decimal::MAX)
    }

    /// Models that draw the draft, first choice first: its own, then those of the other pictures.
    pub fn draft_models(&self, picture_models: &[String]) -> Vec<String> {
        let own = Some(self.draft_model.trim()).filter(|own| !own.is_empty());
        let others = picture_models.iter().map(String::as_str).filter(|other| Some(*other) != own);
        own.into_iter().chain(others).map(str::to_owned).collect()
    }

    /// Whether the amounts can be read and the chains are of a sensible length.
    pub fn is_readable(&self) -> bool {
        [&self.order_cap_usd, &self.least_price]
            .into_iter()
            .all(|text| matches!(Typed::read(text), Typed::Nothing | Typed::Amount(_)))
            && [&self.text_models, &self.picture_models].into_iter().all(|chain| chain.len() <= MOST_MODELS)
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn a_limit_that_cannot_be_read_is_the_strictest() {
        let recipe = Recipe { order_cap_usd: "1,5".into(), least_price: "much".into(), ..Recipe::default() };
        assert_eq!((recipe.cap_under(None), recipe.least_price()), (Some(Decimal::ZERO), Some(Decimal::MAX)));
        assert!(!recipe.is_readable());
        let recipe = Recipe { order_cap_usd: " 0.25 ".into(), ..Recipe::default() };
        assert_eq!((recipe.cap_under(None), recipe.least_price()), (Some(dec!(0.25)), None));
        assert!(recipe.is_readable());
        assert!(!Recipe { order_cap_usd: "-1".into(), ..Recipe::default() }.is_readable());
    }

    #[test]
    fn the_smaller_cap_holds() {
        let recipe = Recipe { order_cap_usd: "0.25".into(), ..Recipe::default() };
        assert_eq!(recipe.cap_under(Some(dec!(0.50))), Some(dec!(0.25)));
        assert_eq!(recipe.cap_under(Some(dec!(0.25))), None);
        assert_eq!(recipe.cap_under(Some(dec!(0.10))), None);
        assert_eq!(Recipe::default().cap_under(None), None);
    }

    #[test]
    fn a_draft_is_drawn_by_its_own_model_first() {
        let others = ["dear".to_owned(), "cheap".to_owned()];
        let recipe = Recipe { draft_model: " cheap ".into(), ..Recipe::default() };
        assert_eq!(recipe.draft_models(&others), ["cheap", "dear"]);
        assert_eq!(Recipe::default().draft_models(&others), others);
    }

    #[test]
    fn a_form_from_before_recipes_reads_as_the_stalls_own() {
        assert_eq!(serde_json::from_str::<Recipe>("{}").unwrap(), Recipe::default());
    }
}
