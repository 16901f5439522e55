//! Which text of a listing the market's content rules mean, as far as its reasons quote it.

use crate::marketplaces::ListingText;

/// What opens and closes a quotation.
const QUOTES: [(char, char); 5] = [('"', '"'), ('“', '”'), ('「', '」'), ('`', '`'), ('«', '»')];

/// The fields that hold what the reasons quote; empty when they quote nothing of it.
pub fn blamed(text: &ListingText, reasons: &[String]) -> Vec<String> {
    let quoted: Vec<String> = reasons.iter().flat_map(|reason| quotations(reason)).collect();
    let fields = [
        ("name", text.name.to_lowercase()),
        ("description", text.description.to_lowercase()),
        ("tags", text.tags.join("\n").to_lowercase()),
    ];
    fields
        .into_iter()
        .filter(|(_, words)| quoted.iter().any(|quoted| words.contains(quoted)))
        .map(|(field, _)| field.to_owned())
        .collect()
}

/// What stands between quotation marks, in small letters.
fn quotations(reason: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = reason;
    while let Some((at, open)) = rest.char_indices().find(|(_, c)| QUOTES.iter().any(|(open, _)| open == c)) {
        let close = QUOTES.iter().find(|(begin, _)| *begin == open).map_or(open, |(_, close)| *close);
        rest = &rest[at + open.len_utf8()..];
        let Some(end) = rest.find(close) else { break };
        let words = rest[..end].trim().to_lowercase();
        if !words.is_empty() {
            found.push(words);
        }
        rest = &rest[end + close.len_utf8()..];
    }
    found
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn names_the_fields_that_hold_what_is_quoted() {
        let text = ListingText {
            name: "A poster".into(),
            description: "With a Weapon on it, and 武器".into(),
            price: Decimal::ONE,
            category: "tech".into(),
            tags: vec!["poster".into(), "weapon".into()],
            inventory: None,
            input_schema: None,
            example_input: None,
        };
        let named = |reason: &str| blamed(&text, &[reason.to_owned()]);
        assert_eq!(named("The text mentions \"weapon\", which is not allowed."), ["description", "tags"]);
        assert_eq!(named("出现了「武器」"), ["description"]);
        assert_eq!(named("“Poster” and “nothing”"), ["name", "tags"]);
        for vague in ["weapon", "an open \"weapon", "\"\"", "mentions \"gun\""] {
            assert!(named(vague).is_empty(), "{vague}");
        }
    }
}
