//! The paint box: palettes that were chosen to live together, and how the hour and weather change them.

use super::{
    colour::Colour,
    reading::{Hour, Season, Weather},
};

/// The colours of one picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    pub(super) sky: Colour,
    /// Halfway down the sky.
    pub(super) haze: Colour,
    pub(super) horizon: Colour,
    pub(super) far: Colour,
    pub(super) near: Colour,
    pub(super) accent: Colour,
    pub(super) second: Colour,
    pub(super) leaf: Colour,
    pub(super) ink: Colour,
    pub(super) paper: Colour,
    /// Whether the whole picture is dark, so that lamps are lit and stars are out.
    pub(super) dark: bool,
}

/// A named box of paint. The colours are, in order: sky, horizon, far, near, accent, second, leaf, ink,
/// paper.
#[derive(Debug)]
pub(super) struct PaintBox {
    pub(super) name: &'static str,
    colours: [u32; 9],
}

const fn paint_box(name: &'static str, colours: [u32; 9]) -> PaintBox {
    PaintBox { name, colours }
}

pub(super) const BOXES: &[PaintBox] = &[
    paint_box(
        "harbour",
        [0x5FA3C7, 0xF6E6C9, 0x92BAC8, 0x1C4660, 0xE4572E, 0xF2B84B, 0x4F7C6B, 0x14273A, 0xF7F0E2],
    ),
    paint_box(
        "meadow",
        [0x9FCFC0, 0xF8F0CF, 0xA9C8A0, 0x2A5B43, 0xE5734A, 0xF0C35A, 0x5B8F5A, 0x1B382B, 0xF8F3E4],
    ),
    paint_box(
        "terracotta",
        [0xEFB98C, 0xFCEBD0, 0xDF9F78, 0x86392A, 0xC8402F, 0x2F7073, 0x7B8B5A, 0x3A1F1B, 0xFAF0E1],
    ),
    paint_box(
        "rose",
        [0xF0A3B1, 0xFEE9DE, 0xE594A6, 0x843556, 0xD9466F, 0xF6B65A, 0x6E8F7C, 0x45203A, 0xFDF1EC],
    ),
    paint_box(
        "plum",
        [0x6C5AA8, 0xF5C6C6, 0x9A84C4, 0x37235D, 0xF2728C, 0xF6C667, 0x5E7F8B, 0x221540, 0xF6EEF4],
    ),
    paint_box(
        "lemon",
        [0xF7CE55, 0xFFF4D2, 0xEDBC5C, 0x7B5A26, 0xEFA01C, 0xE2583A, 0x7F9A4B, 0x3B2C1A, 0xFFF8E4],
    ),
    paint_box(
        "poppy",
        [0xEF9C82, 0xFCE4CB, 0xD86A56, 0x6E1F24, 0xC4262E, 0xF2B544, 0x5F7A52, 0x2E1416, 0xFBEFE2],
    ),
    paint_box(
        "gilt",
        [0x2A3650, 0xE0B86C, 0x6F6A62, 0x182034, 0xD9A441, 0xF3E1AE, 0x7D8452, 0x10141F, 0xF6ECD2],
    ),
    paint_box(
        "sumi",
        [0xD4D2CD, 0xF7F5F0, 0xB6B4AF, 0x2B2B2D, 0x101010, 0x8A8883, 0x6D6C69, 0x161616, 0xF8F6F1],
    ),
    paint_box(
        "sherbet",
        [0xB4D9F0, 0xFDE6E4, 0xD0C6EA, 0x8398CC, 0xF48F9C, 0xF9D48C, 0xA0D0AF, 0x4A5580, 0xFEF9F3],
    ),
    paint_box(
        "neon",
        [0x150B3A, 0xA3238E, 0x4A2496, 0x0D0828, 0xFF2E88, 0x21E6D8, 0x3DDC84, 0x070417, 0xF4ECFF],
    ),
    paint_box(
        "glacier",
        [0x7EC4CA, 0xEDF5EC, 0xA3CED1, 0x14535D, 0xF26B4E, 0xF6CF72, 0x3F8377, 0x0F3138, 0xF2F7F3],
    ),
    paint_box(
        "earth",
        [0xD3BB98, 0xF5E8D0, 0xBC9B78, 0x4C3424, 0xB5532F, 0xD99A3C, 0x76804F, 0x2C1D14, 0xF6EDDF],
    ),
    paint_box(
        "grove",
        [0x3F7468, 0xEFDFA9, 0x6A9676, 0x123630, 0xE98A4B, 0xF3D27A, 0x4C8160, 0x0C231F, 0xF5F1DE],
    ),
    paint_box(
        "midnight",
        [0x101D42, 0x5B6EAF, 0x3B4E8C, 0x0B142E, 0xF5B651, 0xE86A6A, 0x3E7A78, 0x080D1F, 0xEEF1FA],
    ),
    paint_box(
        "retro",
        [0xE6B87A, 0xF7E7C5, 0xCC9C6A, 0x2C4A50, 0xD1512D, 0xE3A63B, 0x5F7F66, 0x2A2320, 0xF4E7CB],
    ),
    paint_box(
        "linen",
        [0xE9E4DA, 0xFBF8F1, 0xD9D0C2, 0x8C8274, 0xC77B58, 0xD9B98A, 0x97A48A, 0x4A433B, 0xFCFAF5],
    ),
    paint_box(
        "noir",
        [0x17171B, 0x4A443E, 0x34323A, 0x0C0C0F, 0xE0B04C, 0xC8503C, 0x5B6E5C, 0x060608, 0xF2EEE6],
    ),
];

