//! Bad weather on request: one-shot faults around any operation, and around pushes. Also where every call is logged.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::calls::Call;
use super::refusal::Refusal;
use super::shared::Shared;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// Answers with `status` and does nothing.
    #[serde(alias = "status")]
    FailBefore,
    /// Does it, then answers with `status` as if it had not.
    FailAfter,
    /// Does it, then cuts the connection.
    #[serde(alias = "drop")]
    DropAfter,
    /// Cuts the connection and does nothing.
    DropBefore,
    /// Waits `slow_ms` first.
    Slow,
    /// Pushes only: never sent.
    Lost,
    /// Pushes only: sent twice.
    Twice,
    /// Pushes only: sent with a wrong signature.
    BadSignature,
}

/// A fault that applies to the next `count` fitting calls.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fault {
    /// An operation id of the contracts, `push`, or `*` for any.
    pub(crate) operation: String,
    pub(crate) kind: FaultKind,
    #[serde(default = "one")]
    pub(crate) count: u32,
    #[serde(default)]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) retry_after: Option<u64>,
    #[serde(default)]
    pub(crate) slow_ms: u64,
    /// Answered instead of the usual error body.
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// Only for calls about this order.
    #[serde(default)]
    pub(crate) order_id: Option<String>,
}

fn one() -> u32 {
    1
}

/// The faults waiting to strike.
#[derive(Debug, Default)]
pub(crate) struct Weather(Vec<Fault>);

impl Weather {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn waiting(&self) -> usize {
        self.0.len()
    }

    /// Uses up one strike of the first fault that fits.
    pub(crate) fn strike(&mut self, operation: &str, order_id: Option<&str>) -> Option<Fault> {
        let at = self.0.iter().position(|fault| {
            (fault.operation == operation || fault.operation == "*")
                && fault.order_id.as_deref().is_none_or(|wanted| Some(wanted) == order_id)
        })?;
        let fault = self.0.get_mut(at)?;
        fault.count = fault.count.saturating_sub(1);
        let struck = fault.clone();
        if struck.count == 0 {
            self.0.remove(at);
        }
        Some(struck)
    }
}

/// Which operation a route is, and whose error bodies it speaks.
#[derive(Clone)]
pub(crate) struct Around {
    pub(crate) shared: Arc<Shared>,
    pub(crate) operation: &'static str,
    pub(crate) is_model: bool,
}

/// Wraps every operation: latency, request limit, faults, and the log of calls.
pub(crate) async fn around(State(at): State<Around>, request: Request, next: Next) -> Response {
    let Around { shared, operation, is_model } = at;
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
    let agent_id = key.as_deref().and_then(|key| shared.world().keys.get(key).cloned());

    let (response, done) =
        respond(&shared, operation, is_model, order_id.as_deref(), key.as_deref(), request, next).await;
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
    shared.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner).record(call, done);
    response.unwrap_or_else(cut)
}

/// The answer (none: cut the connection) and whether the effect happened.
async fn respond(
    shared: &Shared,
    operation: &'static str,
    is_model: bool,
    order_id: Option<&str>,
    key: Option<&str>,
    request: Request,
    next: Next,
) -> (Option<Response>, bool) {
    if shared.closing.is_cancelled() {
        let closing = (StatusCode::SERVICE_UNAVAILABLE, [(header::CONNECTION, "close")], "closing");
        return (Some(closing.into_response()), false);
    }
    if shared.options.latency_ms > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(shared.options.latency_ms)).await;
    }
    if !shared.clock.is_instant() {
        let now = shared.clock.now();
        let mut calls = shared.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(seconds) = calls.over_limit(key.unwrap_or_default(), operation, now) {
            drop(calls);
            return (Some(Refusal::TooMany { seconds }.into_response()), false);
        }
    }
    let fault =
        shared.weather.lock().unwrap_or_else(std::sync::PoisonError::into_inner).strike(operation, order_id);
    let Some(fault) = fault else {
        let response = next.run(request).await;
        let done = response.status().is_success();
        return (Some(response), done);
    };
    match fault.kind {
        FaultKind::FailBefore => {
            // Read what is being sent, so that the sender is not cut off while writing.
            let _ = axum::body::to_bytes(request.into_body(), usize::MAX).await;
            (Some(fault.answer(is_model)), false)
        }
        FaultKind::DropBefore => {
            let _ = axum::body::to_bytes(request.into_body(), usize::MAX).await;
            (None, false)
        }
        FaultKind::FailAfter => {
            let done = next.run(request).await.status().is_success();
            (Some(fault.answer(is_model)), done)
        }
        FaultKind::DropAfter => {
            let done = next.run(request).await.status().is_success();
            (None, done)
        }
        FaultKind::Slow | FaultKind::Lost | FaultKind::Twice | FaultKind::BadSignature => {
            tokio::time::sleep(std::time::Duration::from_millis(fault.slow_ms)).await;
            let response = next.run(request).await;
            let done = response.status().is_success();
            (Some(response), done)
        }
    }
}

impl Fault {
    fn answer(&self, is_model: bool) -> Response {
        let status = self.status.and_then(|code| StatusCode::from_u16(code).ok());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let words = status.canonical_reason().unwrap_or("Error");
        let body = self.body.clone().unwrap_or_else(|| {
            if is_model {
                json!({"error": {"code": status.as_u16(), "message": words, "metadata": {"error_type": model_error(status)}}})
            } else if status == StatusCode::TOO_MANY_REQUESTS {
                json!({"message": words, "code": "rate_limited"})
            } else {
                json!({"success": false, "error": words, "details": {"error_type": "internal_error"}})
            }
        });
        let mut response = (status, axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The provider's name of an error class (contract, OpenRouter `ErrorType`).
fn model_error(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "invalid_request",
        401 => "authentication",
        402 => "payment_required",
        403 => "permission_denied",
        404 => "not_found",
        408 | 504 => "timeout",
        413 => "payload_too_large",
        422 => "unprocessable",
        429 => "rate_limit_exceeded",
        502 => "provider_unavailable",
        503 => "provider_overloaded",
        _ => "server",
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
    use super::*;

    fn fault(operation: &str, count: u32, order_id: Option<&str>) -> Fault {
        Fault {
            operation: operation.into(),
            kind: FaultKind::FailBefore,
            count,
            status: None,
            retry_after: None,
            slow_ms: 0,
            body: None,
            order_id: order_id.map(str::to_owned),
        }
    }

    #[test]
    fn strikes_as_often_as_asked_and_only_what_fits() {
        let mut weather = Weather::default();
        weather.add(fault("getMe", 2, None));
        weather.add(fault("acceptOrder", 1, Some("a")));
        assert!(weather.strike("getOrder", None).is_none());
        assert!(weather.strike("acceptOrder", Some("b")).is_none());
        assert!(weather.strike("acceptOrder", Some("a")).is_some());
        assert!(weather.strike("getMe", None).is_some());
        assert!(weather.strike("getMe", None).is_some());
        assert!(weather.strike("getMe", None).is_none());
        assert_eq!(weather.waiting(), 0);
    }

    #[test]
    fn finds_the_order_in_an_address() {
        let id = "0b8e3c1e-6a1f-4d52-9a58-1b2f3c4d5e6f";
        assert_eq!(order_in(&format!("/api/orders/{id}/accept")).as_deref(), Some(id));
        assert_eq!(order_in("/api/orders"), None);
        assert_eq!(order_in("/api/listings/x"), None);
    }
}
