//! The long variants of tests, for as many minutes as one has.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::{SELECTION, nights};
use crate::packages;
use crate::process::{cargo, lookup_output, root, run};
use crate::step::step;

const MINUTES: u64 = 10;
/// The names of `fuzz/fuzz_targets`.
const TARGETS: [&str; 5] = ["push_body", "market_json", "model_json", "data_url", "image_header"];

/// Of the time, in minutes: simulated nights and kills of the storm that two cores play in it.
const NIGHTS_A_MINUTE: u64 = 1_500;
const KILLS_A_MINUTE: u64 = 20;

/// Runs every long variant, each for about a third of the minutes the first word says.
pub fn soak(arguments: &[&str]) -> Result<()> {
    let minutes = match arguments.first() {
        Some(word) => word.parse().with_context(|| format!("not a number of minutes: {word}"))?,
        None => MINUTES,
    };
    step("system packages", || packages::ensure(&[packages::ENGINE]))?;
    let share = (minutes / 3).max(1);
    // Other nights than last time; here the clock of the wall is meant.
    #[expect(clippy::disallowed_methods, reason = "a tool of the developer, nothing is tested with this")]
    let first = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    nights::play(first, share * NIGHTS_A_MINUTE)?;
    storm(share * KILLS_A_MINUTE)?;
    fuzz(share)
}

/// A night of kills of its own each time; it prints its seed where it fails.
fn storm(kills: u64) -> Result<()> {
    step(&format!("a storm of {kills} kills"), || {
        run(cargo(["test"])
            .args(SELECTION)
            .args(["--test", "kill", "--", "--ignored", "a_long_storm"])
            .env("STALLKEEPER_STORM_KILLS", kills.to_string()))
    })
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
