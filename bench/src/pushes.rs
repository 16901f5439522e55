//! How many signed pushes a second are acknowledged, each only after it is stored for good.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::task::JoinSet;

use crate::far_side::FarSide;
use crate::figures::{Kind, Report, percentile};
use crate::keep_alive::KeepAlive;
use crate::server::{Server, WEBHOOK_PATH, WEBHOOK_SECRET};

const CONNECTIONS: usize = 32;
const PUSHING: Duration = Duration::from_secs(5);
const COMMITTING: Duration = Duration::from_secs(2);
const HEALTH_CALLS: usize = 1_000;
/// Above every id the practice marketplace gives its own events.
const FIRST_EVENT: u64 = 1_000_000_000;

const COMMITS: Kind =
    Kind { name: "commits, one row at a time", unit: "a second", goal: None, baseline: None };
const HEALTH: Kind = Kind { name: "round trip of /health", unit: "ms", goal: None, baseline: None };
const PUSHES: Kind =
    Kind { name: "pushes acknowledged", unit: "a second", goal: None, baseline: Some(COMMITS.name) };
const MEDIAN: Kind = Kind { name: "push, median", unit: "ms", goal: None, baseline: Some(HEALTH.name) };
const SLOWEST: Kind =
    Kind { name: "push, 99th percentile", unit: "ms", goal: None, baseline: Some(HEALTH.name) };

pub async fn measure(report: &mut Report, runs: usize, scratch: &Path) -> Result<()> {
    for run in 1..=runs {
        println!("pushes: run {run} of {runs}");
        one_run(report, scratch).await?;
    }
    Ok(())
}

async fn one_run(report: &mut Report, scratch: &Path) -> Result<()> {
    let far = FarSide::open(scratch).await?;
    let server = Server::open(scratch, &far).await?;
    // The pushes are about an order that is done, as after an outage: each makes the stall look, none makes it draw.
    let order_id = far.place_order().await?;
    far.once_paid(&order_id).await?;

    let health = health_round_trip(server.port).await?;
    let pushed = push(server.port, &order_id).await?;
    let (database, folder) = server.kill()?;
    let stored = count_stored(&database).await?;
    if stored < pushed.len() as u64 {
        bail!(
            "{} pushes were acknowledged and {stored} are stored after the program was killed",
            pushed.len()
        );
    }
    let commits = commits_a_second(folder.path()).await?;

    report.record(COMMITS, commits);
    report.record(HEALTH, health);
    report.record(PUSHES, pushed.len() as f64 / PUSHING.as_secs_f64());
    report.record(MEDIAN, percentile(&pushed, 0.5).context("nothing was pushed")?);
    report.record(SLOWEST, percentile(&pushed, 0.99).context("nothing was pushed")?);
    Ok(())
}

/// Pushes from every connection at once; milliseconds of each acknowledged push.
async fn push(port: u16, order_id: &str) -> Result<Vec<f64>> {
    let next = std::sync::Arc::new(AtomicU64::new(FIRST_EVENT));
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(KeepAlive::open(port).await?);
    }
    let end = Instant::now() + PUSHING;
    let mut pushing = JoinSet::new();
    for mut connection in connections {
        let (next, order_id) = (next.clone(), order_id.to_owned());
        pushing.spawn(async move {
            let mut taken = Vec::new();
            loop {
                let event_id = next.fetch_add(1, Ordering::Relaxed);
                let (body, signature) = signed(event_id, &order_id)?;
                let begun = Instant::now();
                if begun >= end {
                    return anyhow::Ok(taken);
                }
                connection.post(WEBHOOK_PATH, ("x-webhook-signature", &signature), body).await?;
                // What is answered after the end does not count.
                if Instant::now() < end {
                    taken.push(milliseconds(begun));
                }
            }
        });
    }
    let mut all = Vec::new();
    while let Some(taken) = pushing.join_next().await {
        all.extend(taken??);
    }
    Ok(all)
}

/// Body and header of a push (contract, Agent Market 1.4).
fn signed(event_id: u64, order_id: &str) -> Result<(Bytes, String)> {
    let event = json!({
        "event_id": event_id, "event_type": "message.received",
        "payload": {"context_type": "order", "context_id": order_id, "content": "Is it on its way?"},
        "created_at": "2026-01-01T00:00:00Z",
    });
    let body = event.to_string();
    let mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes())?.chain_update(&body);
    Ok((body.into(), hex::encode(mac.finalize().into_bytes())))
}

/// Median milliseconds of one call after the other on one connection.
async fn health_round_trip(port: u16) -> Result<f64> {
    let mut connection = KeepAlive::open(port).await?;
    let mut taken = Vec::with_capacity(HEALTH_CALLS);
    for _ in 0..HEALTH_CALLS {
        let begun = Instant::now();
        connection.get("/health").await?;
        taken.push(milliseconds(begun));
    }
    percentile(&taken, 0.5).context("no calls were made")
}

/// Pushed events in the database as the killed program left it.
async fn count_stored(database: &Path) -> Result<u64> {
    let mut connection = SqliteConnectOptions::new().filename(database).connect().await?;
    let counted = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM inbox WHERE via = 'push' AND length(event_id) >= 10",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(counted.unsigned_abs())
}

/// What the disk and SQLite allow without sharing a commit: the same durability as the stall's database.
async fn commits_a_second(folder: &Path) -> Result<f64> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("commits.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection: SqliteConnection = options.connect().await?;
    sqlx::query("CREATE TABLE news (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        .execute(&mut connection)
        .await?;
    let (body, _) = signed(FIRST_EVENT, "01234567-89ab-cdef-0123-456789abcdef")?;
    let body = String::from_utf8(body.to_vec())?;
    let begun = Instant::now();
    let mut commits = 0_u32;
    while begun.elapsed() < COMMITTING {
        sqlx::query("INSERT INTO news (body) VALUES (?)").bind(&body).execute(&mut connection).await?;
        commits += 1;
    }
    let a_second = f64::from(commits) / begun.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(a_second)
}

fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}
