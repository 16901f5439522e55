//! Wraps every operation: latency, request limit, weather, and the log of calls.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::fault::{Fault, FaultKind};
use super::roll::Hit;
use crate::practice::calls::Call;
use crate::practice::refusal::Refusal;
use crate::practice::shared::Shared;

/// Which operation a route is, and whose error bodies it speaks.
#[derive(Clone)]
pub(crate) struct Around {
    pub(crate) shared: Arc<Shared>,
    pub(crate) operation: &'static str,
    pub(crate) voice: Voice,
}

/// Whose answers a route gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    Market,
    Model,
    Molt,
}

/// What is known of a call before it is answered.
struct Known<'a> {
    operation: &'static str,
    voice: Voice,
    order_id: Option<&'a str>,
    key: Option<&'a str>,
}

/// Wraps every operation: latency, request limit, weather, and the log of calls.
pub(crate) async fn around(State(at): State<Around>, request: Request, next: Next) -> Response {
    let Around { shared, operation, voice } = at;
    let started = tokio::time::Instant::now();
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let order_id = order_in(&path);
    let key = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    let agent_id = key.as_deref().and_then(|key| {
        let world = shared.world();
        world.keys.get(key).or_else(|| world.molt.keys.get(key)).cloned()
    });

    let known = Known { operation, voice, order_id: order_id.as_deref(), key: key.as_deref() };
    let (response, done) = respond(&shared, &known, request, next).await;
    let status = response.as_ref().map_or(0, |response| response.status().as_u16());
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    let call = Call {
        number: 0,
        at: shared.clock.now(),
        operation,
        method,
        path,
        order_id,
        agent_id,
        status,
        milliseconds,
    };
    shared.calls.lock().unwrap_or_else(PoisonError::into_inner).record(call, done);
    response.unwrap_or_else(cut)
}

/// The answer (none: cut the connection) and whether the effect happened.
async fn respond(
    shared: &Shared,
    known: &Known<'_>,
    request: Request,
    next: Next,
) -> (Option<Response>, bool) {
    if shared.closing.is_cancelled() {
        let closing = (StatusCode::SERVICE_UNAVAILABLE, [(header::CONNECTION, "close")], "closing");
        return (Some(closing.into_response()), false);
    }
    if shared.options.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(shared.options.latency_ms)).await;
    }
    if !shared.clock.is_instant() {
        let now = shared.clock.now();
        let mut calls = shared.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seconds) = calls.over_limit(known.key.unwrap_or_default(), known.operation, now) {
            drop(calls);
            return (Some(Refusal::TooMany { seconds }.into_response()), false);
        }
    }
    let (request, draws) =
        if known.voice == Voice::Model { look_for_a_picture(request).await } else { (request, false) };
    let hit = Hit {
        operation: known.operation,
        order_id: known.order_id,
        order_number: known.order_id.and_then(|id| shared.world().number_of(id)),
        draws: draws || known.operation == "createImage",
    };
    let struck =
        shared.weather.lock().unwrap_or_else(PoisonError::into_inner).strike(&hit, shared.clock.now());
    if struck.slow_ms > 0 {
        tokio::time::sleep(Duration::from_millis(struck.slow_ms)).await;
    }
    match struck.fault {
        Some(fault) => {
            let now = shared.clock.now();
            strike(&fault, &|| fault.answer(known.voice, now), request, next).await
        }
        None => perform(request, next).await,
    }
}

async fn perform(request: Request, next: Next) -> (Option<Response>, bool) {
    let response = next.run(request).await;
    let done = response.status().is_success();
    (Some(response), done)
}

async fn strike(
    fault: &Fault,
    answer: &(dyn Fn() -> Response + Sync),
    request: Request,
    next: Next,
) -> (Option<Response>, bool) {
    match fault.kind {
        FaultKind::FailBefore | FaultKind::DropBefore => {
            // Read what is being sent, so that the sender is not cut off while writing.
            let _ = axum::body::to_bytes(request.into_body(), usize::MAX).await;
            ((fault.kind == FaultKind::FailBefore).then(answer), false)
        }
        FaultKind::FailAfter => {
            let (_, done) = perform(request, next).await;
            (Some(answer()), done)
        }
        FaultKind::DropAfter => {
            let (_, done) = perform(request, next).await;
            (None, done)
        }
        FaultKind::HalfAnswer | FaultKind::BrokenPicture => {
            let (response, done) = perform(request, next).await;
            let Some(response) = response else { return (None, done) };
            let spoil = if fault.kind == FaultKind::HalfAnswer { half } else { break_pictures };
            (Some(spoiled(response, spoil).await), done)
        }
        FaultKind::Slow | FaultKind::Lost | FaultKind::Twice | FaultKind::BadSignature => {
            perform(request, next).await
        }
    }
}

/// Whether a call of the chat route asks for a picture; the request goes on unchanged.
async fn look_for_a_picture(request: Request) -> (Request, bool) {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return (Request::from_parts(parts, Body::empty()), false);
    };
    let asked: Option<Value> = serde_json::from_slice(&bytes).ok();
    let modalities = asked.as_ref().and_then(|asked| asked.get("modalities")).and_then(Value::as_array);
    let draws = modalities.is_some_and(|modalities| modalities.iter().any(|kind| kind == "image"));
    (Request::from_parts(parts, Body::from(bytes)), draws)
}

async fn spoiled(response: Response, spoil: fn(Bytes) -> Bytes) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(spoil(bytes)))
}

/// The first half: a complete answer whose JSON is not.
fn half(bytes: Bytes) -> Bytes {
    bytes.slice(..bytes.len() / 2)
}

/// Every picture in the answer loses its second half and ends in characters that are no base64.
fn break_pictures(bytes: Bytes) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&bytes) else { return bytes };
    spoil_pictures(&mut answer, "");
    answer.to_string().into()
}

fn spoil_pictures(value: &mut Value, name: &str) {
    match value {
        Value::String(text) if name == "b64_json" || text.starts_with("data:image/") => {
            let keep = text.len() / 2;
            *text = format!("{}!!", text.get(..keep).unwrap_or_default());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| spoil_pictures(item, name)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| spoil_pictures(value, name)),
        _ => {}
    }
}

/// An answer whose body breaks at once: the server then closes the connection without a complete answer.
fn cut() -> Response {
    let broken = futures_util::stream::once(async {
        Err::<bytes::Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    let mut response = Response::new(Body::from_stream(broken));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("1000000"));
    response
}

/// The order an address is about.
fn order_in(path: &str) -> Option<String> {
    let mut parts = path.split('/');
    parts.find(|part| *part == "orders" || *part == "disputes")?;
    parts.next().filter(|part| part.len() == 36).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_the_order_in_an_address() {
        let id = "0b8e3c1e-6a1f-4d52-9a58-1b2f3c4d5e6f";
        assert_eq!(order_in(&format!("/api/orders/{id}/accept")).as_deref(), Some(id));
        assert_eq!(order_in("/api/orders"), None);
        assert_eq!(order_in("/api/listings/x"), None);
    }

    #[test]
    fn breaks_pictures_and_nothing_else() {
        let answer = json!({"data": [{"b64_json": "QUJDREVGR0g="}], "images": [{"url": "data:image/png;base64,QUJD"}], "text": "hello"});
        let broken: Value = serde_json::from_slice(&break_pictures(answer.to_string().into())).unwrap();
        assert_eq!(broken["data"][0]["b64_json"], "QUJDRE!!");
        assert_eq!(broken["images"][0]["url"], "data:image/pn!!");
        assert_eq!(broken["text"], "hello");
    }
}
