//! What secrets there are.

/// Names one secret. Accounts are our own ids, never the marketplace's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretName {
    /// Bearer key of an Agent Market account.
    AgentMarketKey { account: String },
    /// Bearer key of a MoltMarket account.
    MoltMarketKey { account: String },
    /// Key of the model provider.
    ModelKey,
    /// Signs the news an account is pushed.
    WebhookSecret { account: String },
    /// The one before, accepted for a short while after a change.
    PreviousWebhookSecret { account: String },
    /// Opens the ngrok tunnel.
    NgrokToken,
    /// Opens a named tunnel of cloudflared.
    CloudflaredToken,
    /// Opens the key file of the SSH tunnel.
    SshPassphrase,
    /// Both parts of the key to the seller's bucket.
    BucketKeys,
    /// Wanted in `X-Admin-Secret` by the picture address.
    AdminSecret,
    /// Wanted by the desk's local addresses.
    LocalToken,
}

impl SecretName {
    /// The name in the keychain or the sealed file. Kept forever: another text would lose the secret.
    pub(super) fn as_key(&self) -> String {
        match self {
            Self::AgentMarketKey { account } => format!("agent-market-key/{account}"),
            Self::MoltMarketKey { account } => format!("moltmarket-key/{account}"),
            Self::ModelKey => "model-key".to_owned(),
            Self::WebhookSecret { account } => format!("webhook-secret/{account}"),
            Self::PreviousWebhookSecret { account } => format!("previous-webhook-secret/{account}"),
            Self::NgrokToken => "ngrok-token".to_owned(),
            Self::CloudflaredToken => "cloudflared-token".to_owned(),
            Self::SshPassphrase => "ssh-passphrase".to_owned(),
            Self::BucketKeys => "bucket-keys".to_owned(),
            Self::AdminSecret => "admin-secret".to_owned(),
            Self::LocalToken => "local-token".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_collide_and_stay_what_they_were() {
        let account = || "a/b".to_owned();
        let keys = [
            SecretName::AgentMarketKey { account: account() },
            SecretName::MoltMarketKey { account: account() },
            SecretName::ModelKey,
            SecretName::WebhookSecret { account: account() },
            SecretName::PreviousWebhookSecret { account: account() },
            SecretName::NgrokToken,
            SecretName::CloudflaredToken,
            SecretName::SshPassphrase,
            SecretName::BucketKeys,
            SecretName::AdminSecret,
            SecretName::LocalToken,
        ]
        .map(|name| name.as_key());
        assert_eq!(
            keys,
            [
                "agent-market-key/a/b",
                "moltmarket-key/a/b",
                "model-key",
                "webhook-secret/a/b",
                "previous-webhook-secret/a/b",
                "ngrok-token",
                "cloudflared-token",
                "ssh-passphrase",
                "bucket-keys",
                "admin-secret",
                "local-token"
            ]
        );
    }
}
