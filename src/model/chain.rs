//! Which model draws next, and when: plain data and one pure decision, so that it can be kept in the journal.
//!
//! Three tries in all, back-off of 2, 8 and 30 s (contract, OpenRouter `x-retry`). A model that is gone costs no try.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::ModelError;

/// How a try failed, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The provider no longer has the model: it is left out from here on.
    ModelGone,
    /// The model is down, or its answer too large: another one next.
    ModelDown,
    /// No picture, or one that failed its checks: once more, then another model.
    NoPicture,
    /// Too fast, a failure of the provider or of the network: once more, then another model.
    Passing,
    /// Calls under way hold the budget: the same model again, later.
    Waiting,
    /// Trying again cannot help.
    Final,
}

impl From<&ModelError> for Failure {
    fn from(error: &ModelError) -> Self {
        match error {
            ModelError::UnknownModel { .. } => Self::ModelGone,
            ModelError::Overloaded { .. } | ModelError::TooLarge { .. } => Self::ModelDown,
            ModelError::NoPicture { .. } => Self::NoPicture,
            ModelError::RateLimited { .. } | ModelError::Server { .. } | ModelError::Network { .. } => {
                Self::Passing
            }
            ModelError::BudgetInFlight { .. } => Self::Waiting,
            ModelError::Unauthorized
            | ModelError::OutOfCredit { .. }
            | ModelError::Refused { .. }
            | ModelError::Invalid { .. }
            | ModelError::Unusable { .. } => Self::Final,
        }
    }
}

/// A failed try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub model: String,
    pub failure: Failure,
    /// Seconds the provider asked to wait, when it did.
    pub wait_seconds: Option<u64>,
}

impl Attempt {
    /// The try of `model` that ended in `error`.
    pub fn failed(model: &str, error: &ModelError) -> Self {
        Self {
            model: model.to_owned(),
            failure: error.into(),
            wait_seconds: error.wait().map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
        }
    }
}

/// The models of a stall in the order it prefers them, and how often to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    pub models: Vec<String>,
    /// Tries in all, over every model.
    pub most_tries: usize,
    /// Wait after the first, second, ... try; the last one is used for all further ones.
    pub backoff: Vec<Duration>,
}

/// What to do after the tries made so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Try { model: String, wait: Duration },
    GiveUp,
}

/// A hint longer than this is cut: the order is looked at again by then.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

impl Chain {
    /// The chain with the contract's three tries and back-off.
    pub fn of(models: Vec<String>) -> Self {
        Self { models, most_tries: 3, backoff: [2, 8, 30].map(Duration::from_secs).to_vec() }
    }

    /// The next try for one picture, given the failed ones, oldest first.
    pub fn next(&self, attempts: &[Attempt]) -> Next {
        let gone = |model: &str| attempts.iter().any(|a| a.failure == Failure::ModelGone && a.model == model);
        let left: Vec<&String> = self.models.iter().filter(|model| !gone(model)).collect();
        let Some(first) = left.first() else { return Next::GiveUp };
        let tries = attempts.iter().filter(|a| a.failure != Failure::ModelGone).count();
        let Some(last) = attempts.last() else {
            return Next::Try { model: (*first).clone(), wait: Duration::ZERO };
        };
        if tries >= self.most_tries || last.failure == Failure::Final {
            return Next::GiveUp;
        }
        let twice = attempts
            .iter()
            .rev()
            .skip(1)
            .take(1)
            .any(|a| a.model == last.model && a.failure != Failure::Waiting);
        let stays = match last.failure {
            Failure::Waiting => true,
            Failure::NoPicture | Failure::Passing => !twice,
            Failure::ModelGone | Failure::ModelDown | Failure::Final => false,
        };
        let model = match self.after(&last.model, &left) {
            _ if stays && left.contains(&&last.model) => last.model.clone(),
            Some(next) => next.clone(),
            None => (*first).clone(),
        };
        let wait = if last.failure == Failure::ModelGone {
            Duration::ZERO
        } else if model == last.model {
            let hint = Duration::from_secs(last.wait_seconds.unwrap_or(0)).min(LONGEST_WAIT);
            self.backoff_after(tries).max(hint)
        } else {
            // The hint was for the model that is left now.
            self.backoff_after(tries)
        };
        Next::Try { model, wait }
    }

    /// The model that follows in the stall's order, round again from the end.
    fn after<'a>(&self, model: &str, left: &[&'a String]) -> Option<&'a String> {
        let at = self.models.iter().position(|m| m == model)?;
        let order = self.models.iter().cycle().skip(at + 1).take(self.models.len());
        order.filter_map(|m| left.iter().copied().find(|l| *l == m)).next()
    }

    fn backoff_after(&self, tries: usize) -> Duration {
        let at = tries.saturating_sub(1).min(self.backoff.len().saturating_sub(1));
        self.backoff.get(at).copied().unwrap_or_default()
    }
}
