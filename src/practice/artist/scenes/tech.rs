//! Covers for technical things: blocks on an isometric floor, a network of lights, a horizon of grid lines.

use std::f32::consts::TAU;

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    painting::Painting,
    reading::{Hour, Subject},
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting, subject: Subject) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    // A light box of paint gives a light cover; otherwise the lights want a dark room.
    let deep = if p.reading.boxes.is_empty() || palette.dark || p.hour == Hour::Night {
        palette.near.mix(palette.ink, 0.4)
    } else {
        palette.near
    };
    let whole = p.easel.sheet_shape();
    p.easel.blend(&whole, ((0.0, 0.0), deep.darker(0.25)), ((width, height), deep.mix(palette.far, 0.35)));
    let any = p.chance.below(3);
    match (subject, any) {
        (Subject::Isometric, _) | (Subject::Tech, 0) => blocks(p, deep),
        (Subject::Network, _) | (Subject::Tech, 1) => network(p, deep),
        _ => horizon(p, deep),
    }
}

fn blocks(p: &mut Painting, deep: Colour) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    p.easel.glow(
        (width / 2.0, height * 0.42),
        width.max(height) * 0.62,
        palette.horizon.mix(palette.accent, 0.3),
        0.34,
    );
    let tile = 62.0;
    let (half_wide, half_deep) = (tile, tile * 0.5);
    let reach = if p.reading.minimal { 4 } else { 6 };
    let centre = (width / 2.0, height * 0.58);
    let at = |column: i32, row: i32| -> Point {
        (centre.0 + (column - row) as f32 * half_wide, centre.1 + (column + row) as f32 * half_deep)
    };
    let line = palette.horizon.mix(palette.sky, 0.3);
    let span = reach + 9;
    for step in -span..=span {
        p.easel.faint_line(&Shape::polyline(&[at(step, -span), at(step, span)]), line, 1.6, 0.2);
        p.easel.faint_line(&Shape::polyline(&[at(-span, step), at(span, step)]), line, 1.6, 0.2);
    }
    let lights = [palette.accent, palette.second, palette.sky.lighter(0.3), palette.leaf.lighter(0.15)];
    for total in -2 * reach..=2 * reach {
        for column in -reach..=reach {
            let row = total - column;
            if row.abs() > reach {
                continue;
            }
            let away = ((column * column + row * row) as f32).sqrt() / reach as f32;
            if away > 1.05 || p.chance.odds(0.06 + 0.6 * away * away) {
                continue;
            }
            let tall = (28.0 + 240.0 * (1.0 - away).max(0.0).powf(1.3)) * p.chance.between(0.3, 1.0);
            let bright = p.chance.odds(0.3);
            let colour = if bright {
                lights[p.chance.below(4)]
            } else {
                deep.mix(palette.far, p.chance.between(0.35, 0.75))
            };
            block(p, at(column, row), (half_wide * 0.9, half_deep * 0.9), tall, colour, bright);
        }
    }
    for _ in 0..p.count(26) {
        let (x, y) = (width * p.chance.between(0.1, 0.9), height * p.chance.between(0.08, 0.7));
        let colour = lights[p.chance.below(4)];
        p.easel.glow((x, y), 26.0, colour, 0.7);
        p.easel.dab(&Shape::circle(x, y, 3.4), colour.lighter(0.5), 1.0);
    }
}

