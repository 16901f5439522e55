//! Turns the stored answer into a picture file: bytes as they came, under their hash.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use super::draw::{answer_name, brief_of};
use crate::crash::{self, Point};
use crate::fulfilment::drafts::is_draft;
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::place_key;
use crate::images::decode::sides;
use crate::images::{FetchError, FetchRules, PictureFiles, fetch_picture, sniff};
use crate::model::{PictureSource, read_draw_answer};
use crate::store::NewPicture;

pub(super) async fn perform(round: u32, n: u32, s: &Situation, parts: &Parts) -> Outcome {
    let Some(drawn) = s.journal.done(&place_key("draw", round, n)) else {
        return Outcome::fail("nothing_drawn");
    };
    let name = answer_name(&s.order.id, round, n, drawn.attempt);
    let raw = match blocking(&parts.files, move |files| files.read_spool(&name)).await {
        Ok(Some(raw)) => raw,
        Ok(None) => return Outcome::fail("answer_missing"),
        Err(reason) => return Outcome::retry(reason),
    };
    let picture = match read_draw_answer(raw) {
        Ok(answer) => answer.picture,
        Err(error) => return Outcome::fail(error.code()),
    };
    let bytes: Bytes = match picture {
        PictureSource::Bytes { bytes, .. } => bytes,
        PictureSource::Url(url) => {
            let rules = FetchRules { allow_loopback: parts.allow_loopback, ..FetchRules::default() };
            match fetch_picture(&url, rules).await {
                Ok(bytes) => bytes,
                Err(error) => return not_fetched(&error),
            }
        }
    };
    if sniff(&bytes).is_none() {
        return not_a_picture("the answer holds something else than a picture");
    }
    crash::point(Point::KeepBeforePut);
    let stored = blocking(&parts.files, move |files| {
        // The header will do: the next step opens the picture and says whether it is whole.
        files.put(&bytes).map(|stored| (stored, sides(&bytes)))
    })
    .await;
    crash::point(Point::KeepPut);
    let (stored, sides) = match stored {
        Ok(stored) => stored,
        Err(reason) => return Outcome::retry(reason),
    };
    let (width, height) = match sides {
        Ok(sides) => sides,
        Err(error) => return not_a_picture(&error.to_string()),
    };
    let model = drawn.result.get("model").and_then(|model| model.as_str()).unwrap_or_default();
    let picture = NewPicture {
        round,
        n,
        is_draft: is_draft(s, round),
        sha256: stored.sha256.clone(),
        media_type: stored.media_type().to_owned(),
        width,
        height,
        bytes: u32::try_from(stored.size).unwrap_or(u32::MAX),
        prompt: brief_of(s, round).map(|brief| brief.prompt).unwrap_or_default(),
        model: model.to_owned(),
        cost_usd: drawn.cost_usd,
    };
    Outcome::Done(Effects {
        result: json!({ "sha256": stored.sha256, "bytes": stored.size, "media_type": stored.media_type(), "width": picture.width, "height": picture.height }),
        output_sha256: Some(stored.sha256),
        picture: Some(picture),
        ..Effects::nothing()
    })
}

/// The bytes will not become a picture by being kept again: the plan has another one drawn.
fn not_a_picture(said: &str) -> Outcome {
    Outcome::Fail {
        reason: "picture_broken".to_owned(),
        effects: Effects::of(json!({ "reason": "picture_broken", "said": said })),
    }
}

fn not_fetched(error: &FetchError) -> Outcome {
    if error.is_passing() { Outcome::retry(error.code()) } else { Outcome::fail(error.code()) }
}

/// File work off the async threads; the error is worded for the journal.
pub(super) async fn blocking<T: Send + 'static, E: std::fmt::Display + Send + 'static>(
    files: &Arc<PictureFiles>,
    work: impl FnOnce(&PictureFiles) -> Result<T, E> + Send + 'static,
) -> Result<T, String> {
    let files = Arc::clone(files);
    match tokio::task::spawn_blocking(move || work(&files)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(format!("disk: {error}")),
        Err(error) => Err(format!("disk: {error}")),
    }
}
