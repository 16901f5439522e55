//! What a change must pass besides the tests.

use anyhow::Result;

use super::{SELECTION, TYPES_TEST};
use crate::packages;
use crate::process::{cargo, lookup_output, run};
use crate::screens::Screens;
use crate::step::step;

pub fn check() -> Result<()> {
    step("system packages", || packages::ensure(&[packages::ENGINE, packages::WINDOW]))?;
    step("formatting", || run(&mut cargo(["fmt", "--all", "--check"])))?;
    let screens = step("screens: packages", Screens::prepare)?;
    step("screens: types and markup", || screens.script("check"))?;
    step("lints", || {
        run(cargo(["clippy", "--quiet", "--all-targets"]).args(SELECTION).args(["--", "-D", "warnings"]))
    })?;
    step("documentation", || {
        run(cargo(["doc", "--quiet", "--no-deps", "--document-private-items"])
            .args(SELECTION)
            .env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    step("the screens' types are fresh", || {
        run(cargo(["test", "--quiet", "--lib"]).args(SELECTION).arg(TYPES_TEST))
    })?;
    step("licences and sources", || {
        if lookup_output(&mut cargo(["deny", "--version"])).is_none() {
            println!("    cargo-deny is not installed: skipped");
            return Ok(());
        }
        run(&mut cargo(["deny", "--log-level", "error", "check", "bans", "licenses", "sources"]))
    })
}
