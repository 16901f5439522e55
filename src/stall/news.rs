//! Pushed news on its way to the inbox of an account.

use std::sync::Arc;

use async_trait::async_trait;

use crate::clock::Clock;
use crate::doors::TakesNews;
use crate::intake::{Inbox, InboxError, IncomingEvent, Inserted, Pulse};

/// The inbox behind the door; every stored push is a sign of life.
pub(super) struct PushedNews {
    pub inbox: Inbox,
    pub pulse: Pulse,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl TakesNews for PushedNews {
    async fn insert(&self, event: IncomingEvent) -> Result<Inserted, InboxError> {
        let inserted = self.inbox.insert(event).await?;
        self.pulse.worked(self.clock.now());
        Ok(inserted)
    }
}
