//! A person as flat shapes in front of a disc and leaves; the face is only hinted at.

use crate::practice::artist::{
    colour::Colour,
    flora::{self, LeafKind},
    painting::Painting,
    reading::Subject,
    scenes,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting, who: Subject) {
    let (width, height) = (p.easel.width, p.easel.height);
    if let Some(setting) = p.reading.setting {
        let minimal = std::mem::replace(&mut p.reading.minimal, true);
        scenes::paint_setting(p, setting);
        p.reading.minimal = minimal;
    } else {
        let palette = p.palette;
        let whole = p.easel.sheet_shape();
        let wall = palette.wall();
        p.easel.blend_down(&whole, wall.lighter(0.12), wall.mix(palette.far, 0.35));
        let unit = width.min(height);
        let disc = Shape::circle(width * p.chance.between(0.44, 0.56), height * 0.42, unit * 0.37);
        p.easel.blend_down(&disc, palette.second, palette.second.mix(palette.accent, 0.4));
        if !p.reading.minimal {
            leaves(p, unit);
        }
    }
    let size = height.min(width * 1.2);
    person(p, (width / 2.0, height), size, who);
}

fn leaves(p: &mut Painting, unit: f32) {
    let (width, height) = (p.easel.width, p.easel.height);
    for side in [-1.0, 1.0] {
        for stem in 0..4 {
            let foot = (width / 2.0 + side * unit * 0.28, height + 20.0);
            let tip = (
                width / 2.0 + side * unit * (0.32 + 0.07 * stem as f32),
                height * (0.3 + 0.12 * stem as f32),
            );
            let kind =
                [LeafKind::Long, LeafKind::Fern, LeafKind::Round][(stem + usize::from(side > 0.0)) % 3];
            flora::sprig(p, foot, tip, kind, p.palette.leaf.mix(p.palette.near, 0.14 * stem as f32));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hair {
    Bob,
    Long,
    Bun,
    Short,
    Curls,
    Hat,
}

fn person(p: &mut Painting, foot: Point, size: f32, who: Subject) {
    let (x, y) = foot;
    let at = |dx: f32, dy: f32| (x + dx * size, y - dy * size);
    let skin =
        p.chance.one_of(&[0xF2CDB0, 0xE3AE87, 0xC68A62, 0x9B6543, 0x6E4530, 0xF6D9C2].map(Colour::hex));
    let hair =
        p.chance.one_of(&[0x2B2024, 0x4A2C22, 0x6B3E26, 0x1E1B26, 0xA85A2E, 0x7A7A80].map(Colour::hex));
    let style = match who {
        Subject::Woman => p.chance.one_of(&[Hair::Bob, Hair::Long, Hair::Bun, Hair::Curls, Hair::Hat]),
        Subject::Man => p.chance.one_of(&[Hair::Short, Hair::Short, Hair::Curls]),
        _ => p.chance.one_of(&[Hair::Bob, Hair::Long, Hair::Bun, Hair::Short, Hair::Curls, Hair::Hat]),
    };
    let beard = who == Subject::Man && p.chance.odds(0.4);
    let cloth = p.palette.accent;
    let side = p.shadow_side;
    let shade = skin.mix(p.palette.accent, 0.22).darker(0.14);
    let face = at(0.0, 0.56);

    behind_head(p, face, size, hair, style);
    let shoulders = Shape::drawn(|pen| {
        let points = [
            at(-0.42, -0.02),
            at(-0.38, 0.17),
            at(-0.2, 0.25),
            at(-0.08, 0.3),
            at(0.08, 0.3),
            at(0.2, 0.25),
            at(0.38, 0.17),
            at(0.42, -0.02),
        ];
        pen.move_to(points[0].0, points[0].1);
        pen.quad_to(points[1].0, points[1].1, points[2].0, points[2].1);
        pen.line_to(points[3].0, points[3].1);
        pen.line_to(points[4].0, points[4].1);
        pen.line_to(points[5].0, points[5].1);
        pen.quad_to(points[6].0, points[6].1, points[7].0, points[7].1);
        pen.close();
    });
    p.easel.blend(
        &shoulders,
        (at(-0.3 * side, 0.3), cloth.lighter(0.08)),
        (at(0.36 * side, 0.0), cloth.darker(0.22)),
    );
    pattern(p, &shoulders, foot, size);
    let neck = Shape::drawn(|pen| {
        let points = [
            at(-0.065, 0.46),
            at(-0.07, 0.33),
            at(-0.1, 0.285),
            at(0.0, 0.2),
            at(0.1, 0.285),
            at(0.07, 0.33),
            at(0.065, 0.46),
        ];
        pen.move_to(points[0].0, points[0].1);
        pen.line_to(points[1].0, points[1].1);
        pen.line_to(points[2].0, points[2].1);
        pen.quad_to(points[3].0, points[3].1, points[4].0, points[4].1);
        pen.line_to(points[5].0, points[5].1);
        pen.line_to(points[6].0, points[6].1);
        pen.close();
    });
    p.easel.fill(&neck, skin.mix(shade, 0.35));
    let under_chin = Shape::ellipse(x + side * size * 0.015, y - size * 0.425, size * 0.1, size * 0.055);
    p.easel.within(&neck, |easel| easel.dab(&under_chin, shade, 0.9));

    let head = Shape::soft(&[
        at(0.0, 0.72),
        at(-0.1, 0.69),
        at(-0.135, 0.58),
        at(-0.122, 0.47),
        at(-0.055, 0.395),
        at(0.0, 0.38),
        at(0.055, 0.395),
        at(0.122, 0.47),
        at(0.135, 0.58),
        at(0.1, 0.69),
    ]);
    for ear in [-1.0, 1.0] {
        p.easel.fill(
            &Shape::ellipse(x + ear * size * 0.133, y - size * 0.535, size * 0.02, size * 0.034),
            skin.mix(shade, 0.3),
        );
    }
    p.easel.fill(&head, skin);
    let half = Shape::rectangle(
        if side > 0.0 { x + size * 0.035 } else { x - size * 0.235 },
        y - size * 0.8,
        size * 0.2,
        size * 0.5,
    );
    p.easel.within(&head, |easel| easel.dab(&half, shade, 0.28));
    if beard {
        let jaw = Shape::soft(&[
            at(-0.15, 0.53),
            at(-0.1, 0.455),
            at(0.0, 0.475),
            at(0.1, 0.455),
            at(0.15, 0.53),
            at(0.13, 0.36),
            at(-0.13, 0.36),
        ]);
        p.easel.within(&head, |easel| easel.dab(&jaw, hair, 0.95));
    }
    face_marks(p, foot, size, shade, hair);
    on_head(p, foot, size, hair, style);
    if style != Hair::Hat && p.chance.odds(0.4) {
        for ear in [-1.0, 1.0] {
            p.easel.fill(
                &Shape::circle(x + ear * size * 0.137, y - size * 0.475, size * 0.017),
                p.palette.second,
            );
        }
    }
    if p.chance.odds(0.3) {
        glasses(p, foot, size);
    }
}

fn pattern(p: &mut Painting, cloth: &Shape, foot: Point, size: f32) {
    let (x, y) = foot;
    let paper = p.palette.paper;
    match p.chance.below(3) {
        0 => p.easel.within(cloth, |easel| {
            for stripe in 0..7 {
                let rise = y - size * (0.03 + 0.043 * stripe as f32);
                let line = Shape::curve(&[
                    (x - size * 0.45, rise + 14.0),
                    (x, rise),
                    (x + size * 0.45, rise + 14.0),
                ]);
                easel.faint_line(&line, paper, size * 0.012, 0.85);
            }
        }),
        1 => p.easel.within(cloth, |easel| {
            for dot in 0..54 {
                let (column, row) = ((dot % 9) as f32 - 4.0, (dot / 9) as f32);
                let shift = if (dot / 9) % 2 == 0 { 0.0 } else { 0.045 };
                easel.dab(
                    &Shape::circle(
                        x + size * (column * 0.09 + shift),
                        y - size * (0.01 + row * 0.055),
                        size * 0.012,
                    ),
                    paper,
                    0.85,
                );
            }
        }),
        _ => {
            for side in [-1.0, 1.0] {
                let lapel = Shape::polygon(&[
                    (x + side * size * 0.1, y - size * 0.29),
                    (x + side * size * 0.19, y - size * 0.24),
                    (x + side * size * 0.1, y - size * 0.1),
                    (x, y - size * 0.02),
                    (x, y - size * 0.16),
                ]);
                p.easel.fill(&lapel, p.palette.near.mix(p.palette.accent, 0.35));
            }
        }
    }
}

fn face_marks(p: &mut Painting, foot: Point, size: f32, shade: Colour, hair: Colour) {
    let (x, y) = foot;
    let at = |dx: f32, dy: f32| (x + dx * size, y - dy * size);
    let ink = Colour::hex(0x2A1D20);
    let asleep = p.chance.odds(0.55);
    for eye in [-1.0, 1.0] {
        let brow = Shape::curve(&[at(eye * 0.028, 0.592), at(eye * 0.058, 0.603), at(eye * 0.088, 0.59)]);
        p.easel.faint_line(&brow, hair, size * 0.009, 0.95);
        if asleep {
            let lid = Shape::curve(&[at(eye * 0.034, 0.556), at(eye * 0.058, 0.546), at(eye * 0.084, 0.557)]);
            p.easel.faint_line(&lid, ink, size * 0.0075, 1.0);
        } else {
            let centre = at(eye * 0.058, 0.554);
            p.easel.dab(&Shape::ellipse(centre.0, centre.1, size * 0.013, size * 0.015), ink, 1.0);
            p.easel.dab(&Shape::circle(centre.0 - 2.5, centre.1 - 4.0, size * 0.004), Colour::WHITE, 1.0);
            let lid = Shape::curve(&[at(eye * 0.036, 0.561), at(eye * 0.058, 0.573), at(eye * 0.084, 0.563)]);
            p.easel.faint_line(&lid, ink, size * 0.006, 1.0);
        }
        p.easel.dab(
            &Shape::ellipse(x + eye * size * 0.078, y - size * 0.49, size * 0.027, size * 0.018),
            Colour::hex(0xE8675E),
            0.3,
        );
    }
    let side = p.shadow_side;
    let nose = Shape::curve(&[at(side * 0.004, 0.555), at(side * 0.02, 0.5), at(-side * 0.004, 0.49)]);
    p.easel.faint_line(&nose, shade.darker(0.2), size * 0.007, 0.9);
    let lips = Shape::soft(&[
        at(-0.034, 0.447),
        at(-0.01, 0.454),
        at(0.0, 0.451),
        at(0.01, 0.454),
        at(0.034, 0.447),
        at(0.0, 0.431),
    ]);
    p.easel.dab(&lips, Colour::hex(0xB8433F), 0.85);
}

fn behind_head(p: &mut Painting, face: Point, size: f32, hair: Colour, style: Hair) {
    let (x, y) = face;
    let at = |dx: f32, dy: f32| (x + dx * size, y - dy * size);
    let dark = hair.darker(0.2);
    match style {
        Hair::Long | Hair::Hat => {
            let mane = Shape::soft(&[
                at(0.0, 0.2),
                at(-0.17, 0.1),
                at(-0.19, -0.15),
                at(-0.2, -0.36),
                at(-0.08, -0.4),
                at(0.08, -0.4),
                at(0.2, -0.36),
                at(0.19, -0.15),
                at(0.17, 0.1),
            ]);
            p.easel.fill(&mane, dark);
        }
        Hair::Bob => {
            let mane = Shape::soft(&[
                at(0.0, 0.2),
                at(-0.17, 0.1),
                at(-0.2, -0.08),
                at(-0.16, -0.17),
                at(0.16, -0.17),
                at(0.2, -0.08),
                at(0.17, 0.1),
            ]);
            p.easel.fill(&mane, dark);
        }
        Hair::Bun => {
            p.easel.fill(&Shape::circle(x, y - size * 0.235, size * 0.085), hair);
            p.easel.fill(&Shape::ellipse(x, y - size * 0.06, size * 0.155, size * 0.15), dark);
        }
        Hair::Curls => {
            for curl in 0..17 {
                let angle = std::f32::consts::PI * (curl as f32 / 16.0 * 1.36 + 0.82);
                let reach = size * p.chance.between(0.14, 0.19);
                let disc = Shape::circle(
                    x + angle.cos() * reach,
                    y - size * 0.02 + angle.sin() * reach,
                    size * p.chance.between(0.055, 0.075),
                );
                p.easel.fill(&disc, hair.mix(dark, p.chance.unit()));
            }
        }
        Hair::Short => {}
    }
}

fn on_head(p: &mut Painting, foot: Point, size: f32, hair: Colour, style: Hair) {
    let (x, y) = foot;
    let part = p.shadow_side;
    let at = |dx: f32, dy: f32| (x + part * dx * size, y - dy * size);
    match style {
        Hair::Hat => {
            let brim = Shape::ellipse(x, y - size * 0.665, size * 0.26, size * 0.05);
            let fringe = Shape::soft(&[
                at(-0.14, 0.69),
                at(-0.142, 0.56),
                at(-0.11, 0.62),
                at(0.0, 0.655),
                at(0.11, 0.62),
                at(0.142, 0.56),
                at(0.14, 0.69),
            ]);
            p.easel.fill(&fringe, hair);
            let crown = Shape::soft(&[
                at(-0.14, 0.67),
                at(-0.125, 0.79),
                at(-0.05, 0.82),
                at(0.05, 0.82),
                at(0.125, 0.79),
                at(0.14, 0.67),
                at(0.0, 0.645),
            ]);
            let felt = p.palette.second.mix(p.palette.near, 0.2);
            p.easel.fill(&brim, felt.darker(0.14));
            p.easel.fill(&crown, felt);
            let band = Shape::curve(&[at(-0.138, 0.69), at(0.0, 0.667), at(0.138, 0.69)]);
            p.easel.line(&band, p.palette.accent.darker(0.1), size * 0.028);
        }
        Hair::Short | Hair::Curls => {
            let cap = Shape::soft(&[
                at(-0.142, 0.56),
                at(-0.155, 0.68),
                at(-0.09, 0.765),
                at(0.03, 0.785),
                at(0.13, 0.74),
                at(0.155, 0.65),
                at(0.142, 0.57),
                at(0.118, 0.635),
                at(0.03, 0.66),
                at(-0.075, 0.655),
                at(-0.118, 0.63),
            ]);
            p.easel.fill(&cap, hair);
        }
        Hair::Bob | Hair::Long | Hair::Bun => {
            let sweep = Shape::soft(&[
                at(-0.07, 0.775),
                at(-0.16, 0.69),
                at(-0.165, 0.54),
                at(-0.125, 0.575),
                at(-0.085, 0.665),
                at(-0.03, 0.7),
                at(0.06, 0.685),
                at(0.12, 0.62),
                at(0.15, 0.52),
                at(0.172, 0.62),
                at(0.14, 0.735),
                at(0.04, 0.79),
            ]);
            p.easel.fill(&sweep, hair);
            let shine = Shape::curve(&[at(-0.11, 0.7), at(-0.02, 0.745), at(0.08, 0.73)]);
            p.easel.faint_line(&shine, hair.lighter(0.35), size * 0.012, 0.5);
        }
    }
}

fn glasses(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    let ink = p.palette.ink;
    for eye in [-1.0, 1.0] {
        p.easel.faint_line(
            &Shape::circle(x + eye * size * 0.058, y - size * 0.552, size * 0.042),
            ink,
            size * 0.008,
            0.95,
        );
    }
    p.easel.faint_line(
        &Shape::polyline(&[(x - size * 0.016, y - size * 0.556), (x + size * 0.016, y - size * 0.556)]),
        ink,
        size * 0.008,
        0.95,
    );
}
