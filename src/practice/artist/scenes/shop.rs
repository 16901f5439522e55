//! A shop front with an awning: pictures in the window, a door, plants on the pavement.

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    flora::{self, LeafKind},
    painting::Painting,
    reading::Hour,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let ground = height * 0.86;
    backdrop::sky(p, height * 0.7);
    let palette = p.palette;
    let lit = p.night() || p.hour == Hour::Evening;
    let unit = height.min(width);
    let across = unit * 0.84;
    let left = (width - across) / 2.0 + p.chance.between(-0.04, 0.04) * unit;
    neighbours(p, (left, across), ground, lit);

    let wall = palette.paper.mix(palette.far, 0.22).mix(palette.near, if p.night() { 0.3 } else { 0.0 });
    let top = ground - unit * 0.78;
    let facade = Shape::rectangle(left, top, across, ground - top);
    let side = p.shadow_side;
    p.easel.blend(
        &facade,
        ((left, 0.0), if side > 0.0 { wall.lighter(0.12) } else { wall.darker(0.1) }),
        ((left + across, 0.0), if side > 0.0 { wall.darker(0.1) } else { wall.lighter(0.12) }),
    );
    let cornice =
        Shape::rounded(left - unit * 0.02, top - unit * 0.03, across + unit * 0.04, unit * 0.045, 5.0);
    p.easel.fill(&cornice, palette.near.mix(wall, 0.2));
    for window in 0..3 {
        let x = left + across * (0.12 + 0.28 * window as f32);
        upper_window(
            p,
            (x, top + unit * 0.06),
            (across * 0.19, unit * 0.19),
            lit && p.chance.clone().odds(0.6 + 0.2 * window as f32),
        );
    }

    let band = Shape::rectangle(left + across * 0.03, top + unit * 0.285, across * 0.94, unit * 0.085);
    p.easel.fill(&band, palette.near);
    let sign =
        Shape::rounded(left + across * 0.24, top + unit * 0.3, across * 0.52, unit * 0.055, unit * 0.028);
    p.easel.fill(&sign, palette.second);
    for letter in 0..7 {
        let x = left + across * (0.295 + 0.06 * letter as f32);
        let wide = across * if letter % 3 == 0 { 0.035 } else { 0.024 };
        p.easel.dab(&Shape::rounded(x, top + unit * 0.317, wide, unit * 0.02, 4.0), palette.ink, 0.9);
    }

    let shop_top = top + unit * 0.37;
    let door_left = p.chance.odds(0.5);
    let door_wide = across * 0.24;
    let (door_x, glass_x) = if door_left {
        (left + across * 0.06, left + across * 0.35)
    } else {
        (left + across * 0.7, left + across * 0.06)
    };
    let glass_wide = across * 0.59;
    show_window(p, (glass_x, shop_top + unit * 0.05), (glass_wide, ground - shop_top - unit * 0.12), lit);
    door(p, (door_x, shop_top + unit * 0.05), (door_wide, ground - shop_top - unit * 0.05), lit);
    awning(p, (left - unit * 0.02, shop_top - unit * 0.015), (across + unit * 0.04, unit * 0.15));

    let pavement = Shape::rectangle(0.0, ground, width, height - ground);
    let stone = palette.far.mix(palette.near, 0.38);
    p.easel.blend_down(&pavement, stone.lighter(0.2), stone);
    for slab in 0..(width / 130.0) as usize + 1 {
        let x = slab as f32 * 130.0;
        p.easel.faint_line(
            &Shape::polyline(&[(x, ground), (x + (x - width / 2.0) * 0.22, height)]),
            stone.darker(0.3),
            2.0,
            0.45,
        );
    }
    p.easel.faint_line(
        &Shape::polyline(&[
            (0.0, ground + (height - ground) * 0.4),
            (width, ground + (height - ground) * 0.4),
        ]),
        stone.darker(0.3),
        2.0,
        0.45,
    );
    if lit {
        let spill = Shape::polygon(&[
            (glass_x, ground),
            (glass_x + glass_wide, ground),
            (glass_x + glass_wide + 90.0, height),
            (glass_x - 90.0, height),
        ]);
        p.easel.lighten(&spill, palette.lamp(), 0.24);
    }
    for (x, tall) in [(glass_x - across * 0.02, 0.2), (glass_x + glass_wide + across * 0.01, 0.24)] {
        potted(p, (x, ground + unit * 0.035), unit * tall);
    }
    board(
        p,
        (if door_left { left + across * 0.96 } else { left + across * 0.02 }, ground + unit * 0.06),
        unit * 0.15,
    );
}

