//! The checks a picture passes before a buyer gets it. Each really runs; their names go into the delivery note.

use serde::{Deserialize, Serialize};

use super::decode::{DecodeError, Decoded, decode};
use super::files::sha256_hex;
use super::sniff::PictureKind;
use super::thumbnails::SmallCopy;
use crate::model::{AspectRatio, Resolution};

/// Shortest side of a picture worth delivering.
pub const LEAST_SIDE: u32 = 256;
/// How far the ratio may be off, as a share of it. The sizes models give are off by up to 3 % (contract, ImageConfig);
/// neighbouring ratios are 11 % apart.
const RATIO_TOLERANCE: f64 = 0.05;
/// Longer side of a standard picture; a larger tier is a multiple of it (contract, ImageRequest `size`).
const STANDARD_SIDE: u32 = 1024;
/// Share of that in percent which a picture of a larger tier must reach.
const ENOUGH_OF_SIDE: u32 = 95;
/// Difference of light within the picture below which it shows nothing.
const BLANK_SPREAD: u8 = 8;
/// Side of the copy that is looked at for blankness: large enough for a thin drawing to leave a trace.
const BLANK_SIDE: u32 = 128;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub ratio: AspectRatio,
    pub resolution: Resolution,
}

impl From<AspectRatio> for Asked {
    fn from(ratio: AspectRatio) -> Self {
        Self { ratio, resolution: Resolution::Standard }
    }
}

/// What is known about a picture once it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureFacts {
    /// Lower-case hex.
    pub sha256: String,
    pub bytes: u64,
    pub kind: PictureKind,
    pub width: u32,
    pub height: u32,
    /// Shows one colour and nothing else.
    pub blank: bool,
    pub ratio_ok: bool,
    /// Whether it is as large as asked; none where no larger tier was asked for.
    pub size_ok: Option<bool>,
}

/// A check that did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailedCheck {
    NotAPicture,
    TooManyBytes,
    TooManyPixels,
    Broken,
    TooSmall,
    WrongRatio,
    /// Smaller than the size that was asked for.
    SmallerThanAsked,
    Blank,
}

impl FailedCheck {
    /// A short stable code for the desk and the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAPicture => "picture_not_a_picture",
            Self::TooManyBytes => "picture_too_many_bytes",
            Self::TooManyPixels => "picture_too_many_pixels",
            Self::Broken => "picture_broken",
            Self::TooSmall => "picture_too_small",
            Self::WrongRatio => "picture_wrong_ratio",
            Self::SmallerThanAsked => "picture_smaller_than_asked",
            Self::Blank => "picture_blank",
        }
    }
}

/// What the checks found. `facts` is absent when the picture could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    pub facts: Option<PictureFacts>,
    pub failed: Vec<FailedCheck>,
}

impl CheckReport {
    /// Whether the picture may be delivered.
    pub fn passed(&self) -> bool {
        self.facts.is_some() && self.failed.is_empty()
    }

    /// The checks that were run, by name, and whether each passed. The later ones need an opened picture.
    pub fn run(&self) -> Vec<(&'static str, bool)> {
        let passed = |check: FailedCheck| !self.failed.contains(&check);
        let mut run = vec![("picture_opens", self.facts.is_some())];
        if let Some(facts) = &self.facts {
            run.push(("picture_large_enough", passed(FailedCheck::TooSmall)));
            run.push(("picture_has_asked_ratio", passed(FailedCheck::WrongRatio)));
            run.extend(facts.size_ok.map(|is_ok| ("picture_has_asked_size", is_ok)));
            run.push(("picture_not_blank", passed(FailedCheck::Blank)));
        }
        run
    }
}

/// Checks a picture against what was asked for. Blocking: opens it whole.
pub fn check_picture(bytes: &[u8], asked: impl Into<Asked>) -> CheckReport {
    match decode(bytes) {
        Ok(decoded) => {
            judge(&decoded, sha256_hex(bytes), bytes, asked.into()).report(is_blank(&decoded.picture))
        }
        Err(error) => CheckReport { facts: None, failed: vec![unopened(&error)] },
    }
}

