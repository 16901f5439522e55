//! The path on which news is pushed to us.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A checked path such as `/api/v1/webhook/orders`. It stands beside the other local addresses, so it may not be
/// one of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookPath(String);

/// Why a path is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebhookPathProblem {
    #[error("must start with /")]
    NoSlash,
    #[error("must name a place below /, such as /api/v1/webhook/orders")]
    Empty,
    #[error("may hold letters, digits, `-`, `_`, `.`, `~` and single `/` only")]
    Characters,
    #[error("must not be longer than 200 characters")]
    TooLong,
    #[error("is used by the local interface itself")]
    Taken,
}

impl WebhookPath {
    /// First parts of paths the local interface answers itself.
    const OWN: [&'static str; 5] = ["desk", "docs", "health", "openapi.json", "assets"];
    /// The guide's path for asking for a picture.
    pub const GENERATE: &'static str = "/api/v1/image/generate";

    /// The path as text, with its leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for WebhookPath {
    fn default() -> Self {
        Self("/api/v1/webhook/orders".to_owned())
    }
}

impl FromStr for WebhookPath {
    type Err = WebhookPathProblem;

    fn from_str(text: &str) -> Result<Self, WebhookPathProblem> {
        let Some(rest) = text.strip_prefix('/') else { return Err(WebhookPathProblem::NoSlash) };
        if rest.is_empty() {
            return Err(WebhookPathProblem::Empty);
        }
        if text.len() > 200 {
            return Err(WebhookPathProblem::TooLong);
        }
        let character = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        if !rest
            .split('/')
            .all(|part| !part.is_empty() && !matches!(part, "." | "..") && part.chars().all(character))
        {
            return Err(WebhookPathProblem::Characters);
        }
        if text == Self::GENERATE || rest.split('/').next().is_some_and(|first| Self::OWN.contains(&first)) {
            return Err(WebhookPathProblem::Taken);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for WebhookPath {
    type Error = WebhookPathProblem;

    fn try_from(text: String) -> Result<Self, WebhookPathProblem> {
        text.parse()
    }
}

impl From<WebhookPath> for String {
    fn from(path: WebhookPath) -> String {
        path.0
    }
}

impl fmt::Display for WebhookPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_paths_of_the_guides_and_refuses_those_that_cannot_work() {
        for path in ["/api/v1/webhook/orders", "/webhooks/clawlabor", "/h"] {
            assert_eq!(path.parse::<WebhookPath>().unwrap().as_str(), path);
        }
        for (path, problem) in [
            ("api/v1", WebhookPathProblem::NoSlash),
            ("", WebhookPathProblem::NoSlash),
            ("/", WebhookPathProblem::Empty),
            ("/a//b", WebhookPathProblem::Characters),
            ("/a/", WebhookPathProblem::Characters),
            ("/a/../b", WebhookPathProblem::Characters),
            ("/{id}", WebhookPathProblem::Characters),
            ("/a?b", WebhookPathProblem::Characters),
            ("/desk/session", WebhookPathProblem::Taken),
            ("/health", WebhookPathProblem::Taken),
            ("/api/v1/image/generate", WebhookPathProblem::Taken),
        ] {
            assert_eq!(path.parse::<WebhookPath>(), Err(problem), "{path}");
        }
        assert_eq!(format!("/{}", "a".repeat(200)).parse::<WebhookPath>(), Err(WebhookPathProblem::TooLong));
    }

    #[test]
    fn the_default_is_a_path_that_would_be_taken() {
        assert_eq!(WebhookPath::default().as_str().parse(), Ok(WebhookPath::default()));
    }
}
