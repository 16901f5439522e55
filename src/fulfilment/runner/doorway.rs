//! The walk of an order that is not accepted yet: it ends at the acceptance, so that orders at the door never wait for
//! pictures being drawn.

use super::Runner;
use crate::desk::contract::DeskEvent;
use crate::fulfilment::plan::stage;
use crate::fulfilment::situation::Situation;
use crate::marketplaces::MarketStatus;
use crate::store::StoreResult;

pub(super) fn is_at_the_door(s: &Situation) -> bool {
    s.status() == MarketStatus::PendingAccept
}

impl Runner {
    /// Walks an order until it is accepted, waits, holds or is over; the rest of its way is due at once.
    ///
    /// # Errors
    /// As [`Runner::walk`].
    pub async fn walk_to_acceptance(&self, order_id: &str) -> StoreResult<()> {
        self.walk_while(order_id, is_at_the_door).await
    }

    /// Lets go of an order whose next step is another walk's.
    pub(super) async fn hand_on(&self, s: &Situation) -> StoreResult<()> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let mut order = write.get_order(&s.order.id).await?;
        self.move_stage(&mut write, &mut order, stage(s), now).await?;
        write.put_order(&order).await?;
        write.release_order(&order.id, &self.owner, s.order.wake, Some(now), now).await?;
        write.commit().await?;
        self.parts.signals.send(DeskEvent::OrderChanged { id: order.id });
        Ok(())
    }
}
