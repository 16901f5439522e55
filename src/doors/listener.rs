//! A port on loopback that is served until it is closed.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long closing waits for requests under way: a slow body is given up after ten seconds.
const FAREWELL: Duration = Duration::from_secs(12);

/// Why a door cannot be opened.
#[derive(Debug, Error)]
pub enum DoorError {
    #[error(
        "port {0} (APP_PORT) is used by another program; set APP_PORT to another port, or to 0 for any free one"
    )]
    PortInUse(u16),
    #[error("port {port} (APP_PORT) of this computer cannot be opened")]
    Port { port: u16, source: io::Error },
}

/// A port that is bound but not yet served, so that its number is known first.
pub(super) struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    stopping: CancellationToken,
}

/// A served port.
pub(super) struct Listener {
    address: SocketAddr,
    stopping: CancellationToken,
    task: JoinHandle<()>,
}

impl Listener {
    /// Binds a port of 127.0.0.1; 0 takes any free one.
    pub(super) async fn bind(port: u16) -> Result<Bound, DoorError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => DoorError::PortInUse(port),
            _ => DoorError::Port { port, source },
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Bound { listener, address, stopping: CancellationToken::new() })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) async fn close(mut self) {
        self.stopping.cancel();
        if tokio::time::timeout(FAREWELL, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

impl Bound {
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Cancelled when the port is being closed; what would never end by itself must watch it.
    pub(super) fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    pub(super) fn serve(self, router: Router) -> Listener {
        let Self { listener, address, stopping } = self;
        let stopped = stopping.clone();
        let task = tokio::spawn(async move {
            let served = axum::serve(listener, router)
                .with_graceful_shutdown(async move { stopped.cancelled().await })
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "a door broke");
            }
        });
        Listener { address, stopping, task }
    }
}
