//! Measures the release programs as a seller's computer runs them: each a process of its own, with its data on disk and
//! the practice marketplace as far side.
//!
//! Every figure stands beside a baseline taken in the same run, because the ratio of the two says more than either on a
//! machine that does other things too. Goals are printed, never enforced.
#![expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

#[cfg(target_os = "linux")]
mod backlog;
mod bare;
mod bare_handler;
mod busy;
mod far_side;
mod figures;
mod keep_alive;
mod machine;
#[cfg(target_os = "linux")]
mod memory;
mod orders;
#[cfg(target_os = "linux")]
mod polls;
mod programs;
mod pushes;
mod screens;
mod seed;
mod server;
#[cfg(target_os = "linux")]
mod window;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use figures::Report;
use machine::Machine;

const USAGE: &str = "\
stallkeeper-bench [--no-window] [--runs N] [pushes] [orders] [backlog] [polls] [memory] [window] [screens]
stallkeeper-bench seed --help

Measures what is named, or everything but the screens (they want Chromium, and a shop of 100,000 orders). Start it with `cargo xtask bench`, which builds the programs first.
";

const RUNS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Pushes,
    Orders,
    Backlog,
    Polls,
    Memory,
    Window,
    Screens,
}

#[derive(Debug)]
struct Wanted {
    parts: Vec<Part>,
    runs: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    // Parts of a measurement that need a process of their own.
    let part = match std::env::args().nth(1).as_deref() {
        Some(bare_handler::FLAG) => Some(bare_handler::serve().await),
        Some(busy::FLAG) => Some(busy::work()),
        #[cfg(target_os = "linux")]
        Some(polls::FLAG) => Some(polls::catch_up().await),
        Some(seed::WORD) => Some(seeded().await),
        _ => None,
    };
    if let Some(ended) = part {
        return ended.map_or_else(
            |error| {
                println!("{error:#}");
                ExitCode::FAILURE
            },
            |()| ExitCode::SUCCESS,
        );
    }
    match read(std::env::args().skip(1)) {
        Ok(Some(wanted)) => match measure(&wanted).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                println!("{error:#}");
                ExitCode::FAILURE
            }
        },
        Ok(None) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            print!("{error:#}\n\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

async fn seeded() -> Result<()> {
    match seed::read(std::env::args().skip(2)) {
        Ok(Some(wanted)) => seed::make(&wanted).await,
        Ok(None) => {
            print!("{}", seed::USAGE);
            Ok(())
        }
        Err(error) => bail!("{error:#}\n\n{}", seed::USAGE),
    }
}

/// Nothing when only help was asked for.
fn read(mut words: impl Iterator<Item = String>) -> Result<Option<Wanted>> {
    let mut wanted = Wanted { parts: Vec::new(), runs: RUNS };
    let mut with_window = true;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--help" | "-h" => return Ok(None),
            "--no-window" => with_window = false,
            "--runs" => {
                let number = words.next().context("--runs wants a number")?;
                wanted.runs =
                    number.parse().ok().filter(|runs| *runs > 0).context("--runs wants a number above 0")?;
            }
            "pushes" => wanted.parts.push(Part::Pushes),
            "orders" => wanted.parts.push(Part::Orders),
            "backlog" => wanted.parts.push(Part::Backlog),
            "polls" => wanted.parts.push(Part::Polls),
            "memory" => wanted.parts.push(Part::Memory),
            "window" => wanted.parts.push(Part::Window),
            "screens" => wanted.parts.push(Part::Screens),
            _ => bail!("unknown: {word}"),
        }
    }
    if wanted.parts.is_empty() {
        wanted.parts =
            vec![Part::Pushes, Part::Orders, Part::Backlog, Part::Polls, Part::Memory, Part::Window];
    }
    wanted.parts.retain(|part| *part != Part::Window || with_window);
    Ok(Some(wanted))
}

async fn measure(wanted: &Wanted) -> Result<()> {
    let scratch = scratch()?;
    let before = Machine::look()?;
    let mut report = Report::default();
    for part in &wanted.parts {
        match part {
            Part::Pushes => pushes::measure(&mut report, wanted.runs, &scratch).await?,
            Part::Orders => orders::measure(&mut report, &scratch).await?,
            Part::Screens => screens::measure(&mut report, wanted.runs, &scratch).await?,
            #[cfg(target_os = "linux")]
            Part::Backlog => backlog::measure(&mut report, &scratch).await?,
            #[cfg(target_os = "linux")]
            Part::Polls => polls::measure(&mut report, wanted.runs, &scratch).await?,
            #[cfg(target_os = "linux")]
            Part::Memory => memory::measure(&mut report, wanted.runs, &scratch).await?,
            #[cfg(target_os = "linux")]
            Part::Window => window::measure(&mut report, wanted.runs, &scratch).await?,
            #[cfg(not(target_os = "linux"))]
            Part::Backlog | Part::Polls | Part::Memory | Part::Window => {
                println!("{part:?}: measured on Linux only");
            }
        }
    }
    print!("\n{}\n\n{report}", before.in_words());
    let file = root().join("test-artefacts/bench.json");
    report.write(&file, &before)?;
    println!("\nwritten to test-artefacts/bench.json");
    Ok(())
}

/// The top of the source tree.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// On the disk of the source tree: temporary folders of the system are often kept in memory.
fn scratch() -> Result<PathBuf> {
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &[&str]) -> Result<Option<Wanted>> {
        read(words.iter().map(ToString::to_string))
    }

    #[test]
    fn measures_everything_unless_parts_are_named() {
        let all = read_words(&["--no-window"]).unwrap().unwrap();
        assert_eq!(
            (all.parts, all.runs),
            (vec![Part::Pushes, Part::Orders, Part::Backlog, Part::Polls, Part::Memory], RUNS)
        );
        let some = read_words(&["memory", "--runs", "2"]).unwrap().unwrap();
        assert_eq!((some.parts, some.runs), (vec![Part::Memory], 2));
    }

    #[test]
    fn refuses_no_runs_and_unknown_parts() {
        assert!(read_words(&["--runs", "0"]).is_err());
        assert!(read_words(&["listings"]).is_err());
    }
}
