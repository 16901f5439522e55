//! One answer read as everything the provider could have meant by it.

use bytes::Bytes;
use serde_json::Value;

use super::{analysis, catalogue, drawing, refusal};
use crate::model::{Analysis, DrawAnswer, KeyStatus, ModelError, ModelInfo, ModelUse, PictureRoute};

/// What every reader of this folder makes of one body.
#[derive(Debug)]
pub struct Readings {
    pub drawn: Result<DrawAnswer, ModelError>,
    /// Of what the model said.
    pub analysis: Option<Analysis>,
    pub text_models: Vec<ModelInfo>,
    pub picture_models: Vec<ModelInfo>,
    pub key: Option<KeyStatus>,
    /// As an answer with each of the statuses that are told apart.
    pub refusals: Vec<ModelError>,
}

/// Reads one body as every kind of answer there is: whatever is in it, reading does no more than fail.
/// Nothing when it is no JSON.
pub fn read_as_everything(raw: &[u8]) -> Option<Readings> {
    let answer: Value = serde_json::from_slice(raw).ok()?;
    let said = answer.pointer("/choices/0/message").and_then(drawing::spoken);
    let models = |wanted, route| catalogue::models(&answer, wanted, route).unwrap_or_default();
    let none = reqwest::header::HeaderMap::new();
    let refusals = [400, 401, 402, 403, 404, 408, 429, 500, 502];
    Some(Readings {
        drawn: drawing::read(Bytes::copy_from_slice(raw), "a-model"),
        analysis: said.and_then(|said| analysis::read(&said).ok()),
        text_models: models(ModelUse::Text, PictureRoute::Chat),
        picture_models: models(ModelUse::Picture, PictureRoute::Images),
        key: catalogue::key_status(&answer, Some(&answer)).ok(),
        refusals: refusals.map(|status| refusal::of_response(status, &none, raw, "a-model")).to_vec(),
    })
}
