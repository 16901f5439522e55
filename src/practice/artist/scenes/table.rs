//! Food: a bowl of noodles and a layered cake, set out in front of a plain wall.

use std::f32::consts::TAU;

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    painting::Painting,
    shape::{Point, Shape},
};

fn setting(p: &mut Painting, table: f32) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let wall = palette.wall();
    let whole = p.easel.sheet_shape();
    p.easel.blend(&whole, ((0.0, 0.0), wall.lighter(0.16)), ((0.0, table), wall));
    let radius = height.min(width) * 0.42;
    p.easel.fill(&Shape::circle(width / 2.0, table - radius * 0.62, radius), palette.second.mix(wall, 0.2));
    if !p.reading.minimal {
        for ray in 0..24 {
            let (from, to) = (ray as f32 / 24.0, (ray as f32 + 0.5) / 24.0);
            let beam = Shape::ring(
                width / 2.0,
                table - radius * 0.62,
                radius * 1.1,
                width.max(height) * 1.3,
                from,
                to,
            );
            p.easel.dab(&beam, palette.second, 0.14);
        }
    }
    let top = Shape::rectangle(0.0, table, width, height - table);
    let wood = palette.accent.mix(palette.near, 0.45);
    p.easel.blend_down(&top, wood, wood.darker(0.2));
}

pub(super) fn noodles(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let table = height * 0.72;
    setting(p, table);
    let palette = p.palette;
    let size = height.min(width) * 0.37;
    let (x, y) = (width / 2.0, table + size * 0.36);
    p.easel.soft_shade(
        &Shape::ellipse(x + p.shadow_side * size * 0.2, y, size * 1.1, size * 0.14),
        20.0,
        0.5,
    );
    let rim = y - size * 0.92;
    let back = Shape::ellipse(x, rim, size * 1.12, size * 0.26);
    p.easel.fill(&back, palette.paper.mix(palette.far, 0.3));
    let soup = Shape::ellipse(x, rim + size * 0.02, size * 1.02, size * 0.21);
    p.easel.blend_down(&soup, Colour::hex(0xD98A3A), Colour::hex(0xF0B560));
    strands(p, (x - size * 0.2, rim - size * 0.02), size);
    let egg = (x + size * 0.38, rim - size * 0.02);
    p.easel.fill(&Shape::ellipse(egg.0, egg.1, size * 0.23, size * 0.15), Colour::hex(0xFFF8EA));
    p.easel
        .fill(&Shape::ellipse(egg.0 + size * 0.02, egg.1, size * 0.12, size * 0.085), Colour::hex(0xF39B2D));
    for slice in 0..2 {
        let at = (x + size * (0.62 - 0.22 * slice as f32), rim - size * (0.2 - 0.05 * slice as f32));
        p.easel.fill(&Shape::ellipse(at.0, at.1, size * 0.2, size * 0.13), Colour::hex(0xFDF4EC));
        p.easel.line(
            &Shape::curve(&[
                (at.0 - size * 0.09, at.1),
                (at.0, at.1 - size * 0.06),
                (at.0 + size * 0.07, at.1 + size * 0.02),
                (at.0 - size * 0.01, at.1 + size * 0.03),
            ]),
            Colour::hex(0xEE7A92),
            size * 0.03,
        );
    }
    for sheet in 0..2 {
        let left = x - size * (0.78 - 0.16 * sheet as f32);
        let nori = Shape::polygon(&[
            (left, rim + size * 0.05),
            (left - size * 0.1, rim - size * 0.44),
            (left + size * 0.2, rim - size * 0.5),
            (left + size * 0.26, rim + size * 0.1),
        ]);
        p.easel.fill(&nori, palette.leaf.mix(palette.ink, 0.62 - 0.14 * sheet as f32));
    }
    for _ in 0..22 {
        let (across, down) = (p.chance.between(-0.75, 0.75), p.chance.between(-0.12, 0.12));
        let ring = Shape::circle(x + size * across, rim + size * (0.03 + down), size * 0.026);
        p.easel.line(&ring, Colour::hex(0x7DAA4E), size * 0.013);
    }
    let body = Shape::drawn(|pen| {
        pen.move_to(x - size * 1.12, rim);
        pen.cubic_to(
            x - size * 1.06,
            y - size * 0.25,
            x - size * 0.6,
            y - size * 0.1,
            x - size * 0.42,
            y - size * 0.08,
        );
        pen.line_to(x - size * 0.4, y);
        pen.line_to(x + size * 0.4, y);
        pen.line_to(x + size * 0.42, y - size * 0.08);
        pen.cubic_to(x + size * 0.6, y - size * 0.1, x + size * 1.06, y - size * 0.25, x + size * 1.12, rim);
        pen.cubic_to(
            x + size * 0.8,
            rim + size * 0.34,
            x - size * 0.8,
            rim + size * 0.34,
            x - size * 1.12,
            rim,
        );
        pen.close();
    });
    let (lit, dark) = (palette.accent.lighter(0.08), palette.accent.darker(0.28));
    let side = p.shadow_side;
    p.easel.blend(&body, ((x - side * size, 0.0), lit), ((x + side * size, 0.0), dark));
    p.easel.within(&body, |easel| {
        for wave in 0..9 {
            let at = x + size * (wave as f32 - 4.0) * 0.3;
            for ring in [0.2, 0.13, 0.06] {
                let arc = Shape::circle(at, y - size * 0.2, size * ring);
                easel.faint_line(&arc, palette.paper, size * 0.018, 0.75);
            }
        }
        easel.faint_line(
            &Shape::curve(&[
                (x - size * 1.1, rim + size * 0.1),
                (x, rim + size * 0.38),
                (x + size * 1.1, rim + size * 0.1),
            ]),
            palette.paper,
            size * 0.03,
            0.9,
        );
    });
    for stick in 0..2 {
        let shift = stick as f32 * size * 0.1;
        let from = (x + size * 0.2 + shift, rim + size * 0.02);
        let to = (x + size * 1.28 + shift * 1.6, rim - size * 0.92 + shift * 0.6);
        p.easel.line(&Shape::polyline(&[from, to]), palette.near.darker(0.2), size * 0.045);
    }
    steam(p, (x - size * 0.1, rim - size * 0.34), size);
}