/// The colour a colour word stands for when it is asked for beside another.
pub(super) fn spot_of(name: &str) -> Option<Colour> {
    let index = match name {
        "harbour" => return Some(Colour::hex(0x2F7DB0)),
        "meadow" | "grove" => return Some(Colour::hex(0x3F8F5E)),
        "glacier" => return Some(Colour::hex(0x1F8A8C)),
        "plum" => return Some(Colour::hex(0x7B52B8)),
        "lemon" => return Some(Colour::hex(0xF4BE2C)),
        "terracotta" => return Some(Colour::hex(0xE9772F)),
        "gilt" | "rose" | "poppy" => 4,
        _ => return None,
    };
    BOXES.iter().find(|paint| paint.name == name).map(|paint| Colour::hex(paint.colours[index]))
}

impl Palette {
    /// The palette of a box, in plain daylight. An unknown name opens the first box.
    pub(super) fn open(name: &str) -> Self {
        let found = BOXES.iter().find(|paint| paint.name == name).unwrap_or(&BOXES[0]);
        let [sky, horizon, far, near, accent, second, leaf, ink, paper] = found.colours.map(Colour::hex);
        let dark = matches!(found.name, "neon" | "midnight" | "noir");
        Self { sky, haze: sky.mix(horizon, 0.55), horizon, far, near, accent, second, leaf, ink, paper, dark }
    }

