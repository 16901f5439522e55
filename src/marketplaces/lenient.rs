//! JSON of a marketplace, read leniently: any envelope, any spelling of a number, several names for one thing.
//!
//! The contracts' tolerance rule: unknown keys are ignored, unknown values kept, missing or misshapen keys are
//! absent. Nothing here fails a whole answer because of one field.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// How often an answer may be wrapped in another object before we stop looking.
const WRAPPINGS: usize = 3;

/// One JSON object, asked by every name a thing is known under. The first name with a fitting value wins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// `None` when the value is no object.
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    fn first<T>(&self, names: &[&str], read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        names.iter().filter_map(|name| self.0.get(*name)).find_map(read)
    }

    /// Text, also when a number was sent in its place.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        self.first(names, text)
    }

    /// An identifier: text that is not blank.
    pub(super) fn id(&self, names: &[&str]) -> Option<String> {
        self.first(names, |value| text(value).filter(|id| !id.trim().is_empty()))
    }

    /// An amount of credits (contract, schema `Uat`).
    pub(super) fn amount(&self, names: &[&str]) -> Option<Decimal> {
        self.first(names, amount)
    }

    /// A number that counts something.
    pub(super) fn count(&self, names: &[&str]) -> Option<u64> {
        self.first(names, count)
    }

    /// A measure where precision does not matter.
    pub(super) fn measure(&self, names: &[&str]) -> Option<f64> {
        self.first(names, |value| match value {
            Value::Number(number) => number.as_f64(),
            Value::String(word) => word.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        })
    }

    /// Yes or no.
    pub(super) fn flag(&self, names: &[&str]) -> Option<bool> {
        self.first(names, |value| match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
            Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }

    /// A moment.
    pub(super) fn instant(&self, names: &[&str]) -> Option<Timestamp> {
        self.first(names, |value| value.as_str().and_then(instant))
    }

    /// Anything that is not null, as it came.
    pub(super) fn value(&self, names: &[&str]) -> Option<&'a Value> {
        self.first(names, |value| (!value.is_null()).then_some(value))
    }

    /// A nested object.
    pub(super) fn object(&self, names: &[&str]) -> Option<Self> {
        self.first(names, Self::of)
    }

    /// A list of words; entries that are no text are left out.
    pub(super) fn words(&self, names: &[&str]) -> Option<Vec<String>> {
        self.first(names, |value| value.as_array().map(|words| words.iter().filter_map(text).collect()))
    }

    /// Everything except the named keys.
    pub(super) fn without(&self, names: &[&str]) -> Map<String, Value> {
        self.0
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    }
}

/// Text of a string or a number.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(word) => Some(word.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// More than all credits there will ever be. What lies beyond is no amount: sums and products of such numbers would
/// leave what a decimal number holds.
const BEYOND_ALL_AMOUNTS: Decimal = Decimal::from_parts(0xA4C6_8000, 0x0003_8D7E, 0, false, 0);

/// Integer, decimal number or decimal text, exactly.
pub(super) fn amount(value: &Value) -> Option<Decimal> {
    any_amount(value).filter(|amount| amount.abs() < BEYOND_ALL_AMOUNTS)
}

fn any_amount(value: &Value) -> Option<Decimal> {
    let written = match value {
        Value::Number(number) => number.to_string(),
        Value::String(word) => word.trim().to_owned(),
        _ => return None,
    };
    if written.contains(['e', 'E']) {
        return Decimal::from_scientific(&written).ok();
    }
    written
        .chars()
        .all(|character| character.is_ascii_digit() || matches!(character, '.' | '-' | '+'))
        .then(|| written.parse().ok())
        .flatten()
}

/// An amount as a JSON number that reads back as the same amount; `None` when no number does.
pub(super) fn number(amount_meant: Decimal) -> Option<Value> {
    let meant = amount_meant.normalize();
    let written: Value = serde_json::from_str(&meant.to_string()).ok()?;
    (amount(&written) == Some(meant)).then_some(written)
}

/// A whole number that is not negative, also written as text or with zeros behind the point.
pub(super) fn count(value: &Value) -> Option<u64> {
    let number = any_amount(value)?;
    (number.fract().is_zero()).then(|| u64::try_from(number).ok()).flatten()
}

