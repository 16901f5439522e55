//! What the journal of an order proves. Pure reading; the rows come from the store.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{Brief, Verdict, chain};
use crate::store::{Entry, EntryOutcome};

/// An order's journal, oldest intent first.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    entries: Vec<Entry>,
}

/// What reading one buyer turn gave; the result of `read_brief`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub turn: String,
    pub verdict: Verdict,
    pub brief: Option<Brief>,
    pub question: String,
    pub reason: String,
    pub language: String,
}

/// A set of pictures drawn from one brief. Changes of mind and redraws begin another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub number: u32,
    pub brief: Brief,
    /// The buyer turn it answers; a redraw by the seller has none.
    pub turn: Option<String>,
}

impl Journal {
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry that did this, if it is done.
    pub fn done(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key && entry.outcome == EntryOutcome::Done)
    }

    pub fn is_done(&self, key: &str) -> bool {
        self.done(key).is_some()
    }

    /// The latest try of this effect.
    pub fn last(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }

    /// An intent without a result: the effect may or may not exist.
    pub fn open(&self, key: &str) -> Option<&Entry> {
        self.last(key).filter(|entry| entry.outcome == EntryOutcome::Open)
    }

    /// Every intent without a result, oldest first.
    pub fn all_open(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.outcome == EntryOutcome::Open)
    }

    /// The number of the next try.
    pub fn next_attempt(&self, key: &str) -> u32 {
        self.entries.iter().filter(|entry| entry.key == key).map(|entry| entry.attempt).max().unwrap_or(0) + 1
    }

    /// Tries of this effect since `base` that did not do it, oldest first.
    pub fn failures(&self, key: &str, base: Timestamp) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| {
            entry.key == key
                && entry.intent_at >= base
                && matches!(entry.outcome, EntryOutcome::Retry | EntryOutcome::Failed | EntryOutcome::Unclear)
        })
    }

    /// Readings of buyer turns, oldest first.
    pub fn readings(&self) -> Vec<(i64, Reading)> {
        self.entries
            .iter()
            .filter(|entry| entry.step == "read_brief" && entry.outcome == EntryOutcome::Done)
            .filter_map(|entry| Some((entry.id, serde_json::from_value(entry.result.clone()).ok()?)))
            .collect()
    }

    /// Failed tries of one picture as the model chain knows them.
    pub fn draw_attempts(&self, key: &str, base: Timestamp) -> Vec<chain::Attempt> {
        self.failures(key, base)
            .filter_map(|entry| serde_json::from_value(entry.result.get("attempt")?.clone()).ok())
            .collect()
    }

    /// The rounds of pictures this order has had, oldest first. A brief that changes before anything of its round was
    /// drawn stays the same round. `allowed` tells whether a turn may begin a further round.
    pub fn rounds(&self, allowed: impl Fn(&str, u32) -> bool) -> Vec<Round> {
        let mut rounds: Vec<Round> = Vec::new();
        let mut drawn = false;
        for entry in &self.entries {
            match entry.step.as_str() {
                "draw" => {
                    drawn = drawn
                        || rounds
                            .last()
                            .is_some_and(|round| entry.key.starts_with(&format!("draw:{}.", round.number)))
                }
                "read_brief" if entry.outcome == EntryOutcome::Done => {
                    let Ok(reading) = serde_json::from_value::<Reading>(entry.result.clone()) else {
                        continue;
                    };
                    let Some(brief) = reading.brief else { continue };
                    match rounds.last_mut() {
                        Some(last) if !drawn => {
                            last.brief = brief;
                            last.turn = Some(reading.turn);
                        }
                        Some(last) => {
                            let number = last.number + 1;
                            if allowed(&reading.turn, number) {
                                rounds.push(Round { number, brief, turn: Some(reading.turn) });
                                drawn = false;
                            }
                        }
                        None => rounds.push(Round { number: 1, brief, turn: Some(reading.turn) }),
                    }
                }
                "redraw" if entry.outcome == EntryOutcome::Done => {
                    let Some(last) = rounds.last() else { continue };
                    let mut brief = last.brief.clone();
                    if let Some(prompt) = entry.intent.get("prompt").and_then(|prompt| prompt.as_str()) {
                        prompt.clone_into(&mut brief.prompt);
                    }
                    rounds.push(Round { number: last.number + 1, brief, turn: None });
                    drawn = false;
                }
                _ => {}
            }
        }
        rounds
    }

    /// What the seller allowed by hand.
    pub fn approved(&self, what: &str) -> bool {
        self.is_done(&format!("approve:{what}"))
    }

    /// The words the seller wrote for a message that was held back, and the entry that says so.
    pub fn sellers_words(&self, key: &str) -> Option<(i64, &str)> {
        let entry = self.done(&format!("words:{key}"))?;
        Some((entry.id, entry.intent.get("text")?.as_str()?))
    }

    /// Model cost of this order so far.
    pub fn cost_usd(&self) -> Decimal {
        self.entries.iter().filter_map(|entry| entry.cost_usd).sum()
    }
}
