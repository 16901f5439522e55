//! ngrok, in this program: the official library, a pasted token, and a fixed domain if the seller has one.
//!
//! The library would reconnect by itself and say nothing; here the first connection of a session is its last, so that
//! the supervisor sees every end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use ngrok::Session;
use ngrok::config::TunnelBuilder;
use ngrok::prelude::{EndpointInfo, TunnelCloser};
use ngrok::session::{ConnectError, IoStream, RpcError, default_connect};
use ngrok::tunnel::{AcceptError, HttpTunnel};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use super::error::TunnelError;
use super::forward::Forwards;
use super::open::{Keeping, OpenTunnel, Tunnel, TunnelKind};
use crate::logs::hide;

/// How long the service may take to answer; it is a few calls over one connection.
const OPENING: Duration = Duration::from_secs(20);
const CLOSING: Duration = Duration::from_secs(3);
/// Between the service and the library.
const BUFFERED: usize = 64 << 10;
/// How soon a session that hangs is given up: asked every ten seconds, answered within five.
const HEARTBEAT: Duration = Duration::from_secs(10);
const TOLERANCE: Duration = Duration::from_secs(5);

/// What ngrok is opened with.
#[derive(Debug, Clone)]
pub struct NgrokConfig {
    /// The authtoken of the seller's account.
    pub token: SecretString,
    /// A domain of the account, such as `stall.ngrok.app`; without one the account's own or any is given.
    pub domain: Option<String>,
    /// Another service than ngrok's own.
    pub server: Option<NgrokServer>,
}

/// A service that speaks ngrok's protocol.
#[derive(Debug, Clone)]
pub struct NgrokServer {
    /// `host:port`.
    pub address: String,
    /// The authority its certificate is checked against, as PEM.
    pub authority: String,
}

/// A tunnel of ngrok.
pub struct Ngrok {
    config: NgrokConfig,
}

impl Ngrok {
    pub fn new(config: NgrokConfig) -> Self {
        hide(config.token.expose_secret());
        Self { config }
    }

    async fn connect(&self) -> Result<Connected, TunnelError> {
        // A second call finds the provider installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let cut = CancellationToken::new();
        let mut builder = Session::builder();
        builder
            .authtoken(self.config.token.expose_secret())
            .client_info("stallkeeper", env!("CARGO_PKG_VERSION"), None::<String>)
            .connector(only_once(cut.clone()));
        if let Some(server) = &self.config.server {
            builder
                .server_addr(server.address.as_str())
                .map_err(|_| TunnelError::BadAddress(server.address.clone()))?
                .ca_cert(server.authority.clone().into());
        }
        // Both fit the library's limits.
        let _ = builder.heartbeat_interval(HEARTBEAT);
        let _ = builder.heartbeat_tolerance(TOLERANCE);
        let cut = cut.drop_guard();
        match tokio::time::timeout(OPENING, builder.connect()).await {
            Ok(Ok(session)) => Ok(Connected { session, cut }),
            Ok(Err(error)) => Err(not_connected(&error)),
            Err(_) => Err(TunnelError::NetworkDown),
        }
    }
}

#[async_trait]
impl Tunnel for Ngrok {
    fn kind(&self) -> TunnelKind {
        TunnelKind::Ngrok
    }

    async fn open(&self, to: SocketAddr) -> Result<OpenTunnel, TunnelError> {
        let Connected { session, cut } = self.connect().await?;
        let mut endpoint = session.http_endpoint();
        // Otherwise the library names this computer and the program's place.
        endpoint.forwards_to("stallkeeper");
        if let Some(domain) = &self.config.domain {
            endpoint.domain(domain.as_str());
        }
        let listener = match tokio::time::timeout(OPENING, endpoint.listen()).await {
            Ok(Ok(listener)) => listener,
            Ok(Err(error)) => return Err(self.not_bound(&error)),
            Err(_) => return Err(TunnelError::NetworkDown),
        };
        let address =
            Url::parse(listener.url()).map_err(|_| TunnelError::BadAddress("what ngrok gave".to_owned()))?;
        Ok(OpenTunnel::kept(address, move |side| keep(cut, listener, to, side)))
    }
}

