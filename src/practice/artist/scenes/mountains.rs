//! High mountains with light on one side, mist between the ranges, and pines in front.

use crate::practice::artist::{
    backdrop,
    colour::Colour,
    flora,
    painting::Painting,
    reading::{Extra, Hour, Technique, Weather},
    scenes::land,
    shape::{Point, Shape},
};

pub(super) fn paint(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let horizon = height * 0.68;
    backdrop::sky(p, horizon);
    let mist = p.palette.horizon;
    if !p.reading.minimal {
        for (nearness, base, tall) in [(0.02, 0.66, 0.26), (0.16, 0.68, 0.2)] {
            let line = backdrop::jagged(p, height * base, height * tall, 4);
            let range = Shape::under(&line, height);
            let colour = p.palette.depth(nearness);
            p.easel.blend(
                &range,
                ((0.0, height * (base - tall)), colour),
                ((0.0, horizon), colour.mix(mist, 0.75)),
            );
        }
    }

    let lake = p.reading.wants(Extra::Lake) || p.chance.odds(0.35);
    let shore = height * p.chance.between(0.7, 0.76);
    let peaks = if p.reading.minimal { 1 } else { 2 + p.chance.below(2) + (width / 1500.0) as usize };
    let mut massifs = Vec::new();
    for peak in 0..peaks {
        let spread = width / peaks as f32;
        let centre = spread * (peak as f32 + 0.5) + p.chance.between(-0.22, 0.22) * spread;
        let tall = height * p.chance.between(0.26, 0.46);
        massifs.push((centre, tall, tall * p.chance.between(0.8, 1.15)));
    }
    massifs.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (index, (centre, tall, half)) in massifs.iter().enumerate() {
        let nearness = 0.36 + 0.14 * index as f32;
        massif(p, (*centre, shore), *tall, *half, nearness);
    }
    let band = Shape::rectangle(0.0, height * 0.5, width, shore - height * 0.5);
    p.easel.veil(&band, (0.0, height * 0.54), (0.0, shore), mist, 0.62);

    if lake {
        water(p, shore, &massifs);
    }
    let hill_base = if lake { 0.9 } else { 0.76 };
    let steps = if p.reading.minimal { 1 } else { 3 };
    for step in 0..steps {
        let share = (step + 1) as f32 / steps as f32;
        let base = height * (hill_base + (0.95 - hill_base) * share);
        let line = backdrop::rolling(p, base, height * 0.045);
        let colour = hill_colour(p, 0.55 + 0.45 * share);
        if !p.reading.minimal {
            let size = height.min(1400.0) * (0.06 + 0.10 * share);
            row_of_pines(p, &line, size, colour.mix(p.palette.near, 0.35), share);
        }
        let hill = Shape::softly_under(&line, height + 10.0);
        p.easel.blend_down(&hill, colour.lighter(0.08), colour.darker(0.14));
        if step == 0 && p.reading.wants(Extra::House) {
            let x = width * p.chance.between(0.3, 0.7);
            land::house(p, (x, backdrop::height_at(&line, x) + 12.0), 120.0);
        }
    }
    if p.reading.wants(Extra::Balloon) {
        land::balloon(p, horizon);
    }
    if p.reading.wants(Extra::Birds) || (p.hour != Hour::Night && p.chance.odds(0.5)) {
        let (x, amount) = (width * p.chance.between(0.1, 0.6), 3 + p.chance.below(4));
        backdrop::birds(p, (x, height * 0.16, width * 0.28, height * 0.14), amount);
    }
}

fn hill_colour(p: &Painting, nearness: f32) -> Colour {
    let green = p.palette.depth(nearness).mix(p.palette.leaf, 0.28);
    if p.reading.weather == Weather::Snow {
        green.mix(Colour::hex(0xE9F0F5), if p.night() { 0.25 } else { 0.62 })
    } else {
        green
    }
}

