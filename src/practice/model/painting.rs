//! Draws pictures and charges for what is handed out.

use std::sync::Arc;

use super::catalogue::Model;
use super::one_of_many;
use super::refusal::ModelRefusal;
use crate::practice::artist;
use crate::practice::market::policy;
use crate::practice::refusal::Refusal;
use crate::practice::shared::Shared;

/// Generations remembered for `/generation`.
const REMEMBERED: usize = 10_000;

/// What is to be drawn.
#[derive(Debug)]
pub(super) struct Commission {
    pub(super) prompt: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) seed: Option<u64>,
}

/// Pixels of an aspect ratio at standard resolution (contract, OpenRouter `ImageConfig`).
pub(super) fn pixels(aspect_ratio: &str) -> Option<(u32, u32)> {
    Some(match aspect_ratio {
        "1:1" | "auto" => (1024, 1024),
        "2:3" => (832, 1248),
        "3:2" => (1248, 832),
        "3:4" => (864, 1184),
        "4:3" => (1184, 864),
        "4:5" => (896, 1152),
        "5:4" => (1152, 896),
        "9:16" => (768, 1344),
        "16:9" => (1344, 768),
        "21:9" => (1536, 672),
        _ => return None,
    })
}

/// How much larger the tiers above standard are, along each side.
pub(super) fn scale(size: &str) -> Option<u32> {
    Some(match size {
        "512" | "1K" => 1,
        "2K" => 2,
        "4K" => 4,
        _ => return None,
    })
}

/// USD for a picture: the model's price for each megapixel begun.
pub(super) fn price(model: &Model, width: u32, height: u32) -> f64 {
    let megapixels = (f64::from(width) * f64::from(height) / (1344.0 * 1344.0)).ceil().max(1.0);
    model.picture * megapixels
}

/// The same shape with another shorter side.
fn shrunk(width: u32, height: u32, side: u32) -> (u32, u32) {
    let shorter = width.min(height).max(1);
    let fit = |length: u32| {
        u32::try_from(u64::from(length) * u64::from(side) / u64::from(shorter)).unwrap_or(length)
    };
    (fit(width), fit(height))
}

/// Draws, after the time it pretends to take. Nothing is charged yet.
pub(super) async fn draw(shared: &Arc<Shared>, commission: Commission) -> Result<Vec<u8>, ModelRefusal> {
    if let Err(Refusal::Policy { categories, .. }) = policy::check(&[&commission.prompt]) {
        return Err(ModelRefusal::moderated(
            categories.first().copied().unwrap_or("other"),
            &commission.prompt,
        ));
    }
    let (width, height) = match shared.options.picture_side {
        Some(side) => shrunk(commission.width, commission.height, side),
        None => (commission.width, commission.height),
    };
    let seed = commission.seed.unwrap_or_else(|| shared.options.seed ^ shared.world().account.pictures);
    let one_picture = shared.options.one_picture;
    let drawing = tokio::task::spawn_blocking(move || {
        if one_picture {
            one_of_many::draw_png(&commission.prompt, width, height, seed)
        } else {
            artist::draw_png(&commission.prompt, width, height, seed)
        }
    });
    let (drawn, ()) = tokio::join!(drawing, shared.clock.pass(shared.options.picture_seconds));
    match drawn {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            tracing::error!(%error, "the practice artist failed");
            Err(ModelRefusal::internal())
        }
        Err(error) => {
            tracing::error!(%error, "the practice artist was interrupted");
            Err(ModelRefusal::internal())
        }
    }
}

/// Refuses when the key's cap is used up.
pub(super) fn check_credit(shared: &Shared) -> Result<(), ModelRefusal> {
    let world = shared.world();
    let account = &world.account;
    if account.limit_usd.is_some_and(|limit| account.usage_usd >= limit) {
        Err(ModelRefusal::no_credit())
    } else {
        Ok(())
    }
}

/// Charges an answer and names it.
pub(super) fn charge(shared: &Shared, model: &Model, cost: f64, pictures: u64) -> String {
    let mut turn = shared.turn();
    let account = &mut turn.account;
    account.usage_usd += cost;
    account.pictures += pictures;
    account.answers += 1;
    let id = format!("gen-{:010}-practice", account.answers);
    if account.generations.len() == REMEMBERED {
        account.generations.pop_first();
    }
    account.generations.insert(id.clone(), (model.id.to_owned(), cost));
    id
}
