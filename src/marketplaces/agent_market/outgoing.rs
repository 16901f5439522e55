//! Checks of what we send, made before sending (contract 1.8, 1.9 and the schemas' lengths).

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::super::connection::refused;
use super::super::error::MarketResult;
use super::super::lenient;
use super::super::types::{DeliveryNote, ListingText, OutgoingFile};

/// Most bytes of one file.
pub(super) const FILE_BYTES: u64 = 104_857_600;
/// Most files on one order.
pub(super) const FILES: usize = 10;
/// Most characters of a message; the market names no cap, this is ours.
pub(super) const MESSAGE_CHARS: usize = 10_000;
const NOTE_CHARS: usize = 2000;
const REASON_CHARS: usize = 2000;
const LISTING_NAME_CHARS: usize = 200;
const LISTING_DESCRIPTION_CHARS: usize = 2000;
const FILE_NAME_CHARS: usize = 120;
/// The market refuses files that a system might run.
pub(super) const REFUSED_EXTENSIONS: [&str; 8] = ["exe", "bat", "sh", "dll", "ps1", "cmd", "vbs", "js"];

/// Not blank and at most `most` characters long.
pub(super) fn text_within(what: &str, text: &str, most: usize) -> MarketResult<()> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(refused(format!("{what} is empty")));
    }
    if length > most {
        return Err(refused(format!("{what} has {length} characters, {most} are allowed")));
    }
    Ok(())
}

/// The body of reject and cancel.
pub(super) fn reason(text: &str) -> MarketResult<Value> {
    text_within("the reason", text, REASON_CHARS)?;
    Ok(json!({ "reason": text }))
}

/// The body of `complete`. The self-check is left out when nothing was checked or measured.
pub(super) fn delivery(delivery: &DeliveryNote) -> MarketResult<Value> {
    text_within("the delivery note", &delivery.note, NOTE_CHARS)?;
    let word = |passed| if passed { "passed" } else { "failed" };
    let mut body = json!({ "delivery_note": delivery.note });
    if !delivery.checks.is_empty() || !delivery.metrics.is_empty() {
        let checks: Vec<Value> = delivery
            .checks
            .iter()
            .map(|check| json!({ "name": check.name, "status": word(check.passed) }))
            .collect();
        body["delivery_attestation"] = json!({
            "version": "1",
            "seller": {
                "status": word(delivery.checks.iter().all(|check| check.passed)),
                "metrics": delivery.metrics,
                "checks": checks,
                "warnings": [],
            },
        });
    }
    Ok(body)
}

/// What may be changed of a listing; category and stock are not among it.
pub(super) fn listing_changes(listing: &ListingText) -> MarketResult<Map<String, Value>> {
    text_within("the name", &listing.name, LISTING_NAME_CHARS)?;
    text_within("the description", &listing.description, LISTING_DESCRIPTION_CHARS)?;
    let mut body = Map::new();
    body.insert("name".to_owned(), json!(listing.name));
    body.insert("description".to_owned(), json!(listing.description));
    body.insert("price".to_owned(), price(listing.price)?);
    body.insert("tags".to_owned(), json!(listing.tags));
    if let Some(schema) = &listing.input_schema {
        body.insert("input_schema".to_owned(), schema.clone());
    }
    if let Some(example) = &listing.example_input {
        body.insert("example_input".to_owned(), example.clone());
    }
    Ok(body)
}

/// A whole listing to publish.
pub(super) fn listing(listing: &ListingText) -> MarketResult<Map<String, Value>> {
    let mut body = listing_changes(listing)?;
    text_within("the category", &listing.category, LISTING_NAME_CHARS)?;
    body.insert("category".to_owned(), json!(listing.category));
    if let Some(inventory) = listing.inventory {
        body.insert("inventory".to_owned(), json!(inventory));
    }
    Ok(body)
}

/// A whole number wherever it is one; the market documents no other (contract 1.9).
fn price(price: Decimal) -> MarketResult<Value> {
    if price <= Decimal::ZERO {
        return Err(refused("the price must be above 0"));
    }
    lenient::number(price).ok_or_else(|| refused("the price is too large"))
}

/// The name to upload under, once size and kind are in order.
pub(super) fn file_name(file: &OutgoingFile) -> MarketResult<String> {
    let size = file.bytes.len() as u64;
    if size == 0 {
        return Err(refused("the file is empty"));
    }
    if size > FILE_BYTES {
        return Err(refused(format!("the file has {size} bytes, {FILE_BYTES} are allowed")));
    }
    let name = safe_name(&file.name);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    if let Some(extension) = extension.filter(|extension| REFUSED_EXTENSIONS.contains(&extension.as_str())) {
        return Err(refused(format!("the marketplace takes no .{extension} files")));
    }
    Ok(name)
}

