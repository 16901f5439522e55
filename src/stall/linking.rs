//! Public picture links in the open stall: the bucket as the settings and its keys are now.

use std::sync::Arc;

use super::Stall;
use super::connect::is_loopback;
use crate::desk::contract::{DeskEvent, StallMode};
use crate::http::TimeLimits;
use crate::links::{BucketKeys, BucketLinks, BucketProblem, LinkError, Links};
use crate::secrets::SecretName;
use crate::settings::BucketSettings;

impl Stall {
    /// What makes pictures public.
    pub fn links(&self) -> &Arc<Links> {
        &self.inner.links
    }

    /// Whether a bucket on this computer may be used: beside markets on this computer only, where real ones may not.
    pub(crate) fn may_use(&self, bucket: &BucketSettings) -> bool {
        let is_market_here = self.mode() == StallMode::Practice
            || [&self.environment().agent_market_base_url, &self.environment().moltmarket_base_url]
                .into_iter()
                .flatten()
                .any(is_loopback);
        bucket.is_here() == is_market_here
    }

    /// The bucket with these settings and keys. Nothing is asked of it.
    ///
    /// # Errors
    /// `Settings` when they make no sense.
    pub(crate) fn bucket_of(
        &self,
        settings: BucketSettings,
        keys: &BucketKeys,
    ) -> Result<BucketLinks, BucketProblem> {
        BucketLinks::open(
            settings,
            keys,
            TimeLimits::API,
            self.store().clone(),
            Arc::clone(&self.inner.files),
            Arc::clone(self.ids()),
        )
    }

    /// Opens the bucket anew, as settings and keys are now, and has waiting jobs look at it.
    pub(crate) async fn renew_links(&self) {
        let settings = self.settings();
        let wanted = settings.bucket.clone().filter(|bucket| self.may_use(bucket));
        let bucket = match wanted {
            None => None,
            Some(wanted) => {
                self.kept_bucket_keys().await.and_then(|keys| match self.bucket_of(wanted, &keys) {
                    Ok(bucket) => Some(Arc::new(bucket)),
                    Err(problem) => {
                        tracing::warn!(problem = problem.code(), "the bucket for links cannot be used");
                        None
                    }
                })
            }
        };
        self.inner.links.set(bucket, settings.picture_links);
        self.links_changed().await;
    }

    /// Tells the jobs room how pictures can be handed over now, and has what waits for a way look again.
    pub(super) async fn links_changed(&self) {
        self.apply_rules_of_given();
        if let Some(molt) = self.molt()
            && let Err(error) = molt.walks().wake_waiting().await
        {
            tracing::warn!(%error, "jobs that wait for a link are not woken now");
        }
        self.signals().send(DeskEvent::ConnectionChanged);
    }

    /// The keys to the bucket, if they are kept.
    pub(crate) async fn kept_bucket_keys(&self) -> Option<BucketKeys> {
        match self.secrets().lookup(&SecretName::BucketKeys).await {
            Ok(kept) => BucketKeys::of_secret(&kept?),
            Err(error) => {
                tracing::warn!(%error, "the keys to the bucket cannot be read");
                None
            }
        }
    }

    /// Ends every link of an order.
    ///
    /// # Errors
    /// When some may still open.
    pub(crate) async fn end_links(&self, order_id: &str) -> Result<(), LinkError> {
        self.inner.links.end(order_id, self.clock().now()).await?;
        self.signals().send(DeskEvent::OrderChanged { id: order_id.to_owned() });
        Ok(())
    }
}
