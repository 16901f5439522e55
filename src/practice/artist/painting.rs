//! One picture in the making: what was asked, the colours, the dice and the sheet.

use super::{
    chance::Chance,
    colour::Colour,
    easel::Easel,
    palette::{Palette, spot_of},
    reading::{Hour, Reading},
    scenes::{self, Scene},
};

pub(super) struct Painting {
    pub(super) reading: Reading,
    pub(super) scene: Scene,
    pub(super) hour: Hour,
    pub(super) palette: Palette,
    pub(super) chance: Chance,
    pub(super) easel: Easel,
    /// Which way shadows fall: -1 left, 1 right.
    pub(super) shadow_side: f32,
}

impl Painting {
    pub(super) fn begin(prompt: &str, width: u32, height: u32, seed: u64) -> Option<Self> {
        let reading = Reading::of(prompt);
        // The paint belongs to the prompt, the composition to prompt and seed.
        let mut taste = Chance::new(reading.content);
        let scene = Scene::chosen(&reading, &mut taste);
        let hour = reading.hour.unwrap_or(Hour::Day);
        let asked = !reading.boxes.is_empty();
        let chosen = taste.one_of(scenes::paint_for(scene));
        let mut palette = Palette::open(reading.boxes.first().copied().unwrap_or(chosen));
        // One colour asked for: the picture is of that colour. Two: the second is the spot on the first.
        if let Some(spot) = reading.boxes.get(1).or(reading.boxes.first()).and_then(|name| spot_of(name)) {
            palette.accent = spot;
            palette.second = palette
                .second
                .mix(if reading.boxes.len() > 1 { spot } else { palette.sky.lighter(0.25) }, 0.7);
        }
        palette = palette.lit(hour, reading.season, reading.weather, asked);
        let mut chance =
            Chance::new(reading.content ^ seed.wrapping_mul(0xD134_2543_DE82_EF95).rotate_left(17));
        let easel = Easel::new(width, height, reading.technique, palette, &mut chance.clone())?;
        let shadow_side = chance.side();
        Some(Self { reading, scene, hour, palette, chance, easel, shadow_side })
    }

    pub(super) fn night(&self) -> bool {
        self.hour == Hour::Night || self.palette.dark
    }

    /// The colour of the sun, the moon or the strongest lamp.
    pub(super) fn light(&self) -> Colour {
        match self.hour {
            _ if self.night() => Colour::hex(0xFFF3D2).mix(self.palette.second, 0.12),
            Hour::Evening => Colour::hex(0xFFE3A3),
            Hour::Morning => Colour::hex(0xFFF4D6),
            _ if self.palette.accent.distance(self.palette.ink) < 0.1 => self.palette.paper,
            // A cold or dark second colour would hang a hole in the sky.
            _ if self.palette.second.red - self.palette.second.blue < 0.2 => {
                self.palette.paper.mix(Colour::hex(0xFFD98A), 0.5)
            }
            _ => self.palette.second.mix(self.palette.paper, 0.3),
        }
    }

    /// How many of something a busy picture has; a minimal one keeps a third.
    pub(super) fn count(&self, busy: usize) -> usize {
        if self.reading.minimal { busy.div_ceil(3) } else { busy }
    }
}
