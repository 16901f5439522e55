//! A marketplace's refusal as the end of a step.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::marketplaces::MarketError;

/// How a failed call ends the step that made it, now.
pub(in crate::fulfilment) fn ended(error: &MarketError, now: Timestamp) -> Outcome {
    let reason = error.code().to_owned();
    if error.may_have_landed() {
        return Outcome::Unknown { reason };
    }
    let mut effects = Effects::of(json!({ "reason": reason, "said": error.to_string() }));
    match error {
        MarketError::RateLimited { wait } => Outcome::Retry { wait: Some(*wait), reason, effects },
        MarketError::Spent { next_at, .. } => {
            let wait = Duration::try_from(next_at.duration_since(now)).unwrap_or(Duration::ZERO);
            Outcome::Retry { wait: Some(wait), reason, effects }
        }
        MarketError::Network { .. } | MarketError::Server { .. } | MarketError::Unrecorded { .. } => {
            Outcome::Retry { wait: None, reason, effects }
        }
        MarketError::Conflict { .. } => {
            effects.reread = true;
            Outcome::Retry { wait: None, reason, effects }
        }
        _ => {
            effects.reread = matches!(error, MarketError::Forbidden { .. } | MarketError::NotFound);
            Outcome::Fail { reason, effects }
        }
    }
}

/// The far side could not be asked what happened.
pub(super) fn not_now(error: &MarketError) -> Looked {
    Looked::NotNow { reason: error.code().to_owned() }
}
