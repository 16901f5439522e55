//! Every kind of tunnel towards a real hook door, each against what stands at its other end: a service that speaks
//! ngrok's protocol, a real SSH server, a program that prints what cloudflared prints.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where its surroundings fail")]

mod cloudflared;
mod fake_ngrok;
mod hook;
mod ngrok;
#[path = "../orders/port.rs"]
mod port;
mod ssh;
mod sshd;
mod supervisor;