fn block(p: &mut Painting, foot: Point, half: (f32, f32), tall: f32, colour: Colour, bright: bool) {
    let (x, y) = foot;
    let top = y - tall;
    let left = Shape::polygon(&[(x - half.0, top), (x, top + half.1), (x, y + half.1), (x - half.0, y)]);
    let right = Shape::polygon(&[(x + half.0, top), (x, top + half.1), (x, y + half.1), (x + half.0, y)]);
    let lid = Shape::polygon(&[(x, top - half.1), (x + half.0, top), (x, top + half.1), (x - half.0, top)]);
    let ink = p.palette.ink;
    if bright {
        p.easel.glow((x, top), half.0 * 2.0, colour, 0.34);
    }
    p.easel.blend_down(&left, colour.mix(ink, 0.28), colour.mix(ink, 0.62));
    p.easel.blend_down(&right, colour.mix(ink, 0.48), colour.mix(ink, 0.78));
    p.easel.fill(&lid, colour.lighter(if bright { 0.3 } else { 0.16 }));
    let rows = (tall / 22.0) as usize;
    for row in 0..rows.min(9) {
        if p.chance.odds(0.6) {
            let at = top + 18.0 + row as f32 * 22.0;
            let (from, to) = (p.chance.between(0.15, 0.4), p.chance.between(0.5, 0.85));
            let dash = Shape::polyline(&[
                (x + half.0 * from, at + half.1 * (1.0 - from)),
                (x + half.0 * to, at + half.1 * (1.0 - to)),
            ]);
            p.easel.faint_line(&dash, p.palette.lamp(), 3.0, if bright { 0.8 } else { 0.4 });
        }
    }
}

fn network(p: &mut Painting, deep: Colour) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let lights = [palette.accent, palette.second, palette.horizon];
    let centre = (width * p.chance.between(0.42, 0.58), height * p.chance.between(0.42, 0.56));
    p.easel.glow(centre, width.max(height) * 0.6, palette.horizon.mix(palette.accent, 0.25), 0.36);
    let unit = width.min(height);
    for ring in 0..p.count(5) {
        let reach = unit * (0.16 + 0.1 * ring as f32);
        p.easel.faint_line(&Shape::circle(centre.0, centre.1, reach), palette.horizon, 1.6, 0.22);
        let from = p.chance.unit();
        let arc = Shape::ring(
            centre.0,
            centre.1,
            reach - 3.0,
            reach + 3.0,
            from,
            from + p.chance.between(0.08, 0.3),
        );
        p.easel.dab(&arc, lights[ring % 3], 0.9);
    }
    let mut nodes: Vec<(Point, f32)> = Vec::new();
    for node in 0..p.count(64) {
        let angle = node as f32 * 2.399_963;
        let reach = unit * 0.074 * (node as f32 + 2.0).sqrt() * p.chance.between(0.9, 1.12);
        let stretch = (width / unit, height / unit);
        nodes.push((
            (centre.0 + angle.cos() * reach * stretch.0, centre.1 + angle.sin() * reach * stretch.1),
            p.chance.between(5.0, 14.0),
        ));
    }
    for (index, (from, _)) in nodes.iter().enumerate() {
        for (to, _) in nodes.iter().skip(index + 1) {
            let far = (from.0 - to.0).hypot(from.1 - to.1);
            if far < unit * 0.2 {
                let opacity = 0.9 * (1.0 - far / (unit * 0.21));
                p.easel.faint_line(&Shape::polyline(&[*from, *to]), palette.horizon, 2.2, opacity);
            }
        }
    }
    for (index, (at, size)) in nodes.iter().enumerate() {
        let colour = lights[index % 3];
        p.easel.glow(*at, size * 4.4, colour, 0.6);
        p.easel.fill(&Shape::circle(at.0, at.1, *size), colour);
        p.easel.dab(&Shape::circle(at.0 - size * 0.2, at.1 - size * 0.2, size * 0.42), Colour::WHITE, 0.75);
    }
    // The core: a chip with its legs.
    let half = unit * 0.095;
    for leg in 0..5 {
        let shift = (leg as f32 - 2.0) * half * 0.38;
        for (from, to) in [
            ((centre.0 + shift, centre.1 - half * 1.35), (centre.0 + shift, centre.1 + half * 1.35)),
            ((centre.0 - half * 1.35, centre.1 + shift), (centre.0 + half * 1.35, centre.1 + shift)),
        ] {
            p.easel.line(&Shape::polyline(&[from, to]), palette.second, 5.0);
        }
    }
    p.easel.glow(centre, half * 3.0, palette.accent, 0.6);
    let chip = Shape::rounded(centre.0 - half, centre.1 - half, half * 2.0, half * 2.0, half * 0.28);
    p.easel.blend_down(&chip, deep.mix(palette.far, 0.6), deep.darker(0.2));
    p.easel.line(&chip, palette.accent, 4.0);
    let core = Shape::rounded(centre.0 - half * 0.5, centre.1 - half * 0.5, half, half, half * 0.16);
    p.easel.blend_down(&core, palette.accent.lighter(0.25), palette.accent);
    for beam in 0..4 {
        let angle = TAU * beam as f32 / 4.0 + 0.4;
        p.easel.dab(
            &backdrop::spark(centre.0 + angle.cos() * half * 2.6, centre.1 + angle.sin() * half * 2.6, 13.0),
            palette.paper,
            0.9,
        );
    }
}

