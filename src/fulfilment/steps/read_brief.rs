//! Reads what the buyer wrote into a checked form. The model's answer only fills fields; code decides what follows.

use serde_json::json;

use crate::conversations::{asks_how_met, says_link_is_closed};
use crate::crash::{self, Point};
use crate::fulfilment::drafts::may_answer;
use crate::fulfilment::journal::Reading;
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::plan::rounds;
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::{REQUIREMENT_TURN, Situation};
use crate::images::files::sha256_hex;
use crate::model::{AnalysisRequest, Brief, ModelError, Verdict, WORST_READING_USD};

use super::Prepared;

/// Lines of the thread the model sees before the newest turn.
const EXCERPT_LINES: usize = 8;
/// Of a buyer's words that are shown to the seller as their question.
const MOST_QUESTION_CHARS: usize = 500;

pub(super) fn prepare(turn: &str, s: &Situation) -> Prepared {
    Prepared {
        intent: json!({ "turn": turn }),
        reserved_usd: Some(WORST_READING_USD),
        input_sha256: Some(sha256_hex(s.unread_text(turn).as_bytes())),
        ..Prepared::default()
    }
}

pub(super) async fn perform(turn: &str, s: &Situation, parts: &Parts) -> Outcome {
    let Some(model) = parts.model() else { return Outcome::fail("model_missing") };
    let requirement = s.requirement();
    let request = AnalysisRequest {
        models: s.rules.models.text.clone(),
        listing_title: s.rules.listing_title.clone(),
        listing_description: s.rules.listing_description.clone(),
        buyer_language_hint: s.language(),
        asks_in: s.rules.language,
        previous_brief: rounds(s).last().map(|round| round.brief.clone()),
        draft_waits: may_answer(s, turn),
        buyer_text: s.unread_text(turn),
        thread_excerpt: excerpt(turn, s),
        requirement: (turn != REQUIREMENT_TURN && !requirement.is_empty()).then_some(requirement),
    };
    crash::point(Point::ReadBriefBeforeCall);
    let answered = model.analyse(&request).await;
    crash::point(Point::ReadBriefAfterCall);
    match answered {
        Ok(answer) => {
            let analysis = answer.value;
            let reading = settled(
                Reading {
                    turn: turn.to_owned(),
                    verdict: analysis.verdict,
                    brief: Brief::from_analysis(&analysis),
                    question: analysis.question,
                    reason: analysis.reason,
                    language: analysis.language,
                },
                s,
            );
            Outcome::Done(Effects { result: json!(reading), cost_usd: answer.cost_usd, ..Effects::nothing() })
        }
        Err(error) => failed(&error),
    }
}

/// What follows from a turn that speaks of a link that does not open is not for a model to decide: the same pictures are
/// linked again, nothing is drawn, and what else was said goes to the seller.
fn settled(reading: Reading, s: &Situation) -> Reading {
    let text = s.unread_text(&reading.turn);
    let was_told = s.abilities.delivers_by_link
        && s.journal.entries().iter().any(|entry| entry.step == "tell" && s.journal.is_done(&entry.key));
    let words = || text.chars().take(MOST_QUESTION_CHARS).collect();
    match reading.verdict {
        // A yes to something they have not seen, or that nobody asked for, is a friendly word.
        Verdict::Agree if !may_answer(s, &reading.turn) => Reading { verdict: Verdict::Chat, ..reading },
        Verdict::CannotOpen if was_told => Reading { question: String::new(), ..reading },
        // Nothing was linked: only the seller can help.
        Verdict::CannotOpen => Reading { verdict: Verdict::NoBrief, question: words(), ..reading },
        Verdict::Refuse => reading,
        verdict if was_told && says_link_is_closed(&text) => {
            let question = if verdict == Verdict::Chat { String::new() } else { words() };
            Reading { verdict: Verdict::CannotOpen, brief: None, question, ..reading }
        }
        // A question about what was delivered has no picture for an answer: the seller gives it.
        Verdict::Change if was_told && asks_how_met(&text) => {
            Reading { verdict: Verdict::NoBrief, brief: None, question: words(), ..reading }
        }
        _ => reading,
    }
}

/// Asking a model to read again changes nothing outside, so a lost answer is asked for again; what it may have cost stays
/// counted.
fn failed(error: &ModelError) -> Outcome {
    let reason = super::draw::reason_of(error);
    if error.may_have_landed() {
        return Outcome::Unknown { reason: reason.to_owned() };
    }
    let effects = Effects {
        cost_usd: error.cost_usd(),
        ..Effects::of(json!({ "reason": reason, "said": error.to_string() }))
    };
    if error.is_passing() || matches!(error, ModelError::Unusable { .. }) {
        Outcome::Retry { wait: error.wait(), reason: reason.to_owned(), effects }
    } else {
        Outcome::Fail { reason: reason.to_owned(), effects }
    }
}

fn excerpt(turn: &str, s: &Situation) -> Option<String> {
    let end = s.thread.iter().position(|line| line.id.as_deref() == Some(turn)).unwrap_or(s.thread.len());
    let from = end.saturating_sub(EXCERPT_LINES);
    let lines: Vec<String> =
        s.thread[from..end].iter().map(|line| format!("{}: {}", line.who.as_str(), line.text)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
