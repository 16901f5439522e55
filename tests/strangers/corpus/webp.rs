//! WebP files chunk by chunk.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;

use super::{drawn, written};

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = name.to_vec();
    out.extend_from_slice(&(data.len() as u32).to_le_bytes());
    out.extend_from_slice(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
    out
}

fn container(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&(body.len() as u32 + 4).to_le_bytes());
    out.extend_from_slice(b"WEBP");
    out.extend(body);
    out
}

fn short(value: u32) -> [u8; 3] {
    let [a, b, c, _] = value.to_le_bytes();
    [a, b, c]
}

fn extended(flags: u8, width: u32, height: u32) -> Vec<u8> {
    chunk(b"VP8X", &[&[flags, 0, 0, 0][..], &short(width - 1), &short(height - 1)].concat())
}

/// The coded pixels of a lossless picture.
fn lossless(width: u32, height: u32) -> Vec<u8> {
    written(&drawn(width, height), ImageFormat::WebP)[12..].to_vec()
}

/// An animation of two frames on a canvas of any claimed size.
pub fn animated(canvas: (u32, u32), frame: (u32, u32)) -> Vec<u8> {
    let data = lossless(frame.0, frame.1);
    let place = [&[0; 6][..], &short(frame.0 - 1), &short(frame.1 - 1), &short(100), &[0]].concat();
    let shown = chunk(b"ANMF", &[&place[..], &data].concat());
    let start = chunk(b"ANIM", &[0, 0, 0, 0, 0, 0]);
    container(&[extended(0b10, canvas.0, canvas.1), start, shown.clone(), shown])
}

/// A picture with metadata of any kind.
pub fn with(width: u32, height: u32, flags: u8, name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    container(&[extended(flags, width, height), lossless(width, height), chunk(name, data)])
}

/// One lossy pixel.
pub fn lossy() -> Vec<u8> {
    STANDARD.decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA").unwrap()
}

/// One lossy pixel with transparency.
pub fn lossy_alpha() -> Vec<u8> {
    STANDARD.decode("UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==").unwrap()
}

/// A lossy picture that claims another size than its data has.
pub fn lossy_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = lossy();
    bytes[26..28].copy_from_slice(&width.to_le_bytes());
    bytes[28..30].copy_from_slice(&height.to_le_bytes());
    bytes
}
