//! Takes pushed news: verify, store, answer, in that order (contract, Agent Market 1.4).
//!
//! Nothing else happens before the answer: no call to a marketplace, no model. A push is only a hint; the order itself
//! is read again by whoever empties the inbox.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::behind::TakesNews;
use super::body::{self, BodyProblem, Room, refusal};
use super::pushed::{NotAnEvent, PushedEvent, read_pushed};
use crate::clock::Clock;
use crate::crash::{self, Point};
use crate::intake::{Doorbell, IncomingEvent, Inserted, Via};
use crate::settings::WebhookPath;
use crate::tunnel::{PROBE, PROOF, ProbeKey, is_nonce, proof};

/// Hex HMAC-SHA256 of the raw body, without a prefix.
const SIGNATURE: &str = "x-webhook-signature";
/// How long the secret before the present one is accepted.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// The address news is pushed to, shared by both doors; clones share it.
#[derive(Clone)]
pub struct PushDoor(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    room: Room,
    state: Mutex<State>,
}

struct State {
    probe: Option<ProbeKey>,
    path: WebhookPath,
    behind: Behind,
    counters: PushCounters,
}

/// Who is behind the door.
#[derive(Clone)]
enum Behind {
    Nobody,
    /// An account of a market that signs.
    Signed(Signed),
    /// An account of a market that cannot sign: nothing pushed is believed.
    Bell(Doorbell),
}

#[derive(Clone)]
struct Signed {
    news: Arc<dyn TakesNews>,
    secret: SecretString,
    previous: Option<(SecretString, Timestamp)>,
}

/// What has come through since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PushCounters {
    /// Stored, or known already.
    pub received: u64,
    /// Turned away: too large, not signed by us, or not an event.
    pub refused: u64,
    /// Unsigned pushes of a market that cannot sign: each only makes us look.
    pub rung: u64,
    /// When the last one was received.
    pub last_at: Option<Timestamp>,
}

impl PushDoor {
    /// A door behind which nobody is: every push is refused until [`PushDoor::connect`].
    pub fn new(clock: Arc<dyn Clock>, path: WebhookPath) -> Self {
        let state = State { probe: None, path, behind: Behind::Nobody, counters: PushCounters::default() };
        Self(Arc::new(Inner { clock, room: Room::new(), state: Mutex::new(state) }))
    }

    /// Takes news of one account, signed with its secret. Whatever another account's secret signed is refused from
    /// now on.
    pub fn connect(&self, news: Arc<dyn TakesNews>, secret: SecretString) {
        self.state().behind = Behind::Signed(Signed { news, secret, previous: None });
    }

    /// Rings for whatever is pushed: the account's market cannot sign (contract, MoltMarket 2.3).
    pub fn connect_bell(&self, bell: Doorbell) {
        self.state().behind = Behind::Bell(bell);
    }

    /// Refuses everything again.
    pub fn disconnect(&self) {
        self.state().behind = Behind::Nobody;
    }

    /// The path news is pushed to.
    pub fn path(&self) -> WebhookPath {
        self.state().path.clone()
    }

    /// Answers our own question whether a public address leads here.
    pub fn set_probe(&self, key: ProbeKey) {
        self.state().probe = Some(key);
    }

    /// The answer to that question, whoever asks it; nothing to any other request.
    pub(super) fn prove(&self, request: &Request) -> Option<Response> {
        let (key, path) = {
            let state = self.state();
            (state.probe.clone()?, state.path.clone())
        };
        if request.method() != Method::GET || request.uri().path() != path.as_str() {
            return None;
        }
        let nonce = request.headers().get(PROBE)?.to_str().ok().filter(|nonce| is_nonce(nonce))?;
        Some((StatusCode::NO_CONTENT, [(PROOF, proof(&key, nonce))]).into_response())
    }

    /// Moves the door to another path at once.
    pub fn set_path(&self, path: WebhookPath) {
        self.state().path = path;
    }

    /// Changes the account's secret. The one before is accepted for another five minutes, for pushes already under way.
    pub fn change_secret(&self, secret: SecretString) {
        let until = self.overlap_ends();
        if let Behind::Signed(signed) = &mut self.state().behind {
            let before = std::mem::replace(&mut signed.secret, secret);
            signed.previous = until.map(|until| (before, until));
        }
    }

    /// Accepts an earlier secret for five minutes, as after a restart with another one.
    pub fn accept_previous_secret(&self, secret: SecretString) {
        let until = self.overlap_ends();
        if let Behind::Signed(signed) = &mut self.state().behind {
            signed.previous = until.map(|until| (secret, until));
        }
    }

