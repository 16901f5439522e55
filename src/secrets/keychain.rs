//! The operating system's keychain.
//!
//! A locked keychain may block on a prompt nobody sees, so each call runs on a thread of its own and is given up after
//! a few seconds. Such a thread is left behind rather than joined: a pooled one would keep the program from ending.

use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::sync::oneshot;

/// Why the keychain did not do what it was asked. Holds the operating system's words, never a secret.
#[derive(Debug, Error)]
pub enum KeychainError {
    #[error("the keychain did not answer within {} seconds; it may be locked", .0.as_secs())]
    NoAnswer(Duration),
    #[error("the keychain is locked or refuses access: {0}")]
    NoAccess(String),
    #[error("there is no working keychain: {0}")]
    NotThere(String),
    #[error("the keychain gave back another value than it was given")]
    Forgetful,
}

/// Entries of one service.
pub(super) struct Keychain {
    service: String,
    patience: Duration,
}

impl Keychain {
    const PROOF: &str = "proof";

    pub(super) fn new(service: String) -> Self {
        Self { service, patience: Duration::from_secs(5) }
    }

    /// Writes, reads and deletes a value.
    pub(super) async fn prove(&self, value: &str) -> Result<(), KeychainError> {
        self.set(Self::PROOF.to_owned(), value.into()).await?;
        let read = self.lookup(Self::PROOF.to_owned()).await?;
        self.delete(Self::PROOF.to_owned()).await?;
        if read.is_some_and(|read| read.expose_secret() == value) {
            Ok(())
        } else {
            Err(KeychainError::Forgetful)
        }
    }

    pub(super) async fn lookup(&self, name: String) -> Result<Option<SecretString>, KeychainError> {
        self.on_own_thread(name, |entry| match entry.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    pub(super) async fn set(&self, name: String, secret: SecretString) -> Result<(), KeychainError> {
        self.on_own_thread(name, move |entry| entry.set_password(secret.expose_secret())).await
    }

    pub(super) async fn delete(&self, name: String) -> Result<(), KeychainError> {
        self.on_own_thread(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }

    async fn on_own_thread<T: Send + 'static>(
        &self,
        name: String,
        call: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let service = self.service.clone();
        let (sender, receiver) = oneshot::channel();
        let thread = std::thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            let answer = Entry::new(&service, &name).and_then(|entry| call(&entry));
            // Nobody listens any more when the caller gave up.
            let _ = sender.send(answer.map_err(explain));
        });
        if let Err(error) = thread {
            return Err(KeychainError::NotThere(error.to_string()));
        }
        match tokio::time::timeout(self.patience, receiver).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(KeychainError::NotThere("the keychain's library stopped".to_owned())),
            Err(_) => Err(KeychainError::NoAnswer(self.patience)),
        }
    }
}

/// The library's own words would quote bytes it could not decode, so only the known kinds are worded by it.
fn explain(error: Error) -> KeychainError {
    match error {
        Error::NoStorageAccess(source) => KeychainError::NoAccess(source.to_string()),
        Error::PlatformFailure(source) => KeychainError::NotThere(source.to_string()),
        Error::NoDefaultStore => match Entry::store_status() {
            Err(Error::PlatformFailure(source) | Error::NoStorageAccess(source)) => {
                KeychainError::NotThere(source.to_string())
            }
            _ => KeychainError::NotThere("no keychain on this system".to_owned()),
        },
        _ => KeychainError::NotThere("the keychain holds something it cannot give back".to_owned()),
    }
}
