//! Passwords and one-time codes: made, hashed, compared. Random numbers come from the operating system.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::domain::Secret;

use super::error::CommandError;

/// Memory of one Argon2id hash in KiB, its rounds and lanes: what OWASP asks of a server (19 MiB, 2, 1). About
/// 20 ms on a desktop, and as much for whoever guesses. A debug build hashes cheaply, so that tests are quick;
/// what is stored says how it was made, so both kinds can be checked by either build.
#[cfg(not(debug_assertions))]
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
#[cfg(debug_assertions)]
const COST: (u32, u32, u32) = (64, 1, 1);

/// Characters of a password, at least; long ones are taken up to a length that nobody types.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=256;

/// Letters and digits that are not mistaken for each other when read aloud.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Characters of a one-time code: 80 random bits.
const CODE: usize = 16;

/// What is wrong with a new password, if anything.
pub fn check_password(password: &Secret, login: &str) -> Result<(), CommandError> {
    let invalid = |message: &str| CommandError::Invalid { name: "Password", message: message.into() };
    let text = password.expose();
    let length = text.chars().count();
    if length < *LENGTH.start() {
        return Err(invalid("is too short: 10 characters at least"));
    }
    if length > *LENGTH.end() {
        return Err(invalid("is too long: 256 characters at most"));
    }
    if text.to_lowercase().contains(&login.to_lowercase()) {
        return Err(invalid("must not hold the login"));
    }
    let first = text.chars().next();
    if text.chars().all(|c| Some(c) == first) {
        return Err(invalid("is one character over and over"));
    }
    Ok(())
}

/// The hash to keep: a PHC string with a salt of its own.
pub fn hash_password(password: &Secret) -> Result<String, CommandError> {
    let failed = |_| CommandError::Refused("the password could not be hashed; nothing was changed".into());
    let (memory, rounds, lanes) = COST;
    let params = Params::new(memory, rounds, lanes, None)
        .map_err(|_| CommandError::Refused("the hash cannot be made".into()))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon.hash_password(password.expose().as_bytes()).map_err(failed)?.to_string())
}

/// Whether a password is the one that was hashed. Costs one hash whether or not there is one to compare to, so
/// that the time tells nothing about who works here.
pub fn verify_password(password: &Secret, hash: &str) -> bool {
    let text = password.expose();
    if text.chars().count() > *LENGTH.end() {
        return false;
    }
    match PasswordHash::new(hash) {
        Ok(parsed) => Argon2::default().verify_password(text.as_bytes(), &parsed).is_ok(),
        Err(_) => {
            let _ = hash_password(password);
            false
        }
    }
}

/// `N` random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], CommandError> {
    let mut out = [0; N];
    SysRng
        .try_fill_bytes(&mut out)
        .map_err(|_| CommandError::Refused("the system gives no random numbers; nothing was changed".into()))?;
    Ok(out)
}

/// A new one-time code, in groups of four.
pub fn new_code() -> Result<Secret, CommandError> {
    let bytes = random::<CODE>()?;
    let mut out = String::new();
    for (i, b) in bytes.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        // 256 is a multiple of 32: every letter is as likely.
        out.push(char::from(LETTERS[usize::from(*b) % LETTERS.len()]));
    }
    Ok(Secret::new(out))
}

/// What is kept of a code: its SHA-256, with case, hyphens and spaces taken out. A code has so many bits that a
/// slow hash would add nothing.
pub fn hash_code(code: &Secret) -> String {
    let plain: String =
        code.expose().chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    Sha256::digest(plain.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// True for something as long as a code of ours.
pub fn looks_like_code(code: &Secret) -> bool {
    code.expose().chars().filter(char::is_ascii_alphanumeric).count() == CODE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let secret = Secret::new("correct horse battery");
        let hash = hash_password(&secret).unwrap();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("horse"));
        assert_ne!(hash, hash_password(&secret).unwrap(), "each has a salt of its own");
        assert!(verify_password(&secret, &hash));
        assert!(!verify_password(&Secret::new("correct horse batterz"), &hash));
        assert!(!verify_password(&secret, ""));
        assert!(!verify_password(&Secret::new("x".repeat(10_000)), &hash));
    }

    #[test]
    fn poor_passwords_are_told_apart() {
        for (password, login) in [("short", "asha"), ("xxxxxxxxxxxx", "asha"), ("my-Asha-2026", "asha")] {
            assert!(check_password(&Secret::new(password), login).is_err(), "{password}");
        }
        assert!(check_password(&Secret::new(" a phrase with blanks "), "asha").is_ok());
    }

    #[test]
    fn codes_are_read_however_they_are_typed() {
        let code = new_code().unwrap();
        assert_eq!(code.expose().len(), 19);
        let sloppy = Secret::new(code.expose().to_lowercase().replace('-', " "));
        assert_eq!(hash_code(&code), hash_code(&sloppy));
        assert_ne!(hash_code(&code), hash_code(&new_code().unwrap()));
        assert_eq!(format!("{code:?}"), "Secret(..)");
    }
}
