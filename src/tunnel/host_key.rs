//! A server's key as the seller confirms it: its kind and its fingerprint.

use std::fmt;
use std::str::FromStr;

use russh::keys::{Algorithm, HashAlg, PublicKeyOrCertificate, ssh_key};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A server's key, written `ssh-ed25519 SHA256:…`. The fingerprint is what `ssh-keygen -lf` prints; the kind is kept so
/// that a server which gets a further key of another kind is still asked for this one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostKey {
    algorithm: String,
    fingerprint: String,
}

/// The text is not a kind and a SHA-256 fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a kind of key and its fingerprint, such as ssh-ed25519 SHA256:…")]
pub struct NotAHostKey;

impl HostKey {
    pub(super) fn of(shown: &PublicKeyOrCertificate) -> Self {
        let data = match shown {
            PublicKeyOrCertificate::PublicKey { key, .. } => key.key_data(),
            PublicKeyOrCertificate::Certificate(certificate) => certificate.public_key(),
        };
        Self {
            algorithm: data.algorithm().to_string(),
            fingerprint: data.fingerprint(HashAlg::Sha256).to_string(),
        }
    }

    /// `SHA256:…`, for the seller to compare.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm.parse().ok()
    }
}

impl FromStr for HostKey {
    type Err = NotAHostKey;

    fn from_str(text: &str) -> Result<Self, NotAHostKey> {
        let (algorithm, fingerprint) = text.trim().split_once(' ').ok_or(NotAHostKey)?;
        let algorithm: Algorithm = algorithm.parse().map_err(|_| NotAHostKey)?;
        let fingerprint: ssh_key::Fingerprint = fingerprint.parse().map_err(|_| NotAHostKey)?;
        if !matches!(fingerprint, ssh_key::Fingerprint::Sha256(_)) || matches!(algorithm, Algorithm::Other(_))
        {
            return Err(NotAHostKey);
        }
        Ok(Self { algorithm: algorithm.to_string(), fingerprint: fingerprint.to_string() })
    }
}

impl TryFrom<String> for HostKey {
    type Error = NotAHostKey;

    fn try_from(text: String) -> Result<Self, NotAHostKey> {
        text.parse()
    }
}

impl From<HostKey> for String {
    fn from(key: HostKey) -> String {
        key.to_string()
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.algorithm, self.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes_and_nothing_else() {
        let text = "ssh-ed25519 SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        let key: HostKey = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
        assert_eq!(key.fingerprint(), "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU");
        assert!(key.algorithm().is_some());
        for wrong in [
            "",
            "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "ssh-ed25519 MD5:00",
            "ssh-ed25519 SHA256:short",
            "what SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        ] {
            assert_eq!(wrong.parse::<HostKey>(), Err(NotAHostKey), "{wrong}");
        }
    }
}
