//! The sea under a wide sky: light on the water, waves in front, and whatever sails or stands there.

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    painting::Painting,
    reading::{Extra, Hour},
    scenes::land,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let horizon = height * p.chance.between(0.46, 0.58);
    let sun = backdrop::sky(p, horizon);
    let islands = if p.reading.minimal { 0 } else { 1 + p.chance.below(3) };
    for island in 0..islands {
        let (x, long) =
            (width * p.chance.between(-0.1, 0.9), width.min(1500.0) * p.chance.between(0.25, 0.6));
        let tall = height * p.chance.between(0.03, 0.09);
        let hill: Vec<Point> = (0..=8)
            .map(|step| {
                let share = step as f32 / 8.0;
                let bump = (share * std::f32::consts::PI).sin().powf(0.8) * tall;
                (x + long * share, horizon - bump * p.chance.between(0.75, 1.15))
            })
            .collect();
        let colour = p.palette.depth(0.1 + 0.16 * island as f32);
        let shape = Shape::softly_under(&hill, horizon + 4.0);
        p.easel.blend_down(&shape, colour, colour.mix(p.palette.horizon, 0.55));
    }
    water(p, horizon, sun);
    if p.reading.wants(Extra::Balloon) {
        land::balloon(p, horizon);
    }
    let lighthouse =
        p.reading.wants(Extra::Lighthouse) || (!p.reading.wants(Extra::Boat) && p.chance.odds(0.35));
    if p.reading.wants(Extra::Boat) || !lighthouse {
        let away =
            if sun.0 < width / 2.0 { p.chance.between(0.52, 0.72) } else { p.chance.between(0.28, 0.46) };
        boat(p, (width * away, horizon + (height - horizon) * 0.2), height.min(1200.0) * 0.17);
    }
    waves(p, horizon);
    if lighthouse {
        headland(p, horizon);
    }
    if p.hour != Hour::Night {
        let x = width * p.chance.between(0.15, 0.6);
        let amount = 3 + p.chance.below(4);
        backdrop::birds(p, (x, horizon * 0.35, width * 0.25, horizon * 0.3), amount);
    }
}

fn water(p: &mut Painting, horizon: f32, sun: Point) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let sea = Shape::rectangle(0.0, horizon, width, height - horizon);
    let far = palette.horizon.mix(palette.far, 0.55);
    p.easel.blend_through(
        &sea,
        (0.0, horizon),
        (0.0, height),
        &[far, palette.sky.mix(palette.near, 0.45), palette.near],
    );
    let light = p.light().mix(palette.horizon, 0.2);
    for band in 0..26 {
        let share = (band as f32 + 0.5) / 26.0;
        let y = horizon + 5.0 + (height - horizon) * 0.92 * share.powf(1.4);
        let spread = 30.0 + 150.0 * share;
        for _ in 0..2 {
            let x = sun.0 + p.chance.between(-0.6, 0.6) * spread;
            let long = p.chance.between(0.25, 1.0) * spread;
            let glint = Shape::rounded(x - long / 2.0, y, long, 2.5 + 6.0 * share, 4.0);
            p.easel.dab(&glint, light, 0.72 - 0.45 * share);
        }
    }
    for _ in 0..p.count(60) {
        let share = p.chance.unit().powf(1.5);
        let y = horizon + 4.0 + (height - horizon) * share;
        let long = p.chance.between(24.0, 110.0) * (0.4 + share);
        let x = p.chance.between(-0.05, 1.0) * width;
        let colour = if p.chance.odds(0.5) { palette.horizon } else { palette.near };
        p.easel.dab(&Shape::rounded(x, y, long, 2.0 + 3.0 * share, 2.0), colour, 0.26);
    }
}

