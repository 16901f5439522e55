//! The flight recorder: history and journal of an order as one line of time.

use std::collections::BTreeMap;

use serde_json::Value;

use super::contract::{RecorderEntry, Who};
use super::convert::{amount, instant, who};
use crate::fulfilment::Journal;
use crate::store::{Entry, EntryOutcome, HistoryRow};

/// Longest text shown of one parameter.
const MOST_DETAIL: usize = 2_400;

/// Everything that happened to an order and everything that did not, oldest first.
pub(super) fn recorder(journal: &Journal, history: Vec<HistoryRow>) -> Vec<RecorderEntry> {
    let mut lines: Vec<(jiff::Timestamp, RecorderEntry)> = history
        .into_iter()
        .map(|row| {
            let entry = RecorderEntry {
                id: format!("h{}", row.id),
                at: instant(row.at),
                actor: who(row.actor),
                kind: row.kind,
                step: row.step,
                detail: row.detail,
                duration_ms: row.duration_ms,
            };
            (row.at, entry)
        })
        .collect();
    // The seller's decisions are in the history already.
    let steps = journal
        .entries()
        .iter()
        .filter(|entry| !matches!(entry.step.as_str(), "approve" | "redraw" | "words"));
    lines.extend(steps.map(|entry| (entry.intent_at, line(entry))));
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, entry)| entry).collect()
}

fn line(entry: &Entry) -> RecorderEntry {
    let kind = match entry.outcome {
        EntryOutcome::Open => "step_begun",
        EntryOutcome::Done => "step_done",
        EntryOutcome::Retry | EntryOutcome::Failed => "step_failed",
        EntryOutcome::Unclear => "step_unclear",
    };
    let mut detail = BTreeMap::new();
    for source in [&entry.intent, &entry.result] {
        collect(source, &mut detail);
    }
    if entry.attempt > 1 {
        detail.insert("attempt".to_owned(), entry.attempt.to_string());
    }
    if let Some(cost) = entry.cost_usd {
        detail.insert("cost_usd".to_owned(), amount(cost));
    }
    if let Some(hash) = &entry.output_sha256 {
        detail.insert("sha256".to_owned(), hash.clone());
    }
    if let Some(at) = entry.retry_at.filter(|_| entry.outcome == EntryOutcome::Retry) {
        detail.insert("until".to_owned(), instant(at));
    }
    let took = entry.result_at.map(|at| at.duration_since(entry.intent_at).as_millis());
    RecorderEntry {
        id: format!("j{}", entry.id),
        at: instant(entry.intent_at),
        actor: match who(entry.actor) {
            Who::Seller => Who::Seller,
            _ => Who::Robot,
        },
        kind: kind.to_owned(),
        step: Some(entry.step.clone()),
        detail,
        duration_ms: took.and_then(|ms| u32::try_from(ms).ok()),
    }
}

/// Plain values one level deep; a brief's own fields too.
fn collect(source: &Value, detail: &mut BTreeMap<String, String>) {
    let Some(fields) = source.as_object() else { return };
    for (name, value) in fields {
        let text = match value {
            Value::String(text) if !text.is_empty() => text.chars().take(MOST_DETAIL).collect(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Array(items) => {
                let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                if words.is_empty() {
                    continue;
                }
                words.join(", ")
            }
            Value::Object(_) if name == "brief" => {
                collect(value, detail);
                continue;
            }
            _ => continue,
        };
        detail.insert(name.clone(), text);
    }
}
