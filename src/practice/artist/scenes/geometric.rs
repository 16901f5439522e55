//! Posters from circles, bars and quarter turns.

use crate::practice::artist::{colour::Colour, painting::Painting, shape::Shape};

pub(super) fn paint(p: &mut Painting) {
    if !p.reading.minimal && p.chance.odds(0.5) { tiles(p) } else { poster(p) }
}

fn paints(p: &Painting) -> [Colour; 6] {
    let palette = p.palette;
    [
        palette.accent,
        palette.second,
        palette.near,
        palette.sky.mix(palette.near, 0.25),
        palette.leaf,
        palette.paper.mix(palette.far, 0.35),
    ]
}

/// A grid of tiles, each a simple figure on its own ground.
fn tiles(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let columns = p.chance.one_of(&[4.0, 5.0]);
    let side = width.min(height) / columns;
    let (across, down) = ((width / side).round(), (height / side).round());
    let (tile_width, tile_height) = (width / across, height / down);
    let colours = paints(p);
    let paper = p.palette.paper;
    let whole = p.easel.sheet_shape();
    p.easel.fill(&whole, paper);
    let mut previous = 9;
    for row in 0..down as usize {
        for column in 0..across as usize {
            let (x, y) = (column as f32 * tile_width, row as f32 * tile_height);
            let (w, h) = (tile_width, tile_height);
            let tile = Shape::rectangle(x, y, w + 0.5, h + 0.5);
            let ground = p.chance.below(7);
            let mut figure = p.chance.below(6);
            if figure == ground {
                figure = (figure + 1) % 6;
            }
            let ground = if ground == 6 { paper } else { colours[ground] };
            let ink = if ground.distance(colours[figure]) < 0.2 {
                paper.mix(p.palette.ink, if ground.lightness() > 0.7 { 0.9 } else { 0.0 })
            } else {
                colours[figure]
            };
            let third = if p.chance.odds(0.5) { paper } else { colours[(figure + 2) % 6] };
            let mut kind = p.chance.below(9);
            if kind == previous {
                kind = (kind + 1) % 9;
            }
            previous = kind;
            let corner = p.chance.below(4);
            let (cx, cy) =
                (x + if corner.is_multiple_of(2) { 0.0 } else { w }, y + if corner < 2 { 0.0 } else { h });
            let (mx, my) = (x + w / 2.0, y + h / 2.0);
            let reach = w.min(h);
            p.easel.fill(&tile, ground);
            p.easel.within(&tile, |easel| match kind {
                0 => {
                    easel.fill(&Shape::circle(cx, cy, reach), ink);
                    easel.fill(&Shape::circle(cx, cy, reach * 0.5), third);
                }
                1 => {
                    for ring in [1.0, 0.78, 0.56, 0.34] {
                        let tone = if ring == 1.0 || ring == 0.56 { ink } else { ground };
                        easel.fill(&Shape::circle(cx, cy, reach * ring), tone);
                    }
                }
                2 => {
                    easel.fill(&Shape::circle(mx, my, reach * 0.36), ink);
                    easel.fill(&Shape::circle(mx, my, reach * 0.15), third);
                }
                3 => {
                    for bar in 0..4 {
                        easel.fill(&Shape::rectangle(x + w * bar as f32 / 4.0, y, w / 8.0, h), ink);
                    }
                }
                4 => easel.fill(&Shape::polygon(&[(cx, cy), (2.0 * mx - cx, cy), (cx, 2.0 * my - cy)]), ink),
                5 => {
                    let (top, bottom) = (
                        Shape::ring(mx, y, 0.0, w / 2.0, 0.0, 0.5),
                        Shape::ring(mx, my, 0.0, w / 2.0, 0.0, 0.5),
                    );
                    easel.fill(&top, ink);
                    easel.fill(&bottom, third);
                }
                6 => {
                    for dot in 0..9 {
                        let (dx, dy) = ((dot % 3) as f32, (dot / 3) as f32);
                        easel.fill(
                            &Shape::circle(x + w * (dx + 0.5) / 3.0, y + h * (dy + 0.5) / 3.0, reach * 0.09),
                            ink,
                        );
                    }
                }
                7 => {
                    easel.fill(&Shape::leaf((cx, cy), (2.0 * mx - cx, 2.0 * my - cy), reach * 0.62), ink);
                    easel.fill(&Shape::circle(mx, my, reach * 0.12), third);
                }
                _ => {
                    for step in 0..4 {
                        let rise = h * step as f32 / 4.0;
                        easel.fill(
                            &Shape::rectangle(x, y + rise, w * (step + 1) as f32 / 4.0, h / 4.0 + 0.5),
                            ink,
                        );
                    }
                }
            });
        }
    }
}

