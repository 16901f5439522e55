//! Their JSON, as far as it is theirs alone; the lenient reading is shared by all markets.

use serde_json::Value;

pub(super) use super::super::lenient::{Fields, count, one, page, text};

/// How many events wait: a bare number, or the first of the names the contract lists (schema `PendingCount`).
pub(super) fn pending(answer: &Value) -> Option<u64> {
    count(answer).or_else(|| {
        let fields = Fields::of(answer)?;
        fields
            .count(&["pending", "pending_count", "count", "undelivered", "total"])
            .or_else(|| fields.value(&["data"]).and_then(count))
            .or_else(|| {
                fields.object(&["data"])?.count(&[
                    "pending",
                    "pending_count",
                    "count",
                    "undelivered",
                    "total",
                ])
            })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::super::lenient::tests::any_json;
    use super::*;

    #[test]
    fn counts_pending_events_in_every_form() {
        for answer in [
            json!(3),
            json!("3"),
            json!({"pending": 3}),
            json!({"pending_count": "3"}),
            json!({"data": {"count": 3}}),
        ] {
            assert_eq!(pending(&answer), Some(3), "{answer}");
        }
        assert_eq!(pending(&json!({"pending": -1})), None);
    }

    proptest! {
        #[test]
        fn never_fails_hard_on_any_json(answer in any_json()) {
            let _ = pending(&answer);
        }
    }
}
