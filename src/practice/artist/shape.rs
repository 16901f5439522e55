//! Outlines in easel units. An outline that turns out empty draws nothing; a picture never fails over a
//! missing leaf.

use std::f32::consts::TAU;

use tiny_skia::{Path, PathBuilder, Rect, Transform};

pub(super) type Point = (f32, f32);

#[derive(Debug, Clone)]
pub(super) struct Shape(pub(super) Option<Path>);

impl Shape {
    pub(super) fn drawn(draw: impl FnOnce(&mut PathBuilder)) -> Self {
        let mut pen = PathBuilder::new();
        draw(&mut pen);
        Self(pen.finish())
    }

    pub(super) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self(Rect::from_xywh(x, y, width, height).map(PathBuilder::from_rect))
    }

    pub(super) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Self {
        let radius = radius.min(width / 2.0).min(height / 2.0);
        let (right, bottom) = (x + width, y + height);
        Self::drawn(|pen| {
            pen.move_to(x + radius, y);
            pen.line_to(right - radius, y);
            pen.quad_to(right, y, right, y + radius);
            pen.line_to(right, bottom - radius);
            pen.quad_to(right, bottom, right - radius, bottom);
            pen.line_to(x + radius, bottom);
            pen.quad_to(x, bottom, x, bottom - radius);
            pen.line_to(x, y + radius);
            pen.quad_to(x, y, x + radius, y);
            pen.close();
        })
    }

    pub(super) fn circle(x: f32, y: f32, radius: f32) -> Self {
        Self::ellipse(x, y, radius, radius)
    }

    pub(super) fn ellipse(x: f32, y: f32, across: f32, down: f32) -> Self {
        Self(Rect::from_xywh(x - across, y - down, across * 2.0, down * 2.0).and_then(PathBuilder::from_oval))
    }

    pub(super) fn polygon(points: &[Point]) -> Self {
        Self::drawn(|pen| {
            trace(pen, points);
            pen.close();
        })
    }

    pub(super) fn polyline(points: &[Point]) -> Self {
        Self::drawn(|pen| trace(pen, points))
    }

    /// A closed soft outline through every point.
    pub(super) fn soft(points: &[Point]) -> Self {
        let count = points.len();
        Self::drawn(|pen| {
            if count < 3 {
                return;
            }
            pen.move_to(points[0].0, points[0].1);
            for index in 0..count {
                curve(
                    pen,
                    points[(index + count - 1) % count],
                    points[index],
                    points[(index + 1) % count],
                    points[(index + 2) % count],
                );
            }
            pen.close();
        })
    }

    /// An open soft line through every point.
    pub(super) fn curve(points: &[Point]) -> Self {
        Self::drawn(|pen| {
            if let Some(first) = points.first() {
                pen.move_to(first.0, first.1);
                through(pen, points);
            }
        })
    }

    /// Everything under a jagged line, down to `bottom`.
    pub(super) fn under(points: &[Point], bottom: f32) -> Self {
        Self::drawn(|pen| {
            trace(pen, points);
            close_at(pen, points, bottom);
        })
    }

    /// Everything under a soft line, down to `bottom`.
    pub(super) fn softly_under(points: &[Point], bottom: f32) -> Self {
        Self::drawn(|pen| {
            if let Some(first) = points.first() {
                pen.move_to(first.0, first.1);
                through(pen, points);
                close_at(pen, points, bottom);
            }
        })
    }

    /// A leaf from stalk to tip, `width` at its widest.
    pub(super) fn leaf(stalk: Point, tip: Point, width: f32) -> Self {
        let (dx, dy) = (tip.0 - stalk.0, tip.1 - stalk.1);
        let length = dx.hypot(dy).max(0.001);
        let (nx, ny) = (-dy / length * width, dx / length * width);
        let at = |along: f32, off: f32| (stalk.0 + dx * along + nx * off, stalk.1 + dy * along + ny * off);
        let (a, b, c, d) = (at(0.25, 0.62), at(0.7, 0.55), at(0.7, -0.55), at(0.25, -0.62));
        Self::drawn(|pen| {
            pen.move_to(stalk.0, stalk.1);
            pen.cubic_to(a.0, a.1, b.0, b.1, tip.0, tip.1);
            pen.cubic_to(c.0, c.1, d.0, d.1, stalk.0, stalk.1);
            pen.close();
        })
    }

    /// A slice of a ring between two angles in turns (0 is right, 0.25 is down); `inner` 0 gives a pie slice.
    pub(super) fn ring(x: f32, y: f32, inner: f32, outer: f32, from: f32, to: f32) -> Self {
        let steps = ((to - from).abs() * 96.0).ceil().max(2.0) as usize;
        let on = |radius: f32, step: usize| {
            let angle = (from + (to - from) * step as f32 / steps as f32) * TAU;
            (x + radius * angle.cos(), y + radius * angle.sin())
        };
        let mut points: Vec<Point> = (0..=steps).map(|step| on(outer, step)).collect();
        if inner > 0.0 {
            points.extend((0..=steps).rev().map(|step| on(inner, step)));
        } else {
            points.push((x, y));
        }
        Self::polygon(&points)
    }

    pub(super) fn moved(&self, dx: f32, dy: f32) -> Self {
        self.transformed(Transform::from_translate(dx, dy))
    }

    /// Turned clockwise by `degrees` around `centre`.
    pub(super) fn turned(&self, degrees: f32, centre: Point) -> Self {
        self.transformed(Transform::from_rotate_at(degrees, centre.0, centre.1))
    }

    pub(super) fn transformed(&self, transform: Transform) -> Self {
        Self(self.0.clone().and_then(|path| path.transform(transform)))
    }

    /// Left, top, right and bottom; all zero for an empty outline.
    pub(super) fn bounds(&self) -> (f32, f32, f32, f32) {
        self.0.as_ref().map_or((0.0, 0.0, 0.0, 0.0), |path| {
            let bounds = path.bounds();
            (bounds.left(), bounds.top(), bounds.right(), bounds.bottom())
        })
    }
}

fn trace(pen: &mut PathBuilder, points: &[Point]) {
    for (index, point) in points.iter().enumerate() {
        if index == 0 { pen.move_to(point.0, point.1) } else { pen.line_to(point.0, point.1) }
    }
}

fn through(pen: &mut PathBuilder, points: &[Point]) {
    let last = points.len() - 1;
    for index in 0..last {
        curve(
            pen,
            points[index.saturating_sub(1)],
            points[index],
            points[index + 1],
            points[(index + 2).min(last)],
        );
    }
}

fn close_at(pen: &mut PathBuilder, points: &[Point], bottom: f32) {
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        pen.line_to(last.0, bottom);
        pen.line_to(first.0, bottom);
        pen.close();
    }
}

/// One Catmull-Rom piece from `b` to `c`.
fn curve(pen: &mut PathBuilder, a: Point, b: Point, c: Point, d: Point) {
    let sixth = |from: f32, to: f32| (to - from) / 6.0;
    pen.cubic_to(
        b.0 + sixth(a.0, c.0),
        b.1 + sixth(a.1, c.1),
        c.0 - sixth(b.0, d.0),
        c.1 - sixth(b.1, d.1),
        c.0,
        c.1,
    );
}
