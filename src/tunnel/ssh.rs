//! Remote forwarding to a server of the seller's: the server listens on a port of its own and hands every connection
//! to us. What the outside reaches, with its certificate, is set up on that server and leads to that port.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use russh::client::{self, ChannelOpenHandle, Handle, Msg, Session};
use russh::keys::agent::client::AgentClient;
use russh::keys::{PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{Channel, Disconnect, Preferred};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::error::{KeyProblem, TunnelError};
use super::forward::Forwards;
use super::host_key::HostKey;
use super::open::{Keeping, OpenTunnel, Tunnel, TunnelKind};

/// Each step of opening: reach the server, log in, have it listen.
const STEP: Duration = Duration::from_secs(15);
const CLOSING: Duration = Duration::from_secs(3);
/// A server that is silent for this long is asked, and given up after three questions.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// Servers end the login after a few keys.
const MOST_AGENT_KEYS: usize = 5;

/// What the tunnel to a server is opened with.
#[derive(Debug, Clone)]
pub struct SshConfig {
    pub host: String,
    /// Usually 22.
    pub port: u16,
    pub user: String,
    pub login: SshLogin,
    /// The server's key the seller confirmed. Without one nothing is opened: [`TunnelError::HostKeyUnknown`] holds
    /// the key to show.
    pub host_key: Option<HostKey>,
    /// Where the server listens for us: `127.0.0.1` behind a web server of its own.
    pub listen_address: String,
    /// Not 0.
    pub listen_port: u16,
    /// What the outside reaches.
    pub address: Url,
}

/// How the server knows us.
#[derive(Debug, Clone)]
pub enum SshLogin {
    /// An Ed25519 or ECDSA key.
    KeyFile { path: PathBuf, passphrase: Option<SecretString> },
    /// The keys of the agent at this socket, or at the usual one.
    Agent { socket: Option<PathBuf> },
}

/// A tunnel through a server of the seller's.
pub struct Ssh {
    config: SshConfig,
}

impl Ssh {
    pub fn new(config: SshConfig) -> Self {
        Self { config }
    }

    async fn connect(&self, to: SocketAddr) -> Result<Handle<Server>, TunnelError> {
        let mut preferred = Preferred::DEFAULT;
        if let Some(algorithm) = self.config.host_key.as_ref().and_then(HostKey::algorithm) {
            preferred.key = vec![algorithm].into();
        }
        let config = client::Config {
            preferred,
            nodelay: true,
            keepalive_interval: Some(KEEPALIVE),
            keepalive_max: 3,
            ..client::Config::default()
        };
        let shown = Arc::new(OnceLock::new());
        let server = Server {
            confirmed: self.config.host_key.clone(),
            shown: Arc::clone(&shown),
            forwards: Forwards::new(to),
        };
        let place = (self.config.host.as_str(), self.config.port);
        let connected = within(client::connect(Arc::new(config), place, server)).await?;
        connected.map_err(|error| match (&self.config.host_key, shown.get()) {
            (None, Some(shown)) => TunnelError::HostKeyUnknown(shown.clone()),
            (Some(confirmed), Some(shown)) if confirmed != shown => {
                TunnelError::HostKeyChanged { confirmed: confirmed.clone(), found: Some(shown.clone()) }
            }
            (Some(confirmed), None) if is_no_such_key(&error) => {
                TunnelError::HostKeyChanged { confirmed: confirmed.clone(), found: None }
            }
            _ => TunnelError::NetworkDown,
        })
    }

    async fn log_in(&self, handle: &mut Handle<Server>) -> Result<(), TunnelError> {
        match &self.config.login {
            SshLogin::KeyFile { path, passphrase } => {
                let key = load_key(path.clone(), passphrase.clone()).await?;
                let answer = handle.authenticate_publickey(self.config.user.as_str(), key).await;
                match answer {
                    Ok(answer) if answer.success() => Ok(()),
                    Ok(_) => Err(TunnelError::LoginRefused),
                    Err(_) => Err(TunnelError::NetworkDown),
                }
            }
            SshLogin::Agent { socket } => self.log_in_with_agent(handle, socket.as_deref()).await,
        }
    }

    async fn log_in_with_agent(
        &self,
        handle: &mut Handle<Server>,
        socket: Option<&Path>,
    ) -> Result<(), TunnelError> {
        let mut agent = agent(socket).await.map_err(|_| TunnelError::NoAgent)?;
        if let Some(binding) = handle.agent_session_binding() {
            // An agent that does not know this has no keys that need it.
            let _ = agent.bind_session(binding, false).await;
        }
        let identities = agent.request_identities().await.map_err(|_| TunnelError::NoAgent)?;
        if identities.is_empty() {
            return Err(TunnelError::NoAgent);
        }
        for identity in identities.iter().take(MOST_AGENT_KEYS) {
            let key = identity.public_key().into_owned();
            let user = self.config.user.as_str();
            match handle.authenticate_publickey_with(user, key, None, &mut agent).await {
                Ok(answer) if answer.success() => return Ok(()),
                // The next key may do.
                Ok(_) | Err(_) if !handle.is_closed() => {}
                _ => return Err(TunnelError::LoginRefused),
            }
        }
        Err(TunnelError::LoginRefused)
    }
}

#[async_trait]
impl Tunnel for Ssh {
    fn kind(&self) -> TunnelKind {
        TunnelKind::Ssh
    }

    async fn open(&self, to: SocketAddr) -> Result<OpenTunnel, TunnelError> {
        let mut handle = self.connect(to).await?;
        within(self.log_in(&mut handle)).await??;
        let (address, port) = (self.config.listen_address.clone(), u32::from(self.config.listen_port));
        if within(handle.tcpip_forward(address.as_str(), port)).await?.is_err() {
            return Err(TunnelError::AddressTaken(format!("{address}:{port}")));
        }
        Ok(OpenTunnel::kept(self.config.address.clone(), move |side| keep(handle, address, port, side)))
    }
}

async fn keep(mut handle: Handle<Server>, address: String, port: u32, side: Keeping) -> TunnelError {
    tokio::select! {
        _ = &mut handle => return TunnelError::NetworkDown,
        () = side.stop.cancelled() => {}
    }
    let farewell = async {
        let _ = handle.cancel_tcpip_forward(address.as_str(), port).await;
        let _ = handle.disconnect(Disconnect::ByApplication, "", "").await;
        let _ = (&mut handle).await;
    };
    let _ = tokio::time::timeout(CLOSING, farewell).await;
    TunnelError::Ended
}

/// Our side of the connection.
struct Server {
    confirmed: Option<HostKey>,
    shown: Arc<OnceLock<HostKey>>,
    forwards: Forwards,
}

impl client::Handler for Server {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let shown = HostKey::of(shown);
        let is_confirmed = self.confirmed.as_ref() == Some(&shown);
        let _ = self.shown.set(shown);
        Ok(is_confirmed)
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        channel: Channel<Msg>,
        _connected_address: &str,
        _connected_port: u32,
        _originator_address: &str,
        _originator_port: u32,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        self.forwards.carry(channel.into_stream());
        Ok(())
    }
}

