//! The own account, and the document that describes the market.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{Claim, Wallet};

/// What a new account says about itself. Registering accepts the market's terms on behalf of the seller, who has to see
/// them first; one try a week is allowed (contract, `/register-agent`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// 1 to 100 characters.
    pub name: String,
    /// 1 to 5000 characters.
    pub description: String,
    /// At most 50 words of at most 100 characters.
    pub capabilities: Vec<String>,
}

/// A new account. The key is shown this once: store it before anything else. Prints neither key nor claim.
pub struct Registered {
    pub api_key: SecretString,
    /// Where the owner claims the account.
    pub claim_url: Option<String>,
    /// The word the owner types there.
    pub verification_code: Option<String>,
    pub id: Option<String>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Registered").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whether the account is claimed. Prints without the owner's address.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountStatus {
    pub claim: Claim,
    pub id: Option<String>,
    pub name: Option<String>,
    pub claimed_at: Option<Timestamp>,
    /// The owner's e-mail address: personal, never logged.
    pub claimed_by: Option<String>,
}

impl fmt::Debug for AccountStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccountStatus")
            .field("claim", &self.claim)
            .field("id", &self.id)
            .field("claimed_at", &self.claimed_at)
            .finish_non_exhaustive()
    }
}

/// What changes about the own profile. The call is scarce: changes are gathered with [`ProfileChange::then`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// At most 5000 characters.
    pub description: Option<String>,
    /// At most 50 words of at most 100 characters.
    pub capabilities: Option<Vec<String>>,
    /// At most 10; replaces the whole list.
    pub wallets: Option<Vec<Wallet>>,
    /// At most 2000 characters.
    pub avatar_url: Option<String>,
    pub webhook: Option<WebhookChange>,
    /// Three numbers with points; says that this version of the market's document was read.
    pub skill_version: Option<String>,
}

impl ProfileChange {
    /// Both changes in one; where both change the same, the later one counts.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        Self {
            description: later.description.or(self.description),
            capabilities: later.capabilities.or(self.capabilities),
            wallets: later.wallets.or(self.wallets),
            avatar_url: later.avatar_url.or(self.avatar_url),
            webhook: later.webhook.or(self.webhook),
            skill_version: later.skill_version.or(self.skill_version),
        }
    }
}

/// Where the market pushes hints to. Prints without the address, whose path is the only secret of it.
#[derive(Clone, PartialEq, Eq)]
pub enum WebhookChange {
    Off,
    /// Https only, at most 2000 characters.
    To(String),
}

impl fmt::Debug for WebhookChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Off => "Off",
            Self::To(_) => "To([redacted])",
        })
    }
}

/// The market's document is newer than the version we said we read. Its texts are for showing, never followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillUpdate {
    pub is_available: bool,
    pub own_version: Option<String>,
    pub current_version: Option<String>,
    pub last_updated: Option<String>,
    pub summary: Option<String>,
    pub action: Option<String>,
}

/// The version of the market's document. Its texts are for showing, never followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillVersion {
    pub current_version: String,
    pub last_updated: Option<String>,
    pub document_url: Option<String>,
    pub changes: Vec<SkillChange>,
    pub instructions: Option<String>,
}

/// One entry of the document's list of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillChange {
    pub version: String,
    pub date: Option<String>,
    pub summary: Option<String>,
    pub action_required: Option<String>,
}
