//! Makes a picture public under an address nobody can guess, for a market that keeps no files. The address goes into the
//! message that delivers it.

use jiff::SignedDuration;
use serde_json::json;

use super::upload::file_name;
use crate::crash::{self, Point};
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::place_key;
use crate::store::{LinkToken, NewFileLink, StoreResult};

/// How long a buyer can fetch a picture.
const LINK_LASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

pub(super) async fn perform(round: u32, n: u32, s: &Situation, parts: &Parts) -> Outcome {
    let kept = s.journal.done(&place_key("keep", round, n));
    let Some((sha256, media_type)) = kept.and_then(|kept| {
        Some((kept.output_sha256.clone()?, kept.result.get("media_type")?.as_str()?.to_owned()))
    }) else {
        return Outcome::fail("nothing_kept");
    };
    let token = LinkToken::draw(&*parts.ids);
    let path = token.path();
    let link = NewFileLink {
        token,
        picture_sha256: sha256.clone(),
        file_name: file_name(round, n, &media_type),
        order_id: s.order.id.clone(),
        expires_at: s.now.saturating_add(LINK_LASTS).unwrap_or(s.now),
    };
    let name = link.file_name.clone();
    match keep(&link, s, parts).await {
        Ok(()) => Outcome::Done(Effects {
            output_sha256: Some(sha256),
            ..Effects::of(json!({ "name": name, "path": path, "expires_at": link.expires_at }))
        }),
        Err(error) => Outcome::retry(error.to_string()),
    }
}

async fn keep(link: &NewFileLink, s: &Situation, parts: &Parts) -> StoreResult<()> {
    let mut write = parts.store.write().await?;
    write.insert_file_link(link, s.now).await?;
    crash::point(Point::LinkBeforeKept);
    write.commit().await?;
    crash::point(Point::LinkKept);
    Ok(())
}
