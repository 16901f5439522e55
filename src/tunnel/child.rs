//! A program that ends with us: told to when we close, and by itself when this program is gone without a word.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

/// How long a program may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// What a child is let know of our environment: where things are and how the network is reached. Everything else,
/// keys among it, stays here.
const PASSED_ON: &[&str] = &[
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SystemRoot",
    "SystemDrive",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "TEMP",
    "TMP",
];

/// The shell waits for a line on its input that never comes: its end is our end. The program's own end is waited for
/// beside that, and its status is the shell's.
#[cfg(unix)]
const WATCHED: &str = r#"exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{
    read -r line <&3
    kill -TERM "$program"
    n=0
    while [ "$n" -lt 20 ] && kill -0 "$program"; do n=$((n + 1)); sleep 0.1; done
    kill -KILL "$program"
} >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$program"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
"#;

/// A command that gets little of our environment.
pub(super) fn bare_command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(PASSED_ON.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
    #[cfg(windows)]
    {
        // No console window.
        command.creation_flags(0x0800_0000);
    }
    command
}

/// A running program. Dropped, it ends too.
pub(super) struct Running {
    pub(super) child: Child,
}

/// Starts a program whose two outputs are read by us.
pub(super) fn start(program: &Path, arguments: &[&std::ffi::OsStr]) -> std::io::Result<Running> {
    #[cfg(unix)]
    let mut command = {
        let mut command = bare_command(Path::new("/bin/sh"));
        command.args(["-c", WATCHED, "stallkeeper-tunnel"]).arg(program);
        command
    };
    #[cfg(not(unix))]
    let mut command = bare_command(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // On Unix the closed input ends the program, and the shell must live until it has.
    command.kill_on_drop(!cfg!(unix));
    Ok(Running { child: command.spawn()? })
}

impl Running {
    /// Ends it and waits until it has ended.
    pub(super) async fn end(mut self) {
        drop(self.child.stdin.take());
        if cfg!(unix) && tokio::time::timeout(2 * GRACE, self.child.wait()).await.is_ok() {
            return;
        }
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "the tunnel's program cannot be ended");
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::ffi::OsStr;
    use std::path::PathBuf;

    use super::*;

    /// A program that writes its number down and then hardly listens.
    fn stubborn(dir: &Path) -> (PathBuf, PathBuf) {
        use std::os::unix::fs::PermissionsExt;
        let (program, pid) = (dir.join("program"), dir.join("pid"));
        let text = format!(
            "#!/bin/sh\ntrap '' TERM\necho $$ > {0}.part && mv {0}.part {0}\nwhile :; do sleep 0.1; done\n",
            pid.display()
        );
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        (program, pid)
    }

    async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        for _ in 0..1000 {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never: {what}");
    }

    fn lives(pid: &str) -> bool {
        Path::new("/proc").join(pid).exists()
    }

    async fn running(dir: &Path) -> (Running, String) {
        let (program, pid) = stubborn(dir);
        let running = start(&program, &[OsStr::new("x")]).unwrap();
        let pid = until("it runs", || std::fs::read_to_string(&pid).ok()).await.trim().to_owned();
        assert!(lives(&pid));
        (running, pid)
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn ends_when_told_however_stubborn() {
        let dir = tempfile::tempdir().unwrap();
        let (running, pid) = running(dir.path()).await;
        running.end().await;
        assert!(!lives(&pid));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn ends_by_itself_when_we_are_gone_without_a_word() {
        let dir = tempfile::tempdir().unwrap();
        let (mut running, pid) = running(dir.path()).await;
        // All that a killed program leaves: its ends of the pipes are closed.
        drop((running.child.stdin.take(), running.child.stdout.take(), running.child.stderr.take()));
        until("it is gone", || (!lives(&pid)).then_some(())).await;
        running.child.wait().await.unwrap();
    }

    #[tokio::test]
    async fn says_how_the_program_ended_and_is_given_no_secrets() {
        // Held, because waiting would close it.
        let mut ended = start(Path::new("/bin/sh"), &[OsStr::new("-c"), OsStr::new("exit 7")]).unwrap().child;
        let held = ended.stdin.take();
        assert_eq!(ended.wait().await.unwrap().code(), Some(7));
        let mut told = start(Path::new("/usr/bin/env"), &[]).unwrap().child;
        let held = (held, told.stdin.take());
        let told = String::from_utf8(told.wait_with_output().await.unwrap().stdout).unwrap();
        drop(held);
        // Set by the build for every test.
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        assert!(told.contains("PATH=") && !told.contains("CARGO_MANIFEST_DIR"), "{told}");
    }
}
