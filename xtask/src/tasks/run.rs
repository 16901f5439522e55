//! Opens the practice stall.

use anyhow::Result;

use crate::packages;
use crate::process::{cargo, run, run_in_front};
use crate::screens::Screens;
use crate::step::step;

/// In a window, or without a display as a server with the same screens.
pub fn open(release: bool) -> Result<()> {
    if has_display() { in_a_window(release) } else { as_a_server(release) }
}

fn in_a_window(release: bool) -> Result<()> {
    step("system packages", || packages::ensure(&[packages::ENGINE, packages::WINDOW]))?;
    step("screens", build_screens)?;
    let selection = ["-p", "stallkeeper-desktop", "--features", "custom-protocol"];
    step("the window (the first build takes some minutes)", || {
        run(cargo(["build"]).args(selection).args(profile(release)))
    })?;
    println!("opening Stallkeeper; choose \"Practise first\" to try it without any account");
    run_in_front(cargo(["run", "--quiet"]).args(selection).args(profile(release)))
}

fn as_a_server(release: bool) -> Result<()> {
    println!("no display here: the same screens come from a server, for a browser");
    step("system packages", || packages::ensure(&[packages::ENGINE]))?;
    step("screens", build_screens)?;
    let selection = ["-p", "stallkeeper", "--bin", "stallkeeper-server"];
    step("the server (the first build takes some minutes)", || {
        run(cargo(["build"]).args(selection).args(profile(release)))
    })?;
    println!("starting on the practice marketplace; open the address below in a browser on this computer");
    run_in_front(cargo(["run", "--quiet"]).args(selection).args(profile(release)).args(["--", "--practice"]))
}

fn build_screens() -> Result<()> {
    Screens::prepare()?.script("build")
}

fn profile(release: bool) -> &'static [&'static str] {
    if release { &["--release"] } else { &[] }
}

/// macOS and Windows always have one; elsewhere the environment says.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
