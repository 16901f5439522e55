//! Reads keys and settings from the text of a file the seller already has: a `credentials.json` or an `.env`.

use serde_json::Value;
use thiserror::Error;

use super::credentials::{Credentials, CredentialsError, object};
use super::dotenv::{DotenvError, read_dotenv};
use super::environment::{Environment, EnvironmentProblem};
use super::folders::UserFolders;

/// What a text held.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The marketplace account, when the text names its key.
    pub credentials: Option<Credentials>,
    /// Settings and keys under their environment names.
    pub environment: Environment,
    /// Names that were there, are known and can be used, in the text's order.
    pub taken: Vec<String>,
    /// Names that were there but are not known.
    pub unknown: Vec<String>,
    /// Names that are known but hold something that cannot be used.
    pub problems: Vec<EnvironmentProblem>,
}

/// Why a text cannot be imported.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error("there is nothing in the text")]
    Empty,
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error(transparent)]
    Dotenv(#[from] DotenvError),
}

/// Recognises JSON (`credentials.json`) or `.env` text and reads it. `~` in paths is the home of `folders`.
///
/// # Errors
/// When the text is empty or neither of the two.
pub fn read_keys(text: &str, folders: &UserFolders) -> Result<Imported, ImportError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(ImportError::Empty);
    }
    if text.starts_with(['{', '[']) { read_json(text, folders) } else { read_env(text, folders) }
}

fn read_json(text: &str, folders: &UserFolders) -> Result<Imported, ImportError> {
    let object = object(text)?;
    let is_credential = |name: &str| Credentials::NAMES.contains(&name);
    let settings: Vec<(String, String)> = object
        .iter()
        .filter(|(name, _)| !is_credential(name))
        .map(|(name, value)| match value {
            Value::String(text) => (name.clone(), text.clone()),
            other => (name.clone(), other.to_string()),
        })
        .collect();
    let mut imported = read_pairs(&settings, folders);
    if object.keys().any(|name| is_credential(name)) || imported.taken.is_empty() {
        imported.credentials = Some(Credentials::from_object(&object)?);
    }
    let known = |name: &&String| is_credential(name) || imported.taken.contains(name);
    imported.taken = object.keys().filter(known).cloned().collect();
    Ok(imported)
}

fn read_env(text: &str, folders: &UserFolders) -> Result<Imported, ImportError> {
    Ok(read_pairs(&read_dotenv(text)?, folders))
}

fn read_pairs(pairs: &[(String, String)], folders: &UserFolders) -> Imported {
    let borrowed = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let (environment, problems) = Environment::read_what_can_be_used(borrowed, folders);
    let given = environment.given();
    let (mut taken, mut unknown) = (Vec::new(), Vec::new());
    for (name, _) in pairs {
        let list = if given.contains(&name.as_str()) {
            &mut taken
        } else if Environment::NAMES.contains(&name.as_str()) {
            continue;
        } else {
            &mut unknown
        };
        if !list.contains(name) {
            list.push(name.clone());
        }
    }
    Imported { credentials: None, environment, taken, unknown, problems }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn takes_the_env_file_of_the_guide() {
        let text = "AGENT_MARKET_BASE_URL=https://market.example/api\nSERVICE_SKU_ID=<fill in listing.id>\n\
                    ADMIN_SECRET=s3\nDATA_DIR=\nNGROK_AUTHTOKEN=abc\nOPENROUTER_API_KEY=sk-or-9\n";
        let imported = read_keys(text, &UserFolders::default()).unwrap();
        assert_eq!(imported.taken, ["AGENT_MARKET_BASE_URL", "ADMIN_SECRET", "OPENROUTER_API_KEY"]);
        assert_eq!(imported.unknown, ["NGROK_AUTHTOKEN"]);
        assert_eq!(imported.problems[0].name, "SERVICE_SKU_ID");
        assert_eq!(imported.environment.openrouter_api_key.unwrap().expose_secret(), "sk-or-9");
        assert!(imported.credentials.is_none());
    }

    #[test]
    fn takes_a_credentials_file() {
        let text = "\u{feff} {\"api_key\":\"k\",\"agent_id\":\"a\",\"expires\":1,\"APP_PORT\":8001}\n";
        let imported = read_keys(text, &UserFolders::default()).unwrap();
        assert_eq!(imported.credentials.unwrap().agent_id.as_deref(), Some("a"));
        assert_eq!(imported.taken, ["api_key", "agent_id", "APP_PORT"]);
        assert_eq!(imported.unknown, ["expires"]);
        assert_eq!(imported.environment.app_port, Some(8001));
    }

    #[test]
    fn says_why_a_text_is_not_taken() {
        let error = |text: &str| read_keys(text, &UserFolders::default()).unwrap_err().to_string();
        assert_eq!(error(" \n"), "there is nothing in the text");
        assert_eq!(error("{\"expires\":1}"), "the credentials have no `api_key`");
        assert_eq!(error("[1]"), "the credentials must be a JSON object with `api_key` and `agent_id`");
        assert_eq!(error("just words"), "line 1 of the .env text is not of the form NAME=value");
    }
}
