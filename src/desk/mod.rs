//! The desk: every request a screen can make, as one table of commands and events, carried by the window's IPC and
//! by local HTTP alike.

pub mod contract;
mod table;
pub mod typescript;

use serde_json::Value;

use crate::stall::Stall;
use contract::DeskError;

/// Performs one command of the table.
///
/// # Errors
/// What the screen is told: `unknown_command`, `invalid` for a request that does not fit, or the handler's own.
pub async fn dispatch(_stall: &Stall, command: &str, _request: Value) -> Result<Value, DeskError> {
    Err(DeskError::of("unknown_command", format!("no command {command}")))
}