fn strands(p: &mut Painting, at: Point, size: f32) {
    for strand in 0..16 {
        let shift = (strand as f32 - 8.0) * size * 0.055;
        let (sway, rise) = (p.chance.between(0.05, 0.2) * size, p.chance.between(0.02, 0.13) * size);
        let line = Shape::curve(&[
            (at.0 + shift - size * 0.22, at.1 + size * 0.09),
            (at.0 + shift - sway, at.1 - rise),
            (at.0 + shift + sway, at.1 - rise * 0.4),
            (at.0 + shift + size * 0.24, at.1 + size * 0.11),
        ]);
        let colour = if strand % 3 == 0 { Colour::hex(0xE9BE62) } else { Colour::hex(0xFBE09A) };
        p.easel.line(&line, colour, size * 0.034);
    }
}

fn steam(p: &mut Painting, at: Point, size: f32) {
    for wisp in 0..3 {
        let x = at.0 + (wisp as f32 - 1.0) * size * 0.34;
        let tall = size * p.chance.between(0.5, 0.8);
        let sway = size * if wisp % 2 == 0 { 0.1 } else { -0.1 };
        let line = Shape::curve(&[
            (x, at.1),
            (x + sway, at.1 - tall * 0.35),
            (x - sway, at.1 - tall * 0.7),
            (x + sway * 0.5, at.1 - tall),
        ]);
        p.easel.faint_line(&line, p.palette.paper, size * 0.05, 0.6);
    }
}

