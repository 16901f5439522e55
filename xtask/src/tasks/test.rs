//! Every test: the engine, the screens, and the real window.

use std::process::Command;

use anyhow::Result;

use super::{SELECTION, nights};
use crate::packages;
use crate::process::{cargo, lookup_output, program, run};
use crate::screens::Screens;
use crate::step::step;

/// Simulated nights in the test run.
const NIGHTS: u64 = 10_000;

pub fn test() -> Result<()> {
    step("system packages", || {
        packages::ensure(&[
            packages::ENGINE,
            packages::ENGINE_TESTS,
            packages::WINDOW,
            packages::WINDOW_TESTS,
        ])
    })?;
    // First, because the window and the server carry the built screens.
    let screens = step("screens: packages", Screens::prepare)?;
    step("screens: build", || screens.script("build"))?;
    step("screens: types and markup", || screens.script("check"))?;
    step("screens: tests", || screens.script("test"))?;
    let runner = Runner::find();
    step("engine, shell: build the tests", || run(&mut runner.build()))?;
    step("screens: walks on the real engine", || walk(&screens))?;
    step("engine, shell: tests", || run(&mut runner.run_all()))?;
    nights::play(0, NIGHTS)?;
    step("the real window", || {
        if cfg!(target_os = "linux") { run(&mut runner.run_window()) } else { not_here() }
    })
}

/// Through every screen with a real browser, where there is one.
fn walk(screens: &Screens) -> Result<()> {
    if let Some(browser) = packages::browser() {
        return screens.script_with("walks", &[("CHROMIUM", browser.as_os_str()), ("CI", "1".as_ref())]);
    }
    println!("    no Chromium on this computer: not walked");
    Ok(())
}

fn not_here() -> Result<()> {
    println!("    driven on Linux only: other systems' web views have no driver to install");
    Ok(())
}

/// What runs the tests: nextest where it is installed (a process a test, clearer output), else cargo itself.
#[derive(Clone, Copy)]
enum Runner {
    Nextest,
    Cargo,
}

impl Runner {
    fn find() -> Self {
        if lookup_output(&mut cargo(["nextest", "--version"])).is_some() {
            Self::Nextest
        } else {
            Self::Cargo
        }
    }

    fn command(self) -> Command {
        let mut command = match self {
            Self::Nextest => cargo(["nextest", "run"]),
            Self::Cargo => cargo(["test"]),
        };
        command.args(SELECTION);
        command
    }

    fn build(self) -> Command {
        let mut command = self.command();
        command.arg("--no-run");
        command
    }

    fn run_all(self) -> Command {
        let mut command = self.command();
        command.arg("--no-fail-fast");
        command
    }

    /// The tests of the window are marked as ignored because they need a display and a session bus; both are
    /// made here. They share them, so they run one after the other.
    fn run_window(self) -> Command {
        let tests = self.command();
        let mut command =
            program("xvfb-run", ["-a", "-s", "-screen 0 1440x1000x24 -noreset", "dbus-run-session"]);
        command.arg("--config-file=src-tauri/tests/window/session.conf").arg("--");
        command.arg(tests.get_program()).args(tests.get_args()).args(["--no-fail-fast", "--test", "window"]);
        match self {
            Self::Nextest => command.args(["--run-ignored", "only", "--test-threads", "1"]),
            Self::Cargo => command.args(["--", "--ignored", "--test-threads", "1"]),
        };
        command
    }
}
