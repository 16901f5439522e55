//! Pictures written as text: `data:image/png;base64,...` addresses and bare base64.
//!
//! Providers break lines, leave padding out, use the URL-safe alphabet or a wrong label; all of that is let pass,
//! because the bytes are judged later. Size is not: it is checked before anything is decoded.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

/// Why text could not be read as a picture's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DataUrlError {
    #[error("this is not a data address")]
    NotADataUrl,
    #[error("this is not base64")]
    Malformed,
    #[error("nothing is in it")]
    Empty,
    #[error("it holds more than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize },
}

/// Bytes of a data address, and the type it claims to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataUrl {
    pub bytes: Bytes,
    pub declared: Option<String>,
}

/// Most bytes of one picture taken out of text; the same as what may be decoded.
pub const MOST_BYTES: usize = 40 << 20;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Writes a picture as a data address.
pub fn encode_data_url(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes))
}

/// Whether this is meant to be a data address.
pub fn is_data_url(text: &str) -> bool {
    text.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// Reads a data address of at most `limit_bytes`.
pub fn decode_data_url(text: &str, limit_bytes: usize) -> Result<DataUrl, DataUrlError> {
    if !is_data_url(text) {
        return Err(DataUrlError::NotADataUrl);
    }
    let rest = text.trim_start().get(5..).ok_or(DataUrlError::NotADataUrl)?;
    let (head, body) = rest.split_once(',').ok_or(DataUrlError::Malformed)?;
    let declared = head
        .split(';')
        .next()
        .map(|label| label.trim().to_ascii_lowercase())
        .filter(|label| !label.is_empty());
    Ok(DataUrl { bytes: decode_base64(body, limit_bytes)?, declared })
}

/// Reads bare base64 of at most `limit_bytes`.
pub fn decode_base64(text: &str, limit_bytes: usize) -> Result<Bytes, DataUrlError> {
    // Nearly all of it is plain: only what is not is read letter by letter.
    let unpadded = text.trim_end_matches('=');
    if unpadded.len() <= limit_bytes / 3 * 4
        && let Ok(decoded) = ENGINE.decode(unpadded)
        && !decoded.is_empty()
    {
        return Ok(decoded.into());
    }
    let mut plain = Vec::with_capacity(text.len().min(limit_bytes / 3 * 4 + 8));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let letter = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'-' => b'+',
            b'_' => b'/',
            b'%' => percent_decoded(bytes.next(), bytes.next()).ok_or(DataUrlError::Malformed)?,
            other => other,
        };
        if plain.len() > limit_bytes / 3 * 4 + 8 {
            return Err(DataUrlError::TooLarge { limit_bytes });
        }
        plain.push(letter);
    }
    while plain.last() == Some(&b'=') {
        plain.pop();
    }
    let decoded = ENGINE.decode(&plain).map_err(|_| DataUrlError::Malformed)?;
    match decoded.len() {
        0 => Err(DataUrlError::Empty),
        len if len > limit_bytes => Err(DataUrlError::TooLarge { limit_bytes }),
        _ => Ok(decoded.into()),
    }
}

/// The only letters of base64 that addresses escape are `+`, `/` and `=`.
fn percent_decoded(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    match (high?, low?.to_ascii_uppercase()) {
        (b'2', b'B') => Some(b'+'),
        (b'2', b'F') => Some(b'/'),
        (b'3', b'D') => Some(b'='),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    fn bytes(text: &str) -> Result<Vec<u8>, DataUrlError> {
        decode_data_url(text, 1000).map(|found| found.bytes.to_vec())
    }

    #[test]
    fn reads_every_spelling_of_the_same_bytes() {
        let picture = [0xFB, 0xFF, 0xBF, 0x00];
        for text in [
            "data:image/png;base64,+/+/AA==",
            "data:image/png;base64,+/+/AA",
            "data:image/png;base64,-_-_AA",
            " \nDATA:image/png;BASE64,+/+/\r\n AA==\n",
            "data:image/png;charset=utf-8;base64,+/+/AA==",
            "data:;base64,+/+/AA==",
            "data:image/png,+/+/AA==",
            "data:image/png;base64,%2B%2f%2B%2FAA%3D%3d",
            "data:image/png;base64,+/+/AB==",
        ] {
            assert_eq!(bytes(text).as_deref(), Ok(&picture[..]), "{text:?}");
        }
    }

    #[test]
    fn keeps_the_label_without_trusting_it() {
        let declared = |text| decode_data_url(text, 1000).unwrap().declared;
        assert_eq!(declared("data:IMAGE/JPEG;base64,AAAA").as_deref(), Some("image/jpeg"));
        assert_eq!(declared("data:;base64,AAAA"), None);
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(bytes("https://example.com/a.png"), Err(DataUrlError::NotADataUrl));
        assert_eq!(bytes(""), Err(DataUrlError::NotADataUrl));
        assert_eq!(bytes("data:image/png;base64"), Err(DataUrlError::Malformed));
        assert_eq!(bytes("data:image/png;base64,"), Err(DataUrlError::Empty));
        assert_eq!(bytes("data:image/png;base64,===="), Err(DataUrlError::Empty));
        assert_eq!(bytes("data:image/png;base64,AA*A"), Err(DataUrlError::Malformed));
        assert_eq!(bytes("data:image/png;base64,AA==AA=="), Err(DataUrlError::Malformed));
        assert_eq!(
            bytes("data:image/png;base64,AAAAA"),
            Err(DataUrlError::Malformed),
            "one letter is no byte"
        );
        assert_eq!(bytes("data:image/png;base64,AA%"), Err(DataUrlError::Malformed));
        assert_eq!(bytes("data:image/svg+xml,%3Csvg/%3E"), Err(DataUrlError::Malformed));
    }

    #[test]
    fn stops_at_the_limit() {
        let text = |len: usize| format!("data:image/png;base64,{}", STANDARD.encode(vec![7; len]));
        assert_eq!(bytes(&text(1000)).unwrap().len(), 1000);
        assert_eq!(bytes(&text(1001)), Err(DataUrlError::TooLarge { limit_bytes: 1000 }));
        assert_eq!(bytes(&text(100_000)), Err(DataUrlError::TooLarge { limit_bytes: 1000 }));
    }

    proptest! {
        #[test]
        fn gives_back_what_was_written(
            picture in prop::collection::vec(any::<u8>(), 1..500), url_safe in any::<bool>(), width in 1usize..80,
        ) {
            let text = if url_safe { URL_SAFE_NO_PAD.encode(&picture) } else { STANDARD.encode(&picture) };
            let lines: Vec<&str> = text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
            let found = decode_data_url(&format!("data:image/webp;base64,{}", lines.join("\r\n")), 1000).unwrap();
            prop_assert_eq!(&found.bytes[..], &picture[..]);
        }

        #[test]
        fn never_exceeds_the_limit_nor_fails_badly(text in any::<String>(), limit in 0usize..50) {
            if let Ok(found) = decode_data_url(&format!("data:{text}"), limit) {
                prop_assert!(found.bytes.len() <= limit);
            }
            if let Ok(found) = decode_base64(&text, limit) {
                prop_assert!(found.len() <= limit);
            }
        }
    }
}
