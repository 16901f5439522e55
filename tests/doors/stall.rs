//! A server with its doors, looked at from outside: its answers, its database file, its log and its memory.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use stallkeeper::http::{TimeLimits, client};

use super::far::{Far, until};

pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const ADMIN_SECRET: &str = "only-for-the-test";
pub const HOOK: &str = "/api/v1/webhook/orders";

pub struct Stall {
    child: Child,
    home: tempfile::TempDir,
    pub http: reqwest::Client,
    /// Where the seller's own door listens.
    pub local: u16,
    /// Where the door for news listens.
    pub hook: u16,
    pub token: String,
}

impl Stall {
    /// Starts it for the seller of `far`, as good as never asking for news by itself.
    pub async fn start(far: &Far) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), far, SECRET).await
    }

    /// Ends it and starts it again on the same data, with another secret for news.
    pub async fn start_again(mut self, far: &Far, secret: &str) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let home = std::mem::replace(&mut self.home, tempfile::tempdir().unwrap());
        Self::start_in(home, far, secret).await
    }

    async fn start_in(home: tempfile::TempDir, far: &Far, secret: &str) -> Self {
        let credentials = home.path().join("credentials.json");
        let keys =
            json!({ "api_key": far.address("seller_api_key"), "agent_id": far.address("seller_agent_id") });
        std::fs::write(&credentials, keys.to_string()).unwrap();
        let log = File::create(home.path().join("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_stallkeeper-server"))
            .current_dir(home.path())
            .env_clear()
            .env("HOME", home.path())
            .env("RUST_LOG", "warn,stallkeeper=info,stallkeeper::doors=debug")
            .env("AGENT_MARKET_BASE_URL", far.address("market_base"))
            .env("CREDENTIALS_FILE", &credentials)
            .env("OPENROUTER_BASE_URL", far.address("model_base"))
            .env("OPENROUTER_API_KEY", far.address("model_api_key"))
            .env("WEBHOOK_SECRET", secret)
            .env("ADMIN_SECRET", ADMIN_SECRET)
            .env("EVENT_POLL_SECONDS", "3600")
            .env("HEARTBEAT_SECONDS", "3600")
            .env("APP_PORT", "0")
            .env("DATA_DIR", home.path().join("data"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let http = client(TimeLimits::API).unwrap();
        let mut stall = Self { child, home, http, local: 0, hook: 0, token: String::new() };
        until("the server says where it is", async || stall.said_where().is_some()).await;
        (stall.local, stall.token) = stall.said_where().unwrap();
        stall.hook = stall.listening().into_iter().find(|port| *port != stall.local).unwrap();
        until("the stall is open", async || stall.health().await == 200).await;
        stall
    }

    fn said_where(&self) -> Option<(u16, String)> {
        let log = self.log();
        // A line without its end may still be growing.
        let line =
            log.split_inclusive('\n').find(|line| line.starts_with("Open ") && line.ends_with('\n'))?;
        let (address, token) = line.trim().split_once("/#token=")?;
        Some((address.rsplit_once(':')?.1.parse().ok()?, token.to_owned()))
    }

    /// Ports this process listens on, as the kernel knows them.
    fn listening(&self) -> Vec<u16> {
        let folder = format!("/proc/{}/fd", self.child.id());
        let own: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .collect();
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let listening = table.lines().skip(1).filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let is_ours = fields[3] == "0A" && own.contains(&format!("socket:[{}]", fields[9]).into());
            let (address, port) = fields[1].split_once(':')?;
            assert!(!is_ours || address == "0100007F", "a door listens beyond loopback: {line}");
            is_ours.then(|| u16::from_str_radix(port, 16).unwrap())
        });
        listening.collect()
    }

    /// Bytes in memory now.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// Most bytes that were ever in memory.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap()
    }

    pub async fn health(&self) -> u16 {
        let answer = self.http.get(format!("http://127.0.0.1:{}/health", self.local)).send().await;
        answer.map_or(0, |answer| answer.status().as_u16())
    }

    pub async fn desk(&self, command: &str, request: Value) -> Value {
        let url = format!("http://127.0.0.1:{}/desk/{command}", self.local);
        let answer = self.http.post(url).bearer_auth(&self.token).json(&request).send().await.unwrap();
        assert!(answer.status().is_success(), "{command}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// Pushes with these headers at a door, on a connection of its own: a crowded door closes those that do nothing, also
    /// in the moment they are used again. The status and what was answered.
    pub async fn push(&self, port: u16, body: &[u8], headers: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("http://127.0.0.1:{port}{HOOK}");
        let mut request = self.http.post(url).header("connection", "close").body(body.to_vec());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// Everything in its database, table by table.
    pub async fn database(&self) -> String {
        let mut connection = self.connect().await;
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let mut all = String::new();
        for table in tables {
            let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
                .bind(&table)
                .fetch_all(&mut connection)
                .await
                .unwrap();
            let row =
                columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>().join("||','||");
            let rows: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(format!("SELECT {row} FROM {table} ORDER BY 1")))
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            all += &format!("{table}\n{}\n\n", rows.join("\n"));
        }
        connection.close().await.unwrap();
        all
    }

    /// The same once it no longer changes by itself: the light's first line is written after some seconds.
    pub async fn settled_database(&self) -> String {
        let latest = tokio::sync::Mutex::new((String::new(), 0));
        until("the database comes to rest", async || {
            let now = self.database().await;
            let mut latest = latest.lock().await;
            latest.1 = if latest.0 == now { latest.1 + 1 } else { 0 };
            latest.0 = now;
            tokio::time::sleep(Duration::from_millis(50)).await;
            latest.1 >= 5 && latest.0.contains("'light','green'")
        })
        .await;
        latest.into_inner().0
    }

    /// Ids of the pushed events that are stored.
    pub async fn pushed(&self) -> Vec<String> {
        let mut connection = self.connect().await;
        let ids = sqlx::query_scalar("SELECT event_id FROM inbox WHERE via = 'push' ORDER BY id")
            .fetch_all(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        ids
    }

    async fn connect(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.home.path().join("data/stall.db")).connect().await.unwrap()
    }
}

impl Drop for Stall {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            log.lines().filter(|line| !line.contains("DEBUG")).for_each(|line| eprintln!("{line}"));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn signature(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body);
    hex::encode(mac.finalize().into_bytes())
}
