//! Simulated nights by the thousand.

use anyhow::Result;

use super::SELECTION;
use crate::process::{cargo, run};
use crate::step::step;

/// From so many on, compiling with optimisation takes less time than it saves.
const WORTH_OPTIMISING: u64 = 25_000;

/// Plays as many nights, from the first seed on.
pub fn play(first: u64, many: u64) -> Result<()> {
    step(&format!("{many} simulated nights"), || {
        let mut tests = cargo(["test"]);
        if many >= WORTH_OPTIMISING {
            tests.args(["--config", "profile.dev.package.stallkeeper.opt-level=2"]);
        }
        run(tests
            .args(SELECTION)
            .args(["--test", "simulator", "--", "every_night"])
            .env("STALLKEEPER_FIRST_SEED", first.to_string())
            .env("STALLKEEPER_SEEDS", many.to_string()))
    })
}
