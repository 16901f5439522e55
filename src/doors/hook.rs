//! The hook door: what a tunnel maps to the outside.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::body::refusal;
use super::links::FileLinks;
use super::listener::{DoorError, Listener};
use super::push::PushDoor;
use crate::tunnel::ProbeKey;

/// An open hook door. It answers the path news is pushed to, and what it is opened with besides; anything else is not
/// found.
pub struct HookDoor(Listener);

/// What the outside may reach besides the path of the news.
#[derive(Clone, Default)]
pub struct HookDoorConfig {
    /// Proves to our own question from outside that the address leads here.
    pub probe: Option<ProbeKey>,
    /// Files under secret links.
    pub files: Option<FileLinks>,
}

struct Hook {
    push: PushDoor,
    files: Option<FileLinks>,
}

impl HookDoor {
    /// Opens the door, for news only, on a free port of loopback.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open(push: PushDoor) -> Result<Self, DoorError> {
        Self::open_with(push, HookDoorConfig::default()).await
    }

    /// The same for more than news.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open_with(push: PushDoor, config: HookDoorConfig) -> Result<Self, DoorError> {
        let HookDoorConfig { probe, files } = config;
        if let Some(key) = probe {
            push.set_probe(key);
        }
        let router = Router::new().fallback(answer).with_state(Arc::new(Hook { push, files }));
        Listener::bind(0).await.map(|bound| Self(bound.serve(router)))
    }

    /// Where it listens; what a tunnel is pointed at.
    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// Stops listening and waits until what is under way is answered.
    pub async fn close(self) {
        self.0.close().await;
    }
}

async fn answer(State(hook): State<Arc<Hook>>, request: Request) -> Response {
    if hook.push.is_addressed_by(&request) {
        return hook.push.receive(request).await;
    }
    if let Some(proof) = hook.push.prove(&request) {
        return proof;
    }
    match &hook.files {
        Some(files) if FileLinks::is_addressed_by(&request) => files.answer(&request.into_parts().0).await,
        _ => refusal(StatusCode::NOT_FOUND, "Not Found"),
    }
}
