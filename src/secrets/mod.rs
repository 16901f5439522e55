//! Keys and other secrets: kept in the operating system's keychain, or in a sealed file where there is none.
//!
//! Nothing here can be printed or serialised. Secrets never go to the database, logs, addresses or the environment of
//! child processes; a screen learns only whether one is kept and where.

mod keychain;
mod name;
mod sealed_file;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::sync::Mutex;

use crate::clock::Ids;
use crate::logs::hide;
use keychain::Keychain;
pub use keychain::KeychainError;
pub use name::SecretName;
use sealed_file::SealedFile;
pub use sealed_file::SealedFileError;

/// Where secrets shall be kept.
#[derive(Debug, Clone)]
pub enum SecretPlace {
    /// The keychain under this service name. Where it does not work, the sealed file in `fallback`.
    Keychain { service: String, fallback: PathBuf },
    /// The sealed file in this folder.
    File { dir: PathBuf },
    /// Nowhere: gone when the program ends.
    Memory,
}

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptIn {
    Keychain,
    File,
    Memory,
}

impl KeptIn {
    /// The word screens know: `keychain`, `file` or `memory`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::File => "file",
            Self::Memory => "memory",
        }
    }
}

/// Why a secret could not be read or kept. Never holds a secret.
#[derive(Debug, Error)]
pub enum SecretsError {
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    #[error(transparent)]
    File(#[from] SealedFileError),
}

/// The stall's secrets; clones share them.
#[derive(Clone)]
pub struct Secrets {
    store: Arc<Store>,
    fallen_back: Option<Arc<KeychainError>>,
}

enum Store {
    Keychain(Keychain),
    File(Mutex<SealedFile>),
    Memory(Mutex<BTreeMap<String, SecretString>>),
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").field("kept_in", &self.kept_in()).finish_non_exhaustive()
    }
}

impl Secrets {
    /// Opens the place and proves it by writing, reading and deleting a value. A keychain that does not pass is
    /// replaced by the sealed file; once the keychain works again, what the file holds is moved over.
    ///
    /// `passphrase` seals the file; without one a key is kept in a file beside it (see [`SealedFileError`]).
    ///
    /// # Errors
    /// When the sealed file is needed and cannot be opened.
    pub async fn open(
        place: SecretPlace,
        passphrase: Option<SecretString>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, SecretsError> {
        match place {
            SecretPlace::Memory => Ok(Self::of(Store::Memory(Mutex::default()))),
            SecretPlace::File { dir } => Ok(Self::of(Self::open_file(dir, passphrase, ids).await?)),
            SecretPlace::Keychain { service, fallback } => {
                let keychain = Keychain::new(service);
                match keychain.prove(&ids.secret_hex(16)).await {
                    Ok(()) => {
                        Self::move_over(&keychain, fallback, passphrase, ids).await?;
                        Ok(Self::of(Store::Keychain(keychain)))
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the keychain does not work; secrets are kept in a sealed file");
                        let store = Self::open_file(fallback, passphrase, ids).await?;
                        Ok(Self { store: Arc::new(store), fallen_back: Some(Arc::new(error)) })
                    }
                }
            }
        }
    }

    /// Where secrets are kept.
    pub fn kept_in(&self) -> KeptIn {
        match *self.store {
            Store::Keychain(_) => KeptIn::Keychain,
            Store::File(_) => KeptIn::File,
            Store::Memory(_) => KeptIn::Memory,
        }
    }

    /// Why the keychain is not used although it was wanted.
    pub fn fallen_back(&self) -> Option<&KeychainError> {
        self.fallen_back.as_deref()
    }

    /// The secret, if one is kept under the name.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub async fn lookup(&self, name: &SecretName) -> Result<Option<SecretString>, SecretsError> {
        let name = name.as_key();
        let found = match &*self.store {
            Store::Keychain(keychain) => keychain.lookup(name).await?,
            Store::File(file) => file.lock().await.lookup(&name),
            Store::Memory(values) => values.lock().await.get(&name).cloned(),
        };
        if let Some(secret) = &found {
            hide(secret.expose_secret());
        }
        Ok(found)
    }

