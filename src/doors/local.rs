//! The local door: the seller's own browser and programs.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::behind::Behind;
use super::body::refusal;
use super::guards::{Access, Guard, came_from_elsewhere};
use super::links::FileLinks;
use super::listener::{DoorError, Listener};
use super::push::{self, PushDoor};
use super::{api, desk, generate, health, screens};
use crate::logs::hide;

/// How the local door is opened.
#[derive(Debug, Clone)]
pub struct LocalDoorConfig {
    /// `APP_PORT`; 0 takes any free one.
    pub port: u16,
    /// Wanted by the desk.
    pub token: SecretString,
    /// Wanted in `X-Admin-Secret` by the picture address; without one nobody may ask for pictures there.
    pub admin_secret: Option<SecretString>,
}

/// The open local door.
pub struct LocalDoor(Listener);

impl LocalDoor {
    /// Opens the door on loopback.
    ///
    /// # Errors
    /// When the port is taken or cannot be had.
    pub async fn open(
        behind: Arc<dyn Behind>,
        push: PushDoor,
        config: LocalDoorConfig,
    ) -> Result<Self, DoorError> {
        hide(config.token.expose_secret());
        let bound = Listener::bind(config.port).await?;
        let local = Arc::new(Local {
            behind,
            push,
            guard: Guard::new(bound.port(), config.token),
            admin_secret: config.admin_secret,
            stopping: bound.stopping(),
        });
        Ok(Self(bound.serve(router(&local))))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// Stops listening, ends event streams and waits until what is under way is answered.
    pub async fn close(self) {
        self.0.close().await;
    }
}

/// What the operations of the local door share.
pub(super) struct Local {
    pub(super) behind: Arc<dyn Behind>,
    pub(super) push: PushDoor,
    pub(super) guard: Guard,
    pub(super) admin_secret: Option<SecretString>,
    pub(super) stopping: CancellationToken,
}

/// One operation.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) access: Access,
    handler: MethodRouter<Arc<Local>>,
}

/// Every operation of the local door but pushed news, whose path is a setting, and the files of the screens.
pub(super) fn routes() -> Vec<Route> {
    let route = |method, path, access, summary, handler| Route { method, path, summary, access, handler };
    vec![
        route(
            "POST",
            "/api/v1/image/generate",
            Access::OurPage,
            "Starts drawing; wants X-Admin-Secret",
            post(generate::generate),
        ),
        route("GET", "/health", Access::OurPage, "Whether the stall is open", get(health::health)),
        route("GET", "/openapi.json", Access::OurPage, "All of this, for programs", get(api::description)),
        route("GET", "/docs", Access::OurPage, "This page", get(api::docs)),
        route("POST", "/desk/session", Access::Token, "Lets a page show pictures", post(desk::session)),
        route(
            "POST",
            "/desk/{command}",
            Access::Token,
            "Performs a command of the desk",
            post(desk::command),
        ),
        route("POST", "/desk/files/{order_id}", Access::Token, "Puts a file on an order", post(desk::file)),
        route(
            "GET",
            "/desk/evidence/{order_id}",
            Access::Token,
            "What can be shown of an order, as one zip",
            get(desk::evidence),
        ),
        route("GET", "/desk/events", Access::Token, "Tells what happens", get(desk::events)),
        route(
            "GET",
            "/desk/pictures/{size}/{sha256}",
            Access::TokenOrCookie,
            "A picture",
            get(desk::picture),
        ),
    ]
}

fn router(local: &Arc<Local>) -> Router {
    let mut router = Router::new();
    for Route { path, access, handler, .. } in routes() {
        let guarded = middleware::from_fn_with_state((local.clone(), access), guard);
        router = router.route(path, handler.layer(guarded));
    }
    router.fallback(elsewhere).layer(middleware::map_response(harden)).with_state(local.clone())
}

async fn guard(
    State((local, access)): State<(Arc<Local>, Access)>,
    request: Request,
    next: Next,
) -> Response {
    match local.guard.check(access, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => *refusal,
    }
}

/// Pushed news, which its signature lets in under any `Host`, files under secret links, and the screens.
async fn elsewhere(State(local): State<Arc<Local>>, request: Request) -> Response {
    if local.push.is_addressed_by(&request) {
        // No page in a browser brings news.
        if !push::claims_signature(request.headers())
            && (request.headers().contains_key(ORIGIN) || came_from_elsewhere(request.headers()))
            && let Err(refusal) = local.guard.check(Access::OurPage, &request)
        {
            return *refusal;
        }
        return local.push.receive(request).await;
    }
    // A public address of the seller's own may lead to this door as well.
    if let Some(proof) = local.push.prove(&request) {
        return proof;
    }
    if FileLinks::is_addressed_by(&request)
        && let Some(files) = local.behind.files()
    {
        return files.answer(&request.into_parts().0).await;
    }
    if let Err(refusal) = local.guard.check(Access::OurPage, &request) {
        return *refusal;
    }
    match *request.method() {
        Method::GET | Method::HEAD => screens::screen(request.uri()),
        _ => refusal(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// Scripts come from the bundle only and talk to us only; nobody frames the page or embeds what it shows.
async fn harden(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                          object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
