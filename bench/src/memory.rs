//! What the server holds in memory, as the kernel counts it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::far_side::FarSide;
use crate::figures::{Kind, Report};
use crate::server::Server;

const ORDERS: usize = 100;
/// Orders placed together.
const TOGETHER: usize = 10;
/// After a start or the last order, until what only that needed is given back.
const SETTLING: Duration = Duration::from_secs(3);

const IDLE_RSS: Kind = Kind { name: "server idle, RSS", unit: "MB", goal: Some(60.0), baseline: None };
const IDLE_PSS: Kind = Kind { name: "server idle, PSS", unit: "MB", goal: Some(60.0), baseline: None };
const LATER_RSS: Kind =
    Kind { name: "server after 100 orders, RSS", unit: "MB", goal: None, baseline: Some(IDLE_RSS.name) };
const LATER_PSS: Kind =
    Kind { name: "server after 100 orders, PSS", unit: "MB", goal: None, baseline: Some(IDLE_PSS.name) };
const PEAK_RSS: Kind =
    Kind { name: "server at its peak, RSS", unit: "MB", goal: None, baseline: Some(IDLE_RSS.name) };

/// Memory of a process, in millions of bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// What it has in memory, shared pages counted in full.
    pub rss: f64,
    /// The same with a shared page counted by its share.
    pub pss: f64,
}

impl Held {
    pub fn of(process_id: u32) -> Result<Self> {
        let text = read(process_id, "smaps_rollup")?;
        Ok(Self { rss: megabytes(&text, "Rss:")?, pss: megabytes(&text, "Pss:")? })
    }
}

pub async fn measure(report: &mut Report, runs: usize, scratch: &Path) -> Result<()> {
    for run in 1..=runs {
        println!("memory: run {run} of {runs}, {ORDERS} orders");
        let far = FarSide::open(scratch).await?;
        let server = Server::open(scratch, &far).await?;
        server.lift_limits(&far).await?;
        tokio::time::sleep(SETTLING).await;
        let idle = Held::of(server.process_id())?;
        for _ in 0..ORDERS / TOGETHER {
            let mut placed = Vec::with_capacity(TOGETHER);
            for _ in 0..TOGETHER {
                placed.push(far.place_order().await?);
            }
            for order_id in placed {
                far.once_paid(&order_id).await?;
            }
        }
        tokio::time::sleep(SETTLING).await;
        let later = Held::of(server.process_id())?;
        report.record(IDLE_RSS, idle.rss);
        report.record(IDLE_PSS, idle.pss);
        report.record(LATER_RSS, later.rss);
        report.record(LATER_PSS, later.pss);
        report.record(PEAK_RSS, peak_rss(server.process_id())?);
    }
    Ok(())
}

/// The most a process ever had in memory, in millions of bytes.
pub fn peak_rss(process_id: u32) -> Result<f64> {
    megabytes(&read(process_id, "status")?, "VmHWM:")
}

fn read(process_id: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{process_id}/{file}");
    std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
}

/// The kernel writes `kB` and means 1024 bytes.
fn megabytes(text: &str, name: &str) -> Result<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024.0 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_writes() {
        let text = "55d-7ff ---p 00000000 00:00 0 [rollup]\nRss:               50000 kB\nPss:               25000 kB\nPss_Dirty: 1 kB\n";
        assert_eq!(megabytes(text, "Rss:").unwrap(), 51.2);
        assert_eq!(megabytes(text, "Pss:").unwrap(), 25.6);
        assert!(megabytes(text, "Swap:").is_err());
    }
}
