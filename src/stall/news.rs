//! Where pushed news goes: to the inbox of the account that is open now.

use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::doors::TakesNews;
use crate::intake::{Inbox, InboxError, IncomingEvent, Inserted, Pulse};

/// The inbox behind the door; empty while no account is open.
#[derive(Default)]
pub(super) struct Desk(RwLock<Option<(Inbox, Pulse, std::sync::Arc<dyn Fn() -> Timestamp + Send + Sync>)>>);

impl Desk {
    pub(super) fn set(&self, behind: Option<(Inbox, Pulse, std::sync::Arc<dyn Fn() -> Timestamp + Send + Sync>)>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = behind;
    }
}

#[async_trait]
impl TakesNews for Desk {
    async fn insert(&self, event: IncomingEvent) -> Result<Inserted, InboxError> {
        let behind = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let (inbox, pulse, now) = behind.ok_or(InboxError::Closed)?;
        let inserted = inbox.insert(event).await?;
        pulse.worked(now());
        Ok(inserted)
    }
}
