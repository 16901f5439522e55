//! Reads JSON request bodies field by field, collecting every flaw before refusing.

use serde_json::{Map, Value};

use super::refusal::{Flaw, Refusal};

/// A JSON object sent to us and what was wrong with it.
#[derive(Debug)]
pub(crate) struct Body {
    fields: Map<String, Value>,
    flaws: Vec<Flaw>,
}

impl Body {
    /// Reads the raw bytes; an empty body is an empty object.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Ok(Self { fields: Map::new(), flaws: Vec::new() });
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Self { fields, flaws: Vec::new() }),
            Ok(_) => Err(Refusal::flaw("body", "dict_type", "Input should be a valid dictionary")),
            Err(error) => Err(Refusal::flaw("body", "json_invalid", format!("JSON decode error: {error}"))),
        }
    }

    /// The value of a field; `None` when absent or null.
    pub(crate) fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// Whether the field was sent, null included.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// A text of `min..=max` characters that must be there.
    pub(crate) fn text(&mut self, field: &str, min: usize, max: usize) -> String {
        if self.value(field).is_none() {
            self.flaw(field, "missing", "Field required");
            return String::new();
        }
        self.optional_text(field, min, max).unwrap_or_default()
    }

    /// A text of `min..=max` characters if it is there.
    pub(crate) fn optional_text(&mut self, field: &str, min: usize, max: usize) -> Option<String> {
        let text = match self.value(field)? {
            Value::String(text) => text.clone(),
            _ => {
                self.flaw(field, "string_type", "Input should be a valid string");
                return None;
            }
        };
        let length = text.trim().chars().count();
        if length < min {
            self.flaw(field, "string_too_short", &format!("String should have at least {min} characters"));
        } else if text.chars().count() > max {
            self.flaw(field, "string_too_long", &format!("String should have at most {max} characters"));
        }
        Some(text)
    }

    /// A list of texts if it is there.
    pub(crate) fn optional_texts(&mut self, field: &str) -> Option<Vec<String>> {
        let texts = self
            .value(field)?
            .as_array()
            .and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        if texts.is_none() {
            self.flaw(field, "list_type", "Input should be a valid list of strings");
        }
        texts
    }

    /// Notes a flaw.
    pub(crate) fn flaw(&mut self, field: &str, kind: &'static str, message: &str) {
        self.flaws.push(Flaw { field: field.to_owned(), message: message.to_owned(), kind });
    }

    /// Refuses if any flaw was noted.
    pub(crate) fn check(&mut self) -> Result<(), Refusal> {
        if self.flaws.is_empty() { Ok(()) } else { Err(Refusal::Invalid(std::mem::take(&mut self.flaws))) }
    }
}
