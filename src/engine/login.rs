//! Coming in: passwords with counted attempts, a second factor, sessions. From the first user on, the door lets
//! nobody through without a session.

use crate::base::{Id, Timestamp};
use crate::domain::{Entity, Principal, Secret, User, UserState, Value};
use crate::query::schema::user as u;
use crate::store::{Attempts, Change, EntryKind, FieldChange, NewEntry, Read, SecretChange, StoreError, Write};

use super::error::{CommandError, ReadError};
use super::policy::Verb;
use super::{Engine, second, secret, token};

/// A session lasts this long.
const SESSION_MS: i64 = 12 * 3_600_000;
/// So many wrong tries within [`WINDOW_MS`] shut a login.
const TRIES: i64 = 5;
const WINDOW_MS: i64 = 15 * 60_000;
/// The first time a login is shut for the window, then twice as long each time, up to 2^6 windows (16 hours).
const DOUBLINGS: i64 = 6;
/// After a day without a wrong try all is forgotten.
const FORGET_MS: i64 = 24 * 3_600_000;
/// Setting that holds the key of the tokens.
const KEY: &str = "session-key";

/// Name in the journal of a login shut after wrong tries.
pub(super) const LOCKOUT: &str = "lockout";

/// Somebody who came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    pub who: Principal,
    /// What proves it later.
    pub token: Secret,
    pub until: Timestamp,
}

/// Why somebody did not come in. Nothing here tells whether a login exists.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    #[error("login, password or code is not right")]
    Wrong,
    /// The password was right.
    #[error("a code of the second factor is needed")]
    NeedsCode,
    #[error("too many wrong tries: this login is shut until {}", crate::base::calendar::short_time(*.0))]
    Shut(Timestamp),
    #[error("nobody has to log in here: no user has been added yet")]
    NoUsers,
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl From<StoreError> for LoginError {
    fn from(e: StoreError) -> Self {
        LoginError::Command(e.into())
    }
}

impl From<CommandError> for ReadError {
    fn from(e: CommandError) -> Self {
        match e {
            CommandError::LoggedOut => ReadError::LoggedOut,
            CommandError::Store(e) => ReadError::Store(e),
            e => ReadError::Denied(e.to_string()),
        }
    }
}

/// Who somebody is now. Without users, whom the program says; with users, who the session belongs to, in the role
/// the database has for them at this moment.
pub fn standing(read: &Read<'_>, who: &Principal, now: Timestamp) -> Result<Principal, CommandError> {
    if !read.has_users()? {
        return Ok(who.clone());
    }
    let session = who.session.ok_or(CommandError::LoggedOut)?;
    let user = read.session(session, now)?.filter(|u| u.state == UserState::Active).ok_or(CommandError::LoggedOut)?;
    Ok(Principal { user: user.login, role: user.role, read_only: who.read_only, session: Some(session) })
}

/// Nothing may leave the file without an admin who can come in.
pub fn keep_an_admin(read: &Read<'_>) -> Result<(), CommandError> {
    if read.has_users()? && read.admins()? == 0 {
        return Err(CommandError::Refused("nobody would be left who is an admin; nothing was changed".into()));
    }
    Ok(())
}

impl Engine {
    /// True from the first user on.
    pub fn needs_login(&self) -> Result<bool, StoreError> {
        self.store.read(|r| r.has_users())
    }

    /// Lets somebody in by password, and by the second factor where they have one.
    pub fn login(&self, login: &str, password: &Secret, code: &str) -> Result<Entered, LoginError> {
        if !self.needs_login()? {
            return Err(LoginError::NoUsers);
        }
        let login = plain(login);
        let (before, counted) = self.count_attempt(&login)?;
        let (user, kept) = self.look_up(&login)?;
        // The hash is checked whether or not there is somebody, and before anything else about them is.
        let right = secret::verify_password(password, &kept.hash);
        let Some(user) = user.filter(|u| right && u.state == UserState::Active) else {
            return Err(self.wrong(&login, counted));
        };
        let now = self.clock.now();
        if !kept.totp.is_empty() {
            if code.trim().is_empty() {
                // Half a login is no wrong try, unless another has come in between.
                self.store.write(|tx| match tx.read().attempts(&login)? == counted {
                    true => tx.set_attempts(&login, before),
                    false => Ok::<_, StoreError>(()),
                })?;
                return Err(LoginError::NeedsCode);
            }
            let step = second::step_of(&kept.totp, code, now);
            let paper = secret::hash_code(&Secret::new(code));
            let taken = self.store.write(|tx| match step {
                Some(step) => tx.take_totp_step(user.id, step),
                None => tx.take_recovery(user.id, &paper),
            })?;
            if !taken {
                return Err(self.wrong(&login, counted));
            }
        }
        self.begin(&user, now)
    }

