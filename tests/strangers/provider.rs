//! A model provider between the stall and the practice provider: writes down what the stall sends, answers drawings
//! with a small picture, and plays a hijacked model where a test says so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stallkeeper::http::{TimeLimits, client};

use super::corpus::{drawn, written};

/// What the provider says for one order, found by a mark in what it is asked.
#[derive(Clone, Default)]
pub struct Script {
    /// Answers of the text model, one a reading; afterwards it is honest again unless `always`.
    pub answers: Vec<Value>,
    pub drawing: Option<Value>,
    pub always: bool,
}

pub struct Provider {
    pub address: String,
    inside: Arc<Inside>,
}

struct Inside {
    behind: String,
    http: reqwest::Client,
    picture: String,
    scripts: Mutex<HashMap<String, (Script, usize)>>,
    heard: Mutex<Vec<Value>>,
}

impl Provider {
    pub async fn start(behind: &str) -> Self {
        let picture = written(&drawn(300, 300), image::ImageFormat::Png);
        let inside = Arc::new(Inside {
            behind: behind.to_owned(),
            http: client(TimeLimits::API).unwrap(),
            picture: format!("data:image/png;base64,{}", STANDARD.encode(picture)),
            scripts: Mutex::default(),
            heard: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(inside.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, inside }
    }

    /// Has calls that hold this mark answered by a script.
    pub fn script(&self, mark: &str, script: Script) {
        self.inside.scripts.lock().unwrap().insert(mark.to_owned(), (script, 0));
    }

    /// The bodies of all chat calls so far.
    pub fn heard(&self) -> Vec<Value> {
        self.inside.heard.lock().unwrap().clone()
    }
}

async fn answer(State(inside): State<Arc<Inside>>, uri: Uri, headers: HeaderMap, bytes: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&bytes) else {
        return pass(&inside, &uri, &headers).await;
    };
    let text = body.to_string();
    inside.heard.lock().unwrap().push(body.clone());
    let is_drawing = body.get("modalities").is_some();
    if let Some(scripted) = scripted(&inside, &text, is_drawing) {
        return axum::Json(scripted).into_response();
    }
    if is_drawing {
        let message = json!({ "role": "assistant", "content": "", "images": [{ "type": "image_url", "image_url": { "url": inside.picture } }] });
        return axum::Json(envelope(&message)).into_response();
    }
    forward(&inside, &uri, &headers, Some(bytes)).await
}

fn scripted(inside: &Inside, text: &str, is_drawing: bool) -> Option<Value> {
    let mut scripts = inside.scripts.lock().unwrap();
    let (script, told) =
        scripts.iter_mut().find(|(mark, _)| text.contains(mark.as_str())).map(|(_, entry)| entry)?;
    let said = if is_drawing {
        let drawing = script.drawing.clone()?;
        if !script.always {
            script.drawing = None;
        }
        drawing
    } else {
        let at = if script.always { (*told).min(script.answers.len().checked_sub(1)?) } else { *told };
        *told += 1;
        script.answers.get(at)?.clone()
    };
    Some(match said {
        // A whole answer as it is.
        Value::Object(mut fields) if fields.contains_key("raw") => fields.remove("raw").unwrap(),
        // A whole message.
        Value::Object(mut fields) if fields.contains_key("message") => {
            envelope(&fields.remove("message").unwrap())
        }
        Value::String(words) => envelope(&json!({ "role": "assistant", "content": words })),
        form => envelope(&json!({ "role": "assistant", "content": form.to_string() })),
    })
}

fn envelope(message: &Value) -> Value {
    json!({
        "id": "gen-1", "object": "chat.completion", "created": 1, "model": "google/gemini-2.5-flash",
        "choices": [{ "index": 0, "message": message, "finish_reason": "stop", "native_finish_reason": "stop" }],
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "cost": 0.0001 },
    })
}

async fn pass(inside: &Inside, uri: &Uri, headers: &HeaderMap) -> Response {
    forward(inside, uri, headers, None).await
}

async fn forward(inside: &Inside, uri: &Uri, headers: &HeaderMap, body: Option<Bytes>) -> Response {
    let url = format!("{}{uri}", inside.behind);
    let mut request = match body {
        Some(body) => inside.http.post(url).body(body).header(header::CONTENT_TYPE, "application/json"),
        None => inside.http.get(url),
    };
    if let Some(key) = headers.get(header::AUTHORIZATION) {
        request = request.header(header::AUTHORIZATION, key);
    }
    match request.send().await {
        Ok(answer) => {
            let status = answer.status();
            (status, [(header::CONTENT_TYPE, "application/json")], answer.bytes().await.unwrap())
                .into_response()
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
