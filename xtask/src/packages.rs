//! The system packages a task needs: installed on Debian and its relatives, named on every other system.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{lookup_output, run};

/// Debian package and what it is for.
type Package = (&'static str, &'static str);

/// What the engine and the server need.
pub const ENGINE: &[Package] =
    &[("build-essential", "compiles the C parts of libraries"), ("pkg-config", "finds system libraries")];

/// What the tests of the engine need besides.
pub const ENGINE_TESTS: &[Package] =
    &[("openssh-server", "a server of its own for the tests of the SSH tunnel")];

/// What the window needs besides.
pub const WINDOW: &[Package] = &[
    ("libwebkit2gtk-4.1-dev", "the web view of the window"),
    ("libgtk-3-dev", "the window itself"),
    ("libayatana-appindicator3-dev", "the tray icon"),
    ("librsvg2-dev", "icons"),
    ("libdbus-1-dev", "talks to the desktop"),
];

/// What the tests of the real window need besides.
pub const WINDOW_TESTS: &[Package] = &[
    ("xvfb", "a display without a screen"),
    ("xauth", "lets xvfb-run hand out that display"),
    ("openbox", "a window manager, so that a window can be closed as a person does"),
    ("wmctrl", "asks the window manager to close the window"),
    ("dbus", "a session bus for notifications and the tray"),
    ("webkit2gtk-driver", "clicks and reads in the real window"),
    ("fonts-liberation", "Latin letters in screenshots"),
    ("fonts-noto-cjk", "Chinese letters in screenshots"),
];

/// What opens the screens as a browser does.
const BROWSER: &[Package] = &[("chromium", "walks through the screens on the real engine")];

/// The names a Chromium goes by.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

const NODE: &[Package] =
    &[("nodejs", "builds the screens"), ("npm", "fetches what the screens are built from")];

/// Makes sure every package of `lists` is there.
pub fn ensure(lists: &[&[Package]]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("    system packages: nothing to do here beyond Tauri's prerequisites for this system");
        return Ok(());
    }
    let wanted: Vec<Package> = lists.concat();
    if !is_debian_like() {
        println!("    not a Debian or Ubuntu; these must be there, under the names of this system:");
        for (package, purpose) in wanted {
            println!("      {package}: {purpose}");
        }
        return Ok(());
    }
    install(wanted.into_iter().filter(|(package, _)| !is_installed(package)).collect())
}

/// The Chromium of this computer, put there where the distribution has one.
pub fn browser() -> Option<PathBuf> {
    if let Some(found) = installed_browser() {
        return Some(found);
    }
    if is_debian_like()
        && let Err(error) = install(BROWSER.to_vec())
    {
        println!("    {error:#}");
    }
    installed_browser()
}

fn installed_browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.exists())
}

/// Installs the distribution's Node.js.
pub fn install_node() -> Result<()> {
    if !is_debian_like() {
        bail!(
            "Node.js is missing: install version {} or newer and run this again",
            crate::screens::NODE_VERSION
        );
    }
    install(NODE.to_vec())
}

fn install(packages: Vec<Package>) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    println!("    installing with apt-get:");
    for (package, purpose) in &packages {
        println!("      {package}: {purpose}");
    }
    // A stale index may still know every name; only a failed update together with a failed install is fatal.
    if run(administrator("apt-get").args(["update", "-qq"])).is_err() {
        println!("    the package index could not be refreshed; trying with the one at hand");
    }
    run(administrator("apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages.iter().map(|(package, _)| package)))
}

fn administrator(name: &str) -> Command {
    let root = lookup_output(Command::new("id").arg("-u")).as_deref() == Some("0");
    let mut command = if root {
        let mut command = Command::new(name);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    } else {
        let mut command = Command::new("sudo");
        command.args(["DEBIAN_FRONTEND=noninteractive", name]);
        command
    };
    command.current_dir(crate::process::root());
    command
}

fn is_debian_like() -> bool {
    Path::new("/etc/debian_version").exists()
        && lookup_output(Command::new("apt-get").arg("--version")).is_some()
}

fn is_installed(package: &str) -> bool {
    lookup_output(Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}", package])).as_deref()
        == Some("installed")
}
