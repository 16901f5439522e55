//! Measures speed and memory of the release programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::packages;
use crate::process::{cargo, run};
use crate::screens::Screens;
use crate::step::step;

/// Builds what is measured, then hands over to the measuring program with the words given.
pub fn bench(arguments: &[&str]) -> Result<()> {
    let with_window = wants_window(arguments);
    step("system packages", || {
        packages::ensure(if with_window {
            &[packages::ENGINE, packages::WINDOW, packages::WINDOW_TESTS]
        } else {
            &[packages::ENGINE]
        })
    })?;
    let screens = step("screens", || {
        let screens = Screens::prepare()?;
        screens.script("build")?;
        Ok(screens)
    })?;
    // The window apart: its libraries' features would make the server another program than the one shipped.
    step("release programs (the first build takes some minutes)", || {
        run(&mut cargo(["build", "--release", "-p", "stallkeeper", "-p", "stallkeeper-bench", "--bins"]))
    })?;
    if with_window {
        step("release window (the first build takes some minutes)", || {
            run(&mut cargo([
                "build",
                "--release",
                "-p",
                "stallkeeper-desktop",
                "--features",
                "custom-protocol",
            ]))
        })?;
    }
    step("measurements", || run(screens.with_node(Command::new(built("stallkeeper-bench")?).args(arguments))))
}

/// A release program, beside the folder this one is in. Not by `cargo run`: for one package alone cargo would choose
/// other features and compile the engine again.
fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(Path::parent).context("the folder of built programs is not known")?;
    Ok(target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Measured on Linux only, where a display can be made; and not when only other parts are named.
fn wants_window(arguments: &[&str]) -> bool {
    let names = |part: &str| arguments.contains(&part);
    let is_wanted = names("window")
        || !["pushes", "orders", "backlog", "memory", "screens"].iter().any(|part| names(part));
    cfg!(target_os = "linux") && is_wanted && !names("--no-window") && !names("--help")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_built_only_where_it_is_measured() {
        assert!(wants_window(&[]));
        assert!(wants_window(&["--runs", "5", "window", "orders"]));
        assert!(!wants_window(&["--no-window"]));
        assert!(!wants_window(&["orders"]));
        assert!(!wants_window(&["screens"]));
    }
}
