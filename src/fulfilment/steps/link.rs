//! Makes a picture public under an address nobody can guess, for a market that keeps no files. The address goes into the
//! message that delivers it.

use serde_json::json;

use super::upload::name_of;
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::fulfilment::step::place_key;
use crate::links::{BucketProblem, LinkError, LinkedPicture, Place};

pub(super) async fn perform(round: u32, n: u32, s: &Situation, parts: &Parts) -> Outcome {
    let kept = s.journal.done(&place_key("keep", round, n));
    let Some((sha256, media_type)) = kept.and_then(|kept| {
        Some((kept.output_sha256.clone()?, kept.result.get("media_type")?.as_str()?.to_owned()))
    }) else {
        return Outcome::fail("nothing_kept");
    };
    let name = name_of(&s.journal, round, n, &media_type);
    let picture = LinkedPicture {
        order_id: s.order.id.clone(),
        sha256: sha256.clone(),
        file_name: name.clone(),
        media_type,
    };
    match parts.links.make(&picture, s.now).await {
        Ok(made) => {
            let result = match made.place {
                Place::Below(path) => json!({ "name": name, "path": path, "expires_at": made.expires_at }),
                Place::At(address) => {
                    json!({ "name": name, "address": address.as_str(), "expires_at": made.expires_at })
                }
            };
            Outcome::Done(Effects { output_sha256: Some(sha256), ..Effects::of(result) })
        }
        Err(LinkError::Bucket(problem)) if needs_seller(problem) => Outcome::fail(problem.code()),
        Err(error) => Outcome::retry(error.to_string()),
    }
}

/// Whether trying again soon is in vain.
fn needs_seller(problem: BucketProblem) -> bool {
    use BucketProblem::{Clock, Denied, NoBucket, Settings, WrongKey, WrongRegion};
    matches!(problem, Clock | Settings | WrongKey | Denied | NoBucket | WrongRegion)
}