    /// The palette under this hour, season and weather. `asked` is true when the prompt named the colours
    /// itself: the light then leaves more of them standing.
    pub(super) fn lit(mut self, hour: Hour, season: Season, weather: Weather, asked: bool) -> Self {
        self.turn_season(season);
        let weight = if asked { 0.62 } else { 0.9 };
        let mono = self.accent.distance(self.ink) < 0.1;
        match hour {
            Hour::Day => {}
            Hour::Morning => self.tint(
                [0x9CC3DE, 0xFBD3BE, 0xFFEBC4],
                0xFFD9B0,
                0.14,
                if mono { 0.2 } else { weight * 0.8 },
            ),
            Hour::Evening => {
                let weight = if mono { 0.2 } else { weight };
                self.tint([0x45306B, 0xE0605F, 0xFFC06A], 0xB8434A, 0.2, weight);
                self.near = self.near.mix(Colour::hex(0x2B1638), 0.55 * weight);
                self.far = self.far.mix(Colour::hex(0x9A4A6A), 0.4 * weight);
            }
            Hour::Night => {
                // A box that is dark already is night enough, and keeps its own colours.
                let weight = if self.dark { weight * 0.45 } else { weight };
                let weight = if mono { 0.75 } else { weight };
                let (sky, glow) = if mono { (0x121214, 0x55555A) } else { (0x0A1030, 0x3F4F92) };
                self.tint(
                    [sky, if mono { 0x2C2C30 } else { 0x1B2555 }, glow],
                    if mono { 0x1A1A1C } else { 0x101842 },
                    0.5,
                    weight,
                );
                self.near = self.near.mix(Colour::hex(sky), 0.5);
                self.accent = self.accent.lighter(if mono { 0.85 } else { 0.18 });
                self.second = self.second.lighter(0.3);
                self.ink = self.ink.mix(Colour::hex(sky), 0.5).darker(0.3);
                self.paper = self.paper.mix(Colour::hex(0x8C98D0), if mono { 0.0 } else { 0.3 });
                self.dark = true;
            }
        }
        match weather {
            Weather::Clear => {}
            Weather::Rain => self.tint([0x5D6F80, 0x8496A3, 0xB7C2C6], 0x5F7382, 0.26, 0.62),
            Weather::Fog => {
                self.far = self.far.mix(self.horizon, 0.45);
                self.near = self.near.mix(self.horizon, 0.22);
                self.sky = self.sky.mix(self.horizon, 0.4);
            }
            Weather::Snow => {
                self.far = self.far.mix(Colour::hex(0xD6E2EC), if self.dark { 0.25 } else { 0.5 });
                self.leaf = self.leaf.mix(Colour::hex(0xB9CBD2), 0.35);
                if !self.dark && hour == Hour::Day {
                    self.tint([0x9DB7CC, 0xD3DFE8, 0xF3F1EE], 0xB9CBD8, 0.1, 0.6);
                }
            }
        }
        self
    }

    fn turn_season(&mut self, season: Season) {
        match season {
            Season::None | Season::Summer => {}
            Season::Spring => {
                self.leaf = self.leaf.mix(Colour::hex(0x8FC070), 0.55);
                self.accent = self.accent.mix(Colour::hex(0xF28CA8), 0.45);
            }
            Season::Autumn => {
                self.leaf = self.leaf.mix(Colour::hex(0xC9702B), 0.8);
                self.far = self.far.mix(Colour::hex(0xD9A35F), 0.35);
                self.near = self.near.mix(Colour::hex(0x6B3420), 0.4);
                self.second = self.second.mix(Colour::hex(0xE0992F), 0.5);
            }
            Season::Winter => {
                self.leaf = self.leaf.mix(Colour::hex(0x7E979E), 0.6);
                self.far = self.far.mix(Colour::hex(0xC9D8E4), 0.4);
            }
        }
    }

    fn tint(&mut self, sky: [u32; 3], cast: u32, strength: f32, sky_weight: f32) {
        self.sky = self.sky.mix(Colour::hex(sky[0]), sky_weight);
        self.haze = self.haze.mix(Colour::hex(sky[1]), sky_weight);
        self.horizon = self.horizon.mix(Colour::hex(sky[2]), sky_weight);
        let cast = Colour::hex(cast);
        for colour in [&mut self.far, &mut self.near, &mut self.leaf, &mut self.paper] {
            *colour = colour.mix(cast, strength);
        }
        self.accent = self.accent.mix(cast, strength * 0.35);
        self.second = self.second.mix(cast, strength * 0.35);
    }

    /// From the farthest layer (0) to the nearest (1).
    pub(super) fn depth(&self, nearness: f32) -> Colour {
        self.horizon
            .mix(self.far, 0.35 + 0.65 * (nearness * 2.0).min(1.0))
            .mix(self.near, nearness.powf(1.25))
    }

    /// A wall or backdrop behind things on a table: light in daylight, deep at night.
    pub(super) fn wall(&self) -> Colour {
        if self.dark { self.near.mix(self.far, 0.35) } else { self.horizon.mix(self.far, 0.3) }
    }

    /// What a lit window or lamp looks like.
    pub(super) fn lamp(&self) -> Colour {
        self.second.mix(Colour::hex(0xFFDF98), 0.75)
    }
}
