//! Pictures for showing: the bytes as they came, or a thumbnail made on demand.

use std::sync::Arc;

use super::Stall;
use crate::desk::contract::DeskError;
use crate::doors::{PictureBytes, PictureSize};
use crate::images::{ThumbnailSize, sniff, thumbnail};

impl Stall {
    /// A picture's bytes by its SHA-256.
    ///
    /// # Errors
    /// `not_found` when no such picture is kept.
    pub async fn picture(&self, sha256: &str, size: PictureSize) -> Result<PictureBytes, DeskError> {
        let files = Arc::clone(self.files());
        let sha256 = sha256.to_owned();
        let read = tokio::task::spawn_blocking(move || {
            let wanted = match size {
                PictureSize::Full => None,
                PictureSize::Card => Some(ThumbnailSize::Card),
                PictureSize::Row => Some(ThumbnailSize::List),
            };
            match wanted.map(|size| thumbnail(&files, &sha256, size)) {
                Some(Ok(path)) => std::fs::read(path).ok(),
                // A picture too odd for a thumbnail is shown as it is.
                Some(Err(_)) | None => files.read(&sha256).ok(),
            }
        })
        .await;
        let bytes = read.ok().flatten().ok_or_else(|| DeskError::of("not_found", "no such picture"))?;
        let kind = sniff(&bytes).ok_or_else(|| DeskError::of("not_found", "not a picture"))?;
        Ok(PictureBytes { media_type: kind.media_type().to_owned(), bytes: bytes.into() })
    }
}
