//! Listing the models.

use axum::Json;
use axum::extract::{Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::catalogue::{MODELS, Model, find};
use super::refusal::ModelRefusal;

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct ModelsQuery {
    output_modalities: Option<String>,
    supported_parameters: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(in crate::practice) async fn list(Query(query): Query<ModelsQuery>) -> Json<Value> {
    let outputs = query.output_modalities.as_deref().unwrap_or("text");
    let wanted: Vec<&str> =
        query.supported_parameters.iter().flat_map(|list| list.split(',')).map(str::trim).collect();
    let found: Vec<Value> = MODELS
        .iter()
        .filter(|model| model.gives(outputs) && wanted.iter().all(|parameter| model.takes(parameter)))
        .map(Model::view)
        .collect();
    let total = found.len();
    let data: Vec<Value> =
        found.into_iter().skip(query.offset.unwrap_or(0)).take(query.limit.unwrap_or(500)).collect();
    Json(json!({"data": data, "total_count": total, "links": {"next": null}}))
}

pub(in crate::practice) async fn get(
    Path((author, slug)): Path<(String, String)>,
) -> Result<Json<Value>, ModelRefusal> {
    let id = format!("{author}/{slug}");
    let model = find(&[&id]).ok_or_else(|| ModelRefusal::not_found(format!("Model {id} does not exist")))?;
    Ok(Json(json!({"data": model.view()})))
}

pub(in crate::practice) async fn list_for_images() -> Json<Value> {
    let data: Vec<Value> = MODELS
        .iter()
        .filter(|model| model.draws)
        .map(|model| {
            json!({
                "id": model.id, "name": model.name, "created": 1_767_225_600,
                "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["image"]},
                "supported_parameters": {
                    "aspect_ratio": {"type": "enum", "values": ["1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9"]},
                    "n": {"type": "range", "min": 1, "max": 4}, "seed": {"type": "boolean"}},
                "supports_streaming": false, "endpoints": format!("/api/v1/images/models/{}/endpoints", model.id),
            })
        })
        .collect();
    Json(json!({"data": data}))
}
