//! Postal index numbers: six digits, the first not zero (India Post).

use std::fmt;

/// A six-digit PIN code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pincode(u32);

impl Pincode {
    pub fn parse(text: &str) -> Option<Pincode> {
        let digits: String = text.trim().chars().filter(|c| *c != ' ').collect();
        (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'))
            .then(|| digits.parse().ok().map(Pincode))
            .flatten()
    }
}

impl fmt::Display for Pincode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_not_starting_with_zero() {
        assert_eq!(Pincode::parse("411 038").unwrap().to_string(), "411038");
        for bad in ["041103", "41103", "4110381", "4110a8", ""] {
            assert!(Pincode::parse(bad).is_none(), "{bad}");
        }
    }
}
