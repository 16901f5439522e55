//! Every picture, newest first.

use super::contract::*;
use super::convert::picture;
use super::errors::no_account;
use crate::doors::PictureSize;
use crate::stall::Stall;

const PAGE: u32 = 60;

pub(super) async fn list(stall: &Stall, filter: GalleryFilter) -> Result<GalleryPage, DeskError> {
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, 500);
    let (words, rating) = (filter.search.as_deref(), filter.min_rating.unwrap_or(0));
    let before = filter.after.as_deref().and_then(|after| after.parse().ok());
    let (mut rows, mut total) = (Vec::new(), 0);
    for walks in stall.walks() {
        let id = &walks.account_id;
        rows.extend(stall.store().search_pictures(id, words, rating, before, limit).await?);
        total += stall.store().count_pictures(id, words, rating).await?;
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    rows.truncate(limit as usize);
    let full = rows.len() >= limit as usize;
    let next = rows.last().filter(|_| full).map(|last| last.id.to_string());
    Ok(GalleryPage { pictures: rows.into_iter().map(picture).collect(), next, total })
}

pub(super) async fn rate(stall: &Stall, request: RatePicture) -> Result<Nothing, DeskError> {
    if request.rating > 5 {
        return Err(DeskError::of("invalid", "a rating is 0 to 5").with("field", "rating"));
    }
    let id = request.id.parse().map_err(|_| DeskError::of("not_found", "no such picture"))?;
    let mut write = stall.store().write().await?;
    write.rate_picture(id, request.rating).await?;
    write.commit().await?;
    Ok(Nothing {})
}

/// Copies a picture to where the seller chose. The bytes are those of the picture; nothing is opened or run.
pub(super) async fn save(stall: &Stall, request: SavePicture) -> Result<Nothing, DeskError> {
    if stall.walks().is_empty() {
        return Err(no_account());
    }
    let picture = stall.picture(&request.sha256, PictureSize::Full).await?;
    let path = std::path::PathBuf::from(&request.path);
    let is_picture = path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        ["png", "jpg", "jpeg", "webp", "gif"].contains(&extension.to_ascii_lowercase().as_str())
    });
    if !path.is_absolute() || !is_picture {
        return Err(DeskError::of(
            "invalid",
            "a picture is saved under a whole path that ends like a picture",
        )
        .with("field", "path"));
    }
    tokio::fs::write(&path, &picture.bytes)
        .await
        .map_err(|error| DeskError::of("storage", error.to_string()))?;
    Ok(Nothing {})
}
