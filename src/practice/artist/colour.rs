//! Colours, mixed the way an eye would mix them (in Oklab) and not the way a screen does.

/// An opaque sRGB colour, each channel in `0..=1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colour {
    pub(super) red: f32,
    pub(super) green: f32,
    pub(super) blue: f32,
}

impl Colour {
    pub(super) const WHITE: Self = Self::hex(0xFF_FF_FF);
    pub(super) const BLACK: Self = Self::hex(0x00_00_00);

    pub(super) const fn hex(rgb: u32) -> Self {
        Self {
            red: ((rgb >> 16) & 0xFF) as f32 / 255.0,
            green: ((rgb >> 8) & 0xFF) as f32 / 255.0,
            blue: (rgb & 0xFF) as f32 / 255.0,
        }
    }

    /// `amount` of the way from this colour to `other`.
    pub(super) fn mix(self, other: Self, amount: f32) -> Self {
        let (from, to) = (self.to_oklab(), other.to_oklab());
        Self::from_oklab(std::array::from_fn(|axis| from[axis] + (to[axis] - from[axis]) * amount))
    }

    pub(super) fn lighter(self, amount: f32) -> Self {
        self.mix(Self::WHITE, amount)
    }

    pub(super) fn darker(self, amount: f32) -> Self {
        self.mix(Self::BLACK, amount)
    }

    /// The same lightness with `amount` (0 grey, 1 unchanged, more is stronger) of the colourfulness.
    pub(super) fn saturated(self, amount: f32) -> Self {
        let [lightness, a, b] = self.to_oklab();
        Self::from_oklab([lightness, a * amount, b * amount])
    }

    /// Perceived lightness, 0 black to 1 white.
    pub(super) fn lightness(self) -> f32 {
        self.to_oklab()[0]
    }

    /// Straight-line distance in Oklab; below 0.05 two colours look alike.
    pub(super) fn distance(self, other: Self) -> f32 {
        let (from, to) = (self.to_oklab(), other.to_oklab());
        (0..3).map(|axis| (from[axis] - to[axis]).powi(2)).sum::<f32>().sqrt()
    }

    /// Oklab, from Björn Ottosson's definition (<https://bottosson.github.io/posts/oklab/>).
    fn to_oklab(self) -> [f32; 3] {
        let (r, g, b) = (linear(self.red), linear(self.green), linear(self.blue));
        let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        [
            0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ]
    }

    fn from_oklab([lightness, a, b]: [f32; 3]) -> Self {
        let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        Self {
            red: screen(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
            green: screen(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s),
            blue: screen(-0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s),
        }
    }
}

fn linear(channel: f32) -> f32 {
    if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

fn screen(channel: f32) -> f32 {
    let encoded =
        if channel <= 0.003_130_8 { channel * 12.92 } else { 1.055 * channel.powf(1.0 / 2.4) - 0.055 };
    encoded.clamp(0.0, 1.0)
}
