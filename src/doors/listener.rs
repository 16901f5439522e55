//! A port on loopback that is served until it is closed.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::connection::{self, Ending};

/// How long closing waits for requests under way: a slow body is given up after ten seconds.
const FAREWELL: Duration = Duration::from_secs(12);
/// Most connections of one door at a time. Further ones wait in the system's queue until others end, or until those
/// that do nothing are ended for them. Two doors at this many stay below the 1024 files many systems allow a program.
pub(super) const MOST_CONNECTIONS: usize = 256;
/// How often connections that do nothing are asked to make room while others wait.
const ASKING: Duration = Duration::from_millis(100);
/// The system is out of files or memory: a moment later it may not be.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

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
        let task = tokio::spawn(accept(listener, router, stopping.clone()));
        Listener { address, stopping, task }
    }
}

/// Serves every connection until the door closes, then waits for those that are left. They end with this task.
async fn accept(listener: TcpListener, router: Router, stopping: CancellationToken) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let ending = Ending { stopping: stopping.clone(), crowded: Arc::default() };
    let mut connections = JoinSet::new();
    loop {
        let (stream, place) = tokio::select! {
            next = next(&listener, &places, &ending.crowded) => next,
            Some(ended) = connections.join_next() => {
                note(ended);
                continue;
            }
            () = stopping.cancelled() => break,
        };
        let (router, ending) = (router.clone(), ending.clone());
        connections.spawn(async move {
            connection::serve(stream, router, ending).await;
            drop(place);
        });
    }
    drop(listener);
    while let Some(ended) = connections.join_next().await {
        note(ended);
    }
}

/// The next connection, once there is a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    crowded: &Notify,
) -> (TcpStream, OwnedSemaphorePermit) {
    let place = loop {
        match tokio::time::timeout(ASKING, Arc::clone(places).acquire_owned()).await {
            Ok(Ok(place)) => break place,
            // The places are never closed, so that this is a wait in vain.
            Ok(Err(_)) => std::future::pending().await,
            Err(_) => crowded.notify_waiters(),
        }
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::ConnectionRefused
                        | io::ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(%error, "a door cannot take a connection now");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}

fn note(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection ended badly");
    }
}