    /// Sets a new password with a one-time code: an invitation taken up, or a password forgotten.
    pub fn redeem(&self, login: &str, code: &Secret, password: &Secret) -> Result<(), LoginError> {
        let login = plain(login);
        // A poor password must not cost the code.
        secret::check_password(password, &login)?;
        self.count_attempt(&login)?;
        let hash = secret::hash_password(password)?;
        let (user, _) = self.look_up(&login)?;
        let Some(user) = user.filter(|u| u.state != UserState::Disabled) else { return Err(LoginError::Wrong) };
        let now = self.clock.now();
        let entry = self.store.write(|tx| {
            if !tx.take_code(user.id, &secret::hash_code(code), now)? {
                return Err(LoginError::Wrong);
            }
            let row = tx.read().row(Entity::User, user.id)?.ok_or(LoginError::Wrong)?;
            let old = row.get(u::STATE).clone();
            let new = Value::text(UserState::Active.code());
            let mut changes = Vec::new();
            if old != new {
                let fields = vec![FieldChange { field: u::STATE, old, new }];
                changes.push(Change::Update { entity: Entity::User, id: user.id, version: row.version, fields });
            }
            changes.iter().try_for_each(|c| tx.apply(c))?;
            tx.apply_secret(&SecretChange::Password { user: user.id, hash })?;
            tx.apply_secret(&SecretChange::EndSessions { user: user.id, but: None })?;
            tx.forget_attempts(&login)?;
            let summary = format!("Password of {login} changed with a one-time code");
            let new = NewEntry {
                at: now,
                who: &login,
                kind: EntryKind::Do,
                target: None,
                command: Verb::SetPassword.code(),
                summary: &summary,
                changed: changes.len(),
            };
            Ok(tx.journal(&new, &changes)?)
        })?;
        self.publish(entry);
        Ok(())
    }

    /// Whose session a token proves, while it lasts.
    pub fn resume(&self, token: &Secret) -> Result<Principal, CommandError> {
        let now = self.clock.now();
        self.store.read(|read| {
            let session = token::open(&key(read)?, token, now).ok_or(CommandError::LoggedOut)?;
            let who = Principal { session: Some(session), ..Principal::owner() };
            if read.has_users()? { standing(read, &who, now) } else { Err(CommandError::LoggedOut) }
        })
    }

    /// Ends the session: its token is worth nothing from now on.
    pub fn logout(&self, who: &Principal) -> Result<(), CommandError> {
        match who.session {
            Some(session) => {
                let now = self.clock.now();
                self.store.write(|tx| {
                    tx.end_session(session)?;
                    note(tx, now, &who.user, "logout", &format!("{} logged out", who.user))
                })?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// A wrong try; the one that shuts the login is written down, so that an admin hears of it.
    fn wrong(&self, login: &str, counted: Attempts) -> LoginError {
        let now = self.clock.now();
        if counted.locked_until > now.0 {
            let until = crate::base::calendar::short_time(Timestamp(counted.locked_until));
            let summary = format!("{login} is shut out until {until} after {TRIES} wrong tries");
            // Where this cannot be written the login is shut all the same.
            let _ = self.store.write(|tx| note(tx, now, "system", LOCKOUT, &summary));
        }
        LoginError::Wrong
    }

    /// Counts a try before it is looked at, in a transaction of its own: neither a crash nor a second program in
    /// the middle of the check makes it free. Gives what was counted before and after.
    fn count_attempt(&self, login: &str) -> Result<(Attempts, Attempts), LoginError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            tx.forget_attempts_before(now.plus_ms(-FORGET_MS))?;
            let before = tx.read().attempts(login)?;
            if before.locked_until > now.0 {
                return Err(LoginError::Shut(Timestamp(before.locked_until)));
            }
            let mut after = before;
            if after.failed == 0 || now.0 - after.first_at > WINDOW_MS {
                (after.failed, after.first_at) = (0, now.0);
            }
            after.failed += 1;
            if after.failed >= TRIES {
                after.failed = 0;
                after.locked_until = now.0 + (WINDOW_MS << after.locks.clamp(0, DOUBLINGS));
                after.locks += 1;
            }
            tx.set_attempts(login, after)?;
            Ok((before, after))
        })
    }

    fn look_up(&self, login: &str) -> Result<(Option<User>, crate::store::Credentials), StoreError> {
        self.store.read(|read| {
            let user = read.user(login)?;
            let kept = user.as_ref().map(|u| read.credentials(u.id)).transpose()?.unwrap_or_default();
            Ok((user, kept))
        })
    }

    fn begin(&self, user: &User, now: Timestamp) -> Result<Entered, LoginError> {
        let (session, until) = (Id(i64::from_be_bytes(secret::random()?) & i64::MAX), now.plus_ms(SESSION_MS));
        let fresh = secret::random::<32>()?;
        let token = self.store.write(|tx| {
            tx.forget_attempts(&user.login)?;
            let mut key = key(&tx.read())?;
            if key.is_empty() {
                key = fresh.to_vec();
                let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
                tx.set_fact(KEY, &hex)?;
            }
            tx.begin_session(session, user.id, now, until)?;
            note(tx, now, &user.login, "login", &format!("{} logged in", user.login))?;
            Ok::<_, StoreError>(token::sign(&key, session, now, until))
        })?;
        let who = Principal { user: user.login.clone(), role: user.role, read_only: false, session: Some(session) };
        Ok(Entered { who, token, until })
    }
}

/// Writes down something that happened and changed no row.
pub fn note(tx: &Write<'_>, at: Timestamp, who: &str, command: &str, summary: &str) -> Result<i64, StoreError> {
    let entry = NewEntry { at, who, kind: EntryKind::Event, target: None, command, summary, changed: 0 };
    tx.journal(&entry, &[])
}

/// The key of the tokens and of the codes that jobs are signed with; empty before the first login.
pub(super) fn key(read: &Read<'_>) -> Result<Vec<u8>, StoreError> {
    let hex = read.fact(KEY)?.unwrap_or_default();
    Ok((0..hex.len() / 2).filter_map(|i| u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()).collect())
}

/// A login as it is counted and looked up.
fn plain(login: &str) -> String {
    login.trim().chars().take(64).collect::<String>().to_lowercase()
}
