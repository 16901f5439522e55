//! The last layer: weather in front of the scene, one light over everything, and the paper.

use image::RgbaImage;
use tiny_skia::BlendMode;

use super::{
    colour::Colour,
    painting::Painting,
    reading::{Hour, Technique, Weather},
    shape::Shape,
};

/// `None` only if the sheet has no pixels.
pub(super) fn finish(mut p: Painting) -> Option<RgbaImage> {
    let outdoors = p.scene.is_outdoors();
    match p.reading.weather {
        Weather::Rain if outdoors => rain(&mut p),
        Weather::Snow if outdoors => snow(&mut p),
        _ => {}
    }
    let technique = p.easel.technique();
    if technique != Technique::Line {
        light(&mut p, outdoors);
    }
    let mut chance = p.chance.clone();
    if p.reading.vintage {
        p.easel.grade(Colour::hex(0xF2DFB8), 0.55, BlendMode::Multiply);
        p.easel.grade(Colour::hex(0x6B4A32), 0.16, BlendMode::Screen);
        p.easel.mottle(0.5, &mut chance);
        border(&mut p, Colour::hex(0xF1E4C6));
    }
    match technique {
        Technique::Watercolour => {
            ragged_margin(&mut p);
            p.easel.mottle(0.25, &mut chance);
            p.easel.grain(0.13, &mut chance);
        }
        Technique::Flat => p.easel.grain(0.05, &mut chance),
        Technique::Line => p.easel.grain(0.06, &mut chance),
        Technique::Cutout => {
            p.easel.mottle(0.14, &mut chance);
            p.easel.grain(0.12, &mut chance);
        }
        Technique::Gouache => {
            p.easel.mottle(0.12, &mut chance);
            let strength = if p.reading.vintage { 0.17 } else { 0.11 };
            p.easel.grain(strength, &mut chance);
            p.easel.vignette(0.22);
        }
    }
    p.easel.finish()
}

/// Indoor scenes have no sky to change with the hour, so the light itself must.
fn light(p: &mut Painting, outdoors: bool) {
    let (width, height) = (p.easel.width, p.easel.height);
    let reach = width.max(height);
    let warm = (if p.shadow_side > 0.0 { 0.0 } else { width }, 0.0);
    match p.hour {
        Hour::Evening => {
            p.easel.grade(Colour::hex(0xFF8A4A), if outdoors { 0.1 } else { 0.26 }, BlendMode::SoftLight);
            if !outdoors {
                p.easel.grade(Colour::hex(0xF0B088), 0.3, BlendMode::Multiply);
            }
            p.easel.glow(warm, reach * 0.95, Colour::hex(0xFFA24D), if outdoors { 0.16 } else { 0.34 });
        }
        Hour::Morning => {
            p.easel.grade(Colour::hex(0xFFE1B8), 0.14, BlendMode::SoftLight);
            p.easel.glow(warm, reach * 0.9, Colour::hex(0xFFE9C2), 0.2);
        }
        Hour::Night if !outdoors => p.easel.grade(Colour::hex(0x5A68B0), 0.22, BlendMode::Multiply),
        Hour::Night | Hour::Day => {}
    }
}

fn rain(p: &mut Painting) {
    let area = p.easel.width * p.easel.height;
    let colour = p.palette.horizon.lighter(0.5);
    for _ in 0..p.count((area / 6500.0) as usize) {
        let (x, y) =
            (p.chance.between(-0.1, 1.1) * p.easel.width, p.chance.between(-0.1, 1.0) * p.easel.height);
        let length = p.chance.between(24.0, 70.0);
        let drop = Shape::polyline(&[(x, y), (x - length * 0.22, y + length)]);
        let (thickness, opacity) = (p.chance.between(1.2, 2.4), p.chance.between(0.2, 0.5));
        p.easel.faint_line(&drop, colour, thickness, opacity);
    }
}

fn snow(p: &mut Painting) {
    let area = p.easel.width * p.easel.height;
    for _ in 0..p.count((area / 5200.0) as usize) {
        let (x, y) = (p.chance.unit() * p.easel.width, p.chance.unit() * p.easel.height);
        let near = p.chance.unit();
        let flake = Shape::circle(x, y, 1.8 + near.powi(4) * 8.0);
        let opacity = p.chance.between(0.5, 0.9) * (1.0 - near * 0.3);
        p.easel.dab(&flake, Colour::WHITE, opacity);
    }
}

/// An even paper border with a thin rule inside.
fn border(p: &mut Painting, paper: Colour) {
    let (width, height) = (p.easel.width, p.easel.height);
    let edge = width.min(height) * 0.045;
    for side in [
        Shape::rectangle(0.0, 0.0, width, edge),
        Shape::rectangle(0.0, height - edge, width, edge),
        Shape::rectangle(0.0, 0.0, edge, height),
        Shape::rectangle(width - edge, 0.0, edge, height),
    ] {
        p.easel.dab(&side, paper, 1.0);
    }
    let rule = Shape::rectangle(edge, edge, width - 2.0 * edge, height - 2.0 * edge);
    p.easel.faint_line(&rule, p.palette.ink, 2.5, 0.7);
}

/// White paper showing around an uneven edge of paint.
fn ragged_margin(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let edge = width.min(height) * 0.05;
    let mut inside = Vec::new();
    let corners = [(edge, edge), (width - edge, edge), (width - edge, height - edge), (edge, height - edge)];
    for (index, from) in corners.iter().enumerate() {
        let to = corners[(index + 1) % 4];
        let steps = 22;
        for step in 0..steps {
            let share = step as f32 / steps as f32;
            let wobble =
                (p.chance.between(-1.0, 1.0) * edge * 0.22, p.chance.between(-1.0, 1.0) * edge * 0.22);
            inside.push((
                from.0 + (to.0 - from.0) * share + wobble.0,
                from.1 + (to.1 - from.1) * share + wobble.1,
            ));
        }
    }
    inside.reverse();
    let sheet = p.easel.sheet_shape();
    let hole = Shape::soft(&inside);
    let frame = Shape::drawn(|pen| {
        for outline in [&sheet, &hole] {
            if let Some(path) = &outline.0 {
                pen.push_path(path);
            }
        }
    });
    let paper = Colour::hex(0xFBF8F1);
    p.easel.dab(&frame, paper, 1.0);
    p.easel.faint_line(&hole, p.palette.far.mix(p.palette.ink, 0.3), 3.0, 0.22);
}
