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

#[cfg(test)]
mod tests {
    use super::*;

    const NO_PICTURE: ModelError = ModelError::NoPicture { text: None, cost_usd: None };
    const DOWN: ModelError = ModelError::Overloaded { status: 502, wait: None };
    const FAILED: ModelError = ModelError::Server { status: 500 };

    fn gone() -> ModelError {
        ModelError::UnknownModel { model: "x".into() }
    }

    /// What comes after these tries with the models a, b and c.
    fn after(tries: &[(&str, ModelError)]) -> Next {
        let attempts: Vec<Attempt> =
            tries.iter().map(|(model, error)| Attempt::failed(model, error)).collect();
        Chain::of(["a", "b", "c"].map(str::to_owned).to_vec()).next(&attempts)
    }

    fn then(model: &str, seconds: u64) -> Next {
        Next::Try { model: model.to_owned(), wait: Duration::from_secs(seconds) }
    }

    #[test]
    fn begins_with_the_first_model_at_once() {
        assert_eq!(after(&[]), then("a", 0));
        assert_eq!(Chain::of(vec![]).next(&[]), Next::GiveUp);
    }

    #[test]
    fn leaves_a_gone_model_out_without_counting_it() {
        assert_eq!(after(&[("a", gone())]), then("b", 0));
        assert_eq!(after(&[("a", gone()), ("b", gone())]), then("c", 0));
        assert_eq!(after(&[("a", gone()), ("b", gone()), ("c", gone())]), Next::GiveUp);
        assert_eq!(
            after(&[("a", gone()), ("b", DOWN), ("c", DOWN)]),
            then("b", 8),
            "round again, past the gone one"
        );
    }

    #[test]
    fn moves_on_from_a_model_that_is_down() {
        assert_eq!(after(&[("a", DOWN)]), then("b", 2));
        assert_eq!(after(&[("a", DOWN), ("b", DOWN)]), then("c", 8));
        assert_eq!(after(&[("a", DOWN), ("b", DOWN), ("c", DOWN)]), Next::GiveUp, "three tries in all");
    }

    #[test]
    fn tries_a_model_twice_when_it_drew_nothing_or_failed() {
        for error in [NO_PICTURE, FAILED, ModelError::Network { message: String::new(), sent: true }] {
            assert_eq!(after(&[("a", error.clone())]), then("a", 2));
            assert_eq!(after(&[("a", error.clone()), ("a", error.clone())]), then("b", 8));
            assert_eq!(after(&[("a", error.clone()), ("a", error.clone()), ("b", error)]), Next::GiveUp);
        }
    }

    #[test]
    fn honours_the_hint_for_the_model_it_was_given_for() {
        let limited = |seconds| ModelError::RateLimited { wait: Some(Duration::from_millis(seconds)) };
        assert_eq!(after(&[("a", limited(20_100))]), then("a", 21));
        assert_eq!(after(&[("a", limited(500))]), then("a", 2), "never below the back-off");
        assert_eq!(after(&[("a", limited(90_000_000))]), then("a", 3600));
        let down = ModelError::Overloaded { status: 503, wait: Some(Duration::from_secs(60)) };
        assert_eq!(after(&[("a", down)]), then("b", 2));
    }

    #[test]
    fn waits_for_the_budget_with_the_same_model() {
        let held = ModelError::BudgetInFlight { wait: Duration::from_secs(12) };
        assert_eq!(after(&[("a", held.clone())]), then("a", 12));
        assert_eq!(after(&[("a", held.clone()), ("a", held.clone())]), then("a", 12));
        assert_eq!(
            after(&[("a", held.clone()), ("a", NO_PICTURE)]),
            then("a", 8),
            "waiting says nothing of the model"
        );
    }

    #[test]
    fn gives_up_where_trying_cannot_help() {
        for error in [
            ModelError::Unauthorized,
            ModelError::OutOfCredit { limit_source: None },
            ModelError::Refused { reasons: vec![], cost_usd: None },
            ModelError::Invalid { message: String::new() },
        ] {
            assert_eq!(after(&[("a", error)]), Next::GiveUp);
        }
    }

    #[test]
    fn keeps_the_only_model_as_long_as_there_are_tries() {
        let chain = Chain::of(vec!["a".into()]);
        let down = Attempt::failed("a", &DOWN);
        assert_eq!(chain.next(std::slice::from_ref(&down)), then("a", 2));
        assert_eq!(chain.next(&[down.clone(), down.clone()]), then("a", 8));
        assert_eq!(chain.next(&[down.clone(), down.clone(), down]), Next::GiveUp);
    }

    #[test]
    fn goes_on_when_the_seller_changed_the_models_meanwhile() {
        let chain = Chain::of(vec!["n".into(), "m".into()]);
        assert_eq!(chain.next(&[Attempt::failed("a", &NO_PICTURE)]), then("n", 2));
    }

    #[test]
    fn is_read_back_from_the_journal_as_it_was_written() {
        let attempt = Attempt::failed("a", &ModelError::RateLimited { wait: Some(Duration::from_secs(7)) });
        let text = serde_json::to_string(&attempt).unwrap();
        assert_eq!(text, r#"{"model":"a","failure":"passing","wait_seconds":7}"#);
        assert_eq!(serde_json::from_str::<Attempt>(&text).unwrap(), attempt);
    }
}
