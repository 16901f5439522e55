//! The doors of the real server, with callers it should not trust: floods, forgeries, and pages in a real browser.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

mod browser;
mod evil;
#[path = "../orders/far.rs"]
#[expect(dead_code, reason = "shared with the scenarios of orders, which need more of it")]
mod far;
mod floods;
mod forgeries;
mod stall;
