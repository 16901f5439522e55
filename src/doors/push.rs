//! Takes pushed news: verify, store, answer, in that order (contract, Agent Market 1.4).
//!
//! Nothing else happens before the answer: no call to a marketplace, no model. A push is only a hint; the order itself
//! is read again by whoever empties the inbox.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::Semaphore;

use super::behind::TakesNews;
use super::body::{self, refusal};
use crate::clock::Clock;
use crate::intake::{IncomingEvent, Inserted, Via};
use crate::settings::WebhookPath;

/// Hex HMAC-SHA256 of the raw body, without a prefix.
const SIGNATURE: &str = "x-webhook-signature";
/// How long the secret before the present one is accepted.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// Bodies of strangers held in memory at once; more wait their turn.
const AT_ONCE: usize = 64;
const LONGEST_KIND: usize = 200;

/// The address news is pushed to, shared by both doors; clones share it.
#[derive(Clone)]
pub struct PushDoor(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    at_once: Semaphore,
    state: Mutex<State>,
}

struct State {
    path: WebhookPath,
    news: Option<Arc<dyn TakesNews>>,
    secret: Option<SecretString>,
    previous: Option<(SecretString, Timestamp)>,
    counters: PushCounters,
}

/// What has come through since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PushCounters {
    /// Stored, or known already.
    pub received: u64,
    /// Turned away: too large, not signed by us, or not an event.
    pub refused: u64,
    /// When the last one was received.
    pub last_at: Option<Timestamp>,
}

impl PushDoor {
    /// A door behind which nobody is: every push is refused until [`PushDoor::connect`].
    pub fn new(clock: Arc<dyn Clock>, path: WebhookPath) -> Self {
        let state =
            State { path, news: None, secret: None, previous: None, counters: PushCounters::default() };
        Self(Arc::new(Inner { clock, at_once: Semaphore::new(AT_ONCE), state: Mutex::new(state) }))
    }

    /// Takes news of one account, signed with its secret. Whatever another account's secret signed is refused from
    /// now on.
    pub fn connect(&self, news: Arc<dyn TakesNews>, secret: SecretString) {
        let mut state = self.state();
        state.news = Some(news);
        state.secret = Some(secret);
        state.previous = None;
    }

    /// Refuses everything again.
    pub fn disconnect(&self) {
        let mut state = self.state();
        (state.news, state.secret, state.previous) = (None, None, None);
    }

    /// The path news is pushed to.
    pub fn path(&self) -> WebhookPath {
        self.state().path.clone()
    }

    /// Moves the door to another path at once.
    pub fn set_path(&self, path: WebhookPath) {
        self.state().path = path;
    }

    /// Changes the account's secret. The one before is accepted for another five minutes, for pushes already under way.
    pub fn change_secret(&self, secret: SecretString) {
        let until = self.0.clock.now().saturating_add(OVERLAP).ok();
        let mut state = self.state();
        let before = state.secret.replace(secret);
        if let (Some(before), Some(until)) = (before, until) {
            state.previous = Some((before, until));
        }
    }

    /// Accepts an earlier secret until `until`, as after a restart in the middle of a change.
    pub fn accept_previous_secret(&self, secret: SecretString, until: Timestamp) {
        self.state().previous = Some((secret, until));
    }

    /// What has come through since the start.
    pub fn counters(&self) -> PushCounters {
        self.state().counters
    }

    /// Whether the request is meant for this door: method and path.
    pub(super) fn is_addressed_by(&self, request: &Request) -> bool {
        request.method() == Method::POST && request.uri().path() == self.state().path.as_str()
    }

    /// Takes one push and says what to answer.
    pub(super) async fn receive(&self, request: Request) -> Response {
        let answer = self.take(request).await;
        let mut state = self.state();
        match &answer {
            Ok(_) => {
                state.counters.received += 1;
                state.counters.last_at = Some(self.0.clock.now());
            }
            Err(Refused::Storage) => {}
            Err(refused) => {
                state.counters.refused += 1;
                tracing::debug!(reason = refused.reason(), "push refused");
            }
        }
        drop(state);
        answer.map_or_else(Refused::into_response, |stored| axum::Json(stored).into_response())
    }

    async fn take(&self, request: Request) -> Result<Value, Refused> {
        let (parts, body) = request.into_parts();
        let (raw, news) = {
            // The semaphore is never closed.
            let _turn = self.0.at_once.acquire().await.map_err(|_| Refused::Storage)?;
            let raw = body::read(&parts.headers, body).await.map_err(Refused::Body)?;
            let signature = parts.headers.get(SIGNATURE).ok_or(Refused::Signature)?;
            let news = self.addressee(signature.as_bytes(), &raw).ok_or(Refused::Signature)?;
            (raw, news)
        };
        let event: Value = serde_json::from_slice(&raw).map_err(|_| Refused::NotJson)?;
        let event_id = event_id(&event).ok_or(Refused::NoEventId)?;
        let kind = event["event_type"]
            .as_str()
            .filter(|kind| !kind.trim().is_empty() && kind.len() <= LONGEST_KIND)
            .ok_or(Refused::NoEventType)?
            .to_owned();
        let mut answer =
            json!({ "success": true, "event_type": kind, "event_id": event["event_id"].clone() });
        let incoming = IncomingEvent { event_id, kind, body: event, via: Via::Push };
        match news.insert(incoming).await {
            Ok(Inserted::Stored) => {}
            Ok(Inserted::Duplicate) => answer["duplicate"] = true.into(),
            Err(error) => {
                // The inbox has told why, once for all that waited.
                tracing::debug!(%error, "a push could not be stored");
                return Err(Refused::Storage);
            }
        }
        Ok(answer)
    }

    /// Whose news it is, if it is signed with the secret of now or of just before.
    fn addressee(&self, signature: &[u8], raw: &[u8]) -> Option<Arc<dyn TakesNews>> {
        let signature = hex::decode(signature).ok()?;
        let now = self.0.clock.now();
        let (news, present, previous) = {
            let state = self.state();
            (state.news.clone()?, state.secret.clone(), state.previous.clone())
        };
        let previous = previous.filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let is_signed = present.into_iter().chain(previous).any(|secret| {
            Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
                .is_ok_and(|mac| mac.chain_update(raw).verify_slice(&signature).is_ok())
        });
        is_signed.then_some(news)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id is an integer on the wire, or its digits as text; kept as text without leading zeros.
fn event_id(event: &Value) -> Option<String> {
    let id = match &event["event_id"] {
        Value::Number(number) => number.as_i64()?,
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    (id >= 0).then(|| id.to_string())
}

/// Why a push was not taken.
#[derive(Debug, Clone, Copy)]
enum Refused {
    Body(body::BodyProblem),
    Signature,
    NotJson,
    NoEventId,
    NoEventType,
    Storage,
}

impl Refused {
    fn reason(self) -> &'static str {
        match self {
            Self::Body(_) => "The body could not be read",
            Self::Signature => "Unauthorized",
            Self::NotJson => "The body is not JSON",
            Self::NoEventId => "event_id is missing or not a number",
            Self::NoEventType => "event_type is missing",
            Self::Storage => "The event could not be stored; send it again",
        }
    }

    fn into_response(self) -> Response {
        let status = match self {
            Self::Body(problem) => return problem.into_response(),
            Self::Signature => StatusCode::UNAUTHORIZED,
            Self::NotJson | Self::NoEventId | Self::NoEventType => StatusCode::BAD_REQUEST,
            Self::Storage => StatusCode::SERVICE_UNAVAILABLE,
        };
        refusal(status, self.reason())
    }
}
