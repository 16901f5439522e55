//! A picture from outside, made fit to be handed on: what it shows and nothing else.
//!
//! A photograph tells where it was taken, when and with what; whoever hands it on hands that on too. Here a picture is
//! opened within the limits, turned as its mark says, and written anew: no metadata, no colour profile, no animation,
//! nothing behind the end. Every picture of a buyer that leaves this computer for a model goes through here.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use super::decode::decode;
use super::thumbnails::{ThumbnailError, opaque, shrink};

/// Longest side of what is handed on; models look at no more.
const LONGEST_SIDE: u32 = 1024;
const JPEG_QUALITY: u8 = 88;

/// A picture without anything but its pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanPicture {
    pub bytes: Vec<u8>,
    /// `image/jpeg`, or `image/png` where the picture is see-through.
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
}

/// Writes a picture anew, without its metadata and within 1024 pixels. Blocking.
///
/// # Errors
/// When it is no picture, too large to be opened, or broken.
pub fn clean(bytes: &[u8]) -> Result<CleanPicture, ThumbnailError> {
    let opened = decode(bytes)?;
    let small = shrink(opened.picture, LONGEST_SIDE)?;
    let (width, height) = (small.width(), small.height());
    let mut written = Cursor::new(Vec::new());
    let media_type = match opaque(small) {
        Ok(opaque) => {
            JpegEncoder::new_with_quality(&mut written, JPEG_QUALITY).encode(
                &opaque,
                width,
                height,
                ExtendedColorType::Rgb8,
            )?;
            "image/jpeg"
        }
        Err(seen_through) => {
            PngEncoder::new(&mut written).write_image(
                &seen_through,
                width,
                height,
                ExtendedColorType::Rgba8,
            )?;
            "image/png"
        }
    };
    Ok(CleanPicture { bytes: written.into_inner(), media_type, width, height })
}
