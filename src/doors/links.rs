//! `/files/<token>` on the hook door: one picture under a secret link, for a market that takes no files.
//!
//! A link is a key to one file and opens nothing else. Whether a token is unknown, expired or good takes one look at
//! the database; what lies behind it is read from disk as it is sent.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::body::refusal;
use crate::clock::Clock;
use crate::images::{FilesError, PictureFiles, PictureKind, sniff};
use crate::store::{FileLinkRow, LinkToken, Store};

/// Looks at tokens a second, and how many at once, whoever asks.
const OVERALL: (u32, u32) = (20, 60);
/// Fetches of one file a minute, and how many at once.
const A_FILE: (u32, u32) = (30, 10);
/// Files whose fetches are counted before those that rest are forgotten.
const MOST_COUNTED: usize = 1024;
/// What is looked at to tell the kind of a file.
const HEAD: usize = 64;
const CHUNK: usize = 64 << 10;

/// The files that may be fetched from outside; clones share them.
#[derive(Clone)]
pub struct FileLinks(Arc<Inner>);

struct Inner {
    store: Store,
    files: Arc<PictureFiles>,
    clock: Arc<dyn Clock>,
    overall: DefaultDirectRateLimiter,
    each: DefaultKeyedRateLimiter<String>,
}

impl FileLinks {
    pub fn new(store: Store, files: Arc<PictureFiles>, clock: Arc<dyn Clock>) -> Self {
        let at_least_one = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let overall = Quota::per_second(at_least_one(OVERALL.0)).allow_burst(at_least_one(OVERALL.1));
        let each = Quota::per_minute(at_least_one(A_FILE.0)).allow_burst(at_least_one(A_FILE.1));
        Self(Arc::new(Inner {
            store,
            files,
            clock,
            overall: RateLimiter::direct(overall),
            each: RateLimiter::keyed(each),
        }))
    }

    /// Whether the request is for a file: method and path.
    pub(super) fn is_addressed_by(request: &Request) -> bool {
        matches!(*request.method(), Method::GET | Method::HEAD)
            && request.uri().path().starts_with(LinkToken::PATH)
    }

    /// Sends the file, or says why not.
    pub(super) async fn answer(&self, request: &Parts) -> Response {
        let found = self.find(request).await;
        let mut response = found.unwrap_or_else(Problem::into_response);
        // The address is the key: it goes nowhere from here, and nobody keeps what it opened.
        for (name, value) in [
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "private"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (HeaderName::from_static("x-robots-tag"), "noindex"),
        ] {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    async fn find(&self, request: &Parts) -> Result<Response, Problem> {
        let inner = &self.0;
        inner.overall.check().map_err(|until| too_many(&until))?;
        let token = LinkToken::in_path(request.uri.path()).ok_or(Problem::Unknown)?;
        let link = inner.store.lookup_file_link(&token).await.map_err(|error| {
            tracing::error!(%error, "a link cannot be looked up");
            Problem::Storage
        })?;
        let link = link.ok_or(Problem::Unknown)?;
        if link.expires_at <= inner.clock.now() {
            return Err(Problem::Expired);
        }
        if inner.each.len() > MOST_COUNTED {
            inner.each.retain_recent();
        }
        inner.each.check_key(&link.token_sha256).map_err(|until| too_many(&until))?;
        let file = self.open(&link).await?;
        if request.method == Method::GET {
            self.count(&link).await;
        }
        Ok(file.into_response(&link.file_name, request.method == Method::GET))
    }

    async fn open(&self, link: &FileLinkRow) -> Result<OpenFile, Problem> {
        let (files, sha256) = (Arc::clone(&self.0.files), link.picture_sha256.clone());
        let path = tokio::task::spawn_blocking(move || files.path_of(&sha256)).await;
        let path = match path {
            Ok(Ok(path)) => path,
            // Taken away since.
            Ok(Err(FilesError::Missing)) => return Err(Problem::Expired),
            _ => return Err(Problem::Storage),
        };
        let opened = async {
            let mut file = tokio::fs::File::open(&path).await?;
            let length = file.metadata().await?.len();
            let mut head = Vec::with_capacity(HEAD);
            (&mut file).take(HEAD as u64).read_to_end(&mut head).await?;
            file.rewind().await?;
            Ok::<_, std::io::Error>(sniff(&head).map(|kind| OpenFile { file, length, kind }))
        };
        match opened.await {
            Ok(Some(file)) => Ok(file),
            Ok(None) => {
                tracing::error!("a linked picture is none any more");
                Err(Problem::Storage)
            }
            Err(error) => {
                tracing::error!(%error, "a linked picture cannot be read");
                Err(Problem::Storage)
            }
        }
    }

    /// A fetch that cannot be counted is still one.
    async fn count(&self, link: &FileLinkRow) {
        let counted = async {
            let mut write = self.0.store.write().await?;
            write.record_fetched(&link.token_sha256).await?;
            write.commit().await
        };
        if let Err(error) = counted.await {
            tracing::warn!(%error, "a fetch cannot be counted");
        }
    }
}

struct OpenFile {
    file: tokio::fs::File,
    length: u64,
    kind: PictureKind,
}

impl OpenFile {
    fn into_response(self, name: &str, with_body: bool) -> Response {
        let Self { file, length, kind } = self;
        let body = if with_body {
            Body::from_stream(ReaderStream::with_capacity(file.take(length), CHUNK))
        } else {
            Body::empty()
        };
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
        headers.insert(CONTENT_LENGTH, length.into());
        headers.insert(CONTENT_DISPOSITION, saved_as(name, kind));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("none"));
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        response
    }
}

/// A download under this name: in plain letters, and in full for those who read RFC 8187.
fn saved_as(name: &str, kind: PictureKind) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ') { c } else { '_' })
        .collect();
    let full: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}");
    HeaderValue::from_str(&value).unwrap_or_else(|_| {
        HeaderValue::from_static(match kind {
            PictureKind::Png => "attachment; filename=\"picture.png\"",
            PictureKind::Jpeg => "attachment; filename=\"picture.jpg\"",
            PictureKind::Webp => "attachment; filename=\"picture.webp\"",
            PictureKind::Gif => "attachment; filename=\"picture.gif\"",
        })
    })
}

enum Problem {
    Unknown,
    Expired,
    /// Seconds until it is worth another try.
    TooMany(u64),
    Storage,
}

fn too_many(until: &NotUntil<<DefaultClock as governor::clock::Clock>::Instant>) -> Problem {
    Problem::TooMany(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
}

impl Problem {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown => refusal(StatusCode::NOT_FOUND, "Not Found"),
            Self::Expired => refusal(StatusCode::GONE, "This link has expired"),
            Self::TooMany(seconds) => {
                let mut response = refusal(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
                response
            }
            Self::Storage => refusal(StatusCode::SERVICE_UNAVAILABLE, "The file cannot be read now"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_twice_and_breaks_out_of_nothing() {
        let told = saved_as("小店 \"1\"\r\nX: y.png", PictureKind::Png);
        let expected = "attachment; filename=\"__ _1___X_ y.png\"; \
                        filename*=UTF-8''%E5%B0%8F%E5%BA%97%20%221%22%0D%0AX%3A%20y.png";
        assert_eq!(told, expected);
    }
}
