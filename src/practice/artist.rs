//! Draws a picture from a prompt: here a plain two-tone field, so that the provider has bytes to hand out.

use std::io::Cursor;

/// A PNG of `width` by `height` pixels whose colours follow from the prompt and the seed.
///
/// # Errors
/// When the picture cannot be encoded.
pub(crate) fn draw_png(prompt: &str, width: u32, height: u32, seed: u64) -> image::ImageResult<Vec<u8>> {
    let mut hash = seed ^ 0xcbf2_9ce4_8422_2325;
    for byte in prompt.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let [r, g, b, r2, g2, b2, ..] = hash.to_le_bytes();
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        if (x * height + y * width) < width * height { image::Rgb([r, g, b]) } else { image::Rgb([r2, g2, b2]) }
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)?;
    Ok(bytes)
}
