//! Chance that depends on nothing but the seed and what is asked, so that a seed replays whatever the threads do.

/// One seed's chance.
#[derive(Debug, Clone, Copy)]
pub struct Chance(pub u64);

impl Chance {
    /// A number of its own for every name and count.
    pub fn number(self, name: &str, count: u64) -> u64 {
        let mut hash = self.0 ^ 0x9E37_79B9_7F4A_7C15;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        let mut mixed = hash.wrapping_add(count.wrapping_mul(0xBF58_476D_1CE4_E5B9));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// In `0.0..1.0`.
    pub fn share(self, name: &str, count: u64) -> f64 {
        (self.number(name, count) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(self, name: &str, count: u64, limit: u64) -> u64 {
        self.number(name, count) % limit.max(1)
    }

    pub fn happens(self, name: &str, count: u64, share: f64) -> bool {
        self.share(name, count) < share
    }
}