/// As [`check_picture`] for a picture of this hash, with its small copy from the same opening of it. Without a copy the
/// picture is as good; its thumbnails are made when they are asked for.
pub fn check_and_shrink(
    sha256: &str,
    bytes: &[u8],
    asked: impl Into<Asked>,
) -> (CheckReport, Option<SmallCopy>) {
    let decoded = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => return (CheckReport { facts: None, failed: vec![unopened(&error)] }, None),
    };
    let facts = judge(&decoded, sha256.to_owned(), bytes, asked.into());
    match SmallCopy::of(decoded.picture) {
        // What is blank is so in the small copy too.
        Ok(copy) => (facts.report(is_blank(copy.picture())), Some(copy)),
        Err(error) => {
            tracing::warn!(%error, "no thumbnail");
            (facts.report(false), None)
        }
    }
}

fn judge(decoded: &Decoded, sha256: String, bytes: &[u8], asked: Asked) -> PictureFacts {
    let (width, height) = (decoded.picture.width(), decoded.picture.height());
    PictureFacts {
        sha256,
        bytes: bytes.len() as u64,
        kind: decoded.kind,
        width,
        height,
        blank: false,
        ratio_ok: has_ratio(width, height, asked.ratio),
        size_ok: (asked.resolution > Resolution::Standard).then(|| has_size(width, height, asked.resolution)),
    }
}

impl PictureFacts {
    fn report(mut self, blank: bool) -> CheckReport {
        self.blank = blank;
        let failed = [
            (self.width.min(self.height) < LEAST_SIDE, FailedCheck::TooSmall),
            (!self.ratio_ok, FailedCheck::WrongRatio),
            (self.size_ok == Some(false), FailedCheck::SmallerThanAsked),
            (blank, FailedCheck::Blank),
        ];
        let failed = failed.into_iter().filter_map(|(is_failed, check)| is_failed.then_some(check)).collect();
        CheckReport { facts: Some(self), failed }
    }
}

fn unopened(error: &DecodeError) -> FailedCheck {
    match error {
        DecodeError::NotAPicture => FailedCheck::NotAPicture,
        DecodeError::TooManyBytes { .. } => FailedCheck::TooManyBytes,
        DecodeError::TooManyPixels { .. } => FailedCheck::TooManyPixels,
        DecodeError::CutShort | DecodeError::Broken(_) => FailedCheck::Broken,
    }
}

fn has_ratio(width: u32, height: u32, wanted: AspectRatio) -> bool {
    let (w, h) = wanted.parts();
    let off = (f64::from(width) * f64::from(h)) / (f64::from(height) * f64::from(w));
    (1.0 - RATIO_TOLERANCE..=1.0 + RATIO_TOLERANCE).contains(&off)
}

fn has_size(width: u32, height: u32, asked: Resolution) -> bool {
    width.max(height) * 100 >= STANDARD_SIDE * asked.factor() * ENOUGH_OF_SIDE
}

