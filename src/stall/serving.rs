//! What the stall has to serve with, looked at before every heartbeat and shown by the truth light.

use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{OpenAccount, Stall};
use crate::desk::contract::DeskEvent;
use crate::intake::{CannotServe, Means, ModelMeans, PulseView, can_serve};
use crate::model::ModelProblem;

/// An idle stall asks about the model's key this often.
const CHECK_KEY_EVERY: SignedDuration = SignedDuration::from_mins(15);

impl Stall {
    /// The means as they are known now, without asking anybody.
    pub(super) fn means(&self, account: &OpenAccount) -> Means {
        let model = match (account.model(), account.model_health.problem()) {
            (None, _) => ModelMeans::Missing,
            (Some(_), None) => ModelMeans::Works,
            (Some(_), Some(ModelProblem::KeyRefused)) => ModelMeans::KeyRefused,
            (Some(_), Some(ModelProblem::OutOfCredit)) => ModelMeans::OutOfCredit,
        };
        Means {
            wants_open: self.wants_open(),
            market_takes_key: takes_key(&account.feed.view(), &account.heartbeat.view()),
            model,
            disk: self.store().disk().trouble(),
        }
    }

    /// Whether an order that came now could be served, as far as is known without asking anybody.
    ///
    /// # Errors
    /// What is in the way.
    pub fn can_serve(&self, account: &OpenAccount) -> Result<(), CannotServe> {
        can_serve(&self.means(account))
    }

    /// Tries what can be tried without harm (a row, a file, the model's key where it is in doubt), then applies the
    /// rule. Screens are told when the answer changes.
    pub(super) async fn look_whether_we_can_serve(
        &self,
        account: &Arc<OpenAccount>,
    ) -> Result<(), CannotServe> {
        self.prove_the_disk().await;
        let now = self.clock().now();
        let health = &account.model_health;
        if let Some(model) = account.model()
            && (health.problem().is_some() || is_old(health.proved_at(), now))
            && let Err(error) = model.check_key().await
        {
            tracing::debug!(%error, "the model's key cannot be shown to work");
        }
        let can = can_serve(&self.means(account));
        let before =
            std::mem::replace(&mut *account.could_serve.lock().unwrap_or_else(PoisonError::into_inner), can);
        if can != before {
            self.signals().send(DeskEvent::StallChanged);
        }
        // Orders at the door were left there for want of what works now.
        let is_mended = health.take_mended() || before.is_err();
        if can.is_ok() && is_mended {
            self.go_on(account).await;
        }
        can
    }
}

/// Whether the market accepts our key, as far as feed and heartbeat have shown. A heartbeat that was refused counts
/// until the feed has worked since: without beats nothing else would ever show that the key is good again.
fn takes_key(feed: &PulseView, heart: &PulseView) -> bool {
    let refused = |view: &PulseView| view.problem.as_deref() == Some("market_unauthorized");
    !refused(feed) && (!refused(heart) || feed.worked_at > heart.tried_at)
}

fn is_old(proved_at: Option<Timestamp>, now: Timestamp) -> bool {
    proved_at.is_none_or(|at| now.duration_since(at).abs() >= CHECK_KEY_EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(worked: Option<i64>, tried: i64, problem: Option<&str>) -> PulseView {
        let at = |seconds| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        PulseView {
            worked_at: worked.map(at),
            tried_at: Some(at(tried)),
            problem: problem.map(str::to_owned),
            ..PulseView::default()
        }
    }

    #[test]
    fn a_refused_key_counts_until_the_feed_shows_it_is_good_again() {
        let refused = Some("market_unauthorized");
        assert!(takes_key(&view(Some(1), 1, None), &view(Some(1), 1, None)));
        assert!(!takes_key(&view(Some(1), 5, refused), &view(Some(1), 1, None)));
        assert!(!takes_key(&view(Some(1), 1, None), &view(Some(1), 5, refused)));
        assert!(takes_key(&view(Some(9), 9, None), &view(Some(1), 5, refused)));
        assert!(takes_key(&view(Some(1), 5, Some("market_network")), &view(None, 5, None)));
    }
}
