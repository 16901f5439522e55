//! All the engine may ask of its surroundings. A server has a host that does nothing; the desktop shows notices
//! and the tray. A notice is never relied on for a decision.

use serde::Serialize;

/// Something the seller may want to know while not looking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub kind: NoticeKind,
    /// The order it is about; a click opens it.
    pub order_id: Option<String>,
    pub title: String,
    pub body: String,
}

/// Why a notice is shown; the seller switches each on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    BuyerMessage,
    OrderReceived,
    NeedsYou,
    Paid,
    /// One summary of all that happened while the machine slept.
    WhileAway,
}

/// What the surroundings show of the stall while the window is closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TraySummary {
    pub open: bool,
    pub practice: bool,
    pub needs_you: u32,
    pub unread: u32,
}

/// The surroundings of the engine.
pub trait Host: Send + Sync {
    /// Shows a notice and returns at once.
    fn notify(&self, notice: Notice);
    /// Shows whether the stall is open and what waits.
    fn show_summary(&self, summary: TraySummary);
}

/// Surroundings with nothing in them: the server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headless;

impl Host for Headless {
    fn notify(&self, _notice: Notice) {}
    fn show_summary(&self, _summary: TraySummary) {}
}
