//! From the seller's settings to the tunnel they chose.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::Stall;
use crate::logs::hide;
use crate::secrets::SecretName;
use crate::settings::{CloudflaredSettings, NgrokSettings, PublicAddress, SshSettings, TunnelChoice};
use crate::tunnel::{
    Cloudflared, CloudflaredConfig, CloudflaredRun, Ngrok, NgrokConfig, NgrokServer, OpenTunnel, OwnAddress,
    Ssh, SshConfig, SshLogin, Tunnel, TunnelError, TunnelKind,
};

impl Stall {
    /// The tunnel the settings name; none when news is to be asked for.
    pub(super) async fn chosen_tunnel(&self) -> Option<Arc<dyn Tunnel>> {
        let settings = self.settings();
        let tunnel = &settings.tunnel;
        let (kind, built) = match tunnel.kind {
            TunnelChoice::Off => return None,
            TunnelChoice::Own => {
                return settings.public_base_url.as_ref().map(|address| own(address.as_str()));
            }
            TunnelChoice::Ngrok => (TunnelKind::Ngrok, self.ngrok(&tunnel.ngrok).await),
            TunnelChoice::Cloudflared => {
                (TunnelKind::Cloudflared, self.cloudflared(&tunnel.cloudflared).await)
            }
            TunnelChoice::Ssh => (TunnelKind::Ssh, self.ssh(&tunnel.ssh).await),
        };
        Some(built.unwrap_or_else(|why| Arc::new(Unready { kind, why })))
    }

    async fn ngrok(&self, settings: &NgrokSettings) -> Result<Arc<dyn Tunnel>, TunnelError> {
        let token = self.tunnel_secret(&SecretName::NgrokToken).await.ok_or(TunnelError::BadToken)?;
        let server = settings.server.as_ref().map(|address| NgrokServer {
            address: address.clone(),
            authority: settings.authority.clone().unwrap_or_default(),
        });
        Ok(Arc::new(Ngrok::new(NgrokConfig { token, domain: settings.domain.clone(), server })))
    }

    async fn cloudflared(&self, settings: &CloudflaredSettings) -> Result<Arc<dyn Tunnel>, TunnelError> {
        let run = match &settings.address {
            None => CloudflaredRun::Quick,
            Some(address) => CloudflaredRun::Named {
                token: self
                    .tunnel_secret(&SecretName::CloudflaredToken)
                    .await
                    .ok_or(TunnelError::BadToken)?,
                address: url_of(address)?,
                local_port: settings.local_port,
            },
        };
        Ok(Arc::new(Cloudflared::new(CloudflaredConfig {
            program: settings.program.as_ref().map(PathBuf::from),
            run,
            folder: self.config().data_dir.join("tunnel"),
        })))
    }

    async fn ssh(&self, settings: &SshSettings) -> Result<Arc<dyn Tunnel>, TunnelError> {
        let login = match &settings.key_file {
            None => SshLogin::Agent { socket: None },
            Some(path) => {
                let passphrase = self.tunnel_secret(&SecretName::SshPassphrase).await;
                SshLogin::KeyFile { path: path.into(), passphrase }
            }
        };
        let address = settings.address.as_ref().ok_or(TunnelError::BadAddress(String::new()))?;
        Ok(Arc::new(Ssh::new(SshConfig {
            host: settings.host.clone(),
            port: settings.port,
            user: settings.user.clone(),
            login,
            host_key: settings.host_key.as_ref().and_then(|key| key.parse().ok()),
            listen_address: settings.listen_address.clone(),
            listen_port: settings.listen_port,
            address: url_of(address)?,
        })))
    }

    async fn tunnel_secret(&self, name: &SecretName) -> Option<SecretString> {
        match self.secrets().lookup(name).await {
            Ok(secret) => secret.inspect(|secret| hide(secret.expose_secret())),
            Err(error) => {
                tracing::warn!(%error, "a secret of the public address cannot be read");
                None
            }
        }
    }
}

/// An address that is there already.
pub(super) fn own(address: &str) -> Arc<dyn Tunnel> {
    match address.parse() {
        Ok(address) => Arc::new(OwnAddress { address }),
        Err(_) => {
            Arc::new(Unready { kind: TunnelKind::Own, why: TunnelError::BadAddress(address.to_owned()) })
        }
    }
}

fn url_of(address: &PublicAddress) -> Result<Url, TunnelError> {
    address.as_str().parse().map_err(|_| TunnelError::BadAddress(address.as_str().to_owned()))
}

/// A kind that lacks something before it can be tried.
struct Unready {
    kind: TunnelKind,
    why: TunnelError,
}

#[async_trait]
impl Tunnel for Unready {
    fn kind(&self) -> TunnelKind {
        self.kind
    }

    async fn open(&self, _to: SocketAddr) -> Result<OpenTunnel, TunnelError> {
        Err(self.why.clone())
    }
}
