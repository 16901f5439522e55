//! Secrets in one encrypted file, for computers without a keychain.
//!
//! The whole map is sealed with XChaCha20-Poly1305 at each change and put in place by rename. The key comes from a
//! passphrase (Argon2id) or, without one, from `secrets.key` beside the file. What the latter protects against is
//! small: a copy of `secrets.sealed` alone, such as in a backup or an attachment, tells nothing, but whoever can read
//! both files reads the secrets. Both are readable by the user only.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::Ids;

const FILE: &str = "secrets.sealed";
const KEY_FILE: &str = "secrets.key";
const VERSION: u32 = 1;

/// What version 1 derives its key with, kept forever: other numbers would open no file (OWASP's second choice for
/// Argon2id, 19 MiB and two passes).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Why the sealed file cannot be used. Never holds a secret.
#[derive(Debug, Error)]
pub enum SealedFileError {
    #[error("{what} {path}")]
    Disk { what: &'static str, path: PathBuf, source: io::Error },
    #[error("{0} is not a file of sealed secrets of this version")]
    Malformed(PathBuf),
    #[error("{0} was sealed with a passphrase; set STALLKEEPER_PASSPHRASE")]
    PassphraseNeeded(PathBuf),
    #[error("{0} cannot be opened with this passphrase, or was changed")]
    WrongPassphrase(PathBuf),
    #[error("{0} cannot be opened with the key beside it, or was changed")]
    WrongKey(PathBuf),
    #[error("the key cannot be derived from the passphrase")]
    Derivation,
    #[error("opening the sealed secrets was interrupted")]
    Interrupted,
}

/// The file as it lies on disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    version: u32,
    key_from: KeyFrom,
    /// Salt of the derivation; empty with a key file.
    salt: String,
    nonce: String,
    sealed: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeyFrom {
    Passphrase,
    KeyFile,
}

/// The open file.
pub(super) struct SealedFile {
    dir: PathBuf,
    key: Zeroizing<[u8; 32]>,
    key_from: KeyFrom,
    salt: Vec<u8>,
    values: BTreeMap<String, SecretString>,
    ids: Arc<dyn Ids>,
}

impl SealedFile {
    /// Whether the folder holds a sealed file.
    pub(super) fn exists(dir: &Path) -> bool {
        dir.join(FILE).exists()
    }

    /// Opens the file, or begins an empty one. A passphrase given for the first time takes the place of the key file.
    pub(super) fn open(
        dir: &Path,
        passphrase: Option<&SecretString>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, SealedFileError> {
        fs::create_dir_all(dir).map_err(|source| disk("cannot make the folder", dir, source))?;
        let path = dir.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let file = Self::empty(dir, passphrase, ids)?;
                file.save()?;
                return Ok(file);
            }
            Err(source) => return Err(disk("cannot read", &path, source)),
        };
        let envelope: Envelope =
            serde_json::from_slice(&text).map_err(|_| SealedFileError::Malformed(path.clone()))?;
        if envelope.version != VERSION {
            return Err(SealedFileError::Malformed(path));
        }
        let decode = |text: &str| BASE64.decode(text).map_err(|_| SealedFileError::Malformed(path.clone()));
        let salt = decode(&envelope.salt)?;
        let key = match (envelope.key_from, passphrase) {
            (KeyFrom::Passphrase, None) => return Err(SealedFileError::PassphraseNeeded(path)),
            (KeyFrom::Passphrase, Some(passphrase)) => derive(passphrase, &salt)?,
            (KeyFrom::KeyFile, _) => read_key_file(dir)?,
        };
        let plain =
            unseal(&key, &decode(&envelope.nonce)?, &decode(&envelope.sealed)?).ok_or_else(
                || match envelope.key_from {
                    KeyFrom::Passphrase => SealedFileError::WrongPassphrase(path.clone()),
                    KeyFrom::KeyFile => SealedFileError::WrongKey(path.clone()),
                },
            )?;
        let values: BTreeMap<String, String> =
            serde_json::from_slice(&plain).map_err(|_| SealedFileError::Malformed(path.clone()))?;
        let values = values.into_iter().map(|(name, value)| (name, value.into())).collect();
        let file = Self { dir: dir.to_owned(), key, key_from: envelope.key_from, salt, values, ids };
        match passphrase {
            Some(passphrase) if file.key_from == KeyFrom::KeyFile => file.sealed_again_with(passphrase),
            _ => Ok(file),
        }
    }

