//! The token of a session: a JWT signed with HMAC-SHA-256 (RFC 7515, RFC 7519) under a key that this database
//! keeps. It says which session, and nothing that is believed: person and role are read from the database.
//!
//! Written out here because it is smaller than a library with its choice of algorithms: there is one header, it
//! is compared as text, so there is no algorithm to be talked into.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::base::{Id, Timestamp};
use crate::domain::Secret;

/// `{"alg":"HS256","typ":"JWT"}`, the only header there is.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// Longer ones are not ours; nothing of them is decoded.
const LIMIT: usize = 1_000;

/// How far ahead another clock may be.
const SKEW_S: i64 = 60;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    /// Number of the session.
    sid: i64,
    /// Seconds, as the standard has it.
    iat: i64,
    exp: i64,
}

const ISSUER: &str = "bharatnet";

/// A token for a session that begins now and ends then.
pub fn sign(key: &[u8], session: Id, now: Timestamp, until: Timestamp) -> Secret {
    let claims = Claims { iss: ISSUER.into(), sid: session.0, iat: now.0 / 1_000, exp: until.0 / 1_000 };
    let body = encode(serde_json::to_string(&claims).unwrap_or_default().as_bytes());
    let signed = format!("{HEADER}.{body}");
    let sum = encode(&mac(key, &signed).finalize().into_bytes());
    Secret::new(format!("{signed}.{sum}"))
}

/// The session a token is for; `None` for anything but a token of ours that holds now.
pub fn open(key: &[u8], token: &Secret, now: Timestamp) -> Option<Id> {
    let text = token.expose();
    if key.is_empty() || text.len() > LIMIT {
        return None;
    }
    let (signed, sum) = text.rsplit_once('.')?;
    let (header, body) = signed.split_once('.')?;
    if header != HEADER {
        return None;
    }
    // The signature comes before anything inside is looked at, and is compared in constant time.
    mac(key, signed).verify_slice(&decode(sum)?).ok()?;
    let claims: Claims = serde_json::from_slice(&decode(body)?).ok()?;
    let seconds = now.0 / 1_000;
    let holds = claims.iss == ISSUER && claims.exp > seconds && claims.iat <= seconds + SKEW_S;
    holds.then_some(Id(claims.sid))
}

fn mac(key: &[u8], text: &str) -> Hmac<Sha256> {
    // A key of any length is taken; the empty one was refused before.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
    mac.update(text.as_bytes());
    mac
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// base64url without padding.
fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(word >> (18 - 6 * i)) as usize & 63]));
        }
    }
    out
}

/// The inverse, strictly: one text for each value, so that no bit of a token can be turned unnoticed.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let mut word = 0u32;
        for b in chunk {
            word = word << 6 | u32::try_from(ALPHABET.iter().position(|a| a == b)?).ok()?;
        }
        word <<= 6 * (4 - chunk.len());
        let bytes = word.to_be_bytes();
        out.extend_from_slice(bytes.get(1..chunk.len())?);
    }
    (encode(&out) == text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"a key of thirty-two bytes, or so";
    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    #[test]
    fn a_token_of_ours_is_known_until_it_ends() {
        let token = sign(KEY, Id(42), NOW, NOW.plus_ms(10_000));
        assert_eq!(open(KEY, &token, NOW), Some(Id(42)));
        assert_eq!(open(KEY, &token, NOW.plus_ms(9_999)), Some(Id(42)));
        assert_eq!(open(KEY, &token, NOW.plus_ms(10_000)), None, "over");
        assert_eq!(open(KEY, &token, NOW.plus_ms(-3_600_000)), None, "from the future");
        assert_eq!(open(b"another key", &token, NOW), None);
        assert_eq!(open(b"", &token, NOW), None);
    }

    #[test]
    fn every_turned_bit_is_seen() {
        let token = sign(KEY, Id(42), NOW, NOW.plus_ms(10_000));
        let bytes = token.expose().as_bytes().to_vec();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut turned = bytes.clone();
                turned[at] ^= 1 << bit;
                if let Ok(text) = String::from_utf8(turned) {
                    assert_eq!(open(KEY, &Secret::new(text.as_str()), NOW), None, "{text}");
                }
            }
        }
    }

    #[test]
    fn no_other_algorithm_is_talked_into() {
        let token = sign(KEY, Id(42), NOW, NOW.plus_ms(10_000));
        let mut parts = token.expose().split('.');
        let (_, body, sum) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        for alg in ["none", "None", "NONE", "HS512", "RS256", "hs256"] {
            let header = encode(format!("{{\"alg\":\"{alg}\",\"typ\":\"JWT\"}}").as_bytes());
            let signed = format!("{header}.{body}");
            let own = encode(&mac(KEY, &signed).finalize().into_bytes());
            for sum in ["", sum, own.as_str()] {
                assert_eq!(open(KEY, &Secret::new(format!("{signed}.{sum}")), NOW), None, "{alg}");
            }
        }
        let odd = ["", ".", "..", "...", "a.b.c", HEADER, &"x".repeat(1 << 20)];
        odd.iter().for_each(|t| assert_eq!(open(KEY, &Secret::new(*t), NOW), None));
        for claims in ["{}", "[]", r#"{"iss":"bharatnet","sid":"42","iat":1,"exp":9e18}"#, r#"{"iss":"x","sid":42}"#] {
            let signed = format!("{HEADER}.{}", encode(claims.as_bytes()));
            let sum = encode(&mac(KEY, &signed).finalize().into_bytes());
            assert_eq!(open(KEY, &Secret::new(format!("{signed}.{sum}")), NOW), None, "{claims}");
        }
    }

    #[test]
    fn base64_is_the_standards_and_strict() {
        for (plain, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!((encode(plain.as_bytes()).as_str(), decode(text).unwrap()), (text, plain.as_bytes().to_vec()));
        }
        for odd in ["Z", "Zh", "Zg==", "Zm9v\n", "Zm 9", "Zm+v"] {
            assert_eq!(decode(odd), None, "{odd}");
        }
    }
}
