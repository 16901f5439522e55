//! Hands the delivery over. The note names the primary result; the checks are those really run. If this fails, only
//! this is tried again (contract, completeOrder `x-client-rule`).

use serde_json::{Map, Value, json};

use super::Prepared;
use super::errors::{ended, not_now};
use super::say::file_names;
use crate::crash::{self, Point};
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::plan::rounds;
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::place_key;
use crate::guard::find_secret;
use crate::marketplaces::{DeliveryCheck, DeliveryNote, MarketError, MarketFile, MarketOrder, MarketStatus};

/// Most characters of a delivery note (contract, CompleteRequest).
const MOST_NOTE: usize = 2_000;

/// `by_hand` is the seller's own note.
pub(in crate::fulfilment) fn prepare(s: &Situation, by_hand: Option<&str>) -> Prepared {
    let delivery = delivery(s, by_hand);
    Prepared { intent: json!(delivery), ..Prepared::default() }
}

fn delivery(s: &Situation, by_hand: Option<&str>) -> DeliveryNote {
    let round = rounds(s).last().map_or(1, |round| round.number);
    let names = file_names(s, round);
    let note = match (by_hand, names.as_slice()) {
        (Some(note), _) => note.trim().to_owned(),
        (None, [only]) => format!("Delivered: {only}, attached to this order, drawn to your brief."),
        (None, [first, rest @ ..]) => format!(
            "Delivered: {first} (main picture), and {}; attached to this order, drawn to your brief.",
            rest.join(", ")
        ),
        (None, []) => "Delivered.".to_owned(),
    };
    let mut checks = Vec::new();
    let mut metrics = Map::new();
    let (mut bytes, mut render_ms, mut hashes) = (0u64, 0u64, Vec::new());
    for n in 1..=s.rules.count {
        let Some(check) = s.journal.done(&place_key("check", round, n)) else { continue };
        for run in check.result.get("checks").and_then(Value::as_array).into_iter().flatten() {
            let (Some(name), Some(passed)) =
                (run.get("name").and_then(Value::as_str), run.get("passed").and_then(Value::as_bool))
            else {
                continue;
            };
            checks.push(DeliveryCheck { name: format!("picture_{n}_{name}"), passed });
        }
        if let Some(kept) = s.journal.done(&place_key("keep", round, n)) {
            bytes += kept.result.get("bytes").and_then(Value::as_u64).unwrap_or(0);
            hashes.extend(kept.output_sha256.clone());
        }
        if let Some(drawn) = s.journal.done(&place_key("draw", round, n)) {
            render_ms += drawn.result.get("ms").and_then(Value::as_u64).unwrap_or(0);
        }
    }
    if !names.is_empty() {
        metrics.insert("file_count".to_owned(), json!(names.len()));
        metrics.insert("total_bytes".to_owned(), json!(bytes));
        metrics.insert("render_ms".to_owned(), json!(render_ms));
        metrics.insert("sha256".to_owned(), json!(hashes));
    }
    DeliveryNote { note: note.chars().take(MOST_NOTE).collect(), checks, metrics }
}

pub(in crate::fulfilment) async fn perform(prepared: &Prepared, s: &Situation, parts: &Parts) -> Outcome {
    let Ok(mut delivery) = serde_json::from_value::<DeliveryNote>(prepared.intent.clone()) else {
        return Outcome::fail("note_unreadable");
    };
    // Our own words and file names, or the seller's own note: only what nobody sends on purpose is stopped.
    if let Some(secret) = find_secret(&delivery.note) {
        return Outcome::Fail {
            reason: "outgoing_blocked".to_owned(),
            effects: Effects::of(json!({ "reason": "outgoing_blocked", "found": secret.code() })),
        };
    }
    let round = rounds(s).last().map_or(1, |round| round.number);
    let names = file_names(s, round);
    if !names.is_empty() {
        crash::point(Point::CompleteBeforeList);
        match parts.market.list_files(&s.order.market_order_id).await {
            Ok(files) => {
                let there =
                    names.iter().enumerate().all(|(at, name)| matches_kept(s, round, at, name, &files));
                if !there {
                    // Never complete without the files the note names (contract 1.7).
                    return Outcome::fail("files_not_on_order");
                }
                delivery.checks.push(DeliveryCheck { name: "files_on_order".to_owned(), passed: true });
            }
            Err(error) if error.is_passing() => return Outcome::retry(error.code()),
            Err(error) => return ended(&error, s.now),
        }
    }
    crash::point(Point::CompleteBeforeCall);
    let completing = parts.market.complete(&s.order.market_order_id, &delivery).await;
    crash::point(Point::CompleteAfterCall);
    match completing {
        Ok(order) => Outcome::Done(completed(order)),
        Err(error @ MarketError::Conflict { .. }) => {
            crash::point(Point::CompleteRefused);
            match parts.market.read_order(&s.order.market_order_id).await {
                Ok(order) if is_completed(&order.status) => Outcome::Done(completed(order)),
                Ok(order) => Outcome::Retry {
                    wait: None,
                    reason: error.code().to_owned(),
                    effects: Effects {
                        market_order: Some(order),
                        ..Effects::of(json!({ "reason": error.code() }))
                    },
                },
                Err(_) => ended(&error, s.now),
            }
        }
        Err(error) => ended(&error, s.now),
    }
}

fn matches_kept(s: &Situation, round: u32, at: usize, name: &str, files: &[MarketFile]) -> bool {
    let n = u32::try_from(at + 1).unwrap_or(1);
    let kept = s.journal.done(&place_key("keep", round, n));
    let bytes = kept.and_then(|entry| entry.result.get("bytes")?.as_u64());
    let sha256 = kept.and_then(|entry| entry.output_sha256.clone());
    files.iter().any(|file| {
        file.name == name
            && file.size.is_none_or(|size| Some(size) == bytes)
            && file.sha256.as_ref().is_none_or(|hash| Some(hash.to_lowercase()) == sha256)
    })
}

pub(super) async fn look(s: &Situation, parts: &Parts) -> Looked {
    match parts.market.read_order(&s.order.market_order_id).await {
        Ok(order) if is_completed(&order.status) || order.status == MarketStatus::InDispute => {
            Looked::Landed(Box::new(completed(order)))
        }
        Ok(_) => Looked::NotLanded,
        Err(error) => not_now(&error),
    }
}

fn is_completed(status: &MarketStatus) -> bool {
    matches!(status, MarketStatus::PendingConfirmation | MarketStatus::Completed)
}

fn completed(order: MarketOrder) -> Effects {
    Effects { market_order: Some(order), ..Effects::nothing() }
}