    pub(super) fn lookup(&self, name: &str) -> Option<SecretString> {
        self.values.get(name).cloned()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(super) fn set(&mut self, name: &str, secret: &SecretString) -> Result<(), SealedFileError> {
        let before = self.values.insert(name.to_owned(), secret.clone());
        self.save().inspect_err(|_| self.restore(name, before))
    }

    pub(super) fn delete(&mut self, name: &str) -> Result<(), SealedFileError> {
        let Some(before) = self.values.remove(name) else { return Ok(()) };
        self.save().inspect_err(|_| self.restore(name, Some(before)))
    }

    /// Removes the file and its key.
    pub(super) fn erase(self) -> Result<(), SealedFileError> {
        for name in [FILE, KEY_FILE] {
            remove(&self.dir.join(name))?;
        }
        Ok(())
    }

    fn empty(
        dir: &Path,
        passphrase: Option<&SecretString>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, SealedFileError> {
        let mut file = Self {
            dir: dir.to_owned(),
            key: Zeroizing::new([0; 32]),
            key_from: KeyFrom::KeyFile,
            salt: Vec::new(),
            values: BTreeMap::new(),
            ids,
        };
        if let Some(passphrase) = passphrase {
            file.take_passphrase(passphrase)?;
        } else {
            file.ids.fill(file.key.as_mut_slice());
            write_private(dir, KEY_FILE, BASE64.encode(file.key.as_slice()).as_bytes())?;
        }
        Ok(file)
    }

    fn sealed_again_with(mut self, passphrase: &SecretString) -> Result<Self, SealedFileError> {
        self.take_passphrase(passphrase)?;
        self.save()?;
        remove(&self.dir.join(KEY_FILE))?;
        Ok(self)
    }

    fn take_passphrase(&mut self, passphrase: &SecretString) -> Result<(), SealedFileError> {
        let mut salt = vec![0; 16];
        self.ids.fill(&mut salt);
        self.key = derive(passphrase, &salt)?;
        self.key_from = KeyFrom::Passphrase;
        self.salt = salt;
        Ok(())
    }

    fn restore(&mut self, name: &str, before: Option<SecretString>) {
        match before {
            Some(secret) => self.values.insert(name.to_owned(), secret),
            None => self.values.remove(name),
        };
    }

    fn save(&self) -> Result<(), SealedFileError> {
        let malformed = || SealedFileError::Malformed(self.dir.join(FILE));
        let values: BTreeMap<&str, &str> =
            self.all().map(|(name, value)| (name, value.expose_secret())).collect();
        let plain = Zeroizing::new(serde_json::to_vec(&values).map_err(|_| malformed())?);
        let mut nonce = [0u8; 24];
        self.ids.fill(&mut nonce);
        let sealed = XChaCha20Poly1305::new(&Key::from(*self.key))
            .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: FILE.as_bytes() })
            .map_err(|_| malformed())?;
        let envelope = Envelope {
            version: VERSION,
            key_from: self.key_from,
            salt: BASE64.encode(&self.salt),
            nonce: BASE64.encode(nonce),
            sealed: BASE64.encode(sealed),
        };
        write_private(&self.dir, FILE, &serde_json::to_vec(&envelope).map_err(|_| malformed())?)
    }
}

fn unseal(key: &[u8; 32], nonce: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let nonce: [u8; 24] = nonce.try_into().ok()?;
    let payload = Payload { msg: sealed, aad: FILE.as_bytes() };
    XChaCha20Poly1305::new(&Key::from(*key)).decrypt(&XNonce::from(nonce), payload).ok().map(Zeroizing::new)
}

fn derive(passphrase: &SecretString, salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, SealedFileError> {
    let mut key = Zeroizing::new([0; 32]);
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|_| SealedFileError::Derivation)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| SealedFileError::Derivation)?;
    Ok(key)
}

fn read_key_file(dir: &Path) -> Result<Zeroizing<[u8; 32]>, SealedFileError> {
    let path = dir.join(KEY_FILE);
    let text =
        Zeroizing::new(fs::read_to_string(&path).map_err(|source| disk("cannot read", &path, source))?);
    let bytes =
        Zeroizing::new(BASE64.decode(text.trim()).map_err(|_| SealedFileError::Malformed(path.clone()))?);
    let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| SealedFileError::Malformed(path))?;
    Ok(Zeroizing::new(key))
}

/// Writes beside, syncs, then renames, so that a crash leaves the file as it was or as it shall be.
fn write_private(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), SealedFileError> {
    let (path, beside) = (dir.join(name), dir.join(format!("{name}.new")));
    let written = (|| {
        remove_if_there(&beside)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        #[cfg(unix)]
        fs::File::open(dir)?.sync_all()?;
        Ok(())
    })();
    written.map_err(|source| disk("cannot write", &path, source))
}

