//! The hook door: what a tunnel maps to the outside.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::body::refusal;
use super::listener::{DoorError, Listener};
use super::push::PushDoor;

/// An open hook door. It answers the path news is pushed to; anything else is not found.
pub struct HookDoor(Listener);

impl HookDoor {
    /// Opens the door on a free port of loopback.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open(push: PushDoor) -> Result<Self, DoorError> {
        let router = Router::new().fallback(answer).with_state(push);
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

async fn answer(State(push): State<PushDoor>, request: Request) -> Response {
    if push.is_addressed_by(&request) {
        push.receive(request).await
    } else {
        refusal(StatusCode::NOT_FOUND, "Not Found")
    }
}
