//! Giving a claimed order back, also when the database did not take it the first time: whoever waits for the lease to end
//! waits for minutes.

use std::sync::PoisonError;

use jiff::Timestamp;

use super::Runner;
use crate::store::StoreResult;

/// An order and in whose name it is held.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub order_id: String,
    pub owner: String,
}

impl Runner {
    /// Gives a claim back and has the order looked at then; what the database does not take is kept for
    /// [`Runner::give_back_kept`].
    pub(super) async fn give_back(&self, claim: Claim, look_at: Timestamp) {
        if self.release(&claim, look_at).await.is_err() {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(claim);
        }
    }

    /// Gives back what could not be given back before; the orders are looked at now.
    pub async fn give_back_kept(&self) {
        loop {
            let Some(claim) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).pop() else { return };
            if self.release(&claim, self.parts.clock.now()).await.is_err() {
                self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(claim);
                return;
            }
        }
    }

    async fn release(&self, claim: &Claim, look_at: Timestamp) -> StoreResult<()> {
        let mut write = self.parts.store.write().await?;
        write.release_order(&claim.order_id, &claim.owner, -1, None, look_at).await?;
        write.commit().await
    }
}