/// One mountain: a lit face, a shaded face along a winding crest, and snow that follows both.
fn massif(p: &mut Painting, foot: Point, tall: f32, half: f32, nearness: f32) {
    let (x, y) = foot;
    let peak = (x, y - tall);
    let slope = |p: &mut Painting, side: f32| -> Vec<Point> {
        let mut points = Vec::new();
        let pieces = 9;
        for piece in 1..=pieces {
            let share = piece as f32 / pieces as f32;
            let fall = tall * share.powf(1.08);
            let jitter = if piece == pieces { 0.0 } else { p.chance.between(-0.03, 0.035) * tall };
            points.push((x + side * (half * share + jitter), y - tall + fall + jitter * 0.6));
        }
        points
    };
    let left = slope(p, -1.0);
    let right = slope(p, 1.0);
    let mut outline: Vec<Point> = left.iter().rev().copied().collect();
    outline.push(peak);
    outline.extend(right.iter().copied());
    let mountain = Shape::polygon(&outline);

    let base = p.palette.depth(nearness);
    let lit = base.mix(p.light(), if p.night() { 0.08 } else { 0.22 });
    p.easel.blend(&mountain, (peak, lit), ((x, y), lit.mix(p.palette.horizon, 0.35)));

    let side = p.shadow_side;
    let mut crest = vec![peak];
    for step in 1..=7 {
        let share = step as f32 / 7.0;
        let zigzag = if step % 2 == 0 { -0.05 } else { 0.075 };
        let drift = p.chance.between(-0.02, 0.05);
        crest.push((x - side * half * (zigzag + drift) * (0.5 + share), y - tall + tall * share));
    }
    let mut shaded = crest.clone();
    shaded.push((x + side * half * 1.2, y + 5.0));
    shaded.push((x + side * half * 1.2, y - tall));
    let shaded = Shape::polygon(&shaded);

    let line =
        0.24 + if p.reading.weather == Weather::Snow { 0.25 } else { 0.0 } + p.chance.between(0.0, 0.1);
    let mut snow = vec![(x - half, y - tall - 5.0), (x + half, y - tall - 5.0)];
    let teeth = 13;
    for tooth in 0..=teeth {
        let across = x + half * (0.75 - 1.5 * tooth as f32 / teeth as f32);
        let depth = if tooth % 2 == 0 {
            line + p.chance.between(0.04, 0.16)
        } else {
            line - p.chance.between(0.03, 0.1)
        };
        snow.push((across, y - tall + tall * depth));
    }
    let snow = Shape::polygon(&snow);
    let white = Colour::hex(0xFFFDF8).mix(p.palette.haze, if p.night() { 0.5 } else { 0.1 });
    let deep = base.mix(p.palette.near, 0.42);
    let flat_line = p.easel.technique() == Technique::Line;
    p.easel.within(&mountain, |easel| {
        if !flat_line {
            easel.dab(&snow, white, 0.94);
        }
        easel.dab(&shaded, deep, if flat_line { 0.16 } else { 0.62 });
        easel.veil(&shaded, (x, y - tall * 0.6), (x, y), lit, 0.5);
    });
    if flat_line {
        p.easel.line(&Shape::polyline(&crest), p.palette.ink, 2.4);
    }
    // Gullies on the lit side.
    for _ in 0..p.count(6) {
        let share = p.chance.between(0.35, 0.8);
        let from = (x - side * half * share * p.chance.between(0.15, 0.75), y - tall + tall * share);
        let length = tall * p.chance.between(0.06, 0.14);
        let mark = Shape::leaf(from, (from.0 - side * length * 0.55, from.1 + length), 7.0);
        p.easel.within(&mountain, |easel| easel.dab(&mark, deep, 0.3));
    }
}

fn water(p: &mut Painting, shore: f32, massifs: &[(f32, f32, f32)]) {
    let (width, height) = (p.easel.width, p.easel.height);
    let lake = Shape::rectangle(0.0, shore, width, height - shore);
    let palette = p.palette;
    p.easel.blend_down(&lake, palette.horizon.mix(palette.far, 0.35), palette.sky.mix(palette.near, 0.4));
    for (index, (centre, tall, half)) in massifs.iter().enumerate() {
        let squeeze = 0.62;
        let reflection = Shape::polygon(&[
            (centre - half, shore),
            (*centre, shore + tall * squeeze),
            (centre + half, shore),
        ]);
        let colour = palette.depth(0.42 + 0.14 * index as f32);
        p.easel.within(&lake, |easel| easel.dab(&reflection, colour, 0.38));
    }
    for _ in 0..p.count(46) {
        let share = p.chance.unit();
        let y = shore + 6.0 + (height - shore) * share * share;
        let long = p.chance.between(30.0, 150.0) * (0.4 + share);
        let x = p.chance.between(-0.05, 1.0) * width;
        let ripple = Shape::rounded(x, y, long, 2.0 + 3.0 * share, 2.0);
        let (colour, opacity) = (palette.horizon.lighter(0.35), p.chance.between(0.2, 0.5));
        p.easel.dab(&ripple, colour, opacity);
    }
}

/// Taller towards both edges, so that the trees frame the view.
fn row_of_pines(p: &mut Painting, line: &[Point], size: f32, colour: Colour, nearness: f32) {
    let width = p.easel.width;
    let gap = size * p.chance.between(0.26, 0.36);
    let open = p.chance.between(0.35, 0.65);
    let mut x = -gap;
    while x < width + gap {
        let away = ((x / width - open).abs() * 2.0).min(1.0);
        if p.chance.odds(0.2 + 0.78 * away.powf(0.7)) {
            let tall = size * (0.55 + 0.75 * away * nearness) * p.chance.between(0.7, 1.2);
            let foot = (x, backdrop::height_at(line, x) + 8.0);
            flora::pine(p, foot, tall, colour);
        }
        x += gap * p.chance.between(0.6, 1.5);
    }
}
