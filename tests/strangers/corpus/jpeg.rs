//! JPEG files marker by marker: flat pictures of any size, with any number of channels, in one pass or two.

/// How a flat picture is coded.
#[derive(Clone, Copy)]
pub struct Flat {
    pub width: u16,
    pub height: u16,
    /// 1 grey, 3 colours, 4 CMYK.
    pub channels: u8,
    /// The marker of the frame: 0xC0 in one pass, 0xC2 in several.
    pub frame: u8,
    pub bits: u8,
}

pub fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker][..], &length, data].concat()
}

/// The same with a mark that says who coded the colours: `transform` 0 is CMYK as it is, 2 is YCCK.
pub fn adobe(transform: u8) -> Vec<u8> {
    segment(0xEE, &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat())
}

/// Metadata after the start mark.
pub fn with(picture: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&picture[..2], &segments.concat(), &picture[2..]].concat()
}

impl Flat {
    pub fn of(width: u16, height: u16) -> Self {
        Self { width, height, channels: 3, frame: 0xC0, bits: 8 }
    }

    /// All that is said about the picture, and pixels for one block only.
    pub fn header_only(self) -> Vec<u8> {
        self.with_blocks_of(Self { width: 8, height: 8, ..self })
    }

    pub fn file(self) -> Vec<u8> {
        self.with_blocks_of(self)
    }

    fn with_blocks_of(self, drawn: Self) -> Vec<u8> {
        let mut out = vec![0xFF, 0xD8];
        out.extend(segment(0xDB, &[&[0u8][..], &[1; 64]].concat()));
        let mut frame = vec![self.bits];
        frame.extend_from_slice(&self.height.to_be_bytes());
        frame.extend_from_slice(&self.width.to_be_bytes());
        frame.push(self.channels);
        for channel in 1..=self.channels {
            frame.extend_from_slice(&[channel, 0x11, 0]);
        }
        out.extend(segment(self.frame, &frame));
        // Two codes of two bits: "no difference" and "a difference of nine bits". One code of one bit: "end of block".
        let mut lengths = [0u8; 16];
        lengths[1] = 2;
        out.extend(segment(0xC4, &[&[0x00][..], &lengths, &[0, 9]].concat()));
        let mut lengths = [0u8; 16];
        lengths[0] = 1;
        out.extend(segment(0xC4, &[&[0x10][..], &lengths, &[0]].concat()));
        let mut scan = vec![self.channels];
        (1..=self.channels).for_each(|channel| scan.extend_from_slice(&[channel, 0]));
        let is_progressive = self.frame == 0xC2;
        scan.extend_from_slice(if is_progressive { &[0, 0, 0] } else { &[0, 63, 0] });
        out.extend(segment(0xDA, &scan));
        out.extend(drawn.blocks(!is_progressive));
        out.extend_from_slice(&[0xFF, 0xD9]);
        out
    }

    fn blocks(self, has_rest: bool) -> Vec<u8> {
        let mut bits = Bits::default();
        let per_block = if has_rest { 3 } else { 2 };
        for channel in 0..self.channels {
            // The first block is light or dark by channel.
            bits.put(0b01, 2);
            bits.put(if channel % 2 == 0 { 0b1_0000_0001 } else { 0b0_1111_0000 }, 9);
            bits.put(0, per_block - 2);
        }
        // The others are as the first, which is nothing but zeros.
        let blocks = usize::from(self.width).div_ceil(8) * usize::from(self.height).div_ceil(8);
        let left = blocks.saturating_sub(1) * usize::from(self.channels) * per_block as usize;
        let mut out = bits.finish();
        out.resize(out.len() + left.div_ceil(8), 0);
        out
    }
}

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    now: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.now = (self.now << 1) | ((value >> bit) & 1);
            self.count += 1;
            if self.count == 8 {
                let byte = self.now as u8;
                self.out.push(byte);
                if byte == 0xFF {
                    self.out.push(0);
                }
                (self.now, self.count) = (0, 0);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.put(0, 1);
        }
        self.out
    }
}
