//! Ports for servers that are told where to listen.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports the system gives to connections, so that none of them takes one between asking and listening.
const FIRST: u16 = 20_000;
/// Ports a test that runs beside others has to itself.
const SHARE: u16 = 100;
const SHARES: u32 = 120;

/// A free port that no other test running now is given.
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let slot = std::env::var("NEXTEST_TEST_GLOBAL_SLOT").ok().and_then(|slot| slot.parse().ok());
    let share = slot.unwrap_or_else(std::process::id) % SHARES;
    let first = FIRST + u16::try_from(share).unwrap() * SHARE;
    // A port that was just closed is not taken again at once: each test begins elsewhere in its share.
    let start = u16::try_from(std::process::id() % u32::from(SHARE)).unwrap();
    (0..SHARE)
        .map(|_| first + (start + GIVEN.fetch_add(1, Ordering::Relaxed)) % SHARE)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}
