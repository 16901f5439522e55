//! A skyline in three depths, its windows lit after dark, doubled in the water or seen over near roofs.

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    painting::Painting,
    reading::{Extra, Hour, Technique, Weather},
    scenes::land,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let river = p.reading.wants(Extra::Lake) || p.reading.wants(Extra::Boat) || p.chance.odds(0.5);
    let ground = height * if river { 0.74 } else { 0.98 };
    let sun = backdrop::sky(p, height * 0.78);
    if p.reading.wants(Extra::Balloon) {
        land::balloon(p, height * 0.6);
    }
    let rows: &[(f32, f32, f32)] = if p.reading.minimal {
        &[(0.2, 0.42, 120.0), (0.75, 0.26, 150.0)]
    } else {
        &[(0.1, 0.5, 84.0), (0.42, 0.42, 100.0), (0.8, 0.3, 126.0)]
    };
    for (nearness, tall, wide) in rows {
        let tall = height.min(width * 1.3) * tall * if river { 0.92 } else { 1.25 };
        skyline(p, ground, tall, *wide, *nearness);
        let band = Shape::rectangle(0.0, ground - tall, width, tall);
        p.easel.veil(
            &band,
            (0.0, ground - tall * 0.7),
            (0.0, ground),
            p.palette.horizon,
            0.4 * (1.0 - nearness),
        );
    }
    if river {
        water(p, ground, sun);
    }
    if p.hour != Hour::Night && !p.night() {
        let x = width * p.chance.between(0.1, 0.6);
        backdrop::birds(p, (x, height * 0.12, width * 0.2, height * 0.1), 4);
    }
}

fn skyline(p: &mut Painting, ground: f32, tall: f32, wide: f32, nearness: f32) {
    let width = p.easel.width;
    let mut x = -wide * p.chance.unit();
    let lit = p.night() || p.hour == Hour::Evening || p.reading.weather == Weather::Rain;
    while x < width {
        let across = wide * p.chance.between(0.62, 1.35);
        let bulge = 1.0 - ((x + across / 2.0) / width - 0.5).abs() * 0.7;
        let up = tall * p.chance.between(0.38, 1.0) * bulge;
        let shift = p.chance.between(-0.08, 0.08);
        let colour = p.palette.depth((nearness + shift).clamp(0.0, 1.0));
        let colour = if p.chance.odds(0.12) && !p.night() {
            colour.mix(p.palette.accent, 0.5 * nearness + 0.15)
        } else {
            colour
        };
        tower(p, (x, ground), across, up, colour, lit);
        x += across * p.chance.between(0.84, 1.04);
    }
}

fn tower(p: &mut Painting, foot: Point, across: f32, up: f32, colour: Colour, lit: bool) {
    let (x, y) = foot;
    let top = y - up;
    let roof = p.chance.below(7);
    let outline: Vec<Point> = match roof {
        0 => {
            vec![(x, y), (x, top), (x + across * 0.5, top - across * 0.5), (x + across, top), (x + across, y)]
        }
        1 => vec![(x, y), (x, top - across * 0.35), (x + across, top), (x + across, y)],
        2 => vec![
            (x, y),
            (x, top + across * 0.4),
            (x + across * 0.16, top + across * 0.4),
            (x + across * 0.16, top),
            (x + across * 0.84, top),
            (x + across * 0.84, top + across * 0.4),
            (x + across, top + across * 0.4),
            (x + across, y),
        ],
        3 => vec![
            (x, y),
            (x, top),
            (x + across * 0.42, top),
            (x + across * 0.47, top - across * 0.8),
            (x + across * 0.53, top - across * 0.8),
            (x + across * 0.58, top),
            (x + across, top),
            (x + across, y),
        ],
        _ => vec![(x, y), (x, top), (x + across, top), (x + across, y)],
    };
    let block = Shape::polygon(&outline);
    p.easel.blend(
        &block,
        ((x, top - across), colour.lighter(0.05)),
        ((x, y), colour.mix(p.palette.horizon, 0.12)),
    );
    let side = p.shadow_side;
    let dark = Shape::rectangle(
        if side > 0.0 { x + across * 0.68 } else { x },
        top - across,
        across * 0.32,
        up + across,
    );
    p.easel.within(&block, |easel| easel.shade(&dark, 0.24));
    if roof == 4 && p.easel.technique() != Technique::Watercolour {
        let tank = Shape::rounded(x + across * 0.3, top - across * 0.26, across * 0.24, across * 0.2, 5.0);
        p.easel.fill(&tank, colour.darker(0.12));
        let legs = Shape::polyline(&[
            (x + across * 0.34, top),
            (x + across * 0.34, top - across * 0.08),
            (x + across * 0.5, top - across * 0.08),
            (x + across * 0.5, top),
        ]);
        p.easel.line(&legs, colour.darker(0.2), 3.0);
    }
    windows(p, (x, top + across * 0.5), (across, y - top - across * 0.5), colour, lit);
}

