//! The second factor: six digits that a phone shows for thirty seconds (RFC 6238), and codes on paper for the day
//! the phone is gone.

use totp_rs::{Builder, Totp};

use crate::base::Timestamp;
use crate::domain::Secret;

use super::error::CommandError;
use super::secret;

/// Codes on paper that come with a second factor.
pub const RECOVERY_CODES: usize = 10;

/// A second factor before it is turned on: to be drawn, put into a phone and proved by a first code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Base32, for typing in.
    pub secret: Secret,
    /// `otpauth://…`, for a picture.
    pub url: Secret,
    pub recovery: Vec<Secret>,
}

/// A fresh secret with its codes on paper.
pub fn offer(login: &str) -> Result<Offer, CommandError> {
    let bytes = secret::random::<20>()?;
    let text = totp_rs::Secret::new_stack(bytes).to_base32();
    let url = totp(&text, login).and_then(|t| t.to_url().ok());
    let url = url.ok_or_else(|| CommandError::Refused("a second factor cannot be made for this login".into()))?;
    let recovery = (0..RECOVERY_CODES).map(|_| secret::new_code()).collect::<Result<_, _>>()?;
    Ok(Offer { secret: Secret::new(text), url: Secret::new(url), recovery })
}

/// The step a code belongs to, if it is one of now, the one before or the one after.
pub fn step_of(base32: &str, code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.0 / 1_000).ok()?;
    let step = totp(base32, "x")?.check(&digits, seconds)?;
    i64::try_from(step).ok()
}

/// The code that a phone shows at a moment.
pub fn code_at(base32: &str, now: Timestamp) -> Option<String> {
    Some(totp(base32, "x")?.generate(u64::try_from(now.0 / 1_000).ok()?).to_string())
}

fn totp(base32: &str, login: &str) -> Option<Totp> {
    let secret = totp_rs::Secret::try_from_base32(base32).ok()?;
    // SHA-1, six digits, thirty seconds, one step either way: what every phone app takes for granted.
    Builder::new().with_secret(secret).with_issuer(Some("BharatNet")).with_account_name(login).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code_at(secret, Timestamp(seconds * 1_000)).as_deref(), Some(code));
            for drift in [-30, 0, 30] {
                assert_eq!(step_of(secret, code, Timestamp((seconds + drift) * 1_000)), Some(seconds / 30));
            }
            assert_eq!(step_of(secret, code, Timestamp((seconds + 600) * 1_000)), None);
        }
        for odd in ["", "28708", "2870820", "28708a", "２８７０８２"] {
            assert_eq!(step_of(secret, odd, Timestamp(59_000)), None, "{odd}");
        }
    }

    #[test]
    fn an_offer_can_be_drawn_and_proved() {
        let offer = offer("asha").unwrap();
        assert!(offer.url.expose().starts_with("otpauth://totp/BharatNet:asha?secret="), "{}", offer.url.expose());
        let now = Timestamp(1_795_000_000_000);
        let code = code_at(offer.secret.expose(), now).unwrap();
        assert!(step_of(offer.secret.expose(), &code, now).is_some());
        assert_eq!(offer.recovery.len(), RECOVERY_CODES);
    }
}
