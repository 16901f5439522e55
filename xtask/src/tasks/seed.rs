//! Makes a data folder with a large practice shop.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::packages;
use crate::process::{cargo, run};
use crate::step::step;

/// Builds the program that makes it and the server that shows it, then hands over the words given.
pub fn seed(arguments: &[&str]) -> Result<()> {
    step("system packages", || packages::ensure(&[packages::ENGINE]))?;
    step("programs (the first build takes some minutes)", || {
        run(&mut cargo(["build", "-p", "stallkeeper", "-p", "stallkeeper-bench", "--bins"]))
    })?;
    step("the shop", || run(Command::new(built()?).arg("seed").args(arguments)))
}

/// Beside this program: both are built without optimisation.
fn built() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().map(Path::to_path_buf).context("the folder of built programs is not known")?;
    Ok(folder.join(format!("stallkeeper-bench{}", std::env::consts::EXE_SUFFIX)))
}