/// ISO 8601 with `Z` or an offset; without either it is taken as UTC.
pub(super) fn instant(written: &str) -> Option<Timestamp> {
    let written = written.trim();
    written.parse().ok().or_else(|| {
        written.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|moment| moment.timestamp())
    })
}

/// The object meant by an answer: bare, under one of `names`, or under `data`. `names` are tried before the bare
/// reading, because a wrapped object may sit beside a status word.
pub(super) fn one<'a>(answer: &'a Value, names: &[&str]) -> Option<Fields<'a>> {
    let mut inner = Fields::of(answer)?;
    for _ in 0..WRAPPINGS {
        let deeper = inner.object(names).or_else(|| {
            if inner.value(&["id", "order_id", "file_id"]).is_none() { inner.object(&["data"]) } else { None }
        });
        match deeper {
            Some(deeper) => inner = deeper,
            None => break,
        }
    }
    Some(inner)
}

/// A page of rows and what it says about the pages after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) rows: &'a [Value],
    pub(super) total_pages: Option<u64>,
    pub(super) total_rows: Option<u64>,
    pub(super) has_more: Option<bool>,
}

/// The rows of an answer: a bare array, or under one of `names`, `items` or `data`, with the paging inside or beside.
/// A list that is null is empty; an answer with no list in it is `None`, because an empty list is a statement.
pub(super) fn page<'a>(answer: &'a Value, names: &[&str]) -> Option<Page<'a>> {
    let mut outer = answer;
    for _ in 0..WRAPPINGS {
        if let Value::Array(rows) = outer {
            return Some(Page { rows, total_pages: None, total_rows: None, has_more: None });
        }
        let fields = outer.as_object()?;
        let mut known = names.iter().chain(&["items", "data"]).filter_map(|name| fields.get(*name));
        if let Some(rows) = known.clone().find_map(Value::as_array) {
            return Some(with_paging(Fields(fields), rows));
        }
        match known.clone().find(|value| value.is_object()) {
            Some(wrapped) => outer = wrapped,
            None => return known.any(Value::is_null).then(|| with_paging(Fields(fields), &[])),
        }
    }
    None
}

