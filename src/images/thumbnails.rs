//! Small copies for the screens: made once, kept beside the pictures, never delivered.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, RgbImage, RgbaImage};

use super::decode::{DecodeError, decode};
use super::files::{FilesError, PictureFiles, check_hash, remove_file};
use super::look::Look;

const JPEG_QUALITY: u8 = 82;

/// Longest side of a thumbnail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThumbnailSize {
    /// 96 pixels, for lists.
    List,
    /// 480 pixels, for cards and the order's page.
    Card,
}

impl ThumbnailSize {
    pub fn longest_side(self) -> u32 {
        match self {
            Self::List => 96,
            Self::Card => 480,
        }
    }
}

/// Why there is no thumbnail.
#[derive(Debug, thiserror::Error)]
pub enum ThumbnailError {
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error("the picture cannot be made smaller")]
    Resize(#[from] fast_image_resize::ResizeError),
    #[error("the thumbnail cannot be written")]
    Encode(#[from] image::ImageError),
}

/// The thumbnail's file (`thumbs/<sha256>-480.jpg`, or `.webp` where the picture is see-through), made if there is none
/// yet. Blocking.
pub fn thumbnail(files: &PictureFiles, sha256: &str, size: ThumbnailSize) -> Result<PathBuf, ThumbnailError> {
    check_hash(sha256)?;
    if let Some(made) = made(files, sha256, size) {
        return Ok(made);
    }
    let opened = decode(&files.read(sha256)?)?;
    keep(files, sha256, size, shrink(opened.picture, size.longest_side())?)
}

/// What a kept picture looks like, by its thumbnail. Blocking: makes it if there is none yet.
pub fn look_of(files: &PictureFiles, sha256: &str) -> Result<Look, ThumbnailError> {
    let small = fs::read(thumbnail(files, sha256, ThumbnailSize::Card)?);
    let small = small.map_err(|_| FilesError::Missing)?;
    Ok(Look::of(&decode(&small)?.picture))
}

/// Takes a picture's thumbnails away; no error when there are none.
pub fn remove_thumbnails(files: &PictureFiles, sha256: &str) -> Result<(), FilesError> {
    check_hash(sha256)?;
    for size in [ThumbnailSize::Card, ThumbnailSize::List] {
        for extension in ["jpg", "webp"] {
            remove_file(&place(files, sha256, size, extension))?;
        }
    }
    Ok(())
}

/// A picture's largest thumbnail, not on disk yet.
#[derive(Debug)]
pub struct SmallCopy(DynamicImage);

impl SmallCopy {
    pub(super) fn of(picture: DynamicImage) -> Result<Self, fast_image_resize::ResizeError> {
        shrink(picture, ThumbnailSize::Card.longest_side()).map(Self)
    }

    pub(super) fn picture(&self) -> &DynamicImage {
        &self.0
    }

    /// What the picture looks like.
    pub fn look(&self) -> Look {
        Look::of(&self.0)
    }

    /// Keeps every thumbnail of the picture of this hash. Blocking.
    ///
    /// # Errors
    /// When one cannot be made or written; it is made when it is asked for.
    pub fn keep(self, files: &PictureFiles, sha256: &str) -> Result<(), ThumbnailError> {
        check_hash(sha256)?;
        // The same bytes have the same thumbnails: a step that is repeated need not make them again.
        if [ThumbnailSize::Card, ThumbnailSize::List].iter().all(|size| made(files, sha256, *size).is_some())
        {
            return Ok(());
        }
        let list = shrink(self.0.clone(), ThumbnailSize::List.longest_side())?;
        keep(files, sha256, ThumbnailSize::Card, self.0)?;
        keep(files, sha256, ThumbnailSize::List, list)?;
        Ok(())
    }
}

fn made(files: &PictureFiles, sha256: &str, size: ThumbnailSize) -> Option<PathBuf> {
    let mut places = ["jpg", "webp"].map(|extension| place(files, sha256, size, extension)).into_iter();
    // They are not flushed: a power cut may leave an empty one.
    places.find(|path| std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0))
}

fn place(files: &PictureFiles, sha256: &str, size: ThumbnailSize, extension: &str) -> PathBuf {
    files.thumbs().join(format!("{sha256}-{}.{extension}", size.longest_side()))
}

fn keep(
    files: &PictureFiles,
    sha256: &str,
    size: ThumbnailSize,
    small: DynamicImage,
) -> Result<PathBuf, ThumbnailError> {
    let mut bytes = Cursor::new(Vec::new());
    let (width, height) = (small.width(), small.height());
    let extension = match opaque(small) {
        Ok(opaque) => {
            JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode(
                &opaque,
                width,
                height,
                ExtendedColorType::Rgb8,
            )?;
            "jpg"
        }
        Err(seen_through) => {
            WebPEncoder::new_lossless(&mut bytes).write_image(
                &seen_through,
                width,
                height,
                ExtendedColorType::Rgba8,
            )?;
            "webp"
        }
    };
    let path = place(files, sha256, size, extension);
    files.write_unflushed(&path, bytes.get_ref())?;
    Ok(path)
}

/// Opened pictures above this many bytes are made smaller in two steps: the good filter works on copies.
const LARGE: usize = 32 << 20;
/// Most pixels of a side between the two steps; four bytes each, the square of it is [`LARGE`].
const BETWEEN: u32 = 2_896;

