//! Public picture links: the seller's bucket, tried and kept, and which way links are made.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::contract::*;
use super::convert::instant;
use crate::fulfilment::Journal;
use crate::links::{BucketKeys, LinkError, LinkKind, ProofStep};
use crate::secrets::SecretName;
use crate::settings::{BucketSettings, LinkChoice, StallSettings};
use crate::stall::Stall;

/// How links are made now, and with what.
pub(super) async fn view(stall: &Stall) -> PictureLinks {
    let settings = stall.settings();
    PictureLinks {
        choice: settings.picture_links.as_str().to_owned(),
        way: stall.links().way().map_or("none", LinkKind::as_str).to_owned(),
        has_own_address: stall.links().address().is_some(),
        has_keys: stall.kept_bucket_keys().await.is_some(),
        is_ready: stall.links().bucket().is_some(),
        bucket: settings.bucket.map(|bucket| BucketFields {
            endpoint: bucket.endpoint,
            region: bucket.region,
            name: bucket.name,
            prefix: bucket.prefix,
            path_style: bucket.path_style,
        }),
    }
}

fn typed(fields: &BucketFields) -> BucketSettings {
    let prefix = fields.prefix.trim().trim_matches('/');
    BucketSettings {
        endpoint: fields.endpoint.trim().trim_end_matches('/').to_owned(),
        region: fields.region.trim().to_owned(),
        name: fields.name.trim().to_owned(),
        prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}/") },
        path_style: fields.path_style,
    }
}

fn checked(stall: &Stall, request: &BucketSave) -> Result<StallSettings, DeskError> {
    let choice = LinkChoice::parse(&request.choice)
        .ok_or_else(|| DeskError::of("invalid", "no such way").with("field", "choice"))?;
    let mut settings = stall.saved_settings();
    settings.picture_links = choice;
    settings.bucket = request.fields.as_ref().map(typed);
    settings.validate().map_err(|error| {
        let field = error.0.first().map_or(String::new(), |wrong| wrong.field.clone());
        let field = field.strip_prefix("bucket.").unwrap_or(&field).to_owned();
        DeskError::of("invalid", error.to_string()).with("field", field)
    })?;
    match &settings.bucket {
        Some(bucket) if !stall.may_use(bucket) => {
            let why = "real pictures go to a real bucket, practice to one on this computer";
            Err(DeskError::of("invalid", why).with("field", "endpoint"))
        }
        None if choice == LinkChoice::Bucket => {
            Err(DeskError::of("invalid", "a bucket is missing").with("field", "endpoint"))
        }
        _ => Ok(settings),
    }
}

/// The keys as typed; where nothing was typed, those that are kept, but only for the bucket they were given for.
async fn keys(
    stall: &Stall,
    request: &BucketSave,
    wanted: &BucketSettings,
) -> Result<(BucketKeys, bool), DeskError> {
    let text = |typed: &Option<String>| typed.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let (id, secret) = (text(&request.key_id), text(&request.secret));
    let missing =
        |field: &'static str| DeskError::of("invalid", "a part of the key is missing").with("field", field);
    match (id.is_empty(), secret.is_empty()) {
        (false, false) if !id.contains('\n') && !secret.contains('\n') => Ok((
            BucketKeys { id: super::convert::secret(&id), secret: super::convert::secret(&secret) },
            true,
        )),
        (true, true) => {
            let before = stall.saved_settings().bucket;
            let same_place = before.is_some_and(|bucket| bucket.endpoint == wanted.endpoint);
            let kept = if same_place { stall.kept_bucket_keys().await } else { None };
            kept.map(|keys| (keys, false)).ok_or_else(|| missing("key_id"))
        }
        (true, false) => Err(missing("key_id")),
        _ => Err(missing("secret")),
    }
}

