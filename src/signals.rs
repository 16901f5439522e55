//! What happens in the stall, told to whoever watches. Carries ids; watchers read again.

use tokio::sync::broadcast;

use crate::desk::contract::DeskEvent;

/// Where events are sent; clones share it. Nobody listening is fine.
#[derive(Debug, Clone)]
pub struct Signals(broadcast::Sender<DeskEvent>);

impl Default for Signals {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Signals {
    pub fn send(&self, event: DeskEvent) {
        let _ = self.0.send(event);
    }

    pub fn subscribe(&self) -> broadcast::Receiver<DeskEvent> {
        self.0.subscribe()
    }
}
