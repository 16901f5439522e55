//! A public port that leads to the hook door, and can be closed like a router that fails, or blocked like one that loses
//! everything.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub struct Road {
    pub address: String,
    blocked: watch::Sender<bool>,
    carrying: JoinHandle<()>,
}

impl Road {
    pub async fn open(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (blocked, is_blocked) = watch::channel(false);
        let carrying = tokio::spawn(async move {
            let mut under_way = tokio::task::JoinSet::new();
            while let Ok((mut outside, _)) = listener.accept().await {
                let mut is_blocked = is_blocked.clone();
                under_way.spawn(async move {
                    let carry = async {
                        let mut inside = TcpStream::connect(to).await?;
                        tokio::io::copy_bidirectional(&mut outside, &mut inside).await
                    };
                    tokio::select! {
                        _ = is_blocked.wait_for(|blocked| *blocked) => {}
                        carried = carry => return carried.map(|_| ()),
                    }
                    // Held open, and silent.
                    std::future::pending().await
                });
            }
        });
        Self { address, blocked, carrying }
    }

    /// Nothing comes through any more, and nobody is told.
    pub fn block(&self) {
        self.blocked.send_replace(true);
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}
