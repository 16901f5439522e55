//! A real S3 server on loopback, over a folder. It can be made slow, full, or cut off in the middle of an answer.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::{Router, middleware};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use serde_json::{Value, json};

pub const KEY_ID: &str = "AKIDFORTHETEST";
pub const SECRET: &str = "a secret of forty characters for the test";
pub const BUCKET: &str = "pictures";

/// What goes wrong with what is put there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Calm,
    Full,
    /// Nobody answers for this long.
    Slow(Duration),
    /// What was put is kept, and the answer is lost.
    LostAnswer,
}

pub struct Bucket {
    pub endpoint: String,
    dir: tempfile::TempDir,
    weather: Arc<Mutex<Weather>>,
    puts: Arc<AtomicUsize>,
    serving: tokio::task::JoinHandle<()>,
}

#[derive(Clone)]
struct Sky {
    weather: Arc<Mutex<Weather>>,
    puts: Arc<AtomicUsize>,
}

impl Bucket {
    pub async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(dir.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let service = service.build();
        let sky = Sky { weather: Arc::new(Mutex::new(Weather::Calm)), puts: Arc::default() };
        let (weather, puts) = (Arc::clone(&sky.weather), Arc::clone(&sky.puts));
        let router = Router::new()
            .fallback(move |request: Request| ask(service.clone(), request))
            .layer(middleware::from_fn_with_state(sky, below));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { endpoint, dir, weather, puts, serving }
    }

    pub fn set(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }

    /// How often something was put there, with success or without.
    pub fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }

    /// Every picture that lies there.
    pub fn lies_there(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.dir.path().join(BUCKET)];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "png") {
                    found.push(path);
                }
            }
        }
        found
    }

    /// The request that sets this bucket up.
    pub fn wish(&self, choice: &str) -> Value {
        json!({ "choice": choice, "key_id": KEY_ID, "secret": SECRET, "fields": {
            "endpoint": self.endpoint, "region": "us-east-1", "name": BUCKET, "prefix": "stall", "path_style": true,
        } })
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn ask(service: s3s::service::S3Service, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let request = axum::http::Request::from_parts(parts, s3s::Body::from(bytes));
    service.call(request).await.unwrap().map(Body::new)
}

async fn below(State(sky): State<Sky>, request: Request, next: middleware::Next) -> Response {
    let is_put = request.method() == axum::http::Method::PUT;
    if is_put {
        sky.puts.fetch_add(1, Ordering::SeqCst);
    }
    // The server makes a missing bucket; the service of a seller says that there is none.
    if request.uri().path().split('/').nth(1) != Some(BUCKET) {
        let said = "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code></Error>";
        return Response::builder().status(404).body(Body::from(said)).unwrap();
    }
    let weather = *sky.weather.lock().unwrap();
    match weather {
        Weather::Full if is_put => {
            let said = "<?xml version=\"1.0\"?><Error><Code>XMinioStorageFull</Code></Error>";
            Response::builder().status(507).body(Body::from(said)).unwrap()
        }
        Weather::Slow(wait) => {
            tokio::time::sleep(wait).await;
            next.run(request).await
        }
        Weather::LostAnswer if is_put => {
            let kept = next.run(request).await;
            assert!(kept.status().is_success(), "{}", kept.status());
            // A body that fails ends the connection before its end.
            let cut =
                futures_util::stream::once(async { Err::<bytes::Bytes, _>(std::io::Error::other("cut")) });
            Response::builder()
                .status(200)
                .header("content-length", "10")
                .body(Body::from_stream(cut))
                .unwrap()
        }
        _ => next.run(request).await,
    }
}
