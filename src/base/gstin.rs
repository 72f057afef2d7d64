//! GST identification numbers of regular taxpayers: state code, PAN, entity, `Z` and a check
//! character (CGST Rules, rule 10). The check is base 36 with weights 1 and 2 in turn.

use std::fmt;

/// A GSTIN whose shape and check character hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gstin(String);

/// Why a text is no GSTIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GstinError {
    #[error("a GSTIN has 15 characters: state code, PAN, entity number, Z, check character")]
    Shape,
    #[error("the last character of this GSTIN should be {0}: one of the others is mistyped")]
    Check(char),
}

impl Gstin {
    pub fn parse(text: &str) -> Result<Gstin, GstinError> {
        let s = text.trim().to_ascii_uppercase();
        let b = s.as_bytes();
        let digit = |i: usize| b[i].is_ascii_digit();
        let upper = |i: usize| b[i].is_ascii_uppercase();
        let shaped = b.len() == 15
            && (0..2).all(digit)
            && (2..7).all(upper)
            && (7..11).all(digit)
            && upper(11)
            && (b[12].is_ascii_uppercase() || matches!(b[12], b'1'..=b'9'))
            && matches!(b[13], b'Z' | b'1'..=b'9' | b'A' | b'B' | b'D'..=b'J');
        if !shaped {
            return Err(GstinError::Shape);
        }
        let check = Self::check_char(&s[..14]).ok_or(GstinError::Shape)?;
        if s.ends_with(check) { Ok(Gstin(s)) } else { Err(GstinError::Check(check)) }
    }

    /// The fifteenth character for fourteen others.
    pub fn check_char(body: &str) -> Option<char> {
        let mut sum = 0;
        for (i, c) in body.chars().enumerate() {
            let product = c.to_digit(36)? * if i % 2 == 0 { 1 } else { 2 };
            sum += product / 36 + product % 36;
        }
        char::from_digit((36 - sum % 36) % 36, 36).map(|c| c.to_ascii_uppercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two-digit state code the registration belongs to.
    pub fn state_code(&self) -> &str {
        &self.0[..2]
    }
}

impl fmt::Display for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_pass_and_a_wrong_check_names_the_right_one() {
        for good in ["27AAPFU0939F1ZV", "24AAQCA8719H1ZC", "29AAGCB7383J1Z4"] {
            assert_eq!(Gstin::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(Gstin::parse("29AAFCA7488L1Z0"), Err(GstinError::Check('W')));
        assert_eq!(Gstin::check_char("27AAACB1234C1Z"), Some('F'));
        assert_eq!(Gstin::check_char("36AABCB1518L1Z"), Some('T'));
    }

    #[test]
    fn other_shapes_are_refused() {
        for bad in ["", "27AAPFU0939F1Z", "2AAAPFU0939F1ZV", "27AAPFU0939F0ZV", "२७AAPFU0939F1ZV"] {
            assert_eq!(Gstin::parse(bad), Err(GstinError::Shape), "{bad}");
        }
    }
}
