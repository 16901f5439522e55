//! Has one picture drawn: the paid call. The whole answer is on disk before the result is recorded, so that what was
//! paid for once is never paid for again.

use std::time::Duration;

use serde_json::json;

use super::Prepared;
use super::keep::blocking;
use crate::crash::{self, Point};
use crate::fulfilment::drafts::{count_of, is_draft, resolution, worked_out};
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::plan::rounds;
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::images::files::sha256_hex;
use crate::images::{FilesError, clean, prompt_for};
use crate::model::chain::{Attempt, Failure};
use crate::model::{
    AspectRatio, Brief, DrawAnswer, DrawRequest, ModelError, PICTURE_MAX_TOKENS, Reference, Resolution,
    read_draw_answer, worst_case_usd,
};
use crate::store::{DiskTrouble, Entry, OrderKind, TaskRow, TaskStatus};

/// What a picture model is told of a draft.
const DRAFT: &str = "\nThis is a quick draft to show the idea: get subject, composition and colours right. Fine detail can wait.";

/// What a picture model is told of the draft it works out, which goes with the words.
const WORKS_OUT: &str = "\nThe attached picture is the draft of this one. Keep its subject, composition, viewpoint and colours, and work it out in full detail.";
/// The same of the further pictures of one brief.
const VARIES: &str = "\nThe attached picture is the draft. Keep its subject, style and colours.";

/// How long a paid answer is held in memory while the disk does not take it: the walk's hold on the order lasts longer.
const LONGEST_HELD: Duration = Duration::from_secs(300);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Name of the stored answer of one try.
pub(super) fn answer_name(order_id: &str, round: u32, n: u32, attempt: u32) -> String {
    format!("{order_id}-{round}-{n}-{attempt}")
}

/// Name of the stored answer of a journal entry, if it is a drawing.
pub(in crate::fulfilment) fn answer_of(order_id: &str, entry: &Entry) -> Option<String> {
    let (round, n) = entry.key.strip_prefix("draw:")?.split_once('.')?;
    Some(answer_name(order_id, round.parse().ok()?, n.parse().ok()?, entry.attempt))
}

/// The brief of a round with the listing's shape where the buyer asked for none.
pub(super) fn brief_of(s: &Situation, round: u32) -> Option<Brief> {
    let mut brief = rounds(s).into_iter().find(|known| known.number == round)?.brief;
    if brief.aspect_ratio == AspectRatio::Square {
        brief.aspect_ratio = s.rules.aspect_ratio;
    }
    Some(brief)
}

/// What one model is asked to draw.
struct Asked<'a> {
    prompt: String,
    aspect_ratio: AspectRatio,
    resolution: Resolution,
    /// The draft it is shown, by its hash.
    draft: Option<&'a str>,
}

fn asked<'a>(round: u32, n: u32, model: &str, s: &'a Situation, parts: &Parts) -> Option<Asked<'a>> {
    let brief = brief_of(s, round)?;
    let draft = worked_out(s, round).filter(|_| parts.takes_pictures(model));
    // The first picture is the draft worked out, and no variation of it.
    let of = if n == 1 && draft.is_some() { 1 } else { u8::try_from(count_of(s, round)).unwrap_or(4) };
    let mut prompt = prompt_for(&brief, s.rules.style.as_deref(), u8::try_from(n).unwrap_or(1), of);
    let is_draft = is_draft(s, round);
    prompt.push_str(match draft {
        Some(_) if n == 1 => WORKS_OUT,
        Some(_) => VARIES,
        None if is_draft => DRAFT,
        None => "",
    });
    let criteria = s.success_criteria();
    if !criteria.is_empty() {
        prompt.push_str("\n\nThe result will be judged by:");
        criteria.iter().for_each(|criterion| prompt.push_str(&format!("\n- {criterion}")));
    }
    Some(Asked { prompt, aspect_ratio: brief.aspect_ratio, resolution: resolution(s, is_draft), draft })
}

