//! The desk: every request a screen can make, as one table of commands and events, carried by the window's IPC and
//! by local HTTP alike.
//!
//! A handler reads its request, asks one part of the stall and converts the answer. Rules live in the parts.

mod behind;
mod bucket;
mod connection;
pub mod contract;
mod convert;
mod data;
mod doctor;
mod errors;
mod evidence;
mod excerpt;
mod files;
mod gallery;
mod hiring;
mod jobs;
mod listings;
mod messages;
mod molt;
mod money;
mod orders;
mod people;
mod practice;
mod recorder;
mod replies;
mod search;
mod settings;
mod stall;
mod table;
mod today;
mod tunnel;
pub mod typescript;
mod welcome;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::stall::Stall;
use contract::*;
pub use errors::told;

macro_rules! dispatcher {
    ($($name:literal => $module:ident :: $function:ident ( $request:ident ) -> $response:ident ;)*) => {
        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$($name),*];

        /// Performs one command of the table.
        ///
        /// # Errors
        /// What the screen is told: `unknown_command`, `invalid` for a request that does not fit, or the handler's own.
        pub async fn dispatch(stall: &Stall, command: &str, request: Value) -> Result<Value, DeskError> {
            match command {
                $($name => {
                    // A place of its own on the heap: all commands side by side would fill a thread's stack.
                    fn perform(stall: &Stall, request: Value) -> BoxFuture<'_, Result<Value, DeskError>> {
                        Box::pin(async move {
                            let request: $request = read(request)?;
                            let response: $response = $module::$function(stall, request).await?;
                            written(&response)
                        })
                    }
                    perform(stall, request).await
                })*
                _ => Err(DeskError::of("unknown_command", format!("no command {}", command.chars().take(60).collect::<String>()))),
            }
        }
    };
}
crate::desk_commands!(dispatcher);

fn read<T: DeserializeOwned>(request: Value) -> Result<T, DeskError> {
    let request = if request.is_null() { Value::Object(serde_json::Map::new()) } else { request };
    serde_json::from_value(request).map_err(|error| DeskError::of("invalid", error.to_string()))
}

fn written<T: Serialize>(response: &T) -> Result<Value, DeskError> {
    serde_json::to_value(response).map_err(|error| DeskError::of("internal", error.to_string()))
}
