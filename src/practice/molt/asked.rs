//! Queries and bodies, read strictly: what is out of its documented bounds is a 400, never bent to fit.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::Value;

use super::refusal::MoltRefusal;
use crate::practice::body::Body;
use crate::practice::market::policy;

/// The query of a call.
#[derive(Debug)]
pub(super) struct Asked(HashMap<String, String>);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

impl Asked {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn needed(&self, name: &str) -> Result<&str, MoltRefusal> {
        self.text(name).ok_or_else(|| MoltRefusal::bad(format!("Missing required parameter: {name}")))
    }

    /// One of the allowed words; the first one when nothing was asked.
    pub(super) fn word<'a>(
        &'a self,
        name: &str,
        usual: &'static str,
        allowed: &[&str],
    ) -> Result<&'a str, MoltRefusal> {
        match self.text(name) {
            None => Ok(usual),
            Some(word) if allowed.contains(&word) => Ok(word),
            Some(_) => Err(MoltRefusal::bad(format!("{name} must be one of: {}", allowed.join(", ")))),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, MoltRefusal> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(MoltRefusal::bad(format!("{name} must be true or false"))),
        }
    }

    pub(super) fn amount(&self, name: &str) -> Result<Option<f64>, MoltRefusal> {
        self.text(name)
            .map(|text| text.parse().map_err(|_| MoltRefusal::bad(format!("{name} must be a number"))))
            .transpose()
    }

    /// The wanted words of a comma-separated list, in lower case.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let words = self.text(name).unwrap_or_default().split(',');
        words.map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect()
    }

    /// A count between 1 and 100.
    pub(super) fn limit(&self, usual: usize) -> Result<usize, MoltRefusal> {
        match self.text("limit").map(str::parse) {
            None => Ok(usual),
            Some(Ok(limit)) if (1..=100).contains(&limit) => Ok(limit),
            Some(_) => Err(MoltRefusal::bad("limit must be between 1 and 100")),
        }
    }

    pub(super) fn page(&self) -> Result<Page, MoltRefusal> {
        let offset = match self.text("offset").map(str::parse) {
            None => 0,
            Some(Ok(offset)) => offset,
            Some(Err(_)) => return Err(MoltRefusal::bad("offset must be 0 or more")),
        };
        Ok(Page { limit: self.limit(20)?, offset })
    }
}

/// A piece of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Page {
    /// The answer with this piece of `rows` under `name`.
    pub(super) fn answer(self, name: &str, rows: Vec<Value>) -> Value {
        let total = rows.len();
        let piece: Vec<Value> = rows.into_iter().skip(self.offset).take(self.limit).collect();
        serde_json::json!({"success": true, name: piece, "total": total, "limit": self.limit, "offset": self.offset})
    }
}

/// A list of at most `most` texts of at most `longest` characters each, if it is there.
pub(super) fn texts(body: &mut Body, field: &str, most: usize, longest: usize) -> Option<Vec<String>> {
    let texts = body.optional_texts(field)?;
    if texts.len() > most {
        body.flaw(field, "too_long", &format!("List should have at most {most} items"));
    }
    if texts.iter().any(|text| text.chars().count() > longest) {
        body.flaw(field, "string_too_long", &format!("Each item should have at most {longest} characters"));
    }
    Some(texts)
}

/// A JSON number of `least` or more, if it is there. Text is no number here.
pub(super) fn number(body: &mut Body, field: &str, least: f64) -> Option<f64> {
    let number = body.value(field)?.as_f64();
    match number {
        Some(number) if number >= least => Some(number),
        _ => {
            body.flaw(field, "number", &format!("Input should be a number of at least {least}"));
            None
        }
    }
}

/// Whether it is a public web address of the kind profiles and messages carry.
pub(super) fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

/// Refuses what automatic screening would.
pub(super) fn screen(texts: &[&str]) -> Result<(), MoltRefusal> {
    policy::check(texts)
        .map_err(|_| MoltRefusal::bad("Content violates the content policy: prohibited content found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_and_not_bent() {
        for query in ["limit=0", "limit=101", "limit=x", "offset=-1"] {
            assert!(asked(query).page().is_err(), "{query}");
        }
        let page = asked("limit=100&offset=3").page().unwrap();
        assert_eq!((page.limit, page.offset), (100, 3));
        assert_eq!(asked("").page().unwrap().limit, 20);
        assert!(asked("mark_read=yes").flag("mark_read").is_err());
        assert!(asked("status=gone").word("status", "all", &["all"]).is_err());
        assert_eq!(asked("skills=Art,%20Logo").list("skills"), ["art", "logo"]);
    }
}
