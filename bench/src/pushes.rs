//! How many signed pushes a second are acknowledged, each only after it is stored for good.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::bare_handler::BareHandler;
use crate::busy::Busy;
use crate::far_side::FarSide;
use crate::figures::{Kind, Report, percentile};
use crate::keep_alive::KeepAlive;
use crate::server::{Server, WEBHOOK_PATH, WEBHOOK_SECRET};

const CONNECTIONS: usize = 64;
const PUSHING: Duration = Duration::from_secs(5);
const BURST: usize = 1_000;
/// Each push of the burst comes on a connection of its own, as many at a time as a program may usually have.
const BURST_CONNECTIONS: usize = 500;
const COMMITTING: Duration = Duration::from_secs(2);
const HEALTH_CALLS: usize = 1_000;
/// Above every id the practice marketplace gives its own events.
const FIRST_EVENT: u64 = 1_000_000_000;

const COMMITS: Kind =
    Kind { name: "commits, one row at a time", unit: "a second", goal: None, baseline: None };
const HEALTH: Kind = Kind { name: "round trip of /health", unit: "ms", goal: None, baseline: None };
const BARE: Kind =
    Kind { name: "bare handler that stores nothing", unit: "a second", goal: None, baseline: None };
const PUSHES: Kind =
    Kind { name: "pushes acknowledged", unit: "a second", goal: None, baseline: Some(BARE.name) };
const SLOWDOWN: Kind =
    Kind { name: "bare handler's rate over ours", unit: "times", goal: Some(2.0), baseline: None };
const MEDIAN: Kind = Kind { name: "push, median", unit: "ms", goal: None, baseline: Some(HEALTH.name) };
const SLOWEST: Kind =
    Kind { name: "push, 99th percentile", unit: "ms", goal: None, baseline: Some(HEALTH.name) };
const BUSY_RATE: Kind = Kind {
    name: "pushes acknowledged while every core makes thumbnails",
    unit: "a second",
    goal: None,
    baseline: Some(PUSHES.name),
};
const BUSY_SLOWEST: Kind = Kind {
    name: "push, 99th percentile, while every core makes thumbnails",
    unit: "ms",
    goal: Some(100.0),
    baseline: Some(SLOWEST.name),
};
const BURST_TIME: Kind =
    Kind { name: "burst of 1,000 pushes", unit: "ms", goal: Some(5_000.0), baseline: None };

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

    let next = Arc::new(AtomicU64::new(FIRST_EVENT));
    let health = health_round_trip(server.port).await?;
    // In turns, so that neither has the machine at a better moment.
    let bare_handler = BareHandler::open(scratch).await?;
    let bare_before = push(bare_handler.port, &order_id, &next).await?;
    let pushed = push(server.port, &order_id, &next).await?;
    let bare_after = push(bare_handler.port, &order_id, &next).await?;
    drop(bare_handler);
    let burst = burst(server.port, &order_id, &next).await?;
    let busy = Busy::begin(scratch).await?;
    let pushed_busy = push(server.port, &order_id, &next).await?;
    drop(busy);

    let acknowledged = pushed.len() + BURST + pushed_busy.len();
    let (database, folder) = server.kill()?;
    let stored = count_stored(&database).await?;
    if stored < acknowledged as u64 {
        bail!("{acknowledged} pushes were acknowledged and {stored} are stored after the program was killed");
    }
    let commits = commits_a_second(folder.path()).await?;

    let a_second = |taken: usize| taken as f64 / PUSHING.as_secs_f64();
    let bare = f64::midpoint(a_second(bare_before.len()), a_second(bare_after.len()));
    let ours = a_second(pushed.len());
    report.record(COMMITS, commits);
    report.record(HEALTH, health);
    report.record(BARE, bare);
    report.record(PUSHES, ours);
    report.record(SLOWDOWN, bare / ours);
    report.record(MEDIAN, percentile(&pushed, 0.5).context("nothing was pushed")?);
    report.record(SLOWEST, percentile(&pushed, 0.99).context("nothing was pushed")?);
    report.record(BUSY_RATE, a_second(pushed_busy.len()));
    report.record(BUSY_SLOWEST, percentile(&pushed_busy, 0.99).context("nothing was pushed")?);
    report.record(BURST_TIME, burst);
    Ok(())
}

/// Milliseconds until the last of a thousand pushes that come at once is acknowledged.
async fn burst(port: u16, order_id: &str, next: &Arc<AtomicU64>) -> Result<f64> {
    let places = Arc::new(Semaphore::new(BURST_CONNECTIONS));
    let signed = (0..BURST)
        .map(|_| signed(next.fetch_add(1, Ordering::Relaxed), order_id))
        .collect::<Result<Vec<_>>>()?;
    let begun = Instant::now();
    let mut pushing = JoinSet::new();
    for (body, signature) in signed {
        let places = Arc::clone(&places);
        pushing.spawn(async move {
            let _place = places.acquire().await?;
            let mut connection = KeepAlive::open(port).await?;
            connection.post(WEBHOOK_PATH, ("x-webhook-signature", &signature), body).await
        });
    }
    while let Some(acknowledged) = pushing.join_next().await {
        acknowledged??;
    }
    Ok(milliseconds(begun))
}

/// Pushes from every connection at once; milliseconds of each acknowledged push.
async fn push(port: u16, order_id: &str, next: &Arc<AtomicU64>) -> Result<Vec<f64>> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(KeepAlive::open(port).await?);
    }
    let end = Instant::now() + PUSHING;
    let mut pushing = JoinSet::new();
    for mut connection in connections {
        let (next, order_id) = (Arc::clone(next), order_id.to_owned());
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
