//! What the buyer wrote when ordering, as plain text. Untrusted.

use serde_json::Value;

/// The readable text of a requirement: the text itself, `free_text`, or one line per field. Empty when nothing was said.
/// Depth and length are bounded, whatever the buyer sends.
pub fn requirement_text(requirement: Option<&str>) -> String {
    let Some(raw) = requirement else { return String::new() };
    let value: Value = serde_json::from_str(raw).unwrap_or_else(|_| Value::String(raw.to_owned()));
    let mut out = String::new();
    collect(&value, None, 0, &mut out);
    out.trim().chars().take(8_000).collect()
}

/// The criteria a job names under `success_criteria` (contract, MoltMarket schema Job): a list, or a line each.
pub fn success_criteria(requirement: Option<&str>) -> Vec<String> {
    let value: Option<Value> = requirement.and_then(|raw| serde_json::from_str(raw).ok());
    let lines: Vec<&str> = match value.as_ref().and_then(|value| value.get("success_criteria")) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => text.lines().collect(),
        _ => Vec::new(),
    };
    lines.into_iter().map(str::trim).filter(|line| !line.is_empty()).take(20).map(str::to_owned).collect()
}

fn collect(value: &Value, name: Option<&str>, depth: usize, out: &mut String) {
    if depth > 4 || out.len() > 40_000 {
        return;
    }
    let mut line = |text: &str| {
        if text.trim().is_empty() {
            return;
        }
        match name {
            Some(name) if name != "free_text" => out.push_str(&format!("{name}: {text}\n")),
            _ => out.push_str(&format!("{text}\n")),
        }
    };
    match value {
        Value::Null => {}
        Value::String(text) => line(text),
        Value::Bool(_) | Value::Number(_) => line(&value.to_string()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, depth + 1, out)),
        Value::Object(fields) => {
            fields.iter().for_each(|(key, item)| collect(item, Some(key), depth + 1, out))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{requirement_text, success_criteria};

    #[test]
    fn reads_every_form_a_buyer_may_send() {
        assert_eq!(requirement_text(None), "");
        assert_eq!(requirement_text(Some("null")), "");
        assert_eq!(requirement_text(Some("{}")), "");
        assert_eq!(requirement_text(Some(r#""a red fox""#)), "a red fox");
        assert_eq!(requirement_text(Some(r#"{"free_text":"a red fox"}"#)), "a red fox");
        assert_eq!(requirement_text(Some(r#"{"subject":"fox","size":2}"#)), "subject: fox\nsize: 2");
        assert_eq!(requirement_text(Some("not json at all")), "not json at all");
    }

    #[test]
    fn finds_the_criteria_of_a_job() {
        assert_eq!(success_criteria(Some(r#"{"success_criteria":["red"," square "]}"#)), ["red", "square"]);
        assert_eq!(success_criteria(Some(r#"{"success_criteria":"red\n\nsquare"}"#)), ["red", "square"]);
        for none in [None, Some("a fox"), Some("{}"), Some(r#"{"success_criteria":null}"#)] {
            assert!(success_criteria(none).is_empty());
        }
    }

    #[test]
    fn stays_small_whatever_is_sent() {
        let deep = format!("{}\"x\"{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(requirement_text(Some(&deep)), "");
        let long = serde_json::to_string(&"y".repeat(100_000)).unwrap();
        assert_eq!(requirement_text(Some(&long)).len(), 8_000);
    }
}
