//! A public port that leads to the hook door, and can be closed like a router that fails.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub struct Road {
    pub address: String,
    carrying: JoinHandle<()>,
}

impl Road {
    pub async fn open(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let carrying = tokio::spawn(async move {
            let mut under_way = tokio::task::JoinSet::new();
            while let Ok((mut outside, _)) = listener.accept().await {
                under_way.spawn(async move {
                    let mut inside = TcpStream::connect(to).await?;
                    tokio::io::copy_bidirectional(&mut outside, &mut inside).await
                });
            }
        });
        Self { address, carrying }
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}