/// Looks at a small copy on middle grey, so that neither noise nor what lies under full transparency counts.
fn is_blank(picture: &image::DynamicImage) -> bool {
    let small = picture
        .thumbnail_exact(BLANK_SIDE.min(picture.width()), BLANK_SIDE.min(picture.height()))
        .into_rgba8();
    let mut least = [u8::MAX; 3];
    let mut most = [0u8; 3];
    for image::Rgba([red, green, blue, alpha]) in small.pixels() {
        let on_grey = |channel: u8| {
            ((u32::from(channel) * u32::from(*alpha) + 128 * (255 - u32::from(*alpha))) / 255) as u8
        };
        for ((least, most), channel) in least.iter_mut().zip(&mut most).zip([red, green, blue]) {
            let shown = on_grey(*channel);
            *least = (*least).min(shown);
            *most = (*most).max(shown);
        }
    }
    least.iter().zip(most).all(|(least, most)| most.saturating_sub(*least) < BLANK_SPREAD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::decode::tests::{bomb, encoded, sample};
    use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

    #[test]
    fn passes_a_good_picture_and_names_the_checks_it_ran() {
        let bytes = sample(1344, 768, ImageFormat::Png);
        let report = check_picture(&bytes, AspectRatio::SixteenToNine);
        assert!(report.passed(), "{report:?}");
        let facts = report.facts.clone().unwrap();
        assert_eq!((facts.width, facts.height, facts.kind), (1344, 768, PictureKind::Png));
        assert_eq!((facts.bytes, facts.sha256.len()), (bytes.len() as u64, 64));
        assert_eq!(report.run().len(), 4);
        assert!(report.run().iter().all(|(_, passed)| *passed));
    }

    #[test]
    fn accepts_the_sizes_models_give_and_no_neighbouring_ratio() {
        let given = [
            (1024, 1024, AspectRatio::Square),
            (832, 1248, AspectRatio::TwoToThree),
            (1248, 832, AspectRatio::ThreeToTwo),
            (864, 1184, AspectRatio::ThreeToFour),
            (1184, 864, AspectRatio::FourToThree),
            (768, 1344, AspectRatio::NineToSixteen),
            (1344, 768, AspectRatio::SixteenToNine),
        ];
        for (width, height, is) in given {
            for wanted in AspectRatio::ALL {
                assert_eq!(
                    has_ratio(width, height, wanted),
                    wanted == is,
                    "{width}x{height} as {}",
                    wanted.as_str()
                );
            }
        }
    }

    #[test]
    fn a_larger_picture_is_as_large_as_its_tier_whatever_its_shape() {
        // Twice and four times the standard sizes, and the pixels a tier is also named by.
        for (width, height, tier) in [
            (2048, 2048, Resolution::Double),
            (1664, 2496, Resolution::Double),
            (2048, 1152, Resolution::Double),
            (5376, 3072, Resolution::Quadruple),
            (4096, 2304, Resolution::Quadruple),
        ] {
            assert!(has_size(width, height, tier), "{width}x{height}");
            let next = if tier == Resolution::Double { Resolution::Quadruple } else { Resolution::Double };
            assert_eq!(has_size(width, height, next), next < tier, "{width}x{height}");
        }
        let square = sample(1024, 1024, ImageFormat::Jpeg);
        let asked = |resolution| Asked { ratio: AspectRatio::Square, resolution };
        let small = check_picture(&square, asked(Resolution::Double));
        assert_eq!(small.failed, [FailedCheck::SmallerThanAsked]);
        assert!(small.run().contains(&("picture_has_asked_size", false)));
        let standard = check_picture(&square, asked(Resolution::Standard));
        assert!(standard.passed() && standard.run().len() == 4, "nobody asked for a size");
    }

    #[test]
    fn finds_blank_pictures_but_not_sparse_ones() {
        let blank = |picture: DynamicImage| {
            check_picture(&encoded(&picture, ImageFormat::Png), AspectRatio::Square)
                .failed
                .contains(&FailedCheck::Blank)
        };
        assert!(blank(DynamicImage::ImageRgb8(RgbImage::from_pixel(512, 512, Rgb([250, 250, 250])))));
        let noise = RgbImage::from_fn(512, 512, |x, y| Rgb([200 + ((x * 7 + y * 13) % 3) as u8; 3]));
        assert!(blank(DynamicImage::ImageRgb8(noise)), "faint noise shows nothing");
        let hidden = RgbaImage::from_fn(512, 512, |x, _| Rgba([(x % 256) as u8, 0, 0, 0]));
        assert!(blank(DynamicImage::ImageRgba8(hidden)), "wholly transparent");

        let dot = RgbImage::from_fn(512, 512, |x, y| Rgb([if x < 40 && y < 40 { 0 } else { 255 }; 3]));
        assert!(!blank(DynamicImage::ImageRgb8(dot)), "a small mark on white is a picture");
        let logo = RgbaImage::from_fn(512, 512, |x, _| Rgba([255, 255, 255, if x < 256 { 255 } else { 0 }]));
        assert!(!blank(DynamicImage::ImageRgba8(logo)), "white on transparent is a picture");
        let hues =
            RgbImage::from_fn(512, 512, |x, _| if x < 256 { Rgb([255, 0, 0]) } else { Rgb([0, 130, 0]) });
        assert!(!blank(DynamicImage::ImageRgb8(hues)), "colours of the same lightness are a picture");
    }

    #[test]
    fn says_what_is_wrong() {
        let failed = |bytes: &[u8]| check_picture(bytes, AspectRatio::Square).failed;
        assert_eq!(failed(&sample(200, 200, ImageFormat::Png)), [FailedCheck::TooSmall]);
        assert_eq!(failed(&sample(800, 600, ImageFormat::Jpeg)), [FailedCheck::WrongRatio]);
        assert_eq!(failed(b""), [FailedCheck::NotAPicture]);
        assert_eq!(failed(b"<html>"), [FailedCheck::NotAPicture]);
        assert_eq!(failed(&bomb(60_000, 60_000)), [FailedCheck::TooManyPixels]);
        assert_eq!(failed(&sample(300, 300, ImageFormat::Png)[..400]), [FailedCheck::Broken]);
        let report = check_picture(b"", AspectRatio::Square);
        assert!(
            !report.passed() && report.run() == [("picture_opens", false)],
            "what was not run is not claimed"
        );
    }
}
