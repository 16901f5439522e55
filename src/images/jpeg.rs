//! A look along the segments of a JPEG file, for what the decoder does not tell before it has taken the memory:
//! whether the picture comes in several passes, and whether the file goes on to its end mark.

/// What the segments tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Outline {
    /// Coded in passes: a decoder holds every coefficient of the whole picture until the last one.
    pub(super) is_progressive: bool,
    /// Colour channels, 1 to 4; 0 when the file ends before saying.
    pub(super) channels: u8,
    /// The end mark was found.
    pub(super) is_whole: bool,
}

/// Walks the file once; a broken file simply ends the walk.
pub(super) fn outline(bytes: &[u8]) -> Outline {
    let mut found = Outline::default();
    let mut at = 2;
    while let Some(marker) = marker_at(bytes, at) {
        at += 2;
        match marker {
            // Fill bytes before a marker.
            0xFF => at -= 1,
            0xD9 => {
                found.is_whole = true;
                break;
            }
            0x00 | 0x01 | 0xD0..=0xD8 => {}
            _ => {
                let Some(&[high, low]) = bytes.get(at..at + 2) else { break };
                let length = usize::from(u16::from_be_bytes([high, low]));
                if matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF) {
                    found.is_progressive = matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE);
                    found.channels = bytes.get(at + 7).copied().unwrap_or_default().min(4);
                }
                at += length.max(2);
                if marker == 0xDA {
                    at = after_scan(bytes, at);
                }
            }
        }
    }
    found
}

fn marker_at(bytes: &[u8], at: usize) -> Option<u8> {
    (*bytes.get(at)? == 0xFF).then(|| bytes.get(at + 1).copied())?
}

/// The place of the next marker that is not part of the coded data (restarts, stuffed zeros).
fn after_scan(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let end =
        rest.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF | 0xD0..=0xD7));
    end.map_or(bytes.len(), |end| from + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::decode::tests::sample;
    use image::ImageFormat;

    #[test]
    fn tells_a_whole_file_from_one_cut_short() {
        let mut bytes = sample(300, 200, ImageFormat::Jpeg);
        assert_eq!(outline(&bytes), Outline { is_progressive: false, channels: 3, is_whole: true });
        bytes.extend_from_slice(b"\xFF\xDA what stands behind the end does not count");
        assert!(outline(&bytes).is_whole);
        let whole = sample(300, 200, ImageFormat::Jpeg);
        for length in [whole.len() - 1, whole.len() - 2, whole.len() / 2, 700, 20, 4, 3] {
            assert!(!outline(&whole[..length]).is_whole, "{length} bytes of {}", whole.len());
        }
    }

    #[test]
    fn an_end_mark_inside_a_segment_is_not_the_end() {
        let whole = sample(64, 64, ImageFormat::Jpeg);
        let mut bytes = whole[..2].to_vec();
        bytes.extend_from_slice(&[0xFF, 0xE1, 0, 6, 0xFF, 0xD9, 0xFF, 0xDA]);
        bytes.extend_from_slice(&whole[2..whole.len() / 2]);
        assert!(!outline(&bytes).is_whole);
    }
}
