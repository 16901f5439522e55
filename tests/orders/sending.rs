//! A large file on its way: how far it is, and stopping it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::far::{Far, until};
use super::own_files::names;
use super::server::{Server, free_port};

/// Far more than the buffers of a connection hold.
const SIZE: usize = 16 << 20;
/// What a connection lets through before it waits.
const SMALL: u64 = 1 << 20;

/// A way to the marketplace on which large bodies wait while it is held.
struct Strait {
    address: SocketAddr,
    held: watch::Sender<bool>,
}

impl Strait {
    async fn to(market: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (held, _) = watch::channel(true);
        let is_held = held.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, market, is_held.subscribe()));
            }
        });
        Self { address, held }
    }
}

async fn carry(near: TcpStream, market: SocketAddr, mut held: watch::Receiver<bool>) {
    let Ok(far) = TcpStream::connect(market).await else { return };
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = far.into_split();
    let out = async move {
        let (mut carried, mut piece) = (0, vec![0; 64 * 1024]);
        while let Ok(read @ 1..) = near_in.read(&mut piece).await {
            carried += read as u64;
            if carried > SMALL && held.wait_for(|held| !held).await.is_err() {
                return;
            }
            if far_out.write_all(&piece[..read]).await.is_err() {
                return;
            }
        }
        let _ = far_out.shutdown().await;
    };
    let back = tokio::io::copy(&mut far_in, &mut near_out);
    let _ = tokio::join!(out, back);
}

/// What the stall tells of files, as the screens hear it.
fn hear(server: &Server) -> Arc<Mutex<Vec<(u64, u64)>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (kept, address, token) = (Arc::clone(&heard), server.address.clone(), server.token.clone());
    tokio::spawn(async move {
        let http = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
        let mut answer = http.get(format!("{address}/desk/events")).bearer_auth(token).send().await.unwrap();
        let mut text = String::new();
        while let Ok(Some(chunk)) = answer.chunk().await {
            text.push_str(&String::from_utf8_lossy(&chunk));
            while let Some((line, rest)) = text.split_once('\n') {
                if let Some(event) =
                    line.strip_prefix("data:").and_then(|data| serde_json::from_str::<Value>(data).ok())
                    && event["kind"] == "file_progress"
                {
                    kept.lock()
                        .unwrap()
                        .push((event["sent"].as_u64().unwrap(), event["total"].as_u64().unwrap()));
                }
                text = rest.to_owned();
            }
        }
    });
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_says_how_far_it_is_and_can_be_stopped_and_sent_again() {
    let far = Far::start();
    let market = url::Url::parse(far.address("market_base")).unwrap();
    let strait = Strait::to(market.socket_addrs(|| None).unwrap()[0]).await;
    let base = format!("http://{}{}", strait.address, market.path());
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let names_of = [("SERVICE_SKU_ID", listing.as_str()), ("AGENT_MARKET_BASE_URL", &base)];
    let server = Server::start(&far, home.path(), free_port(), &names_of);
    let order = far.order(&listing, "by_hand").await;
    until("the guidance", async || far.sellers_words(&order).await.len() == 1).await;
    let id = server.order(&order).await.unwrap()["card"]["id"].as_str().unwrap().to_owned();
    server.desk("orders.take_over", json!({ "id": id })).await;
    let heard = hear(&server);
    let bytes: &'static [u8] = vec![7; SIZE].leak();

    let stopped = tokio::join!(server.send_file(&id, "layers.psd", bytes), async {
        until("some of it to be on its way", async || {
            heard.lock().unwrap().iter().any(|(sent, total)| *sent > 0 && sent < total)
        })
        .await;
        server.desk("orders.stop_file", json!({ "order_id": id, "name": "layers.psd" })).await;
    })
    .0;
    assert_eq!(stopped.unwrap_err()["code"], "file_stopped");
    strait.held.send(false).unwrap();
    assert!(names(&far, &order).await.is_empty(), "what broke off is no file");
    let told = heard.lock().unwrap().clone();
    assert!(told.iter().all(|(sent, total)| sent < total && *total == SIZE as u64), "{told:?}");

    heard.lock().unwrap().clear();
    let sent = server.send_file(&id, "layers.psd", bytes).await.unwrap();
    assert_eq!(sent["size"], SIZE);
    assert_eq!(names(&far, &order).await, ["layers.psd"]);
    let told = heard.lock().unwrap().clone();
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!((told.first(), told.last()), (Some(&(0, SIZE as u64)), Some(&(SIZE as u64, SIZE as u64))));
    // To stop what is there already changes nothing.
    server.desk("orders.stop_file", json!({ "order_id": id, "name": "layers.psd" })).await;
    assert_eq!(names(&far, &order).await, ["layers.psd"]);
}
