//! What is behind most scenes: sky with its lights and clouds, and the outlines of land.

use std::f32::consts::TAU;

use super::{
    colour::Colour,
    painting::Painting,
    reading::{Extra, Hour, Technique, Weather},
    shape::{Point, Shape},
};

/// Fills the sheet with sky whose lightest band is at `horizon`, hangs the sun or moon and returns where that
/// is.
pub(super) fn sky(p: &mut Painting, horizon: f32) -> Point {
    let (width, palette) = (p.easel.width, p.palette);
    let whole = p.easel.sheet_shape();
    p.easel.blend_through(&whole, (0.0, 0.0), (0.0, horizon), &[palette.sky, palette.haze, palette.horizon]);
    let night = p.night();
    let height_share = match p.hour {
        Hour::Evening => p.chance.between(0.62, 0.82),
        Hour::Morning => p.chance.between(0.5, 0.72),
        _ => p.chance.between(0.24, 0.42),
    };
    let x =
        width * if p.chance.odds(0.5) { p.chance.between(0.2, 0.38) } else { p.chance.between(0.62, 0.8) };
    let at = (x, horizon * height_share);
    p.shadow_side = if x < width / 2.0 { 1.0 } else { -1.0 };
    if night {
        stars(p, horizon);
    }
    let radius = p.chance.between(62.0, 105.0) * if p.hour == Hour::Evening { 1.35 } else { 1.0 };
    let hidden = matches!(p.reading.weather, Weather::Rain) || (p.reading.weather == Weather::Fog && !night);
    if !hidden || p.reading.wants(Extra::Sun) || p.reading.wants_moon() {
        luminary(p, at, radius);
    }
    let cover = if p.reading.weather == Weather::Rain { 9 } else { 4 };
    let (few, many) = (p.count(2), p.count(cover));
    clouds(p, horizon, few + many / 2);
    at
}

/// The sun, or the moon when it is dark, with its halo.
pub(super) fn luminary(p: &mut Painting, at: Point, radius: f32) {
    let light = p.light();
    let night = p.night();
    let strength = if night { 0.3 } else { 0.5 };
    p.easel.glow(at, radius * if night { 3.6 } else { 4.6 }, light.mix(p.palette.accent, 0.15), strength);
    let disc = Shape::circle(at.0, at.1, radius);
    p.easel.fill(&disc, light);
    if night {
        let thrown = p.chance.odds(0.45);
        let crescent = p.reading.wants(Extra::Crescent) || thrown && !p.reading.wants(Extra::FullMoon);
        let shade = light.mix(p.palette.haze, 0.32);
        if crescent {
            let sky = p.palette.sky.mix(p.palette.haze, 0.5);
            p.easel.within(&disc, |easel| {
                easel.dab(
                    &Shape::circle(at.0 + radius * 0.42, at.1 - radius * 0.14, radius * 0.92),
                    sky,
                    0.93,
                );
            });
        } else {
            let craters: Vec<(f32, f32, f32)> = (0..7)
                .map(|_| {
                    let (angle, reach) = (p.chance.unit() * TAU, p.chance.between(0.1, 0.75) * radius);
                    (
                        at.0 + angle.cos() * reach,
                        at.1 + angle.sin() * reach,
                        radius * p.chance.between(0.06, 0.2),
                    )
                })
                .collect();
            p.easel.within(&disc, |easel| {
                for (x, y, size) in craters {
                    easel.dab(&Shape::circle(x, y, size), shade, 0.45);
                }
                let edge = Shape::circle(at.0 + radius * 0.3, at.1 + radius * 0.28, radius * 1.05);
                easel.dab(&Shape::circle(at.0, at.1, radius * 1.1), shade, 0.16);
                easel.dab(&edge, light.lighter(0.3), 0.14);
            });
        }
    }
}

pub(super) fn stars(p: &mut Painting, horizon: f32) {
    let area = p.easel.width * horizon;
    let amount = p.count((area / 8200.0) as usize);
    let white = Colour::hex(0xFFF8E6);
    for _ in 0..amount {
        let (x, y) = (p.chance.unit() * p.easel.width, p.chance.unit().powf(1.35) * horizon);
        let (size, opacity) = (p.chance.between(0.8, 2.6), p.chance.between(0.35, 0.95));
        p.easel.dab(&Shape::circle(x, y, size), white, opacity);
        if size > 2.5 {
            let sparkle = p.chance.between(9.0, 15.0);
            p.easel.dab(&spark(x, y, sparkle), white, 0.9);
        }
    }
}

/// A four-pointed star.
pub(super) fn spark(x: f32, y: f32, reach: f32) -> Shape {
    let points: Vec<Point> = (0..8)
        .map(|step| {
            let angle = step as f32 / 8.0 * TAU;
            let radius = if step % 2 == 0 { reach } else { reach * 0.16 };
            (x + radius * angle.cos(), y + radius * angle.sin())
        })
        .collect();
    Shape::polygon(&points)
}

