//! Asks our own address from outside whether it leads here.
//!
//! The question carries a nonce; only this program knows the key its proof is made with, so that neither a page of a
//! provider nor another program behind the same name passes for us.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONNECTION;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;
use url::Url;

use crate::clock::Ids;
use crate::http::{self, TimeLimits};
use crate::settings::WebhookPath;

/// The header of the question; its value is the nonce.
pub const PROBE: &str = "stallkeeper-probe";
/// The header of the answer; its value is the proof.
pub const PROOF: &str = "stallkeeper-proof";
/// Most characters of a nonce.
const LONGEST_NONCE: usize = 64;
const NONCE_BYTES: usize = 16;
const LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(5), total: Duration::from_secs(10) };

/// What proofs are made with: drawn at every start, never kept. Clones share it.
#[derive(Clone)]
pub struct ProbeKey(Arc<[u8; 32]>);

impl ProbeKey {
    /// Another key.
    pub fn draw(ids: &dyn Ids) -> Self {
        let mut key = [0; 32];
        ids.fill(&mut key);
        Self(Arc::new(key))
    }
}

impl fmt::Debug for ProbeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ProbeKey([redacted])")
    }
}

/// Whether this may be the nonce of a probe: 1 to 64 hex digits.
pub fn is_nonce(text: &str) -> bool {
    (1..=LONGEST_NONCE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The proof for a nonce: hex HMAC-SHA256 of its text.
pub fn proof(key: &ProbeKey, nonce: &str) -> String {
    Hmac::<Sha256>::new_from_slice(key.0.as_slice())
        .map(|mac| hex::encode(mac.chain_update(nonce).finalize().into_bytes()))
        .unwrap_or_default()
}

/// Why an address does not lead here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProbeProblem {
    #[error("nobody answered")]
    NoAnswer,
    /// With this status.
    #[error("somebody else answered")]
    NotUs(u16),
}

/// Asks an address from outside.
#[async_trait]
pub trait Probe: Send + Sync {
    /// One question.
    ///
    /// # Errors
    /// When the address does not lead here.
    async fn probe(&self, address: &Url) -> Result<(), ProbeProblem>;
}

/// Asks over HTTP, at the path news is pushed to.
pub struct Prober {
    client: reqwest::Client,
    key: ProbeKey,
    ids: Arc<dyn Ids>,
    path: Mutex<WebhookPath>,
}

impl Prober {
    /// # Errors
    /// When the operating system's certificate store cannot be read.
    pub fn new(key: ProbeKey, path: WebhookPath, ids: Arc<dyn Ids>) -> reqwest::Result<Self> {
        Ok(Self { client: http::client(LIMITS)?, key, ids, path: Mutex::new(path) })
    }

    /// The hook door has another path now.
    pub fn set_path(&self, path: WebhookPath) {
        *self.path.lock().unwrap_or_else(PoisonError::into_inner) = path;
    }

    fn question(&self, address: &Url) -> String {
        let path = self.path.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{}{path}", address.as_str().trim_end_matches('/'))
    }
}

#[async_trait]
impl Probe for Prober {
    async fn probe(&self, address: &Url) -> Result<(), ProbeProblem> {
        let nonce = self.ids.secret_hex(NONCE_BYTES);
        // A connection of its own: one that is kept may lead here when no further one does, or hang where others do not.
        let question =
            self.client.get(self.question(address)).header(PROBE, &nonce).header(CONNECTION, "close");
        let answer = question.send().await.map_err(|error| {
            tracing::debug!(error = %error.without_url(), "our address does not answer");
            ProbeProblem::NoAnswer
        })?;
        let given = answer.headers().get(PROOF).map(|value| value.as_bytes()).unwrap_or_default();
        if bool::from(given.ct_eq(proof(&self.key, &nonce).as_bytes())) {
            Ok(())
        } else {
            Err(ProbeProblem::NotUs(answer.status().as_u16()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::CountingIds;

    #[test]
    fn a_proof_is_of_one_key_and_one_nonce() {
        let ids = CountingIds::default();
        let (one, other) = (ProbeKey::draw(&ids), ProbeKey::draw(&ids));
        assert_eq!(proof(&one, "ab").len(), 64);
        assert_eq!(proof(&one, "ab"), proof(&one.clone(), "ab"));
        assert_ne!(proof(&one, "ab"), proof(&one, "ac"));
        assert_ne!(proof(&one, "ab"), proof(&other, "ab"));
        assert_eq!(format!("{one:?}"), "ProbeKey([redacted])");
    }

    #[test]
    fn a_nonce_is_short_hex() {
        assert!(is_nonce("0") && is_nonce(&"aF".repeat(32)));
        for wrong in ["", "g", "a b", "é", &"a".repeat(65)] {
            assert!(!is_nonce(wrong), "{wrong}");
        }
    }

    #[test]
    fn asks_below_the_address() {
        let ids = Arc::new(CountingIds::default());
        let prober = Prober::new(ProbeKey::draw(&*ids), WebhookPath::default(), ids).unwrap();
        let asked = prober.question(&"https://a.example".parse().unwrap());
        assert_eq!(asked, "https://a.example/api/v1/webhook/orders");
        prober.set_path("/h".parse().unwrap());
        assert_eq!(prober.question(&"https://a.example/".parse().unwrap()), "https://a.example/h");
    }
}
