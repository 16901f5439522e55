//! What swims: a whale under the surface, and koi seen from above.

use std::f32::consts::TAU;

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    flora::{self, Bloom},
    painting::Painting,
    shape::{Point, Shape},
};

pub(super) fn whale(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let surface = height * p.chance.between(0.26, 0.34);
    backdrop::sky(p, surface * 1.05);
    let palette = p.palette;
    let line = backdrop::rolling(p, surface, 18.0);
    let sea = Shape::softly_under(&line, height + 10.0);
    p.easel.blend_through(
        &sea,
        (0.0, surface),
        (0.0, height),
        &[
            palette.sky.mix(palette.horizon, 0.35),
            palette.sky.mix(palette.near, 0.5),
            palette.near.darker(0.1),
        ],
    );
    p.easel.faint_line(&Shape::curve(&line), palette.paper, 6.0, 0.8);
    for ray in 0..6 {
        let x = width * (ray as f32 + p.chance.unit()) / 6.0;
        let spread = p.chance.between(40.0, 110.0);
        let shaft = Shape::polygon(&[
            (x, surface),
            (x + spread * 0.5, surface),
            (x + spread * 1.6 - 180.0, height),
            (x - 200.0, height),
        ]);
        let light = p.light();
        p.easel.within(&sea, |easel| easel.lighten(&shaft, light, 0.09));
    }
    let depth = height * p.chance.between(0.56, 0.62);
    body(p, (width * 0.5, depth), width.min(height * 1.25) * 0.4);
    for _ in 0..p.count(34) {
        let (x, y) = (p.chance.unit() * width, p.chance.between(surface + 30.0, height));
        let size = p.chance.between(3.0, 11.0);
        p.easel.faint_line(&Shape::circle(x, y, size), palette.paper, 2.2, 0.55);
    }
    for shoal in 0..p.count(3) {
        let (cx, cy) = (width * p.chance.between(0.1, 0.9), height * (0.44 + 0.2 * shoal as f32));
        for _ in 0..7 {
            let at = (cx + p.chance.between(-80.0, 80.0), cy + p.chance.between(-40.0, 40.0));
            small_fish(p, at, p.palette.second);
        }
    }
    for weed in 0..p.count(11) {
        let x = width * (weed as f32 + p.chance.unit()) / 11.0;
        let tall = height * p.chance.between(0.07, 0.2);
        let sway = p.chance.between(20.0, 44.0);
        let plant = Shape::curve(&[
            (x, height + 10.0),
            (x + sway, height - tall * 0.35),
            (x - sway, height - tall * 0.7),
            (x + sway * 0.4, height - tall),
        ]);
        p.easel.line(&plant, palette.leaf.mix(palette.near, p.chance.between(0.2, 0.6)), 15.0);
    }
    let bed = backdrop::rolling(p, height * 0.965, 20.0);
    p.easel.fill(&Shape::softly_under(&bed, height + 10.0), palette.near.darker(0.3));
}

fn small_fish(p: &mut Painting, at: Point, colour: Colour) {
    let facing = -p.shadow_side;
    let (x, y) = at;
    let size = p.chance.between(10.0, 17.0);
    p.easel.dab(&Shape::leaf((x - facing * size, y), (x + facing * size, y), size * 0.6), colour, 0.9);
    let fin = Shape::polygon(&[
        (x - facing * size * 0.7, y),
        (x - facing * size * 1.5, y - size * 0.5),
        (x - facing * size * 1.5, y + size * 0.5),
    ]);
    p.easel.dab(&fin, colour, 0.9);
}

