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
    /// The buyer turn whose wish it shows; a redraw by the seller has none.
    pub turn: Option<String>,
    /// One cheap picture for the buyer's yes, before the pictures that are delivered.
    pub is_draft: bool,
}

impl Round {
    /// What the seller's yes to going on after this draft is called.
    pub fn draft_yes(&self) -> String {
        format!("draft:{}", self.number)
    }

    fn next(&self, brief: Brief, turn: Option<String>, is_draft: bool) -> Self {
        Self { number: self.number + 1, brief, turn, is_draft }
    }
}

/// Rounds beyond the first that change something: the pictures that follow a draft's yes are none.
pub fn changes(rounds: &[Round]) -> u32 {
    let follows_yes = |pair: &&[Round]| pair[0].is_draft && !pair[1].is_draft;
    let changes = rounds.len().saturating_sub(1 + rounds.windows(2).filter(follows_yes).count());
    u32::try_from(changes).unwrap_or(u32::MAX)
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

    /// Whether what was drawn in this round was a draft.
    pub fn drew_draft(&self, round: u32) -> bool {
        let drawn = self.entries.iter().rfind(|entry| entry.key.starts_with(&format!("draw:{round}.")));
        drawn.and_then(|entry| entry.intent.get("draft")).is_some_and(|draft| draft == true)
    }

    /// The rounds of pictures this order has had, oldest first. A brief that changes before anything of its round was
    /// drawn stays the same round. `drafts` says whether the first one is a draft, as long as nothing of it was drawn;
    /// `allowed` whether a turn may begin the change of this number.
    pub fn rounds(&self, drafts: bool, allowed: impl Fn(&str, u32) -> bool) -> Vec<Round> {
        let mut rounds: Vec<Round> = Vec::new();
        let mut drawn = false;
        let mut told = 0;
        for entry in &self.entries {
            match entry.step.as_str() {
                "draw" => {
                    let drawn_for =
                        |round: &&mut Round| entry.key.starts_with(&format!("draw:{}.", round.number));
                    if let Some(round) = rounds.last_mut().filter(drawn_for) {
                        drawn = true;
                        round.is_draft = entry.intent.get("draft").is_some_and(|draft| draft == true);
                    }
                }
                "tell" if entry.outcome == EntryOutcome::Done => {
                    told = rounds.last().map_or(0, |last| last.number);
                }
                "read_brief" if entry.outcome == EntryOutcome::Done => {
                    let Ok(reading) = serde_json::from_value::<Reading>(entry.result.clone()) else {
                        continue;
                    };
                    let is_yes = reading.verdict == Verdict::Agree;
                    let agreed = rounds.last().filter(|last| is_yes && last.is_draft && last.number == told);
                    if let Some(last) = agreed {
                        rounds.push(last.next(last.brief.clone(), last.turn.clone(), false));
                        drawn = false;
                        continue;
                    }
                    let Some(brief) = reading.brief else { continue };
                    let change = changes(&rounds) + 1;
                    match rounds.last_mut() {
                        Some(last) if !drawn => {
                            last.brief = brief;
                            last.turn = Some(reading.turn);
                        }
                        Some(last) => {
                            if allowed(&reading.turn, change) {
                                let next = last.next(brief, Some(reading.turn), last.is_draft);
                                rounds.push(next);
                                drawn = false;
                            }
                        }
                        None => {
                            rounds.push(Round {
                                number: 1,
                                brief,
                                turn: Some(reading.turn),
                                is_draft: drafts,
                            });
                        }
                    }
                }
                "approve" if entry.outcome == EntryOutcome::Done => {
                    let waits =
                        |last: &&Round| last.is_draft && entry.key == format!("approve:{}", last.draft_yes());
                    if let Some(last) = rounds.last().filter(waits) {
                        rounds.push(last.next(last.brief.clone(), last.turn.clone(), false));
                        drawn = false;
                    }
                }
                "redraw" if entry.outcome == EntryOutcome::Done => {
                    let Some(last) = rounds.last() else { continue };
                    let mut brief = last.brief.clone();
                    if let Some(prompt) = entry.intent.get("prompt").and_then(|prompt| prompt.as_str()) {
                        prompt.clone_into(&mut brief.prompt);
                    }
                    rounds.push(last.next(brief, None, last.is_draft));
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
