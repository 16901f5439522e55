//! Open country: dunes and meadows, and the small things that stand in them.

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    flora::{self, Bloom},
    painting::Painting,
    reading::{Extra, Season, Weather},
    shape::{Point, Shape},
};

pub(super) fn dunes(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let horizon = height * p.chance.between(0.46, 0.56);
    backdrop::sky(p, horizon);
    let mesa_colour = p.palette.depth(0.12);
    let mesas = backdrop::jagged(p, horizon + 10.0, height * 0.06, 6);
    p.easel.fill(&Shape::under(&mesas, height), mesa_colour);

    let rows = if p.reading.minimal { 3 } else { 5 };
    let mut leaning = p.chance.side();
    for row in 0..rows {
        let share = row as f32 / (rows - 1) as f32;
        leaning = -leaning;
        dune(p, horizon, share, leaning, row + 1 == rows);
    }
    let (x, amount) = (width * p.chance.between(0.1, 0.6), 2 + p.chance.below(3));
    backdrop::birds(p, (x, horizon * 0.4, width * 0.25, horizon * 0.25), amount);
    if !p.reading.minimal {
        for _ in 0..2 {
            let x = width
                * if p.chance.odds(0.5) {
                    p.chance.between(0.06, 0.22)
                } else {
                    p.chance.between(0.78, 0.94)
                };
            let (y, tall) =
                (height * p.chance.between(0.86, 0.97), height.min(1200.0) * p.chance.between(0.14, 0.24));
            cactus(p, (x, y), tall);
        }
    }
}

/// One dune: a long windward slope up to a crest at one side of the sheet, and the lee falling away in shade
/// behind a winding edge.
fn dune(p: &mut Painting, horizon: f32, share: f32, leaning: f32, nearest: bool) {
    let (width, height) = (p.easel.width, p.easel.height);
    let base = horizon + (height - horizon) * (0.1 + 0.66 * share);
    let tall = (height - horizon) * (0.16 + 0.16 * share);
    let crest = width * (0.5 + leaning * p.chance.between(0.12, 0.3));
    let reach = width * p.chance.between(0.75, 1.0);
    let line: Vec<Point> = (-2..=34)
        .map(|step| {
            let x = width * step as f32 / 32.0;
            let away = (x - crest) / reach;
            // Steeper on the side the dune leans to.
            let steep = if away * leaning > 0.0 { 2.1 } else { 1.0 };
            let lift = (-(away * steep * 2.0).powi(2)).exp();
            (x, base - tall * lift + (x / 190.0 + share * 9.0).sin() * 5.0)
        })
        .collect();
    let sand = Shape::softly_under(&line, height + 10.0);
    let colour = p.palette.depth(0.16 + 0.5 * share).mix(p.palette.accent, 0.08);
    let lit = colour.mix(p.light(), 0.42);
    p.easel.blend(&sand, ((0.0, base - tall), lit), ((0.0, base + tall * 1.6), colour));

    let top = (crest, backdrop::height_at(&line, crest));
    let deep = tall * 2.2 + (height - base) * 0.4;
    let bow = p.chance.between(0.1, 0.2) * width;
    let edge: Vec<Point> = (0..=10)
        .map(|step| {
            let along = step as f32 / 10.0;
            let wave = (along * 4.6).sin() * bow * along.sqrt() - along * along * bow * 1.1;
            (top.0 + leaning * wave, top.1 + deep * along)
        })
        .collect();
    let outer = if leaning > 0.0 { width + 60.0 } else { -60.0 };
    let lee = Shape::drawn(|pen| {
        pen.move_to(outer, top.1 - 300.0);
        pen.line_to(top.0, top.1 - 300.0);
        pen.line_to(top.0, top.1);
        for index in 1..edge.len() {
            let middle =
                ((edge[index - 1].0 + edge[index].0) / 2.0, (edge[index - 1].1 + edge[index].1) / 2.0);
            pen.quad_to(edge[index - 1].0, edge[index - 1].1, middle.0, middle.1);
        }
        pen.line_to(outer, top.1 + deep);
        pen.close();
    });
    let tone = colour.mix(p.palette.near, 0.62);
    let ripples: Vec<Shape> = (0..if nearest { 12 } else { 0 })
        .map(|ripple| {
            let lift = 30.0 + ripple as f32 * (17.0 + ripple as f32 * 2.4);
            let mark: Vec<Point> = line
                .iter()
                .map(|(x, y)| (*x, y + lift + (x / 64.0 + ripple as f32 * 0.9).sin() * 5.0))
                .collect();
            Shape::curve(&mark)
        })
        .collect();
    p.easel.within(&sand, |easel| {
        easel.blend_down_dab(&lee, tone, colour.mix(tone, 0.15));
        for ripple in &ripples {
            easel.faint_line(ripple, colour.darker(0.3), 2.4, 0.2);
        }
    });
}

