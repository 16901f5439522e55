//! The stall's public address: pushed news through every kind of tunnel, the feed in its place while one is gone, and
//! a market that always has the right address. The market is the practice marketplace in a process of its own; at the
//! tunnels' other ends stand a service that speaks ngrok's protocol, a real SSH server, a program that does as
//! cloudflared, and ports of loopback.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where its surroundings fail")]

#[path = "../tunnel/fake_ngrok.rs"]
#[expect(dead_code, reason = "shared with the tests of tunnels, which use all of it")]
mod fake_ngrok;
#[path = "../orders/far.rs"]
#[expect(dead_code, reason = "shared with the order scenarios, which use all of it")]
mod far;
#[path = "../news/home.rs"]
#[expect(dead_code, reason = "shared with the scenarios of news, which use all of it")]
mod home;
#[path = "../tunnel/hook.rs"]
#[expect(dead_code, reason = "shared with the tests of tunnels, which use all of it")]
mod hook;
#[path = "../orders/server.rs"]
#[expect(dead_code, reason = "shared with the order scenarios, which use all of it")]
mod server;
#[path = "../tunnel/sshd.rs"]
mod sshd;

mod bucket;
mod kinds;
mod lost;
mod moving;
mod pairs;
mod registered;
mod road;
mod s3;
mod unseen;
mod way;

use server::port;
