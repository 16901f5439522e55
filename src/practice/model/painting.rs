//! Draws pictures and charges for what is handed out.

use std::sync::Arc;

use serde_json::Value;

use super::catalogue::{Charge, Model};
use super::one_of_many;
use super::refusal::ModelRefusal;
use super::sketches::Idea;
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
    /// The data address of a picture it is drawn after.
    pub(super) reference: Option<String>,
}

/// Words by which a prompt asks for the composition of its reference.
const KEEPS: &str = "Keep its subject, composition";

/// The first picture among the parts of a request.
pub(super) fn reference(parts: Option<&Value>) -> Option<String> {
    let parts = parts?.as_array()?;
    parts.iter().find_map(|part| part.pointer("/image_url/url")?.as_str()).map(str::to_owned)
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

/// A picture takes so many times the tokens of a standard one at most (8192 of 1290).
const MOST_TOKENS: f64 = 6.35;

/// USD for a picture: the model's price for each megapixel begun, as far as it charges for size.
pub(super) fn price(model: &Model, width: u32, height: u32) -> f64 {
    let megapixels = (f64::from(width) * f64::from(height) / (1344.0 * 1344.0)).ceil().max(1.0);
    match model.charge {
        Charge::Piece => model.picture,
        Charge::Tokens => model.picture * megapixels.min(MOST_TOKENS),
        Charge::Megapixels => model.picture * megapixels,
    }
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
    let sketches = Arc::clone(&shared.sketches);
    let drawing = tokio::task::spawn_blocking(move || {
        let Commission { prompt, reference, .. } = commission;
        if one_picture {
            return one_of_many::draw_png(&prompt, width, height, seed);
        }
        let shown = reference.filter(|_| prompt.contains(KEEPS)).and_then(|shown| sketches.recall(&shown));
        let is_after_another = shown.is_some();
        let idea = shown.unwrap_or(Idea { prompt, seed });
        let mut png = artist::draw_png(&idea.prompt, width, height, idea.seed)?;
        if is_after_another {
            // Another file, as every drawing is.
            one_of_many::mark(&mut png);
        }
        sketches.remember(&png, idea);
        Ok(png)
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
