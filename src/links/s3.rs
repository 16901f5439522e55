//! A bucket of an S3 kind: put, look, remove, and addresses that open without a key.
//!
//! Calls go through the house's HTTP client and are made once: whoever asks decides about trying again.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{
    Attribute, Attributes, ClientOptions, ObjectStore, ObjectStoreExt as _, PutOptions, RetryConfig,
};
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

use crate::http::{self, TimeLimits};
use crate::logs::hide;
use crate::settings::BucketSettings;

/// The longest answer that is read: errors and empty ones.
const LONGEST_ANSWER: usize = 256 << 10;

/// The two parts of a bucket's key.
#[derive(Clone)]
pub struct BucketKeys {
    pub id: SecretString,
    pub secret: SecretString,
}

impl BucketKeys {
    /// As one secret, so that both are kept or neither.
    pub fn to_secret(&self) -> SecretString {
        format!("{}\n{}", self.id.expose_secret(), self.secret.expose_secret()).into()
    }

    /// What [`BucketKeys::to_secret`] made.
    pub fn of_secret(kept: &SecretString) -> Option<Self> {
        let (id, secret) = kept.expose_secret().split_once('\n')?;
        Some(Self { id: id.into(), secret: secret.into() })
    }
}

impl fmt::Debug for BucketKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BucketKeys([redacted])")
    }
}

/// Why a bucket did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BucketProblem {
    #[error("the bucket's address or keys make no sense")]
    Settings,
    #[error("the service does not know the key, or its secret is another")]
    WrongKey,
    #[error("the key may not do that in this bucket")]
    Denied,
    #[error("there is no such bucket")]
    NoBucket,
    #[error("the bucket is in another region")]
    WrongRegion,
    #[error("the service takes this computer's clock for wrong")]
    Clock,
    #[error("the bucket is full")]
    Full,
    #[error("nobody answered")]
    Unreachable,
    #[error("it took too long")]
    Slow,
    /// With this status.
    #[error("the service refused")]
    Refused(u16),
    #[error("the link does not open the picture")]
    DoesNotOpen(u16),
    #[error("the link opens something else, or not as a download")]
    OpensOther,
    #[error("anybody can open what is there, without the link's signature")]
    NotPrivate,
}

impl BucketProblem {
    /// A short stable code for the screens and the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Settings => "bucket_settings",
            Self::WrongKey => "bucket_wrong_key",
            Self::Denied => "bucket_denied",
            Self::NoBucket => "bucket_missing",
            Self::WrongRegion => "bucket_wrong_region",
            Self::Clock => "bucket_clock",
            Self::Full => "bucket_full",
            Self::Unreachable => "bucket_unreachable",
            Self::Slow => "bucket_slow",
            Self::Refused(_) => "bucket_refused",
            Self::DoesNotOpen(_) => "bucket_link_closed",
            Self::OpensOther => "bucket_link_other",
            Self::NotPrivate => "bucket_not_private",
        }
    }

    /// The status that came with it.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Refused(status) | Self::DoesNotOpen(status) => Some(status),
            _ => None,
        }
    }

    /// By the error's code where the service names one (S3, error responses), else by the status. Nothing else of the
    /// answer is looked at.
    fn of(status: StatusCode, body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body);
        let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        match (code.map(|(code, _)| code.trim()).unwrap_or_default(), status.as_u16()) {
            ("InvalidAccessKeyId" | "SignatureDoesNotMatch" | "InvalidSecurity" | "NotSignedUp", _)
            | ("", 401) => Self::WrongKey,
            ("NoSuchBucket", _) => Self::NoBucket,
            ("PermanentRedirect" | "AuthorizationHeaderMalformed" | "TemporaryRedirect", _)
            | ("", 301 | 307) => Self::WrongRegion,
            ("RequestTimeTooSkewed" | "RequestExpired", _) => Self::Clock,
            ("QuotaExceeded" | "XMinioStorageFull" | "InsufficientCapacity" | "ServiceQuotaExceeded", _)
            | (_, 507) => Self::Full,
            ("AccessDenied" | "AllAccessDisabled" | "AccountProblem", _) | ("", 403) => Self::Denied,
            (_, status) => Self::Refused(status),
        }
    }
}

