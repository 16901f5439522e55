//! What the seller does with their own hands, recorded like any step with the seller as actor.

use serde_json::{Value, json};

use super::claims::Claim;
use super::record::Line;
use super::step::line;
use super::{LEASE, Runner, after};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::fulfilment::outcome::Outcome;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::steps::{self, Prepared, SellersFile};
use crate::store::Actor;

/// What the seller does to an order with their own hands.
#[derive(Debug, Clone)]
pub enum SellerAct {
    /// Completes with a note of their own.
    Complete {
        note: String,
    },
    Say {
        text: String,
    },
    /// Puts a file of their own on the order.
    SendFile(SellersFile),
    Decline {
        reason: String,
    },
    Cancel {
        reason: String,
    },
    /// Says in a dispute how much of the price they would give back: 0 to 100.
    ProposeRefund {
        percent: u8,
    },
}

/// Why a seller's act was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("another step of this order is under way")]
    Busy,
    #[error("{reason}")]
    NotDone { reason: String, said: String },
    #[error("it is not known whether it happened")]
    Unclear,
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

impl Runner {
    /// Does what the seller asked for with their own hands, recorded like any step with the seller as actor.
    ///
    /// # Errors
    /// When it was refused, is not known to have happened, or another step of the order is under way.
    pub async fn act(&self, order_id: &str, act: SellerAct) -> Result<(), ActError> {
        self.with_claim(order_id, async |s| self.act_claimed(&s, act).await).await
    }

    /// Does something to an order beside its walk, while no walk touches it.
    pub(super) async fn with_claim(
        &self,
        order_id: &str,
        act: impl AsyncFnOnce(Situation) -> Result<(), ActError>,
    ) -> Result<(), ActError> {
        // The robot's own look at the order takes a moment; the seller need not press twice for that.
        let mut tries = 0;
        while !self.claim_for_seller(order_id).await? {
            tries += 1;
            if tries >= 40 {
                return Err(ActError::Busy);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        crash::point(Point::ActClaimed);
        let done = match self.situation(order_id).await {
            Ok(s) => act(s).await,
            Err(error) => Err(error.into()),
        };
        let claim = Claim { order_id: order_id.to_owned(), owner: format!("{}:seller", self.owner) };
        self.give_back(claim, self.parts.clock.now()).await;
        self.parts.signals.send(DeskEvent::OrderChanged { id: order_id.to_owned() });
        done
    }

    async fn claim_for_seller(&self, order_id: &str) -> Result<bool, ActError> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let owner = format!("{}:seller", self.owner);
        let claimed = write.claim_order(order_id, &owner, now, after(now, LEASE)).await?;
        write.commit().await?;
        Ok(claimed)
    }

    async fn act_claimed(&self, s: &Situation, act: SellerAct) -> Result<(), ActError> {
        let (step, key, prepared): (&'static str, String, Prepared) = match &act {
            SellerAct::Complete { note } => {
                ("complete", "complete".to_owned(), steps::complete_by_hand(s, note))
            }
            SellerAct::Say { text } => (
                "say",
                format!("say:{}", self.parts.ids.id()),
                Prepared {
                    intent: json!({ "text": text }),
                    messages: vec![text.clone()],
                    ..Prepared::default()
                },
            ),
            SellerAct::SendFile(file) => {
                ("send_file", format!("send_file:{}", self.parts.ids.id()), steps::file_by_hand(file))
            }
            SellerAct::Decline { reason } => (
                "decline",
                "decline".to_owned(),
                Prepared { intent: json!({ "reason": reason }), ..Prepared::default() },
            ),
            SellerAct::Cancel { reason } => (
                "cancel",
                "cancel".to_owned(),
                Prepared { intent: json!({ "reason": reason }), ..Prepared::default() },
            ),
            SellerAct::ProposeRefund { percent } => (
                "propose_refund",
                format!("propose_refund:{}", self.parts.ids.id()),
                Prepared { intent: json!({ "percent": percent }), ..Prepared::default() },
            ),
        };
        let attempt = s.journal.next_attempt(&key);
        let entry = line(step, &key, attempt, Actor::Seller, &prepared);
        let Some(id) = self.begin(s, &entry, &prepared, s.order.stage).await? else {
            return Err(ActError::Busy);
        };
        crash::point(Point::ActBeforeCall);
        let outcome = steps::perform_act(&act, &prepared, s, &self.parts).await;
        crash::point(Point::ActAfterCall);
        self.finish_act(s, step, &key, Line::Written(id), outcome).await
    }

    /// Records what came of it, and says so to whoever asked.
    pub(super) async fn finish_act(
        &self,
        s: &Situation,
        step: &'static str,
        key: &str,
        line: Line<'_>,
        outcome: Outcome,
    ) -> Result<(), ActError> {
        let told = match &outcome {
            Outcome::Done(_) => Ok(()),
            Outcome::Unknown { .. } => Err(ActError::Unclear),
            Outcome::Retry { reason, effects, .. } | Outcome::Fail { reason, effects } => {
                Err(ActError::NotDone {
                    reason: reason.clone(),
                    said: effects.result.get("said").and_then(Value::as_str).unwrap_or_default().to_owned(),
                })
            }
        };
        // What the seller did not get done is told to them now, not tried again behind their back.
        let outcome = match outcome {
            Outcome::Retry { reason, effects, .. } => Outcome::Fail { reason, effects },
            outcome => outcome,
        };
        self.record(s, step, key, line, None, outcome).await?;
        crash::point(Point::ActRecorded);
        told
    }
}
