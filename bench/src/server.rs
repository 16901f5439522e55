//! The stall without a window, serving the practice marketplace as it would serve a real one.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::far_side::FarSide;
use crate::programs::{Running, built, furnished, until};

/// Signs the pushes (contract, Agent Market 1.4: 32 to 64 characters).
pub const WEBHOOK_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const WEBHOOK_PATH: &str = "/api/v1/webhook/orders";

pub struct Server {
    pub port: u16,
    token: String,
    program: Running,
    home: TempDir,
}

impl Server {
    /// Starts it and waits until the market knows where to push news.
    pub async fn open(scratch: &Path, far: &FarSide) -> Result<Self> {
        let home = tempfile::tempdir_in(scratch)?;
        let credentials = home.path().join("credentials.json");
        let account = json!({"api_key": far.at.seller_api_key, "agent_id": far.at.seller_agent_id});
        std::fs::write(&credentials, account.to_string())?;
        let port = free_port()?;
        let mut command = furnished(&built("stallkeeper-server")?, home.path());
        command
            .env("AGENT_MARKET_BASE_URL", &far.at.market_base)
            .env("CREDENTIALS_FILE", &credentials)
            .env("OPENROUTER_BASE_URL", &far.at.model_base)
            .env("OPENROUTER_API_KEY", &far.at.model_api_key)
            .env("WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env("WEBHOOK_PUBLIC_BASE_URL", format!("http://127.0.0.1:{port}"))
            .env("APP_PORT", port.to_string())
            .env("DATA_DIR", home.path().join("data"));
        let mut program = Running::start(&mut command, home.path().join("server.log"))?;
        let token = program
            .line("the server opens", |line| {
                Some(line.strip_prefix("Open ")?.split_once("#token=")?.1.to_owned())
            })
            .await?;
        let server = Self { port, token, program, home };
        until("the stall serves", async || {
            let stall = server.desk(far, "stall.get", json!({})).await?;
            let known = far.market(reqwest::Method::GET, "/agents/me", None).await?;
            let is_known = known.to_string().contains(WEBHOOK_PATH);
            Ok((stall["light"]["colour"] == "green" && is_known).then_some(()))
        })
        .await?;
        Ok(server)
    }

    pub fn process_id(&self) -> u32 {
        self.program.process_id()
    }

    /// A command of the desk.
    pub async fn desk(&self, far: &FarSide, command: &str, request: Value) -> Result<Value> {
        let address = format!("http://127.0.0.1:{}/desk/{command}", self.port);
        let answer = far.client.post(address).bearer_auth(&self.token).json(&request).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{command}: {status} {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{command} answered no JSON"))
    }

    /// Takes the caps off what models may cost and lets as many orders run as a seller can choose.
    pub async fn lift_limits(&self, far: &FarSide) -> Result<()> {
        let mut settings = self.desk(far, "settings.get", json!({})).await?["values"].take();
        settings["cap_per_order_usd"] = json!("");
        settings["cap_per_day_usd"] = json!("");
        settings["max_running"] = json!(50);
        self.desk(far, "settings.save", settings).await?;
        Ok(())
    }

    /// Ends the program at once and gives its database file, and the folder that holds it.
    pub fn kill(self) -> Result<(PathBuf, TempDir)> {
        self.program.kill()?;
        Ok((self.home.path().join("data/stall.db"), self.home))
    }
}

/// Free a moment ago; the server says so if it is taken meanwhile.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
