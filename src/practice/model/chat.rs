//! The chat route: text, JSON of a given schema, and pictures with `modalities`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::account::Customer;
use super::catalogue::{Model, find};
use super::painting::{self, Commission};
use super::reader;
use super::refusal::ModelRefusal;
use crate::practice::shared::Shared;

pub(in crate::practice) async fn complete(
    State(shared): State<Arc<Shared>>,
    _: Customer,
    bytes: Bytes,
) -> Result<Json<Value>, ModelRefusal> {
    let request: Value = serde_json::from_slice(&bytes)
        .map_err(|error| ModelRefusal::bad_request(format!("The body is not JSON: {error}")))?;
    if request.get("stream").and_then(Value::as_bool) == Some(true) {
        return Err(ModelRefusal::bad_request("The practice provider does not stream"));
    }
    let messages = request.get("messages").and_then(Value::as_array).filter(|messages| !messages.is_empty());
    let messages =
        messages.ok_or_else(|| ModelRefusal::bad_request("Input required: specify \"messages\""))?;
    let model = model(&request)?;
    painting::check_credit(&shared)?;
    let modalities = request.get("modalities").and_then(Value::as_array);
    let wants = |kind: &str| modalities.is_some_and(|wanted| wanted.iter().any(|known| known == kind));
    let wants_picture = wants("image");
    if wants_picture && wants("text") && model.draws && !model.writes {
        return Err(ModelRefusal::not_found(
            "No endpoints found that support the requested output modalities: image, text",
        ));
    }
    if wants_picture {
        picture(&shared, model, &request, messages).await
    } else {
        text(&shared, model, &request, messages)
    }
}

fn model(request: &Value) -> Result<&'static Model, ModelRefusal> {
    let first = request.get("model").and_then(Value::as_str);
    let more =
        request.get("models").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let wanted: Vec<&str> = first.into_iter().chain(more).collect();
    match wanted.first() {
        None => Err(ModelRefusal::bad_request("No models provided")),
        Some(first) => {
            find(&wanted).ok_or_else(|| ModelRefusal::not_found(format!("No endpoints found for {first}.")))
        }
    }
}

/// The text of a message, its parts joined.
pub(super) fn text_of(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

/// What tokens cost, counted as four bytes each.
fn text_usage(model: &Model, messages: &[Value], answer: &str) -> (u64, u64, f64) {
    let prompt = messages.iter().map(|message| text_of(message).len() as u64).sum::<u64>() / 4 + 8;
    let completion = answer.len() as u64 / 4 + 1;
    let cost = (prompt as f64 * model.prompt + completion as f64 * model.completion) / 1_000_000.0;
    (prompt, completion, cost)
}

fn text(
    shared: &Arc<Shared>,
    model: &'static Model,
    request: &Value,
    messages: &[Value],
) -> Result<Json<Value>, ModelRefusal> {
    if !model.writes {
        return Err(ModelRefusal::not_found(
            "No endpoints found that support the requested output modalities: text",
        ));
    }
    let format = request.get("response_format");
    let kind = format.and_then(|format| format.get("type")).and_then(Value::as_str);
    let schema = format.and_then(|format| format.pointer("/json_schema/schema"));
    let is_strict = request.pointer("/provider/require_parameters").and_then(Value::as_bool) == Some(true);
    if is_strict && kind == Some("json_schema") && !model.takes("structured_outputs") {
        return Err(ModelRefusal::not_found("No endpoints found that can handle the requested parameters."));
    }
    let answer = match (kind, schema) {
        (Some("json_schema"), None) => {
            return Err(ModelRefusal::bad_request("response_format.json_schema.schema is required"));
        }
        (Some("json_schema"), Some(schema)) => reader::fill(schema, messages).to_string(),
        (Some("json_object"), _) => reader::fill(&Value::Null, messages).to_string(),
        _ => reader::reply(messages),
    };
    let (prompt, completion, cost) = text_usage(model, messages, &answer);
    let id = painting::charge(shared, model, cost, 0);
    let usage = json!({"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
        "cost": cost, "is_byok": false});
    Ok(Json(envelope(shared, model, &id, json!({"role": "assistant", "content": answer}), &usage)))
}

async fn picture(
    shared: &Arc<Shared>,
    model: &'static Model,
    request: &Value,
    messages: &[Value],
) -> Result<Json<Value>, ModelRefusal> {
    if !model.draws {
        return Err(ModelRefusal::not_found(
            "No endpoints found that support the requested output modalities: image",
        ));
    }
    let config = |key: &str| request.pointer(&format!("/image_config/{key}")).and_then(Value::as_str);
    let ratio = config("aspect_ratio").unwrap_or("1:1");
    let (width, height) = painting::pixels(ratio)
        .ok_or_else(|| ModelRefusal::bad_request(format!("Unsupported aspect_ratio {ratio}")))?;
    let size = config("image_size").unwrap_or("1K");
    let scale = painting::scale(size)
        .ok_or_else(|| ModelRefusal::bad_request(format!("Unsupported image_size {size}")))?;
    let (width, height) = (width * scale, height * scale);
    let prompt = messages.iter().rev().find(|message| message.get("role").is_some_and(|role| role == "user"));
    let reference = prompt.and_then(|prompt| painting::reference(prompt.get("content")));
    let prompt = prompt.map(text_of).unwrap_or_default();
    if prompt.trim().is_empty() {
        return Err(ModelRefusal::bad_request("The last user message is empty"));
    }
    let seed = request.get("seed").and_then(Value::as_u64);
    let png = painting::draw(shared, Commission { prompt, width, height, seed, reference }).await?;
    let (prompt_tokens, _, text_cost) = text_usage(model, messages, "");
    let cost = painting::price(model, width, height) + text_cost;
    let id = painting::charge(shared, model, cost, 1);
    let content = if model.writes { json!("Here is your picture.") } else { Value::Null };
    let message = json!({"role": "assistant", "content": content, "images": [
        {"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{}", STANDARD.encode(png))}}]});
    let usage = json!({"prompt_tokens": prompt_tokens, "completion_tokens": 1290, "total_tokens": prompt_tokens + 1290,
        "cost": cost, "is_byok": false, "completion_tokens_details": {"image_tokens": 1290, "reasoning_tokens": 0}});
    Ok(Json(envelope(shared, model, &id, message, &usage)))
}

fn envelope(shared: &Shared, model: &Model, id: &str, message: Value, usage: &Value) -> Value {
    json!({
        "id": id, "object": "chat.completion", "created": shared.clock.now().as_second(), "model": model.id,
        "provider": "Practice",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "native_finish_reason": "stop"}],
        "usage": usage,
    })
}
