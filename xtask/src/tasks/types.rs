//! Writes the screens' types from the engine's contract.

use anyhow::Result;

use super::TYPES_TEST;
use crate::process::{cargo, run};
use crate::step::step;

pub fn write() -> Result<()> {
    step("the screens' types", || {
        run(cargo(["test", "--quiet", "-p", "stallkeeper", "--lib", TYPES_TEST]).env("WRITE_TYPES", "1"))
    })
}
