//! The practice marketplace as a process of its own, for tests and for trying things by hand.
//!
//! Prints one line of JSON with addresses and keys, then serves until it is told to end.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use anyhow::{Context, bail};
use stallkeeper::practice::{Practice, PracticeOptions};

const USAGE: &str =
    "stallkeeper-practice [--port N] [--speed X] [--seed N] [--no-auto-buyers] [--seller-name TEXT]
                     [--picture-seconds X] [--picture-side N] [--one-picture] [--latency-ms N] [--state-file PATH]
Each option can also be given in the environment: PRACTICE_PORT, PRACTICE_SPEED, ...
--speed 0 takes every delay out.";

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let Some(options) = options(std::env::args().skip(1))? else {
        writeln!(std::io::stdout(), "{USAGE}")?;
        return Ok(());
    };
    let practice = Practice::start(options).await?;
    let line = serde_json::to_string(practice.addresses())?;
    writeln!(std::io::stdout(), "{line}")?;
    ended().await?;
    practice.stop().await
}

/// Reads environment and arguments; nothing when only help was asked for.
fn options(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Option<PracticeOptions>> {
    let mut options = PracticeOptions::default();
    for name in [
        "port",
        "speed",
        "seed",
        "no-auto-buyers",
        "seller-name",
        "picture-seconds",
        "picture-side",
        "one-picture",
        "latency-ms",
        "state-file",
    ] {
        let variable = format!("PRACTICE_{}", name.to_uppercase().replace('-', "_"));
        if let Ok(value) = std::env::var(variable) {
            set(&mut options, name, &value)?;
        }
    }
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some("help") => return Ok(None),
            Some("no-auto-buyers") => options.auto_buyers = false,
            Some("one-picture") => options.one_picture = true,
            Some(name) => {
                let value = arguments.next().with_context(|| format!("--{name} wants a value"))?;
                set(&mut options, name, &value)?;
            }
            None => bail!("unknown argument {argument}\n{USAGE}"),
        }
    }
    Ok(Some(options))
}

fn set(options: &mut PracticeOptions, name: &str, value: &str) -> anyhow::Result<()> {
    let wrong = || format!("--{name} cannot be {value}");
    match name {
        "port" => options.bind = SocketAddr::from((Ipv4Addr::LOCALHOST, value.parse().with_context(wrong)?)),
        "speed" => options.speed = value.parse().with_context(wrong)?,
        "seed" => options.seed = value.parse().with_context(wrong)?,
        "no-auto-buyers" => options.auto_buyers = matches!(value, "" | "0" | "false" | "no"),
        "seller-name" => options.seller_name = value.to_owned(),
        "one-picture" => options.one_picture = !matches!(value, "" | "0" | "false" | "no"),
        "picture-seconds" => options.picture_seconds = value.parse().with_context(wrong)?,
        "picture-side" => options.picture_side = Some(value.parse().with_context(wrong)?),
        "latency-ms" => options.latency_ms = value.parse().with_context(wrong)?,
        "state-file" => options.state_file = Some(value.into()),
        _ => bail!("unknown option --{name}\n{USAGE}"),
    }
    Ok(())
}

/// Waits until the process is told to end.
#[cfg(unix)]
async fn ended() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        ended = tokio::signal::ctrl_c() => ended?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Waits until the process is told to end.
#[cfg(not(unix))]
async fn ended() -> anyhow::Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
