//! What the artist has drawn of late, to be known again when it comes back as a reference: the picture drawn after it then
//! shows the same, as that of a model would.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::DynamicImage;
use image::imageops::FilterType;

/// Pictures remembered.
const REMEMBERED: usize = 200;
/// Side of the small copy by which a picture is known again.
const SIDE: u32 = 16;
/// Mean difference of a channel up to which two copies show the same: what writing it anew as JPEG changes.
const ALIKE: u64 = 6;

/// What a picture was drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::practice) struct Idea {
    pub(in crate::practice) prompt: String,
    pub(in crate::practice) seed: u64,
}

#[derive(Debug, Default)]
pub(in crate::practice) struct Sketches(Mutex<VecDeque<(Vec<u8>, Idea)>>);

impl Sketches {
    /// Remembers a drawn picture.
    pub(super) fn remember(&self, png: &[u8], idea: Idea) {
        let Some(small) = small(png) else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == REMEMBERED {
            known.pop_front();
        }
        known.push_back((small, idea));
    }

    /// What the picture of a data address was drawn from, if the artist drew it.
    pub(super) fn recall(&self, address: &str) -> Option<Idea> {
        let (_, base64) = address.split_once(";base64,")?;
        let small = small(&STANDARD.decode(base64).ok()?)?;
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let nearest = known.iter().rev().min_by_key(|(known, _)| distance(known, &small))?;
        (distance(&nearest.0, &small) <= ALIKE).then(|| nearest.1.clone())
    }
}

fn small(picture: &[u8]) -> Option<Vec<u8>> {
    let opened: DynamicImage = image::load_from_memory(picture).ok()?;
    Some(opened.resize_exact(SIDE, SIDE, FilterType::Triangle).into_rgb8().into_raw())
}

fn distance(one: &[u8], other: &[u8]) -> u64 {
    let sum: u64 = one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum / (one.len() as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::artist;

    #[test]
    fn knows_its_own_pictures_again_when_they_were_written_anew() {
        let sketches = Sketches::default();
        let ideas = ["a red fox in snow, watercolour", "a coffee cup on a table, flat"];
        for (seed, prompt) in ideas.iter().enumerate() {
            let idea = Idea { prompt: (*prompt).to_owned(), seed: seed as u64 };
            let png = artist::draw_png(prompt, 320, 320, idea.seed).unwrap();
            sketches.remember(&png, idea);
        }
        let address = |prompt: &str, seed| {
            let png = artist::draw_png(prompt, 320, 320, seed).unwrap();
            let mut jpeg = std::io::Cursor::new(Vec::new());
            let picture = image::load_from_memory(&png).unwrap().into_rgb8();
            picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
            format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg.into_inner()))
        };
        for (seed, prompt) in ideas.iter().enumerate() {
            assert_eq!(sketches.recall(&address(prompt, seed as u64)).unwrap().prompt, *prompt);
        }
        assert_eq!(sketches.recall(&address("a whale in the night sea", 9)), None);
        assert_eq!(sketches.recall("https://example.com/fox.png"), None);
    }
}
