//! The sheet a picture is painted on: shapes in, pixels out, in the hand the prompt asked for. Knows nothing
//! of scenes.
//!
//! The short side is 1000 units long whatever the size in pixels, so a picture keeps its composition at every
//! size. All heavy loops are `tiny-skia`'s, which is built with optimisation even where this crate is not.

use image::RgbaImage;
use tiny_skia::{
    BlendMode, Color, FillRule, FilterQuality, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint,
    Path, Pattern, Pixmap, PremultipliedColorU8, RadialGradient, Shader, SpreadMode, Stroke, Transform,
};

use super::{
    chance::Chance,
    colour::Colour,
    palette::Palette,
    reading::Technique,
    shape::{Point, Shape},
};

const SHORT_SIDE: f32 = 1000.0;
/// Very long sheets get smaller units instead of endlessly many trees.
const LONG_SIDE_AT_MOST: f32 = 4000.0;
const BLOTCH_SIDE: u32 = 96;
const GRAIN_SIDE: u32 = 160;

pub(super) struct Easel {
    sheet: Pixmap,
    scale: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    technique: Technique,
    palette: Palette,
    blotches: Option<Pixmap>,
    clips: Vec<Option<Mask>>,
    shapes: u32,
}

impl Easel {
    /// `None` when there is no such sheet (a side of 0, or too large for memory).
    pub(super) fn new(
        width: u32,
        height: u32,
        technique: Technique,
        palette: Palette,
        chance: &mut Chance,
    ) -> Option<Self> {
        let sheet = Pixmap::new(width, height)?;
        let (short, long) = (width.min(height) as f32, width.max(height) as f32);
        let scale = (short / SHORT_SIDE).max(long / LONG_SIDE_AT_MOST);
        Some(Self {
            sheet,
            scale,
            width: width as f32 / scale,
            height: height as f32 / scale,
            technique,
            palette,
            blotches: (technique == Technique::Watercolour).then(|| blotches(chance)).flatten(),
            clips: Vec::new(),
            shapes: 0,
        })
    }

    pub(super) fn technique(&self) -> Technique {
        self.technique
    }

    pub(super) fn sheet_shape(&self) -> Shape {
        Shape::rectangle(0.0, 0.0, self.width, self.height)
    }

    /// One even colour.
    pub(super) fn fill(&mut self, shape: &Shape, colour: Colour) {
        let colour = self.in_hand(colour);
        self.before(shape);
        self.lay(shape, solid(colour, 1.0), BlendMode::SourceOver);
        self.after(shape, colour);
    }

    /// From one colour to another along the line `from`..`to`.
    pub(super) fn blend(&mut self, shape: &Shape, from: (Point, Colour), to: (Point, Colour)) {
        self.blend_through(shape, from.0, to.0, &[from.1, to.1]);
    }

    /// Down the shape, from its top edge to its bottom edge.
    pub(super) fn blend_down(&mut self, shape: &Shape, top: Colour, bottom: Colour) {
        let (_, upper, _, lower) = shape.bounds();
        self.blend(shape, ((0.0, upper), top), ((0.0, lower), bottom));
    }

    /// Through several colours at even distances along the line.
    pub(super) fn blend_through(&mut self, shape: &Shape, from: Point, to: Point, colours: &[Colour]) {
        let colours: Vec<Colour> = colours.iter().map(|colour| self.in_hand(*colour)).collect();
        self.before(shape);
        let shader = self.gradient(from, to, &colours);
        self.lay(shape, shader, BlendMode::SourceOver);
        let middle = colours.get(colours.len() / 2).copied().unwrap_or(self.palette.paper);
        self.after(shape, middle);
    }

    /// A small touch on top of a form: no outline, no shadow, `opacity` 0 to 1.
    pub(super) fn dab(&mut self, shape: &Shape, colour: Colour, opacity: f32) {
        let colour = self.in_hand(colour);
        self.lay(shape, solid(colour, opacity), BlendMode::SourceOver);
    }

    /// A touch that runs from one colour to another down the shape: no outline, no shadow.
    pub(super) fn blend_down_dab(&mut self, shape: &Shape, top: Colour, bottom: Colour) {
        let (_, upper, _, lower) = shape.bounds();
        let shader = self.gradient((0.0, upper), (0.0, lower), &[self.in_hand(top), self.in_hand(bottom)]);
        self.lay(shape, shader, BlendMode::SourceOver);
    }

    /// Darkens what lies under the shape.
    pub(super) fn shade(&mut self, shape: &Shape, opacity: f32) {
        if self.technique == Technique::Line {
            return;
        }
        let shadow = self.palette.ink.mix(self.palette.sky, 0.3);
        self.lay(shape, solid(shadow, opacity), BlendMode::Multiply);
    }