fn body(p: &mut Painting, centre: Point, size: f32) {
    let facing = p.shadow_side;
    let at = |dx: f32, dy: f32| (centre.0 + facing * dx * size, centre.1 + dy * size);
    let pale = if p.night() { p.palette.horizon } else { p.palette.sky };
    let coat = p.palette.near.mix(pale, 0.45).saturated(1.15);
    let back_colour = coat.mix(p.palette.ink, 0.15);
    let fluke = Shape::soft(&[
        at(-0.78, -0.08),
        at(-0.98, -0.34),
        at(-1.26, -0.46),
        at(-1.12, -0.26),
        at(-1.3, -0.08),
        at(-1.02, -0.1),
    ]);
    p.easel.fill(&fluke, back_colour);
    let whole = Shape::soft(&[
        at(1.0, 0.02),
        at(0.86, -0.24),
        at(0.5, -0.38),
        at(0.05, -0.36),
        at(-0.4, -0.22),
        at(-0.72, -0.14),
        at(-0.98, -0.2),
        at(-0.9, -0.02),
        at(-0.5, 0.12),
        at(0.0, 0.3),
        at(0.5, 0.34),
        at(0.88, 0.24),
    ]);
    p.easel.blend(&whole, (at(0.0, -0.38), coat.lighter(0.16)), (at(0.0, 0.36), back_colour));
    let belly = Shape::soft(&[
        at(1.1, 0.08),
        at(0.6, 0.07),
        at(0.2, 0.14),
        at(-0.3, 0.12),
        at(-0.7, 0.06),
        at(-0.2, 0.5),
        at(0.8, 0.5),
    ]);
    let pale = p.palette.paper.mix(p.palette.sky, 0.2);
    let grooves: Vec<Shape> = (0..6)
        .map(|groove| {
            let rise = 0.12 + 0.042 * groove as f32;
            Shape::curve(&[
                at(1.0, rise - 0.01),
                at(0.5, rise + 0.03),
                at(0.05 + 0.05 * groove as f32, rise + 0.05),
            ])
        })
        .collect();
    p.easel.within(&whole, |easel| {
        easel.dab(&belly, pale, 1.0);
        for groove in &grooves {
            easel.faint_line(groove, coat, 3.2, 0.6);
        }
    });
    let fin = Shape::soft(&[at(0.32, 0.2), at(0.2, 0.5), at(0.0, 0.66), at(0.06, 0.44), at(0.1, 0.2)]);
    p.easel.fill(&fin, back_colour.darker(0.1));
    let dorsal = Shape::polygon(&[at(-0.28, -0.25), at(-0.46, -0.36), at(-0.46, -0.2)]);
    p.easel.fill(&dorsal, back_colour);
    p.easel.faint_line(
        &Shape::curve(&[at(0.98, 0.06), at(0.78, 0.09), at(0.6, 0.03)]),
        p.palette.ink,
        5.0,
        0.8,
    );
    let eye = at(0.56, -0.03);
    p.easel.dab(&Shape::circle(eye.0, eye.1, size * 0.034), Colour::hex(0x14101A), 1.0);
    p.easel.dab(&Shape::circle(eye.0 - 3.0, eye.1 - 4.0, size * 0.011), Colour::WHITE, 1.0);
    for _ in 0..p.count(16) {
        let (along, down) = (p.chance.between(-0.3, 0.8), p.chance.between(-0.3, -0.12));
        let spot = at(along, down);
        let radius = p.chance.between(2.5, 6.0);
        p.easel.dab(&Shape::circle(spot.0, spot.1, radius), pale, 0.4);
    }
}

pub(super) fn koi(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let whole = p.easel.sheet_shape();
    let water = palette.sky.mix(palette.near, 0.35);
    p.easel.blend(&whole, ((0.0, 0.0), water.lighter(0.22)), ((width, height), water.mix(palette.near, 0.6)));
    for _ in 0..p.count(9) {
        let at = (p.chance.unit() * width, p.chance.unit() * height);
        for ring in 1..4 {
            let reach = ring as f32 * p.chance.between(24.0, 40.0);
            p.easel.faint_line(
                &Shape::ellipse(at.0, at.1, reach, reach * 0.86),
                palette.paper,
                2.4,
                0.3 / ring as f32,
            );
        }
    }
    let unit = width.min(height);
    let amount = if p.reading.minimal { 1 } else { 3 };
    let start = p.chance.unit() * TAU;
    for fish in 0..amount {
        let angle = start + fish as f32 / amount as f32 * TAU;
        let reach = if amount == 1 { 0.0 } else { 0.27 };
        let at = (
            width / 2.0 + angle.cos() * unit * reach * (width / unit).sqrt(),
            height / 2.0 + angle.sin() * unit * reach * (height / unit).sqrt(),
        );
        let heading = angle + TAU * 0.27 + p.chance.between(-0.2, 0.2);
        let size = unit * p.chance.between(0.19, 0.235);
        one_koi(p, at, size, heading, fish);
    }
    for pad in 0..p.count(7) {
        let corner = pad % 4;
        let (cx, cy) = (if corner % 2 == 0 { 0.08 } else { 0.92 }, if corner < 2 { 0.1 } else { 0.9 });
        let at =
            (width * (cx + p.chance.between(-0.09, 0.09)), height * (cy + p.chance.between(-0.09, 0.09)));
        let size = unit * p.chance.between(0.08, 0.14);
        let turn = p.chance.unit();
        p.easel.soft_shade(&Shape::circle(at.0 + 12.0, at.1 + 16.0, size), 10.0, 0.25);
        let leaf = Shape::ring(at.0, at.1, 0.0, size, turn, turn + 0.93);
        let colour = palette.leaf.mix(palette.near, p.chance.unit() * 0.35);
        p.easel.blend(
            &leaf,
            ((at.0 - size, at.1 - size), colour.lighter(0.16)),
            ((at.0 + size, at.1 + size), colour.darker(0.14)),
        );
        for vein in 1..8 {
            let angle = (turn + 0.93 * vein as f32 / 8.0) * TAU;
            let line =
                Shape::polyline(&[at, (at.0 + angle.cos() * size * 0.85, at.1 + angle.sin() * size * 0.85)]);
            p.easel.faint_line(&line, colour.lighter(0.3), 2.0, 0.5);
        }
        if pad % 3 == 0 {
            flora::bloom(p, at, size * 0.55, Bloom::Peony, palette.accent.mix(palette.paper, 0.6));
        }
    }
}