pub(super) fn cake(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let table = height * 0.76;
    setting(p, table);
    let palette = p.palette;
    let size = height.min(width) * 0.27;
    let (x, foot) = (width / 2.0, table + size * 0.5);
    let side = p.shadow_side;
    p.easel.soft_shade(&Shape::ellipse(x + side * size * 0.2, foot, size * 0.8, size * 0.12), 16.0, 0.5);
    let stem = Shape::polygon(&[
        (x - size * 0.5, foot),
        (x - size * 0.14, foot - size * 0.42),
        (x + size * 0.14, foot - size * 0.42),
        (x + size * 0.5, foot),
    ]);
    p.easel.fill(&stem, palette.paper.mix(palette.far, 0.25));
    let mut y = foot - size * 0.42;
    let plate = Shape::ellipse(x, y, size * 1.42, size * 0.2);
    p.easel.fill(&plate, palette.paper);
    p.easel.shade(&Shape::ellipse(x, y, size * 1.2, size * 0.14), 0.2);
    let tiers = 2 + p.chance.below(2);
    for tier in 0..tiers {
        let across = size * (1.16 - 0.3 * tier as f32);
        let tall = size * (0.74 - 0.1 * tier as f32);
        let colour = [
            palette.accent.lighter(0.25),
            palette.paper.mix(palette.second, 0.35),
            palette.accent.lighter(0.45),
        ][tier % 3];
        let body = Shape::drawn(|pen| {
            pen.move_to(x - across, y - tall);
            pen.line_to(x - across, y);
            pen.quad_to(x, y + across * 0.26, x + across, y);
            pen.line_to(x + across, y - tall);
            pen.close();
        });
        p.easel.blend(
            &body,
            ((x - side * across, 0.0), colour.lighter(0.2)),
            ((x + side * across, 0.0), colour.darker(0.2)),
        );
        p.easel.fill(&Shape::ellipse(x, y - tall, across, across * 0.14), palette.paper);
        let drops = 11;
        let icing = Shape::drawn(|pen| {
            pen.move_to(x - across, y - tall);
            for drop in 0..drops {
                let left = x - across + 2.0 * across * drop as f32 / drops as f32;
                let right = left + 2.0 * across / drops as f32;
                let sag =
                    (1.0 - (((left + right) / 2.0 - x) / across).powi(2)).max(0.0).sqrt() * across * 0.13;
                let long = tall
                    * if drop % 3 == 1 {
                        0.5
                    } else if drop % 2 == 0 {
                        0.3
                    } else {
                        0.2
                    };
                pen.cubic_to(
                    left,
                    y - tall + sag + long * 1.3,
                    right,
                    y - tall + sag + long * 1.3,
                    right,
                    y - tall + sag * 0.6,
                );
            }
            pen.line_to(x + across, y - tall);
            pen.quad_to(x, y - tall - across * 0.14, x - across, y - tall);
            pen.close();
        });
        p.easel.within(&body, |easel| easel.dab(&icing, palette.paper, 0.96));
        for pearl in 0..9 {
            let share = pearl as f32 / 8.0 * 2.0 - 1.0;
            let sag = (1.0 - share * share).max(0.0).sqrt() * across * 0.12;
            p.easel
                .fill(&Shape::circle(x + across * share * 0.97, y + sag - 3.0, size * 0.055), palette.second);
        }
        y -= tall;
    }
    for candle in 0..5 {
        let at = x + (candle as f32 - 2.0) * size * 0.2;
        let tall = size * p.chance.between(0.36, 0.46);
        let stick = Shape::rounded(at - size * 0.03, y - tall, size * 0.06, tall, 3.0);
        p.easel.fill(&stick, if candle % 2 == 0 { palette.accent } else { palette.leaf });
        p.easel.glow((at, y - tall - size * 0.1), size * 0.42, palette.lamp(), 0.6);
        let flame = Shape::leaf((at, y - tall), (at, y - tall - size * 0.2), size * 0.075);
        p.easel.fill(&flame, Colour::hex(0xFFC04A));
        p.easel.dab(
            &Shape::leaf((at, y - tall), (at, y - tall - size * 0.12), size * 0.035),
            Colour::hex(0xFFF3C8),
            0.95,
        );
    }
    for _ in 0..p.count(46) {
        let (cx, cy) = (p.chance.unit() * width, p.chance.unit() * table * 0.86);
        let colour = p.chance.one_of(&[palette.accent, palette.second, palette.leaf, palette.paper]);
        let turn = p.chance.unit() * TAU;
        let piece = Shape::rounded(cx, cy, 16.0, 8.0, 2.0).turned(turn.to_degrees(), (cx, cy));
        p.easel.dab(&piece, colour, 0.85);
    }
    let sparkle = (x + size * 1.3, y - size * 0.2);
    p.easel.dab(&backdrop::spark(sparkle.0, sparkle.1, 24.0), palette.paper, 0.9);
}
