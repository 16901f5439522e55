//! What happens in the stall, told to whoever watches. Carries ids; watchers read again.

use tokio::sync::broadcast;

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    Stall,
    Order { id: String },
    Message { order_id: String },
    Picture { order_id: Option<String>, sha256: String },
    Listing { id: String },
    Connection,
    Settings,
    /// A notice about this order was clicked.
    OpenOrder { id: String },
}

/// Where signals are sent; clones share it. Nobody listening is fine.
#[derive(Debug, Clone)]
pub struct Signals(broadcast::Sender<Signal>);

impl Default for Signals {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Signals {
    pub fn send(&self, signal: Signal) {
        let _ = self.0.send(signal);
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}
