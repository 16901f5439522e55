//! A night's backlog: thousands of orders that wait when the stall opens, through the whole chain, on a far side that
//! takes no time of its own.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::StreamExt as _;
use serde_json::json;

use crate::far_side::FarSide;
use crate::figures::{Kind, Report};
use crate::memory::peak_rss;
use crate::server::Server;

/// Orders that wait.
const ORDERS: usize = 10_000;
/// How often the far side is asked how many are left.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// No order done for so long means none will be.
const STUCK_AFTER: Duration = Duration::from_secs(120);
/// How long the idle stall is watched.
const IDLE_FOR: Duration = Duration::from_secs(20);

const RATE: Kind =
    Kind { name: "backlog of 10,000, orders a second", unit: "/s", goal: None, baseline: None };
const FIRST: Kind = Kind { name: "its first quarter", unit: "s", goal: None, baseline: None };
const LAST: Kind = Kind { name: "its last quarter", unit: "s", goal: None, baseline: Some(FIRST.name) };
const PEAK: Kind =
    Kind { name: "server at its peak in the backlog, RSS", unit: "MB", goal: Some(157.0), baseline: None };
const IDLE: Kind = Kind { name: "idle stall, share of a core", unit: "%", goal: Some(0.5), baseline: None };

pub async fn measure(report: &mut Report, scratch: &Path) -> Result<()> {
    let orders =
        std::env::var("STALLKEEPER_BENCH_BACKLOG").ok().and_then(|many| many.parse().ok()).unwrap_or(ORDERS);
    println!("backlog: {orders} orders");
    let far = FarSide::without_drawing(scratch).await?;
    futures_util::stream::iter(0..orders)
        .map(|_| far.place_order())
        .buffer_unordered(16)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    let server = Server::open(scratch, &far).await?;
    server.lift_limits(&far).await?;
    let begun = Instant::now();
    let (mut quarter, mut left, mut changed) = (None, orders, Instant::now());
    let mut three_quarters = None;
    let open_at_start = open_orders(&far).await?;
    while left > 0 {
        let now = open_orders(&far).await?;
        if now != left {
            (left, changed) = (now, Instant::now());
        }
        let done = open_at_start - left.min(open_at_start);
        if quarter.is_none() && done * 4 >= open_at_start {
            quarter = Some(begun.elapsed());
        }
        if three_quarters.is_none() && done * 4 >= open_at_start * 3 {
            three_quarters = Some(begun.elapsed());
        }
        if changed.elapsed() > STUCK_AFTER {
            bail!("{left} orders are never done: {}", far.control("/state", None).await?);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let took = begun.elapsed().as_secs_f64();
    report.record(RATE, open_at_start as f64 / took);
    if let (Some(quarter), Some(three_quarters)) = (quarter, three_quarters) {
        report.record(FIRST, quarter.as_secs_f64());
        report.record(LAST, took - three_quarters.as_secs_f64());
    }
    report.record(PEAK, peak_rss(server.process_id())?);
    // What the last orders still need is not idleness.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = cpu_seconds(server.process_id())?;
    tokio::time::sleep(IDLE_FOR).await;
    let used = cpu_seconds(server.process_id())? - before;
    report.record(IDLE, 100.0 * used / IDLE_FOR.as_secs_f64());
    let stall = server.desk(&far, "stall.get", json!({})).await?;
    if stall["counts"]["needs_you"] != 0 {
        bail!("orders of the backlog wait for the seller: {stall}");
    }
    Ok(())
}

async fn open_orders(far: &FarSide) -> Result<usize> {
    let state = far.control("/state", None).await?;
    let open = state["open_orders"].as_u64().context("the far side does not say how many orders are open")?;
    Ok(usize::try_from(open)?)
}

/// Time on the processor so far, in the kernel's ticks of a hundredth of a second.
fn cpu_seconds(process_id: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process_id}/stat"))?;
    let after_name = stat.rsplit_once(')').context("not a stat line")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks =
        |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).context("not a stat line");
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
