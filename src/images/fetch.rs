//! Fetching a picture from an address a model gave. The address is not trusted: it may point into the seller's own network.
//!
//! The name is resolved here, every address it has is judged, and the connection goes to a judged address, so a name
//! that answers differently the second time gains nothing. Each redirect is judged anew. No key and no cookie is sent.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use async_trait::async_trait;

use bytes::{Bytes, BytesMut};
use reqwest::header::LOCATION;
use url::{Host, Url};

use super::decode::MOST_BYTES;
use crate::http::{self, TimeLimits};

const MOST_REDIRECTS: u8 = 3;

/// What a fetch may reach.
#[derive(Debug, Clone, Copy)]
pub struct FetchRules {
    pub limits: TimeLimits,
    pub most_bytes: usize,
    /// For the practice marketplace only: plain http and https to this machine.
    pub allow_loopback: bool,
}

impl Default for FetchRules {
    fn default() -> Self {
        Self { limits: TimeLimits::FILES, most_bytes: MOST_BYTES, allow_loopback: false }
    }
}

/// Why a picture was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not https, with a name and password in it, or at a port of another service.
    #[error("this kind of address is not fetched")]
    Forbidden,
    /// The name stands for an address of a private network, this machine or another place that is not public.
    #[error("the address is not on the public internet")]
    NotPublic,
    #[error("the name of the host is not known")]
    UnknownHost,
    #[error("the address sends on to others too often, or to nowhere")]
    Redirects,
    #[error("the host answered with status {status}")]
    Status { status: u16 },
    #[error("the file has more than {most_bytes} bytes")]
    TooLarge { most_bytes: usize },
    #[error("no answer: {message}")]
    Network { message: String },
}

impl FetchError {
    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::UnknownHost | Self::Network { .. } => true,
            Self::Status { status } => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
    }

    /// A short stable code for the desk and the journal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forbidden => "fetch_forbidden",
            Self::NotPublic => "fetch_not_public",
            Self::UnknownHost => "fetch_unknown_host",
            Self::Redirects => "fetch_redirects",
            Self::Status { .. } => "fetch_status",
            Self::TooLarge { .. } => "fetch_too_large",
            Self::Network { .. } => "fetch_network",
        }
    }
}

/// Tells the addresses of a name. Asked once for each host; what it says later is not heard.
#[async_trait]
pub trait Resolve: Send + Sync {
    async fn resolve(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, port)).await?.collect())
    }
}

/// Fetches the bytes at an address. Whether they are a picture is for the checks to say.
pub async fn fetch_picture(url: &Url, rules: FetchRules) -> Result<Bytes, FetchError> {
    fetch_picture_with(url, rules, &SystemResolver).await
}

/// As [`fetch_picture`], with names resolved by `resolver`. The time limit is for all redirects together.
pub async fn fetch_picture_with(
    url: &Url,
    rules: FetchRules,
    resolver: &dyn Resolve,
) -> Result<Bytes, FetchError> {
    let late = || FetchError::Network { message: "no answer in time".to_owned() };
    tokio::time::timeout(rules.limits.total, follow(url.clone(), rules, resolver))
        .await
        .map_err(|_| late())?
}

async fn follow(mut url: Url, rules: FetchRules, resolver: &dyn Resolve) -> Result<Bytes, FetchError> {
    for _ in 0..=MOST_REDIRECTS {
        let response = get(&url, rules, resolver).await?;
        let status = response.status();
        if status.is_redirection() {
            let next = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            url = next.and_then(|to| url.join(to).ok()).ok_or(FetchError::Redirects)?;
        } else if status.is_success() {
            return whole(response, rules.most_bytes).await;
        } else {
            return Err(FetchError::Status { status: status.as_u16() });
        }
    }
    Err(FetchError::Redirects)
}

