//! Pictures the seller deletes: which may go, and when their files do.
//!
//! A picture is hidden at once and can be brought back; its file stays for a week. It may not go while its order is not
//! over or is disputed (after a buyer's confirmation nothing can be disputed any more: contract, order states), while a
//! link of ours still opens it, or while a listing shows it. The file goes only when no other picture has the same bytes.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Stall;
use crate::images::remove_thumbnails;
use crate::store::{PictureUse, Stage, StoreResult};

/// The file of a deleted picture stays this long.
const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// So many files are removed in one go.
const AT_ONCE: u32 = 200;

/// Why a picture may not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needed {
    /// Its order is not over.
    OpenOrder,
    /// Its order is disputed.
    Dispute,
    /// A link to it opens until then.
    Link(Timestamp),
    /// The listing of this name shows it.
    Listing(String),
}

impl Needed {
    /// The word screens know.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OpenOrder => "open_order",
            Self::Dispute => "dispute",
            Self::Link(_) => "link",
            Self::Listing(_) => "listing",
        }
    }

    fn of(used: PictureUse) -> Option<Self> {
        if used.market_status.as_deref() == Some("in_dispute") {
            return Some(Self::Dispute);
        }
        if used.stage.is_some_and(|stage| !matches!(stage, Stage::Paid | Stage::Closed)) {
            return Some(Self::OpenOrder);
        }
        used.linked_until.map(Self::Link).or(used.listing.map(Self::Listing))
    }
}

impl Stall {
    /// Why a picture may not be deleted now; none when it may.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn still_needed(&self, picture_id: i64) -> StoreResult<Option<Needed>> {
        let used = self.store().lookup_picture_use(picture_id, self.clock().now()).await?;
        Ok(used.and_then(Needed::of))
    }

    /// Removes the files of pictures deleted long enough ago that nothing needs.
    pub(super) async fn remove_deleted_files(&self) -> StoreResult<()> {
        let now = self.clock().now();
        let before = now.saturating_sub(GRACE).unwrap_or(now);
        for (_, sha256) in self.store().list_deleted_pictures(before, AT_ONCE).await? {
            if !self.may_remove(&sha256, before).await? {
                continue;
            }
            let (files, hash) = (Arc::clone(self.files()), sha256.clone());
            let removed = tokio::task::spawn_blocking(move || {
                remove_thumbnails(&files, &hash)?;
                files.remove(&hash)
            })
            .await;
            match removed {
                Ok(Ok(())) => {
                    let mut write = self.store().write().await?;
                    write.record_file_gone(&sha256, now).await?;
                    write.commit().await?;
                }
                Ok(Err(error)) => tracing::warn!(%error, "a deleted picture's file stays for now"),
                Err(error) => tracing::warn!(%error, "a deleted picture's file stays for now"),
            }
        }
        Ok(())
    }

    /// Whether every picture of these bytes was deleted before `before` and none is needed again.
    async fn may_remove(&self, sha256: &str, before: Timestamp) -> StoreResult<bool> {
        for (id, deleted_at) in self.store().list_pictures_of_bytes(sha256).await? {
            if deleted_at.is_none_or(|at| at >= before) || self.still_needed(id).await?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Finds out what pictures look like that were kept before looks were: one at a time, resting after each.
    pub(super) async fn keep_looks(self) {
        /// Resting this many times as long as working leaves the computer to others.
        const REST: u32 = 4;
        let stop = self.inner.stop.clone();
        let mut after = 0;
        loop {
            let found = match self.store().list_without_look(after, 50).await {
                Ok(found) if !found.is_empty() => found,
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(%error, "what older pictures look like is not known");
                    return;
                }
            };
            for (id, sha256) in found {
                after = id;
                let begun = std::time::Instant::now();
                let (files, hash) = (Arc::clone(self.files()), sha256.clone());
                let look = tokio::task::spawn_blocking(move || crate::images::look_of(&files, &hash).ok());
                if let Ok(Some(look)) = look.await
                    && let Err(error) = self.put_look(&sha256, look.bits()).await
                {
                    tracing::warn!(%error, "what a picture looks like is not kept");
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(begun.elapsed() * REST + Duration::from_millis(5)) => {}
                    () = stop.cancelled() => return,
                }
            }
        }
    }

    async fn put_look(&self, sha256: &str, look: u64) -> StoreResult<()> {
        let mut write = self.store().write().await?;
        write.put_look(sha256, look).await?;
        write.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_goes_only_when_nothing_can_need_it() {
        let used = |stage, status: &str| PictureUse {
            stage: Some(stage),
            market_status: Some(status.to_owned()),
            listing: None,
            linked_until: None,
        };
        for (stage, status, needed) in [
            (Stage::Making, "in_progress", Some(Needed::OpenOrder)),
            (Stage::Delivered, "pending_confirmation", Some(Needed::OpenOrder)),
            (Stage::Closed, "in_dispute", Some(Needed::Dispute)),
            (Stage::Delivered, "in_dispute", Some(Needed::Dispute)),
            (Stage::Paid, "completed", None),
            (Stage::Closed, "cancelled", None),
        ] {
            assert_eq!(Needed::of(used(stage, status)), needed, "{stage:?} {status}");
        }
        let at = Timestamp::UNIX_EPOCH;
        let linked = PictureUse { linked_until: Some(at), ..used(Stage::Paid, "completed") };
        assert_eq!(Needed::of(linked), Some(Needed::Link(at)));
        let shown = PictureUse { listing: Some("Foxes".into()), ..used(Stage::Paid, "completed") };
        assert_eq!(Needed::of(shown), Some(Needed::Listing("Foxes".into())));
    }
}
