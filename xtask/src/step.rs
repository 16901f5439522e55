//! One line a step, with its seconds, so that a slow one is seen.

use std::time::Instant;

use anyhow::{Context, Result};

/// Runs one named step and says how long it took.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {name}");
    let begun = Instant::now();
    let outcome = work().with_context(|| format!("step \"{name}\""));
    let seconds = begun.elapsed().as_secs_f64();
    match &outcome {
        Ok(_) => println!("<== {name}: {seconds:.1} s"),
        Err(_) => println!("<== {name}: failed after {seconds:.1} s"),
    }
    outcome
}
