//! The long variants of tests, for as many minutes as one has.

use std::process::Command;

use anyhow::{Context, Result};

use crate::packages;
use crate::process::{cargo, lookup_output, root, run};
use crate::step::step;

const MINUTES: u64 = 10;
/// The names of `fuzz/fuzz_targets`.
const TARGETS: [&str; 5] = ["push_body", "market_json", "model_json", "data_url", "image_header"];

/// Runs every long variant; together they take about as many minutes as the first word says.
pub fn soak(arguments: &[&str]) -> Result<()> {
    let minutes = match arguments.first() {
        Some(word) => word.parse().with_context(|| format!("not a number of minutes: {word}"))?,
        None => MINUTES,
    };
    step("system packages", || packages::ensure(&[packages::ENGINE]))?;
    fuzz(minutes)
}

/// Shares the time among the fuzz targets. What they find is in `fuzz/artifacts`; it belongs into `fuzz/seeds`.
fn fuzz(minutes: u64) -> Result<()> {
    step("cargo-fuzz", || {
        if lookup_output(&mut cargo(["fuzz", "--version"])).is_some() {
            return Ok(());
        }
        run(&mut cargo(["install", "cargo-fuzz"]))
    })?;
    step("fuzz targets (the first build takes some minutes)", || run(&mut fuzzing(&["build"])))?;
    let seconds = (minutes * 60 / TARGETS.len() as u64).max(1);
    for target in TARGETS {
        step(&format!("fuzz {target} for {seconds} s"), || {
            let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
            std::fs::create_dir_all(root().join(&corpus))?;
            run(fuzzing(&["run"]).args([target, &corpus, &seeds]).arg("--").args([
                &format!("-max_total_time={seconds}"),
                "-timeout=20",
                "-rss_limit_mb=1024",
                "-print_final_stats=1",
            ]))
        })?;
    }
    Ok(())
}

/// Without a sanitiser: there is no unsafe code to watch, and a stable compiler will do.
fn fuzzing(words: &[&str]) -> Command {
    let mut command = cargo(["fuzz"]);
    command.args(words).args(["--sanitizer", "none"]).env("RUSTC_BOOTSTRAP", "1");
    command
}