    /// A cast shadow with a soft edge `softness` units wide.
    pub(super) fn soft_shade(&mut self, shape: &Shape, softness: f32, opacity: f32) {
        if self.technique == Technique::Line {
            return;
        }
        let steps = 5;
        let shadow = self.palette.ink.mix(self.palette.sky, 0.25);
        self.lay(shape, solid(shadow, opacity / 2.0), BlendMode::Multiply);
        for step in 1..=steps {
            let width = softness * step as f32 / steps as f32;
            self.lay_stroke(shape, solid(shadow, opacity / 9.0), width, BlendMode::Multiply);
        }
    }

    /// Adds light under the shape.
    pub(super) fn lighten(&mut self, shape: &Shape, colour: Colour, opacity: f32) {
        if self.technique != Technique::Line {
            self.lay(shape, solid(colour, opacity), BlendMode::Screen);
        }
    }

    /// A halo that fades out `radius` units from its centre.
    pub(super) fn glow(&mut self, centre: Point, radius: f32, colour: Colour, strength: f32) {
        if self.technique == Technique::Line {
            return;
        }
        let stops = [(0.0, 1.0), (0.25, 0.55), (0.55, 0.2), (1.0, 0.0)]
            .map(|(position, share)| GradientStop::new(position, skia(colour, strength * share)));
        let at = tiny_skia::Point::from_xy(centre.0, centre.1);
        let shader =
            RadialGradient::new(at, 0.0, at, radius, stops.to_vec(), SpreadMode::Pad, Transform::identity());
        self.lay(&Shape::circle(centre.0, centre.1, radius), shader, BlendMode::Screen);
    }

    /// Fades the shape's area into `colour`, from nothing at `from` to `opacity` at `to`.
    pub(super) fn veil(&mut self, shape: &Shape, from: Point, to: Point, colour: Colour, opacity: f32) {
        if self.technique == Technique::Line {
            return;
        }
        let stops =
            vec![GradientStop::new(0.0, skia(colour, 0.0)), GradientStop::new(1.0, skia(colour, opacity))];
        let shader = linear(from, to, stops);
        self.lay(shape, shader, BlendMode::SourceOver);
    }

    pub(super) fn line(&mut self, shape: &Shape, colour: Colour, width: f32) {
        let spot = colour.distance(self.palette.accent) < 0.02;
        let colour = if self.technique == Technique::Line && !spot { self.palette.ink } else { colour };
        self.lay_stroke(shape, solid(colour, 1.0), width, BlendMode::SourceOver);
    }

    pub(super) fn faint_line(&mut self, shape: &Shape, colour: Colour, width: f32, opacity: f32) {
        self.lay_stroke(shape, solid(colour, opacity), width, BlendMode::SourceOver);
    }

    /// Everything `paint` does stays inside `shape`.
    pub(super) fn within(&mut self, shape: &Shape, paint: impl FnOnce(&mut Self)) {
        let mask = shape.0.as_ref().and_then(|path| {
            let transform = Transform::from_scale(self.scale, self.scale);
            if let Some(Some(outer)) = self.clips.last() {
                let mut mask = outer.clone();
                mask.intersect_path(path, FillRule::Winding, true, transform);
                return Some(mask);
            }
            let mut mask = Mask::new(self.sheet.width(), self.sheet.height())?;
            mask.fill_path(path, FillRule::Winding, true, transform);
            Some(mask)
        });
        if mask.is_some() {
            self.clips.push(mask);
            paint(self);
            self.clips.pop();
        }
    }

    /// Tooth of the paper over the whole sheet; `strength` about 0.1.
    pub(super) fn grain(&mut self, strength: f32, chance: &mut Chance) {
        let Some(tooth) = noise(GRAIN_SIDE, |_, _| 128.0 + (chance.unit() + chance.unit() - 1.0) * 127.0)
        else {
            return;
        };
        // Grain as large as a printed dot, and never finer than a pixel.
        let size = (1.1 * self.scale).max(1.0);
        let shape = self.sheet_shape();
        let transform = Transform::from_scale(size / self.scale, size / self.scale);
        let pattern =
            Pattern::new(tooth.as_ref(), SpreadMode::Repeat, FilterQuality::Bilinear, strength, transform);
        lay_on(&mut self.sheet, &shape, pattern, BlendMode::Overlay, self.scale, None);
    }

