//! What a picture file is, told from its bytes. Labels, names and declared types are never trusted.

use serde::{Deserialize, Serialize};

/// The kinds of picture the stall keeps and delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    Png,
    Jpeg,
    Webp,
    Gif,
}

impl PictureKind {
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Gif];

    /// File extension without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    pub(crate) fn format(self) -> image::ImageFormat {
        match self {
            Self::Png => image::ImageFormat::Png,
            Self::Jpeg => image::ImageFormat::Jpeg,
            Self::Webp => image::ImageFormat::WebP,
            Self::Gif => image::ImageFormat::Gif,
        }
    }
}

/// The kind of picture these bytes are, if it is one the stall keeps.
pub fn sniff(bytes: &[u8]) -> Option<PictureKind> {
    let kind = match infer::get(bytes)?.mime_type() {
        "image/png" => PictureKind::Png,
        "image/jpeg" => PictureKind::Jpeg,
        "image/webp" => PictureKind::Webp,
        "image/gif" => PictureKind::Gif,
        _ => return None,
    };
    has_signature(kind, bytes).then_some(kind)
}

/// The whole signature; the library is content with less (three bytes for a JPEG or GIF).
fn has_signature(kind: PictureKind, bytes: &[u8]) -> bool {
    match kind {
        PictureKind::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        PictureKind::Jpeg => {
            bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && bytes.get(3).is_some_and(|marker| *marker >= 0xC0)
        }
        PictureKind::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        PictureKind::Gif => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::decode::tests::sample;

    #[test]
    fn tells_the_kinds_it_keeps_by_their_bytes() {
        for kind in PictureKind::ALL {
            assert_eq!(sniff(&sample(8, 8, kind.format())), Some(kind));
        }
    }

    #[test]
    fn knows_nothing_else() {
        let foreign: [&[u8]; 10] = [
            b"",
            b"\x89",
            b"\x89PNG",
            b"GIF88a......",
            b"\xFF\xD8\xFF",
            b"\xFF\xD8\xFF\x00\x00",
            b"RIFF\x00\x00\x00\x00WAVE",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"%PDF-1.7",
            b"II*\x00\x08\x00\x00\x00",
        ];
        for bytes in foreign {
            assert_eq!(sniff(bytes), None, "{bytes:?}");
        }
    }
}
