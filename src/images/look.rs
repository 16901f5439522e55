//! What a picture looks like, in 64 bits: similar pictures have similar bits, whatever their size and file.

use image::DynamicImage;
use image_hasher::{HashAlg, HasherConfig};

use super::thumbnails::shrink;

/// Side of the copy whose waves are counted: four times what the hasher itself works with.
const SMALL_SIDE: u32 = 64;

/// A picture's look (a perceptual hash: which of the 64 slowest waves of its light are stronger than their median).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Look(u64);

impl Look {
    /// Bits by which two looks may differ and still be taken for one picture: another size, another file, a mended
    /// detail. Two pictures drawn apart differ in about thirty.
    pub const NEAR: u32 = 7;

    /// The look of an opened picture; a small copy gives the same as the whole one, but for a bit or two.
    pub fn of(picture: &DynamicImage) -> Self {
        // The hasher's own way of making a picture small is the dearest part of it.
        let small = shrink(picture.clone(), SMALL_SIDE);
        let picture = small.as_ref().unwrap_or(picture);
        let hasher = HasherConfig::with_bytes_type::<[u8; 8]>()
            .hash_size(8, 8)
            .hash_alg(HashAlg::Median)
            .preproc_dct()
            .to_hasher();
        let hash = hasher.hash_image(picture);
        let mut bits = [0; 8];
        bits.iter_mut().zip(hash.as_bytes()).for_each(|(bit, byte)| *bit = *byte);
        Self(u64::from_be_bytes(bits))
    }

    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub fn bits(self) -> u64 {
        self.0
    }

    /// In how many of the 64 bits they differ.
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::imageops::FilterType;
    use image::{Rgb, RgbImage};

    /// Some hills before a sky, others for each seed.
    fn scene(seed: u32, width: u32, height: u32) -> DynamicImage {
        let part = |n: u32| f64::from((seed.wrapping_mul(2_654_435_761) >> (n * 5)) & 31) / 31.0;
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
            let (x, y) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
            let ridge = 0.3 + 0.5 * part(0) + 0.2 * (x * (3.0 + 6.0 * part(1)) + 6.0 * part(2)).sin();
            let sun = (x - part(3)).hypot(y - 0.4 * part(4)) < 0.16;
            let light = if y > ridge {
                40.0 + 90.0 * part(5) * x
            } else if sun {
                250.0
            } else {
                130.0 + 80.0 * y
            };
            Rgb([light as u8, (light * 0.9) as u8, (light * 0.7) as u8])
        }))
    }

    #[test]
    fn a_picture_made_smaller_lighter_or_a_little_changed_looks_like_itself() {
        let picture = scene(7, 800, 600);
        let look = Look::of(&picture);
        let smaller = picture.resize(480, 480, FilterType::Triangle);
        let lighter = picture.brighten(18);
        let mut mended = picture.to_rgb8();
        (0..40).for_each(|n| mended.put_pixel(30 + n, 40, Rgb([255, 0, 0])));
        for (what, other) in [("smaller", smaller), ("lighter", lighter), ("mended", mended.into())] {
            let distance = look.distance(Look::of(&other));
            assert!(distance <= Look::NEAR, "{what}: {distance}");
        }
    }

    #[test]
    fn pictures_drawn_apart_do_not_look_alike() {
        let looks: Vec<Look> = (1..24).map(|seed| Look::of(&scene(seed, 320, 240))).collect();
        for (at, one) in looks.iter().enumerate() {
            for other in &looks[at + 1..] {
                assert!(one.distance(*other) > Look::NEAR, "{one:?} {other:?}");
            }
        }
    }
}
