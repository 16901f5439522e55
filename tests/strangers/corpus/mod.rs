//! Pictures made to harm, built a chunk at a time.

pub mod gif;
pub mod jpeg;
pub mod png;
pub mod webp;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};

/// A picture with something on it.
pub fn drawn(width: u32, height: u32) -> DynamicImage {
    let pixels = image::RgbaImage::from_fn(width, height, |x, y| {
        let check = if (x / 16 + y / 16) % 2 == 0 { 220 } else { 40 };
        image::Rgba([(x * 255 / width) as u8, (y * 255 / height) as u8, check, 255])
    });
    DynamicImage::ImageRgba8(pixels)
}

pub fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An EXIF block with an orientation, a maker, and a place in GPS degrees.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let entry = |out: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: u32| {
        out.extend_from_slice(&tag.to_le_bytes());
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&value.to_le_bytes());
    };
    out.extend_from_slice(&3u16.to_le_bytes());
    entry(&mut out, 0x010F, 2, MAKER.len() as u32, 50);
    entry(&mut out, 0x0112, 3, 1, u32::from(orientation));
    entry(&mut out, 0x8825, 4, 1, 50 + MAKER.len() as u32);
    out.extend_from_slice(&0u32.to_le_bytes());
    out.extend_from_slice(MAKER);
    out.extend_from_slice(&2u16.to_le_bytes());
    entry(&mut out, 1, 2, 2, u32::from(b'N'));
    // The degrees stand behind this entry and the mark of the last directory.
    let degrees = out.len() as u32 + 12 + 4;
    entry(&mut out, 2, 5, 3, degrees);
    out.extend_from_slice(&0u32.to_le_bytes());
    for part in [(47u32, 1u32), (22, 1), (4711, 100)] {
        out.extend_from_slice(&part.0.to_le_bytes());
        out.extend_from_slice(&part.1.to_le_bytes());
    }
    out
}

/// Found in no picture that was cleaned.
pub const MAKER: &[u8] = b"GPS-CANARY-CAMERA\0";