/// A file in the bucket.
#[derive(Debug, Clone)]
pub struct Object {
    pub name: String,
    pub media_type: String,
    pub file_name: String,
}

impl Object {
    fn disposition(&self) -> String {
        format!("attachment; filename=\"{}\"", self.file_name)
    }
}

/// An S3 bucket and the key to it.
pub struct S3 {
    store: AmazonS3,
    client: reqwest::Client,
}

impl S3 {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// `Settings` when address, names or keys make no sense, or the system's certificates cannot be read.
    pub fn open(
        settings: &BucketSettings,
        keys: &BucketKeys,
        limits: TimeLimits,
    ) -> Result<Self, BucketProblem> {
        hide(keys.id.expose_secret());
        hide(keys.secret.expose_secret());
        let client = http::client(limits).map_err(|_| BucketProblem::Settings)?;
        let mut address = settings.address().ok_or(BucketProblem::Settings)?;
        if !settings.path_style {
            let host = address.host_str().ok_or(BucketProblem::Settings)?;
            let host = format!("{}.{host}", settings.name);
            address.set_host(Some(&host)).map_err(|_| BucketProblem::Settings)?;
        }
        let store = AmazonS3Builder::new()
            .with_endpoint(address.as_str().trim_end_matches('/'))
            .with_allow_http(settings.is_here())
            .with_region(&settings.region)
            .with_bucket_name(&settings.name)
            .with_virtual_hosted_style_request(!settings.path_style)
            .with_access_key_id(keys.id.expose_secret())
            .with_secret_access_key(keys.secret.expose_secret())
            .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
            .with_disable_bulk_delete(true)
            .with_http_connector(Through(client.clone()))
            .build()
            .map_err(|_| BucketProblem::Settings)?;
        Ok(Self { store, client })
    }

    /// Puts a file there, in place of one of the same name.
    pub async fn put(&self, object: &Object, bytes: Bytes) -> Result<(), BucketProblem> {
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, object.media_type.clone().into());
        attributes.insert(Attribute::ContentDisposition, object.disposition().into());
        let options = PutOptions { attributes, ..PutOptions::default() };
        let put = self.store.put_opts(&Path::from(object.name.as_str()), bytes.into(), options).await;
        put.map(|_| ()).map_err(|error| problem(&error))
    }

    /// How many bytes lie under a name; none when nothing does, or when the key may not know.
    pub async fn size(&self, name: &str) -> Result<Option<u64>, BucketProblem> {
        match self.store.head(&Path::from(name)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => match problem(&error) {
                BucketProblem::Denied => Ok(None),
                problem => Err(problem),
            },
        }
    }

    /// Removes what lies under a name, if anything does.
    pub async fn remove(&self, name: &str) -> Result<(), BucketProblem> {
        match self.store.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(problem(&error)),
        }
    }

    /// An address that opens this name for so long, for whoever has it.
    pub async fn signed(&self, name: &str, lasts: Duration) -> Result<Url, BucketProblem> {
        let signed = self.store.signed_url(Method::GET, &Path::from(name), lasts).await;
        signed.map_err(|error| problem(&error))
    }

    /// Opens a link as a poster would and compares what comes.
    pub async fn open_link(
        &self,
        object: &Object,
        lasts: Duration,
        bytes: &[u8],
    ) -> Result<(), BucketProblem> {
        let address = self.signed(&object.name, lasts).await?;
        let answer = self.client.get(address).send().await.map_err(|error| of_client(&error))?;
        if !answer.status().is_success() {
            return Err(BucketProblem::DoesNotOpen(answer.status().as_u16()));
        }
        let header =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_download = header(CONTENT_DISPOSITION).starts_with("attachment");
        let is_picture = header(CONTENT_TYPE) == object.media_type;
        let came = read_some(answer).await.map_err(|error| of_client(&error))?;
        if is_download && is_picture && came == bytes { Ok(()) } else { Err(BucketProblem::OpensOther) }
    }

    /// Whether the name alone, without a signature, opens nothing.
    pub async fn is_private(&self, object: &Object) -> Result<(), BucketProblem> {
        let mut address = self.signed(&object.name, Duration::from_secs(60)).await?;
        address.set_query(None);
        let answer = self.client.get(address).send().await.map_err(|error| of_client(&error))?;
        if answer.status().is_success() { Err(BucketProblem::NotPrivate) } else { Ok(()) }
    }
}

