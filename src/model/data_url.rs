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
