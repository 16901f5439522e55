//! Flowers and leaves on a plain ground, composed like a print for a wall.

use crate::practice::artist::{
    flora::{self, Bloom, LeafKind},
    painting::Painting,
    reading::Subject,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting, subject: Subject) {
    ground(p);
    if subject == Subject::Leaves {
        leaves(p);
    } else if p.chance.odds(0.5) {
        bouquet(p);
    } else {
        border_of_flowers(p);
    }
}

fn ground(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let back = if palette.dark { palette.near } else { palette.paper.mix(palette.horizon, 0.6) };
    let whole = p.easel.sheet_shape();
    p.easel.blend_down(&whole, back.lighter(0.1), back.mix(palette.far, 0.22));
    let unit = width.min(height);
    match p.chance.below(3) {
        0 => {
            let disc = Shape::circle(width * p.chance.between(0.4, 0.6), height * 0.42, unit * 0.34);
            p.easel.blend_down(
                &disc,
                palette.second.mix(palette.accent, 0.18),
                palette.second.mix(back, 0.35),
            );
        }
        1 => {
            let across = unit * 0.6;
            let (x, top) = (width / 2.0, height * 0.1);
            let arch = Shape::drawn(|pen| {
                let (left, right, spring) = (x - across / 2.0, x + across / 2.0, top + across * 0.5);
                pen.move_to(left, height + 10.0);
                pen.line_to(left, spring);
                pen.cubic_to(left, spring - across * 0.66, right, spring - across * 0.66, right, spring);
                pen.line_to(right, height + 10.0);
                pen.close();
            });
            p.easel.blend_down(&arch, palette.sky.mix(back, 0.25), palette.far.mix(palette.horizon, 0.4));
        }
        _ => {
            for (colour, radius, x, y) in [
                (palette.far, 0.4, 0.3, 0.7),
                (palette.second, 0.3, 0.68, 0.34),
                (palette.sky, 0.16, 0.2, 0.22),
            ] {
                let (dx, dy) = (p.chance.between(-0.06, 0.06), p.chance.between(-0.06, 0.06));
                let blob =
                    Shape::ellipse(width * (x + dx), height * (y + dy), unit * radius, unit * radius * 0.86);
                p.easel.fill(&blob, colour.mix(back, 0.35));
            }
        }
    }
}

fn leaves(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let unit = width.min(height);
    let big = p.count(5);
    for leaf in 0..big {
        let share = (leaf as f32 + 0.5) / big as f32;
        let at = (width * (0.5 + (share - 0.5) * 1.02), height * p.chance.between(0.76, 0.92));
        let size = unit * p.chance.between(0.17, 0.24);
        let colour = palette.leaf.mix(palette.near, if leaf % 2 == 0 { 0.72 } else { 0.3 });
        let degrees = 180.0 + (share - 0.5) * 130.0 + p.chance.between(-16.0, 16.0);
        flora::monstera(p, at, size, degrees, colour);
    }
    let stems = p.count(7);
    for stem in 0..stems {
        let share = (stem as f32 + 0.5) / stems as f32;
        let foot = (width * (0.5 + (share - 0.5) * 0.44), height + 30.0);
        let lean = (share - 0.5) * 1.3;
        let tip =
            (foot.0 + lean * unit * 0.62, height * p.chance.between(0.16, 0.4) + lean.abs() * height * 0.14);
        let kind = [LeafKind::Long, LeafKind::Fern, LeafKind::Round][stem % 3];
        let colour = palette
            .leaf
            .mix(palette.near, 0.5 * ((stem * 5 % 7) as f32 / 7.0))
            .mix(palette.far, if stem % 4 == 3 { 0.4 } else { 0.0 });
        flora::sprig(p, foot, tip, kind, colour);
    }
    for berry in 0..p.count(12) {
        let (x, y) = (width * p.chance.between(0.12, 0.88), height * p.chance.between(0.3, 0.8));
        let radius = unit * p.chance.between(0.008, 0.017);
        p.easel
            .fill(&Shape::circle(x, y, radius), if berry % 3 == 0 { palette.second } else { palette.accent });
    }
}

