//! A service that speaks ngrok's protocol over TLS: it checks the token, binds endpoints, and has a public edge, a
//! port of loopback, whose connections it hands to the endpoint.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use muxado::heartbeat::{Heartbeat, HeartbeatConfig};
use muxado::typed::{StreamType, Typed, TypedAccept, TypedOpenClose, TypedSession, TypedStream};
use serde_json::{Value, json};
use stallkeeper::tunnel::NgrokServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

const AUTH: u32 = 0;
const BIND: u32 = 1;
const UNBIND: u32 = 2;
const PROXY: u32 = 3;
const TUNNEL: &str = "tn-1";
pub const TOKEN: &str = "2abcDEF_token_of_the_seller";

type Open = Arc<tokio::sync::Mutex<Box<dyn TypedOpenClose + Send>>>;

pub struct FakeNgrok {
    pub server: NgrokServer,
    pub edge: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Every request of every session, in order.
    asked: Mutex<Vec<(u32, Value)>>,
    open: Mutex<Option<Open>>,
    sessions: Mutex<Vec<JoinHandle<()>>>,
    /// What is carried; each holds the session it goes through.
    carried: Mutex<JoinSet<()>>,
    /// What is answered to a bind instead of an endpoint.
    refusal: Mutex<Option<&'static str>>,
}

impl FakeNgrok {
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let agents = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let edge = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = NgrokServer {
            address: format!("localhost:{}", agents.local_addr().unwrap().port()),
            authority: made.cert.pem(),
        };
        let address = edge.local_addr().unwrap();
        let state = Arc::new(State::default());
        tokio::spawn(accept_agents(agents, acceptor, address, Arc::clone(&state)));
        tokio::spawn(accept_outside(edge, Arc::clone(&state)));
        Self { server, edge: address, state }
    }

    /// Cuts every session without a word.
    pub fn cut(&self) {
        *self.state.open.lock().unwrap() = None;
        for session in self.state.sessions.lock().unwrap().drain(..) {
            session.abort();
        }
        *self.state.carried.lock().unwrap() = JoinSet::new();
    }

    pub fn refuse_to_bind(&self, words: &'static str) {
        *self.state.refusal.lock().unwrap() = Some(words);
    }

    /// The requests of one kind.
    pub fn asked(&self, kind: &str) -> Vec<Value> {
        let wanted = match kind {
            "auth" => AUTH,
            "bind" => BIND,
            _ => UNBIND,
        };
        let asked = self.state.asked.lock().unwrap();
        asked.iter().filter(|(kind, _)| *kind == wanted).map(|(_, request)| request.clone()).collect()
    }
}

async fn accept_agents(listener: TcpListener, acceptor: TlsAcceptor, edge: SocketAddr, state: Arc<State>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (acceptor, for_session) = (acceptor.clone(), Arc::clone(&state));
        let session = tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let session = Typed::new(muxado::SessionBuilder::new(stream).server().start());
            let Ok((session, _beats)) = Heartbeat::start(session, HeartbeatConfig::default()).await else {
                return;
            };
            let (open, mut accept) = session.split_typed();
            *for_session.open.lock().unwrap() = Some(Arc::new(tokio::sync::Mutex::new(Box::new(open))));
            while let Ok(stream) = accept.accept_typed().await {
                answer(stream, edge, &for_session).await;
            }
            *for_session.open.lock().unwrap() = None;
        });
        state.sessions.lock().unwrap().push(session);
    }
}

async fn answer(mut stream: TypedStream, edge: SocketAddr, state: &State) {
    let kind = *stream.typ();
    let request = read_json(&mut stream).await;
    state.asked.lock().unwrap().push((kind, request.clone()));
    let refusal = *state.refusal.lock().unwrap();
    let answer = match kind {
        AUTH if request["Extra"]["AuthToken"] != TOKEN => {
            json!({ "Error": "The authtoken you specified is properly formed, but it is invalid.\n\nERR_NGROK_107\n" })
        }
        AUTH => json!({ "Version": "3", "ClientId": "cl-1", "Extra": {} }),
        BIND => match refusal {
            Some(words) => json!({ "Error": words }),
            None => json!({
                "Id": TUNNEL, "URL": format!("http://{edge}"), "Proto": request["Proto"], "Opts": request["Opts"],
                "Extra": { "Token": "" }
            }),
        },
        _ => json!({}),
    };
    // The session may be gone already.
    let _ = stream.write_all(answer.to_string().as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// A request has no end of its own but that of its JSON.
async fn read_json(stream: &mut TypedStream) -> Value {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 1024];
        let read = stream.read(&mut chunk).await.unwrap_or(0);
        if read == 0 {
            return Value::Null;
        }
        bytes.extend_from_slice(&chunk[..read]);
        if let Ok(request) = serde_json::from_slice(&bytes) {
            return request;
        }
    }
}

async fn accept_outside(edge: TcpListener, state: Arc<State>) {
    loop {
        let (outside, from) = edge.accept().await.unwrap();
        let open = state.open.lock().unwrap().clone();
        let Some(open) = open else { continue };
        state.carried.lock().unwrap().spawn(async move {
            // A connection that ends badly is over like any other.
            let _ = carry(outside, from, open).await;
        });
    }
}

async fn carry(mut outside: TcpStream, from: SocketAddr, open: Open) -> std::io::Result<()> {
    let opened = open.lock().await.open_typed(StreamType::clamp(PROXY)).await;
    let Ok(mut stream) = opened else { return Ok(()) };
    let header = json!({
        "Id": TUNNEL, "ClientAddr": from.to_string(), "Proto": "https", "EdgeType": "3", "PassthroughTLS": false
    })
    .to_string();
    stream.write_i64_le(i64::try_from(header.len()).unwrap()).await?;
    stream.write_all(header.as_bytes()).await?;
    tokio::io::copy_bidirectional(&mut outside, &mut *stream).await?;
    Ok(())
}
