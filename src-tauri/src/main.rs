//! Stallkeeper's window: a thin shell that shows the engine's screens, its tray icon and its notices.
//!
//! Everything a seller decides goes through the one command [`commands::desk`]; the shell itself knows no orders.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod host;
mod lifecycle;
mod notices;
mod opening;
mod pictures;
mod surroundings;
mod tray;
mod window;
mod words;

use std::process::ExitCode;

use surroundings::{Arguments, Surroundings};

fn main() -> ExitCode {
    let surroundings = Surroundings::of_this_process();
    if let Err(reason) = surroundings.check_display() {
        eprintln!("{reason}");
        return ExitCode::FAILURE;
    }
    if let Err(error) = surroundings.prefer_light_rendering() {
        // Only memory is lost: the window works with the other renderer too.
        eprintln!("cannot start again with the lighter renderer: {error}");
    }
    match lifecycle::run(surroundings, Arguments::of_this_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Stallkeeper cannot start: {error:#}");
            ExitCode::FAILURE
        }
    }
}
