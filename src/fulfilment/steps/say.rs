//! The robot's words to the buyer. After an unclear failure the thread is read and compared before repeating.

use serde_json::{Value, json};

use super::Prepared;
use super::errors::{ended, not_now};
use super::upload::file_name;
use crate::conversations::{Filling, buyer_language, criteria_met, fill, new_links};
use crate::crash::{self, Point};
use crate::fulfilment::linked::address_of;
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::{Step, place_key};
use crate::guard::{Leak, find_leak, is_invisible};
use crate::settings::{Language, TemplateKey};
use crate::store::{Speaker, TaskStatus};

pub(super) fn prepare(step: &Step, s: &Situation) -> Prepared {
    let text = match s.journal.sellers_words(&step.key()) {
        Some((_, text)) => text.to_owned(),
        None => words(step, s).0,
    };
    Prepared { intent: json!({ "text": text }), message: Some(text), ..Prepared::default() }
}

/// The robot's words, and what in them must not leave. What the seller wrote themselves (templates, the listing's name)
/// is theirs to say; what a model or a buyer put in is not.
fn words(step: &Step, s: &Situation) -> (String, Option<Leak>) {
    let own_words: String =
        s.thread.iter().filter(|line| line.who == Speaker::Buyer).map(|line| line.text.as_str()).collect();
    let own_words = format!("{own_words}{}", s.requirement());
    let language = buyer_language(s.language().as_deref(), &own_words, &s.rules.listing_title);
    let question = match step {
        Step::Guide { turn } if turn != "start" => {
            s.last_reading().map(|reading| reading.question).unwrap_or_default()
        }
        _ => String::new(),
    };
    let key = match step {
        Step::Greet => TemplateKey::Started,
        Step::Guide { .. } if question.trim().is_empty() => TemplateKey::Guide,
        Step::Guide { .. } => TemplateKey::GuideAgain,
        Step::Apologise { .. } => TemplateKey::Apology,
        Step::Tell { round } if *round > 1 => TemplateKey::Changed,
        _ => TemplateKey::Delivered,
    };
    let files = match step {
        Step::Tell { round } => {
            file_names(s, *round).join(if language == Language::Chinese { "、" } else { ", " })
        }
        _ => String::new(),
    };
    // A buyer's name is theirs to choose: one that must not leave is left out.
    let buyer = s
        .order
        .buyer_name
        .as_deref()
        .filter(|name| is_a_name(name) && find_leak(name).is_none())
        .unwrap_or_default();
    let filling = Filling {
        listing: &s.rules.listing_title,
        buyer,
        count: s.rules.count,
        question: &question,
        files: &files,
    };
    let template = s.rules.templates.text(key, language);
    if let Step::TellAgain { round, turn } = step {
        let again = links(s, |n| Step::LinkAgain { round: *round, n, turn: turn.clone() });
        let text = new_links(language, &again);
        return (text.chars().take(s.abilities.max_message_chars).collect(), None);
    }
    let mut text = fill(template, &filling);
    let own = fill(template, &Filling { buyer: "", question: "", ..filling });
    let leak = find_leak(&question).or_else(|| find_leak(&text).filter(|_| find_leak(&own).is_none()));
    if let Step::Tell { round } = step
        && s.abilities.delivers_by_link
    {
        let links = links(s, |n| Step::Link { round: *round, n });
        let criteria = s.success_criteria();
        text = [text, links.join("\n"), criteria_met(language, &criteria, &file_names(s, *round))]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n");
    }
    (text.chars().take(s.abilities.max_message_chars).collect(), leak)
}

/// Each picture with the public address that a step gave it.
fn links(s: &Situation, step: impl Fn(u32) -> Step) -> Vec<String> {
    (1..=s.rules.count)
        .filter_map(|n| {
            let linked = s.journal.done(&step(n).key())?;
            let name = linked.result.get("name")?.as_str()?;
            Some(format!("{name}: {}", address_of(linked, s)?))
        })
        .collect()
}

/// Short, of one line, without marks of other languages than people's, and hiding nothing.
fn is_a_name(name: &str) -> bool {
    name.chars().count() <= 60
        && !name.chars().any(|c| "<>{}[]|\\".contains(c) || (c.is_control() || is_invisible(c)))
}

/// Names of the files of a round as the buyer sees them.
pub(super) fn file_names(s: &Situation, round: u32) -> Vec<String> {
    (1..=s.rules.count)
        .filter_map(|n| {
            let kept = s.journal.done(&place_key("keep", round, n))?;
            Some(file_name(round, n, kept.result.get("media_type")?.as_str()?))
        })
        .collect()
}

pub(super) async fn perform(step: &Step, prepared: &Prepared, s: &Situation, parts: &Parts) -> Outcome {
    let text = prepared.message.clone().unwrap_or_default();
    let by_seller = s.journal.sellers_words(&step.key()).is_some_and(|(_, words)| words == text);
    if !by_seller && let Some(leak) = words(step, s).1 {
        return Outcome::Fail {
            reason: "outgoing_blocked".to_owned(),
            effects: Effects::of(json!({ "reason": "outgoing_blocked", "found": leak.code() })),
        };
    }
    let (before, after) = around(step);
    crash::point(before);
    let sent = parts.market.say(&s.order.market_order_id, &text).await;
    crash::point(after);
    match sent {
        Ok(message) => Outcome::Done(said(step, message.id)),
        Err(error) => ended(&error, s.now),
    }
}

fn around(step: &Step) -> (Point, Point) {
    match step {
        Step::Greet => (Point::GreetBeforeCall, Point::GreetAfterCall),
        Step::Tell { .. } | Step::TellAgain { .. } => (Point::TellBeforeCall, Point::TellAfterCall),
        Step::Apologise { .. } => (Point::ApologiseBeforeCall, Point::ApologiseAfterCall),
        _ => (Point::GuideBeforeCall, Point::GuideAfterCall),
    }
}

pub(super) async fn look(step: &Step, intent: &Value, s: &Situation, parts: &Parts) -> Looked {
    match look_for(intent, s, parts).await {
        Ok(message_id) => Looked::Landed(Box::new(said(step, message_id))),
        Err(looked) => looked,
    }
}

/// The id of the message with the intent's text in the market's thread.
///
/// # Errors
/// What its absence means.
pub(super) async fn look_for(intent: &Value, s: &Situation, parts: &Parts) -> Result<String, Looked> {
    let text = intent.get("text").and_then(Value::as_str).unwrap_or_default();
    let thread = match parts.market.read_thread(&s.order.market_order_id).await {
        Ok(thread) => thread,
        Err(error) => return Err(not_now(&error)),
    };
    // Messages already known to belong to other steps do not count: the same words may be said twice.
    let known: Vec<&str> =
        s.journal.entries().iter().filter_map(|entry| entry.result.get("message_id")?.as_str()).collect();
    let ours = thread.iter().rev().find(|message| {
        message.sender_id.as_deref() == Some(&parts.own_id)
            && message.text.trim() == text.trim()
            && !known.contains(&message.id.as_str())
    });
    ours.map(|message| message.id.clone()).ok_or(Looked::NotLanded)
}

fn said(step: &Step, message_id: String) -> Effects {
    let mut effects = Effects::of(json!({ "message_id": message_id }));
    effects.message_id = Some(message_id);
    match step {
        Step::Tell { round } => effects.task_end = Some((*round, TaskStatus::Success, None)),
        Step::Apologise { round } => {
            effects.task_end =
                Some((*round, TaskStatus::Failed, Some("drawing or uploading failed".to_owned())))
        }
        _ => {}
    }
    effects
}
