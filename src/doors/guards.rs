//! Who may come through the local door.
//!
//! Any page in the seller's browser can send requests to this computer. `Host` tells whether the page reached us under
//! our own name (and not a foreign one pointed here), `Origin` and `Sec-Fetch-Site` whether it is our own page; the
//! token, which only the address printed at start or the window itself carries, tells whether it is the seller.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::body::refusal;

/// Bytes of a refused path that go into the log.
const LONGEST_LOGGED: usize = 200;

/// What a request must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Our own `Host`, and our own `Origin` if any.
    OurPage,
    /// The same and the token.
    Token,
    /// The same and the token, or the cookie that stands for it.
    TokenOrCookie,
}

/// Checks requests on one port.
pub(super) struct Guard {
    hosts: [String; 3],
    token: SecretString,
    cookie_name: String,
    cookie: SecretString,
}

impl Guard {
    pub(super) fn new(port: u16, token: SecretString) -> Self {
        Self {
            hosts: ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}")),
            cookie: cookie_for(&token),
            token,
            // Cookies are shared by all ports of a host.
            cookie_name: format!("stallkeeper_pictures_{port}"),
        }
    }

    /// Lets the request pass, or says what to answer instead.
    pub(super) fn check(&self, access: Access, request: &Request) -> Result<(), Box<Response>> {
        self.judge(access, request.headers()).map_err(|(status, reason)| {
            let path = request.uri().path().get(..LONGEST_LOGGED).unwrap_or(request.uri().path());
            tracing::debug!(method = %request.method(), path, status = status.as_u16(), reason, "not let in");
            Box::new(refusal(status, reason))
        })
    }

    fn judge(&self, access: Access, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        const FOREIGN_PAGE: (StatusCode, &str) =
            (StatusCode::FORBIDDEN, "Pages of other origins are not let in");
        let host = self
            .our_host(headers)
            .ok_or((StatusCode::FORBIDDEN, "This address is for this computer only"))?;
        let own_origin = format!("http://{host}");
        if headers.get_all(ORIGIN).iter().any(|origin| origin.as_bytes() != own_origin.as_bytes()) {
            return Err(FOREIGN_PAGE);
        }
        if came_from_elsewhere(headers) {
            return Err(FOREIGN_PAGE);
        }
        let passes = match access {
            Access::OurPage => true,
            Access::Token => self.has_token(headers),
            Access::TokenOrCookie => self.has_token(headers) || self.has_cookie(headers),
        };
        if passes { Ok(()) } else { Err((StatusCode::UNAUTHORIZED, "Unauthorized")) }
    }

    /// Lets `<img>` elements of our page, which cannot carry a header, fetch pictures. It opens nothing else, and the
    /// token cannot be read from it.
    pub(super) fn picture_cookie(&self) -> String {
        format!(
            "{}={}; Path=/desk/pictures; HttpOnly; SameSite=Strict",
            self.cookie_name,
            self.cookie.expose_secret()
        )
    }

    fn our_host<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next()?.to_str().ok()?;
        (hosts.next().is_none() && self.hosts.iter().any(|ours| ours == host)).then_some(host)
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        given.is_some_and(|given| same(given, &self.token))
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(name, value)| name == self.cookie_name && same(value, &self.cookie))
    }
}

/// Whether a browser says that another page caused the request. Links and pictures of other pages come without
/// `Origin`, but never without this (Fetch Metadata; a page on another port of this computer is `same-site`). `none` is
/// an address that was typed or kept as a bookmark.
pub(super) fn came_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").iter().any(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
}

/// Compares in a time that does not depend on where the two differ.
pub(super) fn same(given: &str, secret: &SecretString) -> bool {
    given.as_bytes().ct_eq(secret.expose_secret().as_bytes()).into()
}

fn cookie_for(token: &SecretString) -> SecretString {
    let digest = Hmac::<Sha256>::new_from_slice(token.expose_secret().as_bytes())
        .map(|mac| mac.chain_update(b"pictures").finalize().into_bytes());
    digest.map(hex::encode).unwrap_or_default().into()
}
