//! Indian telephone numbers, kept as E.164 (`+919822041377`).
//!
//! Mobiles have ten digits and begin with 6 to 9; a landline is STD code plus number, ten digits in
//! all, dialled with a leading 0 (DoT National Numbering Plan). Numbers of other countries are kept
//! as given when they come with their `+`.

use std::fmt;

/// A telephone number in E.164.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number in any of the usual spellings: `98220 41377`, `098220-41377`,
    /// `+91 98220 41377`, `0091…`, `91…`, `(020) 2567 1234`, Devanagari digits.
    pub fn parse(text: &str) -> Option<Phone> {
        let text = text.trim();
        let mut digits = String::new();
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '०'..='९' => digits.push((b'0' + (c as u32 - '०' as u32) as u8) as char),
                ' ' | '-' | '.' | '(' | ')' | '+' | '/' | '\u{a0}' => {}
                _ => return None,
            }
        }
        let foreign = text.starts_with('+') && !digits.starts_with("91");
        if foreign {
            return (8..=15).contains(&digits.len()).then(|| Phone(format!("+{digits}")));
        }
        let rest = digits.strip_prefix("0091").unwrap_or(&digits);
        let national = match rest.len() {
            10 => rest,
            11 => rest.strip_prefix('0')?,
            12 => rest.strip_prefix("91")?,
            13 => rest.strip_prefix("910").or_else(|| rest.strip_prefix("091"))?,
            _ => return None,
        };
        // No STD code begins with 0, and no subscriber number is all one digit.
        (!national.starts_with('0') && !national.starts_with("11111")).then(|| Phone(format!("+91{national}")))
    }

    /// A number already in E.164, as the store keeps it.
    pub fn from_stored(e164: &str) -> Phone {
        Phone(e164.to_string())
    }

    pub fn e164(&self) -> &str {
        &self.0
    }

    pub fn is_mobile(&self) -> bool {
        self.0.strip_prefix("+91").is_some_and(|n| matches!(n.as_bytes().first(), Some(b'6'..=b'9')))
    }
}

impl fmt::Display for Phone {
    /// `98220 41377` for Indian numbers, the full form for others.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.strip_prefix("+91") {
            Some(n) if n.len() == 10 && n.is_ascii() => f.pad(&format!("{} {}", &n[..5], &n[5..])),
            _ => f.pad(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_one_number() {
        for text in [
            "9822041377",
            "98220 41377",
            "098220-41377",
            "+91 98220 41377",
            "+91-9822041377",
            "919822041377",
            "00919822041377",
            "+91 (0) 98220 41377",
            "९८२२०४१३७७",
        ] {
            assert_eq!(Phone::parse(text).map(|p| p.e164().to_string()), Some("+919822041377".into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "12345", "98220", "phone", "982204137712345", "0000000000", "9822041377x"] {
            assert_eq!(Phone::parse(text), None, "{text}");
        }
    }

    #[test]
    fn shown_in_fives() {
        assert_eq!(Phone::parse("9822041377").unwrap().to_string(), "98220 41377");
        assert_eq!(Phone::parse("+442071234567").unwrap().to_string(), "+442071234567");
    }
}
