//! Finds a program on this computer and asks it for its version.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::child::bare_command;

/// A program that does not say its version within this is not the one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where cloudflared lies on this computer, if it is installed: on the search path, or where installers put it. A
/// program started from an icon is often given a search path without these.
pub fn find_cloudflared() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let home = env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    find("cloudflared", &path, &usual_places(home.as_deref()))
}

fn usual_places(home: Option<&Path>) -> Vec<PathBuf> {
    if cfg!(windows) {
        return [r"C:\Program Files\cloudflared", r"C:\Program Files (x86)\cloudflared"]
            .map(PathBuf::from)
            .into();
    }
    let common = ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "/opt/local/bin", "/snap/bin"];
    let own = home.into_iter().flat_map(|home| [home.join(".local/bin"), home.join("bin")]);
    common.into_iter().map(PathBuf::from).chain(own).collect()
}

/// Folders of the search path that are not absolute are skipped: what lies in the folder the program was started in
/// is not what the seller installed.
fn find(name: &str, path: &OsStr, places: &[PathBuf]) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(path)
        .chain(places.iter().cloned())
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file))
        .find(|program| is_program(program))
}

/// Whether it is a file that may be run.
pub(super) fn is_program(path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else { return false };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    metadata.is_file() && may_run
}

/// A version as cloudflared counts them: year, month, patch.
pub(super) type Version = (u32, u32, u32);

/// The version cloudflared says of itself (`cloudflared version 2025.4.0 (built …)`).
pub(super) async fn cloudflared_version(program: &Path) -> Option<Version> {
    let mut command = bare_command(program);
    command.arg("--version").stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    read_version(&String::from_utf8_lossy(&output.stdout))
}

fn read_version(said: &str) -> Option<Version> {
    let rest = said.split_once("cloudflared version ")?.1;
    let word = rest.split_whitespace().next()?;
    let mut parts = word.split(['.', '-']).map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_and_nothing_of_another_program() {
        assert_eq!(
            read_version("cloudflared version 2025.4.0 (built 2025-04-07-1422 UTC)\n"),
            Some((2025, 4, 0))
        );
        assert_eq!(read_version("cloudflared version 2024.12.2-dev (built x)"), Some((2024, 12, 2)));
        assert_eq!(read_version("cloudflared version DEV (built unknown)"), None);
        assert_eq!(read_version("curl 8.5.0"), None);
    }

    #[cfg(unix)]
    #[test]
    fn finds_a_program_that_may_be_run_and_nothing_beside_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let [plain, first, second] = ["plain", "first", "second"].map(|name| dir.path().join(name));
        for (folder, mode) in [(&plain, 0o644), (&first, 0o755), (&second, 0o755)] {
            std::fs::create_dir(folder).unwrap();
            let file = folder.join("cloudflared");
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        }
        let path = env::join_paths([Path::new(""), Path::new("."), &plain, &first]).unwrap();
        assert_eq!(
            find("cloudflared", &path, std::slice::from_ref(&second)),
            Some(first.join("cloudflared"))
        );
        assert_eq!(
            find("cloudflared", OsStr::new(""), std::slice::from_ref(&second)),
            Some(second.join("cloudflared"))
        );
        assert_eq!(find("cloudflared", OsStr::new("."), &[plain]), None);
    }
}