pub(super) fn clouds(p: &mut Painting, horizon: f32, amount: usize) {
    let night = p.night();
    for _ in 0..amount {
        let (x, y) = (p.chance.between(-0.05, 1.0) * p.easel.width, p.chance.between(0.1, 0.78) * horizon);
        let size = p.chance.between(0.6, 1.35) * (0.55 + 0.6 * (1.0 - y / horizon));
        let puffs = 3 + p.chance.below(3);
        let mut left = x;
        let outline: Vec<(f32, f32, f32)> = (0..puffs)
            .map(|puff| {
                let middle = 1.0 - ((puff as f32 + 0.5) / puffs as f32 - 0.5).abs() * 1.5;
                let radius = (18.0 + 40.0 * middle) * size * p.chance.between(0.85, 1.15);
                left += radius * 0.95;
                let centre = (left, y - radius * 0.55, radius);
                left += radius * 0.35;
                centre
            })
            .collect();
        let right = left + 60.0 * size;
        let cloud = Shape::drawn(|pen| {
            for (cx, cy, radius) in &outline {
                if let Some(oval) =
                    tiny_skia::Rect::from_xywh(cx - radius, cy - radius * 0.8, radius * 2.0, radius * 1.6)
                {
                    pen.push_oval(oval);
                }
            }
        });
        let base = Shape::rectangle(-200.0, 0.0, p.easel.width + 400.0, y);
        let bar = Shape::rounded(
            x - 40.0 * size,
            y - 20.0 * size,
            right - x + 70.0 * size,
            20.0 * size,
            10.0 * size,
        );
        let colour = if night { p.palette.haze.lighter(0.1) } else { p.palette.horizon.lighter(0.45) };
        let opacity = if night { 0.28 } else { 0.55 };
        if p.easel.technique() == Technique::Line {
            p.easel.faint_line(&bar, p.palette.ink, 3.0, 0.6);
        } else {
            p.easel.within(&base, |easel| easel.dab(&cloud, colour, opacity));
            p.easel.dab(&bar, colour, opacity);
        }
    }
}

pub(super) fn birds(p: &mut Painting, area: (f32, f32, f32, f32), amount: usize) {
    let colour = if p.night() { p.palette.paper } else { p.palette.ink.mix(p.palette.near, 0.4) };
    let (x, y, width, height) = area;
    for _ in 0..amount {
        let (cx, cy) = (x + p.chance.unit() * width, y + p.chance.unit() * height);
        let span = p.chance.between(12.0, 26.0);
        let lift = p.chance.between(0.25, 0.55) * span;
        let wings = Shape::drawn(|pen| {
            pen.move_to(cx - span, cy - lift * 0.4);
            pen.quad_to(cx - span * 0.45, cy - lift * 1.2, cx, cy);
            pen.quad_to(cx + span * 0.45, cy - lift * 1.2, cx + span, cy - lift * 0.5);
        });
        p.easel.line(&wings, colour, 3.4);
    }
}

/// A rolling outline across the sheet around `base`, at most about `height` up and down.
pub(super) fn rolling(p: &mut Painting, base: f32, height: f32) -> Vec<Point> {
    let waves: [(f32, f32, f32); 3] = [
        (p.chance.between(0.6, 1.2), p.chance.unit() * TAU, 0.6),
        (p.chance.between(1.5, 2.6), p.chance.unit() * TAU, 0.28),
        (p.chance.between(3.2, 5.0), p.chance.unit() * TAU, 0.12),
    ];
    let width = p.easel.width;
    (-1..=25)
        .map(|step| {
            let x = width * step as f32 / 24.0;
            let lift: f32 = waves
                .iter()
                .map(|(rate, phase, weight)| (x / 1000.0 * rate * TAU * 0.7 + phase).sin() * weight)
                .sum();
            (x, base - lift * height)
        })
        .collect()
}

/// A jagged outline across the sheet, by halving: rough at first, finer at every step.
pub(super) fn jagged(p: &mut Painting, base: f32, height: f32, peaks: usize) -> Vec<Point> {
    let width = p.easel.width;
    let mut points: Vec<Point> = (0..=peaks * 2)
        .map(|step| {
            let x = width * (step as f32 / (peaks * 2) as f32 * 1.2 - 0.1);
            let shift =
                if step % 2 == 1 { p.chance.between(-0.3, 0.3) * width / peaks as f32 / 2.0 } else { 0.0 };
            let lift = if step % 2 == 1 { p.chance.between(0.55, 1.0) } else { p.chance.between(-0.1, 0.3) };
            (x + shift, base - lift * height)
        })
        .collect();
    let mut rough = height * 0.13;
    for _ in 0..3 {
        let mut finer = Vec::with_capacity(points.len() * 2);
        for pair in points.windows(2) {
            finer.push(pair[0]);
            let middle = ((pair[0].0 + pair[1].0) / 2.0, (pair[0].1 + pair[1].1) / 2.0);
            finer.push((middle.0, middle.1 + p.chance.between(-rough, rough)));
        }
        finer.extend(points.last());
        points = finer;
        rough *= 0.5;
    }
    points
}

/// How high the line is at `x`.
pub(super) fn height_at(line: &[Point], x: f32) -> f32 {
    line.windows(2)
        .find(|pair| pair[0].0 <= x && x <= pair[1].0)
        .map(|pair| {
            let share = (x - pair[0].0) / (pair[1].0 - pair[0].0).max(0.001);
            pair[0].1 + (pair[1].1 - pair[0].1) * share
        })
        .or_else(|| line.last().map(|point| point.1))
        .unwrap_or(0.0)
}