pub(super) fn prepare(round: u32, n: u32, model: &str, s: &Situation, parts: &Parts) -> Prepared {
    let asked = asked(round, n, model, s, parts);
    let size = asked.as_ref().map(|asked| asked.resolution).unwrap_or_default();
    let from = asked.as_ref().and_then(|asked| asked.draft);
    let ratio = asked.as_ref().map(|asked| asked.aspect_ratio).unwrap_or_default();
    let prompt = asked.as_ref().map(|asked| asked.prompt.as_str()).unwrap_or_default();
    let original_input = match s.order.kind {
        OrderKind::Task => s.requirement(),
        OrderKind::Order => rounds(s)
            .into_iter()
            .find(|known| known.number == round)
            .and_then(|known| known.turn)
            .and_then(|turn| {
                s.thread.iter().find(|line| line.id.as_deref() == Some(&turn)).map(|line| line.text.clone())
            })
            .unwrap_or_else(|| s.requirement()),
    };
    let task = TaskRow {
        id: if s.order.kind == OrderKind::Task { s.order.id.clone() } else { parts.ids.id() },
        order_id: s.order.id.clone(),
        round,
        market_order_id: match s.order.kind {
            OrderKind::Task => s.order.deliver_to.clone(),
            OrderKind::Order => Some(s.order.market_order_id.clone()),
        },
        original_input,
        optimized_prompt: brief_of(s, round).map(|brief| brief.prompt).unwrap_or_default(),
        model: model.to_owned(),
        count: count_of(s, round),
        status: TaskStatus::Running,
        error_message: None,
        image_paths: Vec::new(),
        created_at: s.now,
        completed_at: None,
    };
    Prepared {
        intent: json!({ "model": model, "prompt": prompt, "round": round, "n": n, "of": count_of(s, round), "draft": is_draft(s, round), "ratio": ratio, "size": size, "from": from }),
        reserved_usd: Some(worst_case_usd(model, size, None)),
        input_sha256: Some(sha256_hex(prompt.as_bytes())),
        messages: Vec::new(),
        task: Some(task),
    }
}

pub(super) async fn perform(
    round: u32,
    n: u32,
    model_id: &str,
    attempt: u32,
    s: &Situation,
    parts: &Parts,
) -> Outcome {
    let (Some(model), Some(asked)) = (parts.model(), asked(round, n, model_id, s, parts)) else {
        return Outcome::fail("model_missing");
    };
    let reference = match asked.draft {
        None => None,
        Some(draft) => match reference(draft, parts).await {
            Ok(reference) => Some(reference),
            Err(said) => return draft_missing(&said, model_id),
        },
    };
    let request = DrawRequest {
        model: model_id.to_owned(),
        prompt: asked.prompt,
        aspect_ratio: asked.aspect_ratio,
        resolution: asked.resolution,
        reference,
        route: s.rules.models.route,
        picture_only: parts.is_picture_only(model_id),
        max_tokens: PICTURE_MAX_TOKENS,
    };
    crash::point(Point::DrawBeforeCall);
    let answered = model.draw(&request).await;
    crash::point(Point::DrawAfterCall);
    match answered {
        Ok(answer) => {
            let kept = keep_answer(&answer_name(&s.order.id, round, n, attempt), &answer, parts).await;
            crash::point(Point::DrawAnswerKept);
            match kept {
                Ok(()) => Outcome::Done(drawn(&answer, model_id, attempt)),
                // Paid, and the bytes are only here: say so, so that the one allowed repeat is counted.
                Err(reason) => Outcome::Unknown { reason },
            }
        }
        Err(error) => failed(&error, model_id),
    }
}

/// A kept picture as a model is shown it: its pixels, no larger than models look at.
async fn reference(sha256: &str, parts: &Parts) -> Result<Reference, String> {
    let hash = sha256.to_owned();
    let cleaned =
        blocking(&parts.files, move |files| Ok::<_, FilesError>(clean(&files.read(&hash)?))).await?;
    let cleaned = cleaned.map_err(|error| error.to_string())?;
    Ok(Reference { media_type: cleaned.media_type.to_owned(), bytes: cleaned.bytes.into() })
}

