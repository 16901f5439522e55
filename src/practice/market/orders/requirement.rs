//! What a listing wants to be told with an order.

use serde_json::Value;

use crate::practice::refusal::{Flaw, Refusal};

/// Checks a requirement against the required fields and plain types of a listing's input schema.
pub(super) fn check(schema: &Value, requirement: &Value) -> Result<(), Refusal> {
    if schema.is_null() || requirement.is_null() {
        return Ok(());
    }
    let mut flaws = Vec::new();
    let mut flaw = |field: &str, kind, message: String| {
        flaws.push(Flaw { field: format!("requirement.{field}"), message, kind });
    };
    for field in
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    {
        if requirement.get(field).is_none_or(Value::is_null) {
            flaw(field, "missing", "Field required".into());
        }
    }
    for (field, rule) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let Some(value) = requirement.get(field) else { continue };
        let fits = match rule.get("type").and_then(Value::as_str) {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            _ => true,
        };
        if !fits {
            flaw(
                field,
                "type_error",
                format!("Input should be of type {}", rule.get("type").unwrap_or(&Value::Null)),
            );
        }
    }
    if flaws.is_empty() { Ok(()) } else { Err(Refusal::Invalid(flaws)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn checks_a_requirement_against_the_listing() {
        let schema = json!({"required": ["topic"], "properties": {"topic": {"type": "string"}, "count": {"type": "integer"}}});
        assert!(check(&schema, &json!({"topic": "a cat", "count": 2})).is_ok());
        let Err(Refusal::Invalid(flaws)) = check(&schema, &json!({"count": "two"})) else {
            panic!("refused")
        };
        assert_eq!(flaws.len(), 2, "one for the missing topic, one for the count");
    }
}