    fn overlap_ends(&self) -> Option<Timestamp> {
        self.0.clock.now().saturating_add(OVERLAP).ok()
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
        let behind = self.state().behind.clone();
        let answer = match behind {
            Behind::Nobody => Err(Refused::Signature),
            Behind::Signed(_) => self.take(request).await,
            Behind::Bell(bell) => self.ring(&bell, request).await,
        };
        let mut state = self.state();
        match &answer {
            Ok(Taken::News(_)) => {
                state.counters.received += 1;
                state.counters.last_at = Some(self.0.clock.now());
            }
            Ok(Taken::Ring) => state.counters.rung += 1,
            Err(Refused::Storage) => {}
            Err(refused) => {
                state.counters.refused += 1;
                tracing::debug!(reason = refused.reason(), "push refused");
            }
        }
        drop(state);
        match answer {
            Ok(Taken::News(stored)) => axum::Json(stored).into_response(),
            Ok(Taken::Ring) => axum::Json(json!({ "success": true })).into_response(),
            Err(refused) => refused.into_response(),
        }
    }

    async fn take(&self, request: Request) -> Result<Taken, Refused> {
        let (parts, body) = request.into_parts();
        body::judge_declared(&parts.headers).map_err(Refused::Body)?;
        let signature = signature_of(&parts.headers).ok_or(Refused::Signature)?;
        let raw = body::read_strangers(&parts.headers, body, &self.0.room).await.map_err(Refused::Body)?;
        let news = self.addressee(&signature, &raw).ok_or(Refused::Signature)?;
        let PushedEvent { event_id, kind, body } = read_pushed(&raw).map_err(Refused::Event)?;
        let mut answer = json!({ "success": true, "event_type": kind, "event_id": body["event_id"].clone() });
        let incoming = IncomingEvent { event_id, kind, body, via: Via::Push };
        crash::point(Point::PushVerified);
        let stored = news.insert(incoming).await;
        crash::point(Point::PushStored);
        match stored {
            Ok(Inserted::Stored) => {}
            Ok(Inserted::Duplicate) => answer["duplicate"] = true.into(),
            Err(error) => {
                // The inbox has told why, once for all that waited.
                tracing::debug!(%error, "a push could not be stored");
                return Err(Refused::Storage);
            }
        }
        Ok(Taken::News(answer))
    }

    /// The body is read only so that whoever pushes sees an answer.
    async fn ring(&self, bell: &Doorbell, request: Request) -> Result<Taken, Refused> {
        let (parts, body) = request.into_parts();
        body::throw_away(&parts.headers, body).await.map_err(Refused::Body)?;
        bell.ring();
        Ok(Taken::Ring)
    }

    /// Whose news it is, if it is signed with the secret of now or of just before.
    fn addressee(&self, signature: &[u8], raw: &[u8]) -> Option<Arc<dyn TakesNews>> {
        let now = self.0.clock.now();
        // Asked after the body was read: the account may have been changed meanwhile.
        let Behind::Signed(signed) = self.state().behind.clone() else { return None };
        let previous = signed.previous.filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let is_signed = std::iter::once(signed.secret).chain(previous).any(|secret| {
            Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
                .is_ok_and(|mac| mac.chain_update(raw).verify_slice(signature).is_ok())
        });
        is_signed.then_some(signed.news)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a push that was taken.
enum Taken {
    /// Stored or known already; what to answer.
    News(Value),
    Ring,
}

/// Whether a push says that it is signed.
pub(super) fn claims_signature(headers: &HeaderMap) -> bool {
    headers.contains_key(SIGNATURE)
}

/// The signature's 32 bytes; a push without them is not worth reading.
fn signature_of(headers: &HeaderMap) -> Option<[u8; 32]> {
    let mut signature = [0; 32];
    hex::decode_to_slice(headers.get(SIGNATURE)?.as_bytes(), &mut signature).ok()?;
    Some(signature)
}

/// Why a push was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    Body(BodyProblem),
    Signature,
    Event(NotAnEvent),
    Storage,
}

impl Refused {
    fn reason(self) -> String {
        match self {
            Self::Body(_) => "The body could not be read".to_owned(),
            Self::Signature => "Unauthorized".to_owned(),
            Self::Event(problem) => problem.to_string(),
            Self::Storage => "The event could not be stored; send it again".to_owned(),
        }
    }

    fn into_response(self) -> Response {
        let status = match self {
            Self::Body(problem) => return problem.into_response(),
            Self::Signature => StatusCode::UNAUTHORIZED,
            Self::Event(_) => StatusCode::BAD_REQUEST,
            Self::Storage => StatusCode::SERVICE_UNAVAILABLE,
        };
        refusal(status, &self.reason())
    }
}
