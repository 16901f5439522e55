//! One HTTP/1.1 connection that stays open, with as little around it as possible: the measuring side shares the cores.

use anyhow::{Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

pub struct KeepAlive {
    port: u16,
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<()>,
}

impl KeepAlive {
    pub async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(async move {
            // A broken connection shows where its answer is awaited.
            let _ = connection.await;
        });
        Ok(Self { port, sender, connection })
    }

    pub async fn get(&mut self, path: &str) -> Result<Bytes> {
        self.exchange(Method::GET, path, &[], Bytes::new()).await
    }

    /// Sends JSON with one more header.
    pub async fn post(&mut self, path: &str, header: (&str, &str), body: Bytes) -> Result<Bytes> {
        self.exchange(Method::POST, path, &[("content-type", "application/json"), header], body).await
    }

    /// The body of an answer of 200; anything else is an error.
    async fn exchange(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Bytes> {
        let mut request =
            Request::builder().method(method).uri(path).header("host", format!("127.0.0.1:{}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Full::new(body))?).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if status != StatusCode::OK {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }
}

impl Drop for KeepAlive {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
