//! Things on a table by a window: a cup, a vase, fruit, books, in slanting light.

use crate::practice::artist::{
    colour::Colour,
    flora::{self, Bloom, LeafKind},
    painting::Painting,
    reading::Subject,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting, subject: Subject) {
    let (width, height) = (p.easel.width, p.easel.height);
    let table = height * p.chance.between(0.68, 0.73);
    room(p, table);
    let unit = height.min(width * 1.15);
    let lead = width * p.chance.between(0.42, 0.56);
    let side = p.shadow_side;
    let beside =
        |p: &mut Painting, reach: f32| lead + side * width.min(1150.0) * reach * p.chance.between(0.9, 1.1);
    match subject {
        Subject::Coffee => {
            if !p.reading.minimal {
                let x = beside(p, -0.3);
                vase(p, (x, table + unit * 0.035), unit * 0.26, false);
                let x = beside(p, 0.33);
                books(p, (x, table + unit * 0.05), unit * 0.27, 3);
            }
            cup(p, (lead, table + unit * 0.12), unit * 0.25);
        }
        Subject::Vase => {
            if !p.reading.minimal {
                let x = beside(p, 0.3);
                books(p, (x, table + unit * 0.05), unit * 0.25, 2);
            }
            vase(p, (lead, table + unit * 0.1), unit * 0.37, true);
            for reach in [-0.27, -0.36] {
                let x = beside(p, reach);
                let shift = if reach < -0.3 { 0.07 } else { 0.13 };
                fruit(p, (x, table + unit * shift), unit * 0.065);
            }
        }
        Subject::Fruit => {
            if !p.reading.minimal {
                let x = beside(p, -0.32);
                vase(p, (x, table + unit * 0.03), unit * 0.28, true);
            }
            bowl_of_fruit(p, (lead, table + unit * 0.13), unit * 0.3);
            let x = beside(p, 0.36);
            fruit(p, (x, table + unit * 0.12), unit * 0.08);
        }
        _ => {
            books(p, (lead - side * unit * 0.05, table + unit * 0.1), unit * 0.42, 5);
            if !p.reading.minimal {
                let x = beside(p, -0.36);
                vase(p, (x, table + unit * 0.05), unit * 0.26, true);
                let x = beside(p, 0.34);
                cup(p, (x, table + unit * 0.14), unit * 0.16);
            }
        }
    }
}

/// Wall, light from a window, perhaps a picture or an arch, and the table.
fn room(p: &mut Painting, table: f32) {
    let (width, height) = (p.easel.width, p.easel.height);
    let (palette, side) = (p.palette, p.shadow_side);
    let wall = palette.wall();
    let whole = p.easel.sheet_shape();
    let corner = if side > 0.0 { 0.0 } else { width };
    p.easel.blend(
        &whole,
        ((corner, 0.0), wall.lighter(0.2)),
        ((width - corner, table), wall.mix(palette.far, 0.4)),
    );
    let unit = height.min(width * 1.15);
    match p.chance.below(3) {
        0 => {
            let (x, radius) = (width * p.chance.between(0.36, 0.62), unit * p.chance.between(0.27, 0.34));
            let disc = Shape::circle(x, table - radius * 1.05, radius);
            p.easel.fill(&disc, palette.second.mix(wall, 0.25));
        }
        1 => {
            let x = width / 2.0 - side * width.min(1200.0) * 0.22;
            let (across, top) = (unit * 0.3, table - unit * 0.58);
            let frame = Shape::rectangle(x - across / 2.0, top, across, across * 1.25);
            p.easel.soft_shade(&frame.moved(side * 10.0, 12.0), 14.0, 0.3);
            p.easel.fill(&frame, palette.near.mix(palette.second, 0.25));
            let sheet =
                Shape::rectangle(x - across * 0.44, top + across * 0.06, across * 0.88, across * 1.13);
            p.easel.fill(&sheet, palette.paper);
            let hill = Shape::circle(x - across * 0.1, top + across * 1.25, across * 0.46);
            let sun = Shape::circle(x + across * 0.14, top + across * 0.42, across * 0.14);
            p.easel.within(&sheet, |easel| {
                easel.dab(&sun, palette.accent, 1.0);
                easel.dab(&hill, palette.leaf, 1.0);
                easel.dab(&hill.moved(across * 0.5, across * 0.12), palette.near.mix(palette.leaf, 0.4), 1.0);
            });
        }
        _ => {
            let (x, across) = (width * p.chance.between(0.4, 0.6), unit * 0.62);
            let arch = Shape::drawn(|pen| {
                let (left, right, spring) = (x - across / 2.0, x + across / 2.0, table - unit * 0.34);
                pen.move_to(left, table);
                pen.line_to(left, spring);
                pen.cubic_to(left, spring - across * 0.66, right, spring - across * 0.66, right, spring);
                pen.line_to(right, table);
                pen.close();
            });
            p.easel.blend_down(&arch, palette.sky.mix(wall, 0.3), palette.horizon.mix(palette.second, 0.22));
        }
    }
    window_light(p, table);
    let top = Shape::rectangle(0.0, table, width, height - table);
    let wood = palette.near.mix(palette.far, 0.52).mix(palette.second, 0.16);
    p.easel.blend(&top, ((corner, table), wood.lighter(0.16)), ((width - corner, height), wood.darker(0.22)));
    let edge = Shape::rectangle(0.0, table, width, 5.0);
    p.easel.dab(&edge, wood.lighter(0.4), 0.7);
    for plank in 1..4 {
        let y = table + (height - table) * (0.14 + 0.24 * plank as f32);
        p.easel.faint_line(&Shape::polyline(&[(0.0, y), (width, y + 6.0)]), wood.darker(0.3), 2.0, 0.3);
    }
}

