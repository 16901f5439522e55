//! All that the doors may ask of what lies behind them.

use std::io;
use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde_json::Value;
use tokio::sync::broadcast;
use tokio_util::io::ReaderStream;

use super::links::FileLinks;
use crate::desk::contract::{DeskError, DeskEvent, FileView};
use crate::intake::{InboxError, IncomingEvent, Inserted};

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

/// A file made to be fetched once: gone from the disk when this is let go of.
#[derive(Debug)]
pub struct PackedFile {
    pub file: tokio::fs::File,
    pub bytes: u64,
    place: Place,
}

#[derive(Debug)]
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        // It lies in a folder of ours; what could not be removed is only a copy.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl PackedFile {
    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(path: PathBuf) -> io::Result<Self> {
        let place = Place(path);
        let file = tokio::fs::File::open(&place.0).await?;
        let bytes = file.metadata().await?.len();
        Ok(Self { file, bytes, place })
    }

    /// Its bytes, piece by piece.
    pub fn read(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let place = self.place;
        ReaderStream::new(self.file).inspect(move |_| {
            // Held until the last byte was read or the reader went away.
            let _ = &place;
        })
    }
}

/// A file the seller dropped onto an order.
#[derive(Clone)]
pub struct DroppedFile {
    pub name: String,
    pub media_type: Option<String>,
    pub bytes: Bytes,
}

/// What the local door asks of the stall.
#[async_trait]
pub trait Behind: Send + Sync {
    /// Whether the stall serves.
    fn is_open(&self) -> bool;
    /// Files under secret links, for a public address of the seller's own that leads to this door.
    fn files(&self) -> Option<FileLinks> {
        None
    }
    /// What screens are told.
    fn events(&self) -> broadcast::Receiver<DeskEvent>;
    /// Performs a command of the desk.
    async fn dispatch(&self, command: &str, request: Value) -> Result<Value, DeskError>;
    /// A picture's bytes by its SHA-256.
    async fn picture(&self, sha256: &str, size: PictureSize) -> Result<PictureBytes, DeskError>;
    /// Puts a file of the seller's on an order.
    async fn send_file(&self, order_id: &str, file: DroppedFile) -> Result<FileView, DeskError>;
    /// What can be shown of an order, as one zip.
    async fn evidence(&self, order_id: &str) -> Result<PackedFile, DeskError> {
        Err(DeskError::of("not_found", format!("no order {}", order_id.chars().take(60).collect::<String>())))
    }
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
    async fn insert(&self, event: IncomingEvent) -> Result<Inserted, InboxError>;
}
