//! What the walk is made of.

use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::{Clock, Ids};
use crate::fulfilment::rules::StallRules;
use crate::images::{FilesError, PictureFiles};
use crate::links::Links;
use crate::marketplaces::Marketplace;
use crate::model::{Model, ModelInfo, ModelUse};
use crate::orders::Notices;
use crate::signals::Signals;
use crate::store::{DiskTrouble, Store, StoreError, StoreResult, free_bytes, is_too_little};

/// What the walk is made of.
pub struct Parts {
    pub store: Store,
    pub market: Arc<dyn Marketplace>,
    pub model: RwLock<Option<Arc<dyn Model>>>,
    pub files: Arc<PictureFiles>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub signals: Signals,
    pub rules: RwLock<StallRules>,
    pub account_id: String,
    /// Our id on the market.
    pub own_id: String,
    /// Picture addresses on this computer are fine (practice, tests).
    pub allow_loopback: bool,
    /// The models that draw, as the provider lists them; [`Parts::know_drawers`] asks.
    pub drawers: RwLock<Option<Vec<ModelInfo>>>,
    /// Makes pictures public, for a market that takes no files.
    pub links: Arc<Links>,
    /// Tells the seller, subject to their switches.
    pub notices: Notices,
}

impl Parts {
    pub fn model(&self) -> Option<Arc<dyn Model>> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hands over a newly connected model, of whose provider nothing is known yet.
    pub fn connect(&self, model: Option<Arc<dyn Model>>) {
        *self.model.write().unwrap_or_else(PoisonError::into_inner) = model;
        *self.drawers.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Learns what the models that draw give and take, unless it is known. Where it cannot be learned now, the usual form is
    /// asked for, and the next drawing looks again.
    pub async fn know_drawers(&self) {
        let Some(model) = self.model() else { return };
        if self.drawers.read().unwrap_or_else(PoisonError::into_inner).is_some() {
            return;
        }
        match model.list_models(ModelUse::Picture).await {
            Ok(models) => {
                *self.drawers.write().unwrap_or_else(PoisonError::into_inner) = Some(models);
            }
            Err(error) => tracing::debug!(%error, "the models cannot be listed now"),
        }
    }

    /// Proves that what is about to be paid for can be kept.
    ///
    /// # Errors
    /// When it cannot; the stall then waits until the disk works again.
    pub async fn prove_disk(&self) -> StoreResult<()> {
        let files = Arc::clone(&self.files);
        let proved = tokio::task::spawn_blocking(move || match files.prove() {
            Err(FilesError::Io { path, source, .. }) => Err((path, source)),
            _ if free_bytes(files.root()).is_ok_and(is_too_little) => {
                Err((files.root().to_owned(), std::io::ErrorKind::StorageFull.into()))
            }
            _ => Ok(()),
        });
        let Ok(Err((path, source))) = proved.await else { return Ok(()) };
        self.store.disk().set(Some(DiskTrouble::of_io(&source).unwrap_or(DiskTrouble::Failing)));
        Err(StoreError::File { doing: "prove that pictures can be kept in", path, source })
    }

    pub fn stall_rules(&self) -> StallRules {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a model gives pictures without words.
    pub fn is_picture_only(&self, model: &str) -> bool {
        self.knows(model, |known| known.picture_only).unwrap_or(false)
    }

    /// Whether a model can be shown a picture. Nearly all that draw can, so one that is not listed is thought to.
    pub fn takes_pictures(&self, model: &str) -> bool {
        self.knows(model, |known| known.takes_pictures).unwrap_or(true)
    }

    fn knows(&self, model: &str, what: impl Fn(&ModelInfo) -> bool) -> Option<bool> {
        let drawers = self.drawers.read().unwrap_or_else(PoisonError::into_inner);
        drawers.as_ref()?.iter().find(|known| known.id == model).map(what)
    }
}
