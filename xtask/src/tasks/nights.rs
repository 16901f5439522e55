//! Simulated nights, with optimisation: thousands of them take a few minutes.

use anyhow::Result;

use super::SELECTION;
use crate::process::{cargo, run};
use crate::step::step;

/// Plays as many nights, from the first seed on.
pub fn play(first: u64, many: u64) -> Result<()> {
    step(&format!("{many} simulated nights"), || {
        run(cargo(["test", "--config", "profile.dev.package.stallkeeper.opt-level=2"])
            .args(SELECTION)
            .args(["--test", "simulator", "--", "every_night"])
            .env("STALLKEEPER_FIRST_SEED", first.to_string())
            .env("STALLKEEPER_SEEDS", many.to_string()))
    })
}