/// Puts the whole answer on disk. It is paid for and nowhere else: where the disk does not take it, it is held in memory
/// until the disk does.
async fn keep_answer(name: &str, answer: &DrawAnswer, parts: &Parts) -> Result<(), String> {
    let disk = parts.store.disk();
    let mut waited = Duration::ZERO;
    loop {
        let (files, name, raw) = (parts.files.clone(), name.to_owned(), answer.raw.clone());
        let failed = match tokio::task::spawn_blocking(move || files.spool(&name, &raw)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error,
            Err(error) => return Err(format!("disk: {error}")),
        };
        let FilesError::Io { source, .. } = &failed else { return Err(format!("disk: {failed}")) };
        if waited >= LONGEST_HELD {
            return Err(format!("disk: {failed}"));
        }
        if disk.set(Some(DiskTrouble::of_io(source).unwrap_or(DiskTrouble::Failing))) {
            tracing::error!(error = %failed, "a paid picture cannot be put on disk; it is held until it can");
        }
        while disk.trouble().is_some() && waited < LONGEST_HELD {
            tokio::time::sleep(LOOK_AGAIN).await;
            waited += LOOK_AGAIN;
        }
        waited += LOOK_AGAIN;
    }
}

fn drawn(answer: &DrawAnswer, model_id: &str, attempt: u32) -> Effects {
    Effects {
        result: json!({ "model": answer.model.as_deref().unwrap_or(model_id), "generation_id": answer.generation_id, "ms": answer.ms, "try": attempt }),
        cost_usd: answer.cost_usd,
        output_sha256: Some(sha256_hex(&answer.raw)),
        ..Effects::nothing()
    }
}

fn failed(error: &ModelError, model_id: &str) -> Outcome {
    let reason = reason_of(error);
    if error.may_have_landed() {
        return Outcome::Unknown { reason: reason.to_owned() };
    }
    let mut effects = Effects {
        cost_usd: error.cost_usd(),
        ..Effects::of(
            json!({ "reason": reason, "said": error.to_string(), "attempt": Attempt::failed(model_id, error) }),
        )
    };
    if let ModelError::Refused { reasons, .. } = error {
        effects.result["reasons"] = json!(reasons);
    }
    // The chain decides in the plan what follows; the wait is in the attempt.
    Outcome::Retry { wait: Some(Duration::ZERO), reason: reason.to_owned(), effects }
}

/// Nothing was asked yet, and it counts as a try.
fn draft_missing(said: &str, model_id: &str) -> Outcome {
    let attempt = Attempt { model: model_id.to_owned(), failure: Failure::Passing, wait_seconds: None };
    let reason = "draft_missing";
    Outcome::Retry {
        wait: Some(Duration::ZERO),
        reason: reason.to_owned(),
        effects: Effects::of(json!({ "reason": reason, "said": said, "attempt": attempt })),
    }
}

/// A short code for the seller.
pub(super) fn reason_of(error: &ModelError) -> &'static str {
    match error {
        ModelError::Unauthorized => "key_refused",
        ModelError::OutOfCredit { .. } => "out_of_credit",
        other => other.code(),
    }
}

pub(super) async fn look(round: u32, n: u32, attempt: u32, s: &Situation, parts: &Parts) -> Looked {
    let files = parts.files.clone();
    let name = answer_name(&s.order.id, round, n, attempt);
    let raw = tokio::task::spawn_blocking(move || files.read_spool(&name)).await;
    match raw {
        Ok(Ok(Some(raw))) => match read_draw_answer(raw) {
            Ok(answer) => Looked::Landed(Box::new(drawn(&answer, "", attempt))),
            Err(_) => Looked::CannotTell,
        },
        Ok(Ok(None)) => Looked::CannotTell,
        Ok(Err(error)) => Looked::NotNow { reason: error.to_string() },
        Err(error) => Looked::NotNow { reason: error.to_string() },
    }
}
