//! Links into a bucket the seller owns: the picture lies there once under a name nobody can guess, and a signed address
//! opens it for a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::s3::{BucketKeys, BucketProblem, Object, S3};
use super::{LinkError, LinkMaker, LinkedPicture, MadeLink, Place};
use crate::clock::Ids;
use crate::http::TimeLimits;
use crate::images::PictureFiles;
use crate::settings::BucketSettings;
use crate::store::{BucketObjectRow, Store};

/// The longest a signed address may open (S3, presigned requests).
const LASTS: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long the address of the proof opens.
const PROOF_LASTS: Duration = Duration::from_secs(300);
const TOKEN_BYTES: usize = 16;
/// A whole PNG of one pixel.
const PROOF_PICTURE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01,
    0xe5, 0x27, 0xde, 0xfc, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// Makes links into a bucket.
pub struct BucketLinks {
    s3: S3,
    settings: BucketSettings,
    store: Store,
    files: Arc<PictureFiles>,
    ids: Arc<dyn Ids>,
}

/// What trying a bucket has proved, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketProof {
    pub steps: Vec<ProofStep>,
}

/// One step of a proof: `put`, `open` (through the link, without any key), `private` (not without the link), `remove`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofStep {
    pub code: &'static str,
    pub took: Duration,
    pub problem: Option<BucketProblem>,
}

impl BucketProof {
    /// Whether everything was proved.
    pub fn is_whole(&self) -> bool {
        self.steps.iter().all(|step| step.problem.is_none())
    }
}

impl BucketLinks {
    /// # Errors
    /// `Settings` when the bucket's address or the keys make no sense.
    pub fn open(
        settings: BucketSettings,
        keys: &BucketKeys,
        limits: TimeLimits,
        store: Store,
        files: Arc<PictureFiles>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, BucketProblem> {
        let s3 = S3::open(&settings, keys, limits)?;
        Ok(Self { s3, settings, store, files, ids })
    }

    /// The bucket as it was set up.
    pub fn settings(&self) -> &BucketSettings {
        &self.settings
    }

    /// A name nobody can guess.
    fn name(&self, media_type: &str) -> String {
        let mut bytes = [0; TOKEN_BYTES];
        self.ids.fill(&mut bytes);
        let extension = match media_type {
            "image/jpeg" => "jpg",
            "image/webp" => "webp",
            "image/gif" => "gif",
            _ => "png",
        };
        format!("{}{}.{extension}", self.settings.prefix, URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Proves with a picture of one pixel that a poster can open what is put there. What was put is removed again.
    pub async fn prove(&self) -> BucketProof {
        let object = Object {
            name: self.name("image/png"),
            media_type: "image/png".to_owned(),
            file_name: "stallkeeper-test.png".to_owned(),
        };
        let mut steps = Vec::new();
        let mut note = |code, begun: Instant, result: Result<(), BucketProblem>| {
            let is_done = result.is_ok();
            steps.push(ProofStep { code, took: begun.elapsed(), problem: result.err() });
            is_done
        };
        let begun = Instant::now();
        if note("put", begun, self.s3.put(&object, Bytes::from_static(PROOF_PICTURE)).await) {
            let begun = Instant::now();
            note("open", begun, self.s3.open_link(&object, PROOF_LASTS, PROOF_PICTURE).await);
            let begun = Instant::now();
            note("private", begun, self.s3.is_private(&object).await);
            let begun = Instant::now();
            note("remove", begun, self.s3.remove(&object.name).await);
        }
        BucketProof { steps }
    }

    /// Removes what was put there before this for orders that are long over.
    ///
    /// # Errors
    /// When something still lies there; it is tried again another time.
    pub async fn remove_old(&self, before: Timestamp) -> Result<(), LinkError> {
        let old = self.store.list_old_bucket_objects(&self.settings.identity(), before).await?;
        self.remove(old).await
    }

    async fn remove(&self, rows: Vec<BucketObjectRow>) -> Result<(), LinkError> {
        for row in rows {
            self.s3.remove(&row.object).await?;
            let mut write = self.store.write().await?;
            write.remove_bucket_object(&row.object).await?;
            write.commit().await?;
        }
        Ok(())
    }

    /// Puts the picture under its name, if it does not lie there.
    async fn put(&self, picture: &LinkedPicture, now: Timestamp) -> Result<String, LinkError> {
        let wanted = BucketObjectRow {
            order_id: picture.order_id.clone(),
            picture_sha256: picture.sha256.clone(),
            bucket: self.settings.identity(),
            object: self.name(&picture.media_type),
            created_at: now,
            uploaded_at: None,
        };
        let mut write = self.store.write().await?;
        let row = write.begin_bucket_object(&wanted).await?;
        write.commit().await?;
        let (files, sha256) = (Arc::clone(&self.files), picture.sha256.clone());
        let read = tokio::task::spawn_blocking(move || files.read(&sha256)).await;
        let bytes: Bytes = match read {
            Ok(Ok(bytes)) => bytes.into(),
            Ok(Err(error)) => return Err(LinkError::File(error.to_string())),
            Err(error) => return Err(LinkError::File(error.to_string())),
        };
        // Begun before: it may lie there, or have been taken away since.
        let was_begun = row.object != wanted.object;
        if !(was_begun && self.s3.size(&row.object).await? == Some(bytes.len() as u64)) {
            let object = Object {
                name: row.object.clone(),
                media_type: picture.media_type.clone(),
                file_name: picture.file_name.clone(),
            };
            self.s3.put(&object, bytes).await?;
        }
        if row.uploaded_at.is_none() {
            let mut write = self.store.write().await?;
            write.record_in_bucket(&row.object, now).await?;
            write.commit().await?;
        }
        Ok(row.object)
    }
}

#[async_trait]
impl LinkMaker for BucketLinks {
    async fn make(&self, picture: &LinkedPicture, now: Timestamp) -> Result<MadeLink, LinkError> {
        let object = self.put(picture, now).await?;
        let address = self.s3.signed(&object, LASTS).await?;
        let lasts = SignedDuration::try_from(LASTS).unwrap_or(SignedDuration::ZERO);
        Ok(MadeLink { place: Place::At(address), expires_at: now.saturating_add(lasts).unwrap_or(now) })
    }

    async fn end(&self, order_id: &str, _now: Timestamp) -> Result<(), LinkError> {
        let rows = self.store.list_bucket_objects(order_id, &self.settings.identity()).await?;
        self.remove(rows).await
    }
}
