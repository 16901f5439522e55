//! The tasks, a file each.

pub mod bench;
pub mod check;
mod nights;
pub mod run;
pub mod screens;
pub mod seed;
pub mod soak;
pub mod test;
pub mod types;

/// One selection of packages and features for every build of tests and lints: with another selection cargo
/// would compile the libraries again.
const SELECTION: [&str; 3] = ["--workspace", "--features", "stallkeeper-desktop/custom-protocol"];

/// The test that compares the screens' types with the contract, and writes them on request.
const TYPES_TEST: &str = "the_screens_types_are_fresh";
