//! Night above everything: a great moon over a hill, or planets and their rings.

use std::f32::consts::TAU;

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    flora,
    painting::Painting,
    reading::Extra,
    scenes::land,
    shape::{Point, Shape},
};

pub(super) fn sky(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let whole = p.easel.sheet_shape();
    p.easel.blend_through(
        &whole,
        (0.0, 0.0),
        (0.0, height * 0.9),
        &[palette.sky, palette.haze, palette.horizon],
    );
    milky_way(p);
    backdrop::stars(p, height * 0.85);
    let radius = p.chance.between(120.0, 190.0);
    let at = (width * p.chance.between(0.3, 0.7), height * p.chance.between(0.26, 0.4));
    p.shadow_side = if at.0 < width / 2.0 { 1.0 } else { -1.0 };
    backdrop::luminary(p, at, radius);
    if p.reading.wants(Extra::Balloon) {
        land::balloon(p, height * 0.7);
    }
    let rows = if p.reading.minimal { 1 } else { 3 };
    for row in 0..rows {
        let share = (row + 1) as f32 / rows as f32;
        let base = height * (0.7 + 0.16 * share);
        let line = backdrop::rolling(p, base, height * 0.07);
        let colour = palette.depth(0.35 + 0.65 * share);
        if row == 1 {
            for _ in 0..16 {
                let x = p.chance.unit() * width;
                let tall = p.chance.between(50.0, 120.0);
                flora::pine(p, (x, backdrop::height_at(&line, x) + 8.0), tall, colour);
            }
        }
        let hill = Shape::softly_under(&line, height + 10.0);
        p.easel.blend_down(&hill, colour.lighter(0.07), colour.darker(0.2));
        if row + 1 == rows {
            let x = width * if at.0 < width / 2.0 { 0.74 } else { 0.26 };
            let foot = (x, backdrop::height_at(&line, x) + 12.0);
            if p.reading.wants(Extra::House) || p.chance.odds(0.4) {
                tent(p, foot, 130.0);
            } else {
                flora::broadleaf(p, foot, height.min(1200.0) * 0.3, colour.darker(0.1));
            }
        }
    }
    let (from, streak) = (
        (width * p.chance.between(0.1, 0.8), height * p.chance.between(0.06, 0.2)),
        p.chance.between(90.0, 170.0),
    );
    let tail = Shape::leaf((from.0 - streak, from.1 + streak * 0.42), from, 5.0);
    p.easel.dab(&tail, Colour::WHITE, 0.8);
}

fn milky_way(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let lean = p.chance.side();
    for _ in 0..14 {
        let along = p.chance.unit();
        let x = width * (0.5 + lean * (along - 0.5) * 0.9) + p.chance.between(-60.0, 60.0);
        let y = height * along * 0.85;
        let (radius, strength) = (p.chance.between(110.0, 230.0), p.chance.between(0.05, 0.13));
        let colour = p.palette.horizon.mix(p.palette.second, p.chance.unit() * 0.4);
        p.easel.glow((x, y), radius, colour, strength);
    }
}

fn tent(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    let lamp = p.palette.lamp();
    p.easel.glow((x, y - size * 0.2), size * 1.5, lamp, 0.5);
    let body =
        Shape::polygon(&[(x - size * 0.7, y), (x - size * 0.06, y - size * 0.7), (x + size * 0.75, y)]);
    p.easel.blend(&body, ((x - size * 0.6, y), lamp), ((x + size * 0.7, y), p.palette.accent));
    let flap =
        Shape::polygon(&[(x - size * 0.06, y - size * 0.7), (x - size * 0.2, y), (x + size * 0.14, y)]);
    p.easel.dab(&flap, lamp.lighter(0.3), 0.9);
    let pole = Shape::polyline(&[(x - size * 0.06, y - size * 0.7), (x - size * 0.2, y)]);
    p.easel.line(&pole, p.palette.accent.darker(0.35), 3.0);
}