/// Rows of swell with a pale crest, larger as they come nearer.
fn waves(p: &mut Painting, horizon: f32) {
    let (width, height) = (p.easel.width, p.easel.height);
    let rows = if p.reading.minimal { 2 } else { 4 };
    for row in 0..rows {
        let share = (row + 1) as f32 / rows as f32;
        let base = horizon + (height - horizon) * (0.38 + 0.5 * share);
        let length = 150.0 + 170.0 * share;
        let tall = 14.0 + 34.0 * share;
        let shift = p.chance.unit() * length;
        let crests = (width / length) as i32 + 3;
        let outline = |drop: f32| {
            Shape::drawn(|pen| {
                let mut x = -shift - length;
                pen.move_to(x, base + drop);
                for _ in 0..crests {
                    pen.cubic_to(
                        x + length * 0.35,
                        base + drop + tall * 0.1,
                        x + length * 0.62,
                        base + drop - tall,
                        x + length * 0.78,
                        base + drop - tall,
                    );
                    pen.cubic_to(
                        x + length * 0.74,
                        base + drop - tall * 0.4,
                        x + length * 0.86,
                        base + drop,
                        x + length,
                        base + drop,
                    );
                    x += length;
                }
                pen.line_to(x, height + 20.0);
                pen.line_to(-shift - length, height + 20.0);
                pen.close();
            })
        };
        let colour = p.palette.sky.mix(p.palette.near, 0.45 + 0.45 * share);
        let foam =
            p.palette.paper.mix(p.palette.horizon, 0.3).mix(colour, if p.night() { 0.55 } else { 0.12 });
        p.easel.fill(&outline(0.0), foam);
        let swell = outline(7.0 + 7.0 * share);
        p.easel.blend(&swell, ((0.0, base), colour.lighter(0.1)), ((0.0, base + 180.0), colour.darker(0.12)));
    }
}

fn boat(p: &mut Painting, at: Point, size: f32) {
    let (x, y) = at;
    let wind = p.shadow_side;
    let reflection = Shape::ellipse(x, y + size * 0.16, size * 0.62, size * 0.07);
    p.easel.shade(&reflection, 0.4);
    let mast = Shape::polyline(&[(x, y), (x, y - size * 1.36)]);
    p.easel.line(&mast, p.palette.ink.mix(p.palette.near, 0.4), size * 0.028);
    let main = Shape::drawn(|pen| {
        pen.move_to(x + wind * size * 0.04, y - size * 1.34);
        pen.quad_to(x + wind * size * 0.52, y - size * 0.62, x + wind * size * 0.56, y - size * 0.14);
        pen.line_to(x + wind * size * 0.04, y - size * 0.14);
        pen.close();
    });
    let jib = Shape::drawn(|pen| {
        pen.move_to(x - wind * size * 0.04, y - size * 1.2);
        pen.quad_to(x - wind * size * 0.26, y - size * 0.6, x - wind * size * 0.46, y - size * 0.14);
        pen.line_to(x - wind * size * 0.04, y - size * 0.14);
        pen.close();
    });
    let cloth = p.palette.paper.mix(p.light(), 0.2);
    p.easel.blend(&main, ((x, y), cloth), ((x + wind * size * 0.5, y), cloth.mix(p.palette.far, 0.4)));
    p.easel.fill(&jib, p.palette.accent);
    let hull = Shape::drawn(|pen| {
        pen.move_to(x - size * 0.56, y - size * 0.08);
        pen.line_to(x + size * 0.62, y - size * 0.08);
        pen.quad_to(x + size * 0.5, y + size * 0.16, x + size * 0.32, y + size * 0.16);
        pen.line_to(x - size * 0.34, y + size * 0.16);
        pen.quad_to(x - size * 0.5, y + size * 0.12, x - size * 0.56, y - size * 0.08);
        pen.close();
    });
    p.easel.fill(&hull, p.palette.ink.mix(p.palette.near, 0.35));
    let stripe = Shape::rectangle(x - size * 0.56, y - size * 0.03, size * 1.18, size * 0.035);
    let paper = p.palette.paper;
    p.easel.within(&hull, |easel| easel.dab(&stripe, paper, 0.9));
}

