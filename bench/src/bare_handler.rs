//! The least a server can do with a push: an axum handler in a process of its own that reads the body, answers in the
//! same words and stores nothing.

use std::path::Path;

use anyhow::{Context, Result};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::json;
use tempfile::TempDir;

use crate::programs::{Running, furnished};
use crate::server::WEBHOOK_PATH;

/// What makes this program be it.
pub const FLAG: &str = "--serve-bare-handler";
const OPEN: &str = "bare handler on port ";

pub struct BareHandler {
    pub port: u16,
    _program: Running,
    _home: TempDir,
}

impl BareHandler {
    pub async fn open(scratch: &Path) -> Result<Self> {
        let home = tempfile::tempdir_in(scratch)?;
        let mut command = furnished(&std::env::current_exe()?, home.path());
        command.arg(FLAG);
        let mut program = Running::start(&mut command, home.path().join("bare.log"))?;
        let port =
            program.line("the bare handler opens", |line| line.strip_prefix(OPEN)?.parse().ok()).await?;
        Ok(Self { port, _program: program, _home: home })
    }
}

/// Serves until it is killed.
pub async fn serve() -> Result<()> {
    let answer = |body: Bytes| async move {
        Json(json!({ "success": true, "event_type": "message.received", "event_id": body.len() }))
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{OPEN}{}", listener.local_addr()?.port());
    let router = Router::new().route(WEBHOOK_PATH, post(answer));
    axum::serve(listener, router).await.context("the bare handler ended")
}
