//! Trees, leaves and flowers, for every scene that has some.

use std::f32::consts::TAU;

use super::{
    colour::Colour,
    painting::Painting,
    reading::{Season, Weather},
    shape::{Point, Shape},
};

/// A conifer standing at `foot`.
pub(super) fn pine(p: &mut Painting, foot: Point, height: f32, colour: Colour) {
    let (x, y) = foot;
    let tiers = 5;
    let mut right: Vec<Point> = Vec::new();
    let mut left: Vec<Point> = Vec::new();
    for tier in 0..tiers {
        let low = (tier + 1) as f32 / tiers as f32;
        let reach = height * (0.07 + 0.17 * low) * p.chance.between(0.9, 1.1);
        let at = y - height * (1.0 - low * 0.9);
        right.push((x + reach, at));
        right.push((x + reach * 0.45, at - height * 0.025));
        left.push((x - reach * p.chance.between(0.92, 1.08), at + height * 0.008));
        left.push((x - reach * 0.45, at - height * 0.025));
    }
    right.pop();
    left.pop();
    let mut outline = vec![(x, y - height)];
    outline.extend(right);
    outline.extend(left.into_iter().rev());
    let trunk = Shape::rectangle(x - height * 0.022, y - height * 0.14, height * 0.044, height * 0.14);
    p.easel.fill(&trunk, p.palette.ink.mix(colour, 0.4));
    let tree = Shape::polygon(&outline);
    p.easel.blend_down(&tree, colour.lighter(0.06), colour.darker(0.1));
    let side = p.shadow_side;
    let snowed = p.reading.weather == Weather::Snow;
    let half = Shape::rectangle(if side > 0.0 { x } else { x - height }, y - height, height, height);
    p.easel.within(&tree, |easel| {
        easel.shade(&half, 0.22);
        if snowed {
            for tier in 0..tiers {
                let at = y - height * (1.0 - (tier as f32 + 0.62) / tiers as f32 * 0.9);
                let cap = Shape::ellipse(
                    x - height * 0.05,
                    at,
                    height * (0.03 + 0.05 * tier as f32),
                    height * 0.025,
                );
                easel.dab(&cap, Colour::hex(0xF6F9FC), 0.8);
            }
        }
    });
}

/// A broad-leaved tree standing at `foot`: bare in winter, blossoming in spring.
pub(super) fn broadleaf(p: &mut Painting, foot: Point, height: f32, colour: Colour) {
    let (x, y) = foot;
    let bark = p.palette.ink.mix(p.palette.near, 0.45);
    let lean = p.chance.between(-0.05, 0.05) * height;
    let trunk = Shape::drawn(|pen| {
        pen.move_to(x - height * 0.04, y);
        pen.quad_to(x - height * 0.015, y - height * 0.3, x + lean - height * 0.012, y - height * 0.6);
        pen.line_to(x + lean + height * 0.012, y - height * 0.6);
        pen.quad_to(x + height * 0.018, y - height * 0.3, x + height * 0.045, y);
        pen.close();
    });
    p.easel.fill(&trunk, bark);
    for (rise, reach) in [(0.34, -0.2), (0.42, 0.22), (0.5, -0.16)] {
        let branch = Shape::curve(&[
            (x + lean * 0.5, y - height * rise),
            (x + reach * height * 0.5, y - height * (rise + 0.1)),
            (x + reach * height, y - height * (rise + 0.24)),
        ]);
        p.easel.line(&branch, bark, height * 0.016);
    }
    if p.reading.season == Season::Winter {
        return;
    }
    let side = p.shadow_side;
    let blobs: Vec<(f32, f32, f32)> = (0..6)
        .map(|index| {
            let angle = index as f32 / 6.0 * TAU + p.chance.between(-0.3, 0.3);
            let radius = height * p.chance.between(0.16, 0.22);
            (x + lean + angle.cos() * height * 0.17, y - height * 0.68 + angle.sin() * height * 0.14, radius)
        })
        .chain([(x + lean, y - height * 0.7, height * 0.23)])
        .collect();
    for (layer, (light, shift)) in [(0.0, 1.0), (0.12, -0.4)].into_iter().enumerate() {
        let tone = if layer == 0 { colour.darker(0.16) } else { colour.lighter(light * 0.6) };
        for (bx, by, radius) in &blobs {
            let size = if layer == 0 { *radius } else { radius * 0.74 };
            let disc = Shape::circle(bx + side * shift * height * 0.03, by + shift * height * 0.03, size);
            p.easel.fill(&disc, tone);
        }
    }
    for _ in 0..p.count(26) {
        let (bx, by, radius) = blobs[p.chance.below(blobs.len())];
        let (angle, reach) = (p.chance.unit() * TAU, p.chance.unit() * radius * 0.8);
        let tone = if p.reading.season == Season::Spring {
            p.palette.accent.lighter(0.45)
        } else {
            colour.lighter(0.28)
        };
        let at = (bx - side * 8.0 + angle.cos() * reach, by - 8.0 + angle.sin() * reach);
        p.easel.dab(&Shape::ellipse(at.0, at.1, height * 0.014, height * 0.009), tone, 0.75);
    }
}

