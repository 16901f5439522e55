//! The dedicated picture route. All or nothing: a picture that is not made is not charged.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::account::Customer;
use super::catalogue::find;
use super::painting::{self, Commission};
use super::refusal::ModelRefusal;
use crate::practice::shared::Shared;

/// Larger pictures are refused.
const LONGEST_SIDE: u32 = 4096;

pub(in crate::practice) async fn create(
    State(shared): State<Arc<Shared>>,
    _: Customer,
    bytes: Bytes,
) -> Result<Json<Value>, ModelRefusal> {
    let request: Value = serde_json::from_slice(&bytes)
        .map_err(|error| ModelRefusal::bad_request(format!("The body is not JSON: {error}")))?;
    let text = |key: &str| request.get(key).and_then(Value::as_str);
    let wanted = text("model").ok_or_else(|| ModelRefusal::bad_request("No model provided"))?;
    let model = find(&[wanted])
        .filter(|model| model.draws)
        .ok_or_else(|| ModelRefusal::not_found(format!("No endpoints found for {wanted}.")))?;
    let prompt = text("prompt").filter(|prompt| !prompt.trim().is_empty());
    let prompt = prompt.ok_or_else(|| ModelRefusal::bad_request("Input required: specify \"prompt\""))?;
    let count = request.get("n").and_then(Value::as_u64).unwrap_or(1);
    if !(1..=4).contains(&count) {
        return Err(ModelRefusal::bad_request("n must be from 1 to 4"));
    }
    let (width, height) = size(text("size"), text("aspect_ratio"), text("resolution"))?;
    painting::check_credit(&shared)?;
    let mut data = Vec::new();
    for number in 0..count {
        let seed = request.get("seed").and_then(Value::as_u64).map(|seed| seed + number);
        let reference = painting::reference(request.get("input_references"));
        let commission = Commission { prompt: prompt.to_owned(), width, height, seed, reference };
        let png = painting::draw(&shared, commission).await?;
        data.push(json!({"b64_json": STANDARD.encode(png), "media_type": "image/png"}));
    }
    let cost = painting::price(model, width, height) * count as f64;
    painting::charge(&shared, model, cost, count);
    Ok(Json(json!({"created": shared.clock.now().as_second(), "data": data,
        "usage": {"prompt_tokens": prompt.len() / 4 + 1, "completion_tokens": 1290 * count, "cost": cost}})))
}

/// Pixels from `size` (pixels or a tier), else from ratio and resolution.
fn size(
    size: Option<&str>,
    ratio: Option<&str>,
    resolution: Option<&str>,
) -> Result<(u32, u32), ModelRefusal> {
    let refuse = |what: &str| ModelRefusal::bad_request(format!("Unsupported {what}"));
    if let Some((width, height)) = size.and_then(|size| size.split_once('x')) {
        let side = |text: &str| text.parse().ok().filter(|side| (64..=LONGEST_SIDE).contains(side));
        let pixels = side(width).zip(side(height)).ok_or_else(|| refuse("size"))?;
        if ratio.is_some() || resolution.is_some() {
            return Err(refuse("size together with resolution or aspect_ratio"));
        }
        return Ok(pixels);
    }
    let (width, height) = painting::pixels(ratio.unwrap_or("1:1")).ok_or_else(|| refuse("aspect_ratio"))?;
    let scale = painting::scale(size.or(resolution).unwrap_or("1K")).ok_or_else(|| refuse("resolution"))?;
    Ok((width * scale, height * scale))
}