fn cactus(p: &mut Painting, foot: Point, tall: f32) {
    let (x, y) = foot;
    let colour = p.palette.leaf.mix(p.palette.near, 0.35);
    let thick = tall * 0.15;
    let away = p.shadow_side;
    let fallen = Shape::polygon(&[
        (x - thick / 2.0, y),
        (x + thick / 2.0, y),
        (x + away * tall * 0.9 + thick / 2.0, y + tall * 0.12),
        (x + away * tall * 0.9 - thick / 2.0, y + tall * 0.12),
    ]);
    p.easel.shade(&fallen, 0.4);
    for (side, low, high, reach) in [(1.0, 0.4, 0.74, 0.26), (-1.0, 0.52, 0.86, 0.24)] {
        let arm = Shape::drawn(|pen| {
            pen.move_to(x, y - tall * low);
            pen.quad_to(x + side * tall * reach, y - tall * low, x + side * tall * reach, y - tall * high);
        });
        p.easel.line(&arm, colour.darker(0.1), thick * 0.62);
    }
    let body = Shape::rounded(x - thick / 2.0, y - tall, thick, tall + 6.0, thick / 2.0);
    p.easel.fill(&body, colour);
    for rib in [-0.22, 0.05, 0.28] {
        let line = Shape::polyline(&[(x + thick * rib, y - tall * 0.94), (x + thick * rib, y)]);
        p.easel.faint_line(&line, colour.darker(0.3), 2.0, 0.5);
    }
}

pub(super) fn meadow(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let horizon = height * p.chance.between(0.5, 0.6);
    backdrop::sky(p, horizon);
    let far = backdrop::rolling(p, horizon - height * 0.02, height * 0.05);
    let far_colour = p.palette.depth(0.14);
    p.easel.blend_down(
        &Shape::softly_under(&far, height),
        far_colour,
        far_colour.mix(p.palette.horizon, 0.5),
    );
    if p.reading.wants(Extra::Balloon) || p.chance.odds(0.3) {
        balloon(p, horizon);
    }
    let rows = if p.reading.minimal { 2 } else { 4 };
    for row in 0..rows {
        let share = row as f32 / (rows - 1) as f32;
        let base = horizon + (height - horizon) * (0.04 + 0.66 * share);
        let line = backdrop::rolling(p, base, height * (0.03 + 0.035 * share));
        let colour = field_colour(p, share, row);
        if row > 0 && row + 1 < rows {
            for _ in 0..p.count(6) {
                let x = p.chance.unit() * width;
                let tall = 60.0 + 90.0 * share;
                let foot = (x, backdrop::height_at(&line, x) + 6.0);
                let tone = p.palette.leaf.mix(p.palette.near, 0.3);
                if p.chance.odds(0.45) {
                    cypress(p, foot, tall * 1.5, tone)
                } else {
                    flora::broadleaf(p, foot, tall * 1.3, tone)
                }
            }
        }
        let hill = Shape::softly_under(&line, height + 10.0);
        p.easel.blend_down(&hill, colour.mix(p.light(), 0.2), colour.darker(0.1));
        if !p.reading.minimal {
            furrows(p, &hill, &line, base, colour, share);
        }
        if row == 1 && (p.reading.wants(Extra::House) || p.chance.odds(0.55)) {
            let x = width * p.chance.between(0.25, 0.75);
            house(p, (x, backdrop::height_at(&line, x) + 14.0), 105.0);
        }
    }
    if p.reading.wants(Extra::Tree) || (!p.reading.minimal && p.chance.odds(0.5)) {
        let x = width * if p.chance.odds(0.5) { 0.2 } else { 0.8 };
        let tone = p.palette.leaf.mix(p.palette.near, 0.2);
        flora::broadleaf(p, (x, height * 0.9), height.min(1300.0) * 0.44, tone);
    }
    if !p.reading.minimal && p.reading.weather != Weather::Snow {
        foreground_flowers(p);
    }
}

