//! What is looked at now and then: the truth light, whose changes are written down, and links that have expired.

use std::time::Duration;

use jiff::SignedDuration;

use super::Stall;
use crate::desk::contract::{DeskEvent, LightColour};
use crate::store::{ConnectionSubject, StoreResult};

const LOOK_EVERY: Duration = Duration::from_secs(5);
const TIDY_EVERY: Duration = Duration::from_secs(6 * 3600);
/// A picture stays in the seller's bucket for this long at least; much longer than any link to it opens.
const IN_BUCKET: SignedDuration = SignedDuration::from_hours(60 * 24);
/// An expired link says so for this long; later it is unknown.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Stall {
    /// Writes down every change of the truth light with its reason, also while no screen is open.
    pub(super) async fn keep_watching_the_light(self) {
        let stop = self.inner.stop.clone();
        let mut before: Option<(LightColour, &'static str)> = None;
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => return,
            }
            let light = self.light();
            let now = (light.colour, light.reason);
            if before != Some(now) {
                self.write_down(ConnectionSubject::Light, colour(light.colour), light.reason).await;
                before = Some(now);
                self.light_since(&light);
                self.signals().send(DeskEvent::StallChanged);
            }
        }
    }

    /// Forgets links that expired long ago, removes the files of pictures deleted long ago, and takes pictures of orders
    /// long over out of the bucket.
    pub(super) async fn keep_tidy(self) {
        let stop = self.inner.stop.clone();
        loop {
            if self.store().disk().trouble().is_none()
                && let Err(error) = self.forget_old_links().await
            {
                tracing::warn!(%error, "expired links are not forgotten now");
            }
            if let Err(error) = self.remove_deleted_files().await {
                tracing::warn!(%error, "files of deleted pictures stay for now");
            }
            if let Some(bucket) = self.links().bucket() {
                let now = self.clock().now();
                let removed = bucket.remove_old(now.saturating_sub(IN_BUCKET).unwrap_or(now));
                match stop.run_until_cancelled(removed).await {
                    Some(Err(error)) => tracing::warn!(%error, "old pictures stay in the bucket for now"),
                    Some(Ok(())) => {}
                    None => return,
                }
            }
            tokio::select! {
                () = tokio::time::sleep(TIDY_EVERY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn forget_old_links(&self) -> StoreResult<()> {
        let now = self.clock().now();
        let mut write = self.store().write().await?;
        write.remove_file_links(now.saturating_sub(REMEMBERED).unwrap_or(now)).await?;
        write.commit().await
    }
}

fn colour(colour: LightColour) -> &'static str {
    match colour {
        LightColour::Green => "green",
        LightColour::Amber => "amber",
        LightColour::Red => "red",
        LightColour::Grey => "grey",
    }
}
