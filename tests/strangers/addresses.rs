//! Addresses of pictures that a model or a market gives, against servers that lie.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use stallkeeper::http::TimeLimits;
use stallkeeper::images::{FetchError, FetchRules, Resolve, fetch_picture, fetch_picture_with};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

const STRICT: FetchRules = FetchRules { limits: LIMITS, most_bytes: 10_000, allow_loopback: false };
const LOCAL: FetchRules = FetchRules { allow_loopback: true, ..STRICT };
const LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(1), total: Duration::from_secs(3) };

/// What a server does once it was asked.
#[derive(Clone)]
enum Answer {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// A head, then the same bytes for ever.
    Endless(&'static str, &'static [u8]),
    /// A head, then one byte now and then.
    Drip(&'static str),
    /// Nothing, for ever.
    Silence,
}

struct Host {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heard, answer) = (asked.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (heard, answer) = (heard.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let Ok(byte) = stream.read_u8().await else { return };
                        head.push(byte);
                    }
                    let head = String::from_utf8(head).unwrap();
                    let path = head.split(' ').nth(1).unwrap().to_owned();
                    heard.lock().unwrap().push(head);
                    match answer(&path) {
                        Answer::Bytes(bytes) => {
                            let _ = stream.write_all(&bytes).await;
                        }
                        Answer::Endless(head, bytes) => {
                            let mut going = stream.write_all(head.as_bytes()).await;
                            while going.is_ok() {
                                going = stream.write_all(bytes).await;
                            }
                        }
                        Answer::Drip(head) => {
                            let mut going = stream.write_all(head.as_bytes()).await;
                            while going.is_ok() {
                                going = stream.write_all(b"x").await;
                                tokio::time::sleep(Duration::from_millis(50)).await;
                            }
                        }
                        Answer::Silence => tokio::time::sleep(Duration::from_secs(600)).await,
                    }
                });
            }
        });
        Self { address, asked }
    }

    fn at(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    fn heard(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn plain(body: &str) -> Answer {
    Answer::Bytes(
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
            .into(),
    )
}

fn to(location: &str) -> Answer {
    Answer::Bytes(
        format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\nset-cookie: session=abc\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .into(),
    )
}

/// Answers each name with the next of its lists, the last one for ever.
struct Names {
    lists: Vec<Vec<SocketAddr>>,
    asked: AtomicUsize,
}

impl Names {
    fn of(lists: &[&[&str]]) -> Self {
        let address =
            |text: &&str| text.parse().unwrap_or_else(|_| SocketAddr::new(text.parse().unwrap(), 443));
        Self {
            lists: lists.iter().map(|list| list.iter().map(address).collect()).collect(),
            asked: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, _: &str, _: u16) -> std::io::Result<Vec<SocketAddr>> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.lists[number.min(self.lists.len() - 1)].clone())
    }
}

#[tokio::test]
async fn an_address_that_points_inwards_is_refused_however_it_is_spelled() {
    for address in [
        "https://127.0.0.1/p.png",
        "https://127.1/p.png",
        "https://2130706433/p.png",
        "https://0x7f000001/p.png",
        "https://0x7f.0.0.1/p.png",
        "https://0177.0.0.1/p.png",
        "https://017700000001/p.png",
        "https://１２７.０.０.１/p.png",
        "https://127。0。0。1/p.png",
        "https://localhost/p.png",
        "https://LOCALHOST/p.png",
        "https://0.0.0.0/p.png",
        "https://0/p.png",
        "https://10.0.0.1/p.png",
        "https://172.31.255.255/p.png",
        "https://192.168.0.1:8443/p.png",
        "https://169.254.169.254/latest/meta-data/",
        "https://0xA9FEA9FE/latest/meta-data/",
        "https://100.100.100.200/latest/meta-data/",
        "https://192.0.0.192/opc/v2/",
        "https://198.18.0.1/",
        "https://224.0.0.251/",
        "https://255.255.255.255/",
        "https://[::]/p.png",
        "https://[::1]/p.png",
        "https://[0:0:0:0:0:ffff:7f00:1]/p.png",
        "https://[::ffff:169.254.169.254]/",
        "https://[::7f00:1]/p.png",
        "https://[fe80::1]/p.png",
        "https://[fec0::1]/p.png",
        "https://[fc00::1]/p.png",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://[ff02::1]/p.png",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::]/p.png",
        "https://[2001:0:7f00:1::]/p.png",
        "https://[100::1]/p.png",
    ] {
        let Ok(url) = Url::parse(address) else { continue };
        let outcome = fetch_picture(&url, STRICT).await;
        assert!(matches!(outcome, Err(FetchError::NotPublic)), "{address}: {outcome:?}");
    }
    for address in [
        "http://pictures.example/p.png",
        "https://user:secret@pictures.example/p.png",
        "https://user@pictures.example/p.png",
        "ftp://pictures.example/p.png",
        "file:///etc/passwd",
        "gopher://pictures.example/",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "https://pictures.example:22/p.png",
        "https://pictures.example:25/p.png",
    ] {
        let names = Names::of(&[&["93.184.216.34"]]);
        let outcome = fetch_picture_with(&Url::parse(address).unwrap(), STRICT, &names).await;
        assert!(matches!(outcome, Err(FetchError::Forbidden)), "{address}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_name_is_as_good_as_its_worst_address() {
    let url = Url::parse("https://pictures.example/p.png").unwrap();
    for addresses in [
        &["10.0.0.1"][..],
        &["93.184.216.34", "127.0.0.1"],
        &["169.254.169.254", "93.184.216.34"],
        &["::1"],
        &["2606:2800:220:1::1", "fe80::1"],
        &["::ffff:10.0.0.1"],
        &["64:ff9b::7f00:1"],
    ] {
        let outcome = fetch_picture_with(&url, STRICT, &Names::of(&[addresses])).await;
        assert!(matches!(outcome, Err(FetchError::NotPublic)), "{addresses:?}: {outcome:?}");
    }
    let outcome = fetch_picture_with(&url, STRICT, &Names::of(&[&[]])).await;
    assert!(matches!(outcome, Err(FetchError::UnknownHost)));
}

#[tokio::test]
async fn a_name_that_answers_otherwise_the_second_time_gains_nothing() {
    let judged = Host::start(|_| plain("judged")).await;
    let other = Host::start(|_| plain("other")).await;
    let names = Names::of(&[&[&judged.address.to_string()], &[&other.address.to_string()]]);
    let url = Url::parse(&format!("http://rebinds.example:{}/p.png", judged.address.port())).unwrap();
    assert_eq!(fetch_picture_with(&url, LOCAL, &names).await.unwrap(), "judged");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1, "asked once, and that answer is connected to");
    assert!(other.heard().is_empty());
    // The same name again after a redirect is asked and judged again: now it points inwards.
    let sends_on = Host::start(|_| to("https://rebinds.example/p.png")).await;
    let names = Names::of(&[&[&sends_on.address.to_string()], &["10.0.0.1"]]);
    let url = Url::parse(&format!("http://rebinds.example:{}/p.png", sends_on.address.port())).unwrap();
    let outcome = fetch_picture_with(&url, LOCAL, &names).await;
    assert!(matches!(outcome, Err(FetchError::NotPublic)), "{outcome:?}");
}

#[tokio::test]
async fn each_redirect_is_judged_and_they_end() {
    let host = Host::start(|path| match path {
        "/loop" => to("/loop"),
        "/http" => to("http://pictures.example/p.png"),
        "/metadata" => to("https://169.254.169.254/latest/meta-data/"),
        "/decimal" => to("https://2852039166/"),
        "/ipv6" => to("//[::ffff:10.0.0.1]/"),
        "/user" => to("https://user:secret@pictures.example/"),
        "/file" => to("file:///etc/passwd"),
        "/data" => to("data:image/png;base64,AAAA"),
        "/script" => to("javascript:alert(1)"),
        "/name" => to("https://inside.example/p.png"),
        "/garbage" => to("http://[::"),
        "/once" => to("/p.png"),
        _ => plain("picture"),
    })
    .await;
    let inside = Names::of(&[&["192.168.1.1"]]);
    for (path, code) in [
        ("/loop", "fetch_redirects"),
        ("/http", "fetch_not_public"),
        ("/metadata", "fetch_not_public"),
        ("/decimal", "fetch_not_public"),
        ("/ipv6", "fetch_not_public"),
        ("/user", "fetch_forbidden"),
        ("/file", "fetch_forbidden"),
        ("/data", "fetch_forbidden"),
        ("/script", "fetch_forbidden"),
        ("/name", "fetch_not_public"),
        ("/garbage", "fetch_redirects"),
    ] {
        let outcome = fetch_picture_with(&host.at(path), LOCAL, &inside).await;
        assert_eq!(outcome.unwrap_err().code(), code, "{path}");
    }
    assert_eq!(host.heard().iter().filter(|head| head.contains("/loop")).count(), 4, "one and three more");
    assert_eq!(fetch_picture(&host.at("/once"), LOCAL).await.unwrap(), "picture");
}

#[tokio::test]
async fn nothing_that_tells_who_asks_is_sent() {
    let host = Host::start(|path| if path == "/1" { to("/2") } else { plain("picture") }).await;
    fetch_picture(&host.at("/1"), LOCAL).await.unwrap();
    let heard = host.heard();
    assert_eq!(heard.len(), 2);
    for head in heard {
        let names: Vec<String> = head
            .lines()
            .skip(1)
            .filter_map(|line| Some(line.split_once(':')?.0.to_ascii_lowercase()))
            .collect();
        assert!(
            names.iter().all(|name| ["accept", "user-agent", "host"].contains(&name.as_str())),
            "no key, cookie, referrer or wish to be compressed: {head}"
        );
    }
}

#[tokio::test]
async fn sizes_and_times_are_capped_whatever_the_host_claims() {
    let host = Host::start(|path| match path {
        "/endless" => Answer::Endless("HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 4096]),
        "/endless-chunks" => Answer::Endless(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            b"40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n",
        ),
        "/endless-head" => Answer::Endless("HTTP/1.1 200 OK\r\n", b"x-more: aaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
        "/claims-a-lot" => {
            Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nabc".to_vec())
        }
        "/claims-too-much" => {
            Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\nconnection: close\r\n\r\nabc".to_vec())
        }
        "/claims-nonsense" => Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nabc".to_vec()),
        "/no-http" => Answer::Bytes(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        "/drip" => Answer::Drip("HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n"),
        "/drip-head" => Answer::Drip("HTTP/1.1 200 OK\r\nx-slow: "),
        _ => Answer::Silence,
    })
    .await;
    let wanted = [
        ("/endless", "fetch_too_large"),
        ("/endless-chunks", "fetch_too_large"),
        ("/endless-head", "fetch_network"),
        ("/claims-a-lot", "fetch_too_large"),
        ("/claims-too-much", "fetch_network"),
        ("/claims-nonsense", "fetch_network"),
        ("/no-http", "fetch_network"),
        ("/drip", "fetch_network"),
        ("/drip-head", "fetch_network"),
        ("/silence", "fetch_network"),
    ];
    let begun = Instant::now();
    let all = wanted.map(async |(path, code)| {
        let outcome = fetch_picture(&host.at(path), LOCAL).await;
        assert_eq!(outcome.unwrap_err().code(), code, "{path}");
    });
    futures_util::future::join_all(all).await;
    assert!(begun.elapsed() < LIMITS.total * 4, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn what_is_packed_stays_packed_and_what_it_is_called_does_not_count() {
    let packed = super::corpus::png::packed(0, 5 << 20);
    let small = packed.len();
    assert!(small * 100 < 5 << 20, "{small}");
    let body = packed.clone();
    let host = Host::start(move |path| {
        let kind = if path == "/gzip" { "content-encoding: deflate" } else { "content-type: text/html" };
        let head = format!(
            "HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        Answer::Bytes([head.as_bytes(), &body].concat())
    })
    .await;
    for path in ["/gzip", "/page"] {
        let rules = FetchRules { most_bytes: 100_000, ..LOCAL };
        assert_eq!(fetch_picture(&host.at(path), rules).await.unwrap(), packed, "bytes as they came");
    }
}