fn neighbours(p: &mut Painting, shop: (f32, f32), ground: f32, lit: bool) {
    let (left, across) = shop;
    let width = p.easel.width;
    let unit = across / 0.84;
    for side in [-1.0, 1.0] {
        let mut x = if side < 0.0 { left } else { left + across };
        while x > 0.0 && x < width {
            let wide = unit * p.chance.between(0.3, 0.5);
            let tall = unit * p.chance.between(0.66, 0.98);
            let colour = p
                .palette
                .depth(p.chance.between(0.2, 0.42))
                .mix(p.palette.second, p.chance.between(0.0, 0.3));
            let from = if side < 0.0 { x - wide } else { x };
            let house = Shape::rectangle(from, ground - tall, wide, tall);
            p.easel.blend_down(&house, colour.lighter(0.07), colour.mix(p.palette.horizon, 0.25));
            let roof = Shape::polygon(&[
                (from - 8.0, ground - tall),
                (from + wide * 0.14, ground - tall - unit * 0.08),
                (from + wide * 0.86, ground - tall - unit * 0.08),
                (from + wide + 8.0, ground - tall),
            ]);
            p.easel.fill(&roof, colour.mix(p.palette.near, 0.5));
            for pane in 0..6 {
                let at = (
                    from + wide * (0.2 + 0.38 * (pane % 2) as f32),
                    ground - tall + unit * (0.09 + 0.2 * (pane / 2) as f32),
                );
                let glass = Shape::rounded(at.0, at.1, wide * 0.2, unit * 0.1, 4.0);
                let tone = if lit && p.chance.odds(0.5) {
                    p.palette.lamp()
                } else {
                    colour.mix(p.palette.near, 0.45)
                };
                p.easel.fill(&glass, tone);
            }
            x += side * wide;
        }
    }
}

fn upper_window(p: &mut Painting, at: Point, size: (f32, f32), lit: bool) {
    let (x, y) = at;
    let palette = p.palette;
    let frame = Shape::rectangle(x - 7.0, y - 7.0, size.0 + 14.0, size.1 + 14.0);
    p.easel.fill(&frame, palette.paper.lighter(0.2));
    let glass = Shape::rectangle(x, y, size.0, size.1);
    let (from, to) = if lit {
        (palette.lamp(), palette.lamp().mix(palette.accent, 0.3))
    } else {
        (palette.sky.mix(palette.near, 0.35), palette.sky.mix(palette.paper, 0.3))
    };
    p.easel.blend(&glass, ((x, y), from), ((x + size.0, y + size.1), to));
    let bars = Shape::polyline(&[(x + size.0 / 2.0, y), (x + size.0 / 2.0, y + size.1)]);
    p.easel.line(&bars, palette.paper, 5.0);
    p.easel.line(
        &Shape::polyline(&[(x, y + size.1 * 0.42), (x + size.0, y + size.1 * 0.42)]),
        palette.paper,
        5.0,
    );
    let planter = Shape::rounded(x - 10.0, y + size.1 - 2.0, size.0 + 20.0, 22.0, 4.0);
    for plant in 0..7 {
        let from = (x + size.0 * (plant as f32 + 0.5) / 7.0, y + size.1 + 2.0);
        let tip = (from.0 + p.chance.between(-14.0, 14.0), from.1 - p.chance.between(18.0, 34.0));
        p.easel.fill(&Shape::leaf(from, tip, 8.0), palette.leaf);
        if plant % 2 == 0 {
            p.easel.fill(&Shape::circle(tip.0, tip.1, 7.0), palette.accent);
        }
    }
    p.easel.fill(&planter, palette.near.mix(palette.accent, 0.4));
}

