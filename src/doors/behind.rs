//! All that the doors may ask of what lies behind them.

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::broadcast;

use crate::desk;
use crate::desk::contract::{DeskError, DeskEvent};
use crate::intake::{Inbox, IncomingEvent, Inserted};
use crate::stall::{GenerateRequest, PictureBytes, PictureSize, Stall};

/// What the local door asks of the stall.
#[async_trait]
pub trait Behind: Send + Sync {
    /// Whether the stall serves.
    fn is_open(&self) -> bool;
    /// What screens are told.
    fn events(&self) -> broadcast::Receiver<DeskEvent>;
    /// Performs a command of the desk.
    async fn dispatch(&self, command: &str, request: Value) -> Result<Value, DeskError>;
    /// A picture's bytes by its SHA-256.
    async fn picture(&self, sha256: &str, size: PictureSize) -> Result<PictureBytes, DeskError>;
    /// Starts drawing and returns the task's id at once.
    async fn generate(&self, request: GenerateRequest) -> Result<String, DeskError>;
}

/// All that a push may do: be stored.
#[async_trait]
pub trait TakesNews: Send + Sync {
    /// Stores an event durably; returns after the commit.
    ///
    /// # Errors
    /// When it could not be stored.
    async fn insert(&self, event: IncomingEvent) -> anyhow::Result<Inserted>;
}

#[async_trait]
impl Behind for Stall {
    fn is_open(&self) -> bool {
        Self::is_open(self)
    }

    fn events(&self) -> broadcast::Receiver<DeskEvent> {
        Self::events(self)
    }

    async fn dispatch(&self, command: &str, request: Value) -> Result<Value, DeskError> {
        desk::dispatch(self, command, request).await
    }

    async fn picture(&self, sha256: &str, size: PictureSize) -> Result<PictureBytes, DeskError> {
        Self::picture(self, sha256, size).await
    }

    async fn generate(&self, request: GenerateRequest) -> Result<String, DeskError> {
        Self::generate(self, request).await
    }
}

#[async_trait]
impl TakesNews for Inbox {
    async fn insert(&self, event: IncomingEvent) -> anyhow::Result<Inserted> {
        Self::insert(self, event).await
    }
}