fn kinds(p: &mut Painting) -> [Bloom; 2] {
    p.chance.one_of(&[
        [Bloom::Poppy, Bloom::Daisy],
        [Bloom::Peony, Bloom::Daisy],
        [Bloom::Tulip, Bloom::Tulip],
        [Bloom::Peony, Bloom::Poppy],
    ])
}

/// Flowers standing up from the lower edge, tallest in the middle.
fn bouquet(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let unit = width.min(height);
    let kinds = kinds(p);
    let across = unit.max(width * 0.7);
    for stem in 0..p.count(7) {
        let foot = (width / 2.0 + (stem as f32 - 3.0) * across * 0.05, height + 20.0);
        let tip = (width / 2.0 + (stem as f32 - 3.0) * across * 0.14, height * p.chance.between(0.28, 0.55));
        let kind = [LeafKind::Long, LeafKind::Round, LeafKind::Fern][stem % 3];
        flora::sprig(p, foot, tip, kind, palette.leaf.mix(palette.near, 0.2 + 0.1 * (stem % 3) as f32));
    }
    let mut heads: Vec<(Point, f32, usize)> = Vec::new();
    let amount = p.count(9);
    for head in 0..amount {
        let share = (head as f32 + 0.5) / amount as f32 * 2.0 - 1.0;
        let lift = if head % 2 == 0 { 0.3 } else { 0.52 };
        let at = (
            width / 2.0 + share * across * 0.38 + p.chance.between(-18.0, 18.0),
            height * (lift + 0.14 * share * share) + p.chance.between(-24.0, 24.0),
        );
        heads.push((at, unit * p.chance.between(0.075, 0.125), head));
    }
    for (at, _, _) in &heads {
        let foot = (width / 2.0 + (at.0 - width / 2.0) * 0.3, height + 20.0);
        let bow = ((at.0 + foot.0) / 2.0 + (at.0 - foot.0) * 0.2, (at.1 + foot.1) / 2.0);
        p.easel.line(&Shape::curve(&[foot, bow, *at]), palette.leaf.darker(0.24), unit * 0.008);
    }
    for (at, size, head) in heads {
        let colour = match head % 3 {
            0 => palette.accent,
            1 if kinds[1] == Bloom::Daisy => palette.paper,
            1 => palette.accent.lighter(0.4),
            // Half way to an opposite colour lies mud.
            _ if palette.second.lightness() < 0.7 => palette.accent.lighter(0.2),
            _ => palette.accent.mix(palette.second, 0.6),
        };
        let kind = kinds[usize::from(head % 3 == 1)];
        flora::bloom(p, at, size, kind, colour);
    }
}

/// Flowers growing in from two corners around an open middle.
fn border_of_flowers(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let unit = width.min(height);
    let kinds = kinds(p);
    let kinds = if kinds[0] == Bloom::Tulip { [Bloom::Peony, Bloom::Daisy] } else { kinds };
    for corner in 0..2 {
        let (cx, cy, out) = if corner == 0 { (0.0, height, -0.25) } else { (width, 0.0, 2.9) };
        for stem in 0..p.count(9) {
            let angle = out - 1.5 + stem as f32 * 0.24 + p.chance.between(-0.08, 0.08);
            let long = unit * p.chance.between(0.55, 0.82);
            let tip = (cx + angle.cos() * long, cy + angle.sin() * long);
            let kind = [LeafKind::Long, LeafKind::Fern, LeafKind::Round][stem % 3];
            let colour = palette.leaf.mix(palette.near, 0.45 * p.chance.unit());
            flora::sprig(p, (cx, cy), tip, kind, colour);
        }
        for head in 0..p.count(8) {
            let angle = out - 1.35 + head as f32 * 0.24;
            let long =
                unit * if head % 2 == 0 { p.chance.between(0.2, 0.34) } else { p.chance.between(0.4, 0.52) };
            let at = (cx + angle.cos() * long, cy + angle.sin() * long);
            let size = unit
                * if head % 2 == 0 { p.chance.between(0.11, 0.14) } else { p.chance.between(0.06, 0.09) };
            let kind = kinds[head % 2];
            let colour = if kind == Bloom::Daisy {
                palette.paper
            } else {
                palette.accent.mix(palette.second, 0.16 * (head % 4) as f32)
            };
            flora::bloom(p, at, size, kind, colour);
        }
    }
}