    /// Large faint blots over the whole sheet, as of pigment settling or an old sheet yellowing.
    pub(super) fn mottle(&mut self, strength: f32, chance: &mut Chance) {
        if let Some(blots) = blotches(chance) {
            let stretch = self.width.max(self.height) / BLOTCH_SIDE as f32;
            let transform = Transform::from_scale(stretch, stretch);
            let pattern = Pattern::new(
                blots.as_ref(),
                SpreadMode::Repeat,
                FilterQuality::Bilinear,
                strength,
                transform,
            );
            let shape = Shape::rectangle(0.0, 0.0, self.width, self.height);
            lay_on(&mut self.sheet, &shape, pattern, BlendMode::SoftLight, self.scale, None);
        }
    }

    /// A wash over everything, through `mode`.
    pub(super) fn grade(&mut self, colour: Colour, opacity: f32, mode: BlendMode) {
        let shape = self.sheet_shape();
        self.lay(&shape, solid(colour, opacity), mode);
    }

    /// Darker corners.
    pub(super) fn vignette(&mut self, strength: f32) {
        let centre = tiny_skia::Point::from_xy(self.width / 2.0, self.height / 2.0);
        let radius = self.width.hypot(self.height) / 2.0;
        let stops = vec![
            GradientStop::new(0.55, skia(Colour::WHITE, strength)),
            GradientStop::new(1.0, skia(self.palette.ink.mix(Colour::WHITE, 0.35), strength)),
        ];
        let shader =
            RadialGradient::new(centre, 0.0, centre, radius, stops, SpreadMode::Pad, Transform::identity());
        let shape = self.sheet_shape();
        self.lay(&shape, shader, BlendMode::Multiply);
    }

    pub(super) fn finish(self) -> Option<RgbaImage> {
        // The first stroke covers the whole sheet, so premultiplied and straight pixels are the same bytes.
        RgbaImage::from_raw(self.sheet.width(), self.sheet.height(), self.sheet.take())
    }

    /// The colour this technique would use for it.
    fn in_hand(&self, colour: Colour) -> Colour {
        match self.technique {
            Technique::Line if colour.distance(self.palette.accent) < 0.02 => colour,
            Technique::Line if self.palette.dark => self.palette.near.mix(colour, 0.12),
            Technique::Line => self.palette.paper.mix(colour, 0.07),
            Technique::Watercolour => colour.mix(self.palette.paper, 0.16),
            _ => colour,
        }
    }

    fn gradient(&self, from: Point, to: Point, colours: &[Colour]) -> Option<Shader<'static>> {
        let pieces = colours.len().saturating_sub(1).max(1);
        let at = |along: f32| {
            let piece = ((along * pieces as f32) as usize).min(pieces - 1);
            let within = along * pieces as f32 - piece as f32;
            colours[piece].mix(colours[(piece + 1).min(colours.len() - 1)], within)
        };
        let mut stops = Vec::new();
        if self.technique == Technique::Flat {
            let bands = 2 + 2 * pieces;
            for band in 0..bands {
                let colour = skia(at(band as f32 / (bands - 1) as f32), 1.0);
                stops.push(GradientStop::new(band as f32 / bands as f32, colour));
                stops.push(GradientStop::new((band + 1) as f32 / bands as f32 - 0.0005, colour));
            }
        } else {
            let steps = pieces * 3;
            for step in 0..=steps {
                let along = step as f32 / steps as f32;
                stops.push(GradientStop::new(along, skia(at(along), 1.0)));
            }
        }
        linear(from, to, stops)
    }

    fn before(&mut self, shape: &Shape) {
        self.shapes = self.shapes.wrapping_add(1);
        if self.technique == Technique::Cutout {
            let shadow = Colour::hex(0x1A1020).mix(self.palette.ink, 0.5);
            for (drop, spread) in [(3.0, 3.0), (7.0, 8.0), (12.0, 14.0)] {
                let fallen = shape.moved(drop * 0.7, drop);
                self.lay(&fallen, solid(shadow, 0.1), BlendMode::SourceOver);
                self.lay_stroke(&fallen, solid(shadow, 0.045), spread, BlendMode::SourceOver);
            }
        }
    }

    fn after(&mut self, shape: &Shape, colour: Colour) {
        match self.technique {
            Technique::Line => {
                self.lay_stroke(shape, solid(self.line_ink(), 1.0), 3.2, BlendMode::SourceOver)
            }
            Technique::Watercolour => {
                self.blot(shape);
                let rim = colour.mix(self.palette.ink, 0.35);
                self.lay_stroke(shape, solid(rim, 0.28), 2.6, BlendMode::Multiply);
                self.lay_stroke(shape, solid(rim, 0.10), 9.0, BlendMode::Multiply);
            }
            _ => {}
        }
    }

    fn line_ink(&self) -> Colour {
        if self.palette.dark { self.palette.paper } else { self.palette.ink }
    }

    fn blot(&mut self, shape: &Shape) {
        let (left, top, right, bottom) = shape.bounds();
        let extent = (right - left).max(bottom - top);
        let Some(blots) = &self.blotches else { return };
        if extent < 20.0 {
            return;
        }
        let stretch = (extent / 60.0).clamp(1.6, 12.0);
        let transform =
            Transform::from_scale(stretch, stretch).post_translate(self.shapes as f32 * 37.0, left + top);
        let pattern =
            Pattern::new(blots.as_ref(), SpreadMode::Repeat, FilterQuality::Bilinear, 0.62, transform);
        let clip = self.clips.last().and_then(Option::as_ref);
        lay_on(&mut self.sheet, shape, pattern, BlendMode::SoftLight, self.scale, clip);
    }

    fn lay(&mut self, shape: &Shape, shader: Option<Shader<'_>>, mode: BlendMode) {
        if let Some(shader) = shader {
            let clip = self.clips.last().and_then(Option::as_ref);
            lay_on(&mut self.sheet, shape, shader, mode, self.scale, clip);
        }
    }

    fn lay_stroke(&mut self, shape: &Shape, shader: Option<Shader<'static>>, width: f32, mode: BlendMode) {
        let (Some(path), Some(shader)) = (&shape.0, shader) else { return };
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        let clip = self.clips.last().and_then(Option::as_ref);
        self.sheet.stroke_path(
            path,
            &paint(shader, mode),
            &stroke,
            Transform::from_scale(self.scale, self.scale),
            clip,
        );
    }
}

