//! A bird on a blossoming branch.

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    flora::{self, Bloom},
    painting::Painting,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    if p.reading.setting.is_some() || p.night() {
        backdrop::sky(p, height * 0.95);
    } else {
        let palette = p.palette;
        let whole = p.easel.sheet_shape();
        p.easel.blend_down(&whole, palette.sky.mix(palette.paper, 0.35), palette.horizon);
        let disc =
            Shape::circle(width * p.chance.between(0.4, 0.62), height * 0.42, width.min(height) * 0.33);
        p.easel.blend_down(&disc, palette.second.lighter(0.1), palette.second.mix(palette.accent, 0.35));
        backdrop::clouds(p, height * 0.9, 3);
    }
    let unit = width.min(height);
    let facing = p.shadow_side;
    let perch = (width * p.chance.between(0.44, 0.56), height * 0.66);
    branch(p, perch, unit, facing);
    let pair = !p.reading.minimal && p.chance.odds(0.45);
    sitting(p, perch, unit * 0.4, facing, p.palette.accent);
    if pair {
        let other = (perch.0 - facing * unit * 0.34, perch.1 + unit * 0.03);
        sitting(p, other, unit * 0.29, -facing, p.palette.sky.mix(p.palette.near, 0.4));
    }
}

fn branch(p: &mut Painting, perch: Point, unit: f32, facing: f32) {
    let (x, y) = perch;
    let width = p.easel.width;
    let bark = p.palette.ink.mix(p.palette.near, 0.4);
    let edge = if facing > 0.0 { -30.0 } else { width + 30.0 };
    let tip = (x + facing * unit * 0.42, y - unit * 0.05);
    let main = Shape::curve(&[
        (edge, y + unit * 0.13),
        ((edge + x) / 2.0, y + unit * 0.075),
        (x, y + unit * 0.012),
        tip,
    ]);
    p.easel.line(&main, bark, unit * 0.026);
    let mut ends: Vec<Point> = vec![tip];
    for step in 0..p.count(7) {
        let share = step as f32 / 7.0;
        let from = (edge + (tip.0 - edge) * (0.2 + 0.72 * share), y + unit * (0.115 - 0.145 * share));
        let up = if step % 2 == 0 { -1.0 } else { 0.75 };
        let end = (
            from.0 + facing * unit * p.chance.between(0.08, 0.17),
            from.1 + up * unit * p.chance.between(0.09, 0.2),
        );
        if up < 0.0 && (end.0 - x).abs() < unit * 0.2 {
            continue;
        }
        p.easel.line(
            &Shape::curve(&[from, ((from.0 + end.0) / 2.0, from.1 + (end.1 - from.1) * 0.3), end]),
            bark,
            unit * 0.011,
        );
        ends.push(end);
    }
    for end in ends {
        for _ in 0..2 {
            let angle = p.chance.between(0.0, 6.0);
            let leaf_tip = (end.0 + angle.cos() * unit * 0.09, end.1 + angle.sin() * unit * 0.07);
            p.easel.fill(
                &Shape::leaf(end, leaf_tip, unit * 0.028),
                p.palette.leaf.mix(p.palette.near, p.chance.unit() * 0.4),
            );
        }
        let (size, kind) =
            (unit * p.chance.between(0.03, 0.052), p.chance.one_of(&[Bloom::Poppy, Bloom::Daisy]));
        let colour = p.palette.paper.mix(p.palette.accent, p.chance.between(0.1, 0.45));
        flora::bloom(p, end, size, kind, colour);
    }
}

fn sitting(p: &mut Painting, perch: Point, size: f32, facing: f32, coat: Colour) {
    let (x, y) = perch;
    let at = |dx: f32, dy: f32| (x + facing * dx * size, y - dy * size);
    let ink = p.palette.ink;
    let tail = Shape::polygon(&[at(-0.3, 0.28), at(-0.86, -0.2), at(-0.7, -0.28), at(-0.16, 0.1)]);
    p.easel.fill(&tail, coat.mix(ink, 0.35));
    for leg in [-0.02, 0.1] {
        p.easel.line(&Shape::polyline(&[at(leg, 0.1), at(leg + 0.03, -0.02)]), ink, size * 0.025);
    }
    let body = Shape::soft(&[
        at(0.28, 0.92),
        at(0.08, 0.9),
        at(-0.1, 0.68),
        at(-0.32, 0.4),
        at(-0.36, 0.2),
        at(-0.08, 0.05),
        at(0.22, 0.08),
        at(0.42, 0.34),
        at(0.44, 0.62),
        at(0.42, 0.82),
    ]);
    p.easel.blend(&body, (at(0.3, 0.9), coat.lighter(0.12)), (at(-0.3, 0.05), coat.darker(0.14)));
    let breast = Shape::soft(&[
        at(0.5, 0.72),
        at(0.24, 0.62),
        at(0.1, 0.36),
        at(0.08, 0.02),
        at(0.4, 0.0),
        at(0.6, 0.4),
    ]);
    let pale = p.palette.paper.mix(p.palette.second, 0.25);
    let cap = Shape::soft(&[at(0.0, 1.0), at(0.02, 0.78), at(0.2, 0.78), at(0.44, 0.86), at(0.5, 1.0)]);
    p.easel.within(&body, |easel| {
        easel.dab(&breast, pale, 1.0);
        easel.dab(&cap, coat.mix(ink, 0.4), 1.0);
    });
    for feather in 0..3 {
        let drop = feather as f32 * 0.075;
        let wing = Shape::leaf(
            at(0.14, 0.58 - drop * 0.8),
            at(-0.56 + drop, 0.06 - drop * 0.3),
            size * (0.17 - 0.025 * feather as f32),
        );
        p.easel.fill(&wing, coat.mix(ink, 0.14 + 0.13 * feather as f32));
    }
    let beak = Shape::polygon(&[at(0.43, 0.8), at(0.64, 0.74), at(0.44, 0.69)]);
    p.easel.fill(&beak, p.palette.second.mix(Colour::hex(0xE8902A), 0.5));
    let eye = at(0.31, 0.775);
    p.easel.dab(&Shape::circle(eye.0, eye.1, size * 0.043), Colour::hex(0x17131A), 1.0);
    p.easel.dab(&Shape::circle(eye.0 - size * 0.012, eye.1 - size * 0.015, size * 0.015), Colour::WHITE, 1.0);
}