fn show_window(p: &mut Painting, at: Point, size: (f32, f32), lit: bool) {
    let (x, y) = at;
    let palette = p.palette;
    p.easel.fill(&Shape::rectangle(x - 9.0, y - 9.0, size.0 + 18.0, size.1 + 18.0), palette.near);
    let glass = Shape::rectangle(x, y, size.0, size.1);
    let (from, to) = if lit {
        (palette.lamp(), palette.lamp().mix(palette.accent, 0.4))
    } else {
        (palette.near.mix(palette.sky, 0.5), palette.near.mix(palette.sky, 0.25))
    };
    p.easel.blend_down(&glass, from, to);
    if lit {
        p.easel.glow((x + size.0 / 2.0, y + size.1 / 2.0), size.0 * 0.8, palette.lamp(), 0.36);
    }
    let columns = 3;
    for column in 0..columns {
        let wide = size.0 / (columns as f32 + 0.9);
        let frame =
            (x + wide * 0.22 + column as f32 * wide * 1.24, y + size.1 * p.chance.between(0.26, 0.34));
        let tall = wide * p.chance.between(1.0, 1.25);
        small_picture(p, frame, (wide, tall), column);
    }
    p.easel.fill(
        &Shape::rectangle(x, y + size.1 * 0.87, size.0, size.1 * 0.13),
        palette.near.mix(palette.second, 0.35),
    );
    for streak in [0.1, 0.2] {
        let shine = Shape::polygon(&[
            (x + size.0 * streak, y),
            (x + size.0 * (streak + 0.05), y),
            (x + size.0 * (streak - 0.08), y + size.1),
            (x + size.0 * (streak - 0.13), y + size.1),
        ]);
        p.easel.within(&glass, |easel| easel.lighten(&shine, Colour::WHITE, 0.16));
    }
}

fn small_picture(p: &mut Painting, at: Point, size: (f32, f32), order: usize) {
    let (x, y) = at;
    let palette = p.palette;
    p.easel.fill(&Shape::rectangle(x, y, size.0, size.1), palette.ink.mix(palette.second, 0.3));
    let sheet = Shape::rectangle(x + 7.0, y + 7.0, size.0 - 14.0, size.1 - 14.0);
    p.easel.fill(&sheet, palette.paper);
    let (cx, cy) = (x + size.0 / 2.0, y + size.1 / 2.0);
    p.easel.within(&sheet, |easel| match order % 3 {
        0 => {
            easel.dab(&Shape::circle(cx, cy, size.0 * 0.24), palette.accent, 1.0);
            easel.dab(&Shape::rectangle(x, cy, size.0, size.1), palette.sky.mix(palette.near, 0.4), 1.0);
        }
        1 => {
            easel.dab(
                &Shape::polygon(&[
                    (x, y + size.1),
                    (cx - size.0 * 0.05, y + size.1 * 0.3),
                    (x + size.0 * 0.9, y + size.1),
                ]),
                palette.leaf,
                1.0,
            );
            easel.dab(
                &Shape::polygon(&[
                    (cx - size.0 * 0.1, y + size.1),
                    (x + size.0 * 0.76, y + size.1 * 0.5),
                    (x + size.0 * 1.2, y + size.1),
                ]),
                palette.near,
                1.0,
            );
            easel.dab(
                &Shape::circle(x + size.0 * 0.72, y + size.1 * 0.26, size.0 * 0.1),
                palette.second,
                1.0,
            );
        }
        _ => {
            easel.dab(&Shape::rectangle(x, y, size.0, size.1), palette.second, 1.0);
            easel.dab(
                &Shape::leaf((cx, y + size.1 * 0.9), (cx - size.0 * 0.2, y + size.1 * 0.2), size.0 * 0.2),
                palette.near,
                1.0,
            );
            easel.dab(
                &Shape::leaf((cx, y + size.1 * 0.9), (cx + size.0 * 0.3, y + size.1 * 0.34), size.0 * 0.16),
                palette.accent,
                1.0,
            );
        }
    });
}

