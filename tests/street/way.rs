//! The ways to a public address, each opened, cut off in the middle and mended.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use stallkeeper::secrets::SecretName;
use stallkeeper::settings::TunnelChoice;

use super::fake_ngrok::{FakeNgrok, TOKEN};
use super::far::until;
use super::home::Home;
use super::hook::free_port;
use super::registered::{change, until_it_carries_news};
use super::road::Road;
use super::sshd::Sshd;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    None,
    Own,
    Ssh,
    Cloudflared,
    Ngrok,
}

pub enum Way {
    None,
    Own(Option<Road>),
    Ssh(Box<Sshd>),
    Cloudflared(tempfile::TempDir),
    Ngrok(FakeNgrok),
}

impl Way {
    /// Opens it and waits until it carries news; none where its far end is not on this computer.
    pub async fn open(kind: Kind, home: &Home) -> Option<Self> {
        let way = match kind {
            Kind::None => return Some(Self::None),
            Kind::Own => Self::Own(Some(Self::own_road(home).await)),
            Kind::Ssh => {
                let server = Sshd::start().await?;
                let port = free_port();
                change(&home.stall, |settings| {
                    settings.tunnel.kind = TunnelChoice::Ssh;
                    let ssh = &mut settings.tunnel.ssh;
                    ssh.host = "127.0.0.1".into();
                    ssh.port = server.port;
                    ssh.user.clone_from(&server.user);
                    ssh.key_file = Some(server.path("key").display().to_string());
                    ssh.host_key = Some(server.fingerprint("host").to_string());
                    ssh.listen_port = port;
                    ssh.address = Some(format!("http://127.0.0.1:{port}").parse().unwrap());
                })
                .await;
                Self::Ssh(Box::new(server))
            }
            Kind::Cloudflared => {
                let dir = tempfile::tempdir().unwrap();
                let program = dir.path().join("cloudflared");
                let text = format!(
                    "#!/bin/sh\n\
                     if [ \"$1\" = --version ]; then echo 'cloudflared version 2025.4.0 (built x)'; exit 0; fi\n\
                     echo $$ > {}\n\
                     echo 'INF Registered tunnel connection connIndex=0 location=ams01' >&2\n\
                     while :; do sleep 0.1; done\n",
                    dir.path().join("pid").display()
                );
                std::fs::write(&program, text).unwrap();
                std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
                let secrets = home.stall.secrets();
                secrets.set(&SecretName::CloudflaredToken, "a token".into()).await.unwrap();
                let port = free_port();
                change(&home.stall, |settings| {
                    settings.tunnel.kind = TunnelChoice::Cloudflared;
                    let cloudflared = &mut settings.tunnel.cloudflared;
                    cloudflared.program = Some(program.display().to_string());
                    cloudflared.address = Some(format!("http://127.0.0.1:{port}").parse().unwrap());
                    cloudflared.local_port = port;
                })
                .await;
                Self::Cloudflared(dir)
            }
            Kind::Ngrok => {
                let service = FakeNgrok::start().await;
                home.stall.secrets().set(&SecretName::NgrokToken, TOKEN.into()).await.unwrap();
                change(&home.stall, |settings| {
                    settings.tunnel.kind = TunnelChoice::Ngrok;
                    settings.tunnel.ngrok.server = Some(service.server.address.clone());
                    settings.tunnel.ngrok.authority = Some(service.server.authority.clone());
                })
                .await;
                Self::Ngrok(service)
            }
        };
        until_it_carries_news(&home.stall).await;
        Some(way)
    }

    async fn own_road(home: &Home) -> Road {
        let road = Road::open(home.stall.hook_address()).await;
        let address = road.address.clone();
        change(&home.stall, |settings| settings.public_base_url = Some(address.parse().unwrap())).await;
        road
    }

    /// Cuts it off, and waits until the stall has noticed.
    pub async fn cut(&mut self, home: &Home) {
        let changes = home.stall.store().list_connection_changes(500).await.unwrap().len();
        match self {
            Self::None => return,
            Self::Own(road) => {
                drop(road.take());
                let ask = serde_json::json!({});
                stallkeeper::desk::dispatch(&home.stall, "connection.tunnel_test", ask).await.unwrap();
            }
            Self::Ssh(server) => server.kill(),
            Self::Cloudflared(dir) => {
                let process = std::fs::read_to_string(dir.path().join("pid")).unwrap();
                assert!(Command::new("kill").args(["-KILL", process.trim()]).status().unwrap().success());
            }
            Self::Ngrok(service) => service.cut(),
        }
        // It may be open again at once: what was said of it stays in the history.
        until("the cut to be noticed", async || {
            home.stall.store().list_connection_changes(500).await.unwrap().len() > changes
        })
        .await;
    }

    /// Mends what does not mend itself, and waits until news is carried again.
    pub async fn mend(&mut self, home: &Home) {
        match self {
            Self::None => return,
            Self::Own(road) => *road = Some(Self::own_road(home).await),
            Self::Ssh(server) => server.restart("host").await,
            Self::Cloudflared(_) | Self::Ngrok(_) => {}
        }
        until_it_carries_news(&home.stall).await;
    }
}