fn remove(path: &Path) -> Result<(), SealedFileError> {
    remove_if_there(path).map_err(|source| disk("cannot remove", path, source))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn disk(what: &'static str, path: &Path, source: io::Error) -> SealedFileError {
    SealedFileError::Disk { what, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemIds;

    #[test]
    fn nothing_readable_lies_on_disk_and_only_the_user_may_look() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = open(dir.path(), None).unwrap();
        file.set("model-key", &"sk-or-secret".into()).unwrap();
        for name in [FILE, KEY_FILE] {
            let bytes = fs::read(dir.path().join(name)).unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{name}");
            #[cfg(unix)]
            assert_eq!(
                std::os::unix::fs::PermissionsExt::mode(
                    &fs::metadata(dir.path().join(name)).unwrap().permissions()
                ) & 0o777,
                0o600
            );
        }
        assert!(!dir.path().join("secrets.sealed.new").exists());
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed_and_nothing_else_does() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), Some("horse")).unwrap().set("a", &"1".into()).unwrap();
        assert!(!dir.path().join(KEY_FILE).exists());
        assert_eq!(value(&open(dir.path(), Some("horse")).unwrap(), "a"), Some("1".into()));
        assert!(matches!(open(dir.path(), Some("donkey")), Err(SealedFileError::WrongPassphrase(_))));
        assert!(matches!(open(dir.path(), None), Err(SealedFileError::PassphraseNeeded(_))));
    }

    #[test]
    fn a_passphrase_given_later_replaces_the_key_file() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), None).unwrap().set("a", &"1".into()).unwrap();
        assert_eq!(value(&open(dir.path(), Some("horse")).unwrap(), "a"), Some("1".into()));
        assert!(!dir.path().join(KEY_FILE).exists());
        assert!(matches!(open(dir.path(), None), Err(SealedFileError::PassphraseNeeded(_))));
    }

    #[test]
    fn a_changed_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), None).unwrap().set("a", &"1".into()).unwrap();
        let path = dir.path().join(FILE);
        let mut envelope: Envelope = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let mut sealed = BASE64.decode(&envelope.sealed).unwrap();
        sealed[0] ^= 1;
        envelope.sealed = BASE64.encode(sealed);
        fs::write(&path, serde_json::to_vec(&envelope).unwrap()).unwrap();
        assert!(matches!(open(dir.path(), None), Err(SealedFileError::WrongKey(_))));
        fs::write(&path, "not ours").unwrap();
        assert!(matches!(open(dir.path(), None), Err(SealedFileError::Malformed(_))));
    }

    #[test]
    fn a_file_cut_anywhere_or_with_any_field_changed_is_refused_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), Some("horse")).unwrap().set("a", &"1".into()).unwrap();
        let path = dir.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        let cuts = [0, 1, whole.len() / 2, whole.len() - 1].map(|end| whole[..end].to_vec());
        let text = String::from_utf8(whole.clone()).unwrap();
        let changes = [
            ("\"version\":1", "\"version\":2"),
            ("\"passphrase\"", "\"key_file\""),
            ("\"salt\":\"", "\"salt\":\"AAAA"),
            ("\"nonce\":\"", "\"nonce\":\"AAAA"),
            ("\"sealed\":\"", "\"sealed\":\"AAAA"),
            ("{", "{\"more\":1,"),
        ];
        let changed = changes.map(|(from, to)| text.replacen(from, to, 1).into_bytes());
        for spoiled in cuts.into_iter().chain(changed) {
            assert_ne!(spoiled, whole);
            fs::write(&path, &spoiled).unwrap();
            assert!(open(dir.path(), Some("horse")).is_err(), "{}", String::from_utf8_lossy(&spoiled));
            assert_eq!(fs::read(&path).unwrap(), spoiled, "an unreadable file is never begun anew");
        }
        fs::write(&path, &whole).unwrap();
        assert_eq!(value(&open(dir.path(), Some("horse")).unwrap(), "a"), Some("1".into()));
    }

    /// Sealed once by version 1 of the file, with the passphrase `horse`: what sellers have on their disks stays readable.
    #[test]
    fn a_file_of_the_first_version_opens_with_the_parameters_of_then() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), include_str!("first_version.sealed")).unwrap();
        assert_eq!(value(&open(dir.path(), Some("horse")).unwrap(), "a"), Some("kept since then".into()));
    }

    #[test]
    fn a_write_cut_short_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), None).unwrap().set("a", &"1".into()).unwrap();
        // A cut falls before the rename: half a file beside.
        fs::write(dir.path().join("secrets.sealed.new"), "{\"version\":1,\"key_f").unwrap();
        let mut file = open(dir.path(), None).unwrap();
        assert_eq!(value(&file, "a"), Some("1".into()));
        file.set("a", &"2".into()).unwrap();
        assert!(!dir.path().join("secrets.sealed.new").exists());
        assert_eq!(value(&open(dir.path(), None).unwrap(), "a"), Some("2".into()));
    }

    #[test]
    fn the_same_secrets_never_look_the_same_twice() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = open(dir.path(), None).unwrap();
        file.set("a", &"1".into()).unwrap();
        let first = fs::read(dir.path().join(FILE)).unwrap();
        file.set("a", &"1".into()).unwrap();
        assert_ne!(first, fs::read(dir.path().join(FILE)).unwrap(), "a nonce is used once");
    }

    #[test]
    fn a_change_that_cannot_be_written_is_not_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("in");
        let mut file = open(&folder, None).unwrap();
        file.set("a", &"1".into()).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(file.set("a", &"2".into()), Err(SealedFileError::Disk { .. })));
        assert!(matches!(file.delete("a"), Err(SealedFileError::Disk { .. })));
        assert_eq!(value(&file, "a"), Some("1".into()));
    }

    fn open(dir: &Path, passphrase: Option<&str>) -> Result<SealedFile, SealedFileError> {
        SealedFile::open(dir, passphrase.map(SecretString::from).as_ref(), Arc::new(SystemIds))
    }

    fn value(file: &SealedFile, name: &str) -> Option<String> {
        file.lookup(name).map(|secret| secret.expose_secret().to_owned())
    }
}
