//! The way to a market: the only code here that touches the network and the key.
//!
//! Every address is the configured base plus path segments, each encoded, so that an id from outside cannot lead
//! elsewhere. The key goes with calls to that base only: redirects are off, and files are fetched from their presigned
//! addresses by a client and a function that never see it (contract 1.1, 1.8; MoltMarket `bearerKey`).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use bytes::{Bytes, BytesMut};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::address::{self, has_credentials, is_loopback};
use super::error::{MarketError, MarketResult};
use super::refusal::Refusal;
use crate::clock::{Clock, Ids};
use crate::http::{self, TimeLimits};

/// Most bytes of a JSON answer.
const ANSWER_CAP: u64 = 16 * 1024 * 1024;
/// Bytes of a refusal that are looked at.
const REFUSAL_CAP: u64 = 64 * 1024;
/// Tries after the first one for a read.
const READ_RETRIES: usize = 2;
/// A read waits this long at most when asked to; a longer wait is the caller's to plan.
const SHORT_WAIT: Duration = Duration::from_secs(5);

/// How fast calls may follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Sustained calls a second and how many may come at once; `None` is as fast as asked.
    pub limit: Option<(NonZeroU32, NonZeroU32)>,
    /// Wait before a read is tried for the second time; doubled after that, with jitter.
    pub first_retry_after: Duration,
}

impl Pace {
    /// For the real market: two a second overall, four at once (contract 1.12).
    pub const POLITE: Self = Self {
        limit: Some((NonZeroU32::MIN.saturating_add(1), NonZeroU32::MIN.saturating_add(3))),
        first_retry_after: Duration::from_secs(1),
    };
    /// For a market on this computer.
    pub const LOOPBACK: Self = Self { limit: None, first_retry_after: Duration::from_millis(20) };

    fn limiter(self) -> Option<DefaultDirectRateLimiter> {
        let (rate, burst) = self.limit?;
        let limiter = RateLimiter::direct(Quota::per_second(rate).allow_burst(burst));
        // Whatever ran here a moment ago may have used up the burst: a restart must not bring another one.
        let _ = limiter.check_n(burst);
        Some(limiter)
    }
}