/// The house's client, for the library that signs.
#[derive(Debug, Clone)]
struct Through(reqwest::Client);

impl HttpConnector for Through {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// What an answer that is no success says, handed through the library.
#[derive(Debug, Error)]
#[error(transparent)]
struct Said(BucketProblem);

#[async_trait]
impl HttpService for Through {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let failed = |problem| HttpError::new(HttpErrorKind::Unknown, Said(problem));
        let is_head = parts.method == Method::HEAD;
        let address: Url = parts.uri.to_string().parse().map_err(|_| failed(BucketProblem::Settings))?;
        let mut sent = reqwest::Request::new(parts.method, address);
        *sent.headers_mut() = parts.headers;
        *sent.body_mut() = Some(reqwest::Body::wrap(body));
        let answer = self.0.execute(sent).await.map_err(|error| failed(of_client(&error)))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = read_some(answer).await.map_err(|error| failed(of_client(&error)))?;
        // Nothing there is told by the library; a bucket that is not there is another thing.
        let is_absent = status == StatusCode::NOT_FOUND && (is_head || !bytes_name_bucket(&bytes));
        if !status.is_success() && !is_absent {
            return Err(failed(BucketProblem::of(status, &bytes)));
        }
        let mut response = HttpResponse::new(HttpResponseBody::from(bytes));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

fn bytes_name_bucket(body: &[u8]) -> bool {
    BucketProblem::of(StatusCode::NOT_FOUND, body) == BucketProblem::NoBucket
}

async fn read_some(mut answer: reqwest::Response) -> reqwest::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_ANSWER {
            break;
        }
    }
    Ok(bytes)
}

fn of_client(error: &reqwest::Error) -> BucketProblem {
    if error.is_timeout() { BucketProblem::Slow } else { BucketProblem::Unreachable }
}

/// What the library's error is at bottom.
fn problem(error: &object_store::Error) -> BucketProblem {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return BucketProblem::NoBucket;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(Said(problem)) = error.downcast_ref() {
            return *problem;
        }
        cause = error.source();
    }
    BucketProblem::Refused(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_code_and_then_by_its_status() {
        let said = |code: &str| format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>");
        for (status, body, problem) in [
            (403, said("InvalidAccessKeyId"), BucketProblem::WrongKey),
            (403, said("SignatureDoesNotMatch"), BucketProblem::WrongKey),
            (403, said("AccessDenied"), BucketProblem::Denied),
            (403, String::new(), BucketProblem::Denied),
            (404, said("NoSuchBucket"), BucketProblem::NoBucket),
            (403, said("RequestTimeTooSkewed"), BucketProblem::Clock),
            (301, said("PermanentRedirect"), BucketProblem::WrongRegion),
            (403, said("QuotaExceeded"), BucketProblem::Full),
            (507, said("XMinioStorageFull"), BucketProblem::Full),
            (507, String::new(), BucketProblem::Full),
            (503, said("SlowDown"), BucketProblem::Refused(503)),
            (500, "<Code>".to_owned(), BucketProblem::Refused(500)),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(BucketProblem::of(status, body.as_bytes()), problem, "{status} {body}");
        }
    }

    #[test]
    fn keys_are_kept_as_one_secret_and_shown_nowhere() {
        let keys = BucketKeys { id: "AKIA".into(), secret: "s3cr3t".into() };
        let read = BucketKeys::of_secret(&keys.to_secret()).unwrap();
        assert_eq!((read.id.expose_secret(), read.secret.expose_secret()), ("AKIA", "s3cr3t"));
        assert_eq!(format!("{keys:?}"), "BucketKeys([redacted])");
        assert!(BucketKeys::of_secret(&"one line".into()).is_none());
    }
}
