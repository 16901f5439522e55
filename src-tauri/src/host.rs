//! The desktop as the engine sees it.

use stallkeeper::host::{Host, Notice, TraySummary};
use tauri::{AppHandle, Manager};

use crate::notices;
use crate::tray::Tray;

/// Shows notices and the tray; each call returns at once, whatever the window's thread is doing.
pub struct DesktopHost {
    app: AppHandle,
}

impl DesktopHost {
    pub fn new(app: AppHandle) -> Self {
        Self { app }
    }
}

impl Host for DesktopHost {
    fn notify(&self, notice: Notice) {
        notices::show(&self.app, &notice);
    }

    fn show_summary(&self, summary: TraySummary) {
        self.app.state::<Tray>().show_summary(&self.app, summary);
    }
}