fn lay_on(
    sheet: &mut Pixmap,
    shape: &Shape,
    shader: Shader<'_>,
    mode: BlendMode,
    scale: f32,
    clip: Option<&Mask>,
) {
    if let Some(path) = &shape.0 {
        let path: &Path = path;
        sheet.fill_path(
            path,
            &paint(shader, mode),
            FillRule::Winding,
            Transform::from_scale(scale, scale),
            clip,
        );
    }
}

fn paint(shader: Shader<'_>, blend_mode: BlendMode) -> Paint<'_> {
    Paint { shader, blend_mode, ..Paint::default() }
}

fn solid(colour: Colour, opacity: f32) -> Option<Shader<'static>> {
    Some(Shader::SolidColor(skia(colour, opacity)))
}

fn linear(from: Point, to: Point, stops: Vec<GradientStop>) -> Option<Shader<'static>> {
    let (from, to) = (tiny_skia::Point::from_xy(from.0, from.1), tiny_skia::Point::from_xy(to.0, to.1));
    LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity())
}

fn skia(colour: Colour, opacity: f32) -> Color {
    Color::from_rgba(colour.red, colour.green, colour.blue, opacity.clamp(0.0, 1.0)).unwrap_or(Color::BLACK)
}

/// A square grey tile, each pixel from `grey` in 0..=255.
fn noise(side: u32, mut grey: impl FnMut(u32, u32) -> f32) -> Option<Pixmap> {
    let mut tile = Pixmap::new(side, side)?;
    for (index, pixel) in tile.pixels_mut().iter_mut().enumerate() {
        let index = index as u32;
        let value = grey(index % side, index / side) as u8;
        *pixel = PremultipliedColorU8::from_rgba(value, value, value, 255).unwrap_or(*pixel);
    }
    Some(tile)
}

/// Smooth noise in three octaves that tiles without a seam.
fn blotches(chance: &mut Chance) -> Option<Pixmap> {
    let octaves: [(u32, f32, Vec<f32>); 3] = [(6, 0.5, 36), (16, 0.3, 256), (48, 0.2, 2304)]
        .map(|(cells, weight, count)| (cells, weight, (0..count).map(|_| chance.unit()).collect()));
    noise(BLOTCH_SIDE, |x, y| {
        let mut sum = 0.0;
        for (cells, weight, values) in &octaves {
            let step = BLOTCH_SIDE as f32 / *cells as f32;
            let (column, row) = (x as f32 / step, y as f32 / step);
            let (left, top) = (column as u32, row as u32);
            let (across, down) = (ease(column.fract()), ease(row.fract()));
            let value =
                |dx: u32, dy: u32| values[(((top + dy) % cells) * cells + (left + dx) % cells) as usize];
            let upper = value(0, 0) + (value(1, 0) - value(0, 0)) * across;
            let lower = value(0, 1) + (value(1, 1) - value(0, 1)) * across;
            sum += weight * (upper + (lower - upper) * down);
        }
        (128.0 + (sum - 0.5) * 300.0).clamp(0.0, 255.0)
    })
}

fn ease(share: f32) -> f32 {
    share * share * (3.0 - 2.0 * share)
}
