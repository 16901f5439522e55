//! Drawing by lot so that the same seed draws the same.

/// A small generator (SplitMix64); nothing secret is made of it.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// A series of its own for every `(seed, what, n)`.
    pub fn of(seed: u64, what: u64, n: u64) -> Self {
        let mut chance = Self(seed ^ what.rotate_left(32) ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.bits();
        chance
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.bits() % end.max(1)
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}
