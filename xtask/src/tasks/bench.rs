//! Measures speed and memory of the release programs.

use anyhow::Result;

use crate::packages;
use crate::process::{cargo, run};
use crate::screens::Screens;
use crate::step::step;

/// Builds what is measured, then hands over to the measuring program with the remaining words.
pub fn bench(arguments: &[&str]) -> Result<()> {
    step("system packages", || {
        packages::ensure(&[packages::ENGINE, packages::WINDOW, packages::WINDOW_TESTS])
    })?;
    step("screens", || Screens::prepare()?.script("build"))?;
    step("release programs", || {
        run(cargo(["build", "--release", "-p", "stallkeeper", "-p", "stallkeeper-desktop", "--bins"])
            .args(["--features", "stallkeeper-desktop/custom-protocol"]))
    })?;
    step("measurements", || {
        run(cargo(["run", "--release", "--quiet", "-p", "stallkeeper-bench", "--"]).args(arguments))
    })
}
