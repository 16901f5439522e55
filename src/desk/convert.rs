//! Between the rooms' types and the contract's.

use jiff::Timestamp;
use rust_decimal::Decimal;
use secrecy::SecretString;

use super::contract as desk;
use crate::listings::{ListingForm, Recipe};
use crate::model::{AspectRatio, Resolution};
use crate::settings;
use crate::store::{PictureRow, PictureState, Speaker, Stage};

pub(super) fn instant(at: Timestamp) -> String {
    at.to_string()
}

pub(super) fn amount(amount: Decimal) -> String {
    amount.normalize().to_string()
}

pub(super) fn secret(text: &str) -> SecretString {
    SecretString::from(text.trim())
}

macro_rules! same_words {
    ($theirs:ty, $ours:ty { $($variant:ident),+ }) => {
        impl From<$theirs> for $ours {
            fn from(value: $theirs) -> Self {
                match value { $(<$theirs>::$variant => Self::$variant),+ }
            }
        }
        impl From<$ours> for $theirs {
            fn from(value: $ours) -> Self {
                match value { $(<$ours>::$variant => Self::$variant),+ }
            }
        }
    };
}
same_words!(desk::Language, settings::Language { English, Chinese });
same_words!(desk::Theme, settings::Theme { System, Light, Dark });
same_words!(desk::AutomationMode, settings::AutomationMode { Automatic, AskBeforeDelivering, ByHand });
same_words!(desk::Stage, Stage { Waiting, Asking, Making, Approving, Delivered, Paid, Closed });
same_words!(desk::Who, Speaker { Buyer, Robot, Seller, Market });

pub(super) fn who(actor: crate::store::Actor) -> desk::Who {
    use crate::store::Actor;
    match actor {
        Actor::Robot => desk::Who::Robot,
        Actor::Seller => desk::Who::Seller,
        Actor::Buyer => desk::Who::Buyer,
        Actor::Market => desk::Who::Market,
    }
}

pub(super) fn picture(row: PictureRow) -> desk::PictureView {
    let state = match row.state {
        PictureState::Kept => "kept",
        PictureState::Checked => "checked",
        PictureState::Refused => "refused",
        PictureState::Delivered => "delivered",
        PictureState::Superseded => "superseded",
    };
    desk::PictureView {
        id: row.id.to_string(),
        order_id: row.order_id,
        order_title: row.order_title.filter(|title| !title.is_empty()),
        buyer_name: row.buyer_name,
        round: row.round,
        n: row.n,
        is_draft: row.is_draft,
        sha256: row.sha256,
        media_type: row.media_type,
        width: row.width,
        height: row.height,
        bytes: row.bytes,
        prompt: row.prompt,
        model: row.model,
        cost_usd: row.cost_usd.map(amount),
        state: state.to_owned(),
        rating: row.rating,
        created_at: instant(row.created_at),
    }
}

pub(super) fn listing_form(form: desk::ListingForm) -> Result<ListingForm, desk::DeskError> {
    let aspect_ratio = AspectRatio::ALL.into_iter().find(|ratio| ratio.as_str() == form.aspect_ratio);
    let aspect_ratio = aspect_ratio
        .ok_or_else(|| desk::DeskError::of("invalid", "no such shape").with("field", "aspect_ratio"))?;
    Ok(ListingForm {
        name: form.name,
        description: form.description,
        price: form.price,
        category: form.category,
        tags: form.tags,
        inventory: form.inventory,
        style: form.style,
        aspect_ratio,
        count: form.count,
        revisions: form.revisions,
        automation: form.automation.map(Into::into),
        example: form.example,
        recipe: recipe(form.recipe)?,
    })
}

pub(super) fn listing_form_view(form: ListingForm) -> desk::ListingForm {
    desk::ListingForm {
        name: form.name,
        description: form.description,
        price: form.price,
        category: form.category,
        tags: form.tags,
        inventory: form.inventory,
        style: form.style,
        aspect_ratio: form.aspect_ratio.as_str().to_owned(),
        count: form.count,
        revisions: form.revisions,
        automation: form.automation.map(Into::into),
        example: form.example,
        recipe: recipe_view(form.recipe),
    }
}

fn recipe(view: desk::ListingRecipe) -> Result<Recipe, desk::DeskError> {
    let resolution = match view.resolution.as_str() {
        "" => Some(Resolution::Standard),
        asked => Resolution::ALL.into_iter().find(|size| size.as_str() == asked),
    };
    let resolution = resolution
        .ok_or_else(|| desk::DeskError::of("invalid", "no such size").with("field", "resolution"))?;
    let chain = |models: Vec<String>| {
        let mut chain: Vec<String> = Vec::new();
        for model in models.into_iter().map(|model| model.trim().to_owned()) {
            if !model.is_empty() && !chain.contains(&model) {
                chain.push(model);
            }
        }
        chain
    };
    Ok(Recipe {
        text_models: chain(view.text_models),
        picture_models: chain(view.picture_models),
        order_cap_usd: view.order_cap_usd,
        language: view.language.map(Into::into),
        accept_by_hand: view.accept_by_hand,
        draft_first: view.draft_first,
        draft_model: view.draft_model.trim().to_owned(),
        resolution,
        least_price: view.least_price,
        hide_when_full: view.hide_when_full,
    })
}

fn recipe_view(recipe: Recipe) -> desk::ListingRecipe {
    desk::ListingRecipe {
        text_models: recipe.text_models,
        picture_models: recipe.picture_models,
        order_cap_usd: recipe.order_cap_usd,
        language: recipe.language.map(Into::into),
        accept_by_hand: recipe.accept_by_hand,
        draft_first: recipe.draft_first,
        draft_model: recipe.draft_model,
        resolution: recipe.resolution.as_str().to_owned(),
        least_price: recipe.least_price,
        hide_when_full: recipe.hide_when_full,
    }
}
