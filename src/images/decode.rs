//! Opening a picture without letting it take the memory: the header is judged before a pixel is read.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use super::jpeg::{self, Outline};
pub use super::room::MOST_MEMORY;
use super::room::Room;
use super::sniff::{PictureKind, sniff};

/// Most bytes of a picture file.
pub const MOST_BYTES: usize = 40 << 20;
/// Most pixels, if they fit into [`MOST_MEMORY`]. A 4K picture of a model has 17 million.
pub const MOST_PIXELS: u64 = 60_000_000;
/// Longest side.
pub const MOST_SIDE: u32 = 20_000;
/// Most bytes of what a file carries beside its pixels (colour profiles, texts), unpacked.
const MOST_BESIDE: u64 = 8 << 20;

/// Why a picture was not opened.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("these bytes are no PNG, JPEG, WebP or GIF picture")]
    NotAPicture,
    #[error("the file has {bytes} bytes, at most {MOST_BYTES} are opened")]
    TooManyBytes { bytes: usize },
    #[error("the picture is {width} x {height}, too large to be opened")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the file ends before the picture does")]
    CutShort,
    #[error("the picture cannot be opened")]
    Broken(#[source] image::ImageError),
}

/// A picture in memory, turned as its orientation mark says. Of an animation, the first frame.
#[derive(Debug)]
pub struct Decoded {
    pub kind: PictureKind,
    pub picture: DynamicImage,
    /// Held as long as the picture; opening another one meanwhile may wait for ever.
    _room: Room,
}

/// What the header says, found fit to be opened.
struct Judged<D> {
    kind: PictureKind,
    decoder: D,
    orientation: Orientation,
    limits: Limits,
    /// Bytes of the opened picture, and with what opening it takes beside.
    opened: u64,
    needed: u64,
}

/// Width and height as the picture is shown, by its header alone: whether the rest can be opened is not known.
pub fn sides(bytes: &[u8]) -> Result<(u32, u32), DecodeError> {
    let judged = judge(bytes)?;
    let (width, height) = judged.decoder.dimensions();
    let is_turned = matches!(
        judged.orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    Ok(if is_turned { (height, width) } else { (width, height) })
}

/// Opens a picture of any kind the stall keeps. Blocking: waits while other opened pictures take the room.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let Judged { kind, mut decoder, orientation, mut limits, opened, needed } = judge(bytes)?;
    let mut room = Room::wait_for(needed);
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits).map_err(DecodeError::Broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(DecodeError::Broken)?;
    picture.apply_orientation(orientation);
    room.shrink_to(opened);
    Ok(Decoded { kind, picture, _room: room })
}

fn judge(bytes: &[u8]) -> Result<Judged<impl ImageDecoder + '_>, DecodeError> {
    if bytes.len() > MOST_BYTES {
        return Err(DecodeError::TooManyBytes { bytes: bytes.len() });
    }
    let kind = sniff(bytes).ok_or(DecodeError::NotAPicture)?;
    let outline = if kind == PictureKind::Jpeg { jpeg::outline(bytes) } else { Outline::default() };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind.format());
    // Sides are judged below, with numbers to show.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_BESIDE);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(DecodeError::Broken)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let opened = decoder.total_bytes();
    // A mark that cannot be read turns nothing.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let needed =
        opened.saturating_add(beside(bytes, kind, outline, pixels).max(turning(orientation, opened)));
    if pixels > MOST_PIXELS || width.max(height) > MOST_SIDE || needed > MOST_MEMORY {
        return Err(DecodeError::TooManyPixels { width, height });
    }
    if kind == PictureKind::Jpeg && !outline.is_whole {
        // The decoder fills up what is missing with grey.
        return Err(DecodeError::CutShort);
    }
    Ok(Judged { kind, decoder, orientation, limits, opened, needed })
}

/// The most a decoder takes beside the opened picture. Measured per kind: some keep the whole picture a second time
/// in a form of their own.
fn beside(bytes: &[u8], kind: PictureKind, outline: Outline, pixels: u64) -> u64 {
    let per_pixel = match kind {
        PictureKind::Png => 0,
        PictureKind::Jpeg if outline.is_progressive => 2 * u64::from(outline.channels),
        PictureKind::Jpeg => 0,
        PictureKind::Webp => webp_beside(bytes),
        PictureKind::Gif => 5,
    };
    // The JPEG decoder copies the file.
    let copied = if kind == PictureKind::Jpeg { bytes.len() as u64 } else { 0 };
    pixels.saturating_mul(per_pixel).saturating_add(copied)
}

/// Turning by a quarter makes a copy.
fn turning(orientation: Orientation, opened: u64) -> u64 {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => opened,
        _ => 0,
    }
}

/// Bytes per pixel: frame and canvas of an animation, planes and transparency of a lossy picture, or a copy.
fn webp_beside(bytes: &[u8]) -> u64 {
    let mut at = 12;
    let mut most = 5;
    while let (Some(name), Some(&[a, b, c, d])) = (bytes.get(at..at + 4), bytes.get(at + 4..at + 8)) {
        match name {
            b"ANIM" | b"ANMF" => return 14,
            b"ALPH" => most = 8,
            _ => {}
        }
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        at = at.saturating_add(8).saturating_add(length).saturating_add(length % 2);
    }
    most
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