    /// Keeps the secret under the name, in place of any other.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub async fn set(&self, name: &SecretName, secret: SecretString) -> Result<(), SecretsError> {
        hide(secret.expose_secret());
        let name = name.as_key();
        match &*self.store {
            Store::Keychain(keychain) => Ok(keychain.set(name, secret).await?),
            Store::File(file) => Ok(file.lock().await.set(&name, &secret)?),
            Store::Memory(values) => {
                values.lock().await.insert(name, secret);
                Ok(())
            }
        }
    }

    /// Forgets the secret; nothing happens when none is kept.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub async fn delete(&self, name: &SecretName) -> Result<(), SecretsError> {
        let name = name.as_key();
        match &*self.store {
            Store::Keychain(keychain) => Ok(keychain.delete(name).await?),
            Store::File(file) => Ok(file.lock().await.delete(&name)?),
            Store::Memory(values) => {
                values.lock().await.remove(&name);
                Ok(())
            }
        }
    }

    fn of(store: Store) -> Self {
        Self { store: Arc::new(store), fallen_back: None }
    }

    async fn open_file(
        dir: PathBuf,
        passphrase: Option<SecretString>,
        ids: Arc<dyn Ids>,
    ) -> Result<Store, SecretsError> {
        // Deriving the key takes tens of milliseconds on purpose.
        let opened =
            tokio::task::spawn_blocking(move || SealedFile::open(&dir, passphrase.as_ref(), ids)).await;
        Ok(Store::File(Mutex::new(opened.map_err(|_| SealedFileError::Interrupted)??)))
    }

    async fn move_over(
        keychain: &Keychain,
        fallback: PathBuf,
        passphrase: Option<SecretString>,
        ids: Arc<dyn Ids>,
    ) -> Result<(), SecretsError> {
        if !SealedFile::exists(&fallback) {
            return Ok(());
        }
        let moved =
            tokio::task::spawn_blocking(move || SealedFile::open(&fallback, passphrase.as_ref(), ids)).await;
        let file = match moved.map_err(|_| SealedFileError::Interrupted)? {
            Ok(file) => file,
            // The keychain works and may hold everything; a file that cannot be opened is left where it is.
            Err(error) => {
                tracing::warn!(%error, "the sealed file of secrets cannot be moved to the keychain");
                return Ok(());
            }
        };
        for (name, value) in file.all() {
            keychain.set(name.to_owned(), value.expose_secret().into()).await?;
        }
        file.erase()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemIds;

    const MODEL: SecretName = SecretName::ModelKey;

    #[tokio::test]
    async fn keeps_replaces_and_forgets_in_every_place() {
        let dir = tempfile::tempdir().unwrap();
        for place in [SecretPlace::Memory, SecretPlace::File { dir: dir.path().to_owned() }] {
            keeps_replaces_and_forgets(&open(place).await).await;
        }
    }

    #[tokio::test]
    async fn does_not_show_what_it_keeps() {
        let secrets = open(SecretPlace::Memory).await;
        secrets.set(&MODEL, "sk-or-secret".into()).await.unwrap();
        assert_eq!(format!("{secrets:?}"), "Secrets { kept_in: Memory, .. }");
        assert!(!format!("{:?}", secrets.lookup(&MODEL).await).contains("sk-or-secret"));
    }

    /// Wants a session bus without a keyring: `dbus-run-session`, or no bus at all, as on a build machine.
    #[tokio::test]
    async fn falls_back_to_the_file_when_there_is_no_keychain() {
        if std::env::var_os("STALLKEEPER_TEST_KEYCHAIN").is_some() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let place = || SecretPlace::Keychain { service: service(), fallback: dir.path().to_owned() };
        let secrets = open(place()).await;
        if secrets.kept_in() == KeptIn::Keychain {
            return;
        }
        assert!(secrets.fallen_back().is_some());
        secrets.set(&MODEL, "k".into()).await.unwrap();
        assert_eq!(text(open(place()).await.lookup(&MODEL).await.unwrap()), Some("k".into()));
    }

    /// Writes to the keychain of whoever runs it, so it runs only when asked: with `STALLKEEPER_TEST_KEYCHAIN=1` inside
    /// `dbus-run-session` with an unlocked gnome-keyring.
    #[tokio::test]
    async fn the_keychain_keeps_secrets_and_takes_over_the_file() {
        if std::env::var_os("STALLKEEPER_TEST_KEYCHAIN").is_none() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let file = open(SecretPlace::File { dir: dir.path().to_owned() }).await;
        file.set(&SecretName::AdminSecret, "from the file".into()).await.unwrap();
        let secrets =
            open(SecretPlace::Keychain { service: service(), fallback: dir.path().to_owned() }).await;
        assert_eq!(secrets.kept_in(), KeptIn::Keychain);
        assert_eq!(
            text(secrets.lookup(&SecretName::AdminSecret).await.unwrap()),
            Some("from the file".into())
        );
        assert!(!SealedFile::exists(dir.path()), "the file is erased once its secrets are in the keychain");
        secrets.delete(&SecretName::AdminSecret).await.unwrap();
        keeps_replaces_and_forgets(&secrets).await;
    }

    async fn keeps_replaces_and_forgets(secrets: &Secrets) {
        let market = SecretName::AgentMarketKey { account: "a1".into() };
        assert_eq!(text(secrets.lookup(&MODEL).await.unwrap()), None);
        secrets.set(&MODEL, "first".into()).await.unwrap();
        secrets.set(&MODEL, "second ✓".into()).await.unwrap();
        secrets.set(&market, "other".into()).await.unwrap();
        assert_eq!(text(secrets.lookup(&MODEL).await.unwrap()), Some("second ✓".into()));
        assert_eq!(text(secrets.lookup(&market).await.unwrap()), Some("other".into()));
        secrets.delete(&MODEL).await.unwrap();
        secrets.delete(&MODEL).await.unwrap();
        assert_eq!(text(secrets.lookup(&MODEL).await.unwrap()), None);
        secrets.delete(&market).await.unwrap();
    }

    async fn open(place: SecretPlace) -> Secrets {
        Secrets::open(place, None, Arc::new(SystemIds)).await.unwrap()
    }

    fn service() -> String {
        format!("stallkeeper-test-{}", SystemIds.id())
    }

    fn text(secret: Option<SecretString>) -> Option<String> {
        secret.map(|secret| secret.expose_secret().to_owned())
    }
}
