//! PNG files chunk by chunk.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What the header says.
#[derive(Clone, Copy)]
pub struct Header {
    pub width: u32,
    pub height: u32,
    pub depth: u8,
    /// 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
    pub colour: u8,
    pub interlaced: bool,
}

impl Header {
    pub fn rgb(width: u32, height: u32) -> Self {
        Self { width, height, depth: 8, colour: 2, interlaced: false }
    }

    fn channels(self) -> u32 {
        match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        }
    }

    /// Bytes of a row of this many pixels, without its filter byte.
    fn row(self, pixels: u32) -> usize {
        (pixels as usize * self.channels() as usize * usize::from(self.depth)).div_ceil(8)
    }
}

pub fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = (data.len() as u32).to_be_bytes().to_vec();
    out.extend_from_slice(name);
    out.extend_from_slice(data);
    let mut sum = flate2::Crc::new();
    sum.update(name);
    sum.update(data);
    out.extend_from_slice(&sum.sum().to_be_bytes());
    out
}

pub fn header(header: Header) -> Vec<u8> {
    let mut data = header.width.to_be_bytes().to_vec();
    data.extend_from_slice(&header.height.to_be_bytes());
    data.extend_from_slice(&[header.depth, header.colour, 0, 0, u8::from(header.interlaced)]);
    [SIGNATURE, &chunk(b"IHDR", &data)].concat()
}

/// This many bytes of one value, packed: one packed piece, over and over, so that making it takes neither time nor room.
pub fn packed(value: u8, bytes: usize) -> Vec<u8> {
    const PIECE: usize = 1 << 20;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&vec![value; PIECE]).unwrap();
    encoder.flush().unwrap();
    let piece = encoder.get_ref().clone();
    let mut rest = DeflateEncoder::new(Vec::new(), Compression::fast());
    rest.write_all(&vec![value; bytes % PIECE]).unwrap();
    let mut out = vec![0x78, 0x01];
    (0..bytes / PIECE).for_each(|_| out.extend_from_slice(&piece));
    out.extend(rest.finish().unwrap());
    out.extend_from_slice(&adler(value, bytes as u128).to_be_bytes());
    out
}

/// The check sum (RFC 1950) of this many bytes of one value.
fn adler(value: u8, bytes: u128) -> u32 {
    let value = u128::from(value);
    let low = (1 + bytes * value) % 65_521;
    let high = (bytes + value * (bytes * (bytes + 1) / 2)) % 65_521;
    ((high << 16) | low) as u32
}

/// The rows of a picture with a pattern, filtered with 0, of all passes when interlaced.
fn rows(header: Header) -> Vec<u8> {
    const PASSES: [(u32, u32, u32, u32); 7] =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    let passes: &[_] = if header.interlaced { &PASSES } else { &[(0, 0, 1, 1)] };
    let mut out = Vec::new();
    for &(left, top, across, down) in passes {
        let width = header.width.saturating_sub(left).div_ceil(across);
        let height = header.height.saturating_sub(top).div_ceil(down);
        if width == 0 {
            continue;
        }
        for row in 0..height {
            out.push(0);
            out.extend((0..header.row(width)).map(|byte| (byte as u32 * 7 + row * 3) as u8));
        }
    }
    out
}

pub fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A whole picture; `beside` are chunks put before the pixels.
pub fn picture(of: Header, beside: &[Vec<u8>]) -> Vec<u8> {
    [header(of), beside.concat(), chunk(b"IDAT", &deflated(&rows(of))), chunk(b"IEND", &[])].concat()
}

/// A picture whose header says one thing and whose packed pixels are `bytes` bytes of zero.
pub fn bomb(of: Header, bytes: usize) -> Vec<u8> {
    [header(of), chunk(b"IDAT", &packed(0, bytes)), chunk(b"IEND", &[])].concat()
}

/// All pixels there, all black: small in the file, as large as the header says when opened.
pub fn honest_bomb(of: Header) -> Vec<u8> {
    bomb(of, (of.row(of.width) + 1) * of.height as usize)
}

/// An animation of two frames.
pub fn animated(of: Header) -> Vec<u8> {
    let control = |number: u32| {
        let mut data = number.to_be_bytes().to_vec();
        for value in [of.width, of.height, 0, 0] {
            data.extend_from_slice(&value.to_be_bytes());
        }
        data.extend_from_slice(&[0, 1, 0, 10, 0, 0]);
        chunk(b"fcTL", &data)
    };
    let pixels = deflated(&rows(of));
    [
        header(of),
        chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]),
        control(0),
        chunk(b"IDAT", &pixels),
        control(1),
        chunk(b"fdAT", &[&2u32.to_be_bytes()[..], &pixels].concat()),
        chunk(b"IEND", &[]),
    ]
    .concat()
}
