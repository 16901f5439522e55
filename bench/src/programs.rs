//! Starting what is measured; everything ends with the value that holds it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long anything may take before the measurement is given up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A program built beside this one.
pub fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let program = own.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        bail!("{} is not built: start this with `cargo xtask bench`", program.display());
    }
    Ok(program)
}

/// A running program with its output in a file; killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    output: PathBuf,
}

impl Running {
    pub fn start(command: &mut Command, output: PathBuf) -> Result<Self> {
        let file = File::create(&output).with_context(|| format!("cannot make {}", output.display()))?;
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self { child, output })
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// The first line of its output that `read` makes something of.
    pub async fn line<T>(&mut self, what: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let output = self.output.clone();
        until(what, async || {
            let text = std::fs::read_to_string(&output).unwrap_or_default();
            // A line without its end may still be growing.
            let found = text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'))
                .find_map(|line| read(line.trim()));
            if found.is_none()
                && let Some(status) = self.child.try_wait()?
            {
                bail!("it ended with {status}: {text}");
            }
            Ok(found)
        })
        .await
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks every few milliseconds until there is an answer.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await.with_context(|| format!("while waiting: {what}"))? {
            return Ok(answer);
        }
        if begun.elapsed() > PATIENCE {
            bail!("waited {} s in vain: {what}", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Starts with an empty environment, so that nothing of the person who measures is seen or touched.
pub fn furnished(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home).current_dir(home);
    command
}
