//! The stall as the local door sees it.

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::broadcast;

use super::contract::{DeskError, DeskEvent, FileView};
use crate::doors::{Behind, DroppedFile, FileLinks, GenerateRequest, PackedFile, PictureBytes, PictureSize};
use crate::stall::Stall;

#[async_trait]
impl Behind for Stall {
    fn is_open(&self) -> bool {
        Self::is_open(self)
    }

    fn files(&self) -> Option<FileLinks> {
        Some(self.file_links())
    }

    fn events(&self) -> broadcast::Receiver<DeskEvent> {
        Self::events(self)
    }

    async fn dispatch(&self, command: &str, request: Value) -> Result<Value, DeskError> {
        super::dispatch(self, command, request).await
    }

    async fn picture(&self, sha256: &str, size: PictureSize) -> Result<PictureBytes, DeskError> {
        Self::picture(self, sha256, size).await
    }

    async fn send_file(&self, order_id: &str, file: DroppedFile) -> Result<FileView, DeskError> {
        super::files::send(self, order_id, file).await
    }

    async fn evidence(&self, order_id: &str) -> Result<PackedFile, DeskError> {
        super::evidence::pack(self, order_id).await
    }

    async fn generate(&self, request: GenerateRequest) -> Result<String, DeskError> {
        Self::generate(self, request).await
    }
}
