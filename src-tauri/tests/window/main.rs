//! The real window, driven as a person would: clicks through WebDriver, closing through a window manager, and the
//! desktop's side of it (notifications, tray) read from the session bus.
//!
//! Needs a display, a session bus, WebKitWebDriver, openbox and wmctrl: `cargo xtask test` provides them and runs
//! these tests one after the other. Pictures of what was seen are kept in `test-artefacts/`.
#![cfg(target_os = "linux")]

mod desktop;
mod first_order;
mod in_the_tray;
mod notifications;
mod page;
mod program;
mod tray;
mod tray_host;
mod with_computer;
