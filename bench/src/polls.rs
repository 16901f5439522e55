//! The inbox of the second market after a long absence: ten thousand news and a thousand conversations, then looks at
//! nothing new. The rooms are the stall's own with a database on disk; the clock jumps over the market's allowances, so
//! that what is measured is our work and not the waiting.

mod crowd;
mod room;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

use crate::figures::{Kind, Report};
use crate::memory::peak_rss;
use crate::programs::{Running, furnished};
use crowd::{Crowd, Size};
use room::Room;

/// What makes this program be the stall's part of one measurement; the number of news follows.
pub const FLAG: &str = "--catch-up";
const DONE: &str = "caught up ";
/// Looks at nothing new.
const LOOKS: usize = 20;
/// News for one conversation.
const NEWS_A_THREAD: usize = 10;

const WHOLE: usize = 10_000;
const HALF: usize = WHOLE / 2;

const CATCH_UP_HALF: Kind =
    Kind { name: "5,000 news and 500 conversations read, s", unit: "s", goal: None, baseline: None };
const CATCH_UP: Kind = Kind {
    name: "10,000 news and 1,000 conversations read, s",
    unit: "s",
    goal: None,
    baseline: Some(CATCH_UP_HALF.name),
};
const PEAK_HALF: Kind =
    Kind { name: "peak after 5,000 and 500, RSS", unit: "MB", goal: None, baseline: None };
const PEAK: Kind =
    Kind { name: "peak after 10,000 and 1,000, RSS", unit: "MB", goal: None, baseline: Some(PEAK_HALF.name) };
const REQUESTS: Kind =
    Kind { name: "requests to the inbox, a look at nothing new", unit: "", goal: Some(1.0), baseline: None };
const NET: Kind = Kind {
    name: "requests to the net below it, a look at nothing new",
    unit: "",
    goal: None,
    baseline: None,
};
const WRITES: Kind =
    Kind { name: "looks at nothing new that wrote, of one", unit: "", goal: Some(0.0), baseline: None };
const LOOK: Kind = Kind { name: "a look at nothing new, ms", unit: "ms", goal: None, baseline: None };

/// What one measurement gave.
#[derive(Debug, Serialize, Deserialize)]
struct CaughtUp {
    seconds: f64,
    look_ms: f64,
    requests: f64,
    net: f64,
    writes: f64,
}

pub async fn measure(report: &mut Report, runs: usize, scratch: &Path) -> Result<()> {
    for run in 1..=runs {
        println!("polls: run {run} of {runs}");
        let (half, half_peak) = of(scratch, HALF).await?;
        let (whole, peak) = of(scratch, WHOLE).await?;
        report.record(CATCH_UP_HALF, half.seconds);
        report.record(CATCH_UP, whole.seconds);
        report.record(PEAK_HALF, half_peak);
        report.record(PEAK, peak);
        report.record(REQUESTS, whole.requests);
        report.record(NET, whole.net);
        report.record(WRITES, whole.writes);
        report.record(LOOK, whole.look_ms);
    }
    Ok(())
}

/// Measures in a process of its own, so that its memory is nobody else's.
async fn of(scratch: &Path, news: usize) -> Result<(CaughtUp, f64)> {
    let home = tempfile::tempdir_in(scratch)?;
    let mut command = furnished(&std::env::current_exe()?, home.path());
    command.args([FLAG, &news.to_string()]);
    let mut program = Running::start(&mut command, home.path().join("catch-up.log"))?;
    let measured =
        program.line("the inbox is read", |line| serde_json::from_str(line.strip_prefix(DONE)?).ok()).await?;
    Ok((measured, peak_rss(program.process_id())?))
}

/// Reads a full inbox, looks at nothing new, says what it took, and waits to be killed.
pub async fn catch_up() -> Result<()> {
    let news = std::env::args().nth(2).context("how many news?")?.parse()?;
    let crowd = Crowd::open(Size { news, threads: news / NEWS_A_THREAD }).await?;
    let home = std::env::current_dir()?;
    let room = Room::open(&home, &crowd.base).await?;
    let begun = Instant::now();
    room.poll_on().await?;
    let seconds = begun.elapsed().as_secs_f64();
    let mut watcher = Watcher::open(&home).await?;
    let kept = (
        watcher.count("SELECT COUNT(*) FROM inbox").await?,
        watcher.count("SELECT COUNT(*) FROM conversations").await?,
    );
    if kept != (news, news / NEWS_A_THREAD) {
        bail!("{} news and {} conversations were kept", kept.0, kept.1);
    }
    // The first look after a long reading may still put something away.
    room.look().await?;
    let (before, mut version) = (crowd.counted(), watcher.version().await?);
    let (mut took, mut writes) = (Duration::ZERO, 0);
    for _ in 0..LOOKS {
        let looking = Instant::now();
        room.look().await?;
        took += looking.elapsed();
        let now = watcher.version().await?;
        writes += usize::from(now != version);
        version = now;
    }
    let looks = LOOKS as f64;
    let after = crowd.counted();
    let measured = CaughtUp {
        seconds,
        look_ms: took.as_secs_f64() * 1000.0 / looks,
        requests: (after.inbox - before.inbox) as f64 / looks,
        net: (after.others - before.others) as f64 / looks,
        writes: writes as f64 / looks,
    };
    println!("{DONE}{}", serde_json::to_string(&measured)?);
    std::future::pending().await
}

/// The database as another program sees it: its version changes with every commit of anyone else.
struct Watcher(SqliteConnection);

impl Watcher {
    async fn open(home: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(home.join("stall.db")).read_only(true);
        Ok(Self(SqliteConnection::connect_with(&options).await?))
    }

    async fn count(&mut self, query: &'static str) -> Result<usize> {
        let many: i64 = sqlx::query_scalar(query).fetch_one(&mut self.0).await?;
        Ok(usize::try_from(many)?)
    }

    async fn version(&mut self) -> Result<i64> {
        Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut self.0).await?)
    }
}