fn field_colour(p: &Painting, share: f32, row: usize) -> Colour {
    let field =
        p.palette.leaf.mix(if row.is_multiple_of(2) { p.palette.second } else { p.palette.far }, 0.34);
    let colour = field.mix(p.palette.near, 0.1 + 0.34 * share).mix(p.palette.horizon, 0.25 * (1.0 - share));
    if p.reading.weather == Weather::Snow {
        colour.mix(Colour::hex(0xEDF3F7), if p.night() { 0.3 } else { 0.7 })
    } else {
        colour
    }
}

/// Rows of a crop, running together towards the top of the field.
fn furrows(p: &mut Painting, hill: &Shape, line: &[Point], base: f32, colour: Colour, share: f32) {
    let (width, height) = (p.easel.width, p.easel.height);
    let vanish = width * p.chance.between(0.2, 0.8);
    let top = backdrop::height_at(line, vanish);
    let rows = 15;
    let dark = colour.darker(0.18);
    let marks: Vec<Shape> = (0..=rows)
        .map(|row| {
            let foot = width * (row as f32 / rows as f32 * 2.4 - 0.7);
            Shape::curve(&[
                (vanish + (foot - vanish) * 0.16, top - 10.0),
                (vanish + (foot - vanish) * 0.42, base + 60.0 + 50.0 * share),
                (foot, height),
            ])
        })
        .collect();
    let thickness = 2.5 + 4.0 * share;
    p.easel.within(hill, |easel| {
        for mark in &marks {
            easel.faint_line(mark, dark, thickness, 0.26);
        }
    });
}

fn foreground_flowers(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let kind = p.chance.one_of(&[Bloom::Poppy, Bloom::Daisy]);
    let faded = p.reading.season == Season::Autumn;
    for _ in 0..(width / 16.0) as usize {
        let x = p.chance.unit() * width;
        let tall = p.chance.between(30.0, 110.0);
        let lean = p.chance.between(-18.0, 18.0);
        let blade = Shape::curve(&[
            (x, height + 10.0),
            (x + lean * 0.3, height - tall * 0.5),
            (x + lean, height - tall),
        ]);
        let tone = p.palette.near.mix(p.palette.leaf, p.chance.unit());
        p.easel.line(&blade, tone, 4.0);
    }
    let mut heads: Vec<(f32, f32, f32)> = (0..(width / 62.0) as usize)
        .map(|_| {
            let depth = p.chance.unit();
            (p.chance.unit() * width, height * (0.86 + 0.13 * depth), 9.0 + 22.0 * depth)
        })
        .collect();
    heads.sort_by(|a, b| a.1.total_cmp(&b.1));
    for (x, y, size) in heads {
        let stem = Shape::polyline(&[(x, y), (x + 4.0, height + 5.0)]);
        p.easel.line(&stem, p.palette.near.mix(p.palette.leaf, 0.4), 3.0);
        let colour = if kind == Bloom::Daisy {
            p.palette.paper
        } else if p.palette.accent.distance(p.palette.leaf) < 0.2 {
            // Green poppies would be lost in the grass.
            Colour::hex(0xE0603C).mix(p.palette.near, if p.night() { 0.4 } else { 0.0 })
        } else {
            p.palette.accent
        };
        let colour = if faded { colour.mix(p.palette.second, 0.4) } else { colour };
        flora::bloom(p, (x, y), size, kind, colour);
    }
}

fn cypress(p: &mut Painting, foot: Point, tall: f32, colour: Colour) {
    let tree = Shape::leaf((foot.0, foot.1 + 6.0), (foot.0, foot.1 - tall), tall * 0.16);
    p.easel.fill(&tree, colour.darker(0.12));
    let lit = Shape::leaf((foot.0, foot.1), (foot.0, foot.1 - tall), tall * 0.1)
        .moved(-p.shadow_side * tall * 0.035, 0.0);
    p.easel.within(&tree, |easel| easel.dab(&lit, colour.lighter(0.14), 0.6));
}

