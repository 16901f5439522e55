//! The pictures' files: a few drawings, each under many hashes.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use sha2::{Digest as _, Sha256};
use stallkeeper::images::{PictureFiles, ThumbnailSize, thumbnail};

use super::chance::Chance;

const DRAWINGS: u64 = 48;
const SHAPES: [(u32, u32); 8] =
    [(512, 512), (640, 480), (480, 640), (640, 360), (360, 640), (600, 400), (560, 448), (720, 308)];

/// A picture's file as it lies on disk.
pub struct Made {
    pub sha256: String,
    pub drawing: u64,
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
}

/// Writes so many pictures with their small copies into a picture folder.
pub fn make(root: &Path, seed: u64, count: u64) -> Result<Vec<Made>> {
    let files = PictureFiles::open(root)?;
    let mut drawings = Vec::new();
    for n in 0..DRAWINGS.min(count.max(1)) {
        let (width, height) = SHAPES[(n % SHAPES.len() as u64) as usize];
        let mut bytes = Cursor::new(Vec::new());
        JpegEncoder::new_with_quality(&mut bytes, 72).encode_image(&draw(seed, n, width, height))?;
        let bytes = bytes.into_inner();
        let stored = files.put(&bytes)?;
        let small = [ThumbnailSize::Card, ThumbnailSize::List]
            .map(|size| thumbnail(&files, &stored.sha256, size))
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?;
        drawings.push((bytes, stored.sha256, small, width, height));
    }
    let mut made = Vec::with_capacity(count as usize);
    for n in 0..count {
        let drawing = Chance::of(seed, 5, n).below(drawings.len() as u64);
        let (base, base_hash, small, width, height) = &drawings[drawing as usize];
        let bytes = told_apart(base, n);
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let shelf = root.join("pictures").join(&sha256[..2]);
        if !shelf.is_dir() {
            fs::create_dir_all(&shelf)?;
        }
        let path = shelf.join(format!("{sha256}.jpg"));
        fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        for copy in small {
            let name = copy.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let own = copy.with_file_name(name.replace(base_hash, &sha256));
            // One file under many names where the disk can do that.
            if fs::hard_link(copy, &own).is_err() {
                fs::copy(copy, &own)?;
            }
        }
        made.push(Made { sha256, drawing, width: *width, height: *height, bytes: bytes.len() as u64 });
        if n.is_multiple_of(10_000) {
            println!("pictures: {n}");
        }
    }
    Ok(made)
}

/// The same picture with a comment of its own behind the file's first mark: other bytes, another hash.
fn told_apart(jpeg: &[u8], n: u64) -> Vec<u8> {
    let comment = n.to_be_bytes();
    let length = u16::try_from(comment.len() + 2).unwrap_or(2).to_be_bytes();
    let (start, rest) = jpeg.split_at(2);
    [start, &[0xff, 0xfe], &length, &comment, rest].concat()
}

/// A landscape: sky, sun, three ridges.
fn draw(seed: u64, n: u64, width: u32, height: u32) -> RgbImage {
    let mut chance = Chance::of(seed, 4, n);
    let mut part = || chance.below(1000) as f64 / 1000.0;
    let tint = [0.5 + part() * 0.5, 0.45 + part() * 0.5, 0.4 + part() * 0.6];
    let (sun_x, sun_y, sun_size) = (part(), part() * 0.5, 0.06 + part() * 0.1);
    let ridges: Vec<[f64; 4]> = (0..3)
        .map(|at| {
            [
                0.35 + 0.18 * f64::from(at) + 0.1 * part(),
                0.04 + 0.1 * part(),
                3.0 + 9.0 * part(),
                part() * 6.0,
            ]
        })
        .collect();
    let tops: Vec<Vec<f64>> = (0..width)
        .map(|x| {
            let x = f64::from(x) / f64::from(width);
            ridges.iter().map(|[top, swell, waves, shift]| top + swell * (x * waves + shift).sin()).collect()
        })
        .collect();
    RgbImage::from_fn(width, height, |x, y| {
        let tops = &tops[x as usize];
        let (x, y) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let sky = if (x - sun_x).hypot(y - sun_y) < sun_size { 1.25 } else { 0.95 - y * 0.35 };
        let ridge = tops.iter().rposition(|top| y > *top);
        let light = ridge.map_or(sky, |at| 0.62 - 0.17 * at as f64);
        Rgb(tint.map(|part| (part * light * 255.0).clamp(0.0, 255.0) as u8))
    })
}
