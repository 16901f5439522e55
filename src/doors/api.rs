//! Describes the local door: `/openapi.json`, and `/docs` for people.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Html;
use serde_json::{Value, json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use super::local::{Local, routes};
use super::{desk, generate, health};
use crate::settings::WebhookPath;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Stallkeeper's local interface",
        description = "What programs on this computer may ask of the stall.",
    ),
    paths(
        push, generate::generate, health::health, description, desk::session, desk::command, desk::events,
        desk::file, desk::evidence, desk::picture
    ),
    components(schemas(Pushed)),
    modifiers(&Keys)
)]
struct Description;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let pictures = ApiKey::Cookie(ApiKeyValue::new("stallkeeper_pictures_<port>"));
        components.add_security_scheme("pictures", SecurityScheme::ApiKey(pictures));
    }
}

/// News as the marketplace pushes it. More members may be there.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is kept as it came")]
struct Pushed {
    event_id: i64,
    event_type: String,
    payload: Option<serde_json::Map<String, Value>>,
    created_at: Option<String>,
}

/// Takes news of the marketplace: stored durably before the answer. The path is WEBHOOK_PATH.
#[utoipa::path(
    post, path = "/api/v1/webhook/orders", tag = "news", request_body = Pushed,
    params(("X-Webhook-Signature" = String, Header, description = "Hex HMAC-SHA256 of the raw body")),
    responses(
        (status = 200, description = "Stored, or known already (`duplicate` is true)", body = Object),
        (status = 400, description = "Not JSON, or without event_id or event_type"),
        (status = 401, description = "Not signed with the secret"),
        (status = 413, description = "Larger than 1 MiB"),
        (status = 503, description = "Could not be stored; to be sent again"),
    )
)]
#[expect(dead_code, reason = "describes an operation whose path is a setting")]
fn push() {}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "stall", responses((status = 200, body = Object)))]
pub(super) async fn description(State(local): State<Arc<Local>>) -> Json<Value> {
    Json(document(&local.push.path()))
}

/// The operations as a page.
pub(super) async fn docs(State(local): State<Arc<Local>>) -> Html<String> {
    let path = local.push.path();
    let rows = std::iter::once(("POST", path.as_str(), "Takes pushed news, signed with the webhook secret"))
        .chain(routes().into_iter().map(|route| (route.method, route.path, route.summary)))
        .map(|(method, path, summary)| format!("<tr><td>{method}<td><code>{path}</code><td>{summary}</tr>"))
        .collect::<String>();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Stallkeeper's local interface</title>\
         <style>body{{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}}\
         td{{padding:.25rem 1rem .25rem 0;vertical-align:top}}</style>\
         <h1>Stallkeeper's local interface</h1>\
         <p>Only programs on this computer reach it. <a href=\"/openapi.json\">openapi.json</a> says it in full.</p>\
         <table>{rows}</table></html>"
    ))
}

fn document(path: &WebhookPath) -> Value {
    let mut document = json!(Description::openapi());
    if let Some(paths) = document["paths"].as_object_mut()
        && let Some(operation) = paths.remove(WebhookPath::default().as_str())
    {
        paths.insert(path.to_string(), operation);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run with `WRITE_SNAPSHOTS=1` to accept a change.
    #[test]
    fn the_description_is_the_one_agreed_on() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
        let mut present = document(&WebhookPath::default());
        present["info"]["version"] = "0".into();
        let present = serde_json::to_string_pretty(&present).unwrap() + "\n";
        if std::env::var_os("WRITE_SNAPSHOTS").is_some() {
            std::fs::write(path, &present).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), present);
    }

    #[test]
    fn every_operation_of_the_table_is_described() {
        let document = document(&"/hook".parse().unwrap());
        assert!(document["paths"]["/hook"]["post"].is_object(), "the path of news follows the setting");
        assert!(document["paths"]["/api/v1/webhook/orders"].is_null());
        for route in routes().iter().filter(|route| route.path != "/docs") {
            let operation = &document["paths"][route.path][route.method.to_lowercase()];
            assert!(operation.is_object(), "{} {}", route.method, route.path);
        }
    }
}