/// A cliff at one edge with a banded lighthouse on it.
fn headland(p: &mut Painting, horizon: f32) {
    let (width, height) = (p.easel.width, p.easel.height);
    let right = p.shadow_side > 0.0;
    let reach = width.min(1300.0) * p.chance.between(0.36, 0.46);
    let top = horizon + (height - horizon) * 0.1;
    let at = |share: f32, y: f32| (if right { width - reach * share } else { reach * share }, y);
    let rock = [
        at(-0.1, top - 16.0),
        at(0.3, top - 10.0),
        at(0.62, top + 16.0),
        at(0.7, top + 90.0),
        at(0.84, top + 130.0),
        at(0.9, top + 230.0),
        at(1.06, height + 20.0),
        at(-0.1, height + 20.0),
    ];
    let cliff = Shape::polygon(&rock);
    let stone = p.palette.near.mix(p.palette.far, 0.26);
    p.easel.blend_down(&cliff, stone, stone.darker(0.3));
    let grass = Shape::soft(&[
        at(-0.2, top - 30.0),
        at(0.3, top - 18.0),
        at(0.66, top + 14.0),
        at(0.56, top + 44.0),
        at(0.2, top + 34.0),
        at(-0.2, top + 52.0),
    ]);
    p.easel.fill(&grass, p.palette.leaf);
    for facet in [0.28, 0.52] {
        let face = Shape::polygon(&[
            at(facet, top + 40.0),
            at(facet + 0.16, top + 70.0),
            at(facet + 0.06, height),
            at(facet - 0.1, height),
        ]);
        p.easel.within(&cliff, |easel| easel.shade(&face, 0.22));
    }

    let (x, _) = at(0.34, top);
    let tall = (horizon * 0.62).min(480.0);
    let foot = top + 4.0;
    let tower = Shape::polygon(&[
        (x - tall * 0.1, foot),
        (x - tall * 0.062, foot - tall * 0.78),
        (x + tall * 0.062, foot - tall * 0.78),
        (x + tall * 0.1, foot),
    ]);
    let lamp_at = (x, foot - tall * 0.85);
    let lit = p.night() || p.hour == Hour::Evening;
    if lit {
        let beam_to = if right { -1.0 } else { 1.0 };
        let beam = Shape::polygon(&[
            lamp_at,
            (x + beam_to * width, lamp_at.1 - 150.0),
            (x + beam_to * width, lamp_at.1 + 60.0),
        ]);
        p.easel.lighten(&beam, p.palette.lamp(), 0.2);
        p.easel.glow(lamp_at, tall * 0.5, p.palette.lamp(), 0.7);
    }
    p.easel.fill(&tower, p.palette.paper);
    let (accent, side) = (p.palette.accent, p.shadow_side);
    p.easel.within(&tower, |easel| {
        for band in [0.0, 0.32, 0.64] {
            easel.dab(
                &Shape::rectangle(x - tall, foot - tall * (0.16 + band), tall * 2.0, tall * 0.16),
                accent,
                1.0,
            );
        }
        easel.shade(
            &Shape::rectangle(
                if side > 0.0 { x + tall * 0.015 } else { x - tall - tall * 0.015 },
                foot - tall,
                tall,
                tall,
            ),
            0.3,
        );
    });
    let gallery = Shape::rounded(x - tall * 0.1, foot - tall * 0.8, tall * 0.2, tall * 0.03, 4.0);
    p.easel.fill(&gallery, p.palette.ink);
    let lantern = Shape::rectangle(x - tall * 0.048, foot - tall * 0.91, tall * 0.096, tall * 0.11);
    p.easel
        .fill(&lantern, if lit { p.palette.lamp() } else { Colour::hex(0xFBE9B7).mix(p.palette.sky, 0.3) });
    let cap = Shape::polygon(&[
        (x - tall * 0.07, foot - tall * 0.9),
        (x, foot - tall),
        (x + tall * 0.07, foot - tall * 0.9),
    ]);
    p.easel.fill(&cap, p.palette.accent.darker(0.15));
}