fn horizon(p: &mut Painting, deep: Colour) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let level = height * p.chance.between(0.56, 0.63);
    let sky = Shape::rectangle(0.0, 0.0, width, level);
    p.easel.blend_through(
        &sky,
        (0.0, 0.0),
        (0.0, level),
        &[deep.darker(0.3), palette.haze.mix(deep, 0.4), palette.horizon.mix(palette.accent, 0.25)],
    );
    backdrop::stars(p, level * 0.8);
    let radius = width.min(height) * 0.27;
    let centre = (width / 2.0, level - radius * 0.55);
    p.easel.glow(centre, radius * 2.3, palette.accent, 0.6);
    let sun = Shape::circle(centre.0, centre.1, radius);
    p.easel.blend_down(&sun, palette.second.lighter(0.3), palette.accent);
    let haze = palette.horizon.mix(palette.accent, 0.25).mix(deep, 0.3);
    p.easel.within(&sun, |easel| {
        for cut in 0..6 {
            let y = centre.1 + radius * (0.02 + 0.16 * cut as f32);
            easel.dab(&Shape::rectangle(0.0, y, width, radius * (0.025 + 0.012 * cut as f32)), haze, 0.95);
        }
    });
    for (nearness, tall) in [(0.35, 0.16), (0.7, 0.09)] {
        let line = backdrop::jagged(p, level + 6.0, height * tall, 7);
        let colour = deep.mix(palette.far, 0.6 - 0.5 * nearness);
        // Low in the middle, so that the sun stands free.
        let line: Vec<Point> = line
            .into_iter()
            .map(|(x, y)| {
                let away = ((x / width - 0.5).abs() * 2.4).min(1.0);
                (x, level + (y - level) * (0.15 + 0.85 * away))
            })
            .collect();
        p.easel.fill(&Shape::under(&line, level + 4.0), colour);
        p.easel.faint_line(&Shape::polyline(&line), palette.second, 2.2, 0.55);
    }
    let floor = Shape::rectangle(0.0, level, width, height - level);
    p.easel.blend_down(&floor, deep.mix(palette.accent, 0.3), deep.darker(0.35));
    for column in -22..=22 {
        let foot = width / 2.0 + column as f32 * width.max(height) * 0.13;
        let top = width / 2.0 + column as f32 * 34.0;
        p.easel.faint_line(&Shape::polyline(&[(top, level), (foot, height)]), palette.second, 2.4, 0.6);
    }
    for row in 0..11 {
        let y = level + (height - level) * (row as f32 / 10.0).powf(2.2);
        p.easel.faint_line(
            &Shape::polyline(&[(0.0, y), (width, y)]),
            palette.second,
            1.6 + row as f32 * 0.26,
            0.6,
        );
    }
    p.easel.glow((width / 2.0, level), width * 0.5, palette.accent, 0.3);
}