/// One large figure, a few small ones and a diagonal that ties them together.
fn poster(p: &mut Painting) {
    let (width, height) = (p.easel.width, p.easel.height);
    let palette = p.palette;
    let unit = width.min(height);
    let whole = p.easel.sheet_shape();
    p.easel.fill(&whole, if palette.dark { palette.near } else { palette.paper });
    let (x, y) = (width * p.chance.between(0.38, 0.6), height * p.chance.between(0.36, 0.52));
    let radius = unit * p.chance.between(0.28, 0.35);
    let lean = p.chance.one_of(&[-45.0, 45.0, -30.0, 30.0]);
    let bar = |offset: f32, thick: f32, from: f32, to: f32| {
        Shape::rectangle(x + from * unit, y + offset * unit, (to - from) * unit, thick * unit)
            .turned(lean, (x, y))
    };
    p.easel.fill(&bar(0.16, 0.2, -1.5, 1.5), palette.sky.mix(palette.far, 0.3));
    p.easel.fill(&Shape::circle(x, y, radius), palette.accent);
    p.easel.fill(
        &Shape::ring(x, y, 0.0, radius, lean / 360.0, lean / 360.0 + 0.5),
        palette.accent.mix(palette.near, 0.45),
    );
    p.easel.fill(&bar(0.02, 0.035, -0.9, 0.62), palette.ink);
    p.easel.fill(&bar(-0.22, 0.05, 0.05, 1.4), palette.second);
    if !p.reading.minimal {
        let (cx, cy) = (x + radius * 1.05 * p.shadow_side, y + radius * 1.1);
        for ring in 0..5 {
            let reach = radius * (0.62 - 0.12 * ring as f32);
            let tone = if ring % 2 == 0 { palette.near } else { palette.second };
            p.easel.fill(&Shape::ring(cx, cy, 0.0, reach, lean / 360.0 + 0.5, lean / 360.0 + 1.0), tone);
        }
        let (tx, ty) = (x - radius * 1.2 * p.shadow_side, y + radius * 1.35);
        p.easel.fill(
            &Shape::polygon(&[
                (tx, ty - radius * 0.5),
                (tx + radius * 0.52, ty + radius * 0.4),
                (tx - radius * 0.52, ty + radius * 0.4),
            ]),
            palette.leaf,
        );
        for dot in 0..35 {
            let (column, row) = ((dot % 7) as f32, (dot / 7) as f32);
            let at = (x + p.shadow_side * radius * 0.75 + column * 22.0, y - radius * 1.35 + row * 22.0);
            p.easel.fill(&Shape::circle(at.0, at.1, 5.0), palette.ink);
        }
        for stripe in 0..9 {
            let at = height * 0.93 + stripe as f32 * 9.0;
            p.easel.fill(
                &Shape::rectangle(width * 0.07, at - 60.0, width * (0.1 + 0.035 * stripe as f32), 4.0),
                palette.ink,
            );
        }
    }
    let (sx, sy) = (x - radius * 0.95 * p.shadow_side, y - radius * 1.1);
    p.easel.fill(&Shape::circle(sx, sy, radius * 0.24), palette.second);
    p.easel.fill(&Shape::circle(sx, sy, radius * 0.1), palette.near);
}