/// One account's way to one market.
pub(super) struct Connection {
    base: Url,
    key: Option<SecretString>,
    /// For JSON calls.
    api: reqwest::Client,
    /// For uploads, with a longer time limit.
    uploads: reqwest::Client,
    /// For presigned addresses on any host; never used with the key.
    downloads: reqwest::Client,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    read_refusal: fn(&Refusal<'_>) -> MarketError,
    pace: Pace,
    limiter: Option<Arc<DefaultDirectRateLimiter>>,
}

impl Connection {
    /// Checks the base address and the key and opens nothing yet. `read_refusal` says what the market's answers without
    /// success mean; `pace` defaults to what fits the address.
    pub(super) fn open(
        base: &str,
        key: Option<SecretString>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        read_refusal: fn(&Refusal<'_>) -> MarketError,
        pace: Option<Pace>,
    ) -> MarketResult<Self> {
        let base = address::checked_base(base)?;
        let key = key.map(|key| SecretString::from(key.expose_secret().trim()));
        if let Some(key) = &key {
            bearer(key)?;
        }
        let client =
            |limits| http::client(limits).map_err(|error| refused(format!("no HTTP client: {error}")));
        let pace = pace.unwrap_or(if is_loopback(&base) { Pace::LOOPBACK } else { Pace::POLITE });
        let limiter = pace.limiter().map(Arc::new);
        Ok(Self {
            base,
            key,
            api: client(TimeLimits::API)?,
            uploads: client(TimeLimits::FILES)?,
            downloads: client(TimeLimits::FILES)?,
            clock,
            ids,
            read_refusal,
            pace,
            limiter,
        })
    }

    /// The same way at the same pace, without the key.
    pub(super) fn without_key(&self) -> Self {
        Self {
            base: self.base.clone(),
            key: None,
            api: self.api.clone(),
            uploads: self.uploads.clone(),
            downloads: self.downloads.clone(),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            read_refusal: self.read_refusal,
            pace: self.pace,
            limiter: self.limiter.clone(),
        }
    }

    /// The configured address.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// Whether plain `http` is in order, because the market is on this computer.
    pub(super) fn is_local(&self) -> bool {
        is_loopback(&self.base)
    }

    /// Reads JSON. Tried again when the failure may pass: reading has no effect.
    pub(super) async fn read(&self, path: &[&str], query: &[(&str, &str)]) -> MarketResult<Value> {
        self.retrying(MarketError::is_passing, || self.read_once(path, query)).await
    }

    /// As [`Self::read`], made once.
    pub(super) async fn read_once(&self, path: &[&str], query: &[(&str, &str)]) -> MarketResult<Value> {
        let url = address::below(&self.base, path)?;
        json(&self.exchange(self.api.get(url).query(query)).await?)
    }

    /// Makes a call without effect again, twice at most, while its failure is one of these.
    pub(super) async fn retrying<T, F: Future<Output = MarketResult<T>>>(
        &self,
        failure: fn(&MarketError) -> bool,
        call: impl FnMut() -> F,
    ) -> MarketResult<T> {
        let backoff = ExponentialBuilder::default()
            .with_min_delay(self.pace.first_retry_after)
            .with_max_times(READ_RETRIES)
            .with_jitter_seed(self.jitter_seed())
            .with_jitter();
        call.retry(backoff).when(failure).adjust(wait_before_retry).await
    }

    /// Writes JSON and reads the answer. Made once.
    pub(super) async fn write(&self, method: Method, path: &[&str], body: &Value) -> MarketResult<Value> {
        self.write_with(method, path, body, &[]).await
    }

    /// As [`Self::write`], with headers of its own.
    pub(super) async fn write_with(
        &self,
        method: Method,
        path: &[&str],
        body: &Value,
        headers: &[(&'static str, &str)],
    ) -> MarketResult<Value> {
        let mut request = self.api.request(method, address::below(&self.base, path)?).json(body);
        for (name, value) in headers {
            let value = HeaderValue::from_str(value)
                .map_err(|_| refused(format!("{name} has forbidden characters")))?;
            request = request.header(*name, value);
        }
        json(&self.exchange(request).await?)
    }

    /// Writes without looking at the answer's body. Made once.
    pub(super) async fn tell(&self, method: Method, path: &[&str], body: Option<&Value>) -> MarketResult<()> {
        let mut request = self.api.request(method, address::below(&self.base, path)?);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.exchange(request).await.map(drop)
    }

    /// Writes JSON and reads the answer when it is JSON; null stands for any other. Made once.
    pub(super) async fn write_for_any_answer(
        &self,
        method: Method,
        path: &[&str],
        body: &Value,
    ) -> MarketResult<Value> {
        let request = self.api.request(method, address::below(&self.base, path)?).json(body);
        let answer = self.exchange(request).await?;
        Ok(json(&answer).unwrap_or(Value::Null))
    }

    /// Sends a form with a file. Made once.
    pub(super) async fn upload(&self, path: &[&str], form: reqwest::multipart::Form) -> MarketResult<Value> {
        let request = self.uploads.post(address::below(&self.base, path)?).multipart(form);
        json(&self.exchange(request).await?)
    }

    /// Fetches a presigned address without the key, at most `max_bytes`. A relative address is read against the base.
    pub(super) async fn fetch(&self, address: &str, max_bytes: u64) -> MarketResult<Bytes> {
        let url = self.base.join(address).map_err(|_| refused("the file's address cannot be read"))?;
        let is_allowed = match url.scheme() {
            "https" => true,
            "http" => self.is_local() && is_loopback(&url),
            _ => false,
        };
        if !is_allowed || has_credentials(&url) {
            return Err(refused("files are fetched over https only"));
        }
        let response = self.downloads.get(url).send().await.map_err(|error| no_answer(&error))?;
        if !response.status().is_success() {
            return Err(storage_refusal(response.status().as_u16()));
        }
        match body(response, max_bytes).await? {
            Body::Whole(bytes) => Ok(bytes),
            Body::Cut(_) => Err(refused(format!("the file is larger than {max_bytes} bytes"))),
        }
    }

    async fn exchange(&self, request: RequestBuilder) -> MarketResult<Bytes> {
        if let Some(limiter) = &self.limiter {
            limiter.until_ready().await;
        }
        let request = match &self.key {
            Some(key) => request.header(AUTHORIZATION, bearer(key)?),
            None => request,
        };
        let response = request.send().await.map_err(|error| no_answer(&error))?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        match body(response, ANSWER_CAP).await? {
            Body::Whole(bytes) => Ok(bytes),
            Body::Cut(_) => Err(MarketError::Unreadable { message: "the answer is too long".to_owned() }),
        }
    }

    async fn refusal(&self, response: Response) -> MarketError {
        let status = response.status().as_u16();
        let retry_after =
            response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        // The status has spoken; a body that breaks off only costs words.
        let body = body(response, REFUSAL_CAP).await.map(Body::into_bytes).unwrap_or_default();
        self.judged(status, retry_after.as_deref(), &body)
    }

    /// What an answer means that is no success.
    pub(super) fn judged(&self, status: u16, retry_after: Option<&str>, body: &[u8]) -> MarketError {
        (self.read_refusal)(&Refusal {
            status,
            retry_after,
            body,
            key: self.key.as_ref().map(ExposeSecret::expose_secret),
            now: self.clock.now(),
        })
    }

    fn jitter_seed(&self) -> u64 {
        let mut bytes = [0; 8];
        self.ids.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// Refused here, nothing was sent.
pub(super) fn refused(message: impl Into<String>) -> MarketError {
    MarketError::Refused { message: message.into() }
}

fn bearer(key: &SecretString) -> MarketResult<HeaderValue> {
    let key = key.expose_secret();
    let value = HeaderValue::from_str(&format!("Bearer {key}")).ok().filter(|_| !key.is_empty());
    let mut value = value.ok_or_else(|| refused("this is not a key"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A refusal by whoever stores the files. It says nothing about our key, our credit or the market.
fn storage_refusal(status: u16) -> MarketError {
    match status {
        401 | 403 => {
            MarketError::Forbidden { message: "the file's address is not valid any more".to_owned() }
        }
        404 | 410 => MarketError::NotFound,
        408 | 429 | 500.. => MarketError::Server { status },
        _ => MarketError::Unreadable { message: format!("status {status} instead of a file") },
    }
}

fn json(body: &[u8]) -> MarketResult<Value> {
    serde_json::from_slice(body).map_err(|error| MarketError::Unreadable { message: error.to_string() })
}

/// The planned wait, or the one the market asks for when it is longer but still short; `None` gives up.
fn wait_before_retry(error: &MarketError, planned: Option<Duration>) -> Option<Duration> {
    match error {
        MarketError::RateLimited { wait } if *wait > SHORT_WAIT => None,
        MarketError::Spent { .. } | MarketError::Unrecorded { .. } => None,
        MarketError::RateLimited { wait } => planned.map(|planned| planned.max(*wait)),
        _ => planned,
    }
}

enum Body {
    Whole(Bytes),
    Cut(Bytes),
}

impl Body {
    fn into_bytes(self) -> Bytes {
        match self {
            Self::Whole(bytes) | Self::Cut(bytes) => bytes,
        }
    }
}

/// Reads at most `max_bytes`, whatever length was announced, and keeps what came up to there.
async fn body(mut response: Response, max_bytes: u64) -> MarketResult<Body> {
    let max_bytes = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    let mut read = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(&error))? {
        let room = max_bytes - read.len();
        if chunk.len() > room {
            read.extend_from_slice(&chunk[..room]);
            return Ok(Body::Cut(read.freeze()));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(Body::Whole(read.freeze()))
}

/// The request surely stayed here only when the connection could not be made.
fn no_answer(error: &reqwest::Error) -> MarketError {
    if error.is_builder() {
        return refused("the request could not be put together");
    }
    let mut message =
        if error.is_timeout() { "time ran out".to_owned() } else { "the connection failed".to_owned() };
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    MarketError::Network { message: message.chars().take(500).collect(), sent: !error.is_connect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_as_long_as_asked_when_that_is_short() {
        let asked = |seconds| MarketError::RateLimited { wait: Duration::from_secs(seconds) };
        let planned = Some(Duration::from_secs(2));
        assert_eq!(wait_before_retry(&asked(4), planned), Some(Duration::from_secs(4)));
        assert_eq!(wait_before_retry(&asked(1), planned), planned);
        assert_eq!(wait_before_retry(&asked(60), planned), None, "a long wait is the caller's to plan");
        assert_eq!(wait_before_retry(&asked(4), None), None, "the tries are used up");
        assert_eq!(wait_before_retry(&MarketError::Server { status: 503 }, planned), planned);
    }

    #[test]
    fn a_new_connection_has_no_burst_in_hand() {
        let limiter = Pace::POLITE.limiter().unwrap();
        assert!(limiter.check().is_err(), "the first call waits its turn");
        assert!(Pace::LOOPBACK.limiter().is_none());
    }
}
