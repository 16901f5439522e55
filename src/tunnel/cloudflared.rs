//! cloudflared as a program of its own: a quick tunnel whose address changes with every start, or a named one with a
//! token and a fixed address.
//!
//! The token reaches the program in a file only its owner may read, never on the command line nor in an environment,
//! and the file is taken away once the tunnel stands.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use url::Url;

use super::child::{self, Running};
use super::error::TunnelError;
use super::forward::relay;
use super::lines::lines_of;
use super::open::{Keeping, OpenTunnel, Tunnel, TunnelKind};
use super::program::{Version, cloudflared_version, find_cloudflared, is_program};
use super::said::{Said, read};
use crate::logs::hide;

const NAME: &str = "cloudflared";
/// From the program's start to a tunnel that stands.
const OPENING: Duration = Duration::from_secs(60);
/// An address without word of a connection is taken after this: later versions may word it differently, and the probe
/// tells the truth anyway.
const UNWORDED: Duration = Duration::from_secs(20);
/// The first version with `--token-file`.
const OLDEST_NAMED: (Version, &str) = ((2025, 4, 0), "2025.4.0");
/// The first that gives quick tunnels without an account as they are now.
const OLDEST_QUICK: (Version, &str) = ((2021, 8, 0), "2021.8.0");

/// What cloudflared is started with.
#[derive(Debug, Clone)]
pub struct CloudflaredConfig {
    /// Where the program is; without it, it is looked for.
    pub program: Option<PathBuf>,
    pub run: CloudflaredRun,
    /// A folder of ours for the program's two small files.
    pub folder: PathBuf,
}

/// Which of its tunnels.
#[derive(Debug, Clone)]
pub enum CloudflaredRun {
    /// No account, another address with every start.
    Quick,
    /// A tunnel made on Cloudflare's page, which also says where it leads: `http://localhost:<local_port>`.
    Named { token: SecretString, address: Url, local_port: u16 },
}

/// A tunnel of cloudflared.
pub struct Cloudflared {
    config: CloudflaredConfig,
}

impl Cloudflared {
    pub fn new(config: CloudflaredConfig) -> Self {
        if let CloudflaredRun::Named { token, .. } = &config.run {
            hide(token.expose_secret());
        }
        Self { config }
    }

    async fn program(&self) -> Result<PathBuf, TunnelError> {
        let found = match &self.config.program {
            Some(program) => Some(program.clone()).filter(|program| is_program(program)),
            None => find_cloudflared(),
        };
        let program = found.ok_or(TunnelError::ProgramMissing { program: NAME })?;
        let (oldest, wanted) = match self.config.run {
            CloudflaredRun::Quick => OLDEST_QUICK,
            CloudflaredRun::Named { .. } => OLDEST_NAMED,
        };
        match cloudflared_version(&program).await {
            Some(version) if version >= oldest => Ok(program),
            Some((year, month, patch)) => {
                let found = format!("{year}.{month}.{patch}");
                Err(TunnelError::ProgramVersion { program: NAME, found, wanted })
            }
            None => Err(TunnelError::ProgramVersion { program: NAME, found: String::new(), wanted }),
        }
    }

    /// Starts the program; what it needs is in its folder.
    fn start(&self, program: &Path, to: SocketAddr) -> Result<Started, TunnelError> {
        let folder = &self.config.folder;
        fs::create_dir_all(folder).map_err(TunnelError::here("make a folder"))?;
        let settings = folder.join("cloudflared.yml");
        // The seller's own settings of the program belong to other tunnels of theirs, and forbid quick ones.
        fs::write(&settings, "no-autoupdate: true\ngrace-period: 1s\n")
            .map_err(TunnelError::here("write a file"))?;
        let mut arguments: Vec<OsString> =
            ["tunnel", "--no-autoupdate", "--config"].map(OsString::from).into();
        arguments.push(settings.into());
        let token = match &self.config.run {
            CloudflaredRun::Quick => {
                arguments.extend(["--url".into(), format!("http://{to}").into()]);
                None
            }
            CloudflaredRun::Named { token, .. } => {
                let file = TokenFile::write(folder.join("cloudflared.token"), token)
                    .map_err(TunnelError::here("write a file"))?;
                arguments.extend(["run".into(), "--token-file".into(), file.0.clone().into()]);
                Some(file)
            }
        };
        let arguments: Vec<&OsStr> = arguments.iter().map(OsString::as_os_str).collect();
        let mut running =
            child::start(program, &arguments).map_err(TunnelError::here("start cloudflared"))?;
        let lines = lines_of(running.child.stderr.take(), running.child.stdout.take());
        Ok(Started { running, lines, token })
    }
}

struct Started {
    running: Running,
    lines: mpsc::Receiver<String>,
    token: Option<TokenFile>,
}

#[async_trait]
impl Tunnel for Cloudflared {
    fn kind(&self) -> TunnelKind {
        TunnelKind::Cloudflared
    }