impl Ngrok {
    fn not_bound(&self, error: &RpcError) -> TunnelError {
        let domain = self.config.domain.clone().unwrap_or_default();
        match refusal(error) {
            // The domain is another account's, was never reserved, or is online elsewhere.
            TunnelError::Refused { code }
                if matches!(code.as_str(), "ERR_NGROK_319" | "ERR_NGROK_320" | "ERR_NGROK_334") =>
            {
                TunnelError::AddressTaken(domain)
            }
            other => other,
        }
    }
}

/// A session and its connection. The library's own tasks hold the session for as long as the service keeps the
/// connection, so it is the connection that is ended: when this is dropped.
struct Connected {
    session: Session,
    cut: DropGuard,
}

async fn keep(cut: DropGuard, mut listener: HttpTunnel, to: SocketAddr, side: Keeping) -> TunnelError {
    let mut forwards = Forwards::new(to);
    let reason = loop {
        tokio::select! {
            () = side.stop.cancelled() => break TunnelError::Ended,
            next = listener.next() => match next {
                Some(Ok(connection)) => forwards.carry(connection),
                Some(Err(error)) => break not_accepted(&error),
                None => break TunnelError::Ended,
            },
        }
    };
    if side.stop.is_cancelled() {
        // A far side that is gone hears nothing of it.
        let _ = tokio::time::timeout(CLOSING, listener.close()).await;
    }
    // Before the listener, which would say farewell once more.
    drop(cut);
    reason
}

/// Connects the first time it is asked and gives up the second time. The connection ends with the token.
fn only_once(cut: CancellationToken) -> impl ngrok::session::Connector {
    let used = Arc::new(AtomicBool::new(false));
    move |host: String, port: u16, tls: Arc<rustls::ClientConfig>, error: Option<AcceptError>| {
        let is_first = !used.swap(true, Ordering::Relaxed);
        let cut = cut.clone();
        async move {
            if !is_first {
                return Err::<Box<dyn IoStream>, _>(ConnectError::Canceled);
            }
            let mut outside = default_connect(host, port, tls, error).await?;
            let (inside, mut end) = tokio::io::duplex(BUFFERED);
            tokio::spawn(cut.run_until_cancelled_owned(async move {
                tokio::io::copy_bidirectional(&mut outside, &mut end).await
            }));
            Ok(Box::new(inside))
        }
    }
}

fn not_connected(error: &ConnectError) -> TunnelError {
    match error {
        ConnectError::Tls(error) if is_certificate(error) => TunnelError::WrongCertificate,
        ConnectError::Auth(error) => refusal(error),
        _ => TunnelError::NetworkDown,
    }
}

fn is_certificate(error: &std::io::Error) -> bool {
    let mut cause = error.get_ref().map(|error| error as &(dyn std::error::Error + 'static));
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return matches!(error, rustls::Error::InvalidCertificate(_));
        }
        cause = error.source();
    }
    false
}

/// What the service refused (<https://ngrok.com/docs/errors>).
fn refusal(error: &RpcError) -> TunnelError {
    if !matches!(error, RpcError::Response(_)) {
        return TunnelError::NetworkDown;
    }
    let code = ngrok::Error::error_code(error).unwrap_or_default();
    match code {
        // Not a token, of no account, revoked, of an account that is not verified.
        "ERR_NGROK_105" | "ERR_NGROK_106" | "ERR_NGROK_107" | "ERR_NGROK_4018" => TunnelError::BadToken,
        code => {
            let is_code = code.len() <= 24
                && code
                    .strip_prefix("ERR_NGROK_")
                    .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
            TunnelError::Refused { code: if is_code { code.to_owned() } else { String::new() } }
        }
    }
}

fn not_accepted(error: &AcceptError) -> TunnelError {
    match error {
        AcceptError::ListenerClosed { .. } => TunnelError::Ended,
        _ => TunnelError::NetworkDown,
    }
}
