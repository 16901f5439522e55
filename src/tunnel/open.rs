//! What every kind of tunnel does, and a tunnel that is open.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::error::TunnelError;

/// How long closing waits for the far side to hear of it.
const CLOSING: Duration = Duration::from_secs(4);

/// The kinds of tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TunnelKind {
    /// No public address: news is read from the feed.
    Off,
    /// The seller's own address: nothing is started here.
    Own,
    Cloudflared,
    Ngrok,
    Ssh,
}

impl TunnelKind {
    /// The word screens and settings know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Own => "own",
            Self::Cloudflared => "cloudflared",
            Self::Ngrok => "ngrok",
            Self::Ssh => "ssh",
        }
    }
}

/// A way to a public address.
#[async_trait]
pub trait Tunnel: Send + Sync {
    fn kind(&self) -> TunnelKind;

    /// Opens it towards one address of this computer; one try, which may be given up by dropping it.
    ///
    /// # Errors
    /// When it cannot be opened; nothing of the try is left.
    async fn open(&self, to: SocketAddr) -> Result<OpenTunnel, TunnelError>;
}

/// What happened to an open tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TunnelNews {
    /// It has another address now; the one before leads nowhere.
    Moved(Url),
    Ended(TunnelError),
}

/// An open tunnel. Dropped, it ends too, but nobody waits for it.
pub struct OpenTunnel {
    address: Url,
    news: mpsc::UnboundedReceiver<TunnelNews>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// The side of an open tunnel that keeps it open.
pub struct Keeping {
    news: mpsc::UnboundedSender<TunnelNews>,
    /// Cancelled when the tunnel is to be closed.
    pub stop: CancellationToken,
}

impl Keeping {
    /// Tells that the tunnel has another address now.
    pub fn moved(&self, address: Url) {
        // Nobody listens to a tunnel that is being closed.
        let _ = self.news.send(TunnelNews::Moved(address));
    }
}

impl OpenTunnel {
    /// A tunnel that is open for as long as `keep` runs; what it returns is why it ended. `keep` watches
    /// [`Keeping::stop`].
    pub fn kept<F, K>(address: Url, keep: F) -> Self
    where
        F: FnOnce(Keeping) -> K,
        K: Future<Output = TunnelError> + Send + 'static,
    {
        let (sender, news) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let keeping = keep(Keeping { news: sender.clone(), stop: stop.clone() });
        let task = tokio::spawn(async move {
            let reason = keeping.await;
            let _ = sender.send(TunnelNews::Ended(reason));
        });
        Self { address, news, stop, task }
    }

    /// The address the outside reaches us at, without the path of the news.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Waits for the next thing that happens to it. Nothing is lost when this is given up.
    pub async fn next(&mut self) -> TunnelNews {
        match self.news.recv().await {
            Some(TunnelNews::Moved(address)) => {
                self.address = address.clone();
                TunnelNews::Moved(address)
            }
            Some(ended) => ended,
            None => TunnelNews::Ended(TunnelError::Ended),
        }
    }

    /// Closes it and waits, a few seconds at most, until the far side knows.
    pub async fn close(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(CLOSING, &mut self.task).await.is_err() {
            tracing::debug!("a tunnel did not close in time");
            self.task.abort();
        }
    }
}

impl Drop for OpenTunnel {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn tells_what_happens_and_ends_once() {
        let mut open = OpenTunnel::kept(url("https://a.example"), |side| async move {
            side.moved(url("https://b.example"));
            TunnelError::NetworkDown
        });
        assert_eq!(open.next().await, TunnelNews::Moved(url("https://b.example")));
        assert_eq!(open.address(), &url("https://b.example"));
        assert_eq!(open.next().await, TunnelNews::Ended(TunnelError::NetworkDown));
        assert_eq!(open.next().await, TunnelNews::Ended(TunnelError::Ended));
    }

    #[tokio::test(start_paused = true)]
    async fn closing_waits_for_the_end_but_not_for_ever() {
        let (done, was_done) = tokio::sync::oneshot::channel();
        let open = OpenTunnel::kept(url("https://a.example"), |side| async move {
            side.stop.cancelled().await;
            done.send(()).unwrap();
            TunnelError::Ended
        });
        open.close().await;
        was_done.await.unwrap();
        let deaf = OpenTunnel::kept(url("https://a.example"), |_| std::future::pending());
        let begun = tokio::time::Instant::now();
        deaf.close().await;
        assert_eq!(begun.elapsed().as_secs(), CLOSING.as_secs());
    }
}
