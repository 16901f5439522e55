//! The stall without a window, as a process configured by nothing but environment names.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::{Value, json};
use stallkeeper::http::{TimeLimits, client};

use super::far::Far;

#[path = "port.rs"]
pub mod port;
pub use port::free_port;

pub const ADMIN_SECRET: &str = "only-for-the-test";

pub struct Server {
    pub child: Child,
    http: reqwest::Client,
    pub address: String,
    pub token: String,
}

impl Server {
    /// Starts the server on this data folder. `extra` names win over the usual ones.
    pub fn start(far: &Far, home: &Path, port: u16, extra: &[(&str, &str)]) -> Self {
        Self::launch(far, home, port, extra)
            .map_err(|ended| format!("the server ended before it said where it is: {ended}"))
            .unwrap()
    }

    /// The same where it may end before it is open; then how it ended.
    pub fn launch(far: &Far, home: &Path, port: u16, extra: &[(&str, &str)]) -> Result<Self, ExitStatus> {
        let program = Path::new(env!("CARGO_BIN_EXE_stallkeeper-server"));
        Self::launch_as(program, far, home, port, extra)
    }

    pub fn command(program: &Path, far: &Far, home: &Path, port: u16) -> Command {
        let credentials = home.join("credentials.json");
        let keys =
            json!({ "api_key": far.address("seller_api_key"), "agent_id": far.address("seller_agent_id") });
        std::fs::write(&credentials, keys.to_string()).unwrap();
        let mut command = Command::new(program);
        command
            .current_dir(home)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("RUST_LOG", "warn")
            .env("AGENT_MARKET_BASE_URL", far.address("market_base"))
            .env("CREDENTIALS_FILE", &credentials)
            .env("OPENROUTER_BASE_URL", far.address("model_base"))
            .env("OPENROUTER_API_KEY", far.address("model_api_key"))
            .env("WEBHOOK_PUBLIC_BASE_URL", format!("http://127.0.0.1:{port}"))
            .env("ADMIN_SECRET", ADMIN_SECRET)
            .env("APP_PORT", port.to_string())
            .env("DATA_DIR", home.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command
    }

    /// The same with another program, which becomes the server.
    pub fn start_as(program: &Path, far: &Far, home: &Path, port: u16, extra: &[(&str, &str)]) -> Self {
        Self::launch_as(program, far, home, port, extra)
            .map_err(|ended| format!("the server ended before it said where it is: {ended}"))
            .unwrap()
    }

    fn launch_as(
        program: &Path,
        far: &Far,
        home: &Path,
        port: u16,
        extra: &[(&str, &str)],
    ) -> Result<Self, ExitStatus> {
        let mut command = Self::command(program, far, home, port);
        let mut child = command.envs(extra.iter().copied()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("Open http") {
            line.clear();
            if output.read_line(&mut line).unwrap() == 0 {
                return Err(child.wait().unwrap());
            }
        }
        // The log goes on being read, so that a full pipe never holds the server.
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).for_each(|line| eprintln!("server: {line}"))
        });
        let (address, token) = line.trim().trim_start_matches("Open ").split_once("/#token=").unwrap();
        Ok(Self {
            child,
            http: client(TimeLimits::API).unwrap(),
            address: address.to_owned(),
            token: token.to_owned(),
        })
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Tells it to close and waits until it has.
    pub fn close(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert!(self.child.wait().unwrap().success(), "it closes cleanly");
    }

    /// A command whose answer may not come: none when there was no answer.
    pub async fn desk_while_it_lives(&self, command: &str, request: Value) -> Option<(u16, Value)> {
        let asked = self
            .http
            .post(format!("{}/desk/{command}", self.address))
            .bearer_auth(&self.token)
            .json(&request);
        let answer = asked.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    pub async fn desk(&self, command: &str, request: Value) -> Value {
        let answered = self.try_desk(command, request).await;
        assert!(answered.is_ok(), "{command}: {answered:?}");
        answered.unwrap()
    }

    /// The answer, or the error a screen would be told.
    pub async fn try_desk(&self, command: &str, request: Value) -> Result<Value, Value> {
        let asked = self
            .http
            .post(format!("{}/desk/{command}", self.address))
            .bearer_auth(&self.token)
            .json(&request);
        let answer = asked.send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        if status.is_success() { Ok(body) } else { Err(body) }
    }

    /// Puts a file on an order as the page does; the error is what a screen would be told.
    pub async fn send_file(&self, order_id: &str, name: &str, bytes: &'static [u8]) -> Result<Value, Value> {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let asked = self
            .http
            .post(format!("{}/desk/files/{order_id}", self.address))
            .bearer_auth(&self.token)
            .header("X-File-Name", encoded)
            .header("Content-Type", "application/octet-stream")
            .body(bytes);
        let answer = asked.send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        if status.is_success() { Ok(body) } else { Err(body) }
    }

    /// Our view of an order, by the market's id; none while it is unknown here.
    pub async fn order(&self, market_order_id: &str) -> Option<Value> {
        let filter = json!({ "search": market_order_id, "stage": null, "held_only": false, "archived": true, "after": null, "limit": null });
        let list = self.desk("orders.list", filter).await;
        let id = list["orders"].as_array().unwrap().first()?["id"].clone();
        Some(self.desk("orders.get", json!({ "id": id })).await)
    }

    pub async fn generate(&self, secret: Option<&str>, body: Value) -> (u16, Value) {
        let mut asked = self.http.post(format!("{}/api/v1/image/generate", self.address)).json(&body);
        if let Some(secret) = secret {
            asked = asked.header("X-Admin-Secret", secret);
        }
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The same where the answer may not come.
    pub async fn generate_while_it_lives(&self, body: Value) -> Option<Value> {
        let asked = self.http.post(format!("{}/api/v1/image/generate", self.address)).json(&body);
        asked.header("X-Admin-Secret", ADMIN_SECRET).send().await.ok()?.json().await.ok()
    }

    pub async fn health(&self) -> u16 {
        self.http
            .get(format!("{}/health", self.address))
            .send()
            .await
            .map_or(0, |answer| answer.status().as_u16())
    }

    /// Ends it as a power cut would.
    pub fn kill_hard(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
