//! GIF files.

/// A picture of one frame of one colour; the screen may claim another size than the frame.
pub fn flat(screen: (u16, u16), frame: (u16, u16), at: (u16, u16)) -> Vec<u8> {
    let mut out = b"GIF89a".to_vec();
    out.extend_from_slice(&screen.0.to_le_bytes());
    out.extend_from_slice(&screen.1.to_le_bytes());
    // A table of two colours.
    out.extend_from_slice(&[0x80, 0, 0, 200, 30, 30, 255, 255, 255]);
    out.push(0x2C);
    for value in [at.0, at.1, frame.0, frame.1] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.push(0);
    // More than this nobody reads.
    out.extend(pixels((usize::from(frame.0) * usize::from(frame.1)).min(1 << 17)));
    out.push(0x3B);
    out
}

/// Codes of three bits, cleared often enough to stay so: pixel 0, pixel 0, clear.
fn pixels(count: usize) -> Vec<u8> {
    let mut codes = Vec::with_capacity(count + count / 2 + 2);
    for at in 0..count {
        if at % 2 == 0 {
            codes.push(4u8);
        }
        codes.push(0);
    }
    codes.push(5);
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for code in codes {
        held |= u32::from(code) << bits;
        bits += 3;
        while bits >= 8 {
            bytes.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    }
    bytes.push(held as u8);
    let mut out = vec![2];
    for block in bytes.chunks(255) {
        out.push(block.len() as u8);
        out.extend_from_slice(block);
    }
    out.push(0);
    out
}

/// An animation of several frames.
pub fn animated(width: u32, height: u32, frames: u8) -> Vec<u8> {
    let mut out = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut out);
        for frame in 0..frames {
            let pixels = image::RgbaImage::from_fn(width, height, |x, y| {
                image::Rgba([frame * 40, (x * 255 / width) as u8, (y * 255 / height) as u8, 255])
            });
            encoder.encode_frame(image::Frame::new(pixels)).unwrap();
        }
    }
    out
}
