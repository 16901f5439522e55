//! The same stall without a window: configured by the environment, served on loopback, closed by Ctrl-C or SIGTERM.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};
use stallkeeper::clock::{Ids, SystemIds};
use stallkeeper::doors::{LocalDoor, LocalDoorConfig};
use stallkeeper::host::Headless;
use stallkeeper::logs::{Redacted, log_panics};
use stallkeeper::settings::{Environment, UserFolders, read_dotenv};
use stallkeeper::stall::{Stall, StallConfig, restore_closed};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

const USAGE: &str = "\
Keeps a stall without a window. Settings come from the environment and from .env in the working directory;
docs/headless.md names them.

Usage: stallkeeper-server [--practice] [--json-log]
       stallkeeper-server --backups
       stallkeeper-server --restore BACKUP

  --practice   open on the practice marketplace; no account is needed
  --json-log   log one JSON object a line
  --backups    list the backups in the data folder
  --restore    put a backup (one of that list, or the path of a copy) in the place of the data, which is kept aside
  --help       say this
  --version    say the version
";

/// The port the guide uses.
const DEFAULT_PORT: u16 = 8000;

fn main() -> anyhow::Result<()> {
    let flags = match Flags::read(std::env::args().skip(1))? {
        Asked::Say(text) => return Ok(io::stdout().write_all(text.as_bytes())?),
        Asked::Run(flags) => flags,
        Asked::List => return list_backups(),
        Asked::Restore(backup) => return restore(&backup),
    };
    stallkeeper::crash::check_armed().map_err(anyhow::Error::msg)?;
    let (environment, folders) = environment(Path::new(".env"))?;
    begin_log(flags.json_log, &data_dir(&environment));
    log_panics();
    tracing::debug!(given = ?environment.given(), "environment read");
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(keep(
        environment,
        folders,
        flags,
    ))
}

async fn keep(environment: Environment, folders: UserFolders, flags: Flags) -> anyhow::Result<()> {
    let token: SecretString = SystemIds.secret_hex(32).into();
    let mut doors = LocalDoorConfig {
        port: environment.app_port.unwrap_or(DEFAULT_PORT),
        token: token.clone(),
        admin_secret: environment.admin_secret.clone(),
    };
    let data_dir = data_dir(&environment);
    let config = StallConfig::for_server(data_dir, environment, folders, flags.practice);
    // The token stays out of the log: whoever keeps logs need not be whoever keeps the stall.
    let mut say = Some(move |address: SocketAddr| {
        writeln!(io::stdout(), "Open http://{address}/#token={}", token.expose_secret())
    });
    let told = told_to_stop();
    tokio::pin!(told);
    loop {
        let opened = Stall::open(config.clone(), Arc::new(Headless)).await;
        let stall = opened.context("the stall cannot be opened")?;
        let door = LocalDoor::open(Arc::new(stall.clone()), stall.push_door(), doors.clone()).await?;
        stall.set_local_address(door.address());
        // A stall that opens again is found where it was.
        doors.port = door.address().port();
        if let Some(say) = say.take() {
            say(door.address())?;
        }
        let told = tokio::select! {
            told = &mut told => Some(told),
            () = stall.wants_reopening() => None,
        };
        tracing::info!("closing");
        door.close().await;
        stall.close().await;
        tracing::info!("closed");
        if let Some(told) = told {
            return told;
        }
    }
}

fn data_dir(environment: &Environment) -> PathBuf {
    environment.data_dir.clone().unwrap_or_else(|| PathBuf::from("./data"))
}

fn list_backups() -> anyhow::Result<()> {
    let (environment, _) = environment(Path::new(".env"))?;
    for backup in stallkeeper::store::backup::list(&data_dir(&environment).join("stall.db"))? {
        writeln!(io::stdout(), "{}  {}  {} bytes", backup.name, backup.made_at, backup.bytes)?;
    }
    Ok(())
}

fn restore(backup: &str) -> anyhow::Result<()> {
    let (environment, _) = environment(Path::new(".env"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let replaced = runtime
        .block_on(restore_closed(&data_dir(&environment), backup))
        .with_context(|| format!("{backup} was not put back; nothing was changed"))?;
    writeln!(io::stdout(), "{backup} was put back.")?;
    if let Some(replaced) = replaced {
        writeln!(io::stdout(), "What was there before is kept in {}.", replaced.display())?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Flags {
    practice: bool,
    json_log: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Say(&'static str),
    Run(Flags),
    List,
    Restore(String),
}

impl Flags {
    fn read(arguments: impl IntoIterator<Item = String>) -> anyhow::Result<Asked> {
        let mut flags = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--backups" => return Ok(Asked::List),
                "--restore" => {
                    let backup =
                        arguments.next().context("--restore wants a backup; --backups lists them")?;
                    return Ok(Asked::Restore(backup));
                }
                "--practice" => flags.practice = true,
                "--json-log" => flags.json_log = true,
                "--help" | "-h" => return Ok(Asked::Say(USAGE)),
                "--version" => return Ok(Asked::Say(concat!(env!("CARGO_PKG_VERSION"), "\n"))),
                _ => bail!("unknown argument {argument}; --help says what is known"),
            }
        }
        Ok(Asked::Run(flags))
    }
}

/// The process's names win over those of the file.
fn environment(file: &Path) -> anyhow::Result<(Environment, UserFolders)> {
    let mut pairs = Environment::process_pairs();
    match std::fs::read_to_string(file) {
        Ok(text) => pairs.extend(read_dotenv(&text).context("the file .env cannot be used")?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).context("the file .env cannot be read"),
    }
    let borrowed = || pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let folders = UserFolders::from_pairs(borrowed());
    Ok((Environment::read(borrowed(), &folders)?, folders))
}

/// To standard output for whoever started it, and to files in the data folder for a help file.
fn begin_log(json: bool, data_dir: &Path) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,stallkeeper=info"));
    let files = Redacted::in_folder(data_dir);
    // A folder that cannot be written is told about when the stall opens.
    let files = files.ok().map(|files| tracing_subscriber::fmt::layer().with_ansi(false).with_writer(files));
    let out = tracing_subscriber::fmt::layer()
        .with_ansi(io::stdout().is_terminal())
        .with_writer(Redacted::new(io::stdout()));
    let out = if json { out.json().boxed() } else { out.boxed() };
    tracing_subscriber::registry().with(filter).with(files).with(out).init();
}

#[cfg(unix)]
async fn told_to_stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn told_to_stop() -> anyhow::Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_and_unknown_ones_refused() {
        let read = |arguments: &[&str]| Flags::read(arguments.iter().map(|argument| (*argument).to_owned()));
        assert_eq!(read(&[]).unwrap(), Asked::Run(Flags::default()));
        let both = Flags { practice: true, json_log: true };
        assert_eq!(read(&["--json-log", "--practice"]).unwrap(), Asked::Run(both));
        assert_eq!(read(&["--practice", "--help"]).unwrap(), Asked::Say(USAGE));
        assert_eq!(read(&["--restore", "a.db"]).unwrap(), Asked::Restore("a.db".to_owned()));
        assert!(read(&["--restore"]).unwrap_err().to_string().contains("--backups"));
        assert!(read(&["--practise"]).unwrap_err().to_string().contains("--practise"));
    }

    #[test]
    fn a_file_without_names_is_refused_without_being_quoted() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".env");
        std::fs::write(&file, "sk-or-secret\n").unwrap();
        let error = format!("{:#}", environment(&file).unwrap_err());
        assert_eq!(
            error,
            "the file .env cannot be used: line 1 of the .env text is not of the form NAME=value"
        );
    }
}
