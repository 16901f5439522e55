//! A real SSH server on a port of loopback, of this test alone.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use stallkeeper::tunnel::HostKey;

use crate::hook::{free_port, until};

const PROGRAM: &str = "/usr/sbin/sshd";

pub struct Sshd {
    dir: tempfile::TempDir,
    pub port: u16,
    pub user: String,
    running: Option<Child>,
}

impl Sshd {
    /// Starts a server, unless there is none on this computer.
    pub async fn start() -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            eprintln!("no OpenSSH server on this computer: not tested");
            return None;
        }
        let user = run(Command::new("id").arg("-un"));
        if user == "root" {
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        let mut server = Self { dir, port: free_port(), user, running: None };
        for name in ["host", "other_host", "key", "stranger"] {
            server.make_key(name, "");
        }
        server.make_key("locked", "open sesame");
        let allowed =
            ["key.pub", "locked.pub"].map(|name| std::fs::read_to_string(server.path(name)).unwrap());
        std::fs::write(server.path("allowed"), allowed.concat()).unwrap();
        server.restart("host").await;
        Some(server)
    }

    fn make_key(&self, name: &str, passphrase: &str) {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-t", "ed25519", "-C", name, "-N", passphrase, "-f"]).arg(self.path(name));
        run(&mut command);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Starts the server, with one of its keys.
    pub async fn restart(&mut self, host_key: &str) {
        self.kill();
        let (port, dir) = (self.port, self.dir.path().display());
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {dir}/{host_key}\nAuthorizedKeysFile {dir}/allowed\n\
             PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             PermitRootLogin prohibit-password\nAllowTcpForwarding remote\nMaxAuthTries 3\n"
        );
        std::fs::write(self.path("config"), config).unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg("-D").arg("-f").arg(self.path("config")).arg("-E").arg(self.path("log"));
        self.running = Some(command.stdin(Stdio::null()).spawn().unwrap());
        until("the server listens", || std::net::TcpStream::connect(("127.0.0.1", port)).ok()).await;
    }

    /// Kills the server with every connection it serves.
    pub fn kill(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        let served = descendants(running.id());
        running.kill().unwrap();
        running.wait().unwrap();
        for process in served {
            // It may have ended with its parent.
            let _ = Command::new("kill").args(["-KILL", &process.to_string()]).stderr(Stdio::null()).status();
        }
    }

    /// A key as the server's own tools print it.
    pub fn fingerprint(&self, name: &str) -> HostKey {
        let told = run(Command::new("ssh-keygen").arg("-lf").arg(self.path(name)));
        let fingerprint = told.split_whitespace().nth(1).unwrap();
        format!("ssh-ed25519 {fingerprint}").parse().unwrap()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The processes below one, by `/proc`.
fn descendants(of: u32) -> Vec<u32> {
    let mut below = vec![of];
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let process = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((process, parent))
        })
        .collect();
    let mut seen = 0;
    while let Some(parent) = below.get(seen).copied() {
        below.extend(parents.iter().filter(|(_, above)| *above == parent).map(|(process, _)| *process));
        seen += 1;
    }
    below.split_off(1)
}

pub fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
