//! `cargo xtask`: the few commands a person must know. Each installs what it needs and says what it does.
#![expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

mod packages;
mod process;
mod screens;
mod step;
mod tasks;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <task>

  run [--release]   open the practice stall: in a window, or without a display as a server with the same screens
  test              everything: engine, screens, and the real window on a display of its own
  check             formatting, lints, documentation, fresh types, screens; what a change must pass
  types             write the screens' types anew from the engine's contract
  screens           take the pictures of docs/screens anew, and run axe over them
  bench             measure speed and memory; `bench screens` looks at a large shop with Chromium
  seed <folder>     make a data folder with a large practice shop; `seed --help` says how large
  soak [minutes]    the long variants of tests
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["run"] => tasks::run::open(false),
        ["run", "--release"] => tasks::run::open(true),
        ["test"] => tasks::test::test(),
        ["check"] => tasks::check::check(),
        ["types"] => tasks::types::write(),
        ["screens"] => tasks::screens::take(),
        ["bench", rest @ ..] => tasks::bench::bench(rest),
        ["seed", rest @ ..] => tasks::seed::seed(rest),
        ["soak", rest @ ..] => tasks::soak::soak(rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            print!("unknown: {}\n\n{USAGE}", unknown.join(" "));
            return ExitCode::FAILURE;
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