    async fn open(&self, to: SocketAddr) -> Result<OpenTunnel, TunnelError> {
        let program = self.program().await?;
        let (known, relay) = match &self.config.run {
            CloudflaredRun::Quick => (None, None),
            CloudflaredRun::Named { address, local_port, .. } => {
                let place = SocketAddr::from((Ipv4Addr::LOCALHOST, *local_port));
                let listener = TcpListener::bind(place).await;
                (
                    Some(address.clone()),
                    Some(listener.map_err(|_| TunnelError::AddressTaken(place.to_string()))?),
                )
            }
        };
        let mut started = self.start(&program, to)?;
        let opened = tokio::time::timeout(OPENING, until_it_stands(&mut started.lines, known)).await;
        match opened.unwrap_or(Err(TunnelError::NetworkDown)) {
            Ok(address) => Ok(OpenTunnel::kept(address, move |side| keep(started, relay, to, side))),
            Err(reason) => {
                started.running.end().await;
                Err(reason)
            }
        }
    }
}

/// Reads until the tunnel has an address and stands.
async fn until_it_stands(lines: &mut mpsc::Receiver<String>, known: Option<Url>) -> Result<Url, TunnelError> {
    let is_quick = known.is_none();
    let (mut address, mut is_connected, mut problem) = (known, false, None);
    loop {
        let line = match (&address, is_connected) {
            (Some(address), true) => return Ok(address.clone()),
            (Some(address), false) if is_quick => match tokio::time::timeout(UNWORDED, lines.recv()).await {
                Ok(line) => line,
                Err(_) => return Ok(address.clone()),
            },
            _ => lines.recv().await,
        };
        let Some(line) = line else { return Err(problem.unwrap_or(TunnelError::Ended)) };
        match read(&line) {
            Said::Address(found) if is_quick => address = Some(found),
            Said::Connected => is_connected = true,
            // It would go on trying with it.
            Said::Problem(TunnelError::BadToken) if !is_quick => return Err(TunnelError::BadToken),
            Said::Problem(found) => problem = Some(found),
            Said::Address(_) | Said::Nothing => {}
        }
    }
}

async fn keep(started: Started, listener: Option<TcpListener>, to: SocketAddr, side: Keeping) -> TunnelError {
    let Started { running, mut lines, token } = started;
    drop(token);
    let is_quick = listener.is_none();
    let relayed = async {
        match listener {
            Some(listener) => relay(listener, to).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(relayed);
    let mut problem = TunnelError::Ended;
    let reason = loop {
        let line = tokio::select! {
            () = side.stop.cancelled() => break TunnelError::Ended,
            error = &mut relayed => break TunnelError::here("take a connection")(error),
            line = lines.recv() => line,
        };
        match line.as_deref().map(read) {
            Some(Said::Address(address)) if is_quick => side.moved(address),
            Some(Said::Problem(found)) => problem = found,
            Some(Said::Connected) => problem = TunnelError::Ended,
            Some(_) => {}
            None => break problem,
        }
    };
    running.end().await;
    reason
}

/// A token only its owner may read, for as long as this lives.
struct TokenFile(PathBuf);

impl TokenFile {
    fn write(path: PathBuf, token: &SecretString) -> std::io::Result<Self> {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        let written = Self(path);
        file.write_all(token.expose_secret().as_bytes())?;
        Ok(written)
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, "the file with the tunnel's token cannot be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANNER: &str = "INF |  https://amber-river.trycloudflare.com  |";

    async fn standing_after(lines: &[&str], known: Option<&str>) -> (Result<Url, TunnelError>, Duration) {
        let (sender, mut said) = mpsc::channel(8);
        for line in lines {
            sender.send((*line).to_owned()).await.unwrap();
        }
        let begun = tokio::time::Instant::now();
        let stands = until_it_stands(&mut said, known.map(|address| address.parse().unwrap()));
        (
            tokio::time::timeout(OPENING, stands).await.unwrap_or(Err(TunnelError::NetworkDown)),
            begun.elapsed(),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_is_taken_in_the_end_though_nothing_says_that_it_stands() {
        let (address, waited) = standing_after(&[BANNER], None).await;
        assert_eq!(address.unwrap().as_str(), "https://amber-river.trycloudflare.com/");
        assert_eq!(waited, UNWORDED);
        let (address, waited) = standing_after(&["nothing"], Some("https://stall.example")).await;
        assert_eq!(
            (address, waited),
            (Err(TunnelError::NetworkDown), OPENING),
            "its address was known before"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_named_tunnel_keeps_its_own_address() {
        let lines = [BANNER, "INF Registered tunnel connection connIndex=0"];
        let (address, waited) = standing_after(&lines, Some("https://stall.example")).await;
        assert_eq!((address.unwrap().as_str(), waited), ("https://stall.example/", Duration::ZERO));
    }
}
