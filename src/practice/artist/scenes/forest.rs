//! Trees behind trees, paler with distance, and a path of light between them.

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    flora,
    painting::Painting,
    reading::{Extra, Season, Weather},
    scenes::land,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let ground = height * 0.72;
    let sun = backdrop::sky(p, ground);
    let leafy = match p.reading.season {
        Season::Autumn | Season::Spring => true,
        Season::Winter => false,
        Season::None | Season::Summer => p.chance.odds(0.3),
    };
    let rows = if p.reading.minimal { 3 } else { 5 };
    let way = p.chance.between(0.38, 0.62);
    for row in 0..rows {
        let share = row as f32 / (rows - 1) as f32;
        let base = ground + (height - ground) * (0.02 + 0.62 * share);
        let line = backdrop::rolling(p, base, height * 0.02);
        let tall = height * (0.3 + 0.42 * share) * if height > width { 0.9 } else { 1.0 };
        let tone =
            p.palette.depth(0.08 + 0.86 * share).mix(p.palette.leaf, 0.4 * (1.0 - (share - 0.5).abs()));
        let gap = tall * if leafy { 0.34 } else { 0.2 };
        let mut x = -gap;
        while x < width + gap {
            let clear = (x / width - way).abs();
            // The nearer the row, the wider the clearing it leaves.
            if clear > 0.04 + 0.26 * share {
                let foot = (x, backdrop::height_at(&line, x) + 10.0);
                let size = tall * p.chance.between(0.72, 1.08);
                if leafy {
                    let colour = leaf_tone(p, tone);
                    flora::broadleaf(p, foot, size, colour);
                } else {
                    flora::pine(p, foot, size, tone);
                }
            }
            x += gap * p.chance.between(0.7, 1.4);
        }
        let floor = Shape::softly_under(&line, height + 10.0);
        let soil = floor_colour(p, share);
        p.easel.blend_down(&floor, soil.mix(p.light(), 0.16), soil);
        let band = Shape::rectangle(0.0, base - tall * 0.7, width, tall * 0.7 + 20.0);
        if share < 0.99 {
            p.easel.veil(
                &band,
                (0.0, base - tall * 0.6),
                (0.0, base + 10.0),
                p.palette.horizon,
                0.42 * (1.0 - share),
            );
        }
    }
    path(p, way, ground);
    if p.reading.wants(Extra::House) {
        land::house(p, (width * way, ground + (height - ground) * 0.3), 130.0);
    }
    if !p.night() && p.reading.weather == Weather::Clear {
        for ray in 0..4 {
            let spread = 140.0 + 130.0 * ray as f32;
            let foot = width * way + (ray as f32 - 1.5) * 190.0;
            let shaft = Shape::polygon(&[
                (sun.0 - 14.0, sun.1),
                (sun.0 + 14.0, sun.1),
                (foot + spread * 0.3, height),
                (foot - spread * 0.2, height),
            ]);
            p.easel.lighten(&shaft, p.light(), 0.07);
        }
    }
}

fn leaf_tone(p: &mut Painting, tone: Colour) -> Colour {
    let shift = p.chance.between(0.0, 0.5);
    match p.reading.season {
        Season::Autumn => {
            tone.mix(Colour::hex(p.chance.one_of(&[0xD9772B, 0xC4472A, 0xE3A23A])), 0.42 + shift * 0.3)
        }
        Season::Spring if shift < 0.25 => tone.mix(Colour::hex(0xF3A6BC), 0.72),
        Season::Spring => tone.mix(Colour::hex(0x9CC772), 0.4 + shift * 0.5),
        _ => tone.mix(p.palette.leaf, shift),
    }
}

fn floor_colour(p: &Painting, share: f32) -> Colour {
    let soil = p.palette.depth(0.3 + 0.6 * share).mix(p.palette.leaf, 0.35);
    if p.reading.weather == Weather::Snow {
        soil.mix(Colour::hex(0xEEF3F7), if p.night() { 0.3 } else { 0.66 })
    } else {
        soil
    }
}

fn path(p: &mut Painting, way: f32, ground: f32) {
    let (width, height) = (p.easel.width, p.easel.height);
    let centre = width * way;
    let bend = p.chance.between(60.0, 130.0) * p.chance.side();
    let along = |share: f32| -> Point {
        let y = ground + (height - ground) * (0.08 + 0.94 * share);
        (centre + (share * 4.2).sin() * bend * share, y)
    };
    let mut edge: Vec<Point> = (0..=8)
        .map(|step| along(step as f32 / 8.0))
        .map(|(x, y)| (x - 6.0 - (y - ground) * 0.36, y))
        .collect();
    edge.extend(
        (0..=8).rev().map(|step| along(step as f32 / 8.0)).map(|(x, y)| (x + 6.0 + (y - ground) * 0.36, y)),
    );
    let colour =
        p.palette.horizon.mix(p.palette.far, 0.25).mix(p.palette.near, if p.night() { 0.35 } else { 0.08 });
    p.easel.blend_down(&Shape::soft(&edge), colour, colour.mix(p.palette.near, 0.3));
}
