//! A word of the robot's that is no step of the walk: a reminder to somebody who says nothing to a delivery.

use serde_json::json;

use super::record::Line;
use super::step::line;
use super::{ActError, Runner};
use crate::crash::{self, Point};
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::situation::Situation;
use crate::fulfilment::steps::{self, Prepared};
use crate::guard::find_leak;
use crate::store::Actor;

/// Tries of one reminder. It is a courtesy: what fails so often is left.
const MOST_TRIES: usize = 3;

impl Runner {
    /// Says this to the buyer once, however often it is asked for under the same name.
    ///
    /// # Errors
    /// When it was refused or failed too often, is not known to have been said, or a step of the order is under way.
    pub async fn remind(&self, order_id: &str, name: &str, text: &str) -> Result<(), ActError> {
        let s = self.situation(order_id).await?;
        let key = format!("remind:{name}");
        if s.journal.is_done(&key) {
            return Ok(());
        }
        self.with_claim(order_id, async |s| self.remind_claimed(&s, &key, text).await).await
    }

    async fn remind_claimed(&self, s: &Situation, key: &str, text: &str) -> Result<(), ActError> {
        if s.journal.is_done(key) {
            return Ok(());
        }
        if s.journal.open(key).is_some() {
            // The walk finds out.
            return Err(ActError::Unclear);
        }
        if s.journal.failures(key, s.order.created_at).count() >= MOST_TRIES {
            return Err(ActError::NotDone { reason: "given_up".to_owned(), said: String::new() });
        }
        if find_leak(text).is_some() {
            return Err(ActError::NotDone { reason: "outgoing_blocked".to_owned(), said: String::new() });
        }
        let prepared = Prepared {
            intent: json!({ "text": text }),
            messages: vec![text.to_owned()],
            ..Prepared::default()
        };
        let entry = line("say", key, s.journal.next_attempt(key), Actor::Robot, &prepared);
        let Some(id) = self.begin(s, &entry, &prepared, s.order.stage).await? else {
            return Err(ActError::Busy);
        };
        crash::point(Point::RemindBeforeCall);
        let sent = self.parts.market.say(&s.order.market_order_id, text).await;
        crash::point(Point::RemindAfterCall);
        let outcome = match sent {
            Ok(message) => Outcome::Done(Effects {
                message_ids: vec![message.id.clone()],
                ..Effects::of(json!({ "message_id": message.id }))
            }),
            Err(error) => steps::ended(&error, s.now),
        };
        self.finish_act(s, "say", key, Line::Written(id), outcome).await
    }
}
