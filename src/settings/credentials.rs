//! The file in which the marketplace's guide and tools keep an account's key (contract, Agent Market 1.1).

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde_json::{Map, Value};
use thiserror::Error;

use super::folders::UserFolders;

/// An account as a `credentials.json` names it.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub api_key: SecretString,
    /// `agent_id`, or `id` in the newer form.
    pub agent_id: Option<String>,
    pub name: Option<String>,
    pub owner_email: Option<String>,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct CredentialsFile {
    pub path: PathBuf,
    pub credentials: Credentials,
    /// Other users of this computer may read the file; worth a warning.
    pub readable_by_others: bool,
}

/// Why credentials cannot be read. Never quotes the file.
#[derive(Debug, Error)]
pub enum CredentialsError {
    #[error("the credentials file {path} cannot be read")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the credentials are not JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("the credentials must be a JSON object with `api_key` and `agent_id`")]
    NotAnObject,
    #[error("the credentials have no `api_key`")]
    NoKey,
    #[error("`{0}` in the credentials must be a text")]
    NotText(&'static str),
}

/// Where the guide and the marketplace's newer tools keep the file, the most likely first.
pub fn default_places(folders: &UserFolders) -> Vec<PathBuf> {
    let of = |name: &'static str| {
        folders.configuration().iter().map(move |folder| folder.join(name).join("credentials.json"))
    };
    of("agentmarket").chain(of("clawlabor")).collect()
}

impl CredentialsFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When the file cannot be read or does not hold credentials.
    pub fn read(path: &Path) -> Result<Self, CredentialsError> {
        let unreadable = |source| CredentialsError::Unreadable { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let readable_by_others = readable_by_others(&std::fs::metadata(path).map_err(unreadable)?);
        Ok(Self { path: path.to_owned(), credentials: Credentials::parse(&text)?, readable_by_others })
    }
}

impl Credentials {
    /// The names a `credentials.json` may hold.
    pub(super) const NAMES: [&'static str; 5] = ["api_key", "agent_id", "id", "name", "owner_email"];

    /// Reads the text of a `credentials.json`.
    ///
    /// # Errors
    /// When the text is not JSON or has no key.
    pub fn parse(text: &str) -> Result<Self, CredentialsError> {
        Self::from_object(&object(text)?)
    }

    pub(super) fn from_object(object: &Map<String, Value>) -> Result<Self, CredentialsError> {
        let text = |name: &'static str| match object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned))
            }
            Some(_) => Err(CredentialsError::NotText(name)),
        };
        Ok(Self {
            api_key: text("api_key")?.ok_or(CredentialsError::NoKey)?.into(),
            agent_id: text("agent_id")?.or(text("id")?),
            name: text("name")?,
            owner_email: text("owner_email")?,
        })
    }
}

pub(super) fn object(text: &str) -> Result<Map<String, Value>, CredentialsError> {
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(CredentialsError::NotAnObject),
        Err(error) => Err(CredentialsError::NotJson { line: error.line(), column: error.column() }),
    }
}

#[cfg(unix)]
fn readable_by_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o044 != 0
}

/// Windows keeps the user's folders from other users by itself.
#[cfg(not(unix))]
fn readable_by_others(_metadata: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn reads_both_forms_of_the_file() {
        let guide = Credentials::parse(r#"{"api_key":"k-1","agent_id":"a-1"}"#).unwrap();
        assert_eq!((guide.api_key.expose_secret(), guide.agent_id.as_deref()), ("k-1", Some("a-1")));
        let newer = Credentials::parse(
            r#"{"api_key":" k-2 ","id":"a-2","name":"Lin","owner_email":"lin@example.com"}"#,
        )
        .unwrap();
        assert_eq!(newer.api_key.expose_secret(), "k-2");
        assert_eq!(newer.agent_id.as_deref(), Some("a-2"));
        assert_eq!(newer.owner_email.as_deref(), Some("lin@example.com"));
    }

    #[test]
    fn says_what_is_wrong_without_showing_the_key() {
        let error = Credentials::parse("{\"api_key\": \"k-secret\",,}").unwrap_err().to_string();
        assert_eq!(error, "the credentials are not JSON (line 1, column 24)");
        assert!(matches!(Credentials::parse("[]"), Err(CredentialsError::NotAnObject)));
        assert!(matches!(Credentials::parse(r#"{"api_key":""}"#), Err(CredentialsError::NoKey)));
        assert!(matches!(Credentials::parse(r#"{"api_key":7}"#), Err(CredentialsError::NotText("api_key"))));
        assert!(!format!("{:?}", Credentials::parse(r#"{"api_key":"k-secret"}"#)).contains("k-secret"));
    }

    #[cfg(unix)]
    #[test]
    fn notices_that_others_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.json");
        std::fs::write(&path, r#"{"api_key":"k"}"#).unwrap();
        for (mode, expected) in [(0o600, false), (0o644, true), (0o640, true)] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(CredentialsFile::read(&path).unwrap().readable_by_others, expected, "{mode:o}");
        }
        let missing = CredentialsFile::read(&folder.path().join("absent.json")).unwrap_err();
        assert!(missing.to_string().contains("absent.json"));
    }

    #[test]
    fn looks_in_the_folders_of_the_guide_and_of_the_newer_tools() {
        let folders = UserFolders::from_pairs([("HOME", "/home/lin")]);
        assert_eq!(
            default_places(&folders),
            [
                Path::new("/home/lin/.config/agentmarket/credentials.json"),
                Path::new("/home/lin/.config/clawlabor/credentials.json")
            ]
        );
    }
}