pub(super) fn planets(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let deep = palette.sky.mix(palette.ink, if palette.dark { 0.35 } else { 0.75 });
    let whole = p.easel.sheet_shape();
    p.easel.blend(&whole, ((0.0, 0.0), deep), ((width, height), deep.mix(palette.far, 0.55)));
    for colour in [palette.accent, palette.second, palette.far] {
        let at = (p.chance.unit() * width, p.chance.unit() * height);
        let radius = p.chance.between(350.0, 620.0);
        p.easel.glow(at, radius, colour, 0.22);
    }
    backdrop::stars(p, height);
    for _ in 0..p.count(7) {
        let (x, y, reach) = (p.chance.unit() * width, p.chance.unit() * height, p.chance.between(10.0, 22.0));
        p.easel.dab(&backdrop::spark(x, y, reach), palette.paper, 0.9);
    }
    let centre = (width * p.chance.between(0.42, 0.6), height * p.chance.between(0.42, 0.56));
    let radius = p.chance.between(210.0, 270.0);
    for orbit in 0..p.count(3) {
        let reach = radius * (1.75 + 0.55 * orbit as f32);
        let ring = Shape::ellipse(centre.0, centre.1, reach, reach * 0.36).turned(-18.0, centre);
        p.easel.faint_line(&ring, palette.paper, 2.0, 0.3);
        let angle = p.chance.unit() * TAU;
        let (rx, ry) = (angle.cos() * reach, angle.sin() * reach * 0.36);
        let lean = (-18.0f32).to_radians();
        let at = (centre.0 + rx * lean.cos() - ry * lean.sin(), centre.1 + rx * lean.sin() + ry * lean.cos());
        let colour = [palette.second, palette.leaf, palette.paper][orbit % 3];
        let size = p.chance.between(20.0, 46.0);
        planet(p, at, size, colour);
    }
    let band = |from: f32, to: f32| {
        Shape::ring(0.0, 0.0, radius * 1.28, radius * 1.72, from, to).transformed(
            tiny_skia::Transform::from_scale(1.0, 0.28)
                .post_concat(tiny_skia::Transform::from_rotate(-18.0))
                .post_translate(centre.0, centre.1),
        )
    };
    let ringed = p.chance.odds(0.75);
    if ringed {
        p.easel.fill(&band(0.5, 1.0), palette.second.mix(palette.far, 0.35));
    }
    planet(p, centre, radius, palette.accent);
    if ringed {
        p.easel.fill(&band(0.0, 0.5), palette.second);
        let inner = Shape::ellipse(0.0, 0.0, radius * 1.5, radius * 1.5).transformed(
            tiny_skia::Transform::from_scale(1.0, 0.28)
                .post_concat(tiny_skia::Transform::from_rotate(-18.0))
                .post_translate(centre.0, centre.1),
        );
        let front = band(0.0, 0.5);
        p.easel.within(&front, |easel| easel.faint_line(&inner, palette.accent, 7.0, 0.7));
    }
}

/// A ball lit from the upper left, with bands of weather.
fn planet(p: &mut Painting, at: Point, radius: f32, colour: Colour) {
    let (x, y) = at;
    p.easel.glow(at, radius * 1.7, colour, 0.3);
    let ball = Shape::circle(x, y, radius);
    p.easel.blend(
        &ball,
        ((x - radius, y - radius), colour.lighter(0.4)),
        ((x + radius, y + radius), colour.darker(0.35)),
    );
    let bands: Vec<(f32, f32, f32)> = (0..5)
        .map(|band| (-0.7 + 0.36 * band as f32, p.chance.between(0.04, 0.13), p.chance.between(0.12, 0.34)))
        .collect();
    let ink = p.palette.ink;
    p.easel.within(&ball, |easel| {
        for (rise, thick, opacity) in bands {
            let stripe = Shape::ellipse(x, y + radius * rise, radius * 1.3, radius * thick).turned(-18.0, at);
            easel.dab(&stripe, colour.lighter(0.35), opacity);
        }
        for (shift, opacity) in [(0.30, 0.26), (0.55, 0.26), (0.8, 0.22)] {
            let crescent = crescent_of(at, radius, shift);
            easel.dab(&crescent, ink, opacity);
        }
    });
}

/// The part of a ball that lies in its own shade, more of it as `shift` shrinks.
fn crescent_of(at: Point, radius: f32, shift: f32) -> Shape {
    let (x, y) = at;
    let half = TAU / 2.0;
    let mut points: Vec<Point> = (0..=24)
        .map(|step| {
            let angle = -TAU / 8.0 + half * step as f32 / 24.0;
            (x + angle.cos() * radius * 1.02, y + angle.sin() * radius * 1.02)
        })
        .collect();
    points.extend((0..=24).rev().map(|step| {
        let angle = -TAU / 8.0 + half * step as f32 / 24.0;
        let (along, across) = ((angle + TAU / 8.0 - TAU / 4.0).sin(), (angle + TAU / 8.0 - TAU / 4.0).cos());
        let bulge = radius * shift * across;
        let (dx, dy) = (TAU / 8.0).sin_cos();
        (x + dx * bulge - dy * along * radius * 1.02, y + dy * bulge + dx * along * radius * 1.02)
    }));
    Shape::polygon(&points)
}