/// Keeps the choice, the bucket and its keys.
pub(super) async fn save(stall: &Stall, request: BucketSave) -> Result<ConnectionView, DeskError> {
    let settings = checked(stall, &request)?;
    if let Some(bucket) = &settings.bucket {
        let (keys, are_new) = keys(stall, &request, bucket).await?;
        stall
            .bucket_of(bucket.clone(), &keys)
            .map_err(|problem| DeskError::of(problem.code(), problem.to_string()))?;
        if are_new {
            let kept = stall.secrets().set(&SecretName::BucketKeys, keys.to_secret()).await;
            kept.map_err(|error| DeskError::of("storage", error.to_string()))?;
        }
    }
    stall.save_settings(settings).await?;
    stall.renew_links().await;
    super::connection::get(stall, Nothing {}).await
}

/// Tries a bucket as it is typed, before or after it is kept.
pub(super) async fn test(stall: &Stall, request: BucketSave) -> Result<BucketTest, DeskError> {
    let settings = checked(stall, &request)?;
    let bucket = settings
        .bucket
        .ok_or_else(|| DeskError::of("invalid", "a bucket is missing").with("field", "endpoint"))?;
    let (keys, _) = keys(stall, &request, &bucket).await?;
    let bucket = stall
        .bucket_of(bucket, &keys)
        .map_err(|problem| DeskError::of(problem.code(), problem.to_string()))?;
    let proof = bucket.prove().await;
    let step = |step: &ProofStep| TestStep {
        code: format!("bucket_{}", step.code),
        ok: step.problem.is_none(),
        ms: u32::try_from(step.took.as_millis()).unwrap_or(u32::MAX),
        detail: step.problem.map(|problem| problem.code().to_owned()),
    };
    Ok(BucketTest {
        ok: proof.is_whole(),
        at: instant(stall.clock().now()),
        steps: proof.steps.iter().map(step).collect(),
    })
}

/// Forgets the bucket and its keys. What lies there stays; links to it open until they run out.
pub(super) async fn forget(stall: &Stall, _: Nothing) -> Result<ConnectionView, DeskError> {
    let mut settings = stall.saved_settings();
    settings.bucket = None;
    if settings.picture_links == LinkChoice::Bucket {
        settings.picture_links = LinkChoice::Auto;
    }
    stall.save_settings(settings).await?;
    let forgotten = stall.secrets().delete(&SecretName::BucketKeys).await;
    forgotten.map_err(|error| DeskError::of("storage", error.to_string()))?;
    stall.renew_links().await;
    super::connection::get(stall, Nothing {}).await
}

/// The links of an order that open now.
pub(super) async fn links(
    stall: &Stall,
    order_id: &str,
    journal: &Journal,
) -> Result<Option<OrderLinks>, DeskError> {
    let now = stall.clock().now();
    let mut pictures = HashSet::new();
    let mut ends = Vec::new();
    for link in stall.store().list_file_links(order_id).await? {
        if link.expires_at > now {
            pictures.insert(link.picture_sha256);
            ends.push(link.expires_at);
        }
    }
    if let Some(bucket) = stall.links().bucket() {
        let lies_there: HashSet<String> = stall
            .store()
            .list_bucket_objects(order_id, &bucket.settings().identity())
            .await?
            .into_iter()
            .map(|row| row.picture_sha256)
            .collect();
        // A signed address stops by itself; the picture may lie there longer.
        for entry in journal.entries().iter().filter(|entry| entry.result.get("address").is_some()) {
            let until = entry.result.get("expires_at").and_then(Value::as_str);
            let until: Option<Timestamp> = until.and_then(|at| at.parse().ok());
            if let (Some(sha256), Some(until)) = (&entry.output_sha256, until)
                && until > now
                && lies_there.contains(sha256)
            {
                pictures.insert(sha256.clone());
                ends.push(until);
            }
        }
    }
    let count = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
    Ok(ends.into_iter().max().map(|until| OrderLinks { pictures: count, until: instant(until) }))
}

/// Ends every link of an order: none of them opens from now on.
pub(super) async fn end_links(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    stall.store().get_order(&request.id).await?;
    stall.end_links(&request.id).await.map_err(|error| match error {
        LinkError::Store(error) => error.into(),
        LinkError::Bucket(problem) => DeskError::of(problem.code(), problem.to_string()),
        error @ LinkError::File(_) => DeskError::of("storage", error.to_string()),
        error @ LinkError::Unreachable => DeskError::of("not_reachable", error.to_string()),
    })?;
    Ok(Nothing {})
}