fn one_koi(p: &mut Painting, centre: Point, size: f32, heading: f32, order: usize) {
    let (cos, sin) = (heading.cos(), heading.sin());
    let bend = p.chance.between(0.12, 0.24) * p.chance.side();
    // The spine curves, so that the fish is seen turning.
    let at = |along: f32, across: f32| {
        let sway = bend * (along * along - 0.3);
        let (lx, ly) = (along * size, (across + sway) * size);
        (centre.0 + lx * cos - ly * sin, centre.1 + lx * sin + ly * cos)
    };
    let white = Colour::hex(0xFDF7EC);
    let red = [Colour::hex(0xE4502A), Colour::hex(0xEE9A2E), Colour::hex(0x2B2730)][order % 3];
    let outline = [
        at(1.0, 0.0),
        at(0.86, 0.2),
        at(0.45, 0.29),
        at(-0.1, 0.23),
        at(-0.7, 0.08),
        at(-0.95, 0.04),
        at(-0.95, -0.04),
        at(-0.7, -0.08),
        at(-0.1, -0.23),
        at(0.45, -0.29),
        at(0.86, -0.2),
    ];
    let fish = Shape::soft(&outline);
    p.easel.soft_shade(&fish.moved(22.0, 30.0), 16.0, 0.28);
    let tail = Shape::soft(&[
        at(-0.85, 0.0),
        at(-1.2, 0.26),
        at(-1.62, 0.3),
        at(-1.36, 0.02),
        at(-1.6, -0.26),
        at(-1.2, -0.24),
    ]);
    p.easel.dab(&tail, white.mix(red, 0.35), 0.85);
    for side in [-1.0, 1.0] {
        let fin = Shape::soft(&[
            at(0.46, side * 0.24),
            at(0.3, side * 0.56),
            at(0.04, side * 0.62),
            at(0.16, side * 0.24),
        ]);
        p.easel.dab(&fin, white, 0.75);
        let back_fin = Shape::soft(&[
            at(-0.3, side * 0.16),
            at(-0.48, side * 0.36),
            at(-0.64, side * 0.36),
            at(-0.52, side * 0.1),
        ]);
        p.easel.dab(&back_fin, white, 0.7);
    }
    p.easel.fill(&fish, white);
    let patches: Vec<(Point, f32)> =
        [(0.7, 0.02, 0.24), (0.2, -0.06, 0.3), (-0.3, 0.05, 0.22), (-0.72, 0.0, 0.14)]
            .into_iter()
            .map(|(along, across, reach)| {
                (
                    at(along + p.chance.between(-0.08, 0.08), across + p.chance.between(-0.1, 0.1)),
                    reach * size * p.chance.between(0.75, 1.2),
                )
            })
            .collect();
    let shade_edge = Shape::soft(&[
        at(1.0, 0.3),
        at(0.4, 0.12),
        at(-0.3, 0.09),
        at(-1.0, 0.0),
        at(-0.6, 0.4),
        at(0.4, 0.5),
    ]);
    p.easel.within(&fish, |easel| {
        for (spot, reach) in patches {
            easel.dab(&Shape::ellipse(spot.0, spot.1, reach, reach * 0.82), red, 1.0);
        }
        easel.shade(&shade_edge, 0.18);
    });
    p.easel.faint_line(
        &Shape::curve(&[at(0.5, 0.0), at(0.1, 0.0), at(-0.4, 0.0)]),
        white.mix(red, 0.3),
        size * 0.035,
        0.8,
    );
    for side in [-1.0, 1.0] {
        let eye = at(0.8, side * 0.15);
        p.easel.dab(&Shape::circle(eye.0, eye.1, size * 0.032), Colour::hex(0x1B1720), 1.0);
        p.easel.faint_line(
            &Shape::curve(&[at(0.97, side * 0.06), at(1.08, side * 0.12), at(1.12, side * 0.2)]),
            white,
            3.0,
            0.9,
        );
    }
}
