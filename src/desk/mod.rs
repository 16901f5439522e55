//! The desk: every request a screen can make, as one table of commands and events, carried by the window's IPC and
//! by local HTTP alike.

pub mod contract;
mod table;
pub mod typescript;
