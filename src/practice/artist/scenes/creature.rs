//! A sitting animal seen from the front, in its place: a cat in a room, a fox in the snow, a panda in bamboo.

use crate::practice::artist::{
    colour::Colour,
    flora::{self, LeafKind},
    painting::Painting,
    reading::{Setting, Subject},
    scenes,
    shape::{Point, Shape},
};

/// What tells one animal from another. Lengths are shares of its height.
struct Build {
    coat: Colour,
    belly: Colour,
    /// Ear, eye patch and paw colour.
    mark: Colour,
    ears: Ears,
    head: (f32, f32),
    muzzle: f32,
    tail: Tail,
    mask: bool,
    whiskers: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ears {
    Pointed,
    Round,
    Long,
    Floppy,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Curled,
    Brush,
    Short,
}

fn build(p: &mut Painting, subject: Subject) -> Build {
    let (paper, ink) = (Colour::hex(0xFBF5EA), Colour::hex(0x2A2430));
    let common = Build {
        coat: paper,
        belly: paper,
        mark: ink,
        ears: Ears::Round,
        head: (0.25, 0.215),
        muzzle: 0.1,
        tail: Tail::Short,
        mask: false,
        whiskers: false,
    };
    let asked = coat_asked(p);
    match subject {
        Subject::Cat => {
            let coat = p.chance.one_of(&[
                Colour::hex(0xE08A3C),
                Colour::hex(0x39353F),
                Colour::hex(0x9A938E),
                Colour::hex(0xF3E7D3),
                Colour::hex(0xB5784A),
            ]);
            let coat = asked.unwrap_or(coat);
            Build {
                coat,
                belly: coat.mix(paper, 0.62),
                mark: coat.darker(0.3),
                ears: Ears::Pointed,
                tail: Tail::Curled,
                whiskers: true,
                ..common
            }
        }
        Subject::Fox => Build {
            coat: Colour::hex(0xD9632A),
            belly: paper,
            mark: Colour::hex(0x3A2522),
            ears: Ears::Pointed,
            head: (0.25, 0.2),
            muzzle: 0.12,
            tail: Tail::Brush,
            mask: true,
            whiskers: false,
        },
        Subject::Dog => {
            let coat =
                p.chance.one_of(&[Colour::hex(0xD99A55), Colour::hex(0x8A5A3B), Colour::hex(0xEBD9BC)]);
            Build {
                coat,
                belly: paper,
                mark: coat.darker(0.34),
                ears: Ears::Floppy,
                muzzle: 0.125,
                mask: true,
                ..common
            }
        }
        Subject::Rabbit => {
            let coat =
                p.chance.one_of(&[Colour::hex(0xF6EFE6), Colour::hex(0xB89A80), Colour::hex(0x9BA0A8)]);
            Build {
                coat,
                belly: coat.lighter(0.5),
                mark: Colour::hex(0xEFA7A7),
                ears: Ears::Long,
                head: (0.2, 0.19),
                muzzle: 0.085,
                whiskers: true,
                ..common
            }
        }
        Subject::Panda => Build { head: (0.28, 0.235), muzzle: 0.11, ..common },
        _ => Build {
            coat: Colour::hex(0x8C5A36),
            belly: Colour::hex(0xCFA271),
            mark: Colour::hex(0x5A3822),
            muzzle: 0.12,
            head: (0.265, 0.225),
            ..common
        },
    }
}

/// The coat a colour word beside the animal means.
fn coat_asked(p: &Painting) -> Option<Colour> {
    p.reading.colours_named.iter().rev().find_map(|name| match *name {
        "terracotta" => Some(Colour::hex(0xE08A3C)),
        "noir" => Some(Colour::hex(0x35313B)),
        "sumi" => Some(Colour::hex(0x85817E)),
        "linen" => Some(Colour::hex(0xF6EEE0)),
        "earth" => Some(Colour::hex(0x8A5A3B)),
        _ => None,
    })
}

pub(super) fn paint(p: &mut Painting, subject: Subject) {
    let (width, height) = (p.easel.width, p.easel.height);
    surroundings(p, subject);
    let size = height.min(width * 1.25) * if p.reading.minimal { 0.5 } else { 0.66 };
    let x = width * p.chance.between(0.42, 0.58);
    let foot = (x, height * 0.93);
    let body = build(p, subject);
    let ground =
        Shape::ellipse(x + p.shadow_side * size * 0.14, foot.1 - size * 0.015, size * 0.42, size * 0.05);
    p.easel.soft_shade(&ground, 22.0, 0.5);
    animal(p, foot, size, &body, subject);
    if p.reading.setting.is_some() || subject == Subject::Fox {
        tufts(p);
    }
}

fn surroundings(p: &mut Painting, subject: Subject) {
    let setting = p.reading.setting.or(match subject {
        Subject::Fox | Subject::Bear => Some(Setting::Forest),
        Subject::Rabbit => Some(Setting::Meadow),
        _ => None,
    });
    if let Some(setting) = setting {
        // Little detail behind a sitter.
        let minimal = std::mem::replace(&mut p.reading.minimal, true);
        scenes::paint_setting(p, setting);
        p.reading.minimal = minimal;
        let (width, height) = (p.easel.width, p.easel.height);
        let ground = Shape::softly_under(
            &[
                (-20.0, height * 0.86),
                (width * 0.3, height * 0.83),
                (width * 0.7, height * 0.85),
                (width + 20.0, height * 0.82),
            ],
            height + 10.0,
        );
        let snowy = p.reading.weather == crate::practice::artist::reading::Weather::Snow;
        let colour = if snowy {
            Colour::hex(0xE6EEF3).mix(p.palette.near, if p.night() { 0.5 } else { 0.08 })
        } else {
            p.palette.leaf.mix(p.palette.near, 0.5)
        };
        p.easel.blend_down(&ground, colour.lighter(0.1), colour.darker(0.15));
        return;
    }
    plain_ground(p);
    if subject == Subject::Panda {
        bamboo(p);
    } else if !p.reading.minimal {
        house_plants(p);
    }
}

/// A wall with a disc on it, a floor and a rug.
pub(super) fn plain_ground(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let wall = palette.wall();
    let whole = p.easel.sheet_shape();
    p.easel.blend_down(&whole, wall.lighter(0.14), wall.mix(palette.far, 0.3));
    let radius = width.min(height) * p.chance.between(0.33, 0.4);
    let disc = Shape::circle(width * p.chance.between(0.42, 0.58), height * 0.45, radius);
    p.easel.blend_down(&disc, palette.second, palette.second.mix(palette.accent, 0.4));
    let floor = Shape::rectangle(0.0, height * 0.82, width, height * 0.18 + 5.0);
    let colour = palette.near.mix(palette.far, 0.42);
    p.easel.blend_down(&floor, colour, colour.darker(0.14));
    let rug = Shape::ellipse(width / 2.0, height * 0.925, width.min(height * 1.2) * 0.42, height * 0.05);
    p.easel.fill(&rug, palette.accent.mix(palette.near, 0.2));
    p.easel.faint_line(
        &Shape::ellipse(width / 2.0, height * 0.925, width.min(height * 1.2) * 0.385, height * 0.04),
        palette.paper,
        4.0,
        0.75,
    );
}

fn house_plants(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let unit = height.min(width);
    let foot = (width / 2.0 - p.shadow_side * width.min(height * 1.3) * 0.4, height * 0.88);
    let kind = p.chance.one_of(&[LeafKind::Long, LeafKind::Round, LeafKind::Fern]);
    for stem in 0..5 {
        let lean = (stem as f32 - 2.0) * 0.3;
        let tip = (foot.0 + lean * unit * 0.26, foot.1 - unit * (0.56 - 0.06 * lean.abs()));
        let colour = p.palette.leaf.mix(p.palette.near, 0.1 * stem as f32);
        flora::sprig(p, (foot.0, foot.1 - unit * 0.15), tip, kind, colour);
    }
    let pot = Shape::polygon(&[
        (foot.0 - unit * 0.1, foot.1 - unit * 0.18),
        (foot.0 + unit * 0.1, foot.1 - unit * 0.18),
        (foot.0 + unit * 0.072, foot.1),
        (foot.0 - unit * 0.072, foot.1),
    ]);
    let clay = p.palette.accent.mix(p.palette.paper, 0.25);
    p.easel.blend(
        &pot,
        ((foot.0 - unit * 0.1, 0.0), clay.lighter(0.1)),
        ((foot.0 + unit * 0.1, 0.0), clay.darker(0.25)),
    );
    let lip = Shape::rounded(foot.0 - unit * 0.112, foot.1 - unit * 0.2, unit * 0.224, unit * 0.045, 6.0);
    p.easel.fill(&lip, clay);
}

fn bamboo(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    for cane in 0..9 {
        let share = cane as f32 / 8.0;
        if (share - 0.5).abs() < 0.13 {
            continue;
        }
        let x = width * share + p.chance.between(-20.0, 20.0);
        let thick = p.chance.between(16.0, 32.0);
        let colour = p.palette.leaf.mix(p.palette.far, p.chance.between(0.0, 0.55));
        let mut y = height * 0.86;
        while y > -60.0 {
            let long = p.chance.between(110.0, 170.0);
            let joint = Shape::rounded(x - thick / 2.0, y - long, thick, long - 5.0, 6.0);
            p.easel.blend(
                &joint,
                ((x - thick / 2.0, 0.0), colour.lighter(0.2)),
                ((x + thick / 2.0, 0.0), colour.darker(0.2)),
            );
            if p.chance.odds(0.5) {
                let side = p.chance.side();
                for leaf in 0..3 {
                    let tip =
                        (x + side * p.chance.between(60.0, 120.0), y - long + 20.0 + leaf as f32 * 34.0);
                    p.easel.fill(
                        &Shape::leaf((x + side * thick * 0.4, y - long), tip, 15.0),
                        colour.darker(0.1 * leaf as f32),
                    );
                }
            }
            y -= long;
        }
    }
}

fn tufts(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    for _ in 0..(width / 26.0) as usize {
        let x = p.chance.unit() * width;
        let (tall, lean) = (p.chance.between(30.0, 90.0), p.chance.between(-24.0, 24.0));
        let blade = Shape::leaf((x, height + 12.0), (x + lean, height - tall), 7.0);
        let colour = p.palette.near.mix(p.palette.leaf, p.chance.unit() * 0.7);
        p.easel.fill(&blade, colour);
    }
}

fn animal(p: &mut Painting, foot: Point, size: f32, body: &Build, subject: Subject) {
    let (x, y) = foot;
    let side = p.shadow_side;
    let at = |dx: f32, dy: f32| (x + dx * size, y - dy * size);
    tail(p, foot, size, body);
    let torso = Shape::soft(&[
        at(-0.14, 0.56),
        at(-0.2, 0.36),
        at(-0.27, 0.12),
        at(-0.2, 0.0),
        at(0.0, -0.005),
        at(0.2, 0.0),
        at(0.27, 0.12),
        at(0.2, 0.36),
        at(0.14, 0.56),
        at(0.0, 0.62),
    ]);
    let dark = body.coat.mix(p.palette.ink, 0.3);
    p.easel.blend(&torso, (at(-0.26 * side, 0.4), body.coat.lighter(0.07)), (at(0.3 * side, 0.2), dark));
    let limbs = if subject == Subject::Panda { body.mark } else { body.coat };
    if subject == Subject::Panda {
        let shoulders = Shape::soft(&[
            at(-0.2, 0.5),
            at(-0.22, 0.34),
            at(0.0, 0.3),
            at(0.22, 0.34),
            at(0.2, 0.5),
            at(0.0, 0.56),
        ]);
        p.easel.within(&torso, |easel| easel.dab(&shoulders, body.mark, 1.0));
    }
    for hip in [-1.0, 1.0] {
        let thigh = Shape::ellipse(x + hip * size * 0.21, y - size * 0.115, size * 0.115, size * 0.12);
        let tone = if hip * side > 0.0 { limbs.mix(p.palette.ink, 0.24) } else { limbs };
        p.easel.fill(&thigh, tone);
    }
    if subject != Subject::Panda {
        let chest = Shape::soft(&[
            at(-0.1, 0.52),
            at(-0.105, 0.34),
            at(-0.03, 0.18),
            at(0.03, 0.18),
            at(0.105, 0.34),
            at(0.1, 0.52),
        ]);
        p.easel.fill(&chest, body.belly);
    }
    for leg in [-1.0, 1.0] {
        let paw_dark = subject == Subject::Fox;
        let limb = Shape::soft(&[
            at(leg * 0.03, 0.3),
            at(leg * 0.025, 0.1),
            at(leg * 0.02, 0.0),
            at(leg * 0.085, -0.012),
            at(leg * 0.135, 0.0),
            at(leg * 0.12, 0.12),
            at(leg * 0.125, 0.3),
        ]);
        p.easel
            .fill(&limb, if leg * side > 0.0 { limbs.mix(p.palette.ink, 0.12) } else { limbs.lighter(0.04) });
        let sock = if paw_dark {
            body.mark
        } else if subject == Subject::Panda {
            body.mark.lighter(0.12)
        } else {
            body.belly
        };
        let rise = if paw_dark { 0.15 } else { 0.05 };
        p.easel.within(&limb, |easel| {
            easel.dab(
                &Shape::ellipse(x + leg * size * 0.08, y - size * 0.0, size * 0.1, size * rise),
                sock,
                1.0,
            )
        });
        for toe in [-0.02, 0.02] {
            let crease = Shape::polyline(&[at(leg * 0.08 + toe, 0.03), at(leg * 0.08 + toe, 0.004)]);
            p.easel.faint_line(&crease, dark.mix(p.palette.ink, 0.4), size * 0.006, 0.7);
        }
    }
    if subject == Subject::Cat && body.coat.lightness() > 0.5 {
        stripes(p, &torso, at, body.mark);
    }
    head(p, (x, y - size * 0.69), size, body, subject);
    if matches!(subject, Subject::Cat | Subject::Dog) {
        let collar = Shape::curve(&[at(-0.135, 0.525), at(0.0, 0.475), at(0.135, 0.525)]);
        p.easel.line(&collar, p.palette.accent, size * 0.03);
        p.easel.fill(&Shape::circle(x, y - size * 0.455, size * 0.026), p.palette.second);
    } else if subject != Subject::Fox && p.chance.odds(0.5) {
        let scarf = Shape::soft(&[
            at(-0.17, 0.53),
            at(0.0, 0.47),
            at(0.17, 0.53),
            at(0.15, 0.455),
            at(0.0, 0.4),
            at(-0.15, 0.455),
        ]);
        p.easel.fill(&scarf, p.palette.accent);
        let end = Shape::polygon(&[at(0.06, 0.44), at(0.14, 0.45), at(0.15, 0.24), at(0.07, 0.23)]);
        p.easel.fill(&end, p.palette.accent.darker(0.12));
    }
}

fn stripes(p: &mut Painting, torso: &Shape, at: impl Fn(f32, f32) -> Point, colour: Colour) {
    let marks: Vec<Shape> = [0.46, 0.37, 0.28, 0.19]
        .into_iter()
        .flat_map(|rise| {
            [-1.0, 1.0]
                .map(|side| Shape::leaf(at(side * 0.3, rise + 0.015), at(side * 0.12, rise - 0.012), 13.0))
        })
        .collect();
    p.easel.within(torso, |easel| {
        for mark in &marks {
            easel.dab(mark, colour, 0.7);
        }
    });
}

fn tail(p: &mut Painting, foot: Point, size: f32, body: &Build) {
    let (x, y) = foot;
    let side = -p.shadow_side;
    let at = |dx: f32, dy: f32| (x + side * dx * size, y - dy * size);
    match body.tail {
        Tail::Curled => {
            let sweep = Shape::curve(&[
                at(0.16, 0.06),
                at(0.36, 0.02),
                at(0.47, 0.12),
                at(0.42, 0.27),
                at(0.47, 0.38),
            ]);
            p.easel.line(&sweep, body.coat.mix(p.palette.ink, 0.12), size * 0.07);
            p.easel.line(&Shape::curve(&[at(0.435, 0.31), at(0.47, 0.38)]), body.mark, size * 0.07);
        }
        Tail::Brush => {
            let brush = Shape::soft(&[
                at(0.12, 0.02),
                at(0.34, 0.0),
                at(0.52, 0.12),
                at(0.54, 0.3),
                at(0.44, 0.48),
                at(0.4, 0.3),
                at(0.34, 0.16),
                at(0.18, 0.12),
            ]);
            p.easel.fill(&brush, body.coat.mix(p.palette.ink, 0.08));
            let tip = Shape::soft(&[
                at(0.6, 0.27),
                at(0.52, 0.33),
                at(0.46, 0.3),
                at(0.41, 0.35),
                at(0.36, 0.52),
                at(0.6, 0.56),
            ]);
            let paper = body.belly;
            p.easel.within(&brush, |easel| easel.dab(&tip, paper, 1.0));
        }
        Tail::Short => p.easel.fill(
            &Shape::circle(x + side * size * 0.27, y - size * 0.09, size * 0.065),
            body.belly.mix(body.coat, 0.3),
        ),
    }
}

fn head(p: &mut Painting, centre: Point, size: f32, body: &Build, subject: Subject) {
    let (x, y) = centre;
    let (across, down) = (body.head.0 * size, body.head.1 * size);
    let side = p.shadow_side;
    for ear in [-1.0, 1.0] {
        let tone = if ear * side > 0.0 { body.coat.mix(p.palette.ink, 0.2) } else { body.coat };
        match body.ears {
            Ears::Pointed => {
                let outer = Shape::polygon(&[
                    (x + ear * across * 0.2, y - down * 0.72),
                    (x + ear * across * 0.84, y - down * 1.72),
                    (x + ear * across * 0.97, y - down * 0.18),
                ]);
                let inner = Shape::polygon(&[
                    (x + ear * across * 0.4, y - down * 0.75),
                    (x + ear * across * 0.78, y - down * 1.42),
                    (x + ear * across * 0.84, y - down * 0.4),
                ]);
                p.easel.fill(&outer, tone);
                p.easel.fill(
                    &inner,
                    if subject == Subject::Fox { body.mark } else { Colour::hex(0xE9A29A).mix(tone, 0.25) },
                );
            }
            Ears::Round => {
                p.easel.fill(
                    &Shape::circle(x + ear * across * 0.78, y - down * 0.8, across * 0.33),
                    if subject == Subject::Panda { body.mark } else { tone },
                );
                p.easel.dab(
                    &Shape::circle(x + ear * across * 0.78, y - down * 0.76, across * 0.18),
                    body.mark,
                    0.6,
                );
            }
            Ears::Long => {
                let lean = ear * 9.0;
                let foot = (x + ear * across * 0.42, y - down * 0.6);
                let outer = Shape::ellipse(foot.0, foot.1 - down * 1.05, across * 0.27, down * 1.25)
                    .turned(lean, foot);
                let inner = Shape::ellipse(foot.0, foot.1 - down * 1.05, across * 0.14, down * 0.98)
                    .turned(lean, foot);
                p.easel.fill(&outer, tone);
                p.easel.fill(&inner, body.mark);
            }
            Ears::Floppy => {}
        }
    }
    let point = if subject == Subject::Fox { 1.18 } else { 0.98 };
    let face = Shape::soft(&[
        (x, y - down * 0.98),
        (x - across * 0.62, y - down * 0.8),
        (x - across, y - down * 0.05),
        (x - across * 0.78, y + down * 0.55),
        (x - across * 0.3, y + down * 0.92),
        (x, y + down * point),
        (x + across * 0.3, y + down * 0.92),
        (x + across * 0.78, y + down * 0.55),
        (x + across, y - down * 0.05),
        (x + across * 0.62, y - down * 0.8),
    ]);
    p.easel.blend(
        &face,
        ((x - side * across, y - down), body.coat.lighter(0.1)),
        ((x + side * across, y + down), body.coat.mix(p.palette.ink, 0.2)),
    );
    let mut patches: Vec<(Shape, Colour)> = Vec::new();
    if body.mask {
        for cheek in [-1.0, 1.0] {
            patches.push((
                Shape::ellipse(x + cheek * across * 0.52, y + down * 0.62, across * 0.5, down * 0.5),
                body.belly,
            ));
        }
        if subject == Subject::Dog {
            patches.push((Shape::leaf((x, y + down * 0.6), (x, y - down * 1.05), across * 0.26), body.belly));
        }
    } else if subject != Subject::Panda {
        patches.push((
            Shape::ellipse(x, y + down * 0.58, body.muzzle * size * 1.15, body.muzzle * size * 0.85),
            body.belly,
        ));
    }
    if subject == Subject::Panda {
        for eye in [-1.0, 1.0] {
            let at = (x + eye * across * 0.44, y + down * 0.06);
            patches.push((
                Shape::ellipse(at.0, at.1, across * 0.2, down * 0.3).turned(eye * 28.0, at),
                body.mark,
            ));
        }
    }
    if subject == Subject::Cat && body.coat.lightness() > 0.5 {
        for stripe in [-0.24, 0.0, 0.24] {
            let top = (x + stripe * across, y - down * 1.02);
            patches.push((
                Shape::leaf(top, (x + stripe * across * 0.7, y - down * 0.46), across * 0.06),
                body.mark,
            ));
        }
        for cheek in [-1.0, 1.0] {
            patches.push((
                Shape::leaf(
                    (x + cheek * across * 1.02, y + down * 0.12),
                    (x + cheek * across * 0.66, y + down * 0.2),
                    across * 0.05,
                ),
                body.mark,
            ));
        }
    }
    p.easel.within(&face, |easel| {
        for (patch, colour) in &patches {
            easel.dab(patch, *colour, 1.0);
        }
    });
    if body.ears == Ears::Floppy {
        for ear in [-1.0, 1.0] {
            let flap = Shape::soft(&[
                (x + ear * across * 0.6, y - down * 0.86),
                (x + ear * across * 1.05, y - down * 0.68),
                (x + ear * across * 1.2, y + down * 0.1),
                (x + ear * across * 1.02, y + down * 0.52),
                (x + ear * across * 0.82, y + down * 0.1),
            ]);
            p.easel.fill(&flap, body.mark);
        }
    }
    features(p, centre, (across, down), body, subject);
}

fn features(p: &mut Painting, centre: Point, half: (f32, f32), body: &Build, subject: Subject) {
    let (x, y) = centre;
    let (across, down) = half;
    let ink = Colour::hex(0x1E1A22);
    let asleep = p.chance.odds(0.3) && subject != Subject::Panda;
    let on_dark = body.coat.lightness() < 0.45 && !body.mask;
    for eye in [-1.0, 1.0] {
        let at = (x + eye * across * 0.43, y + down * 0.06);
        if asleep {
            let lid = Shape::curve(&[
                (at.0 - across * 0.14, at.1),
                (at.0, at.1 + down * 0.12),
                (at.0 + across * 0.14, at.1),
            ]);
            p.easel.line(&lid, if on_dark { body.belly } else { ink }, across * 0.05);
            continue;
        }
        if subject == Subject::Cat {
            let iris = if p.palette.accent.distance(body.coat) < 0.2 {
                p.palette.leaf.lighter(0.3)
            } else {
                Colour::hex(0xF2C14A)
            };
            p.easel.dab(&Shape::ellipse(at.0, at.1, across * 0.15, down * 0.17), iris, 1.0);
            p.easel.dab(&Shape::ellipse(at.0, at.1, across * 0.065, down * 0.16), ink, 1.0);
        } else {
            p.easel.dab(&Shape::ellipse(at.0, at.1, across * 0.09, down * 0.125), ink, 1.0);
        }
        p.easel.dab(
            &Shape::circle(at.0 - across * 0.03, at.1 - down * 0.05, across * 0.034),
            Colour::WHITE,
            1.0,
        );
    }
    let nose_y = y + down * if subject == Subject::Fox { 0.92 } else { 0.44 };
    let nose_colour =
        if subject == Subject::Cat || subject == Subject::Rabbit { Colour::hex(0xD9827C) } else { ink };
    let nose = Shape::soft(&[
        (x - across * 0.12, nose_y - down * 0.05),
        (x, nose_y - down * 0.08),
        (x + across * 0.12, nose_y - down * 0.05),
        (x, nose_y + down * 0.1),
    ]);
    p.easel.dab(&nose, nose_colour, 1.0);
    if subject != Subject::Fox {
        for side in [-1.0, 1.0] {
            let smile = Shape::curve(&[
                (x, nose_y + down * 0.08),
                (x + side * across * 0.07, nose_y + down * 0.24),
                (x + side * across * 0.2, nose_y + down * 0.2),
            ]);
            p.easel.faint_line(&smile, ink, across * 0.028, 0.85);
        }
    }
    for cheek in [-1.0, 1.0] {
        p.easel.dab(
            &Shape::ellipse(x + cheek * across * 0.66, y + down * 0.4, across * 0.13, down * 0.09),
            Colour::hex(0xF08A80),
            0.32,
        );
        if body.whiskers {
            for whisker in [-0.1, 0.04, 0.18] {
                let line = Shape::curve(&[
                    (x + cheek * across * 0.46, y + down * (0.5 + whisker * 0.4)),
                    (x + cheek * across * 0.85, y + down * (0.44 + whisker)),
                    (x + cheek * across * 1.28, y + down * (0.42 + whisker * 1.7)),
                ]);
                p.easel.faint_line(&line, if on_dark { body.belly } else { ink }, 2.2, 0.55);
            }
        }
    }
}
