//! The two doors of the stall, both on loopback.
//!
//! The [hook door](HookDoor) is what a tunnel maps to the outside: it knows the path news is pushed to, files
//! under secret links, and nothing else. The [local door](LocalDoor) is for the seller's own browser and programs: the same path, the guide's picture
//! address, the desk and its screens; it checks `Host` and `Origin` and wants a token.
//!
//! Nothing is decided here: a push is stored, everything else is handed to the stall. No state changes on GET, and no
//! other origin is ever let in.

mod api;
mod behind;
mod body;
mod connection;
mod desk;
mod generate;
mod guards;
mod health;
mod hook;
mod links;
mod listener;
mod local;
mod push;
mod pushed;
mod screens;

pub use behind::{Behind, DroppedFile, GenerateRequest, PackedFile, PictureBytes, PictureSize, TakesNews};
pub use hook::{HookDoor, HookDoorConfig};
pub use links::FileLinks;
pub use listener::DoorError;
pub use local::{LocalDoor, LocalDoorConfig};
pub use push::{PushCounters, PushDoor};
pub use pushed::{NotAnEvent, PushedEvent, read_pushed};

#[cfg(test)]
mod tests;
