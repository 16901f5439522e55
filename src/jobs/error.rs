//! Why something about a job was not done.

use jiff::Timestamp;

use crate::guard::Leak;
use crate::marketplaces::MarketError;
use crate::model::{ModelError, OverCap};
use crate::store::StoreError;

/// One variant per thing the seller does differently.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    /// It does not stand so that this could be done; the code says why.
    #[error("not possible now: {0}")]
    NotNow(&'static str),
    /// The outgoing filter holds the text.
    #[error("held back: the text has a {}", .0.code())]
    Blocked(Leak),
    /// The seller has to say yes to this first.
    #[error("the seller's yes is needed: {0}")]
    NeedsYes(&'static str),
    /// Our own cap, which the seller sets, is reached.
    #[error("no more applications before {next_at}: the stall's own limit is {limit} a day")]
    OwnLimit { limit: u32, next_at: Timestamp },
    /// A field cannot be read.
    #[error("{field} {problem}")]
    Field { field: &'static str, problem: &'static str },
    /// No answer came, and it could not be told from the market whether it happened.
    #[error("it is not known whether it happened")]
    Unclear,
    #[error("no text model is connected")]
    ModelMissing,
    /// A spending cap would be broken.
    #[error("the spending cap of the {} is reached", .0.which)]
    OverCap(OverCap),
    #[error(transparent)]
    Market(#[from] MarketError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl JobsError {
    /// A row that must exist does not.
    pub(super) fn missing(what: &'static str, id: &str) -> Self {
        Self::Store(StoreError::Missing { what, id: id.to_owned() })
    }
}