/// Panes of light thrown on the wall.
fn window_light(p: &mut Painting, table: f32) {
    let (width, side) = (p.easel.width, p.shadow_side);
    let tall = table * 0.62;
    let from = (
        width * if side > 0.0 { p.chance.between(0.5, 0.62) } else { p.chance.between(0.38, 0.5) },
        table * 0.12,
    );
    let pane = (tall * 0.27, tall * 0.44);
    for column in 0..2 {
        for row in 0..2 {
            let x = from.0 + side * column as f32 * (pane.0 + 14.0);
            let y = from.1 + row as f32 * (pane.1 + 14.0) + column as f32 * 34.0;
            let light = Shape::polygon(&[
                (x, y),
                (x + side * pane.0, y + 30.0),
                (x + side * (pane.0 + 22.0), y + 30.0 + pane.1),
                (x + side * 22.0, y + pane.1),
            ]);
            let colour = p.light();
            p.easel.lighten(&light, colour, if p.night() { 0.1 } else { 0.3 });
        }
    }
}

/// A long shadow on the table, away from the window.
fn cast(p: &mut Painting, foot: Point, across: f32, length: f32) {
    let (x, y) = foot;
    let side = p.shadow_side;
    let shadow = Shape::soft(&[
        (x - side * across * 0.5, y),
        (x, y - across * 0.11),
        (x + side * length, y - length * 0.14),
        (x + side * length * 1.12, y + across * 0.05 - length * 0.08),
        (x + side * length * 0.9, y + across * 0.14),
        (x, y + across * 0.13),
    ]);
    p.easel.soft_shade(&shadow, 16.0, 0.5);
}

/// Light on one flank of a turned form, shade on the other.
fn model(p: &mut Painting, form: &Shape, colour: Colour) {
    let (left, _, right, _) = form.bounds();
    let (lit, dark) = (colour.lighter(0.24), colour.mix(p.palette.ink, 0.36));
    let (from, to) = if p.shadow_side > 0.0 { (left, right) } else { (right, left) };
    p.easel.blend_through(form, (from, 0.0), (to, 0.0), &[lit, colour, dark]);
}

fn cup(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    let (paper, side) = (p.palette.paper, p.shadow_side);
    cast(p, (x, y - size * 0.02), size * 1.5, size * 1.7);
    let saucer = Shape::ellipse(x, y, size * 0.92, size * 0.21);
    p.easel.blend(
        &saucer,
        ((x - side * size, y), paper),
        ((x + side * size, y), paper.mix(p.palette.far, 0.55)),
    );
    p.easel.shade(&Shape::ellipse(x + side * size * 0.1, y - size * 0.01, size * 0.52, size * 0.1), 0.35);
    let glaze = p.palette.accent;
    let handle = Shape::curve(&[
        (x - side * size * 0.5, y - size * 0.62),
        (x - side * size * 0.86, y - size * 0.64),
        (x - side * size * 0.84, y - size * 0.3),
        (x - side * size * 0.38, y - size * 0.22),
    ]);
    p.easel.line(&handle, glaze.darker(0.06), size * 0.1);
    let rim = y - size * 0.78;
    let body = Shape::drawn(|pen| {
        pen.move_to(x - size * 0.58, rim);
        pen.cubic_to(x - size * 0.56, y - size * 0.2, x - size * 0.36, y, x, y);
        pen.cubic_to(x + size * 0.36, y, x + size * 0.56, y - size * 0.2, x + size * 0.58, rim);
        pen.close();
    });
    model(p, &body, glaze);
    let opening = Shape::ellipse(x, rim, size * 0.58, size * 0.15);
    p.easel.fill(&opening, paper.mix(glaze, 0.15));
    let coffee = Shape::ellipse(x, rim + size * 0.025, size * 0.5, size * 0.115);
    p.easel.fill(&coffee, Colour::hex(0x4A2A1C));
    p.easel.dab(
        &Shape::ellipse(x - side * size * 0.12, rim + size * 0.01, size * 0.22, size * 0.04),
        Colour::hex(0xD9A873),
        0.8,
    );
    for wisp in 0..3 {
        let from = x + (wisp as f32 - 1.0) * size * 0.2;
        let tall = size * p.chance.between(0.55, 0.9);
        let sway = size * 0.1 * if wisp % 2 == 0 { 1.0 } else { -1.0 };
        let steam = Shape::curve(&[
            (from, rim - size * 0.08),
            (from + sway, rim - tall * 0.36),
            (from - sway * 0.8, rim - tall * 0.68),
            (from + sway * 0.5, rim - tall),
        ]);
        p.easel.faint_line(&steam, paper, size * 0.055, 0.55);
    }
}

