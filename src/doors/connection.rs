//! One connection to a door: how long it may take, how much it may hold, and how it ends.
//!
//! Every limit here is for a caller nobody knows yet; what a handler reads of a body is limited in [`super::body`].

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::body::refusal;

/// A request's head that takes longer is given up, and so is a connection on which nothing is asked for so long.
pub(super) const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// The same while others wait for a place.
const CROWDED_PATIENCE: Duration = Duration::from_secs(2);
/// A caller who takes nothing of an answer for so long is given up. Longer than the pause between two signs of life of
/// the event stream.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);
/// Most bytes of a request's head, and most that is held of a connection that was not asked for.
const MOST_HEAD_BYTES: usize = 32 << 10;
const MOST_HELD_BYTES: usize = 64 << 10;
const MOST_HEADERS: usize = 100;
/// Longest path with its query; our own are below 200.
const LONGEST_PATH: usize = 8 << 10;
/// What a refused caller goes on sending is thrown away up to here, so that the refusal reaches it: bytes left unread
/// would make the system drop the answer.
const MOST_THROWN_AWAY: u64 = 4 << 20;
const LINGER: Duration = Duration::from_secs(1);

const SLOW_HEAD: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// What a connection watches besides its caller; shared by all connections of a door.
#[derive(Clone)]
pub(super) struct Ending {
    /// The door closes: what was begun is answered, nothing new is taken.
    pub(super) stopping: CancellationToken,
    /// Others wait for a place: connections that do nothing make room.
    pub(super) crowded: Arc<Notify>,
}

type Stream = Pin<Box<TimeoutStream<TcpStream>>>;

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, router: Router, ending: Ending) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "an answer may be delayed");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_PATIENCE));
    let opened = Instant::now();
    let has_asked = Arc::new(AtomicBool::new(false));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(MOST_HELD_BYTES)
        .max_header_size(MOST_HEAD_BYTES)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(Box::pin(stream)), answering(router, Arc::clone(&has_asked)));
    let mut is_last = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|context| connection.poll_without_shutdown(context)) => break ended,
            () = ending.stopping.cancelled(), if !is_last => {}
            () = ending.crowded.notified(), if !is_last => {
                if !has_asked.load(Ordering::Relaxed) {
                    if opened.elapsed() > CROWDED_PATIENCE {
                        return;
                    }
                    continue;
                }
            }
        }
        is_last = true;
        Pin::new(&mut connection).graceful_shutdown();
    };
    let parts = connection.into_parts();
    let slow_head = ended.is_err_and(|error| error.is_timeout()) && !parts.read_buf.is_empty();
    let stream: Stream = parts.io.into_inner();
    tokio::select! {
        // A caller that has gone already is as good.
        _ = leave(stream, slow_head) => {}
        () = ending.stopping.cancelled() => {}
    }
}

/// Hands requests to the router. Boxed, because a connection that is taken apart at its end must be movable.
fn answering(
    router: Router,
    has_asked: Arc<AtomicBool>,
) -> impl Service<
    Request<Incoming>,
    Response = Response,
    Error = Infallible,
    Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>,
> + Unpin {
    let router = TowerToHyperService::new(router);
    service_fn(move |request: Request<Incoming>| {
        has_asked.store(true, Ordering::Relaxed);
        let path = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
        let answer: Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>> =
            if path > LONGEST_PATH {
                Box::pin(std::future::ready(Ok(refusal(StatusCode::URI_TOO_LONG, "The address is too long"))))
            } else {
                Box::pin(router.call(request))
            };
        answer
    })
}

/// Says the last word and waits a moment for the caller to hear it.
async fn leave(mut stream: Stream, slow_head: bool) -> io::Result<()> {
    if slow_head {
        stream.write_all(SLOW_HEAD).await?;
    }
    stream.shutdown().await?;
    let mut rest = stream.take(MOST_THROWN_AWAY);
    let mut sink = [0; 4096];
    let thrown_away = async {
        while rest.read(&mut sink).await? > 0 {}
        Ok(())
    };
    tokio::time::timeout(LINGER, thrown_away).await.unwrap_or(Ok(()))
}
