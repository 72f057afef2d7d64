//! Money is whole paise in an `i64`: exact, and good for ninety quadrillion rupees.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

/// An amount in paise. `Display` prints it the Indian way: `₹12,34,567.00`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    pub const ZERO: Money = Money(0);

    pub const fn rupees(rupees: i64) -> Money {
        Money(rupees * 100)
    }

    pub const fn paise(self) -> i64 {
        self.0
    }

    /// Without paise when they are zero: `₹899`, `₹899.50`.
    pub fn compact(self) -> String {
        if self.0 % 100 == 0 {
            [self.sign(), "₹", &group(self.0.unsigned_abs() / 100)].concat()
        } else {
            self.to_string()
        }
    }

    /// For headings, at most one decimal: `₹950`, `₹17.2k`, `₹3.1L`, `₹4.2Cr`.
    pub fn short(self) -> String {
        let rupees = self.0.unsigned_abs() / 100;
        let scaled = |unit: u64, name: &str| {
            let tenths = (rupees * 10 + unit / 2) / unit;
            if tenths.is_multiple_of(10) {
                format!("{}₹{}{name}", self.sign(), group(tenths / 10))
            } else {
                format!("{}₹{}.{}{name}", self.sign(), group(tenths / 10), tenths % 10)
            }
        };
        match rupees {
            0..=9_999 => format!("{}₹{}", self.sign(), group(rupees)),
            10_000..=99_999 => scaled(1_000, "k"),
            100_000..=9_999_999 => scaled(100_000, "L"),
            _ => scaled(10_000_000, "Cr"),
        }
    }

    /// `12345.50`, the shape for CSV and JSON.
    pub fn plain(self) -> String {
        let n = self.0.unsigned_abs();
        if n.is_multiple_of(100) {
            format!("{}{}", self.sign(), n / 100)
        } else {
            format!("{}{}.{:02}", self.sign(), n / 100, n % 100)
        }
    }

    /// Reads `899`, `₹1,23,456.50`, `Rs. 500`, `10k`, `1.5L`, `2 lakh`, `3Cr`, `3 crore`, `-20`.
    /// More than two decimals (after the unit is applied) is an error, never a rounding.
    pub fn parse(text: &str) -> Option<Money> {
        let mut s: String = text.trim().to_ascii_lowercase().replace([',', '₹', ' ', '_'], "");
        let negative = s.starts_with('-');
        s = s.trim_start_matches(['-', '+']).to_string();
        for sign in ["rs.", "rs", "inr"] {
            if let Some(rest) = s.strip_prefix(sign) {
                s = rest.to_string();
                break;
            }
        }
        let units: [(&str, i128); 9] = [
            ("crore", 10_000_000),
            ("crores", 10_000_000),
            ("lakhs", 100_000),
            ("lakh", 100_000),
            ("lac", 100_000),
            ("cr", 10_000_000),
            ("l", 100_000),
            ("k", 1_000),
            ("/-", 1),
        ];
        let (digits, unit) = units
            .iter()
            .find_map(|(name, unit)| s.strip_suffix(name).map(|rest| (rest, *unit)))
            .unwrap_or((s.as_str(), 1));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty()
            || !whole.bytes().all(|b| b.is_ascii_digit())
            || !fraction.bytes().all(|b| b.is_ascii_digit())
            || whole.len() > 18
            || fraction.len() > 9
        {
            return None;
        }
        let scale = 10i128.pow(u32::try_from(fraction.len()).ok()?);
        let number = whole.parse::<i128>().unwrap_or(0) * scale
            + if fraction.is_empty() { 0 } else { fraction.parse::<i128>().ok()? };
        let paise = number * 100 * unit;
        if paise % scale != 0 {
            return None;
        }
        let paise = i64::try_from(paise / scale).ok()?;
        Some(Money(if negative { -paise } else { paise }))
    }

    fn sign(self) -> &'static str {
        if self.0 < 0 { "-" } else { "" }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.unsigned_abs();
        f.pad(&format!("{}₹{}.{:02}", self.sign(), group(n / 100), n % 100))
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(iter: I) -> Money {
        iter.fold(Money::ZERO, Add::add)
    }
}

/// Digits in the Indian grouping: the last three, then pairs (12,34,567).
pub fn group(n: u64) -> String {
    let digits = n.to_string();
    let (head, tail) = digits.split_at(digits.len().saturating_sub(3));
    let mut out = String::with_capacity(digits.len() + digits.len() / 2);
    for (i, c) in head.chars().enumerate() {
        if i > 0 && (head.len() - i) % 2 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if !head.is_empty() {
        out.push(',');
    }
    out.push_str(tail);
    out
}

/// [`group`] for a number that may be negative.
pub fn group_signed(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", group(n.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_is_lakh_and_crore() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (123_456, "1,23,456"),
            (1_234_567, "12,34,567"),
            (123_456_789, "12,34,56,789"),
        ] {
            assert_eq!(group(n), text);
        }
        assert_eq!(Money(123_456_700).to_string(), "₹12,34,567.00");
        assert_eq!(Money(-50).to_string(), "-₹0.50");
    }

    #[test]
    fn short_forms_carry_their_unit() {
        for (rupees, text) in [
            (950, "₹950"),
            (9_999, "₹9,999"),
            (17_200, "₹17.2k"),
            (312_400, "₹3.1L"),
            (4_218_400, "₹42.2L"),
            (42_000_000, "₹4.2Cr"),
        ] {
            assert_eq!(Money::rupees(rupees).short(), text);
        }
    }

    #[test]
    fn parsing_takes_the_ways_people_write_money() {
        for (text, paise) in [
            ("899", 89_900),
            ("₹1,23,456.50", 12_345_650),
            ("Rs. 500", 50_000),
            ("10k", 1_000_000),
            ("1.5L", 15_000_000),
            ("2 lakh", 20_000_000),
            ("3Cr", 3_000_000_000),
            ("-20", -2_000),
            ("0.5", 50),
        ] {
            assert_eq!(Money::parse(text), Some(Money(paise)), "{text}");
        }
        for text in ["", "abc", "1.234", "1..2", "L", "99999999999999999999"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn plain_reads_back() {
        for paise in [0, 5, 100, 89_950, -1_234_567] {
            assert_eq!(Money::parse(&Money(paise).plain()), Some(Money(paise)));
        }
    }
}
