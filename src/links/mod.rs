//! Public picture links, for markets that take no files. Two makers: the stall's own address, and a bucket the seller
//! owns. A link of the first opens while the stall is open; one of the second for seven days, whatever the stall does.

mod bucket;
mod own;
mod s3;

use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use url::Url;

use crate::settings::LinkChoice;
use crate::store::StoreError;

pub use bucket::{BucketLinks, BucketProof, ProofStep};
pub use own::OwnLinks;
pub use s3::{BucketKeys, BucketProblem, S3};

/// A link with less time than this left is made anew before it is told.
const LEAST_LEFT: SignedDuration = SignedDuration::from_hours(24);

/// The ways a picture becomes public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    OwnAddress,
    Bucket,
}

impl LinkKind {
    /// The word screens and the journal know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnAddress => "own_address",
            Self::Bucket => "bucket",
        }
    }
}

/// A picture that is to be made public.
#[derive(Debug, Clone)]
pub struct LinkedPicture {
    pub order_id: String,
    pub sha256: String,
    /// What the file is called where it is saved: our own, of plain letters.
    pub file_name: String,
    pub media_type: String,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A path, below the public address the stall has when the link is told.
    Below(String),
    /// The whole address.
    At(Url),
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeLink {
    pub place: Place,
    pub expires_at: Timestamp,
}

impl MadeLink {
    /// The whole address as it is told now; none while our own leads nowhere.
    pub fn address(&self, own: Option<&Url>) -> Option<Url> {
        match &self.place {
            Place::Below(path) => own?.join(path).ok(),
            Place::At(address) => Some(address.clone()),
        }
    }

    pub fn kind(&self) -> LinkKind {
        match self.place {
            Place::Below(_) => LinkKind::OwnAddress,
            Place::At(_) => LinkKind::Bucket,
        }
    }
}

/// Why no link was made.
#[derive(Debug, Error)]
pub enum LinkError {
    #[error("{}", .0.code())]
    Bucket(#[from] BucketProblem),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the picture cannot be read: {0}")]
    File(String),
    /// Our address was asked and does not lead here.
    #[error("our address does not lead here now")]
    Unreachable,
}

/// A way to make pictures public.
#[async_trait]
pub trait LinkMaker: Send + Sync {
    /// Makes a link, or another one, for a picture.
    ///
    /// # Errors
    /// When none was made; trying again does no harm.
    async fn make(&self, picture: &LinkedPicture, now: Timestamp) -> Result<MadeLink, LinkError>;

    /// Ends every link of an order.
    ///
    /// # Errors
    /// When some may still open.
    async fn end(&self, order_id: &str, now: Timestamp) -> Result<(), LinkError>;
}

/// Tells the public address the stall has now.
pub type AddressNow = Box<dyn Fn() -> Option<Url> + Send + Sync>;

/// The answer to whether our address leads here.
pub type Asked = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Asks our address from outside, now, whether it leads here.
pub type AskAddress = Box<dyn Fn() -> Asked + Send + Sync>;

/// Both makers, and which of them is used.
pub struct Links {
    own: OwnLinks,
    bucket: RwLock<Option<Arc<BucketLinks>>>,
    choice: RwLock<LinkChoice>,
    address: AddressNow,
    ask: Option<AskAddress>,
}

impl Links {
    pub fn new(own: OwnLinks, address: AddressNow) -> Self {
        Self { own, bucket: RwLock::default(), choice: RwLock::default(), address, ask: None }
    }

    /// Asks before each link under our address: an address may have been lost since it was last looked at.
    pub fn asking(self, ask: AskAddress) -> Self {
        Self { ask: Some(ask), ..self }
    }

    /// The bucket and the choice from now on.
    pub fn set(&self, bucket: Option<Arc<BucketLinks>>, choice: LinkChoice) {
        *self.bucket.write().unwrap_or_else(PoisonError::into_inner) = bucket;
        *self.choice.write().unwrap_or_else(PoisonError::into_inner) = choice;
    }

    /// The bucket that is set up.
    pub fn bucket(&self) -> Option<Arc<BucketLinks>> {
        self.bucket.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The public address the stall has now.
    pub fn address(&self) -> Option<Url> {
        (self.address)()
    }

    fn choice(&self) -> LinkChoice {
        *self.choice.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How a link would be made now; none while none could be opened.
    pub fn way(&self) -> Option<LinkKind> {
        let bucket = || self.bucket().map(|_| LinkKind::Bucket);
        let own = || self.address().map(|_| LinkKind::OwnAddress);
        match self.choice() {
            LinkChoice::Auto => bucket().or_else(own),
            LinkChoice::OwnAddress => own(),
            LinkChoice::Bucket => bucket(),
        }
    }

    /// Makes a link. Where the seller leaves the way to us and the bucket fails, the stall's address is the way.
    ///
    /// # Errors
    /// When none was made; trying again does no harm.
    pub async fn make(&self, picture: &LinkedPicture, now: Timestamp) -> Result<MadeLink, LinkError> {
        let bucket = self.bucket().filter(|_| self.choice() != LinkChoice::OwnAddress);
        let Some(bucket) = bucket else { return self.make_own(picture, now).await };
        match bucket.make(picture, now).await {
            Err(LinkError::Bucket(problem))
                if self.choice() == LinkChoice::Auto && self.address().is_some() =>
            {
                tracing::warn!(problem = problem.code(), "the bucket takes no picture; our address does");
                self.make_own(picture, now).await
            }
            made => made,
        }
    }

    async fn make_own(&self, picture: &LinkedPicture, now: Timestamp) -> Result<MadeLink, LinkError> {
        if let Some(ask) = &self.ask
            && !ask().await
        {
            return Err(LinkError::Unreachable);
        }
        self.own.make(picture, now).await
    }

    /// Ends every link of an order, wherever it leads.
    ///
    /// # Errors
    /// When some may still open.
    pub async fn end(&self, order_id: &str, now: Timestamp) -> Result<(), LinkError> {
        self.own.end(order_id, now).await?;
        match self.bucket() {
            Some(bucket) => bucket.end(order_id, now).await,
            None => Ok(()),
        }
    }
}

/// Whether a link with this end is still worth telling.
pub fn lasts(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at > now.saturating_add(LEAST_LEFT).unwrap_or(Timestamp::MAX)
}
