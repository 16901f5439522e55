//! The open stall: builds every part from settings, starts, pauses and stops them.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::broadcast;

use crate::desk::contract::{DeskError, DeskEvent};
use crate::host::Host;

/// How a stall is opened.
#[derive(Debug, Clone)]
pub struct StallConfig {
    /// Database, pictures and mirrors live here.
    pub data_dir: PathBuf,
}

impl StallConfig {
    /// A desktop's stall: keys in the keychain, nothing chosen yet.
    pub fn for_desktop(data_dir: PathBuf) -> Self {
        Self { data_dir }
    }
}

/// The sizes a picture is served in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureSize {
    /// The bytes as they came.
    Full,
    /// Longest side 480.
    Card,
    /// Longest side 96.
    Row,
}

/// A picture ready to be shown.
#[derive(Debug, Clone)]
pub struct PictureBytes {
    pub bytes: Bytes,
    pub media_type: String,
}

/// What `POST /api/v1/image/generate` asks for.
#[derive(Debug, Clone)]
pub struct GenerateRequest {
    pub input: String,
    pub order_id: Option<String>,
    pub kind: Option<String>,
}

/// An open stall; clones share it.
#[derive(Clone)]
pub struct Stall {
    inner: Arc<Inner>,
}

struct Inner {
    events: broadcast::Sender<DeskEvent>,
    _host: Arc<dyn Host>,
}

impl Stall {
    /// Opens the stall: database, files, accounts, then everything that repeats.
    ///
    /// # Errors
    /// When the data folder or the database cannot be opened.
    pub async fn open(_config: StallConfig, host: Arc<dyn Host>) -> anyhow::Result<Self> {
        let (events, _) = broadcast::channel(256);
        Ok(Self { inner: Arc::new(Inner { events, _host: host }) })
    }

    /// Stops everything that runs and waits until it has stopped.
    pub async fn close(&self) {}

    /// Whether the stall serves.
    pub fn is_open(&self) -> bool {
        false
    }

    /// What screens are told.
    pub fn events(&self) -> broadcast::Receiver<DeskEvent> {
        self.inner.events.subscribe()
    }

    /// A picture's bytes by its SHA-256.
    ///
    /// # Errors
    /// `not_found` when no such picture is kept.
    pub async fn picture(&self, _sha256: &str, _size: PictureSize) -> Result<PictureBytes, DeskError> {
        Err(DeskError::of("not_found", "no such picture"))
    }

    /// Starts a task of the local interface and returns its id at once.
    ///
    /// # Errors
    /// `storage` when the task cannot be recorded.
    pub async fn generate(&self, _request: GenerateRequest) -> Result<String, DeskError> {
        Err(DeskError::of("not_now", "no model is connected"))
    }
}
