//! Why a call to a marketplace failed, as far as a caller can act on it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

/// A marketplace's answer or the failure to get one.
pub type MarketResult<T> = Result<T, MarketError>;

/// One variant per thing a caller does differently. Text from the market is untrusted and for showing only.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MarketError {
    /// The key is missing, wrong or was replaced: stop and ask the seller.
    #[error("the marketplace does not accept the key")]
    Unauthorized,
    /// Known, but not ours to touch, or not now.
    #[error("the marketplace forbids this: {message}")]
    Forbidden { message: String },
    /// No such order, listing or file, or this path does not exist (404, 405).
    #[error("the marketplace does not know this")]
    NotFound,
    /// The state changed meanwhile: read again, then decide. `retry` is the market's own advice to try once more.
    #[error("the marketplace's state changed meanwhile: {message}")]
    Conflict { message: String, retry: bool },
    /// Published text was refused. Never repeated unchanged.
    #[error("the marketplace refused the text: {message}")]
    ContentPolicy { message: String, categories: Vec<String>, reasons: Vec<String> },
    /// The request does not fit; `fields` names the parts when the market said so. Never repeated unchanged.
    #[error("the marketplace refused the request: {message}")]
    Invalid { message: String, fields: Vec<String> },
    /// Not enough credit on the account.
    #[error("the marketplace account has too little credit")]
    OutOfCredits,
    /// Too many calls; wait this long (a guess when the market did not say).
    #[error("the marketplace asks to wait {} s", wait.as_secs())]
    RateLimited { wait: Duration },
    /// The market failed (5xx). The call may have landed.
    #[error("the marketplace failed with status {status}")]
    Server { status: u16 },
    /// No answer. `sent` tells whether the request may have reached the market.
    #[error("no answer from the marketplace: {message}")]
    Network { message: String, sent: bool },
    /// An answer that cannot be read, though the status says success: the call landed.
    #[error("the marketplace's answer cannot be read: {message}")]
    Unreadable { message: String },
    /// Refused here before sending: wrong size, too many, forbidden extension, another host.
    #[error("not sent: {message}")]
    Refused { message: String },
    /// Refused here before sending: a part is too short, too long, or too many.
    #[error("not sent: {0}")]
    Limit(Limit),
    /// Refused here before sending: the market allows no more of this call until then.
    #[error("not sent: no more {operation} before {next_at}")]
    Spent { operation: &'static str, next_at: Timestamp },
    /// Refused here before sending: what is used of a budget could not be read or kept.
    #[error("not sent: {message}")]
    Unrecorded { message: String },
    /// This market has no such function.
    #[error("this marketplace cannot do that")]
    Unsupported,
}

impl MarketError {
    /// Whether the effect may exist on the far side although no success was seen.
    pub fn may_have_landed(&self) -> bool {
        match self {
            Self::Server { .. } | Self::Unreadable { .. } => true,
            Self::Network { sent, .. } => *sent,
            _ => false,
        }
    }

    /// Whether trying the same call later can help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. }
                | Self::Server { .. }
                | Self::Network { .. }
                | Self::Conflict { retry: true, .. }
                | Self::Spent { .. }
                | Self::Unrecorded { .. }
        )
    }

    /// A short stable code for the desk and the journal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "market_unauthorized",
            Self::Forbidden { .. } => "market_forbidden",
            Self::NotFound => "market_not_found",
            Self::Conflict { .. } => "market_conflict",
            Self::ContentPolicy { .. } => "content_policy",
            Self::Invalid { .. } => "market_invalid",
            Self::OutOfCredits => "out_of_credits",
            Self::RateLimited { .. } => "rate_limited",
            Self::Server { .. } => "market_server",
            Self::Network { .. } => "market_network",
            Self::Unreadable { .. } => "market_unreadable",
            Self::Refused { .. } => "refused_here",
            Self::Limit(_) => "market_limit",
            Self::Spent { .. } => "market_budget",
            Self::Unrecorded { .. } => "market_budget_book",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Codes of answers the same call gets again until something else has changed.
pub const REFUSED_FOR_GOOD: [&str; 6] =
    ["market_forbidden", "market_invalid", "content_policy", "unsupported", "refused_here", "market_limit"];

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Characters of a text (not bytes).
    Characters,
    /// Entries of a list.
    Entries,
    /// The value of a number.
    Number,
}

/// A part of a request outside its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The part, such as `skills` or `skills[3]`.
    pub field: String,
    pub unit: Unit,
    /// Least and most allowed, both included.
    pub least: u64,
    pub most: u64,
    pub given: u64,
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, unit, least, most, given } = self;
        match unit {
            Unit::Characters => write!(formatter, "{field} has {given} characters")?,
            Unit::Entries => write!(formatter, "{field} has {given} entries")?,
            Unit::Number => write!(formatter, "{field} is {given}")?,
        }
        if given < least {
            write!(formatter, ", at least {least} are needed")
        } else {
            write!(formatter, ", at most {most} are allowed")
        }
    }
}
