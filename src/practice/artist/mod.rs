//! The practice artist: draws what the practice model provider sells, on this computer, from the words of the
//! prompt.
//!
//! A prompt's words choose the scene, the paint, the light and the hand; its other words and the seed choose
//! the composition. The same prompt, size and seed always give the same pixels. This is illustration by rule,
//! not a model: it must not reach for the network, the clock or files, and it knows nothing of orders or
//! marketplaces.
//!
//! A picture passes through, in order: `reading` (what was asked), `palette` (which colours, under which
//! light), `scenes` (what goes where, on an `easel`), `finish` (weather, light and paper over everything).

mod backdrop;
pub(in crate::practice) mod chance;
mod colour;
mod easel;
mod finish;
mod flora;
mod painting;
mod palette;
mod reading;
mod scenes;
mod shape;
mod vocabulary;

use std::io::Cursor;

use image::{ImageFormat, RgbaImage};

use painting::Painting;

/// Larger sides are drawn at this many pixels.
pub const LONGEST_SIDE: u32 = 8192;

#[derive(Debug, thiserror::Error)]
#[error("could not write the picture as PNG")]
pub struct EncodePicture(#[from] image::ImageError);

/// Draws `prompt` as an opaque picture of `width` by `height` pixels, each side at least 1 and at most
/// [`LONGEST_SIDE`]. Another `seed` is another composition of the same idea.
pub fn draw(prompt: &str, width: u32, height: u32, seed: u64) -> RgbaImage {
    let (width, height) = (width.clamp(1, LONGEST_SIDE), height.clamp(1, LONGEST_SIDE));
    Painting::begin(prompt, width, height, seed)
        .and_then(|mut painting| {
            scenes::paint(&mut painting);
            finish::finish(painting)
        })
        .unwrap_or_else(|| RgbaImage::new(width, height))
}

/// Like [`draw`], as the bytes of a PNG file.
pub fn draw_png(prompt: &str, width: u32, height: u32, seed: u64) -> Result<Vec<u8>, EncodePicture> {
    let mut file = Cursor::new(Vec::new());
    draw(prompt, width, height, seed).write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests;
