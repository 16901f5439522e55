//! Dice: the same seed throws the same numbers on every machine and in every version of a random
//! crate.

/// A SplitMix64 sequence.
#[derive(Debug, Clone)]
pub(in crate::practice) struct Chance(u64);

impl Chance {
    pub(in crate::practice) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..1`.
    pub(in crate::practice) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    pub(in crate::practice) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number in `0..count`; 0 when `count` is 0.
    pub(in crate::practice) fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f32) as usize
    }

    /// One of `choices`, which are never empty.
    pub(in crate::practice) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub(in crate::practice) fn odds(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// Either -1 or 1.
    pub(in crate::practice) fn side(&mut self) -> f32 {
        if self.odds(0.5) { 1.0 } else { -1.0 }
    }
}

/// FNV-1a over the text, so that a prompt always starts the same sequence.
pub(in crate::practice) fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}
