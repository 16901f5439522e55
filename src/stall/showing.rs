//! Keeps what buyers see of the listings in step with pauses and free places.
//!
//! Looked at when an order has moved or a setting has changed, never by the clock; what the market could not be told is
//! told again with the next sign of life.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{OpenAccount, Stall};
use crate::desk::contract::DeskEvent;
use crate::host::{Notice, NoticeKind};
use crate::listings::{ListingForm, Look};
use crate::settings::Language;
use crate::store::ListingRow;

/// A place that is taken again within this time was never free to buyers.
const SETTLING: Duration = Duration::from_millis(250);

impl Stall {
    pub(super) async fn keep_listings_shown(&self, account: &Arc<OpenAccount>) {
        let mut events = self.events();
        let mut look = Look::Again;
        loop {
            match account.listings.tell_all(look).await {
                Ok(changed) => {
                    changed.into_iter().for_each(|id| self.signals().send(DeskEvent::ListingChanged { id }));
                }
                Err(error) => tracing::warn!(%error, "what buyers see of the listings cannot be looked at"),
            }
            look = tokio::select! {
                () = account.show_listings.notified() => {
                    self.look_at_reviews(account).await;
                    Look::SignOfLife
                }
                may_matter = moved(&mut events) => if may_matter { Look::News } else { return },
            };
            tokio::time::sleep(SETTLING).await;
            events = events.resubscribe();
        }
    }

    /// Shows what the market's reviews came to; of a listing that was not approved the seller is told.
    async fn look_at_reviews(&self, account: &OpenAccount) {
        let over = match account.listings.look_at_reviews().await {
            Ok(over) => over,
            Err(error) => {
                tracing::debug!(%error, "the market cannot be asked about its reviews now");
                return;
            }
        };
        for row in over {
            if row.status == "other" {
                self.tell(not_approved(&row, self.settings().language), &row.id);
            }
            self.signals().send(DeskEvent::ListingChanged { id: row.id });
        }
    }
}

fn not_approved(row: &ListingRow, language: Language) -> Notice {
    let name = serde_json::from_str::<ListingForm>(&row.form).map(|form| form.name).unwrap_or_default();
    let title = match language {
        Language::English => "A listing was not approved",
        Language::Chinese => "有商品未通过审核",
    };
    Notice { kind: NoticeKind::NeedsYou, order_id: None, title: title.to_owned(), body: name }
}

/// Waits until an order has moved or a setting has changed; false when nothing will any more.
async fn moved(events: &mut Receiver<DeskEvent>) -> bool {
    loop {
        match events.recv().await {
            Ok(DeskEvent::OrderChanged { .. } | DeskEvent::SettingsChanged) | Err(RecvError::Lagged(_)) => {
                return true;
            }
            Ok(_) => {}
            Err(RecvError::Closed) => return false,
        }
    }
}