fn vase(p: &mut Painting, foot: Point, size: f32, tall_flowers: bool) {
    let (x, y) = foot;
    cast(p, foot, size * 0.7, size * 1.5);
    let neck = y - size * 0.94;
    let stems = if p.reading.minimal { 2 } else { 5 };
    let flowering = p.chance.odds(0.6);
    let kind = p.chance.one_of(&[Bloom::Poppy, Bloom::Daisy, Bloom::Peony]);
    for stem in 0..stems {
        let lean = (stem as f32 - (stems - 1) as f32 / 2.0) / stems as f32;
        let reach =
            size * if tall_flowers { p.chance.between(0.75, 1.15) } else { p.chance.between(0.5, 0.8) };
        let tip = (x + lean * size * 1.25, neck - reach * (1.0 - lean.abs() * 0.6));
        let leaf = p.palette.leaf.mix(p.palette.near, 0.12 * stem as f32);
        if flowering && stem % 2 == 0 {
            let stalk = Shape::curve(&[
                (x, neck + 10.0),
                ((x + tip.0) / 2.0 + lean * 16.0, (neck + tip.1) / 2.0),
                tip,
            ]);
            p.easel.line(&stalk, leaf.darker(0.2), size * 0.018);
            let colour = if kind == Bloom::Daisy {
                p.palette.paper
            } else {
                p.palette.accent.mix(p.palette.second, 0.2 * stem as f32 / stems as f32)
            };
            flora::bloom(p, tip, size * 0.17, kind, colour);
        } else {
            let leaves = if stem % 3 == 1 { LeafKind::Round } else { LeafKind::Long };
            flora::sprig(p, (x, neck + 10.0), tip, leaves, leaf);
        }
    }
    let pot = p.chance.one_of(&[p.palette.second, p.palette.paper, p.palette.sky.mix(p.palette.near, 0.25)]);
    let slim = p.chance.between(0.3, 0.42);
    let body = Shape::soft(&[
        (x - size * 0.12, neck),
        (x - size * 0.11, neck + size * 0.16),
        (x - size * slim, y - size * 0.46),
        (x - size * slim * 0.82, y - size * 0.1),
        (x - size * 0.17, y),
        (x + size * 0.17, y),
        (x + size * slim * 0.82, y - size * 0.1),
        (x + size * slim, y - size * 0.46),
        (x + size * 0.11, neck + size * 0.16),
        (x + size * 0.12, neck),
    ]);
    model(p, &body, pot);
    let band = p.chance.odds(0.5);
    let accent = p.palette.accent;
    if band {
        p.easel.within(&body, |easel| {
            easel.dab(&Shape::ellipse(x, y - size * 0.42, size, size * 0.05), accent, 0.75);
            easel.dab(&Shape::ellipse(x, y - size * 0.28, size, size * 0.018), accent, 0.75);
        });
    }
    let lip = Shape::ellipse(x, neck, size * 0.135, size * 0.032);
    p.easel.fill(&lip, pot.darker(0.22));
}

