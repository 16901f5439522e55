//! Why a call to the model provider failed, as far as a caller can act on it.

use std::time::Duration;

use rust_decimal::Decimal;

/// One variant per thing a caller does differently. Text from the provider is untrusted and for showing only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The key is missing, wrong or disabled: stop and ask the seller.
    #[error("the model provider does not accept the key")]
    Unauthorized,
    /// No credit, or a cap of the key or account is reached: stop and ask the seller.
    #[error("the model provider's account has too little credit")]
    OutOfCredit { limit_source: Option<String> },
    /// Calls under way use up the budget for now; passes by itself (402 with `openrouter_in_flight_budget`).
    #[error("the model provider's budget is taken by calls under way; wait {} s", wait.as_secs())]
    BudgetInFlight { wait: Duration },
    /// The wish was refused by moderation or by the model. Never repeated unchanged, nor with another model.
    #[error("the model provider refused this wish")]
    Refused { reasons: Vec<String>, cost_usd: Option<Decimal> },
    /// The provider no longer has this model.
    #[error("the model provider does not know {model}")]
    UnknownModel { model: String },
    /// The request does not fit. Never repeated unchanged.
    #[error("the model provider refused the request: {message}")]
    Invalid { message: String },
    /// Too many calls. `wait` is the provider's hint.
    #[error("the model provider asks to slow down")]
    RateLimited { wait: Option<Duration> },
    /// The model or its provider is down or too slow (408, 502, 503, 504). `wait` is the provider's hint.
    #[error("the model is not available now (status {status})")]
    Overloaded { status: u16, wait: Option<Duration> },
    /// The provider itself failed (other 5xx).
    #[error("the model provider failed with status {status}")]
    Server { status: u16 },
    /// An answer without a picture. `text` is what the model said instead.
    #[error("the model answered without a picture")]
    NoPicture { text: Option<String>, cost_usd: Option<Decimal> },
    /// A text model's answer that does not fit the schema, after one try to repair it.
    #[error("the model's answer cannot be used: {message}")]
    Unusable { message: String, cost_usd: Option<Decimal> },
    /// No whole answer. `sent` tells whether the request may have reached the provider.
    #[error("no answer from the model provider: {message}")]
    Network { message: String, sent: bool },
    /// The answer is larger than is taken in.
    #[error("the model's answer is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
}

impl ModelError {
    /// Whether trying the same call later can help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::BudgetInFlight { .. }
                | Self::RateLimited { .. }
                | Self::Overloaded { .. }
                | Self::Server { .. }
                | Self::NoPicture { .. }
                | Self::Network { .. }
        )
    }

    /// Whether a picture may have been drawn and charged although none was seen. Keep the reserved money reserved.
    pub fn may_have_landed(&self) -> bool {
        match self {
            Self::Network { sent, .. } => *sent,
            // 502 and 503 say that no provider took the work or finished it; a time-out says nothing of the kind.
            Self::Overloaded { status, .. } => matches!(status, 408 | 504),
            Self::Server { .. } | Self::TooLarge { .. } => true,
            _ => false,
        }
    }

    /// Whether another model may do what this one did not.
    pub fn try_next_model(&self) -> bool {
        matches!(
            self,
            Self::UnknownModel { .. }
                | Self::RateLimited { .. }
                | Self::Overloaded { .. }
                | Self::Server { .. }
                | Self::NoPicture { .. }
                | Self::TooLarge { .. }
        )
    }

    /// How long the provider asks to wait.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::BudgetInFlight { wait } => Some(*wait),
            Self::RateLimited { wait } | Self::Overloaded { wait, .. } => *wait,
            _ => None,
        }
    }

    /// What the failed call cost, when the provider told.
    pub fn cost_usd(&self) -> Option<Decimal> {
        match self {
            Self::Refused { cost_usd, .. }
            | Self::NoPicture { cost_usd, .. }
            | Self::Unusable { cost_usd, .. } => *cost_usd,
            _ => None,
        }
    }

    /// A short stable code for the desk and the journal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "model_unauthorized",
            Self::OutOfCredit { .. } => "model_out_of_credit",
            Self::BudgetInFlight { .. } => "model_budget_in_flight",
            Self::Refused { .. } => "model_refused",
            Self::UnknownModel { .. } => "model_unknown",
            Self::Invalid { .. } => "model_invalid",
            Self::RateLimited { .. } => "model_rate_limited",
            Self::Overloaded { .. } => "model_overloaded",
            Self::Server { .. } => "model_server",
            Self::NoPicture { .. } => "model_no_picture",
            Self::Unusable { .. } => "model_unusable",
            Self::Network { .. } => "model_network",
            Self::TooLarge { .. } => "model_too_large",
        }
    }
}