fn with_paging<'a>(fields: Fields<'a>, rows: &'a [Value]) -> Page<'a> {
    let inside = fields.object(&["pagination", "paging", "meta"]);
    let either =
        |names: &[&str]| inside.and_then(|inside| inside.count(names)).or_else(|| fields.count(names));
    Page {
        rows,
        total_pages: either(&["totalPages", "total_pages"]),
        total_rows: either(&["total"]),
        has_more: inside
            .and_then(|inside| inside.flag(&["has_more", "hasMore"]))
            .or_else(|| fields.flag(&["has_more", "hasMore"])),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_amount_beyond_all_credits_is_none_but_may_still_count() {
        assert_eq!(BEYOND_ALL_AMOUNTS, Decimal::from(1_000_000_000_000_000_i64));
        assert_eq!(amount(&json!("999999999999999.99")), Some("999999999999999.99".parse().unwrap()));
        for beyond in [json!(1e15), json!("-1000000000000000"), json!("79228162514264337593543950335")] {
            assert_eq!(amount(&beyond), None, "{beyond}");
        }
        assert_eq!(count(&json!(9_223_372_036_854_775_807_i64)), Some(9_223_372_036_854_775_807));
    }

    #[test]
    fn reads_an_amount_in_every_written_form() {
        let cases = [
            (json!(80), "80"),
            (json!(80.5), "80.5"),
            (json!("80"), "80"),
            (json!("80.00"), "80.00"),
            (json!(" 12.340000000 "), "12.34"),
            (json!("-3.1"), "-3.1"),
            (json!(0.1), "0.1"),
            (json!(1e3), "1000"),
        ];
        for (written, meant) in cases {
            assert_eq!(amount(&written), Some(meant.parse().unwrap()), "{written}");
        }
        for broken in
            [json!("eighty"), json!("1,5"), json!("1_000"), json!(""), json!("--1"), json!(null), json!([1])]
        {
            assert_eq!(amount(&broken), None, "{broken}");
        }
    }

    #[test]
    fn writes_an_amount_as_a_number_only_when_it_reads_back_the_same() {
        for (amount, written) in
            [("80.00", "80"), ("80.5", "80.5"), ("0.1", "0.1"), ("0", "0"), ("-3.10", "-3.1")]
        {
            assert_eq!(number(amount.parse().unwrap()).unwrap().to_string(), written);
        }
        for lost in ["12345678901234.123456789", "1000000000000000", "79228162514264337593543950335"] {
            assert_eq!(number(lost.parse().unwrap()), None, "{lost}");
        }
    }

    #[test]
    fn takes_the_next_name_when_the_first_does_not_fit() {
        let order = json!({"price_snapshot": null, "price": {"odd": 1}, "total_price": "7.50"});
        let fields = Fields::of(&order).unwrap();
        assert_eq!(fields.amount(&["price_snapshot", "price", "total_price"]), Some("7.5".parse().unwrap()));
    }

    #[test]
    fn reads_moments_with_zone_offset_and_neither() {
        let noon: Timestamp = "2026-05-04T12:00:00Z".parse().unwrap();
        for written in [
            "2026-05-04T12:00:00Z",
            "2026-05-04T20:00:00+08:00",
            "2026-05-04T12:00:00.000000",
            "2026-05-04 12:00:00",
        ] {
            assert_eq!(instant(written), Some(noon), "{written}");
        }
        assert_eq!(instant("soon"), None);
    }

    #[test]
    fn finds_rows_and_paging_in_every_envelope() {
        let row = json!({"id": "o1"});
        let envelopes = [
            json!([row]),
            json!({"orders": [row]}),
            json!({"items": [row], "total_pages": 1}),
            json!({"data": [row]}),
            json!({"success": true, "data": {"orders": [row], "pagination": {"totalPages": 1}}}),
        ];
        for envelope in envelopes {
            assert_eq!(page(&envelope, &["orders"]).unwrap().rows.len(), 1, "{envelope}");
        }
        let beside = json!({"orders": [], "totalPages": 4, "total": "61"});
        let inside = json!({"orders": [], "pagination": {"total_pages": 4, "total": 61}});
        for envelope in [beside, inside] {
            let page = page(&envelope, &["orders"]).unwrap();
            assert_eq!((page.total_pages, page.total_rows), (Some(4), Some(61)), "{envelope}");
        }
        assert!(page(&json!({"orders": null}), &["orders"]).unwrap().rows.is_empty());
        assert!(page(&json!({"error": "no"}), &["orders"]).is_none(), "no list is not an empty list");
    }

    #[test]
    fn finds_the_object_bare_and_wrapped() {
        for answer in [
            json!({"id": "o1"}),
            json!({"order": {"id": "o1"}}),
            json!({"success": true, "data": {"order": {"id": "o1"}}}),
            json!({"data": {"id": "o1"}}),
            json!({"id": "o1", "data": {"id": "other"}}),
        ] {
            assert_eq!(one(&answer, &["order"]).unwrap().id(&["id"]).as_deref(), Some("o1"), "{answer}");
        }
    }

    pub(in crate::marketplaces) fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[-+0-9.eE_ ]{0,24}".prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let name = prop_oneof![
                Just("data".to_owned()),
                Just("orders".to_owned()),
                Just("order".to_owned()),
                Just("items".to_owned()),
                Just("pagination".to_owned()),
                Just("total".to_owned()),
                "[a-z_]{1,8}",
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((name, inner), 0..5)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_back_any_decimal_however_it_is_written(whole in -1_000_000_000_i64..1_000_000_000, scale in 0_u32..9) {
            let decimal = Decimal::new(whole, scale);
            prop_assert_eq!(amount(&Value::from(decimal.to_string())), Some(decimal));
            let number: Value = serde_json::from_str(&decimal.to_string()).unwrap();
            prop_assert_eq!(amount(&number), Some(decimal));
        }

        #[test]
        fn never_fails_hard_on_any_json(answer in any_json()) {
            let _ = (amount(&answer), count(&answer), one(&answer, &["order"]));
            if let Some(page) = page(&answer, &["orders"]) {
                prop_assert!(page.rows.len() <= 5);
            }
        }

        #[test]
        fn finds_the_same_rows_in_any_wrapping(ids in prop::collection::vec("[a-z0-9]{1,6}", 0..6), depth in 0_usize..2) {
            let rows: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
            let mut answer = json!({"orders": rows});
            for _ in 0..depth {
                answer = json!({"data": answer});
            }
            let page = page(&answer, &["orders"]).unwrap();
            prop_assert_eq!(page.rows, rows.as_slice());
        }
    }
}
