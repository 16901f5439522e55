//! The program under test in a home of its own, and the other programs a test starts; all end with the test.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// How long anything may take before the test gives up; generous, because machines that test are busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until there is an answer.
pub async fn until<T>(
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await.with_context(|| format!("while waiting: {what}"))? {
            return Ok(answer);
        }
        if begun.elapsed() > patience {
            bail!("waited {} s in vain: {what}", patience.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Where pictures and logs of a run are kept.
pub fn artefacts() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-artefacts");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A fresh home, so that nothing of the person who runs the test is seen or touched.
pub struct Home {
    folder: TempDir,
    name: &'static str,
}

impl Home {
    /// `name` marks the run's logs.
    pub fn new(name: &'static str) -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, name })
    }

    /// Its folder, `HOME` to whoever lives there.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Lets `command` live in this home.
    pub fn furnish<'command>(&self, command: &'command mut Command) -> Result<&'command mut Command> {
        let home = self.folder.path();
        let log = File::options().create(true).append(true).open(self.log()?)?;
        Ok(command
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("STALLKEEPER_DATA_DIR", home.join("stall"))
            .env_remove("DATA_DIR")
            // The display made for the test, also where the person's own is a Wayland one.
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env_remove("WEBKIT_DISABLE_DMABUF_RENDERER")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log))
    }

    /// The program, not started yet.
    pub fn program(&self) -> Result<Command> {
        let mut command = Command::new(program());
        self.furnish(&mut command)?;
        Ok(command)
    }

    fn log(&self) -> Result<PathBuf> {
        Ok(artefacts()?.join(format!("{}.log", self.name)))
    }
}

/// The program cargo built for this test.
pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_stallkeeper")
}

/// A started program that ends, with everything it started, when this is dropped.
pub struct Running {
    child: Child,
}

impl Running {
    pub fn start(command: &mut Command) -> Result<Self> {
        use std::os::unix::process::CommandExt;

        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self { child })
    }

    /// How it ended, once it has.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The group, because a web view and a driven program are processes of their own.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).status();
        let _ = self.child.wait();
    }
}
