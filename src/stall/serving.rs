//! What the stall has to serve with, looked at before every heartbeat and shown by the truth light.

use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{OpenAccount, OpenMolt, Stall};
use crate::desk::contract::DeskEvent;
use crate::intake::{CannotServe, Means, ModelMeans, PulseView, can_serve};
use crate::model::{ModelHealth, ModelProblem};

/// An idle stall asks about the model's key this often.
const CHECK_KEY_EVERY: SignedDuration = SignedDuration::from_mins(15);

impl Stall {
    /// The means as they are known now, without asking anybody.
    pub(super) fn means(&self, account: &OpenAccount) -> Means {
        Means {
            wants_open: self.wants_open(),
            market_takes_key: takes_key(&account.feed.view(), &account.heartbeat.view()),
            model: model_means(account.model().is_some(), &account.model_health),
            disk: self.store().disk().trouble(),
        }
    }

    /// The same for given jobs.
    pub(super) fn means_of_given(&self, molt: &OpenMolt) -> Means {
        let parts = &molt.given.runner.parts;
        let has_model = parts.model.read().unwrap_or_else(PoisonError::into_inner).is_some();
        Means {
            wants_open: self.wants_open(),
            market_takes_key: !is_refused(&molt.inbox.view()),
            model: model_means(has_model, &molt.given.model_health),
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
        account.show_listings.notify_one();
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
    !is_refused(feed) && (!is_refused(heart) || feed.worked_at > heart.tried_at)
}

fn is_refused(view: &PulseView) -> bool {
    view.problem.as_deref() == Some("market_unauthorized")
}

fn model_means(has_model: bool, health: &ModelHealth) -> ModelMeans {
    match (has_model, health.problem()) {
        (false, _) => ModelMeans::Missing,
        (true, None) => ModelMeans::Works,
        (true, Some(ModelProblem::KeyRefused)) => ModelMeans::KeyRefused,
        (true, Some(ModelProblem::OutOfCredit)) => ModelMeans::OutOfCredit,
    }
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
