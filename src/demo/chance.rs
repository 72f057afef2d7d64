//! Dice for the generator: whole numbers only, one stream for each customer.
//!
//! Nothing here uses floating point, so that the same settings give the same rows on every machine:
//! the libraries behind `exp` and `ln` differ in their last digit from one system to the next.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of chance. Streams of one seed are independent of each other.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64, stream: u64) -> Dice {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Dice(rng)
    }

    /// The generator itself, for the fakers of the `fake` crate.
    pub fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.0
    }

    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// 0 to `n - 1`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        // The top half of the product is uniform to within n / 2^32, far finer than any share used here.
        ((u64::from(self.bits()) * n) >> 32) as usize
    }

    /// `low` to `high`, both included.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(usize::try_from(high - low + 1).unwrap_or(1)) as i64
    }

    /// True `permille` times of a thousand.
    pub fn chance(&mut self, permille: i64) -> bool {
        self.range(0, 999) < permille
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of a list, by reference.
    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// One of a few, by weight.
    pub fn choose<T: Copy>(&mut self, items: &[(T, u32)]) -> T {
        let total: u32 = items.iter().map(|(_, w)| w).sum();
        let mut at = self.below(total as usize) as u32;
        for (item, weight) in items {
            if at < *weight {
                return *item;
            }
            at -= weight;
        }
        items[items.len() - 1].0
    }

    /// Place of a draw in a table of running totals.
    pub fn place(&mut self, totals: &[u32]) -> usize {
        let at = self.below(totals.last().copied().unwrap_or(0) as usize) as u32;
        totals.partition_point(|t| *t <= at).min(totals.len().saturating_sub(1))
    }

    /// About normal with mean 0 and standard deviation 1000: the sum of four uniform draws.
    pub fn normal(&mut self) -> i64 {
        let (a, b) = (self.bits(), self.bits());
        let sum = i64::from(a & 0xffff) + i64::from(a >> 16) + i64::from(b & 0xffff) + i64::from(b >> 16);
        // Four uniforms on 0..65535 have mean 131070 and standard deviation 37837.
        (sum - 131_070) * 1000 / 37_837
    }

    /// A factor in thousandths, lognormal with median 1000 and the given sigma in thousandths.
    pub fn lognormal(&mut self, sigma: i64) -> i64 {
        exp_permille(self.normal() * sigma / 1000)
    }
}

/// `exp(i / 4 - 3)` in thousandths.
const EXP: [i64; 25] = [
    50, 64, 82, 105, 135, 174, 223, 287, 368, 472, 607, 779, 1000, 1284, 1649, 2117, 2718, 3490, 4482, 5755, 7389,
    9488, 12_182, 15_643, 20_086,
];

/// `exp` of thousandths in thousandths, straight lines between 25 exact points, held within e^-3 and e^3.
pub fn exp_permille(x: i64) -> i64 {
    let x = (x + 3000).clamp(0, 5999);
    let (i, rest) = ((x / 250) as usize, x % 250);
    EXP[i] + (EXP[i + 1] - EXP[i]) * rest / 250
}

/// Spreads a number over 64 bits (the finaliser of splitmix64): for choices that must not follow the
/// order of the input.
pub fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}