async fn within<T>(step: impl Future<Output = T>) -> Result<T, TunnelError> {
    tokio::time::timeout(STEP, step).await.map_err(|_| TunnelError::NetworkDown)
}

fn is_no_such_key(error: &russh::Error) -> bool {
    matches!(error, russh::Error::NoCommonAlgo { kind: russh::AlgorithmKind::Key, .. })
}

async fn load_key(
    path: PathBuf,
    passphrase: Option<SecretString>,
) -> Result<PrivateKeyWithHashAlg, TunnelError> {
    let place = path.clone();
    let loaded = tokio::task::spawn_blocking(move || {
        russh::keys::load_secret_key(&path, passphrase.as_ref().map(ExposeSecret::expose_secret))
    });
    let failed = |problem| TunnelError::Key { path: place.clone(), problem };
    match loaded.await {
        Ok(Ok(key)) => Ok(PrivateKeyWithHashAlg::new(Arc::new(key), None)),
        Ok(Err(error)) => Err(failed(key_problem(&error))),
        Err(_) => Err(failed(KeyProblem::Unreadable)),
    }
}

fn key_problem(error: &russh::keys::Error) -> KeyProblem {
    use russh::keys::{Error, ssh_key};
    match error {
        Error::IO(error) if error.kind() == std::io::ErrorKind::NotFound => KeyProblem::Missing,
        Error::IO(error) if error.kind() == std::io::ErrorKind::InvalidData => KeyProblem::Kind,
        Error::IO(_) => KeyProblem::Unreadable,
        Error::KeyIsEncrypted
        | Error::SshKey(ssh_key::Error::Crypto | ssh_key::Error::Encrypted)
        | Error::Unpad(_)
        | Error::Pad(_) => KeyProblem::Passphrase,
        _ => KeyProblem::Kind,
    }
}

#[cfg(unix)]
async fn agent(socket: Option<&Path>) -> Result<AgentClient<tokio::net::UnixStream>, russh::keys::Error> {
    match socket {
        Some(socket) => AgentClient::connect_uds(socket).await,
        None => AgentClient::connect_env().await,
    }
}

#[cfg(windows)]
async fn agent(
    socket: Option<&Path>,
) -> Result<AgentClient<tokio::net::windows::named_pipe::NamedPipeClient>, russh::keys::Error> {
    let usual = Path::new(r"\\.\pipe\openssh-ssh-agent");
    AgentClient::connect_named_pipe(socket.unwrap_or(usual)).await
}
