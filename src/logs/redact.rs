//! Takes secrets out of text: the values that were made known, and whatever looks like a key.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{LazyLock, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use regex::Regex;

/// Shorter values would hide ordinary words.
const SHORTEST: usize = 8;
const IN_ITS_PLACE: &str = "[hidden]";

/// Longest first, so that a secret within a longer one does not leave the rest of it.
static KNOWN: RwLock<BTreeSet<(std::cmp::Reverse<usize>, String)>> = RwLock::new(BTreeSet::new());

/// What keys look like: the providers' own beginnings, what stands after the words that announce one, and addresses
/// that carry one.
static LOOKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\bsk-[a-z0-9_-]{8,}",
        r"|\bbearer\s+[^\s,;]+",
        r"|://[^/\s:@]+:[^/\s@]+@",
        r#"|\b[a-z0-9_-]*(?:api[_-]?key|secret|token|passphrase|password|authorization|x-admin-secret|x-webhook-signature)\b["']?\s*(?:[:=]|is)\s*["']?(?:bearer\s+)?[^\s"',;}&]{6,}"#,
    ))
    .ok()
});

/// Makes a secret known: from now on its value appears in no log, plain or in a usual encoding. Kept for the life of the
/// process.
pub fn hide(secret: &str) {
    if secret.len() < SHORTEST {
        return;
    }
    let encoded = [
        secret.to_owned(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex::encode(secret),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
    ];
    let is_known =
        |known: &BTreeSet<_>| known.contains(&(std::cmp::Reverse(secret.len()), secret.to_owned()));
    if is_known(&KNOWN.read().unwrap_or_else(PoisonError::into_inner)) {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.extend(encoded.map(|text| (std::cmp::Reverse(text.len()), text)));
}

/// The text without secrets.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for (_, secret) in KNOWN.read().unwrap_or_else(PoisonError::into_inner).iter() {
        if text.contains(secret.as_str()) {
            text = Cow::Owned(text.replace(secret.as_str(), IN_ITS_PLACE));
        }
    }
    let Some(looks) = LOOKS.as_ref() else { return text };
    match looks.replace_all(&text, IN_ITS_PLACE) {
        Cow::Borrowed(_) => text,
        Cow::Owned(redacted) => Cow::Owned(redacted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_secrets_are_taken_out_in_every_usual_writing() {
        let secret = "Canary/4711+with space";
        hide(secret);
        for written in [
            secret.to_owned(),
            STANDARD.encode(secret),
            hex::encode(secret),
            "Canary%2F4711%2Bwith+space".to_owned(),
        ] {
            let said = format!("before {written} after");
            assert_eq!(redact(&said), "before [hidden] after", "{written}");
        }
    }

    #[test]
    fn what_looks_like_a_key_is_taken_out() {
        for said in [
            "key sk-or-v1-abcdef0123456789",
            "Authorization: Bearer abc.def",
            "{\"api_key\":\"0123456789\"}",
            "secret=0f0f0f0f0f0f0f0f0f0f0f0f",
            "http://127.0.0.1:8000/#token=0f0f0f0f0f",
            "postgres://lin:hunter22@host/db",
            "WEBHOOK_SECRET is hunter2hunter2",
        ] {
            let redacted = redact(said);
            assert!(redacted.contains("[hidden]"), "{said}: {redacted}");
            for part in ["abcdef0123456789", "abc.def", "0123456789", "0f0f0f0f", "hunter2"] {
                assert!(!redacted.contains(part), "{said}: {redacted}");
            }
        }
    }

    #[test]
    fn ordinary_lines_stay_as_they_are() {
        for said in [
            "order=018f-33 step=\"draw\" the picture was kept sha256=ab01ab01ab01ab01ab01ab01ab01ab01",
            "the key is not accepted",
            "the token is said once",
            "a max_tokens of 8192",
        ] {
            assert_eq!(redact(said), said);
        }
        hide("short");
        assert_eq!(redact("a short word"), "a short word");
    }
}
