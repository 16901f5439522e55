//! The robot's words to the buyer. After an unclear failure the thread is read and compared before repeating.

use serde_json::{Value, json};

use super::Prepared;
use super::errors::{ended, not_now};
use super::upload::name_of;
use crate::conversations::{Filling, buyer_language, criteria_met, fill, new_links};
use crate::crash::{self, Point};
use crate::fulfilment::drafts::count_of;
use crate::fulfilment::linked::address_of;
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::plan::rounds;
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::{Step, place_key};
use crate::guard::{Leak, find_leak, is_invisible};
use crate::marketplaces::{MarketMessage, MarketResult, split_message};
use crate::settings::{Language, TemplateKey};
use crate::store::{Speaker, TaskStatus};

pub(super) fn prepare(step: &Step, s: &Situation) -> Prepared {
    let text = match s.journal.sellers_words(&step.key()) {
        Some((_, text)) => text.to_owned(),
        None => words(step, s).0,
    };
    let messages = messages(&text, s);
    Prepared { intent: json!({ "text": text }), messages, ..Prepared::default() }
}

/// The robot's words, and what in them must not leave. What the seller wrote themselves (templates, the listing's name)
/// is theirs to say; what a model or a buyer put in is not.
fn words(step: &Step, s: &Situation) -> (String, Option<Leak>) {
    let own_words: String =
        s.thread.iter().filter(|line| line.who == Speaker::Buyer).map(|line| line.text.as_str()).collect();
    let own_words = format!("{own_words}{}", s.requirement());
    let language = s
        .rules
        .language
        .unwrap_or_else(|| buyer_language(s.language().as_deref(), &own_words, &s.rules.listing_title));
    let question = match step {
        Step::Guide { turn } if turn != "start" => {
            s.last_reading().map(|reading| reading.question).unwrap_or_default()
        }
        _ => String::new(),
    };
    let is_job = s.abilities.delivers_by_link;
    let key = match step {
        Step::Greet => TemplateKey::Started,
        Step::Guide { .. } if question.trim().is_empty() => TemplateKey::Guide,
        Step::Guide { .. } => TemplateKey::GuideAgain,
        Step::Apologise { .. } if is_job => TemplateKey::JobApology,
        Step::Apologise { .. } => TemplateKey::Apology,
        Step::Tell { round } => match told(s, *round) {
            Told::Draft => TemplateKey::Draft,
            Told::Changed if is_job => TemplateKey::JobChanged,
            Told::Changed => TemplateKey::Changed,
            Told::Delivered if is_job => TemplateKey::JobDelivered,
            Told::Delivered => TemplateKey::Delivered,
        },
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
        count: match step {
            Step::Tell { round } => count_of(s, *round),
            _ => s.rules.count,
        },
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
    (text, leak)
}

/// What the pictures of a round are to the buyer.
enum Told {
    Draft,
    Delivered,
    Changed,
}

fn told(s: &Situation, round: u32) -> Told {
    let rounds = rounds(s);
    match rounds.iter().find(|known| known.number == round) {
        Some(known) if known.is_draft => Told::Draft,
        _ if rounds.iter().any(|known| known.number < round && !known.is_draft) => Told::Changed,
        _ => Told::Delivered,
    }
}

/// The words as the messages they go in: one where the market takes them in one.
fn messages(text: &str, s: &Situation) -> Vec<String> {
    if text.chars().count() <= s.abilities.max_message_chars {
        return vec![text.to_owned()];
    }
    split_message(text)
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
            Some(name_of(&s.journal, round, n, kept.result.get("media_type")?.as_str()?))
        })
        .collect()
}

pub(super) async fn perform(step: &Step, prepared: &Prepared, s: &Situation, parts: &Parts) -> Outcome {
    let by_seller =
        s.journal.sellers_words(&step.key()).is_some_and(|(_, words)| prepared.intent["text"] == *words);
    if !by_seller && let Some(leak) = words(step, s).1 {
        return Outcome::Fail {
            reason: "outgoing_blocked".to_owned(),
            effects: Effects::of(json!({ "reason": "outgoing_blocked", "found": leak.code() })),
        };
    }
    let (before, after) = around(step);
    crash::point(before);
    let sent = say_all(&prepared.messages, s, parts).await;
    crash::point(after);
    match sent {
        Ok(ids) => Outcome::Done(said(step, ids)),
        Err(error) => ended(&error, s.now),
    }
}

/// Sends the messages in order and answers their ids. Of several, those that went before are not sent again.
async fn say_all(messages: &[String], s: &Situation, parts: &Parts) -> MarketResult<Vec<String>> {
    let order_id = &s.order.market_order_id;
    let mut gone: Vec<Option<String>> = match messages.len() {
        0 | 1 => Vec::new(),
        _ => find(messages, &parts.market.read_thread(order_id).await?, s, parts),
    };
    gone.resize(messages.len(), None);
    let mut ids = Vec::with_capacity(messages.len());
    for (text, known) in messages.iter().zip(gone) {
        ids.push(match known {
            Some(id) => id,
            None => parts.market.say(order_id, text).await?.id,
        });
    }
    Ok(ids)
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
        Ok(ids) => Looked::Landed(Box::new(said(step, ids))),
        Err(looked) => looked,
    }
}

/// The ids of the messages with the intent's text in the market's thread.
///
/// # Errors
/// What it means that they are not all there.
pub(super) async fn look_for(intent: &Value, s: &Situation, parts: &Parts) -> Result<Vec<String>, Looked> {
    let text = intent.get("text").and_then(Value::as_str).unwrap_or_default();
    let thread = match parts.market.read_thread(&s.order.market_order_id).await {
        Ok(thread) => thread,
        Err(error) => return Err(not_now(&error)),
    };
    let found = find(&messages(text, s), &thread, s, parts);
    found.into_iter().collect::<Option<Vec<String>>>().ok_or(Looked::NotLanded)
}

/// For each of these messages its id in the thread, if it is there.
fn find(messages: &[String], thread: &[MarketMessage], s: &Situation, parts: &Parts) -> Vec<Option<String>> {
    // Messages already known to belong to other steps do not count: the same words may be said twice.
    let known: Vec<&str> = s.journal.entries().iter().flat_map(|entry| ids_in(&entry.result)).collect();
    let ours = |text: &String| {
        let found = thread.iter().rev().find(|message| {
            message.sender_id.as_deref() == Some(&parts.own_id)
                && message.text.trim() == text.trim()
                && !known.contains(&message.id.as_str())
        });
        found.map(|message| message.id.clone())
    };
    messages.iter().map(ours).collect()
}

/// The messages a step's result names.
fn ids_in(result: &Value) -> Vec<&str> {
    let several = result.get("message_ids").and_then(Value::as_array);
    let one = result.get("message_id").and_then(Value::as_str);
    several.into_iter().flatten().filter_map(Value::as_str).chain(one).collect()
}

/// What is recorded of messages that are on the market.
pub(super) fn said_ids(ids: Vec<String>) -> Effects {
    let result = match ids.as_slice() {
        [one] => json!({ "message_id": one }),
        several => json!({ "message_ids": several }),
    };
    Effects { message_ids: ids, ..Effects::of(result) }
}

fn said(step: &Step, ids: Vec<String>) -> Effects {
    let mut effects = said_ids(ids);
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
