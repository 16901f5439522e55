//! Carries what comes through a tunnel to the hook door, byte for byte.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Most connections carried at once; the hook door serves no more, and further ones are dropped.
const MOST: usize = 256;

/// The connections under way; they end when this is dropped.
pub(super) struct Forwards {
    to: SocketAddr,
    under_way: JoinSet<()>,
}

impl Forwards {
    pub(super) fn new(to: SocketAddr) -> Self {
        Self { to, under_way: JoinSet::new() }
    }

    /// Carries one connection until either side ends it.
    pub(super) fn carry<S>(&mut self, mut stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        while self.under_way.try_join_next().is_some() {}
        if self.under_way.len() >= MOST {
            tracing::debug!("more connections through the tunnel than are served; one is dropped");
            return;
        }
        let to = self.to;
        self.under_way.spawn(async move {
            let carried = async {
                let mut here = TcpStream::connect(to).await?;
                here.set_nodelay(true)?;
                tokio::io::copy_bidirectional(&mut stream, &mut here).await
            };
            if let Err(error) = carried.await {
                tracing::debug!(%error, "a connection through the tunnel ended badly");
            }
        });
    }
}

/// Carries every connection to a port of this computer on to the hook door, whose own port changes with every start.
pub(super) async fn relay(listener: TcpListener, to: SocketAddr) -> std::io::Error {
    let mut forwards = Forwards::new(to);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => forwards.carry(stream),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => {}
            Err(error) => return error,
        }
    }
}