/// A stem with leaves on both sides. Returns where it ends.
pub(super) fn sprig(p: &mut Painting, foot: Point, tip: Point, kind: LeafKind, colour: Colour) -> Point {
    let bend = p.chance.between(-0.16, 0.16);
    let (dx, dy) = (tip.0 - foot.0, tip.1 - foot.1);
    let control = (foot.0 + dx * 0.5 - dy * bend, foot.1 + dy * 0.5 + dx * bend);
    let on = |t: f32| {
        let u = 1.0 - t;
        (
            u * u * foot.0 + 2.0 * u * t * control.0 + t * t * tip.0,
            u * u * foot.1 + 2.0 * u * t * control.1 + t * t * tip.1,
        )
    };
    let length = dx.hypot(dy);
    let stem = Shape::drawn(|pen| {
        pen.move_to(foot.0, foot.1);
        pen.quad_to(control.0, control.1, tip.0, tip.1);
    });
    p.easel.line(&stem, colour.darker(0.22), (length * 0.011).clamp(2.5, 7.0));
    let pairs = match kind {
        LeafKind::Fern => 17,
        LeafKind::Round => 7,
        LeafKind::Long => 6,
    };
    for pair in 0..pairs {
        let along = 0.16 + 0.84 * (pair as f32 / pairs as f32);
        let at = on(along);
        let ahead = on((along + 0.02).min(1.0));
        let heading = (ahead.1 - at.1).atan2(ahead.0 - at.0);
        for side in [-1.0, 1.0] {
            let taper = match kind {
                LeafKind::Fern => (1.0 - along) * 0.30 + 0.03,
                LeafKind::Round => 0.15 - 0.07 * along,
                LeafKind::Long => 0.30 - 0.14 * along,
            };
            let reach = length * taper * p.chance.between(0.85, 1.12);
            let spread = match kind {
                LeafKind::Fern => 1.05,
                LeafKind::Round => 1.0,
                LeafKind::Long => 0.72,
            } + p.chance.between(-0.14, 0.14);
            let angle = heading + side * spread;
            let end = (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach);
            let tone = if side * p.shadow_side > 0.0 { colour.darker(0.14) } else { colour.lighter(0.07) };
            match kind {
                LeafKind::Round => {
                    let centre = (at.0 + angle.cos() * reach * 0.62, at.1 + angle.sin() * reach * 0.62);
                    let disc = Shape::ellipse(centre.0, centre.1, reach * 0.5, reach * 0.42);
                    p.easel.fill(&disc.turned(angle.to_degrees(), centre), tone);
                }
                LeafKind::Fern => p.easel.fill(&Shape::leaf(at, end, reach * 0.3), tone),
                LeafKind::Long => {
                    p.easel.fill(&Shape::leaf(at, end, reach * 0.34), tone);
                    p.easel.faint_line(&Shape::polyline(&[at, end]), colour.lighter(0.3), 1.8, 0.55);
                }
            }
        }
    }
    if kind == LeafKind::Long {
        let heading = dy.atan2(dx);
        let end = (tip.0 + heading.cos() * length * 0.15, tip.1 + heading.sin() * length * 0.15);
        p.easel.fill(&Shape::leaf(tip, end, length * 0.05), colour.lighter(0.1));
    }
    tip
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeafKind {
    Long,
    Round,
    Fern,
}

/// A big cut-out leaf as of a Swiss cheese plant.
pub(super) fn monstera(p: &mut Painting, at: Point, size: f32, degrees: f32, colour: Colour) {
    let (x, y) = at;
    let mut points = Vec::new();
    for step in 0..=48 {
        let turn = step as f32 / 48.0;
        let angle = turn * TAU - TAU / 4.0;
        // A heart, with slits every few degrees on the way round.
        let notch = if step % 6 == 3 && (6..43).contains(&step) { 0.52 } else { 1.0 };
        let heart = 0.78 + 0.22 * (angle * 1.0).sin().abs() + 0.16 * (turn - 0.5).abs();
        let dip = if !(2..=46).contains(&step) { 0.45 } else { 1.0 };
        let reach = size * heart * notch * dip;
        points.push((x + angle.cos() * reach * 0.86, y + angle.sin() * reach));
    }
    let leaf = Shape::soft(&points).turned(degrees, at);
    p.easel.blend_down(&leaf, colour.lighter(0.1), colour.darker(0.16));
    let vein = colour.lighter(0.3);
    let mut veins = vec![Shape::polyline(&[(x, y - size * 0.42), (x, y + size * 0.9)])];
    for step in 0..4 {
        let from = y - size * 0.3 + size * 0.28 * step as f32;
        for side in [-1.0, 1.0] {
            veins.push(Shape::curve(&[
                (x, from),
                (x + side * size * 0.3, from + size * 0.02),
                (x + side * size * 0.62, from + size * 0.16),
            ]));
        }
    }
    p.easel.within(&leaf, |easel| {
        for vein_shape in &veins {
            easel.faint_line(&vein_shape.turned(degrees, at), vein, size * 0.014, 0.65);
        }
    });
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bloom {
    Daisy,
    Poppy,
    Tulip,
    Peony,
}

/// A flower head facing the viewer (a tulip stands upright).
pub(super) fn bloom(p: &mut Painting, at: Point, size: f32, kind: Bloom, colour: Colour) {
    let (x, y) = at;
    let turn = p.chance.unit() * TAU;
    match kind {
        Bloom::Daisy => {
            let petals = 11;
            for petal in 0..petals {
                let angle = turn + petal as f32 / petals as f32 * TAU;
                let end = (x + angle.cos() * size, y + angle.sin() * size);
                let tone = if petal % 2 == 0 { colour } else { colour.darker(0.07) };
                p.easel.fill(&Shape::leaf((x, y), end, size * 0.34), tone);
            }
            p.easel.fill(&Shape::circle(x, y, size * 0.3), p.palette.second);
            p.easel.dab(
                &Shape::circle(x + size * 0.05, y + size * 0.06, size * 0.2),
                p.palette.second.darker(0.18),
                0.6,
            );
        }
        Bloom::Poppy => {
            for (petal, tone) in [(0, 0.14), (2, 0.08), (1, 0.0), (3, 0.03)] {
                let angle = turn + petal as f32 / 4.0 * TAU;
                let centre = (x + angle.cos() * size * 0.42, y + angle.sin() * size * 0.42);
                let disc = Shape::ellipse(centre.0, centre.1, size * 0.56, size * 0.68);
                p.easel.fill(&disc.turned(angle.to_degrees(), centre), colour.darker(tone));
                let inner = (x + angle.cos() * size * 0.22, y + angle.sin() * size * 0.22);
                p.easel.dab(&Shape::circle(inner.0, inner.1, size * 0.24), colour.darker(0.3), 0.4);
            }
            p.easel.fill(&Shape::circle(x, y, size * 0.19), p.palette.ink);
            for seed in 0..12 {
                let angle = turn + seed as f32 / 12.0 * TAU;
                let dot =
                    Shape::circle(x + angle.cos() * size * 0.29, y + angle.sin() * size * 0.29, size * 0.026);
                p.easel.dab(&dot, p.palette.ink, 0.9);
            }
        }
        Bloom::Tulip => {
            let cup = |shift: f32, width: f32, rise: f32| {
                Shape::drawn(|pen| {
                    pen.move_to(x + shift, y + size * 0.75);
                    pen.cubic_to(
                        x + shift - width,
                        y + size * 0.7,
                        x + shift - width * 1.1,
                        y - size * 0.2,
                        x + shift,
                        y - size * rise,
                    );
                    pen.cubic_to(
                        x + shift + width * 1.1,
                        y - size * 0.2,
                        x + shift + width,
                        y + size * 0.7,
                        x + shift,
                        y + size * 0.75,
                    );
                    pen.close();
                })
            };
            p.easel.fill(&cup(0.0, size * 0.62, 0.72), colour.darker(0.22));
            p.easel.fill(&cup(-size * 0.26, size * 0.48, 0.82), colour.darker(0.06));
            p.easel.fill(&cup(size * 0.26, size * 0.48, 0.78), colour.darker(0.12));
            p.easel.blend_down(&cup(0.0, size * 0.42, 0.62), colour.lighter(0.16), colour);
        }
        Bloom::Peony => {
            for ring in 0..4 {
                let reach = size * (1.0 - ring as f32 * 0.24);
                let petals = 9 - ring * 2;
                for petal in 0..petals {
                    let angle = turn + ring as f32 * 0.5 + petal as f32 / petals as f32 * TAU;
                    let centre = (x + angle.cos() * reach * 0.6, y + angle.sin() * reach * 0.6);
                    let disc = Shape::ellipse(centre.0, centre.1, reach * 0.4, reach * 0.34);
                    let tone = colour.darker(0.2 - ring as f32 * 0.05).lighter(ring as f32 * 0.06);
                    let tone = if petal % 2 == 0 { tone } else { tone.lighter(0.06) };
                    p.easel.fill(&disc.turned(angle.to_degrees() + 90.0, centre), tone);
                }
            }
            p.easel.fill(&Shape::circle(x, y, size * 0.13), p.palette.second);
        }
    }
}
