//! A friendly robot with a plant, in a plain room.

use crate::practice::artist::{
    colour::Colour,
    flora::{self, LeafKind},
    painting::Painting,
    scenes::creature,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    creature::plain_ground(p);
    let size = height.min(width * 1.2) * 0.62;
    let side = p.shadow_side;
    let foot = (width / 2.0 - side * size * 0.12, height * 0.93);
    let ground = Shape::ellipse(foot.0 + side * size * 0.1, foot.1, size * 0.36, size * 0.045);
    p.easel.soft_shade(&ground, 20.0, 0.5);
    plant(p, (foot.0 + side * size * 0.56, foot.1), size);
    body(p, foot, size, side);
}

fn plant(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    for stem in 0..5 {
        let lean = (stem as f32 - 2.0) * 0.11;
        let tip = (x + lean * size, y - size * (0.56 - 0.5 * lean.abs()));
        let kind = if stem % 2 == 0 { LeafKind::Long } else { LeafKind::Round };
        let leaf = p.palette.leaf.mix(p.palette.near, 0.1 * stem as f32);
        flora::sprig(p, (x, y - size * 0.16), tip, kind, leaf);
    }
    let at = |dx: f32, dy: f32| (x + dx * size, y - dy * size);
    let pot = Shape::polygon(&[at(-0.12, 0.2), at(0.12, 0.2), at(0.085, 0.0), at(-0.085, 0.0)]);
    let clay = p.palette.second.mix(p.palette.accent, 0.4);
    p.easel.blend(&pot, (at(-0.12, 0.1), clay.lighter(0.14)), (at(0.12, 0.1), clay.darker(0.2)));
}

fn body(p: &mut Painting, foot: Point, size: f32, side: f32) {
    let (x, y) = foot;
    let at = |dx: f32, dy: f32| (x + dx * size, y - dy * size);
    let shell = p.palette.accent.mix(p.palette.paper, 0.12);
    let (lit, dark) = (shell.lighter(0.16), shell.mix(p.palette.ink, 0.3));
    let joint = p.palette.near.mix(p.palette.far, 0.25);
    let plate = |x0: f32, top: f32, across: f32, down: f32, radius: f32| {
        Shape::rounded(x + x0 * size, y - top * size, across * size, down * size, radius * size)
    };
    for leg in [-1.0, 1.0] {
        p.easel.fill(&plate(leg * 0.1 - 0.03, 0.2, 0.06, 0.16, 0.02), joint);
        p.easel.fill(&plate(leg * 0.11 - 0.075, 0.07, 0.15, 0.07, 0.035), dark);
    }
    let resting = Shape::curve(&[at(-side * 0.2, 0.46), at(-side * 0.32, 0.38), at(-side * 0.3, 0.24)]);
    p.easel.line(&resting, joint, size * 0.05);
    p.easel.fill(&Shape::circle(x - side * size * 0.3, y - size * 0.22, size * 0.045), shell);

    let trunk = plate(-0.21, 0.53, 0.42, 0.36, 0.09);
    p.easel.blend(&trunk, (at(-side * 0.2, 0.5), lit), (at(side * 0.22, 0.2), dark));
    let panel = plate(-0.12, 0.45, 0.24, 0.17, 0.04);
    p.easel.fill(&panel, p.palette.paper);
    for (lamp, colour) in [p.palette.accent, p.palette.second, p.palette.leaf].into_iter().enumerate() {
        let centre = at(-0.065 + 0.065 * lamp as f32, 0.4);
        p.easel.fill(&Shape::circle(centre.0, centre.1, size * 0.02), colour);
    }
    p.easel.faint_line(&Shape::polyline(&[at(-0.08, 0.335), at(0.08, 0.335)]), joint, size * 0.012, 0.8);
    p.easel.faint_line(&Shape::polyline(&[at(-0.08, 0.305), at(0.03, 0.305)]), joint, size * 0.012, 0.8);

    p.easel.fill(&plate(-0.05, 0.59, 0.1, 0.08, 0.02), joint);
    p.easel.line(&Shape::polyline(&[at(0.0, 0.92), at(0.0, 1.0)]), joint, size * 0.018);
    let tip = at(0.0, 1.02);
    p.easel.glow(tip, size * 0.12, p.palette.lamp(), 0.6);
    p.easel.fill(&Shape::circle(tip.0, tip.1, size * 0.03), p.palette.second);
    for ear in [-1.0, 1.0] {
        p.easel.fill(&plate(ear * 0.27 - 0.03, 0.8, 0.06, 0.12, 0.025), joint);
    }
    let head = plate(-0.26, 0.92, 0.52, 0.35, 0.13);
    p.easel.blend(&head, (at(-side * 0.24, 0.9), lit), (at(side * 0.28, 0.58), dark));
    let visor = plate(-0.2, 0.86, 0.4, 0.23, 0.1);
    p.easel.fill(&visor, Colour::hex(0x22303A));
    let glow = Colour::hex(0x9FF0E4);
    for eye in [-1.0, 1.0] {
        let centre = at(eye * 0.085, 0.755);
        p.easel.glow(centre, size * 0.09, glow, 0.5);
        p.easel.dab(&Shape::ellipse(centre.0, centre.1, size * 0.03, size * 0.04), glow, 1.0);
    }
    let smile = Shape::curve(&[at(-0.045, 0.695), at(0.0, 0.675), at(0.045, 0.695)]);
    p.easel.faint_line(&smile, glow, size * 0.012, 1.0);

    // The watering can in the other hand.
    let can = at(side * 0.36, 0.5);
    let reaching = Shape::curve(&[at(side * 0.2, 0.44), at(side * 0.28, 0.42), can]);
    p.easel.line(&reaching, joint, size * 0.05);
    let tin = p.palette.second;
    let spout = Shape::polyline(&[(can.0, can.1), (can.0 + side * size * 0.15, can.1 - size * 0.07)]);
    p.easel.line(&spout, tin.darker(0.2), size * 0.026);
    let barrel =
        Shape::rounded(can.0 - size * 0.07, can.1 - size * 0.06, size * 0.14, size * 0.13, size * 0.02);
    p.easel.fill(&barrel.turned(side * 14.0, can), tin);
    p.easel.fill(&Shape::circle(can.0 - side * size * 0.04, can.1, size * 0.042), shell);
    for drop in 0..5 {
        let along = drop as f32 * 0.028;
        let centre =
            (can.0 + side * size * (0.17 + along), can.1 + size * (0.01 + along * 2.0) - size * 0.05);
        p.easel.dab(
            &Shape::ellipse(centre.0, centre.1, size * 0.007, size * 0.013),
            p.palette.sky.lighter(0.4),
            0.95,
        );
    }
}
