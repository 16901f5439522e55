//! Opening a picture without letting it take the memory: the header is judged before a pixel is read.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder as _, ImageReader, Limits};

use super::sniff::{PictureKind, sniff};

/// Most bytes of a picture file.
pub const MOST_BYTES: usize = 40 << 20;
/// Most pixels; at four bytes each they fit into [`MOST_MEMORY`]. A 4K picture of a model has 16 million.
pub const MOST_PIXELS: u64 = 60_000_000;
/// Longest side.
pub const MOST_SIDE: u32 = 20_000;
/// Most memory a decoder may take.
pub const MOST_MEMORY: u64 = 256 << 20;

/// Why a picture was not opened.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("these bytes are no PNG, JPEG, WebP or GIF picture")]
    NotAPicture,
    #[error("the file has {bytes} bytes, at most {MOST_BYTES} are opened")]
    TooManyBytes { bytes: usize },
    #[error("the picture is {width} x {height}, too large to be opened")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the picture cannot be opened")]
    Broken(#[source] image::ImageError),
}

/// A picture in memory, turned as its orientation mark says. Of an animation, the first frame.
#[derive(Debug)]
pub struct Decoded {
    pub kind: PictureKind,
    pub picture: DynamicImage,
}

/// Opens a picture of any kind the stall keeps.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    if bytes.len() > MOST_BYTES {
        return Err(DecodeError::TooManyBytes { bytes: bytes.len() });
    }
    let kind = sniff(bytes).ok_or(DecodeError::NotAPicture)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind.format());
    // Sides are judged below, with numbers to show.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(DecodeError::Broken)?;
    let (width, height) = decoder.dimensions();
    let is_too_large = u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > MOST_SIDE;
    if is_too_large || limits.reserve(decoder.total_bytes()).is_err() {
        return Err(DecodeError::TooManyPixels { width, height });
    }
    decoder.set_limits(limits).map_err(DecodeError::Broken)?;
    let orientation = decoder.orientation().map_err(DecodeError::Broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(DecodeError::Broken)?;
    picture.apply_orientation(orientation);
    Ok(Decoded { kind, picture })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use image::ImageFormat;

    /// A picture with something on it, in the given format.
    pub(in crate::images) fn sample(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let pixels = image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([
                (x * 255 / width) as u8,
                (y * 255 / height) as u8,
                ((x / 16 + y / 16) % 2 * 200) as u8,
            ])
        });
        encoded(&DynamicImage::ImageRgb8(pixels), format)
    }

    pub(in crate::images) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A PNG whose header claims a size its few bytes do not hold.
    pub(in crate::images) fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = sample(1, 1, ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        bytes
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8)
                .fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    #[test]
    fn opens_every_kind_it_keeps() {
        for (format, kind) in [
            (ImageFormat::Png, PictureKind::Png),
            (ImageFormat::Jpeg, PictureKind::Jpeg),
            (ImageFormat::WebP, PictureKind::Webp),
            (ImageFormat::Gif, PictureKind::Gif),
        ] {
            let decoded = decode(&sample(40, 30, format)).unwrap();
            assert_eq!((decoded.kind, decoded.picture.width(), decoded.picture.height()), (kind, 40, 30));
        }
    }

    #[test]
    fn refuses_a_header_that_claims_too_much_before_reading_on() {
        let error = decode(&bomb(60_000, 60_000)).unwrap_err();
        assert!(matches!(error, DecodeError::TooManyPixels { width: 60_000, height: 60_000 }), "{error:?}");
        let error = decode(&bomb(30_000, 10)).unwrap_err();
        assert!(
            matches!(error, DecodeError::TooManyPixels { .. }),
            "few pixels, but a side too long: {error:?}"
        );
        assert!(
            matches!(decode(&bomb(5_000, 5_000)).unwrap_err(), DecodeError::Broken(_)),
            "allowed size, missing pixels"
        );
    }

    #[test]
    fn refuses_broken_and_foreign_bytes() {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let whole = sample(300, 300, format);
            assert!(
                matches!(decode(&whole[..whole.len() / 2]), Err(DecodeError::Broken(_))),
                "truncated {format:?}"
            );
        }
        assert!(matches!(decode(b""), Err(DecodeError::NotAPicture)));
        assert!(matches!(
            decode(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            Err(DecodeError::NotAPicture)
        ));
        assert!(matches!(decode(b"\x89PNG\r\n\x1a\n"), Err(DecodeError::Broken(_))), "a signature alone");
        assert!(matches!(decode(&vec![0; MOST_BYTES + 1]), Err(DecodeError::TooManyBytes { .. })));
    }
}
