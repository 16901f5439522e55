//! What the seller fills in about one thing for sale.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::recipe::Recipe;
use crate::marketplaces::ListingText;
use crate::model::AspectRatio;
use crate::settings::AutomationMode;

/// The form of a listing: what buyers see, and how its orders are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListingForm {
    pub name: String,
    pub description: String,
    /// As typed; whole credits when valid.
    pub price: String,
    pub category: String,
    pub tags: Vec<String>,
    pub inventory: Option<u32>,
    /// The look every picture of this listing shares; empty for none.
    pub style: String,
    pub aspect_ratio: AspectRatio,
    /// Pictures per order, 1 to 4.
    pub count: u32,
    /// Rounds of changes a buyer may ask for.
    pub revisions: u32,
    /// None follows the stall.
    pub automation: Option<AutomationMode>,
    /// SHA-256 of an example picture.
    pub example: Option<String>,
    #[serde(default)]
    pub recipe: Recipe,
}

impl ListingForm {
    /// The price in credits, when it is a number.
    pub fn price(&self) -> Option<Decimal> {
        self.price.trim().parse().ok()
    }

    /// What is told to the market. None when the price is no number.
    pub fn text(&self) -> Option<ListingText> {
        Some(ListingText {
            name: self.name.trim().to_owned(),
            description: self.description.trim().to_owned(),
            price: self.price()?,
            category: self.category.trim().to_owned(),
            tags: self.tags.iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect(),
            inventory: self.inventory,
            input_schema: None,
            example_input: None,
        })
    }
}
