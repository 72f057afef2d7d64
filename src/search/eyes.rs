//! Where a byte stands among sixty-four, as the bits of one number.

/// A block of a line: one cache line.
pub type Block = [u8; 64];

/// A way to look at a block. Which one is the machine's to say, once a search.
pub trait Eyes {
    /// The places of `byte` in a block.
    fn places(block: &Block, byte: u8) -> u64;
}

/// Sixteen bytes at a time where the architecture has that, else eight in plain numbers.
pub struct Plain;

/// Thirty-two bytes at a time: only for a machine that [`can_wide`].
#[cfg(target_arch = "x86_64")]
pub struct Wide;

/// Whether this machine has AVX2 and what goes with it.
#[cfg(target_arch = "x86_64")]
pub fn can_wide() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
}

#[cfg(target_arch = "x86_64")]
impl Eyes for Plain {
    #[inline(always)]
    fn places(block: &Block, byte: u8) -> u64 {
        use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
        let mut out = 0;
        let (parts, _) = block.as_chunks::<16>();
        for (i, part) in parts.iter().enumerate() {
            // SAFETY: sixteen bytes are read from a reference to sixteen; SSE2 is part of this architecture.
            let hit = unsafe {
                let here = _mm_loadu_si128(part.as_ptr().cast());
                _mm_movemask_epi8(_mm_cmpeq_epi8(here, _mm_set1_epi8(byte.cast_signed())))
            };
            out |= u64::from(hit.cast_unsigned()) << (16 * i);
        }
        out
    }
}

#[cfg(target_arch = "x86_64")]
impl Eyes for Wide {
    #[inline(always)]
    fn places(block: &Block, byte: u8) -> u64 {
        use std::arch::x86_64::{_mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8};
        let (parts, _) = block.as_chunks::<32>();
        // SAFETY: thirty-two bytes are read from references to as many; only used where `can_wide` said yes.
        let (low, high) = unsafe {
            let wanted = _mm256_set1_epi8(byte.cast_signed());
            let hit = |part: &[u8; 32]| {
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(part.as_ptr().cast()), wanted))
            };
            (hit(&parts[0]), hit(&parts[1]))
        };
        u64::from(low.cast_unsigned()) | (u64::from(high.cast_unsigned()) << 32)
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Eyes for Plain {
    #[inline(always)]
    fn places(block: &Block, byte: u8) -> u64 {
        portable(block, byte)
    }
}

/// Eight bytes at a time in plain numbers.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable(block: &Block, byte: u8) -> u64 {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const SEVEN: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let mut out = 0;
    let (parts, _) = block.as_chunks::<8>();
    for (i, part) in parts.iter().enumerate() {
        let differs = u64::from_le_bytes(*part) ^ (LOW * u64::from(byte));
        // The top bit of a byte that is zero, exact: no carry crosses a byte.
        let zero = !(((differs & SEVEN) + SEVEN) | differs | SEVEN);
        // Gathers the eight top bits into one byte.
        out |= ((zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_see_the_same() {
        let mut block = [0u8; 64];
        let mut seed = 1u32;
        for _ in 0..2_000 {
            for b in &mut block {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *b = [b'a', b'b', 0, 1, 0x80, 0x81, 0x7f, 0xff][(seed >> 27) as usize % 8];
            }
            for byte in [b'a', b'b', 0, 1, 0x80, 0x81, 0x7f, 0xff] {
                let plain = block.iter().enumerate().fold(0u64, |m, (i, b)| m | (u64::from(*b == byte) << i));
                assert_eq!(Plain::places(&block, byte), plain);
                assert_eq!(portable(&block, byte), plain);
                #[cfg(target_arch = "x86_64")]
                if can_wide() {
                    assert_eq!(Wide::places(&block, byte), plain);
                }
            }
        }
    }
}
