//! Asking for one picture, and finding it in the answer, whichever route it came by.
//!
//! The answer is walked, not parsed into a fixed shape: the call is paid, so an odd field must not cost the picture.

use bytes::Bytes;
use serde_json::{Value, json};
use url::Url;

use super::refusal;
use crate::model::cost::amount;
use crate::model::data_url::{self, DataUrlError};
use crate::model::{DrawAnswer, DrawRequest, ModelError, PictureRoute, PictureSource, Resolution};

/// Path and body of the call for this picture. The standard tier is what a model gives unasked, and not every model knows
/// tiers: only a larger one is named.
pub(super) fn request(request: &DrawRequest) -> (&'static str, Value) {
    let tier = Some(request.resolution).filter(|tier| *tier != Resolution::Standard);
    let reference = request.reference.as_ref().map(|picture| {
        let address = data_url::encode_data_url(&picture.media_type, &picture.bytes);
        json!({ "type": "image_url", "image_url": { "url": address } })
    });
    match request.route {
        PictureRoute::Chat => {
            let modalities = if request.picture_only { json!(["image"]) } else { json!(["image", "text"]) };
            let content = match reference {
                None => json!(request.prompt),
                Some(picture) => json!([{ "type": "text", "text": request.prompt }, picture]),
            };
            let mut config = json!({ "aspect_ratio": request.aspect_ratio });
            if let Some(tier) = tier {
                config["image_size"] = json!(tier);
            }
            let body = json!({
                "model": request.model,
                "messages": [{ "role": "user", "content": content }],
                "modalities": modalities,
                "image_config": config,
                "max_tokens": request.max_tokens,
                "stream": false,
            });
            ("chat/completions", body)
        }
        PictureRoute::Images => {
            let mut body = json!({
                "model": request.model,
                "prompt": request.prompt,
                "n": 1,
                "aspect_ratio": request.aspect_ratio,
                "stream": false,
            });
            if let Some(tier) = tier {
                body["resolution"] = json!(tier);
            }
            if let Some(picture) = reference {
                body["input_references"] = json!([picture]);
            }
            ("images", body)
        }
    }
}

/// Finds the picture in a whole answer body of either route, fresh or stored earlier.
///
/// # Errors
/// As [`Model::draw`](crate::model::Model::draw) for an answer without a picture; a body that is no JSON is `Network { sent: true }`.
pub fn read_draw_answer(raw: impl Into<Bytes>) -> Result<DrawAnswer, ModelError> {
    read(raw.into(), "")
}

/// As [`read_draw_answer`], knowing which model was asked.
pub(super) fn read(raw: Bytes, model: &str) -> Result<DrawAnswer, ModelError> {
    let answer: Value = serde_json::from_slice(&raw)
        .map_err(|_| ModelError::Network { message: "the answer is no JSON".to_owned(), sent: true })?;
    if let Some(error) = refusal::inside(&answer, model) {
        return Err(error);
    }
    let cost_usd = answer.pointer("/usage/cost").and_then(amount);
    let message = answer.pointer("/choices/0/message");
    let text = message.and_then(spoken);
    let candidates = message.into_iter().flat_map(in_message).chain(in_data(&answer));
    let mut too_large = None;
    for candidate in candidates {
        match candidate.source() {
            Ok(picture) => {
                let field = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
                return Ok(DrawAnswer {
                    picture,
                    cost_usd,
                    model: field("model"),
                    generation_id: field("id"),
                    text,
                    ms: None,
                    raw,
                });
            }
            Err(DataUrlError::TooLarge { limit_bytes }) => too_large = Some(limit_bytes as u64),
            Err(_) => {}
        }
    }
    if let Some(limit_bytes) = too_large {
        return Err(ModelError::TooLarge { limit_bytes });
    }
    Err(match refused(&answer) {
        Some(reason) => ModelError::Refused { reasons: vec![reason], cost_usd },
        None => ModelError::NoPicture { text, cost_usd },
    })
}

/// Somewhere a picture may be.
enum Candidate<'a> {
    /// An address, mostly a data address.
    Address(&'a str),
    Base64 {
        text: &'a str,
        declared: Option<&'a str>,
    },
}

impl Candidate<'_> {
    fn source(&self) -> Result<PictureSource, DataUrlError> {
        match self {
            Self::Address(address) if data_url::is_data_url(address) => {
                let found = data_url::decode_data_url(address, data_url::MOST_BYTES)?;
                Ok(PictureSource::Bytes { bytes: found.bytes, declared: found.declared })
            }
            Self::Address(address) => match Url::parse(address.trim()) {
                Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(PictureSource::Url(url)),
                _ => Err(DataUrlError::NotADataUrl),
            },
            Self::Base64 { text, declared } => {
                if data_url::is_data_url(text) {
                    return Self::Address(text).source();
                }
                let bytes = data_url::decode_base64(text, data_url::MOST_BYTES)?;
                Ok(PictureSource::Bytes { bytes, declared: declared.map(str::to_owned) })
            }
        }
    }
}

/// Chat route: `images` in its three known forms, then parts of `content`.
fn in_message(message: &Value) -> impl Iterator<Item = Candidate<'_>> {
    let images = message.get("images").and_then(Value::as_array).into_iter().flatten();
    let parts = message.get("content").and_then(Value::as_array).into_iter().flatten();
    images.chain(parts.filter(|part| !part.is_string())).filter_map(in_entry)
}

fn in_entry(entry: &Value) -> Option<Candidate<'_>> {
    let address = [entry.pointer("/image_url/url"), entry.get("image_url"), entry.get("url"), Some(entry)];
    match address.into_iter().flatten().find_map(Value::as_str) {
        Some(address) => Some(Candidate::Address(address)),
        None => in_base64(entry),
    }
}

/// Images route: `data[].b64_json`, or an address there.
fn in_data(answer: &Value) -> impl Iterator<Item = Candidate<'_>> {
    let data = answer.get("data").and_then(Value::as_array).into_iter().flatten();
    data.filter_map(|entry| in_base64(entry).or_else(|| in_entry(entry)))
}

fn in_base64(entry: &Value) -> Option<Candidate<'_>> {
    let text = entry.get("b64_json")?.as_str()?;
    Some(Candidate::Base64 { text, declared: entry.get("media_type").and_then(Value::as_str) })
}

/// What the model said, from either form of `content`.
pub(super) fn spoken(message: &Value) -> Option<String> {
    let text = match message.get("content")? {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part.get("text").unwrap_or(part).as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        _ => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Whether an answer without the wanted content is a refusal, and in which words.
pub(super) fn refused(answer: &Value) -> Option<String> {
    let choice = answer.pointer("/choices/0")?;
    if let Some(words) =
        choice.pointer("/message/refusal").and_then(Value::as_str).filter(|words| !words.is_empty())
    {
        return Some(refusal::clipped(words));
    }
    let reason = |name: &str| choice.get(name).and_then(Value::as_str);
    let native = reason("native_finish_reason").unwrap_or_default();
    // The platform's own word, then those of the Gemini family, which come with `finish_reason: stop`.
    let is_refusal = reason("finish_reason") == Some("content_filter")
        || [
            "SAFETY",
            "IMAGE_SAFETY",
            "PROHIBITED_CONTENT",
            "IMAGE_PROHIBITED_CONTENT",
            "BLOCKLIST",
            "SPII",
            "content_filter",
        ]
        .contains(&native);
    is_refusal.then(|| {
        let said = choice.get("message").and_then(spoken).unwrap_or_else(|| "content filter".to_owned());
        refusal::clipped(&said)
    })
}
