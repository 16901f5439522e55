//! Looks at the buyer's files before the seller is bound (contract 1.8). Nothing is opened.

use serde_json::json;

use super::errors::ended;
use crate::crash::{self, Point};
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;

pub(super) async fn perform(s: &Situation, parts: &Parts) -> Outcome {
    crash::point(Point::CheckFilesBeforeCall);
    let listed = parts.market.list_files(&s.order.market_order_id).await;
    crash::point(Point::CheckFilesAfterCall);
    let files = match listed {
        Ok(files) => files,
        Err(error) => return ended_reading(&error, s),
    };
    let foreign = files.iter().filter(|file| file.uploader_id.as_deref() != Some(&parts.own_id));
    let risky = foreign.clone().find(|file| file.is_high_risk);
    Outcome::Done(Effects::of(json!({
        "files": foreign.count(),
        "safe": risky.is_none(),
        "file": risky.map(|file| file.name.chars().take(120).collect::<String>()),
    })))
}

/// Reading has no effect: a lost answer is simply asked for again.
fn ended_reading(error: &crate::marketplaces::MarketError, s: &Situation) -> Outcome {
    match ended(error, s.now) {
        Outcome::Unknown { reason } => Outcome::retry(reason),
        outcome => outcome,
    }
}