fn windows(p: &mut Painting, at: Point, size: (f32, f32), colour: Colour, lit: bool) {
    let columns = ((size.0 / 24.0) as usize).clamp(2, 6);
    let rows = ((size.1 / 34.0) as usize).min(24);
    let step = (size.0 * 0.84 / columns as f32, 34.0);
    let strips = p.chance.odds(0.3);
    let share = if p.night() {
        0.6
    } else if lit {
        0.4
    } else {
        0.55
    };
    let lamp = p.palette.lamp();
    let pane = if p.palette.horizon.lightness() > colour.lightness() {
        colour.mix(p.palette.horizon, 0.34)
    } else {
        colour.darker(0.25)
    };
    // One path for all panes of a kind: thousands of windows, two fills.
    let mut glass: [Vec<(f32, f32, f32, f32)>; 2] = [Vec::new(), Vec::new()];
    for row in 0..rows {
        let y = at.1 + row as f32 * step.1;
        if strips {
            glass[usize::from(lit && p.chance.odds(0.35))].push((at.0 + size.0 * 0.1, y, size.0 * 0.8, 9.0));
            continue;
        }
        for column in 0..columns {
            if p.chance.odds(share) {
                let x = at.0 + size.0 * 0.08 + (column as f32 + 0.22) * step.0;
                glass[usize::from(lit && p.chance.odds(0.62))].push((x, y, step.0 * 0.56, 17.0));
            }
        }
    }
    for (kind, panes) in glass.iter().enumerate() {
        let shape = Shape::drawn(|pen| {
            for (x, y, across, down) in panes {
                if let Some(pane) = tiny_skia::Rect::from_xywh(*x, *y, *across, *down) {
                    pen.push_rect(pane);
                }
            }
        });
        if kind == 1 { p.easel.dab(&shape, lamp, 0.92) } else { p.easel.dab(&shape, pane, 0.7) }
    }
}

fn water(p: &mut Painting, shore: f32, sun: Point) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let river = Shape::rectangle(0.0, shore, width, height - shore);
    p.easel.blend_down(&river, palette.near.mix(palette.horizon, 0.4), palette.near.darker(0.15));
    let quay = Shape::rectangle(0.0, shore - 6.0, width, 14.0);
    p.easel.fill(&quay, palette.near.darker(0.2));
    for _ in 0..p.count(120) {
        let share = p.chance.unit().powf(1.3);
        let y = shore + 14.0 + (height - shore) * share;
        let x = p.chance.unit() * width;
        let long = p.chance.between(16.0, 80.0) * (0.5 + share);
        let near_sun = ((x - sun.0).abs() / width) < 0.1;
        let colour = if near_sun || p.chance.odds(0.3) { palette.lamp() } else { palette.haze };
        let opacity = if near_sun { 0.7 } else { 0.3 };
        p.easel.dab(&Shape::rounded(x - long / 2.0, y, long, 3.0 + 3.0 * share, 3.0), colour, opacity);
    }
}