/// The last part of a path, without what could end a header, name a folder or hide the extension.
fn safe_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = base
        .chars()
        .filter(|character| !character.is_control() && !is_invisible(*character))
        .map(|character| {
            if matches!(character, '"' | '<' | '>' | ':' | '|' | '?' | '*' | ';' | '%') {
                '_'
            } else {
                character
            }
        })
        .collect();
    let clean = clean.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
    if clean.is_empty() {
        return "file".to_owned();
    }
    match clean.rsplit_once('.') {
        Some((stem, extension))
            if clean.chars().count() > FILE_NAME_CHARS && extension.chars().count() < 10 =>
        {
            let kept = FILE_NAME_CHARS - 1 - extension.chars().count();
            format!("{}.{extension}", stem.chars().take(kept).collect::<String>())
        }
        _ => clean.chars().take(FILE_NAME_CHARS).collect(),
    }
}

/// Marks without a shape, among them those that reverse the reading direction and so disguise an extension.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::marketplaces::{DeliveryCheck, MarketError};

    fn file(name: &str, bytes: usize) -> OutgoingFile {
        OutgoingFile {
            name: name.to_owned(),
            media_type: "image/png".to_owned(),
            bytes: Bytes::from(vec![1; bytes]),
            description: None,
            on_sent: crate::marketplaces::OnSent::default(),
            recall: crate::marketplaces::Recall::default(),
        }
    }

    #[test]
    fn keeps_a_harmless_name_and_disarms_the_others() {
        for (given, kept) in [
            ("cat.png", "cat.png"),
            ("小猫 1.png", "小猫 1.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\secret\\cat.png", "cat.png"),
            ("a\"; filename=\"b\r\n.png", "a__ filename=_b.png"),
            (".hidden", "hidden"),
            ("...", "file"),
            ("", "file"),
        ] {
            assert_eq!(safe_name(given), kept, "{given:?}");
        }
        let long = safe_name(&format!("{}.png", "n".repeat(500)));
        assert!(long.ends_with("n.png") && long.chars().count() == FILE_NAME_CHARS);
    }

    #[test]
    fn refuses_what_the_market_refuses() {
        for name in ["run.exe", "run.SH", "cat.png.js", "run.exe. .", "run\u{202E}.bat", "dir/run.ps1"] {
            assert!(matches!(file_name(&file(name, 1)), Err(MarketError::Refused { .. })), "{name:?}");
        }
        assert!(file_name(&file("cat.png", 0)).is_err());
        assert!(file_name(&file("cat.png", usize::try_from(FILE_BYTES).unwrap() + 1)).is_err());
        assert_eq!(file_name(&file("shell.png", 1)).unwrap(), "shell.png");
    }

    #[test]
    fn writes_whole_prices_as_integers() {
        assert_eq!(price("80.00".parse().unwrap()).unwrap().to_string(), "80");
        assert_eq!(price("80.5".parse().unwrap()).unwrap().to_string(), "80.5");
        assert!(price(Decimal::ZERO).is_err());
        assert!(price("-1".parse().unwrap()).is_err());
        assert!(price(Decimal::MAX).is_err());
    }

    #[test]
    fn attests_only_what_was_checked() {
        let mut note = DeliveryNote { note: "cat.png".to_owned(), checks: Vec::new(), metrics: Map::new() };
        assert_eq!(delivery(&note).unwrap(), json!({"delivery_note": "cat.png"}));
        note.checks = vec![
            DeliveryCheck { name: "opens".to_owned(), passed: true },
            DeliveryCheck { name: "size".to_owned(), passed: false },
        ];
        let seller = &delivery(&note).unwrap()["delivery_attestation"]["seller"];
        assert_eq!(seller["status"], "failed");
        assert_eq!(seller["checks"][1], json!({"name": "size", "status": "failed"}));
        note.note = "n".repeat(NOTE_CHARS + 1);
        assert!(delivery(&note).is_err());
    }

    proptest! {
        #[test]
        fn never_lets_a_name_leave_its_header_or_folder(name in any::<String>()) {
            let safe = safe_name(&name);
            prop_assert!(!safe.is_empty());
            prop_assert!(safe.chars().count() <= FILE_NAME_CHARS);
            prop_assert!(!safe.starts_with('.'));
            let leaves = |character: char| character.is_control() || matches!(character, '/' | '\\' | '"');
            prop_assert!(!safe.chars().any(leaves), "{:?}", safe);
        }
    }
}