fn door(p: &mut Painting, at: Point, size: (f32, f32), lit: bool) {
    let (x, y) = at;
    let palette = p.palette;
    let colour = palette.accent.mix(palette.near, 0.3);
    p.easel.fill(&Shape::rectangle(x - 8.0, y - 8.0, size.0 + 16.0, size.1 + 8.0), palette.near);
    p.easel.fill(&Shape::rectangle(x, y, size.0, size.1), colour);
    let glass = Shape::rounded(x + size.0 * 0.16, y + size.1 * 0.08, size.0 * 0.68, size.1 * 0.56, 8.0);
    p.easel.fill(&glass, if lit { palette.lamp() } else { palette.near.mix(palette.sky, 0.4) });
    p.easel.fill(
        &Shape::rounded(x + size.0 * 0.16, y + size.1 * 0.72, size.0 * 0.68, size.1 * 0.2, 8.0),
        colour.darker(0.16),
    );
    p.easel.fill(
        &Shape::rounded(x + size.0 * 0.8, y + size.1 * 0.52, size.0 * 0.06, size.1 * 0.12, 4.0),
        palette.second,
    );
    let card = Shape::rounded(x + size.0 * 0.34, y + size.1 * 0.3, size.0 * 0.32, size.1 * 0.1, 4.0);
    p.easel.fill(&card, palette.paper);
}

fn awning(p: &mut Painting, at: Point, size: (f32, f32)) {
    let (x, y) = at;
    let palette = p.palette;
    let stripes = 11;
    let flare = size.1 * 0.3;
    let shadow = Shape::rectangle(x, y + size.1, size.0, size.1 * 0.55);
    p.easel.shade(&shadow, 0.3);
    for stripe in 0..stripes {
        let (from, to) = (stripe as f32 / stripes as f32, (stripe + 1) as f32 / stripes as f32);
        let low = |share: f32| x - flare + (size.0 + 2.0 * flare) * share;
        let (left, right) = (low(from), low(to));
        let cloth = Shape::polygon(&[
            (x + size.0 * from, y),
            (x + size.0 * to, y),
            (right, y + size.1),
            (left, y + size.1),
        ]);
        let colour = if stripe % 2 == 0 { palette.accent } else { palette.paper.lighter(0.3) };
        p.easel.blend_down(&cloth, colour.lighter(0.06), colour.darker(0.06));
        let scallop =
            Shape::ring((left + right) / 2.0, y + size.1 - 1.0, 0.0, (right - left) / 2.0, 0.0, 0.5);
        p.easel.fill(&scallop, colour.darker(0.14));
    }
}

fn potted(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    let palette = p.palette;
    p.easel.soft_shade(&Shape::ellipse(x, y, size * 0.3, size * 0.06), 8.0, 0.4);
    for stem in 0..5 {
        let lean = (stem as f32 - 2.0) * 0.2;
        let tip = (x + lean * size, y - size * (1.0 - lean.abs() * 0.6));
        let kind = if stem % 2 == 0 { LeafKind::Round } else { LeafKind::Long };
        flora::sprig(p, (x, y - size * 0.28), tip, kind, palette.leaf.mix(palette.near, 0.1 * stem as f32));
    }
    let pot = Shape::polygon(&[
        (x - size * 0.2, y - size * 0.32),
        (x + size * 0.2, y - size * 0.32),
        (x + size * 0.15, y),
        (x - size * 0.15, y),
    ]);
    p.easel.fill(&pot, palette.accent.mix(palette.second, 0.45));
}

fn board(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    let palette = p.palette;
    p.easel.soft_shade(&Shape::ellipse(x, y, size * 0.5, size * 0.07), 8.0, 0.4);
    let legs = Shape::polygon(&[
        (x - size * 0.34, y),
        (x - size * 0.26, y - size),
        (x + size * 0.26, y - size),
        (x + size * 0.34, y),
    ]);
    p.easel.fill(&legs, palette.near.mix(palette.second, 0.4));
    let slate = Shape::polygon(&[
        (x - size * 0.27, y - size * 0.14),
        (x - size * 0.21, y - size * 0.92),
        (x + size * 0.21, y - size * 0.92),
        (x + size * 0.27, y - size * 0.14),
    ]);
    p.easel.fill(&slate, palette.ink);
    for line in 0..3 {
        let rise = y - size * (0.74 - 0.18 * line as f32);
        p.easel.faint_line(
            &Shape::polyline(&[(x - size * 0.13, rise), (x + size * (0.13 - 0.05 * line as f32), rise)]),
            palette.paper,
            4.0,
            0.9,
        );
    }
}