async fn get(url: &Url, rules: FetchRules, resolver: &dyn Resolve) -> Result<reqwest::Response, FetchError> {
    let has_identity = !url.username().is_empty() || url.password().is_some();
    if has_identity || !(url.scheme() == "https" || (url.scheme() == "http" && rules.allow_loopback)) {
        return Err(FetchError::Forbidden);
    }
    let port = url.port_or_known_default().ok_or(FetchError::Forbidden)?;
    let addresses = resolve(url, port, resolver).await?;
    let is_here = |address: &SocketAddr| rules.allow_loopback && address.ip().to_canonical().is_loopback();
    let is_out = |address: &SocketAddr| url.scheme() == "https" && is_public(address.ip());
    if !addresses.iter().all(|address| is_here(address) || is_out(address)) {
        return Err(FetchError::NotPublic);
    }
    // The low ports belong to mail, shells and the like; no picture is there.
    if port != 443 && port < 1024 && !addresses.iter().all(is_here) {
        return Err(FetchError::Forbidden);
    }
    let name = url.host_str().ok_or(FetchError::Forbidden)?;
    let client = http::client_to(rules.limits, name, &addresses).map_err(network)?;
    client.get(url.clone()).send().await.map_err(network)
}

/// Every address the host stands for; never none.
async fn resolve(url: &Url, port: u16, resolver: &dyn Resolve) -> Result<Vec<SocketAddr>, FetchError> {
    let addresses = match url.host().ok_or(FetchError::Forbidden)? {
        Host::Ipv4(address) => vec![SocketAddr::from((address, port))],
        Host::Ipv6(address) => vec![SocketAddr::from((address, port))],
        Host::Domain(name) => resolver.resolve(name, port).await.map_err(|_| FetchError::UnknownHost)?,
    };
    if addresses.is_empty() { Err(FetchError::UnknownHost) } else { Ok(addresses) }
}

