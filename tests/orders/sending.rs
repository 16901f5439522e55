//! A large file on its way: how far it is, and stopping it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
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
const NAME: &str = "layers.psd";

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

/// An order that takes the seller's files, on the far side of a strait.
struct Scene {
    far: Far,
    strait: Strait,
    server: Server,
    _home: tempfile::TempDir,
    /// As the market knows it, and as we do.
    order: String,
    id: String,
    heard: Arc<Mutex<Vec<(u64, u64)>>>,
    bytes: &'static [u8],
}

impl Scene {
    async fn open() -> Self {
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
        let bytes: Vec<u8> = (0..SIZE).map(|at| u8::try_from(at % 251).unwrap()).collect();
        Self { far, strait, server, _home: home, order, id, heard, bytes: bytes.leak() }
    }

    async fn send(&self) -> Result<Value, Value> {
        self.server.send_file(&self.id, NAME, self.bytes).await
    }

    async fn stop(&self) {
        self.server.desk("orders.stop_file", json!({ "order_id": self.id, "name": NAME })).await;
    }

    async fn until_on_its_way(&self) {
        until("some of it to be on its way", async || {
            self.heard.lock().unwrap().iter().any(|(sent, total)| *sent > 0 && sent < total)
        })
        .await;
    }

    async fn names(&self) -> Vec<String> {
        names(&self.far, &self.order).await
    }

    /// What the market says of the bytes it keeps under this name.
    async fn kept_sum(&self) -> Option<String> {
        let path = format!("/orders/{}/attachments", self.order);
        let listed = self.far.as_seller(reqwest::Method::GET, &path, json!(null)).await;
        let files = listed.as_array().or(listed["files"].as_array()).or(listed["attachments"].as_array())?;
        let is_it = |file: &&Value| file["filename"] == NAME || file["original_filename"] == NAME;
        files.iter().find(is_it)?["sha256"].as_str().map(str::to_owned)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_says_how_far_it_is_and_can_be_stopped_and_sent_again() {
    let scene = Scene::open().await;
    let stopped = tokio::join!(scene.send(), async {
        scene.until_on_its_way().await;
        scene.stop().await;
    })
    .0;
    assert_eq!(stopped.unwrap_err()["code"], "file_stopped");
    scene.strait.held.send(false).unwrap();
    assert!(scene.names().await.is_empty(), "what broke off is no file");
    let told = scene.heard.lock().unwrap().clone();
    assert!(told.iter().all(|(sent, total)| sent < total && *total == SIZE as u64), "{told:?}");

    scene.heard.lock().unwrap().clear();
    let sent = scene.send().await.unwrap();
    assert_eq!(sent["size"], SIZE);
    assert_eq!(scene.names().await, [NAME]);
    assert_eq!(scene.kept_sum().await, Some(hex::encode(Sha256::digest(scene.bytes))));
    let told = scene.heard.lock().unwrap().clone();
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!((told.first(), told.last()), (Some(&(0, SIZE as u64)), Some(&(SIZE as u64, SIZE as u64))));
    // To stop what is there already changes nothing.
    scene.stop().await;
    assert_eq!(scene.names().await, [NAME]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_on_when_the_page_that_sent_it_is_gone() {
    let scene = Scene::open().await;
    tokio::select! {
        answer = scene.send() => panic!("it is held on its way: {answer:?}"),
        () = scene.until_on_its_way() => {}
    }
    scene.strait.held.send(false).unwrap();
    until("the file to be there", async || scene.names().await == [NAME]).await;
    assert_eq!(scene.kept_sum().await, Some(hex::encode(Sha256::digest(scene.bytes))));
    until("the stall to know it", async || {
        let view = scene.server.order(&scene.order).await.unwrap();
        view["files"].as_array().unwrap().iter().any(|file| file["name"] == NAME)
    })
    .await;
    // The order is free for the next one.
    scene.server.send_file(&scene.id, "second.png", b"picture").await.unwrap();
}
