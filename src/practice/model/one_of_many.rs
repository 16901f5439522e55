//! The same drawing for everyone, each copy a file of its own: what a measurement of everything around the drawing wants.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::practice::artist::{self, EncodePicture};

type Drawn = BTreeMap<(u32, u32), Arc<Vec<u8>>>;

static DRAWN: Mutex<Drawn> = Mutex::new(BTreeMap::new());
static COPIES: AtomicU64 = AtomicU64::new(0);

/// Length of the chunk that ends every PNG file.
const END: usize = 12;

/// A copy of the first drawing of this size, marked by its number in a text chunk.
pub(super) fn draw_png(prompt: &str, width: u32, height: u32, seed: u64) -> Result<Vec<u8>, EncodePicture> {
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    let first = match drawn.get(&(width, height)) {
        Some(first) => Arc::clone(first),
        None => {
            let first = Arc::new(artist::draw_png(prompt, width, height, seed)?);
            drawn.insert((width, height), Arc::clone(&first));
            first
        }
    };
    drop(drawn);
    let mut copy = (*first).clone();
    mark(&mut copy);
    Ok(copy)
}

/// Makes a PNG a file of its own, by a number in a text chunk.
pub(super) fn mark(png: &mut Vec<u8>) {
    let number = COPIES.fetch_add(1, Ordering::Relaxed);
    let end = png.split_off(png.len().saturating_sub(END));
    png.extend(text_chunk(&format!("Copy\0{number}")));
    png.extend(end);
}

/// A PNG chunk: length, name, content, checksum of both.
fn text_chunk(content: &str) -> Vec<u8> {
    let named = [b"tEXt", content.as_bytes()].concat();
    let length = u32::try_from(content.len()).unwrap_or_default().to_be_bytes();
    [&length[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_pictures_and_differ() {
        let [one, other] = [0, 1].map(|_| draw_png("a red fox", 64, 64, 1).unwrap());
        assert_ne!(one, other);
        assert_eq!(
            image::load_from_memory(&one).unwrap().into_rgba8(),
            image::load_from_memory(&other).unwrap().into_rgba8()
        );
    }
}