async fn whole(mut response: reqwest::Response, most_bytes: usize) -> Result<Bytes, FetchError> {
    if response.content_length().is_some_and(|length| length > most_bytes as u64) {
        return Err(FetchError::TooLarge { most_bytes });
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if body.len() + chunk.len() > most_bytes {
            return Err(FetchError::TooLarge { most_bytes });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn network(error: reqwest::Error) -> FetchError {
    let message =
        if error.is_timeout() { "no answer in time".to_owned() } else { error.without_url().to_string() };
    FetchError::Network { message }
}

/// Whether an address is on the public internet (the special-purpose registries of IANA say which are not).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 224)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let [.., high, low] = parts;
    let inner = Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        // An IPv4 address in IPv6 clothes is judged as what it is: mapped, compatible, NAT64.
        [0, 0, 0, 0, 0, 0xffff | 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(inner),
        // Teredo, documentation, 6to4 and other ways round have no pictures to give.
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        // All that is given out for public use begins with the bits 001.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    const HERE: FetchRules = FetchRules { limits: TimeLimits::API, most_bytes: 1000, allow_loopback: true };

    async fn server(answers: Vec<(&str, ResponseTemplate)>) -> MockServer {
        let server = MockServer::start().await;
        for (at, answer) in answers {
            Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(&server).await;
        }
        server
    }

    fn at(server: &MockServer, path: &str) -> Url {
        Url::parse(&server.uri()).unwrap().join(path).unwrap()
    }

    fn to(location: &str) -> ResponseTemplate {
        ResponseTemplate::new(302).insert_header("location", location)
    }

    #[tokio::test]
    async fn fetches_from_loopback_only_when_told_and_without_a_key() {
        let server =
            server(vec![("/p.png", ResponseTemplate::new(200).set_body_bytes(b"picture".to_vec()))]).await;
        assert_eq!(fetch_picture(&at(&server, "/p.png"), HERE).await.unwrap(), "picture");
        let received = server.received_requests().await.unwrap();
        assert!(received[0].headers.get("authorization").is_none());

        let strict = FetchRules { allow_loopback: false, ..HERE };
        assert!(matches!(fetch_picture(&at(&server, "/p.png"), strict).await, Err(FetchError::Forbidden)));
        let by_name = Url::parse(&format!("https://localhost:{}/p.png", server.address().port())).unwrap();
        assert!(
            matches!(fetch_picture(&by_name, strict).await, Err(FetchError::NotPublic)),
            "a name is resolved first"
        );
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "refused before a connection is made");
    }

    #[tokio::test]
    async fn follows_three_redirects_and_judges_each() {
        let server = server(vec![
            ("/1", to("/2")),
            ("/2", to("/3")),
            ("/3", to("/p.png")),
            ("/0", to("/1")),
            ("/p.png", ResponseTemplate::new(200).set_body_bytes(b"picture".to_vec())),
            ("/metadata", to("http://169.254.169.254/latest/meta-data/")),
            ("/private", to("https://10.0.0.7/")),
            ("/file", to("file:///etc/passwd")),
            ("/nowhere", ResponseTemplate::new(302)),
        ])
        .await;
        assert_eq!(fetch_picture(&at(&server, "/1"), HERE).await.unwrap(), "picture");
        assert!(
            matches!(fetch_picture(&at(&server, "/0"), HERE).await, Err(FetchError::Redirects)),
            "one too many"
        );
        assert!(matches!(fetch_picture(&at(&server, "/metadata"), HERE).await, Err(FetchError::NotPublic)));
        assert!(matches!(fetch_picture(&at(&server, "/private"), HERE).await, Err(FetchError::NotPublic)));
        assert!(matches!(fetch_picture(&at(&server, "/file"), HERE).await, Err(FetchError::Forbidden)));
        assert!(matches!(fetch_picture(&at(&server, "/nowhere"), HERE).await, Err(FetchError::Redirects)));
    }

    #[tokio::test]
    async fn stops_at_the_size_limit_and_at_errors() {
        let server = server(vec![
            ("/large", ResponseTemplate::new(200).set_body_bytes(vec![0; 1001])),
            ("/fits", ResponseTemplate::new(200).set_body_bytes(vec![0; 1000])),
            ("/busy", ResponseTemplate::new(503)),
        ])
        .await;
        assert!(matches!(
            fetch_picture(&at(&server, "/large"), HERE).await,
            Err(FetchError::TooLarge { most_bytes: 1000 })
        ));
        assert_eq!(fetch_picture(&at(&server, "/fits"), HERE).await.unwrap().len(), 1000);
        let busy = fetch_picture(&at(&server, "/busy"), HERE).await.unwrap_err();
        assert!(busy.is_passing() && busy.code() == "fetch_status");
        let gone = fetch_picture(&at(&server, "/gone"), HERE).await.unwrap_err();
        assert!(!gone.is_passing(), "404 stays: {gone:?}");
    }

    #[tokio::test]
    async fn connects_to_the_judged_address_whatever_the_name_says() {
        let server =
            server(vec![("/p.png", ResponseTemplate::new(200).set_body_bytes(b"picture".to_vec()))]).await;
        let client = http::client_to(TimeLimits::API, "pictures.invalid", &[*server.address()]).unwrap();
        let url = format!("http://pictures.invalid:{}/p.png", server.address().port());
        assert_eq!(client.get(url).send().await.unwrap().bytes().await.unwrap(), "picture");
    }

    #[tokio::test]
    async fn refuses_names_and_passwords_in_addresses() {
        for address in
            ["https://user:secret@example.com/p.png", "ftp://example.com/p.png", "http://example.com/p.png"]
        {
            let outcome = fetch_picture(&Url::parse(address).unwrap(), FetchRules::default()).await;
            assert!(matches!(outcome, Err(FetchError::Forbidden)), "{address}");
        }
        let plain = Url::parse("http://93.184.216.34/p.png").unwrap();
        assert!(
            matches!(fetch_picture(&plain, HERE).await, Err(FetchError::NotPublic)),
            "plain http is for loopback only"
        );
    }

    #[test]
    fn tells_public_addresses_from_the_rest() {
        for address in
            ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "203.0.113.9",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