fn fruit(p: &mut Painting, foot: Point, radius: f32) {
    let (x, y) = (foot.0, foot.1 - radius * 0.9);
    cast(p, (x, foot.1), radius * 1.7, radius * 2.4);
    let colour =
        p.chance.one_of(&[p.palette.accent, p.palette.second, p.palette.second.mix(p.palette.accent, 0.5)]);
    let round = Shape::ellipse(x, y, radius * 1.04, radius);
    model(p, &round, colour);
    p.easel.dab(
        &Shape::ellipse(x - p.shadow_side * radius * 0.36, y - radius * 0.42, radius * 0.2, radius * 0.13),
        Colour::WHITE,
        0.4,
    );
    let stalk = Shape::curve(&[
        (x, y - radius * 0.86),
        (x + radius * 0.05, y - radius * 1.08),
        (x + radius * 0.16, y - radius * 1.2),
    ]);
    p.easel.line(&stalk, p.palette.ink, radius * 0.08);
    let leaf = Shape::leaf(
        (x + radius * 0.08, y - radius * 1.08),
        (x + radius * 0.78, y - radius * 1.26),
        radius * 0.26,
    );
    p.easel.fill(&leaf, p.palette.leaf);
}

fn bowl_of_fruit(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    cast(p, foot, size * 1.5, size * 1.5);
    for (across, rise) in [(-0.3, 0.72), (0.32, 0.74), (0.0, 0.98), (-0.52, 0.5), (0.54, 0.5), (0.02, 0.58)] {
        let centre = (x + size * across, y - size * rise);
        let colour = p.chance.one_of(&[
            p.palette.accent,
            p.palette.second,
            p.palette.leaf.lighter(0.15),
            p.palette.accent.mix(p.palette.second, 0.55),
        ]);
        let radius = size * p.chance.between(0.25, 0.3);
        let round = Shape::circle(centre.0, centre.1, radius);
        model(p, &round, colour);
        p.easel.dab(
            &Shape::ellipse(
                centre.0 - p.shadow_side * radius * 0.36,
                centre.1 - radius * 0.42,
                radius * 0.2,
                radius * 0.13,
            ),
            Colour::WHITE,
            0.36,
        );
        let leaf = Shape::leaf(
            (centre.0, centre.1 - radius * 0.9),
            (centre.0 + radius * 0.7, centre.1 - radius * 1.2),
            radius * 0.2,
        );
        p.easel.fill(&leaf, p.palette.leaf.darker(0.1));
    }
    let rim = y - size * 0.5;
    let body = Shape::drawn(|pen| {
        pen.move_to(x - size * 0.92, rim);
        pen.cubic_to(
            x - size * 0.8,
            y - size * 0.06,
            x - size * 0.4,
            y - size * 0.02,
            x - size * 0.26,
            y - size * 0.02,
        );
        pen.line_to(x + size * 0.26, y - size * 0.02);
        pen.cubic_to(x + size * 0.4, y - size * 0.02, x + size * 0.8, y - size * 0.06, x + size * 0.92, rim);
        pen.quad_to(x, rim + size * 0.17, x - size * 0.92, rim);
        pen.close();
    });
    let glaze = p.palette.paper.mix(p.palette.sky, 0.25);
    model(p, &body, glaze);
    let accent = p.palette.sky.mix(p.palette.near, 0.5);
    p.easel.within(&body, |easel| {
        easel.dab(&Shape::ellipse(x, rim + size * 0.2, size * 1.1, size * 0.03), accent, 0.8)
    });
}

fn books(p: &mut Painting, foot: Point, size: f32, amount: usize) {
    let (x, mut y) = foot;
    cast(p, (x, y - size * 0.02), size * 1.1, size * 1.1);
    let side = p.shadow_side;
    let covers = [
        p.palette.accent,
        p.palette.near.mix(p.palette.sky, 0.3),
        p.palette.second,
        p.palette.leaf,
        p.palette.paper.mix(p.palette.far, 0.5),
    ];
    let first = p.chance.below(covers.len());
    for book in 0..amount {
        let across = size * p.chance.between(0.84, 1.08);
        let thick = size * p.chance.between(0.13, 0.19);
        let shift = p.chance.between(-0.06, 0.06) * size;
        let cover = covers[(first + book) % covers.len()];
        let left = x - across / 2.0 + shift;
        let spine = Shape::rounded(left, y - thick, across, thick, thick * 0.24);
        p.easel.blend(
            &spine,
            ((left, 0.0), if side > 0.0 { cover.lighter(0.12) } else { cover.darker(0.2) }),
            ((left + across, 0.0), if side > 0.0 { cover.darker(0.2) } else { cover.lighter(0.12) }),
        );
        let title = Shape::rounded(
            left + across * 0.22,
            y - thick * 0.6,
            across * p.chance.between(0.2, 0.4),
            thick * 0.2,
            3.0,
        );
        p.easel.dab(&title, if cover.lightness() > 0.75 { p.palette.ink } else { p.palette.paper }, 0.85);
        for band in [0.1, 0.9] {
            let rib = Shape::rectangle(left + across * band, y - thick, across * 0.02, thick);
            p.easel.dab(&rib, p.palette.second.lighter(0.2), 0.8);
        }
        y -= thick;
    }
}
