//! Puts a picture on the order. After an unclear failure the order's files are listed and compared by name and size.

use serde_json::json;

use super::Prepared;
use super::errors::{ended, not_now};
use super::keep::blocking;
use crate::crash::{self, Point};
use crate::fulfilment::drafts::count_of;
use crate::fulfilment::journal::Journal;
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::place_key;
use crate::marketplaces::{MarketFile, OnSent, OutgoingFile, Recall};
use crate::store::{OrderKind, PictureState};

/// The name a buyer sees: `picture-1.png`, of a later round `picture-1-v2.png`.
pub fn file_name(round: u32, n: u32, media_type: &str) -> String {
    let extension = match media_type {
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/gif" => "gif",
        _ => "png",
    };
    if round > 1 { format!("picture-{n}-v{round}.{extension}") } else { format!("picture-{n}.{extension}") }
}

/// The name a buyer sees of a draft: `draft.png`, of a later one `draft-v2.png`.
pub fn draft_name(version: u32, media_type: &str) -> String {
    file_name(version, 1, media_type).replacen("picture-1", "draft", 1)
}

/// The name a buyer sees of picture `n` of a round. Drafts and finished pictures are counted apart.
pub fn name_of(journal: &Journal, round: u32, n: u32, media_type: &str) -> String {
    let is_draft = journal.drew_draft(round);
    let others = (1..round).filter(|earlier| journal.drew_draft(*earlier) != is_draft).count();
    let version = round.saturating_sub(u32::try_from(others).unwrap_or_default());
    if is_draft { draft_name(version, media_type) } else { file_name(version, n, media_type) }
}

struct Kept {
    sha256: String,
    name: String,
    media_type: String,
    bytes: u64,
}

fn kept(round: u32, n: u32, s: &Situation) -> Option<Kept> {
    let entry = s.journal.done(&place_key("keep", round, n))?;
    let media_type = entry.result.get("media_type")?.as_str()?.to_owned();
    let name = match s.order.kind {
        OrderKind::Order => name_of(&s.journal, round, n, &media_type),
        // Several tasks may deliver to one order; their files must not be taken for each other.
        OrderKind::Task => format!(
            "{}-{}",
            &s.order.id[s.order.id.len().saturating_sub(8)..],
            file_name(round, n, &media_type)
        ),
    };
    Some(Kept {
        sha256: entry.output_sha256.clone()?,
        name,
        media_type,
        bytes: entry.result.get("bytes")?.as_u64()?,
    })
}

/// The market's order the files go to.
fn target(s: &Situation) -> &str {
    s.order.deliver_to.as_deref().unwrap_or(&s.order.market_order_id)
}

pub(super) fn prepare(round: u32, n: u32, s: &Situation) -> Prepared {
    let Some(kept) = kept(round, n, s) else { return Prepared::plain() };
    Prepared {
        intent: json!({ "name": kept.name, "bytes": kept.bytes, "of": count_of(s, round) }),
        input_sha256: Some(kept.sha256),
        ..Prepared::default()
    }
}

pub(super) async fn perform(round: u32, n: u32, s: &Situation, parts: &Parts) -> Outcome {
    let Some(kept) = kept(round, n, s) else { return Outcome::fail("nothing_kept") };
    let hash = kept.sha256.clone();
    let bytes = match blocking(&parts.files, move |files| files.read(&hash)).await {
        Ok(bytes) => bytes,
        Err(reason) => return Outcome::retry(reason),
    };
    let file = OutgoingFile {
        name: kept.name.clone(),
        media_type: kept.media_type.clone(),
        bytes: bytes.into(),
        description: Some(
            format!("{} ({n}/{})", s.order.title.chars().take(120).collect::<String>(), count_of(s, round))
                .trim()
                .to_owned(),
        ),
        on_sent: OnSent::default(),
        recall: Recall::default(),
    };
    crash::point(Point::UploadBeforeCall);
    let sent = parts.market.upload(target(s), file).await;
    crash::point(Point::UploadAfterCall);
    match sent {
        Ok(uploaded) => Outcome::Done(effects(&kept, &uploaded)),
        Err(error) => ended(&error, s.now),
    }
}

pub(super) async fn look(round: u32, n: u32, s: &Situation, parts: &Parts) -> Looked {
    let Some(kept) = kept(round, n, s) else { return Looked::NotLanded };
    match parts.market.list_files(target(s)).await {
        Ok(files) => {
            let same = |file: &&MarketFile| {
                file.name == kept.name
                    && file.size.is_none_or(|size| size == kept.bytes)
                    && file.uploader_id.as_ref().is_none_or(|uploader| *uploader == parts.own_id)
            };
            files
                .iter()
                .find(same)
                .map_or(Looked::NotLanded, |file| Looked::Landed(Box::new(effects(&kept, file))))
        }
        Err(error) => not_now(&error),
    }
}

fn effects(kept: &Kept, file: &MarketFile) -> Effects {
    Effects {
        result: json!({ "file_id": file.id, "name": kept.name, "bytes": kept.bytes, "market_sha256": file.sha256 }),
        output_sha256: Some(kept.sha256.clone()),
        picture_state: Some((kept.sha256.clone(), PictureState::Delivered, Some(file.id.clone()))),
        ..Effects::nothing()
    }
}
