//! The one maker of HTTP clients: redirects off, time limits and a user agent set.
//!
//! Redirects stay off because a key must never follow one to another host (contract, Agent Market 1.1).

use std::net::SocketAddr;
use std::time::Duration;

/// How long a whole exchange may take.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the last byte of the answer.
    pub total: Duration,
}

impl TimeLimits {
    /// For a marketplace's JSON calls.
    pub const API: Self = Self { connect: Duration::from_secs(10), total: Duration::from_secs(30) };
    /// For uploads and downloads of files.
    pub const FILES: Self = Self { connect: Duration::from_secs(10), total: Duration::from_secs(300) };
    /// For a text model's answer (contract, OpenRouter `x-retry`).
    pub const TEXT_MODEL: Self = Self { connect: Duration::from_secs(10), total: Duration::from_secs(60) };
    /// For a picture model's answer (contract, OpenRouter `x-retry`).
    pub const PICTURE_MODEL: Self =
        Self { connect: Duration::from_secs(10), total: Duration::from_secs(180) };
}

/// A client with the house rules.
///
/// # Errors
/// When the operating system's certificate store cannot be read.
pub fn client(limits: TimeLimits) -> reqwest::Result<reqwest::Client> {
    builder(limits).build()
}

/// A client that reaches `host` at these addresses only, past any proxy. For addresses from outside, which are judged
/// before they are connected to.
///
/// # Errors
/// As [`client`].
pub fn client_to(
    limits: TimeLimits,
    host: &str,
    addresses: &[SocketAddr],
) -> reqwest::Result<reqwest::Client> {
    builder(limits).no_proxy().resolve_to_addrs(host, addresses).build()
}

#[expect(clippy::disallowed_methods, reason = "the one place that builds HTTP clients")]
fn builder(limits: TimeLimits) -> reqwest::ClientBuilder {
    // A second call finds the provider installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .tcp_nodelay(true)
        .user_agent(concat!("Stallkeeper/", env!("CARGO_PKG_VERSION")))
}
