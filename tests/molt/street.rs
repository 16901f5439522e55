//! The way from the outside to the stall's door for files: an address that stays while servers come and go behind it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::Response;
use stallkeeper::http::{TimeLimits, client};
use stallkeeper::tunnel::{PROBE, PROOF};

pub struct Street {
    pub base: String,
    /// Paths that were fetched with success.
    fetched: Arc<Mutex<Vec<String>>>,
    /// How many files are closed for ever: those that are asked for first.
    closed: Arc<Mutex<(usize, Vec<String>)>>,
}

#[derive(Clone)]
struct Way {
    /// The folder the servers behind it live in, one after the other; none for a stall in this process.
    home: Option<PathBuf>,
    own_port: u16,
    fetched: Arc<Mutex<Vec<String>>>,
    closed: Arc<Mutex<(usize, Vec<String>)>>,
    http: reqwest::Client,
}

impl Street {
    pub fn open(home: &Path) -> Self {
        Self::open_to(Some(home.to_owned()))
    }

    /// To the stall in this process.
    pub fn of_this_process() -> Self {
        Self::open_to(None)
    }

    fn open_to(home: Option<PathBuf>) -> Self {
        let fetched: Arc<Mutex<Vec<String>>> = Arc::default();
        let closed: Arc<Mutex<(usize, Vec<String>)>> = Arc::default();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let own_port = listener.local_addr().unwrap().port();
        let way = Way {
            home,
            own_port,
            fetched: Arc::clone(&fetched),
            closed: Arc::clone(&closed),
            http: client(TimeLimits::API).unwrap(),
        };
        listener.set_nonblocking(true).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(way);
        // On a thread of its own: it goes on while a test waits for a server to start.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self { base, fetched, closed }
    }

    /// The next file that is asked for never opens.
    pub fn close_the_next_file(&self) {
        self.closed.lock().unwrap().0 += 1;
    }

    pub fn fetched(&self) -> usize {
        let mut paths = self.fetched.lock().unwrap().clone();
        paths.sort();
        paths.dedup();
        paths.len()
    }
}

impl Way {
    fn is_closed(&self, path: &str) -> bool {
        let mut closed = self.closed.lock().unwrap();
        let path = path.to_owned();
        if closed.1.contains(&path) {
            return true;
        }
        let is_next = path.starts_with("/files/") && closed.1.len() < closed.0;
        if is_next {
            closed.1.push(path);
        }
        is_next
    }
}

async fn pass(State(way): State<Way>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if way.is_closed(&path) {
        return Response::builder().status(404).body(Body::empty()).unwrap();
    }
    let question = request.headers().get(PROBE).cloned();
    // A server that has just died comes back soon: whoever asks meanwhile waits.
    for _ in 0..600 {
        if let Some(answer) = fetch(&way, &path, question.as_ref()).await {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Response::builder().status(404).body(Body::empty()).unwrap()
}

async fn fetch(way: &Way, path: &str, question: Option<&HeaderValue>) -> Option<Response> {
    let behind = match &way.home {
        Some(home) => server_in(home),
        None => Some(std::process::id()),
    };
    for port in behind.map(doors).unwrap_or_default().into_iter().filter(|port| *port != way.own_port) {
        let mut asked = way.http.get(format!("http://127.0.0.1:{port}{path}"));
        if let Some(question) = question {
            asked = asked.header(PROBE, question);
        }
        let Ok(answer) = asked.send().await else { continue };
        if let Some(proof) = answer.headers().get(PROOF).cloned() {
            return Some(Response::builder().header(PROOF, proof).body(Body::empty()).unwrap());
        }
        if !answer.status().is_success() || answer.headers()["content-type"] == "text/html" {
            continue;
        }
        let kind = answer.headers()["content-type"].clone();
        let Ok(bytes) = answer.bytes().await else { continue };
        way.fetched.lock().unwrap().push(path.to_owned());
        return Some(Response::builder().header("content-type", kind).body(Body::from(bytes)).unwrap());
    }
    None
}

/// The server that lives in this folder now.
fn server_in(home: &Path) -> Option<u32> {
    let mark = format!("DATA_DIR={}/", home.display());
    std::fs::read_dir("/proc").unwrap().find_map(|entry| {
        let entry = entry.ok()?;
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let environment = std::fs::read(entry.path().join("environ")).ok()?;
        let is_it = environment.split(|byte| *byte == 0).any(|name| name.starts_with(mark.as_bytes()));
        is_it.then_some(pid)
    })
}

/// Ports a process listens at.
fn doors(pid: u32) -> Vec<u16> {
    let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return Vec::new() };
    let links = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let sockets: Vec<String> = links.map(|link| link.to_string_lossy().into_owned()).collect();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let listens = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let ours = sockets.contains(&format!("socket:[{}]", columns.get(9)?));
        let port = u16::from_str_radix(columns[1].split_once(':')?.1, 16).ok()?;
        (ours && columns[3] == "0A").then_some(port)
    };
    table.lines().skip(1).filter_map(listens).collect()
}