/// The picture without its fourth channel, or with it where something shows through.
pub(super) fn opaque(small: DynamicImage) -> Result<RgbImage, RgbaImage> {
    if let DynamicImage::ImageRgb8(opaque) = small {
        return Ok(opaque);
    }
    let picture = small.into_rgba8();
    if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        return Ok(DynamicImage::ImageRgba8(picture).into_rgb8());
    }
    Err(picture)
}

/// Fits the picture into a square, with eight bits a channel; one that fits already keeps its size.
pub(super) fn shrink(
    mut picture: DynamicImage,
    longest_side: u32,
) -> Result<DynamicImage, fast_image_resize::ResizeError> {
    let between = longest_side.saturating_mul(4).min(BETWEEN).max(longest_side);
    if picture.as_bytes().len() > LARGE && picture.width().max(picture.height()) > between {
        picture = picture.thumbnail(between, between);
    }
    let (width, height) = (picture.width(), picture.height());
    let has_alpha = picture.color().has_alpha();
    let longest = width.max(height);
    if longest <= longest_side {
        return Ok(if has_alpha { picture.into_rgba8().into() } else { picture.into_rgb8().into() });
    }
    let (pixels, kind) = if has_alpha {
        (picture.into_rgba8().into_raw(), PixelType::U8x4)
    } else {
        (picture.into_rgb8().into_raw(), PixelType::U8x3)
    };
    let fit =
        |side: u32| (u64::from(side) * u64::from(longest_side)).div_ceil(u64::from(longest)).max(1) as u32;
    let unfit =
        fast_image_resize::ResizeError::ImageError(fast_image_resize::ImageError::UnsupportedPixelType);
    let Ok(source) = Image::from_vec_u8(width, height, pixels, kind) else { return Err(unfit) };
    let mut small = Image::new(fit(width), fit(height), kind);
    Resizer::new().resize(&source, &mut small, None)?;
    let (width, height) = (small.width(), small.height());
    let small = if has_alpha {
        RgbaImage::from_raw(width, height, small.into_vec()).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(width, height, small.into_vec()).map(DynamicImage::from)
    };
    small.ok_or(unfit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::decode::tests::{encoded, sample};
    use image::{ImageFormat, Rgba};

    fn opened(path: &std::path::Path) -> DynamicImage {
        decode(&std::fs::read(path).unwrap()).unwrap().picture
    }

    #[test]
    fn fits_both_sizes_and_keeps_the_shape() {
        let folder = tempfile::tempdir().unwrap();
        let files = PictureFiles::open(folder.path()).unwrap();
        let stored = files.put(&sample(1344, 768, ImageFormat::Png)).unwrap();
        for (size, sides) in [(ThumbnailSize::Card, (480, 275)), (ThumbnailSize::List, (96, 55))] {
            let path = thumbnail(&files, &stored.sha256, size).unwrap();
            assert_eq!(path.extension().unwrap(), "jpg");
            assert_eq!((opened(&path).width(), opened(&path).height()), sides);
        }
    }

    #[test]
    fn is_made_once_and_again_when_it_was_lost() {
        let folder = tempfile::tempdir().unwrap();
        let files = PictureFiles::open(folder.path()).unwrap();
        let stored = files.put(&sample(600, 600, ImageFormat::Jpeg)).unwrap();
        let path = thumbnail(&files, &stored.sha256, ThumbnailSize::Card).unwrap();
        std::fs::write(&path, b"marked").unwrap();
        assert_eq!(thumbnail(&files, &stored.sha256, ThumbnailSize::Card).unwrap(), path);
        assert_eq!(std::fs::read(&path).unwrap(), b"marked", "not made a second time");
        std::fs::remove_file(&path).unwrap();
        thumbnail(&files, &stored.sha256, ThumbnailSize::Card).unwrap();
        assert_eq!(opened(&path).width(), 480);
    }

    #[test]
    fn keeps_see_through_parts_and_small_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let files = PictureFiles::open(folder.path()).unwrap();
        let glass =
            image::RgbaImage::from_fn(50, 40, |x, _| Rgba([200, 10, 10, if x < 25 { 0 } else { 255 }]));
        let stored = files.put(&encoded(&DynamicImage::ImageRgba8(glass), ImageFormat::Png)).unwrap();
        let path = thumbnail(&files, &stored.sha256, ThumbnailSize::List).unwrap();
        let made = opened(&path).into_rgba8();
        assert_eq!(path.extension().unwrap(), "webp");
        assert_eq!(
            (made.dimensions(), made.get_pixel(0, 0)[3], made.get_pixel(49, 0)[3]),
            ((50, 40), 0, 255)
        );
    }

    #[test]
    fn has_none_of_a_missing_picture() {
        let folder = tempfile::tempdir().unwrap();
        let files = PictureFiles::open(folder.path()).unwrap();
        let error = thumbnail(&files, &"0".repeat(64), ThumbnailSize::Card).unwrap_err();
        assert!(matches!(error, ThumbnailError::Files(FilesError::Missing)), "{error:?}");
        assert!(matches!(
            thumbnail(&files, "../x", ThumbnailSize::Card),
            Err(ThumbnailError::Files(FilesError::BadHash))
        ));
    }
}