/// A cottage with a pitched roof, its door on the lit side and a lamp inside after dark.
pub(super) fn house(p: &mut Painting, foot: Point, size: f32) {
    let (x, y) = foot;
    let wall = if p.night() { p.palette.paper.mix(p.palette.near, 0.55) } else { p.palette.paper };
    let roof = p.palette.accent;
    let lamp = if p.night() || p.palette.near.lightness() < 0.2 {
        p.palette.lamp()
    } else {
        p.palette.near.mix(p.palette.far, 0.3)
    };
    if p.night() {
        p.easel.glow((x + size * 0.2, y - size * 0.25), size * 1.4, p.palette.lamp(), 0.4);
    }
    let side = p.shadow_side;
    let front = Shape::polygon(&[
        (x - size * 0.36, y),
        (x - size * 0.36, y - size * 0.42),
        (x, y - size * 0.74),
        (x + size * 0.36, y - size * 0.42),
        (x + size * 0.36, y),
    ]);
    let flank = Shape::polygon(&[
        (x + side * size * 0.36, y),
        (x + side * size * 0.36, y - size * 0.42),
        (x + side * size * 1.15, y - size * 0.42),
        (x + side * size * 1.15, y),
    ]);
    p.easel.fill(&flank, wall.mix(p.palette.near, 0.34));
    p.easel.fill(&front, wall);
    let long_roof = Shape::polygon(&[
        (x, y - size * 0.8),
        (x + side * size * 0.8, y - size * 0.8),
        (x + side * size * 1.24, y - size * 0.38),
        (x + side * size * 0.42, y - size * 0.38),
    ]);
    p.easel.fill(&long_roof, roof.darker(0.06));
    let eave = Shape::polyline(&[(x - side * size * 0.44, y - size * 0.36), (x, y - size * 0.78)]);
    p.easel.line(&eave, roof.darker(0.2), size * 0.07);
    let chimney =
        Shape::rectangle(x + side * size * 0.58 - size * 0.05, y - size * 0.98, size * 0.11, size * 0.24);
    p.easel.fill(&chimney, p.palette.near.mix(roof, 0.3));
    let door = Shape::rounded(x - size * 0.08, y - size * 0.3, size * 0.16, size * 0.3, size * 0.05);
    p.easel.dab(&door, roof.darker(0.35), 1.0);
    for along in [0.52, 0.82] {
        let window = Shape::rectangle(
            x + side * size * along - size * 0.065,
            y - size * 0.27,
            size * 0.13,
            size * 0.14,
        );
        p.easel.dab(&window, lamp, 1.0);
    }
}

pub(super) fn balloon(p: &mut Painting, horizon: f32) {
    let size = p.chance.between(80.0, 125.0);
    let x = p.easel.width * p.chance.between(0.22, 0.78);
    let y = horizon * p.chance.between(0.3, 0.5);
    let envelope = Shape::drawn(|pen| {
        pen.move_to(x - size * 0.22, y + size * 1.1);
        pen.cubic_to(x - size * 0.5, y + size * 0.6, x - size, y + size * 0.4, x - size, y - size * 0.1);
        pen.cubic_to(x - size, y - size * 0.75, x - size * 0.5, y - size, x, y - size);
        pen.cubic_to(x + size * 0.5, y - size, x + size, y - size * 0.75, x + size, y - size * 0.1);
        pen.cubic_to(
            x + size,
            y + size * 0.4,
            x + size * 0.5,
            y + size * 0.6,
            x + size * 0.22,
            y + size * 1.1,
        );
        pen.close();
    });
    p.easel.fill(&envelope, p.palette.paper);
    let (accent, second, side) = (p.palette.accent, p.palette.second, p.shadow_side);
    p.easel.within(&envelope, |easel| {
        for (across, colour) in [(1.0, accent), (0.74, second), (0.46, accent), (0.16, second)] {
            easel.dab(&Shape::ellipse(x, y + size * 0.1, size * across, size * 1.25), colour, 1.0);
            easel.dab(
                &Shape::ellipse(x, y + size * 0.1, size * (across - 0.13), size * 1.25),
                Colour::hex(0xFDF6E8),
                1.0,
            );
        }
        easel.shade(&Shape::circle(x + side * size * 0.85, y + size * 0.2, size * 0.95), 0.26);
    });
    let basket = Shape::rounded(x - size * 0.17, y + size * 1.36, size * 0.34, size * 0.26, size * 0.06);
    for rope in [-0.18, 0.18] {
        let line =
            Shape::polyline(&[(x + size * rope, y + size * 1.1), (x + size * rope * 0.85, y + size * 1.38)]);
        p.easel.line(&line, p.palette.ink, 2.4);
    }
    p.easel.fill(&basket, p.palette.near.mix(p.palette.second, 0.3));
}
