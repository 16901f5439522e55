//! Checks a kept picture: it opens, is large enough, and shows something. Its thumbnails are made beside the walk.

use std::sync::Arc;

use serde_json::json;

use super::draw::{answer_name, brief_of};
use super::keep::blocking;
use crate::crash::{self, Point};
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::place_key;
use crate::images::{Asked, FailedCheck, SmallCopy, check_and_shrink};
use crate::store::PictureState;

pub(super) async fn perform(round: u32, n: u32, s: &Situation, parts: &Parts) -> Outcome {
    let kept = s.journal.done(&place_key("keep", round, n)).and_then(|entry| entry.output_sha256.clone());
    let (Some(sha256), Some(brief)) = (kept, brief_of(s, round)) else {
        return Outcome::fail("nothing_kept");
    };
    let hash = sha256.clone();
    let drawn = s.journal.done(&place_key("draw", round, n));
    let answer = drawn.map(|drawn| answer_name(&s.order.id, round, n, drawn.attempt));
    // What was asked for then, whatever the listing says now.
    let resolution = drawn.and_then(|drawn| serde_json::from_value(drawn.intent.get("size")?.clone()).ok());
    let asked = Asked { ratio: brief.aspect_ratio, resolution: resolution.unwrap_or_default() };
    crash::point(Point::CheckBefore);
    let opened = blocking(&parts.files, move |files| {
        let bytes = files.read(&hash)?;
        let (report, copy) = check_and_shrink(&hash, &bytes, asked);
        if let Some(answer) = answer.filter(|_| report.facts.is_some()) {
            // The picture itself is kept now; the answer it came in was the safety net until here.
            files.drop_spool(&answer)?;
            crash::point(Point::CheckAnswerDropped);
        }
        let look = copy.as_ref().map(SmallCopy::look);
        Ok::<_, crate::images::FilesError>((report, copy, look))
    })
    .await;
    let (report, copy, look) = match opened {
        Ok(opened) => opened,
        Err(reason) => return Outcome::retry(reason),
    };
    if let Some(copy) = copy {
        keep_thumbnails(copy, sha256.clone(), parts);
    }
    // Models choose shape and size themselves at times (contract, ImageConfig): worth telling, not worth paying twice.
    let failed: Vec<&str> = report
        .failed
        .iter()
        .filter(|check| !matches!(check, FailedCheck::WrongRatio | FailedCheck::SmallerThanAsked))
        .map(|check| check.code())
        .collect();
    let checks: Vec<_> =
        report.run().into_iter().map(|(name, passed)| json!({ "name": name, "passed": passed })).collect();
    let state = if failed.is_empty() { PictureState::Checked } else { PictureState::Refused };
    let effects = Effects {
        picture_state: Some((sha256.clone(), state, None)),
        picture_look: look.map(|look| (sha256.clone(), look)),
        output_sha256: Some(sha256),
        ..Effects::of(json!({ "checks": checks, "reason": failed.first() }))
    };
    match failed.first() {
        None => Outcome::Done(effects),
        Some(code) => Outcome::Fail { reason: (*code).to_owned(), effects },
    }
}

/// Nobody who waits for the order waits for them.
fn keep_thumbnails(copy: SmallCopy, sha256: String, parts: &Parts) {
    let files = Arc::clone(&parts.files);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = copy.keep(&files, &sha256) {
            tracing::warn!(%error, "no thumbnail");
        }
        crash::point(Point::CheckThumbnailed);
    });
}
