//! The screens in a browser, on a large shop: what each takes to its content, whether the gallery is ever blank while it is
//! scrolled, and what the page holds. Measured by `ui/scripts/measure.mjs`, because only a browser knows.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::figures::{Kind, Report};
use crate::programs::{Running, built, furnished};
use crate::seed::{self, Wanted};
use crate::server::free_port;

/// A folder that holds a shop already, so that it need not be made for every measurement.
const SHOP: &str = "STALLKEEPER_BENCH_SHOP";

#[derive(Debug, Deserialize)]
struct Measured {
    name: String,
    unit: String,
    min: Option<f64>,
    median: Option<f64>,
    max: Option<f64>,
    runs: usize,
    goal: Option<f64>,
}

pub async fn measure(report: &mut Report, runs: usize, scratch: &Path) -> Result<()> {
    let home = tempfile::tempdir_in(scratch)?;
    let shop = match std::env::var_os(SHOP) {
        Some(folder) => folder.into(),
        None => {
            println!("screens: making a shop (set {SHOP} to the folder of one made before)");
            let folder = home.path().join("shop");
            let sizes = ["--seed", "1"].map(str::to_owned);
            let words = sizes.into_iter().chain([folder.display().to_string()]);
            let wanted: Wanted = seed::read(words)?.context("no shop is wanted")?;
            seed::make(&wanted).await?;
            folder
        }
    };
    println!("screens: a browser looks at them");
    let mut command = furnished(&built("stallkeeper-server")?, home.path());
    command.env("DATA_DIR", &shop).env("APP_PORT", free_port()?.to_string());
    let mut server = Running::start(&mut command, home.path().join("server.log"))?;
    let address =
        server.line("the server opens", |line| Some(line.strip_prefix("Open ")?.to_owned())).await?;
    let json = home.path().join("screens.json");
    let mut script = Command::new("node");
    script
        .arg(crate::root().join("ui/scripts/measure.mjs"))
        .args(["--address", &address, "--runs", &runs.to_string(), "--json"])
        .arg(&json)
        .current_dir(crate::root().join("ui"));
    let ended = tokio::task::spawn_blocking(move || script.status()).await?;
    if !ended.context("cannot start node")?.success() {
        bail!("the screens were not measured; is Chromium at /usr/bin/chromium?");
    }
    let measured: Vec<Measured> = serde_json::from_slice(&std::fs::read(&json)?)?;
    for figure in measured {
        // Named by the script, and few: a name lives as long as the program.
        let (name, unit) = (&*figure.name.leak(), &*figure.unit.leak());
        let kind = Kind { name, unit, goal: figure.goal, baseline: None };
        // The script keeps the ends and the middle; what lies between is not shown anyway.
        let values = [figure.min, figure.median, figure.max];
        for value in values.into_iter().flatten().take(figure.runs.min(3)) {
            report.record(kind, value);
        }
    }
    Ok(())
}
